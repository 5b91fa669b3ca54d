//! When the order of the line is overruled: calling somebody out of turn, and the record of every such time.

use serde_json::json;

use super::acts::checked_reason;
use super::calling::{call_to, in_turn};
use super::counters::{finish_line, free_seat, own_counter, see_counter};
use super::store::{overrules, tickets};
use super::{Called, Clerk, Ticket};
use crate::audit::{self, Act, Actor, Entry};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{CounterId, OverruleId, TicketId};
use crate::messages::Refusal;
use crate::sites::Site;

/// More visitors than any line holds: the whole line is read to know who is passed over.
const EVERYBODY: i64 = 10_000;

crate::ids::words! {
    /// How the order was overruled.
    pub enum OverruleKind {
        /// Somebody was called before those ahead.
        OutOfOrder = "out_of_order",
        /// Staff gave a number that is called earlier.
        Priority = "priority",
        /// Somebody was sent to one counter in place of the common line.
        ToCounter = "to_counter",
    }
}

/// One time the order was overruled.
#[derive(Clone, Debug)]
pub struct Overrule {
    /// The local day.
    pub day: Day,
    /// How.
    pub kind: OverruleKind,
    /// Name of who did it.
    pub officer: String,
    /// Why: typed words, or the word of a priority.
    pub reason: String,
    /// People who were ahead at that counter.
    pub passed: i64,
    /// When.
    pub at: Instant,
}

/// Calls a chosen visitor before those ahead. Refused to a clerk who may not choose; a visitor whose turn it is
/// anyway is called without counting as an exception.
pub async fn call(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId, ticket: TicketId, reason: &str) -> Outcome<Called> {
    if !clerk.chooses {
        return Err(Refusal::forbidden("order-kept").into());
    }
    let reason = checked_reason(reason)?;
    let counter = own_counter(clerk, id)?;
    let seen = see_counter(tx, counter.id).await?;
    let (seat, finished) = free_seat(tx, clerk, counter, seen).await?;
    let turn = in_turn(tx, clerk, counter, EVERYBODY).await?.turn;
    let place = turn.iter().position(|visitor| visitor.ticket == ticket);
    let place = place.ok_or_else(|| Refusal::conflict("ticket-not-in-line").with("counter", counter.number))?;
    let before = tickets::lock_if_waiting(tx, ticket).await?;
    let before = before.ok_or_else(|| Refusal::conflict("ticket-not-in-line").with("counter", counter.number))?;
    let passed = i64::try_from(place).unwrap_or(EVERYBODY);
    if passed > 0 {
        note(tx, clerk.act(), &before, (OverruleKind::OutOfOrder, reason, passed)).await?;
    }
    let (called, head) = call_to(tx, clerk, (seat, None), (&before, before.clone())).await?;
    let mut lines: Vec<Entry> = finished.iter().map(|ticket| finish_line(clerk, counter, ticket)).collect();
    let detail = json!({ "counter": counter.number, "call": called.seq, "passed": passed });
    lines.push(Entry::new(clerk.act(), "ticket.called_out_of_order", ticket, detail));
    audit::write(tx, head, &lines).await?;
    Ok(called)
}

/// Keeps one time for the report; only members of staff overrule.
pub(super) async fn note(
    tx: &mut Tx,
    act: Act,
    ticket: &Ticket,
    how: (OverruleKind, &str, i64),
) -> Result<(), StoreError> {
    let Actor::Officer(officer) = act.actor else { return Ok(()) };
    overrules::insert(tx, OverruleId::new(act.now.0), ticket, (officer, act.now), how).await
}

/// Every time the order of a site was overruled on local days, both ends included, in order of time.
pub async fn list_overrules(tx: &mut Tx, site: &Site, days: (Day, Day)) -> Result<Vec<Overrule>, StoreError> {
    overrules::list(tx, site.id, days).await
}
