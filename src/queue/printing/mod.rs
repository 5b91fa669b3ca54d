//! The slip of a number on its way to paper. It is queued in the transaction that gives the number; whatever becomes of
//! the paper, the number stays, and printing again never gives another one.

mod send;
mod slip;
mod spooler;
mod store;

use serde_json::json;

use super::{Ticket, TicketState};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::TicketSlip;
use crate::ids::{DeviceId, TicketId};
use crate::messages::Refusal;

pub use send::{Patience, PrintFault, send, send_first};
pub use slip::{code_bytes, slip_bytes};
pub use spooler::{Bell, Spooler};

/// Papers of one number at most: enough for a printer that jams, too few to empty a roll.
const MOST_TRIES: i64 = 5;

crate::ids::words! {
    /// How far a slip is.
    pub enum PrintState {
        /// Waits for the printer.
        Queued = "queued",
        /// The printer has it.
        Printing = "printing",
        /// It is paper.
        Printed = "printed",
        /// It is not, and a person decides what next.
        Failed = "failed",
        /// The visit was over before it was printed.
        Cancelled = "cancelled",
    }
}

/// A slip and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Of which number.
    pub ticket: TicketId,
    /// On which printer.
    pub printer: DeviceId,
    /// How far it is.
    pub state: PrintState,
    /// How often it went to a printer.
    pub tries: i64,
    /// Why it is not paper.
    pub fault: Option<PrintFault>,
    /// When it was asked for.
    pub queued_at: Instant,
}

impl Slip {
    /// Whether the printer is still expected to bring it.
    pub fn is_on_its_way(&self) -> bool {
        match self.state {
            PrintState::Queued | PrintState::Printing => true,
            PrintState::Printed | PrintState::Failed | PrintState::Cancelled => false,
        }
    }

    /// Whether it may be printed again.
    pub fn may_be_printed_again(&self) -> bool {
        !self.is_on_its_way() && self.tries < MOST_TRIES
    }
}

/// Queues the slip of a number just given, in the transaction that gives it.
pub async fn leave(
    tx: &mut Tx,
    ticket: &Ticket,
    printer: DeviceId,
    paper: &TicketSlip,
    now: Instant,
) -> Result<(), StoreError> {
    store::insert(tx, ticket.id, printer, paper, now).await
}

/// Queues the slip of a number again, with what it says now. One that is on its way stays as it is.
pub async fn print_again(tx: &mut Tx, act: Act, ticket: &Ticket, printer: DeviceId, paper: &TicketSlip) -> Outcome<()> {
    if is_over(ticket.state) {
        return Err(Refusal::conflict("ticket-closed").with("number", ticket.number).into());
    }
    match store::lock(tx, ticket.id).await? {
        Some(slip) if slip.is_on_its_way() => return Ok(()),
        Some(slip) if slip.tries >= MOST_TRIES => {
            return Err(Refusal::conflict("slip-printed-often").with("number", ticket.number).into());
        }
        Some(_) => store::queue_again(tx, ticket.id, printer, paper, act.now).await?,
        None => store::insert(tx, ticket.id, printer, paper, act.now).await?,
    }
    audit::record(tx, act, "slip.printed_again", ticket.id, json!({ "printer": printer })).await?;
    Ok(())
}

/// Whether a visit is over, so that its slip would send somebody to wait for nothing.
fn is_over(state: TicketState) -> bool {
    match state {
        TicketState::Waiting | TicketState::Called | TicketState::Serving | TicketState::OnHold => false,
        TicketState::Done | TicketState::NoShow | TicketState::Cancelled => true,
    }
}

/// The slip of a number, if one was asked for.
pub async fn find(tx: &mut Tx, ticket: TicketId) -> Result<Option<Slip>, StoreError> {
    store::find(tx, ticket).await
}

/// How many slips failed on each printer since a moment.
pub async fn count_failed(tx: &mut Tx, since: Instant) -> Result<Vec<(DeviceId, i64)>, StoreError> {
    store::count_failed(tx, since).await
}
