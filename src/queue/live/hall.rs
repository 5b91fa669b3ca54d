//! One hall on one local day, as it is now (pure).

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::change::{CallNow, Change, DeskNow, Visit};
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, TicketId};
use crate::queue::{Ahead, Number, Priority, Stop, StopState};

/// Calls that are kept: recalls of one number are shown once.
const CALLS_KEPT: usize = 48;

/// A place in the hall: the arrival, then the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    line_at: Instant,
    ordinal: i64,
    letter: char,
}

impl Spot {
    /// The place of a stop of a number.
    pub fn of(stop: &Stop, number: Number) -> Spot {
        Spot { line_at: stop.line_at, ordinal: number.ordinal, letter: number.letter }
    }
}

/// Visitors served and the microseconds they took together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// How many.
    pub visitors: i64,
    /// How long, together.
    pub micros: i64,
}

/// The hall. What is told twice or late changes nothing: the newer version of a visit stays.
#[derive(Debug)]
pub struct Hall {
    day: Day,
    visits: HashMap<TicketId, Visit>,
    present: BTreeMap<Spot, TicketId>,
    waiting: usize,
    last_waiting: Option<Spot>,
    ahead: BTreeMap<Lane, i64>,
    served: HashMap<String, Served>,
    in_hand: HashMap<CounterId, TicketId>,
    desks: HashMap<CounterId, DeskNow>,
    calls: VecDeque<CallNow>,
}

/// People who wait for the same: service, line, priority, counter asked for.
type Lane = (String, crate::sites::ServiceGroup, bool, Option<CounterId>);

impl Hall {
    /// The hall before the first number of a day.
    pub fn new(day: Day) -> Hall {
        Hall {
            day,
            visits: HashMap::new(),
            present: BTreeMap::new(),
            waiting: 0,
            last_waiting: None,
            ahead: BTreeMap::new(),
            served: HashMap::new(),
            in_hand: HashMap::new(),
            desks: HashMap::new(),
            calls: VecDeque::new(),
        }
    }

    /// The day.
    pub fn day(&self) -> Day {
        self.day
    }

    /// Takes in what changed; what belongs to another day is not of this hall.
    pub fn take(&mut self, change: Change) {
        match change {
            Change::Visit(visit) if visit.day == self.day => self.take_visit(visit),
            Change::Visit(_) => {}
            Change::Desk(desk) => {
                let known = self.desks.get(&desk.counter).is_some_and(|known| known.since > desk.since);
                if !known {
                    self.desks.insert(desk.counter, desk);
                }
            }
            Change::Call(call) => self.take_call(call),
        }
    }

    fn take_visit(&mut self, visit: Visit) {
        if self.visits.get(&visit.id).is_some_and(|known| known.version >= visit.version) {
            return;
        }
        if let Some(before) = self.visits.remove(&visit.id) {
            self.count(&before, -1);
        }
        self.count(&visit, 1);
        self.visits.insert(visit.id, visit);
    }

    /// Adds a visit to the sums, or takes it out of them.
    fn count(&mut self, visit: &Visit, sign: i64) {
        for stop in visit.stops.iter().filter(|stop| stop.state == StopState::Done) {
            if let (Some(started), Some(ended)) = (stop.started_at, stop.ended_at) {
                let served = self.served.entry(stop.service.clone()).or_default();
                served.visitors += sign;
                served.micros += sign * (ended.0 - started.0);
            }
        }
        let Some(stop) = visit.current() else { return };
        let spot = Spot::of(stop, visit.number);
        let held = stop.counter.filter(|_| stop.state.is_in_hand());
        if sign > 0 {
            self.present.insert(spot, visit.id);
            self.in_hand.extend(held.map(|counter| (counter, visit.id)));
        } else {
            self.present.remove(&spot);
            self.in_hand.retain(|counter, id| Some(*counter) != held || *id != visit.id);
        }
        if stop.state == StopState::Waiting {
            self.waiting = self.waiting.saturating_add_signed(if sign > 0 { 1 } else { -1 });
            *self.ahead.entry(lane(visit, stop)).or_default() += sign;
            self.last_waiting = self.last_waiting.max((sign > 0).then_some(spot));
        }
    }

    fn take_call(&mut self, call: CallNow) {
        let at = self.calls.iter().position(|known| known.seq <= call.seq).unwrap_or(self.calls.len());
        if self.calls.get(at).is_none_or(|known| known.seq != call.seq) {
            self.calls.insert(at, call);
            self.calls.truncate(CALLS_KEPT);
        }
    }

    /// Everybody who is in the hall with an open matter, by place.
    pub fn present(&self) -> impl Iterator<Item = &Visit> {
        self.present.values().filter_map(|id| self.visits.get(id))
    }

    /// A visit of the day.
    pub fn visit(&self, id: TicketId) -> Option<&Visit> {
        self.visits.get(&id)
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Everybody who waits, counted by what they wait for, in an order of its own that never changes.
    pub fn waiting_by_lane(&self) -> Vec<Ahead> {
        self.ahead.iter().filter(|(_, people)| **people > 0).map(|(lane, people)| ahead(lane, *people)).collect()
    }

    /// Who waits before a place, counted by what they wait for. Nobody is looked at one by one for the last place of
    /// the line, which every new number takes.
    pub fn ahead_of(&self, spot: Spot) -> Vec<Ahead> {
        if self.last_waiting.is_none_or(|last| last < spot) {
            return self.waiting_by_lane();
        }
        let mut counted: BTreeMap<(&str, _, _, _), i64> = BTreeMap::new();
        for visit in self.present.range(..spot).filter_map(|(_, id)| self.visits.get(id)) {
            if let Some(stop) = visit.current().filter(|stop| stop.state == StopState::Waiting) {
                let priority = visit.priority != Priority::None;
                *counted.entry((stop.service.as_str(), stop.group, priority, stop.wanted)).or_default() += 1;
            }
        }
        counted.into_iter().map(|((service, g, p, w), n)| ahead(&(service.to_owned(), g, p, w), n)).collect()
    }

    /// What was served today, by service.
    pub fn served(&self) -> impl Iterator<Item = (&str, Served)> {
        self.served.iter().map(|(service, served)| (service.as_str(), *served))
    }

    /// A counter, if it was ever opened.
    pub fn desk(&self, counter: CounterId) -> Option<&DeskNow> {
        self.desks.get(&counter)
    }

    /// The visit a counter has in hand, with its stop there.
    pub fn in_hand(&self, counter: CounterId) -> Option<(&Visit, &Stop)> {
        let visit = self.visits.get(self.in_hand.get(&counter)?)?;
        visit.current().map(|stop| (visit, stop))
    }

    /// The last calls, newest first.
    pub fn calls(&self) -> impl Iterator<Item = &CallNow> {
        self.calls.iter()
    }
}

fn lane(visit: &Visit, stop: &Stop) -> Lane {
    (stop.service.clone(), stop.group, visit.priority != Priority::None, stop.wanted)
}

fn ahead((service, group, priority, wanted): &Lane, people: i64) -> Ahead {
    Ahead { service: service.clone(), group: *group, priority: *priority, wanted: *wanted, people }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::StopId;
    use crate::queue::TicketState;
    use crate::sites::ServiceGroup;

    fn today() -> Day {
        Day(chrono::NaiveDate::from_ymd_opt(2026, 8, 17).unwrap())
    }

    fn visit(ordinal: i64, minute: i64, version: i64, state: StopState) -> Visit {
        let arrived = Instant(0).plus_minutes(minute);
        let mut stop = Stop::new(StopId::new(ordinal), 1, "SIP-DR", ServiceGroup::Permits, arrived);
        stop.state = state;
        if state == StopState::Done {
            (stop.started_at, stop.ended_at) = (Some(arrived), Some(arrived.plus_minutes(5)));
        }
        let id = TicketId(uuid::Uuid::from_u128(ordinal.unsigned_abs().into()));
        let number = Number { letter: 'A', ordinal };
        let state = TicketState::Waiting;
        Visit { id, day: today(), number, priority: Priority::None, state, version, stops: vec![stop] }
    }

    fn hall(visits: &[Visit]) -> Hall {
        let mut hall = Hall::new(today());
        visits.iter().for_each(|visit| hall.take(Change::Visit(visit.clone())));
        hall
    }

    fn ahead_of(hall: &Hall, visit: &Visit) -> i64 {
        hall.ahead_of(Spot::of(&visit.stops[0], visit.number)).iter().map(|row| row.people).sum()
    }

    #[test]
    fn what_is_told_late_or_twice_changes_nothing() {
        let done = visit(1, 0, 4, StopState::Done);
        let hall = hall(&[done.clone(), visit(1, 0, 1, StopState::Waiting), done]);
        assert_eq!(hall.waiting(), 0);
        assert_eq!(hall.present().count(), 0);
        let served: Vec<_> = hall.served().collect();
        assert_eq!(served, [("SIP-DR", Served { visitors: 1, micros: 300_000_000 })]);
    }

    #[test]
    fn a_finish_taken_back_no_longer_counts_as_served() {
        let hall = hall(&[visit(1, 0, 4, StopState::Done), visit(1, 0, 5, StopState::Serving)]);
        assert_eq!(hall.served().map(|(_, served)| served.visitors).sum::<i64>(), 0);
        assert_eq!(hall.present().count(), 1);
    }

    #[test]
    fn the_place_in_the_middle_and_the_last_place_are_counted_alike() {
        let line: Vec<_> = (1..=5).map(|n| visit(n, n, 1, StopState::Waiting)).collect();
        let mut hall = hall(&line);
        assert_eq!(ahead_of(&hall, &line[2]), 2);
        assert_eq!(ahead_of(&hall, &visit(6, 6, 1, StopState::Waiting)), 5);
        hall.take(Change::Visit(visit(1, 1, 2, StopState::Called)));
        assert_eq!((ahead_of(&hall, &line[2]), hall.waiting()), (1, 4));
        assert_eq!(ahead_of(&hall, &visit(6, 6, 1, StopState::Waiting)), 4);
    }

    #[test]
    fn another_day_is_another_hall() {
        let yesterday = Visit {
            day: Day(chrono::NaiveDate::from_ymd_opt(2026, 8, 16).unwrap()),
            ..visit(1, 0, 1, StopState::Waiting)
        };
        assert_eq!(hall(&[yesterday]).waiting(), 0);
    }
}
