//! What a supervisor does for a clerk who is away: ends a forgotten service, frees a counter.

use serde_json::json;

use super::acts::{checked_reason, lock_own};
use super::counters::{go_on, lock_seat, own_counter, tell};
use super::store::{desks, tickets};
use super::{Clerk, DeskState, Ticket, TicketState};
use crate::audit;
use crate::db::{Outcome, Tx};
use crate::ids::{CounterId, TicketId};
use crate::messages::Refusal;

/// Ends a service that a clerk forgot to finish. How long it took is not known: it counts as served, in no figure of
/// minutes.
pub async fn end_forgotten(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId, reason: &str) -> Outcome<Ticket> {
    let reason = checked_reason(reason)?;
    let before = lock_own(tx, clerk, id).await?;
    let ticket = end(tx, clerk, &before).await?;
    audit::record(tx, clerk.act(), "ticket.ended_for_clerk", id, json!({ "reason": reason })).await?;
    Ok(ticket)
}

/// Takes a counter from the clerk who has it, so that another can open it. A visitor being served is ended as forgotten,
/// one that was called stands in line again at the same place.
pub async fn free_counter(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId, reason: &str) -> Outcome<()> {
    let reason = checked_reason(reason)?;
    let counter = own_counter(clerk, id)?;
    let (seat, _) = lock_seat(tx, clerk, counter).await?;
    let in_hand = tickets::find_in_hand(tx, id).await?;
    match &in_hand {
        Some(before) if before.state == TicketState::Serving => {
            end(tx, clerk, before).await?;
        }
        Some(before) => {
            let mut ticket = before.clone();
            ticket.call_off(clerk.now)?;
            tickets::save(tx, before, &ticket)?;
        }
        None => {}
    }
    desks::close(tx, id, clerk.now).await?;
    tell(tx, clerk.site.id, id, (DeskState::Closed, None), clerk.now)?;
    let detail = json!({ "counter": counter.number, "from": seat.officer, "reason": reason,
        "ticket": in_hand.map(|ticket| ticket.id) });
    audit::record(tx, clerk.act(), "counter.freed", id, detail).await?;
    Ok(())
}

async fn end(tx: &mut Tx, clerk: Clerk<'_>, before: &Ticket) -> Outcome<Ticket> {
    if !clerk.relieves {
        return Err(Refusal::conflict("ticket-elsewhere").with("number", before.number).into());
    }
    let mut ticket = before.clone();
    ticket.end_forgotten(clerk.now)?;
    go_on(tx, clerk, &mut ticket).await?;
    tickets::save(tx, before, &ticket)?;
    Ok(ticket)
}
