//! Due dates: working days and opening hours counted from a complete file (pure). The rules stand in
//! `docs/due-dates.md`.

use serde::{Deserialize, Serialize};

use super::{Basis, Calendar, DayOff};
use crate::clock::{Day, Instant};
use crate::sites::Site;

crate::ids::words! {
    /// The unit of a promised time.
    pub enum SlaUnit {
        /// Opening hours.
        Hours = "hours",
        /// Working days (hari kerja).
        WorkingDays = "working_days",
    }
}

/// The promised time, from complete file to finished permit. The upper end where a range is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sla {
    /// Hours or working days.
    pub unit: SlaUnit,
    /// How many.
    pub value: i64,
}

/// A due date and whether it rests on an expected holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The date.
    pub day: Day,
    /// Whether a day on the way is off by estimate only, or lies in a year without a decree.
    pub estimate: bool,
}

/// A time in which the applicant had to act: from the return to the resubmission, or still open.
pub type Pause = (Instant, Option<Instant>);

impl Calendar {
    /// The day from which working days are counted: the local date of the complete file, or the next working day
    /// when it was complete on a day off or after the site's cut-off.
    pub fn day_zero(&self, complete: Instant, site: &Site) -> Day {
        let day = complete.day(site.zone);
        if self.is_working_day(day) && complete.time(site.zone) <= site.cut_off { day } else { self.next_working(day) }
    }

    /// Working day number `days` after day zero.
    pub fn due(&self, day_zero: Day, days: i64) -> Due {
        self.due_without(day_zero, days, |_| false)
    }

    /// When a file is due, and whether that rests on an estimate.
    ///
    /// Working days: the closing time of the site on the due date; a pause removes the working days in
    /// (return, resubmission]. Hours: opening hours of working days; a pause removes its own time. A pause that is
    /// still open removes nothing yet: the date moves when it ends.
    pub fn due_at(&self, registered: Instant, site: &Site, sla: &Sla, pauses: &[Pause]) -> (Instant, bool) {
        match sla.unit {
            SlaUnit::WorkingDays => self.due_by_days(registered, site, sla.value, pauses),
            SlaUnit::Hours => self.due_by_hours(registered, site, sla.value, pauses),
        }
    }

    /// Working days from today to the due date: 0 on the date itself, negative when late.
    pub fn working_days_left(&self, today: Day, due: Day) -> i64 {
        if due < today { -self.working_days_between(due, today) } else { self.working_days_between(today, due) }
    }

    /// Working days in (from, to].
    fn working_days_between(&self, from: Day, to: Day) -> i64 {
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = day.next();
            count += i64::from(self.is_working_day(day));
        }
        count
    }

    fn due_by_days(&self, registered: Instant, site: &Site, days: i64, pauses: &[Pause]) -> (Instant, bool) {
        let paused: Vec<(Day, Day)> =
            closed(pauses).map(|(from, to)| (from.day(site.zone), to.day(site.zone))).collect();
        let due = self.due_without(self.day_zero(registered, site), days, |day| {
            paused.iter().any(|(returned, resubmitted)| *returned < day && day <= *resubmitted)
        });
        let estimate = due.estimate || self.rests_on_estimate(registered.day(site.zone), due.day);
        (due.day.at(site.closes_on(due.day.weekday()), site.zone), estimate)
    }

    fn due_without(&self, day_zero: Day, days: i64, is_paused: impl Fn(Day) -> bool) -> Due {
        let mut day = day_zero;
        let mut left = days;
        while left > 0 {
            day = self.next_working(day);
            left -= i64::from(!is_paused(day));
        }
        Due { day, estimate: self.rests_on_estimate(day_zero, day) }
    }

    pub(super) fn next_working(&self, day: Day) -> Day {
        let mut next = day.next();
        while !self.is_working_day(next) {
            next = next.next();
        }
        next
    }

    /// Whether a day of [from, to] is off by estimate only, or lies in a year whose holidays no decree has set.
    pub(super) fn rests_on_estimate(&self, from: Day, to: Day) -> bool {
        let open_year = (from.year()..=to.year()).any(|year| !self.decreed_years.contains(&year));
        let is_estimate = |days: &Vec<DayOff>| days.iter().all(|day| day.basis == Basis::Estimate);
        open_year || self.days_off.range(from..=to).any(|(_, days)| is_estimate(days))
    }
}

pub(super) fn closed(pauses: &[Pause]) -> impl Iterator<Item = (Instant, Instant)> {
    pauses.iter().filter_map(|(from, to)| to.map(|to| (*from, to)))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::super::test_site::{at, day, site};
    use super::*;

    fn due_day(complete: Instant, days: i64, pauses: &[Pause]) -> String {
        let sla = Sla { unit: SlaUnit::WorkingDays, value: days };
        Calendar::built_in().due_at(complete, &site(), &sla, pauses).0.day(Tz::Asia__Jakarta).to_string()
    }

    #[test]
    fn the_computed_examples_of_the_office_come_out() {
        for (complete, days, due) in [
            ("2026-03-13", 5, "2026-03-27"),
            ("2026-05-13", 5, "2026-05-22"),
            ("2026-02-12", 3, "2026-02-19"),
            ("2026-12-22", 5, "2026-12-31"),
        ] {
            assert_eq!(due_day(at(complete, "09:00"), days, &[]), due, "{complete} + {days}");
        }
    }

    #[test]
    fn working_days_pass_over_weekends_holidays_and_joint_leave() {
        for (complete, days, due) in [
            ("2026-11-23", 1, "2026-11-24"),
            ("2026-11-23", 5, "2026-11-30"),
            ("2026-11-27", 1, "2026-11-30"),
            ("2026-08-14", 1, "2026-08-18"),
            ("2026-08-24", 1, "2026-08-26"),
            ("2026-05-26", 1, "2026-05-29"),
            ("2026-05-29", 1, "2026-06-02"),
            ("2026-01-15", 1, "2026-01-19"),
            ("2026-04-02", 2, "2026-04-07"),
            ("2026-04-30", 1, "2026-05-04"),
            ("2026-06-15", 1, "2026-06-17"),
            ("2026-12-23", 1, "2026-12-28"),
            ("2025-12-31", 1, "2026-01-02"),
            ("2025-03-27", 1, "2025-04-08"),
            ("2026-01-02", 20, "2026-02-02"),
            ("2026-11-23", 0, "2026-11-23"),
        ] {
            assert_eq!(due_day(at(complete, "09:00"), days, &[]), due, "{complete} + {days}");
        }
    }

    #[test]
    fn each_month_of_2026_has_the_counted_working_days() {
        let calendar = Calendar::built_in();
        let counts: Vec<usize> = (1..=12)
            .map(|month| {
                let first = day(&format!("2026-{month:02}-01"));
                (0..31)
                    .map(|n| first.plus_days(n))
                    .filter(|d| d.to_string().starts_with(&format!("2026-{month:02}")) && calendar.is_working_day(*d))
                    .count()
            })
            .collect();
        assert_eq!(counts, [20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21]);
    }

    #[test]
    fn a_file_complete_after_the_cut_off_counts_from_the_next_working_day() {
        assert_eq!(due_day(at("2026-11-23", "15:00"), 1, &[]), "2026-11-24");
        assert_eq!(due_day(at("2026-11-23", "15:01"), 1, &[]), "2026-11-25");
        assert_eq!(due_day(at("2026-11-27", "16:00"), 1, &[]), "2026-12-01");
    }

    #[test]
    fn a_file_complete_on_a_day_off_counts_from_the_next_working_day() {
        assert_eq!(Calendar::built_in().day_zero(at("2026-11-28", "09:00"), &site()), day("2026-11-30"));
        assert_eq!(due_day(at("2026-11-28", "09:00"), 1, &[]), "2026-12-01");
        assert_eq!(due_day(at("2026-08-17", "09:00"), 2, &[]), "2026-08-20");
    }

    #[test]
    fn the_day_is_that_of_the_site_not_that_of_greenwich() {
        let mut east = site();
        east.zone = Tz::Asia__Jayapura;
        let late_in_greenwich =
            Instant::from(chrono::DateTime::parse_from_rfc3339("2026-11-22T23:30:00Z").unwrap().to_utc());
        assert_eq!(Calendar::built_in().day_zero(late_in_greenwich, &east), day("2026-11-23"));
    }

    #[test]
    fn a_file_is_due_when_the_site_closes() {
        let sla = Sla { unit: SlaUnit::WorkingDays, value: 4 };
        let (friday, _) = Calendar::built_in().due_at(at("2026-11-23", "09:00"), &site(), &sla, &[]);
        assert_eq!(friday, at("2026-11-27", "11:30"));
    }

    #[test]
    fn a_pause_removes_the_working_days_after_the_return_up_to_the_resubmission() {
        let complete = at("2026-11-23", "09:00");
        let pause = |from, to| (at(from, "10:00"), Some(at(to, "10:00")));
        assert_eq!(due_day(complete, 5, &[pause("2026-11-24", "2026-11-26")]), "2026-12-02");
        assert_eq!(due_day(complete, 5, &[pause("2026-11-24", "2026-11-24")]), "2026-11-30");
        assert_eq!(due_day(complete, 5, &[pause("2026-11-27", "2026-11-29")]), "2026-11-30");
        let both = [pause("2026-11-24", "2026-11-25"), pause("2026-11-26", "2026-11-27")];
        assert_eq!(due_day(complete, 5, &both), "2026-12-02");
    }

    #[test]
    fn an_open_pause_moves_the_date_only_when_it_ends() {
        let complete = at("2026-11-23", "09:00");
        assert_eq!(due_day(complete, 5, &[(at("2026-11-24", "10:00"), None)]), "2026-11-30");
    }

    #[test]
    fn a_date_in_a_year_without_decree_says_that_it_is_an_estimate() {
        let calendar = Calendar::built_in();
        assert!(!calendar.due(day("2026-12-22"), 5).estimate);
        assert_eq!(calendar.due(day("2026-12-30"), 2), Due { day: day("2027-01-04"), estimate: true });
        assert!(calendar.due(day("2027-04-01"), 1).estimate);
        assert!(calendar.due(day("2031-06-02"), 1).estimate);
    }

    #[test]
    fn working_days_left_count_down_to_zero_and_below() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.working_days_left(day("2026-11-23"), day("2026-11-30")), 5);
        assert_eq!(calendar.working_days_left(day("2026-11-30"), day("2026-11-30")), 0);
        assert_eq!(calendar.working_days_left(day("2026-11-28"), day("2026-11-30")), 1);
        assert_eq!(calendar.working_days_left(day("2026-12-01"), day("2026-11-30")), -1);
        assert_eq!(calendar.working_days_left(day("2026-12-06"), day("2026-11-30")), -4);
    }

    proptest! {
        #[test]
        fn a_due_date_is_a_working_day_and_a_later_file_is_never_due_earlier(
            minute in 0i64..700_000, later in 0i64..20_000, days in 0i64..40
        ) {
            let (calendar, site) = (Calendar::built_in(), site());
            let first = at("2025-06-01", "00:00").plus_minutes(minute);
            for unit in [SlaUnit::WorkingDays, SlaUnit::Hours] {
                let sla = Sla { unit, value: days };
                let due = calendar.due_at(first, &site, &sla, &[]).0;
                prop_assert!(calendar.is_working_day(due.day(site.zone)));
                prop_assert!(due <= calendar.due_at(first.plus_minutes(later), &site, &sla, &[]).0);
            }
        }
    }
}
