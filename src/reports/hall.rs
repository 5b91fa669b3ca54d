//! The hall now: each counter, who waits and how long, and what needs somebody to act (pure).

use std::collections::BTreeMap;

use super::stop::StopRecord;
use super::throughput::{By, Throughput};
use crate::clock::Instant;
use crate::ids::CounterId;
use crate::queue::{CounterView, DeskState, StopState};
use crate::sites::ServiceGroup;

/// Minutes after which an open counter that calls nobody is named.
pub const IDLE_MINUTES: i64 = 15;

/// The office's own aim for nine of ten waits, in minutes.
pub const WAIT_AIM_MINUTES: f64 = 30.0;

/// The hall of one site at one moment.
#[derive(Clone, Debug)]
pub struct Hall {
    /// When.
    pub at: Instant,
    /// Matters in line.
    pub waiting: i64,
    /// Minutes of the longest present wait, and in which line.
    pub longest: Option<(i64, ServiceGroup)>,
    /// Every counter by number.
    pub counters: Vec<CounterNow>,
    /// Lines with somebody in them, by letter.
    pub lines: Vec<LineNow>,
    /// Today by hour; its totals are today's figures.
    pub hours: Throughput,
    /// Today by service.
    pub services: Throughput,
}

/// A counter now.
#[derive(Clone, Debug)]
pub struct CounterNow {
    /// State, officer, visit in hand, stops served today.
    pub view: CounterView,
    /// Set when it is open and has called nobody for [`IDLE_MINUTES`].
    pub idle: Option<Idle>,
}

/// An open counter that calls nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Minutes without a call and without a visitor.
    pub minutes: i64,
    /// Visitors in the lines this counter takes.
    pub waiting: i64,
}

/// The line of a service group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineNow {
    /// The group.
    pub group: ServiceGroup,
    /// Matters in line.
    pub waiting: i64,
    /// Minutes of the longest present wait.
    pub longest_minutes: i64,
    /// The same for each service: code, waiting, longest.
    pub services: Vec<(String, i64, i64)>,
}

impl Hall {
    /// The hall from the counters, today's stops and the newest call to each counter.
    pub fn of(counters: Vec<CounterView>, stops: &[StopRecord], calls: &[(CounterId, Instant)], at: Instant) -> Hall {
        let lines = lines(stops, at);
        let now = |view: CounterView| {
            let called = calls.iter().find(|(id, _)| *id == view.id).map(|(_, at)| *at);
            let ended =
                stops.iter().filter(|stop| stop.counter == Some(view.id)).filter_map(|stop| stop.ended_at).max();
            let idle = idle(&view, called.max(ended), &lines, at);
            CounterNow { view, idle }
        };
        Hall {
            at,
            waiting: lines.iter().map(|line| line.waiting).sum(),
            longest: lines.iter().map(|line| (line.longest_minutes, line.group)).max_by_key(|(minutes, _)| *minutes),
            counters: counters.into_iter().map(now).collect(),
            lines,
            hours: Throughput::of(stops, By::Hour),
            services: Throughput::of(stops, By::Service),
        }
    }
}

/// A counter is idle when it is open, has nobody in hand, and its opening, its newest call and its newest end of a
/// service all lie [`IDLE_MINUTES`] back.
fn idle(view: &CounterView, last_act: Option<Instant>, lines: &[LineNow], at: Instant) -> Option<Idle> {
    if view.state != DeskState::Open || view.visit.is_some() {
        return None;
    }
    let since_act = last_act.map_or(view.minutes, |act| at.minutes_since(act));
    let minutes = since_act.min(view.minutes);
    let waiting = lines.iter().filter(|line| view.groups.contains(&line.group)).map(|line| line.waiting).sum();
    (minutes >= IDLE_MINUTES).then_some(Idle { minutes, waiting })
}

fn lines(stops: &[StopRecord], at: Instant) -> Vec<LineNow> {
    let mut groups: BTreeMap<ServiceGroup, BTreeMap<&str, (i64, i64)>> = BTreeMap::new();
    for stop in stops.iter().filter(|stop| stop.state == StopState::Waiting) {
        let (count, longest) = groups.entry(stop.group).or_default().entry(&stop.service).or_default();
        *count += 1;
        *longest = at.minutes_since(stop.in_line_at).max(*longest);
    }
    let line = |(group, services): (ServiceGroup, BTreeMap<&str, (i64, i64)>)| LineNow {
        group,
        waiting: services.values().map(|(count, _)| count).sum(),
        longest_minutes: services.values().map(|(_, longest)| *longest).max().unwrap_or(0),
        services: services.into_iter().map(|(code, (count, longest))| (code.to_owned(), count, longest)).collect(),
    };
    groups.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::stop::samples::{at, served, waiting};
    use super::*;
    use crate::ids::TicketId;
    use crate::queue::{Number, VisitAtCounter};

    /// A counter for permits, open for some minutes.
    fn counter(minutes: i64) -> CounterView {
        CounterView {
            id: CounterId(uuid::Uuid::from_u128(1)),
            number: 1,
            groups: vec![ServiceGroup::Permits],
            quick_only: false,
            state: DeskState::Open,
            officer: Some("Petugas DATA UJI".into()),
            mine: false,
            reason: None,
            minutes,
            help_minutes: None,
            visit: None,
            served: 0,
        }
    }

    #[test]
    fn lines_count_who_waits_and_the_longest_wait() {
        let stops = [
            waiting("SIPB", ServiceGroup::Permits, at(9, 0)),
            waiting("SIPB", ServiceGroup::Permits, at(9, 12)),
            waiting("KK", ServiceGroup::Population, at(9, 8)),
            served("KTP", at(8, 0), [1, 1, 1]),
        ];
        let hall = Hall::of(vec![], &stops, &[], at(9, 20));
        assert_eq!((hall.waiting, hall.longest), (3, Some((20, ServiceGroup::Permits))));
        let permits = LineNow {
            group: ServiceGroup::Permits,
            waiting: 2,
            longest_minutes: 20,
            services: vec![("SIPB".into(), 2, 20)],
        };
        assert_eq!(hall.lines[0], permits);
        assert_eq!(hall.lines[1].longest_minutes, 12);
    }

    #[test]
    fn an_open_counter_without_a_call_for_fifteen_minutes_is_named() {
        let stops = [waiting("SIPB", ServiceGroup::Permits, at(9, 0))];
        let idle = |view: CounterView, calls: &[_]| Hall::of(vec![view], &stops, calls, at(10, 0)).counters[0].idle;
        let id = counter(0).id;
        assert_eq!(idle(counter(14), &[]), None);
        assert_eq!(idle(counter(15), &[]), Some(Idle { minutes: 15, waiting: 1 }));
        assert_eq!(idle(counter(60), &[(id, at(9, 50))]), None);
        assert_eq!(idle(counter(60), &[(id, at(9, 40))]), Some(Idle { minutes: 20, waiting: 1 }));
        assert_eq!(idle(CounterView { state: DeskState::Paused, ..counter(60) }, &[]), None);
    }

    #[test]
    fn a_counter_that_serves_long_or_has_just_ended_is_not_idle() {
        let visit = VisitAtCounter {
            id: TicketId::new(0),
            number: Number { letter: 'A', ordinal: 1 },
            state: StopState::Serving,
            service: "SIPB".into(),
            minutes: 40,
        };
        let busy = CounterView { visit: Some(visit), ..counter(60) };
        let mut ended = served("SIPB", at(9, 0), [1, 1, 50]);
        ended.counter = Some(busy.id);
        assert_eq!(Hall::of(vec![busy], &[], &[], at(10, 0)).counters[0].idle, None);
        assert_eq!(Hall::of(vec![counter(60)], &[ended], &[], at(10, 0)).counters[0].idle, None);
    }
}
