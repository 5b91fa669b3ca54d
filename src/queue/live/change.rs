//! What a commit tells about a hall, in words that cross from one instance to another.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::{Day, Instant};
use crate::db::{HallEvent, StoreError, Tx};
use crate::ids::{CounterId, OfficerId, SiteId, TicketId};
use crate::queue::{DeskState, Number, Priority, Stop, Ticket, TicketState};

/// A visit as the hall knows it: the ticket without its holder's secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The ticket.
    pub id: TicketId,
    /// The local day of the number.
    pub day: Day,
    /// The number called.
    pub number: Number,
    /// Why called earlier.
    pub priority: Priority,
    /// Where it stands.
    pub state: TicketState,
    /// The newer of two versions is true.
    pub version: i64,
    /// The matters, in order.
    pub stops: Vec<Stop>,
}

impl Visit {
    /// The visit of a ticket.
    pub fn of(ticket: &Ticket) -> Visit {
        Visit {
            id: ticket.id,
            day: ticket.day,
            number: ticket.number,
            priority: ticket.priority,
            state: ticket.state,
            version: ticket.version,
            stops: ticket.stops.clone(),
        }
    }

    /// The stop the visit is at, until it is over.
    pub fn current(&self) -> Option<&Stop> {
        self.stops.iter().find(|stop| stop.state.is_current())
    }
}

/// A counter that was opened, paused or closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeskNow {
    /// The counter.
    pub counter: CounterId,
    /// Whether it is at work.
    pub state: DeskState,
    /// Who sits there.
    pub officer: Option<OfficerId>,
    /// Since when; the later of two is true.
    pub since: Instant,
}

/// A call, as the board shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CallNow {
    /// Counts up per site.
    pub seq: i64,
    /// The number called.
    pub number: Number,
    /// Where to.
    pub counter: CounterId,
    /// Whether it is the first call of that matter, not a recall.
    pub first: bool,
    /// When.
    pub at: Instant,
}

/// One thing that changed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A visit began or moved on.
    Visit(Visit),
    /// A counter changed hands or state.
    Desk(DeskNow),
    /// Somebody was called.
    Call(CallNow),
}

impl Change {
    /// Has the change told with the commit of a transaction.
    pub fn tell(&self, tx: &mut Tx, site: SiteId) -> Result<(), StoreError> {
        let call = if let Change::Call(call) = self { Some(call.seq) } else { None };
        let text = serde_json::to_string(self).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        tx.tell(HallEvent { site, call, change: Some(Arc::from(text)) });
        Ok(())
    }
}
