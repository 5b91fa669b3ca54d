//! How a visit goes on that its clerk did not finish (pure): the day ends, or somebody else ends it.

use super::{StopState, Ticket};
use crate::clock::Instant;
use crate::messages::Refusal;

impl Ticket {
    /// waiting or on_hold → cancelled with every stop that is left: the day ends before they were served.
    pub fn leave(&mut self, now: Instant) -> Result<(), Refusal> {
        self.current_in(&[StopState::Waiting, StopState::OnHold], "ticket-not-in-hall")?;
        for stop in self.stops.iter_mut().filter(|s| s.state == StopState::Pending || s.state.is_current()) {
            stop.end(StopState::Cancelled, now);
        }
        self.settle(now);
        Ok(())
    }

    /// serving → done by somebody who was not there: the beginning is dropped, because the length is not known.
    pub fn end_forgotten(&mut self, now: Instant) -> Result<(), Refusal> {
        let (ended, _) = self.finish(now)?;
        self.stops.iter_mut().filter(|stop| stop.id == ended).for_each(|stop| stop.started_at = None);
        Ok(())
    }

    /// called → waiting, at the same place: nobody is at the counter any more.
    pub fn call_off(&mut self, now: Instant) -> Result<(), Refusal> {
        self.current_in(&[StopState::Called], "ticket-not-called")?.stand_in_line();
        self.settle(now);
        Ok(())
    }

    /// Ends a visit that the day left open: who was called did not come, who waited or was parked has gone.
    pub fn expire(&mut self, now: Instant) {
        for stop in &mut self.stops {
            match stop.state {
                // How long it took is not known: it must not count as a night.
                StopState::Serving => {
                    let began = stop.started_at.take().unwrap_or(now);
                    stop.end(StopState::Done, began);
                }
                StopState::Called => stop.end(StopState::NoShow, now),
                StopState::Pending | StopState::Waiting | StopState::OnHold => stop.end(StopState::Cancelled, now),
                StopState::Done | StopState::NoShow | StopState::Cancelled => {}
            }
        }
        self.settle(now);
    }
}
