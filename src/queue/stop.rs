//! One matter of a visit: a stop at a counter (pure).

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::ids::{CounterId, OfficerId, StopId};
use crate::sites::ServiceGroup;

crate::ids::words! {
    /// Where a stop stands.
    pub enum StopState {
        /// An earlier stop of the visit comes first.
        Pending = "pending",
        /// In line.
        Waiting = "waiting",
        /// Called to a counter.
        Called = "called",
        /// At the counter.
        Serving = "serving",
        /// Parked: the visitor copies a paper, the counter is free.
        OnHold = "on_hold",
        /// Served.
        Done = "done",
        /// Called and did not come.
        NoShow = "no_show",
        /// Given up by the visitor.
        Cancelled = "cancelled",
    }
}

impl StopState {
    /// Whether the visit is at this stop now; at most one stop of a ticket is.
    pub fn is_current(self) -> bool {
        match self {
            StopState::Waiting | StopState::Called | StopState::Serving | StopState::OnHold => true,
            StopState::Pending | StopState::Done | StopState::NoShow | StopState::Cancelled => false,
        }
    }

    /// Whether it is behind the visitor, in whatever way.
    pub fn is_over(self) -> bool {
        matches!(self, StopState::Done | StopState::NoShow | StopState::Cancelled)
    }

    /// Whether the stop occupies its counter.
    pub fn is_in_hand(self) -> bool {
        matches!(self, StopState::Called | StopState::Serving)
    }
}

/// The counter of a call and who sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The counter.
    pub counter: CounterId,
    /// Who serves there.
    pub officer: OfficerId,
}

/// One matter of a visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Identity.
    pub id: StopId,
    /// Counts from 1 within the ticket.
    pub position: i64,
    /// Code of the service.
    pub service: String,
    /// The line it stands in.
    pub group: ServiceGroup,
    /// Where it stands.
    pub state: StopState,
    /// The counter it was called to last.
    pub counter: Option<CounterId>,
    /// The one counter it was sent to, when it was.
    pub wanted: Option<CounterId>,
    /// Who called it last.
    pub officer: Option<OfficerId>,
    /// The place in line: the arrival, kept through transfers.
    pub line_at: Instant,
    /// How often it was called.
    pub calls: i64,
    /// The first call.
    pub called_at: Option<Instant>,
    /// When the visitor said on the phone that the call was received.
    #[serde(default)]
    pub received_at: Option<Instant>,
    /// When service began.
    pub started_at: Option<Instant>,
    /// When it ended, in whatever way.
    pub ended_at: Option<Instant>,
    /// Why it was parked or sent on.
    pub reason: Option<String>,
    /// The matter of the same visit that must be over first.
    #[serde(default)]
    pub after: Option<StopId>,
}

impl Stop {
    /// A stop of a new ticket; the first one is in line at once.
    pub fn new(id: StopId, position: i64, service: &str, group: ServiceGroup, line_at: Instant) -> Stop {
        let state = if position == 1 { StopState::Waiting } else { StopState::Pending };
        Stop {
            id,
            position,
            service: service.to_owned(),
            group,
            state,
            counter: None,
            wanted: None,
            officer: None,
            line_at,
            calls: 0,
            called_at: None,
            received_at: None,
            started_at: None,
            ended_at: None,
            reason: None,
            after: None,
        }
    }

    /// Puts the stop (back) in line at its own place, as if it had never been called.
    pub(super) fn stand_in_line(&mut self) {
        self.state = StopState::Waiting;
        self.counter = None;
        self.officer = None;
        self.calls = 0;
        self.called_at = None;
        self.received_at = None;
        self.started_at = None;
        self.ended_at = None;
    }

    /// Seats the stop at a counter.
    pub(super) fn sit(&mut self, state: StopState, seat: Seat) {
        self.state = state;
        self.counter = Some(seat.counter);
        self.officer = Some(seat.officer);
        self.wanted = None;
    }

    /// Ends the stop.
    pub(super) fn end(&mut self, state: StopState, now: Instant) {
        self.state = state;
        self.ended_at = Some(now);
    }
}
