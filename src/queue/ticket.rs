//! A visit: one number for all its matters, and what may happen to it (pure).

use super::number::Number;
use super::stop::{Seat, Stop, StopState};
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, SiteId, StopId, TicketId};
use crate::messages::Refusal;
use crate::sites::ServiceGroup;

crate::ids::words! {
    /// Where a visit stands.
    pub enum TicketState {
        /// In line.
        Waiting = "waiting",
        /// Called to a counter.
        Called = "called",
        /// At the counter.
        Serving = "serving",
        /// Parked.
        OnHold = "on_hold",
        /// Every matter is served.
        Done = "done",
        /// Called and did not come.
        NoShow = "no_show",
        /// Given up by the visitor.
        Cancelled = "cancelled",
    }
}

crate::ids::words! {
    /// Why a visitor is called earlier (lansia, disabilitas, hamil, membawa balita).
    pub enum Priority {
        /// No reason.
        None = "none",
        /// 60 years or older.
        Elderly = "elderly",
        /// With a disability.
        Disability = "disability",
        /// Pregnant.
        Pregnant = "pregnant",
        /// With a small child.
        Toddler = "toddler",
    }
}

crate::ids::words! {
    /// Where the number was taken.
    pub enum Channel {
        /// The visitor at the kiosk.
        Kiosk = "kiosk",
        /// A member of staff for the visitor.
        Greeter = "greeter",
        /// Another program, or the phone.
        Api = "api",
    }
}

/// Where a visitor is sent on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// To one counter, whatever its groups.
    Counter(CounterId),
    /// To the line of another service: the matter was another one.
    Service(String, ServiceGroup),
}

/// A visit with its stops in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Identity, known to staff.
    pub id: TicketId,
    /// The secret of the visitor's own page.
    pub token: String,
    /// Where.
    pub site: SiteId,
    /// The local day of the number.
    pub day: Day,
    /// The number called.
    pub number: Number,
    /// Why called earlier.
    pub priority: Priority,
    /// Where it stands.
    pub state: TicketState,
    /// Where it was taken.
    pub channel: Channel,
    /// Grows with every change; two changes at once cannot both succeed.
    pub version: i64,
    /// The arrival.
    pub issued_at: Instant,
    /// When the visit ended.
    pub closed_at: Option<Instant>,
    /// The matters, in order.
    pub stops: Vec<Stop>,
}

impl Ticket {
    /// The stop the visit is at, until it is over.
    pub fn current(&self) -> Option<&Stop> {
        self.stops.iter().find(|stop| stop.state.is_current())
    }

    /// The counter the visit occupies.
    pub fn counter_in_hand(&self) -> Option<CounterId> {
        self.current().filter(|stop| stop.state.is_in_hand()).and_then(|stop| stop.counter)
    }

    /// waiting → called.
    pub fn call(&mut self, seat: Seat, now: Instant) -> Result<(), Refusal> {
        let stop = self.current_in(&[StopState::Waiting], "ticket-not-waiting")?;
        stop.sit(StopState::Called, seat);
        stop.calls += 1;
        stop.called_at = Some(now);
        self.settle(now);
        Ok(())
    }

    /// called → called once more, until the most calls of the site.
    pub fn recall(&mut self, most_calls: i64) -> Result<(), Refusal> {
        let enough = self.refuse("recall-limit").with("calls", most_calls);
        let stop = self.current_in(&[StopState::Called], "ticket-not-called")?;
        if stop.calls >= most_calls {
            return Err(enough);
        }
        stop.calls += 1;
        Ok(())
    }

    /// The visitor has seen the call and comes. Said twice, the first time counts.
    pub fn receive(&mut self, now: Instant) -> Result<(), Refusal> {
        self.current_in(&[StopState::Called], "ticket-not-called")?.received_at.get_or_insert(now);
        Ok(())
    }

    /// called → serving.
    pub fn start(&mut self, now: Instant) -> Result<(), Refusal> {
        let stop = self.current_in(&[StopState::Called], "ticket-not-called")?;
        stop.state = StopState::Serving;
        stop.started_at = Some(now);
        self.settle(now);
        Ok(())
    }

    /// serving → on_hold; the counter is free.
    pub fn hold(&mut self, reason: &str, now: Instant) -> Result<(), Refusal> {
        let stop = self.current_in(&[StopState::Serving], "ticket-not-serving")?;
        stop.state = StopState::OnHold;
        stop.reason = Some(reason.to_owned());
        self.settle(now);
        Ok(())
    }

    /// on_hold → serving, at any counter.
    pub fn resume(&mut self, seat: Seat, now: Instant) -> Result<(), Refusal> {
        self.current_in(&[StopState::OnHold], "ticket-not-on-hold")?.sit(StopState::Serving, seat);
        self.settle(now);
        Ok(())
    }

    /// called or on_hold → no_show. Answers the stop and the state it was in.
    pub fn no_show(&mut self, now: Instant) -> Result<(StopId, StopState), Refusal> {
        let stop = self.current_in(&[StopState::Called, StopState::OnHold], "ticket-not-called")?;
        let was = (stop.id, stop.state);
        stop.end(StopState::NoShow, now);
        self.settle(now);
        Ok(was)
    }

    /// no_show → waiting: the person reports after all and stands at `line_at`.
    pub fn rejoin(&mut self, line_at: Instant, now: Instant) -> Result<(), Refusal> {
        let missed = self.stops.iter_mut().find(|stop| stop.state == StopState::NoShow);
        let Some(stop) = missed else { return Err(self.refuse("ticket-not-missed")) };
        stop.stand_in_line();
        stop.line_at = line_at;
        self.settle(now);
        Ok(())
    }

    /// serving → done; the next stop joins its line at the arrival's place. Answers the stop that ended.
    pub fn finish(&mut self, now: Instant) -> Result<(StopId, StopState), Refusal> {
        let stop = self.current_in(&[StopState::Serving], "ticket-not-serving")?;
        let ended = (stop.id, stop.state);
        stop.end(StopState::Done, now);
        let next = self.stops.iter().position(|stop| stop.state == StopState::Pending && !self.is_held(stop));
        if let Some(next) = next {
            self.stops[next].stand_in_line();
        }
        self.settle(now);
        Ok(ended)
    }

    /// Waits for another matter first; the present one keeps its place in its own line for later.
    pub fn wait_first_for(&mut self, matter: StopId, now: Instant) -> Result<(), Refusal> {
        let present = self.current_in(&[StopState::Waiting], "ticket-not-waiting")?;
        if present.id == matter {
            return Ok(());
        }
        present.state = StopState::Pending;
        let refusal = self.refuse("ticket-not-waiting");
        let stop = self.stops.iter_mut().find(|stop| stop.id == matter && stop.state == StopState::Pending);
        stop.ok_or(refusal)?.stand_in_line();
        self.settle(now);
        Ok(())
    }

    /// The matters that are not over, not at a counter and not behind another one: where the visitor could wait.
    pub fn left(&self) -> impl Iterator<Item = &Stop> {
        let is_left =
            |stop: &&Stop| matches!(stop.state, StopState::Waiting | StopState::Pending) && !self.is_held(stop);
        self.stops.iter().filter(is_left)
    }

    /// Takes back a finish or a no-show, as long as nobody has called the visit since.
    pub fn undo(&mut self, ended: StopId, was: StopState, seat: Seat, now: Instant) -> Result<(), Refusal> {
        let at =
            self.stops.iter().position(|s| s.id == ended && matches!(s.state, StopState::Done | StopState::NoShow));
        let moved_on = self.current().is_some_and(|stop| stop.state != StopState::Waiting);
        let Some(at) = at.filter(|_| !moved_on && self.state != TicketState::Cancelled) else {
            return Err(self.refuse("nothing-to-undo"));
        };
        if let Some(next) = self.stops.iter_mut().find(|stop| stop.state == StopState::Waiting) {
            next.state = StopState::Pending;
        }
        self.stops[at].ended_at = None;
        self.stops[at].sit(was, seat);
        self.settle(now);
        Ok(())
    }

    /// Sends the visitor on; the place in line is kept.
    pub fn transfer(&mut self, onward: Onward, reason: &str, now: Instant) -> Result<(), Refusal> {
        use StopState::{Called, OnHold, Serving, Waiting};
        let stop = self.current_in(&[Waiting, Called, Serving, OnHold], "ticket-closed")?;
        stop.stand_in_line();
        stop.reason = Some(reason.to_owned());
        match onward {
            Onward::Counter(counter) => stop.wanted = Some(counter),
            Onward::Service(service, group) => {
                stop.wanted = None;
                stop.service = service;
                stop.group = group;
            }
        }
        self.settle(now);
        Ok(())
    }

    /// waiting or called → cancelled, with every stop that is left.
    pub fn cancel(&mut self, now: Instant) -> Result<(), Refusal> {
        self.current_in(&[StopState::Waiting, StopState::Called], "ticket-not-waiting")?;
        for stop in self.stops.iter_mut().filter(|s| s.state == StopState::Pending || s.state.is_current()) {
            stop.end(StopState::Cancelled, now);
        }
        self.settle(now);
        Ok(())
    }

    pub(super) fn current_in(&mut self, allowed: &[StopState], code: &'static str) -> Result<&mut Stop, Refusal> {
        let refusal = self.refuse(code);
        self.stops.iter_mut().find(|stop| stop.state.is_current() && allowed.contains(&stop.state)).ok_or(refusal)
    }

    pub(super) fn refuse(&self, code: &'static str) -> Refusal {
        Refusal::conflict(code).with("number", self.number)
    }

    /// The state of the visit follows from its stops.
    pub(super) fn settle(&mut self, now: Instant) {
        let of_stop = |stop: &Stop| match stop.state {
            StopState::Waiting => Some(TicketState::Waiting),
            StopState::Called => Some(TicketState::Called),
            StopState::Serving => Some(TicketState::Serving),
            StopState::OnHold => Some(TicketState::OnHold),
            StopState::NoShow => Some(TicketState::NoShow),
            StopState::Cancelled => Some(TicketState::Cancelled),
            StopState::Pending | StopState::Done => None,
        };
        self.state = self.stops.iter().find_map(of_stop).unwrap_or(TicketState::Done);
        let open = self.stops.iter().any(|stop| stop.state.is_current());
        self.closed_at = if open { None } else { Some(self.closed_at.unwrap_or(now)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OfficerId;

    const NOW: Instant = Instant(60_000_000);

    fn seat(counter: u128) -> Seat {
        Seat { counter: CounterId(uuid::Uuid::from_u128(counter)), officer: OfficerId(uuid::Uuid::from_u128(9)) }
    }

    fn ticket(matters: i64) -> Ticket {
        let stop = |position| Stop::new(StopId::new(position), position, "SIPB", ServiceGroup::Permits, Instant(0));
        Ticket {
            id: TicketId::new(1),
            token: String::new(),
            site: SiteId::new(1),
            day: Instant(0).day(chrono_tz::Tz::Asia__Jakarta),
            number: Number { letter: 'A', ordinal: 1 },
            priority: Priority::None,
            state: TicketState::Waiting,
            channel: Channel::Kiosk,
            version: 1,
            issued_at: Instant(0),
            closed_at: None,
            stops: (1..=matters).map(stop).collect(),
        }
    }

    #[test]
    fn a_called_ticket_cannot_be_called_twice() {
        let mut ticket = ticket(1);
        ticket.call(seat(1), NOW).unwrap();
        assert_eq!(ticket.call(seat(2), NOW).unwrap_err().code, "ticket-not-waiting");
        assert_eq!(ticket.counter_in_hand(), Some(seat(1).counter));
    }

    #[test]
    fn a_visit_is_over_when_its_last_matter_is_served() {
        let mut ticket = ticket(2);
        for state in [TicketState::Waiting, TicketState::Done] {
            ticket.call(seat(1), NOW).unwrap();
            assert_eq!(ticket.finish(NOW).unwrap_err().code, "ticket-not-serving");
            ticket.start(NOW).unwrap();
            ticket.finish(NOW).unwrap();
            assert_eq!(ticket.state, state);
        }
        assert_eq!(ticket.closed_at, Some(NOW));
    }

    #[test]
    fn a_finish_taken_back_is_exactly_as_before() {
        let mut ticket = ticket(2);
        ticket.call(seat(1), NOW).unwrap();
        ticket.start(NOW).unwrap();
        let before = ticket.clone();
        let (stop, was) = ticket.finish(NOW).unwrap();
        ticket.undo(stop, was, seat(1), NOW).unwrap();
        assert_eq!(ticket, before);
    }

    #[test]
    fn a_visit_that_was_called_again_cannot_be_taken_back() {
        let mut ticket = ticket(2);
        ticket.call(seat(1), NOW).unwrap();
        ticket.start(NOW).unwrap();
        let (stop, was) = ticket.finish(NOW).unwrap();
        ticket.call(seat(2), NOW).unwrap();
        assert_eq!(ticket.undo(stop, was, seat(1), NOW).unwrap_err().code, "nothing-to-undo");
    }

    #[test]
    fn a_transfer_keeps_the_place_and_forgets_the_call() {
        let mut ticket = ticket(1);
        ticket.call(seat(1), NOW).unwrap();
        ticket.transfer(Onward::Counter(seat(2).counter), "alasan", NOW).unwrap();
        let stop = ticket.current().unwrap();
        assert_eq!((stop.state, stop.line_at, stop.calls), (StopState::Waiting, Instant(0), 0));
        assert_eq!(stop.wanted, Some(seat(2).counter));
    }

    #[test]
    fn service_that_has_begun_cannot_be_given_back() {
        let mut ticket = ticket(2);
        ticket.call(seat(1), NOW).unwrap();
        ticket.start(NOW).unwrap();
        assert!(ticket.cancel(NOW).is_err());
        ticket.finish(NOW).unwrap();
        ticket.cancel(NOW).unwrap();
        assert_eq!((ticket.state, ticket.stops[0].state), (TicketState::Cancelled, StopState::Done));
    }
}
