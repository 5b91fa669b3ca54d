//! One hall on one local day, as it is now (pure).

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::change::{CallNow, Change, DeskNow, Visit};
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, StopId, TicketId};
use crate::queue::replay::occupied;
use crate::queue::{Number, Stop, StopState};

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

/// A counter's work on one visitor, begun with the call.
#[derive(Clone, Debug)]
struct Turn {
    service: String,
    /// None while the counter still has the visitor.
    ended: Option<Instant>,
}

/// The hall. What is told twice or late changes nothing: the newer version of a visit stays.
#[derive(Debug)]
pub struct Hall {
    day: Day,
    visits: HashMap<TicketId, Visit>,
    present: BTreeMap<Spot, TicketId>,
    waiting: usize,
    turns: BTreeMap<(CounterId, Instant, StopId), Turn>,
    last_arrival: Instant,
    in_hand: HashMap<CounterId, TicketId>,
    desks: HashMap<CounterId, DeskNow>,
    calls: VecDeque<CallNow>,
}

impl Hall {
    /// The hall before the first number of a day.
    pub fn new(day: Day) -> Hall {
        Hall {
            day,
            visits: HashMap::new(),
            present: BTreeMap::new(),
            waiting: 0,
            turns: BTreeMap::new(),
            last_arrival: Instant(0),
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
        self.last_arrival = self.last_arrival.max(arrival_of(visit.id));
        self.visits.insert(visit.id, visit);
    }

    /// Adds a visit to the sums, or takes it out of them.
    fn count(&mut self, visit: &Visit, sign: i64) {
        for stop in &visit.stops {
            let Some((counter, called)) = stop.counter.zip(stop.called_at) else { continue };
            let turn = Turn { service: stop.service.clone(), ended: stop.ended_at };
            match sign > 0 {
                true => self.turns.insert((counter, called, stop.id), turn),
                false => self.turns.remove(&(counter, called, stop.id)),
            };
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

    /// The place of somebody who takes a number now: behind everybody who took one today, even when the clock was set
    /// back since.
    pub fn arrival(&self, now: Instant) -> Instant {
        if now < self.last_arrival { Instant(self.last_arrival.0 + 1000) } else { now }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// The work of the counters that has ended today: the service, and the minutes the counter was kept.
    pub fn turns(&self) -> impl Iterator<Item = (&str, f64)> {
        let next = self.turns.keys().skip(1).map(Some).chain([None]);
        self.turns.iter().zip(next).filter_map(|(((counter, called, _), turn), next)| {
            let minutes = |at: Instant| (at.0 - called.0) as f64 / 60e6;
            let next = next.filter(|(at, ..)| at == counter).map_or(f64::INFINITY, |(_, at, _)| minutes(*at));
            Some((turn.service.as_str(), occupied(0.0, minutes(turn.ended?), next)))
        })
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

/// When a number was taken, to the millisecond: its identity tells.
fn arrival_of(id: TicketId) -> Instant {
    id.0.get_timestamp().map_or(Instant(0), |taken| {
        let (seconds, nanos) = taken.to_unix();
        Instant(i64::try_from(seconds).unwrap_or(0) * 1_000_000 + i64::from(nanos / 1000))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{Priority, TicketState};
    use crate::sites::ServiceGroup;

    fn today() -> Day {
        Day(chrono::NaiveDate::from_ymd_opt(2026, 8, 17).unwrap())
    }

    fn visit(ordinal: i64, minute: i64, version: i64, state: StopState) -> Visit {
        let arrived = Instant(0).plus_minutes(minute);
        let mut stop = Stop::new(StopId::new(ordinal), 1, "SIP-DR", ServiceGroup::Permits, arrived);
        stop.state = state;
        if matches!(state, StopState::Done | StopState::Serving) {
            (stop.counter, stop.called_at) = (Some(CounterId::new(1)), Some(arrived));
            stop.ended_at = (state == StopState::Done).then_some(arrived.plus_minutes(5));
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

    #[test]
    fn what_is_told_late_or_twice_changes_nothing() {
        let done = visit(1, 0, 4, StopState::Done);
        let hall = hall(&[done.clone(), visit(1, 0, 1, StopState::Waiting), done]);
        assert_eq!(hall.waiting(), 0);
        assert_eq!(hall.present().count(), 0);
        let turns: Vec<_> = hall.turns().collect();
        assert_eq!(turns, [("SIP-DR", 5.4)]);
    }

    #[test]
    fn a_finish_taken_back_no_longer_counts_as_served() {
        let hall = hall(&[visit(1, 0, 4, StopState::Done), visit(1, 0, 5, StopState::Serving)]);
        assert_eq!(hall.turns().count(), 0);
        assert_eq!(hall.present().count(), 1);
    }

    #[test]
    fn a_counter_is_kept_until_its_next_call() {
        let counter = CounterId::new(1);
        let turn = |ordinal: i64, minute: i64| {
            let mut visit = visit(ordinal, minute, 1, StopState::Done);
            visit.stops[0].counter = Some(counter);
            visit
        };
        let hall = hall(&[turn(1, 0), turn(2, 6), turn(3, 30)]);
        let minutes: Vec<f64> = hall.turns().map(|(_, minutes)| minutes).collect();
        assert_eq!(minutes, [6.0, 5.4, 5.4], "the next call came at once, after a while, and not at all");
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
