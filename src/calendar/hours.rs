//! A promised time in hours: opening hours of working days (pure).

use chrono::NaiveTime;

use super::due::closed;
use super::{Calendar, Pause};
use crate::clock::{Day, Instant};
use crate::sites::{Opening, Site};

/// Hours of a site that names none from Monday to Friday.
const OFFICE_HOURS: (NaiveTime, NaiveTime) = (clock_hour(8), clock_hour(15));

const fn clock_hour(hour: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, 0, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

impl Calendar {
    pub(super) fn due_by_hours(
        &self,
        registered: Instant,
        site: &Site,
        hours: i64,
        pauses: &[Pause],
    ) -> (Instant, bool) {
        let first = registered.day(site.zone);
        let mut day = if self.is_working_day(first) { first } else { self.next_working(first) };
        let mut left = hours * 3_600_000_000;
        loop {
            for (opens, closes) in open_stretches(site, day, registered, pauses) {
                if left <= closes.0 - opens.0 {
                    return (Instant(opens.0 + left), self.rests_on_estimate(first, day));
                }
                left -= closes.0 - opens.0;
            }
            day = self.next_working(day);
        }
    }
}

/// The stretches of a day in which the hours of a file run: open, after the registration, not paused.
fn open_stretches(site: &Site, day: Day, registered: Instant, pauses: &[Pause]) -> Vec<(Instant, Instant)> {
    let mut stretches: Vec<(Instant, Instant)> = hours_on(site, day)
        .into_iter()
        .map(|(opens, closes)| (day.at(opens, site.zone).max(registered), day.at(closes, site.zone)))
        .collect();
    for (from, to) in closed(pauses) {
        stretches = stretches
            .into_iter()
            .flat_map(|(opens, closes)| [(opens, closes.min(from)), (opens.max(to), closes)])
            .collect();
    }
    stretches.retain(|(opens, closes)| opens < closes);
    stretches
}

fn hours_on(site: &Site, day: Day) -> Vec<(NaiveTime, NaiveTime)> {
    let works = |opening: &&Opening| opening.weekday <= 5 && opening.opens < opening.closes;
    if !site.openings.iter().any(|o| works(&o)) {
        return vec![OFFICE_HOURS];
    }
    let of_day = site.openings.iter().filter(works).filter(|o| o.weekday == day.weekday());
    of_day.map(|o| (o.opens, o.closes)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_site::{at, site};
    use super::*;
    use crate::calendar::{Sla, SlaUnit};

    fn due_moment(complete: Instant, hours: i64, pauses: &[Pause]) -> Instant {
        let sla = Sla { unit: SlaUnit::Hours, value: hours };
        Calendar::built_in().due_at(complete, &site(), &sla, pauses).0
    }

    #[test]
    fn hours_run_only_while_the_site_is_open_on_working_days() {
        assert_eq!(due_moment(at("2026-11-23", "09:00"), 3, &[]), at("2026-11-23", "12:00"));
        assert_eq!(due_moment(at("2026-11-23", "11:00"), 3, &[]), at("2026-11-23", "15:00"));
        assert_eq!(due_moment(at("2026-11-23", "14:00"), 3, &[]), at("2026-11-24", "10:00"));
        assert_eq!(due_moment(at("2026-11-23", "07:00"), 1, &[]), at("2026-11-23", "09:00"));
        assert_eq!(due_moment(at("2026-11-27", "11:00"), 1, &[]), at("2026-11-30", "08:30"));
        assert_eq!(due_moment(at("2026-11-28", "09:00"), 1, &[]), at("2026-11-30", "09:00"));
    }

    #[test]
    fn a_pause_stops_the_hours() {
        let pause = (at("2026-11-23", "09:30"), Some(at("2026-11-23", "13:30")));
        assert_eq!(due_moment(at("2026-11-23", "09:00"), 1, &[pause]), at("2026-11-23", "14:00"));
    }

    #[test]
    fn a_site_without_weekday_hours_counts_office_hours() {
        let weekend_only = Site { openings: vec![], ..site() };
        let sla = Sla { unit: SlaUnit::Hours, value: 2 };
        let (due, _) = Calendar::built_in().due_at(at("2026-11-23", "14:00"), &weekend_only, &sla, &[]);
        assert_eq!(due, at("2026-11-24", "09:00"));
    }
}
