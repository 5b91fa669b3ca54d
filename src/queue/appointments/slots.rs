//! When appointments can be made (pure): a grid of quarter hours inside the opening hours, and lanes that are a share
//! of the counters.

use std::collections::BTreeSet;

use crate::catalogue::Service;
use crate::clock::Instant;
use crate::sites::{ServiceGroup, Site};

/// Minutes of one slot.
pub const GRID_MINUTES: i64 = 15;
/// Minutes by which an appointment lies ahead at least.
pub const LEAD_MINUTES: i64 = 15;

/// How a site takes appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The share of the counters of a group that may be booked at once, in percent; the rest is for walk-ins.
    pub online_percent: i64,
    /// Calendar days one can look ahead.
    pub days_ahead: i64,
    /// Open appointments of one person at most.
    pub per_person: i64,
}

impl Default for Rule {
    fn default() -> Self {
        Rule { online_percent: 50, days_ahead: 30, per_person: 2 }
    }
}

/// A time that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// When.
    pub starts_at: Instant,
    /// How long the visit takes.
    pub minutes: i64,
    /// How many more people can choose it.
    pub free: i64,
}

/// The line a visit needs in each of its slots: the minutes of its services one after the other, rounded up to the grid;
/// a slot belongs to the line that takes most of it.
pub fn needs(services: &[&Service]) -> Vec<ServiceGroup> {
    let total: i64 = services.iter().map(|service| service.counter_minutes).sum();
    let slots = (0..).map(|slot| slot * GRID_MINUTES).take_while(|minute| *minute < total);
    slots.filter_map(|minute| group_of(services, minute)).collect()
}

fn group_of(services: &[&Service], slot: i64) -> Option<ServiceGroup> {
    let mut start = 0;
    let mut most = None;
    for service in services {
        let end = start + service.counter_minutes;
        let minutes = end.min(slot + GRID_MINUTES) - start.max(slot);
        if minutes > most.map_or(0, |(longest, _)| longest) {
            most = Some((minutes, service.group));
        }
        start = end;
    }
    most.map(|(_, group)| group)
}

/// The lanes of a group that can be booked: counters that take it, the share of the rule, rounded down but at least one.
pub fn lanes(site: &Site, group: ServiceGroup, rule: Rule) -> Vec<i64> {
    let takes = site.counters.iter().filter(|counter| counter.groups.contains(&group)).map(|counter| counter.number);
    let mut all: Vec<i64> = takes.collect();
    let share = all.len() as i64 * rule.online_percent / 100;
    let share = if rule.online_percent == 0 { 0 } else { share.max(1) };
    all.sort_unstable();
    all.truncate(usize::try_from(share).unwrap_or(0));
    all
}

/// The times of a day that can still be chosen. `taken` holds the places of others: slot and lane.
pub fn free_slots(
    spans: &[(Instant, Instant)],
    places: &[Vec<i64>],
    taken: &BTreeSet<(Instant, i64)>,
    now: Instant,
) -> Vec<Slot> {
    let minutes = places.len() as i64 * GRID_MINUTES;
    let earliest = now.plus_minutes(LEAD_MINUTES);
    let starts = spans.iter().flat_map(|span| starts(*span, minutes)).filter(|start| *start >= earliest);
    let slot = |starts_at| Slot { starts_at, minutes, free: free_at(starts_at, places, taken) };
    starts.map(slot).filter(|slot| slot.free > 0).collect()
}

/// The slots of a stretch of opening.
pub fn count(span: (Instant, Instant)) -> usize {
    starts(span, GRID_MINUTES).len()
}

/// The slots of a visit that begins at a time.
pub fn run(starts_at: Instant, length: usize) -> impl Iterator<Item = Instant> {
    (0..length as i64).map(move |at| starts_at.plus_minutes(at * GRID_MINUTES))
}

/// Grid times at which a visit of this length begins and ends within one stretch: no visit spans a break.
fn starts((opens, closes): (Instant, Instant), minutes: i64) -> Vec<Instant> {
    let step = GRID_MINUTES * 60_000_000;
    let first = Instant((opens.0 + step - 1).div_euclid(step) * step);
    let last = closes.plus_minutes(-minutes);
    let mut starts = Vec::new();
    let mut at = first;
    while minutes > 0 && at <= last {
        starts.push(at);
        at = at.plus_minutes(GRID_MINUTES);
    }
    starts
}

fn free_at(starts_at: Instant, places: &[Vec<i64>], taken: &BTreeSet<(Instant, i64)>) -> i64 {
    let free =
        |(slot, lanes): (Instant, &Vec<i64>)| lanes.iter().filter(|lane| !taken.contains(&(slot, **lane))).count();
    run(starts_at, places.len()).zip(places).map(free).min().unwrap_or(0) as i64
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;
    use chrono_tz::Tz;

    use super::*;
    use crate::calendar::Calendar;
    use crate::catalogue::built_in;
    use crate::clock::Day;
    use crate::ids::{CounterId, SiteId};
    use crate::sites::{Counter, Opening};

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    /// Counters 1 to 3 for permits, 4 for population; Monday to Thursday 08–15, Friday with its break.
    fn site() -> Site {
        let opening = |weekday, opens, closes| Opening { weekday, opens: time(opens), closes: time(closes) };
        let mut openings: Vec<Opening> = (1..=4).map(|weekday| opening(weekday, "08:00", "15:00")).collect();
        openings.extend([opening(5, "08:00", "11:30"), opening(5, "13:30", "15:00")]);
        let counter =
            |number, group| Counter { id: CounterId::new(number), number, groups: vec![group], quick_only: false };
        let mut counters: Vec<Counter> = (1..=3).map(|number| counter(number, ServiceGroup::Permits)).collect();
        counters.push(counter(4, ServiceGroup::Population));
        Site {
            open_on_joint_leave: false,
            paired_only: false,
            call_rules: crate::sites::CallRules::USUAL,
            quick_services: std::sync::Arc::default(),
            ramadan_openings: Vec::new(),
            id: SiteId::new(1),
            code: "uji".to_owned(),
            name: "Gerai Uji".to_owned(),
            address: String::new(),
            zone: Tz::Asia__Jakarta,
            always_open: false,
            cut_off: time("15:00"),
            openings,
            counters,
        }
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn clock_of(slots: &[Slot]) -> Vec<String> {
        slots.iter().map(|slot| slot.starts_at.time(Tz::Asia__Jakarta).format("%H:%M").to_string()).collect()
    }

    fn needs_of(codes: &[&str]) -> Vec<ServiceGroup> {
        let all = built_in();
        let services: Vec<&Service> =
            codes.iter().map(|code| all.iter().find(|service| service.code == *code).unwrap()).collect();
        needs(&services)
    }

    #[test]
    fn several_services_make_one_length_rounded_up_to_the_grid() {
        use ServiceGroup::{Permits, PickUp, Population};
        assert_eq!(needs_of(&["AMBIL"]), [PickUp], "3 minutes are one slot");
        assert_eq!(needs_of(&["SIPB"]), [Permits], "15 minutes");
        assert_eq!(needs_of(&["SIPB", "KK-B"]), [Permits, Population], "15 + 15 minutes");
        assert_eq!(needs_of(&["NIB", "KTP-C", "AMBIL"]), [Permits, Population, PickUp], "20 + 10 + 3 = 33 minutes");
        assert!(needs_of(&[]).is_empty());
    }

    #[test]
    fn the_rest_of_the_counters_is_for_walk_ins() {
        let lanes_at = |percent, group| lanes(&site(), group, Rule { online_percent: percent, ..Rule::default() });
        assert_eq!(lanes_at(50, ServiceGroup::Permits), [1]);
        assert_eq!(lanes_at(70, ServiceGroup::Permits), [1, 2]);
        assert_eq!(lanes_at(100, ServiceGroup::Permits), [1, 2, 3]);
        assert_eq!(lanes_at(50, ServiceGroup::Population), [4], "a single counter can be booked");
        assert!(lanes_at(0, ServiceGroup::Permits).is_empty() && lanes_at(50, ServiceGroup::Complaint).is_empty());
    }

    #[test]
    fn holidays_weekends_and_the_friday_break_have_no_times() {
        let (site, calendar) = (site(), Calendar::built_in());
        for closed in ["2026-12-25", "2026-11-28"] {
            assert!(calendar.open_spans(&site, day(closed)).is_empty(), "{closed}");
        }
        let friday = calendar.open_spans(&site, day("2026-11-27"));
        let slots = free_slots(&friday, &[vec![1], vec![1]], &BTreeSet::new(), Instant(0));
        let times = clock_of(&slots);
        assert_eq!((times[0].as_str(), times.last().unwrap().as_str()), ("08:00", "14:30"));
        assert!(times.contains(&"11:00".to_owned()), "ends with the break");
        assert!(!times.contains(&"11:15".to_owned()), "half an hour does not fit before the break");
        assert!(!times.contains(&"12:00".to_owned()));
    }

    #[test]
    fn a_time_is_offered_while_every_slot_of_the_visit_has_a_lane() {
        let monday = Calendar::built_in().open_spans(&site(), day("2026-11-23"));
        let nine = day("2026-11-23").at(time("09:00"), Tz::Asia__Jakarta);
        let taken = BTreeSet::from([(nine, 1)]);
        let free = |places: &[Vec<i64>], at: &str| {
            let slots = free_slots(&monday, places, &taken, Instant(0));
            slots.iter().find(|slot| clock_of(&[**slot]) == [at]).map(|slot| slot.free)
        };
        assert_eq!(free(&[vec![1, 2]], "09:00"), Some(1));
        assert_eq!(free(&[vec![1]], "09:00"), None);
        assert_eq!(free(&[vec![1], vec![1]], "08:45"), None, "the second slot is taken");
        assert_eq!(free(&[vec![1], vec![4]], "08:45"), Some(1), "the second slot needs another lane");
    }

    #[test]
    fn what_is_nearly_now_cannot_be_chosen() {
        let monday = Calendar::built_in().open_spans(&site(), day("2026-11-23"));
        let now = day("2026-11-23").at(time("13:50"), Tz::Asia__Jakarta);
        let slots = free_slots(&monday, &[vec![1]], &BTreeSet::new(), now);
        assert_eq!(clock_of(&slots), ["14:15", "14:30", "14:45"]);
    }
}
