//! The hall now: each counter, who waits and how long, and what needs somebody to act (pure).

use std::collections::BTreeMap;

use super::stop::{StopRecord, StopState};
use super::throughput::{By, Throughput};
use crate::clock::Instant;
use crate::ids::CounterId;
use crate::sites::{Counter, ServiceGroup, Site};

crate::ids::words! {
    /// Whether a counter is at work.
    pub enum DeskState {
        /// Calls people.
        Open = "open",
        /// Its officer is away for a moment.
        Paused = "paused",
        /// Nobody sits there.
        Closed = "closed",
    }
}

/// Minutes after which an open counter that calls nobody is named.
pub const IDLE_MINUTES: i64 = 15;

/// The office's own aim for nine of ten waits, in minutes.
pub const WAIT_AIM_MINUTES: f64 = 30.0;

/// What is stored of a counter at work.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The counter.
    pub counter: CounterId,
    /// Open, paused or closed.
    pub state: DeskState,
    /// Name of who sits there.
    pub officer: Option<String>,
    /// Since when it is in this state.
    pub since: Instant,
    /// The newest call to it.
    pub last_call: Option<Instant>,
}

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
    /// Identity.
    pub counter: CounterId,
    /// The number people are called to.
    pub number: i64,
    /// Open, paused or closed.
    pub state: DeskState,
    /// Who sits there.
    pub officer: Option<String>,
    /// The visitor in hand.
    pub in_hand: Option<InHand>,
    /// Stops served today.
    pub served: i64,
    /// Set when it is open and has called nobody for [`IDLE_MINUTES`].
    pub idle: Option<Idle>,
}

/// The visitor at a counter.
#[derive(Clone, Debug)]
pub struct InHand {
    /// `A-012`.
    pub number: String,
    /// Code of the service.
    pub service: String,
    /// Called or serving.
    pub state: StopState,
    /// Minutes since the start of service, or since the call.
    pub minutes: i64,
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
    /// The hall from today's stops and the counters at work.
    pub fn of(site: &Site, stops: &[StopRecord], desks: &[Desk], at: Instant) -> Hall {
        let lines = lines(stops, at);
        let counters = site.counters.iter().map(|counter| counter_now(counter, stops, desks, &lines, at)).collect();
        Hall {
            at,
            waiting: lines.iter().map(|line| line.waiting).sum(),
            longest: lines.iter().map(|line| (line.longest_minutes, line.group)).max_by_key(|(minutes, _)| *minutes),
            counters,
            lines,
            hours: Throughput::of(stops, By::Hour),
            services: Throughput::of(stops, By::Service),
        }
    }
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

fn counter_now(counter: &Counter, stops: &[StopRecord], desks: &[Desk], lines: &[LineNow], at: Instant) -> CounterNow {
    let desk = desks.iter().find(|desk| desk.counter == counter.id);
    let here = || stops.iter().filter(|stop| stop.counter == Some(counter.id));
    let in_hand = here().find(|stop| matches!(stop.state, StopState::Called | StopState::Serving));
    let last_end = here().filter_map(|stop| stop.ended_at).max();
    let open = desk.filter(|desk| desk.state == DeskState::Open && in_hand.is_none());
    let quiet = open.map(|desk| at.minutes_since(desk.since.max(desk.last_call.max(last_end).unwrap_or(desk.since))));
    let waiting = lines.iter().filter(|line| counter.groups.contains(&line.group)).map(|line| line.waiting).sum();
    CounterNow {
        counter: counter.id,
        number: counter.number,
        state: desk.map_or(DeskState::Closed, |desk| desk.state),
        officer: desk.and_then(|desk| desk.officer.clone()),
        in_hand: in_hand.map(|stop| InHand {
            number: stop.number.clone(),
            service: stop.service.clone(),
            state: stop.state,
            minutes: at.minutes_since(stop.started_at.or(stop.called_at).unwrap_or(at)),
        }),
        served: here().map(|stop| i64::from(stop.state == StopState::Done)).sum(),
        idle: quiet.filter(|minutes| *minutes >= IDLE_MINUTES).map(|minutes| Idle { minutes, waiting }),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::super::stop::samples::{at, served, waiting};
    use super::*;
    use crate::ids::SiteId;

    fn site() -> Site {
        let counter = |number: i64, group| Counter { id: CounterId::new(number * 1000), number, groups: vec![group] };
        Site {
            id: SiteId::new(0),
            code: "uji".to_owned(),
            name: "Gerai Uji".to_owned(),
            address: String::new(),
            zone: Tz::Asia__Jakarta,
            always_open: true,
            cut_off: chrono::NaiveTime::MIN,
            openings: vec![],
            counters: vec![counter(1, ServiceGroup::Permits), counter(2, ServiceGroup::Population)],
        }
    }

    fn desk(site: &Site, index: usize, state: DeskState, since: Instant) -> Desk {
        Desk {
            counter: site.counters[index].id,
            state,
            officer: Some("Petugas DATA UJI".into()),
            since,
            last_call: None,
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
        let hall = Hall::of(&site(), &stops, &[], at(9, 20));
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
        let site = site();
        let stops = [waiting("SIPB", ServiceGroup::Permits, at(9, 0))];
        let open = [desk(&site, 0, DeskState::Open, at(9, 0))];
        let idle = |stops: &[StopRecord], desks: &[Desk], now| Hall::of(&site, stops, desks, now).counters[0].idle;
        assert_eq!(idle(&stops, &open, at(9, 14)), None);
        assert_eq!(idle(&stops, &open, at(9, 15)), Some(Idle { minutes: 15, waiting: 1 }));
        let called = [Desk { last_call: Some(at(9, 10)), ..open[0].clone() }];
        assert_eq!(idle(&stops, &called, at(9, 15)), None);
        let paused = [desk(&site, 0, DeskState::Paused, at(9, 0))];
        assert_eq!(idle(&stops, &paused, at(9, 40)), None);
    }

    #[test]
    fn a_counter_that_serves_long_is_not_idle() {
        let site = site();
        let mut stop = served("SIPB", at(9, 0), [1, 1, 1]);
        (stop.state, stop.ended_at, stop.counter) = (StopState::Serving, None, Some(site.counters[0].id));
        let open = [desk(&site, 0, DeskState::Open, at(8, 0))];
        let hall = Hall::of(&site, &[stop], &open, at(9, 40));
        assert_eq!(hall.counters[0].idle, None);
        let in_hand = hall.counters[0].in_hand.clone().unwrap();
        assert_eq!((in_hand.minutes, in_hand.state), (38, StopState::Serving));
        assert_eq!((hall.counters[1].state, hall.counters[1].served), (DeskState::Closed, 0));
    }
}
