//! A matter that came up on the way and goes first (pure).

use super::stop::{Stop, StopState};
use super::ticket::Ticket;
use crate::clock::Instant;
use crate::messages::Refusal;

impl Ticket {
    /// Whether another matter of the visit must be over before this one.
    pub fn is_held(&self, stop: &Stop) -> bool {
        let first = stop.after.and_then(|id| self.stops.iter().find(|other| other.id == id));
        first.is_some_and(|first| !first.state.is_over())
    }

    /// Goes to another counter first: the present matter gives way, and is in line again at its own place when the
    /// other one is over.
    ///
    /// # Errors
    /// 409 `ticket-closed` when the visit is over.
    pub fn detour(&mut self, mut matter: Stop, reason: &str, now: Instant) -> Result<(), Refusal> {
        use StopState::{Called, OnHold, Serving, Waiting};
        let first = matter.id;
        let present = self.current_in(&[Waiting, Called, Serving, OnHold], "ticket-closed")?;
        present.stand_in_line();
        present.state = StopState::Pending;
        present.after = Some(first);
        matter.stand_in_line();
        matter.reason = Some(reason.to_owned());
        self.stops.push(matter);
        self.settle(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CounterId, OfficerId, SiteId, StopId, TicketId};
    use crate::queue::{Channel, Number, Priority, Seat, TicketState};
    use crate::sites::ServiceGroup;

    const NOW: Instant = Instant(60_000_000);

    fn seat(counter: u128) -> Seat {
        Seat { counter: CounterId(uuid::Uuid::from_u128(counter)), officer: OfficerId(uuid::Uuid::from_u128(9)) }
    }

    fn served() -> Ticket {
        let mut ticket = Ticket {
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
            stops: vec![Stop::new(StopId::new(1), 1, "SIPB", ServiceGroup::Permits, Instant(0))],
        };
        ticket.call(seat(1), NOW).unwrap();
        ticket.start(NOW).unwrap();
        ticket
    }

    #[test]
    fn after_a_detour_the_visitor_is_back_at_the_own_place_and_not_before() {
        let mut ticket = served();
        let matter = Stop::new(StopId::new(77), 2, "KK-U", ServiceGroup::Population, Instant(0));
        ticket.detour(matter, "data berbeda", NOW).unwrap();
        assert_eq!((ticket.state, ticket.current().unwrap().service.as_str()), (TicketState::Waiting, "KK-U"));
        assert_eq!(ticket.left().map(|stop| stop.service.as_str()).collect::<Vec<_>>(), ["KK-U"]);
        ticket.call(seat(2), NOW).unwrap();
        ticket.start(NOW).unwrap();
        ticket.finish(NOW).unwrap();
        let back = ticket.current().unwrap();
        assert_eq!((back.service.as_str(), back.state, back.line_at), ("SIPB", StopState::Waiting, Instant(0)));
        assert!(!ticket.is_held(back));
    }

    #[test]
    fn a_visit_that_is_over_goes_nowhere_first() {
        let mut ticket = served();
        ticket.finish(NOW).unwrap();
        let matter = Stop::new(StopId::new(77), 2, "KK-U", ServiceGroup::Population, Instant(0));
        assert_eq!(ticket.detour(matter, "x", NOW).unwrap_err().code, "ticket-closed");
    }
}
