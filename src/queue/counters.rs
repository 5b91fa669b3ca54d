//! Who has a counter and whom it has in hand; ending a service there.

use serde_json::json;

use super::acts::checked_reason;
use super::store::{desks, hall, tickets};
use super::{Clerk, DeskState, Left, Seat, Stop, Ticket, TicketState, route};
use crate::audit::{self, Entry};
use crate::clock::Instant;
use crate::db::{self, Outcome, StoreError, Tx};
use crate::ids::{CounterId, OfficerId, SiteId, StopId};
use crate::messages::Refusal;
use crate::queue::StopState;
use crate::queue::live::{Change, DeskNow};
use crate::sites::Counter;

/// Opens a counter for the clerk, or ends its pause. A counter another clerk has is refused.
pub async fn open(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<()> {
    let counter = own_counter(clerk, id)?;
    if !desks::open(tx, id, clerk.officer, clerk.now).await? {
        return Err(taken(tx, clerk, counter).await?.into());
    }
    tell(tx, clerk.site.id, id, (DeskState::Open, Some(clerk.officer)), clerk.now)?;
    audit::record(tx, clerk.act(), "counter.opened", id, json!({ "counter": counter.number })).await?;
    Ok(())
}

/// Pauses a counter for a reason: nobody is called to it until it is opened again.
pub async fn pause(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId, reason: &str) -> Outcome<()> {
    let counter = own_counter(clerk, id)?;
    let (seat, _) = lock_seat(tx, clerk, counter).await?;
    let reason = checked_reason(reason)?;
    desks::pause(tx, id, reason, clerk.now).await?;
    tell(tx, clerk.site.id, id, (DeskState::Paused, Some(seat.officer)), clerk.now)?;
    audit::record(tx, clerk.act(), "counter.paused", id, json!({ "counter": counter.number, "reason": reason }))
        .await?;
    Ok(())
}

/// Closes a counter that has nobody in hand.
pub async fn close(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<()> {
    let counter = own_counter(clerk, id)?;
    lock_seat(tx, clerk, counter).await?;
    if let Some(ticket) = tickets::find_in_hand(tx, id).await? {
        return Err(in_hand(&ticket));
    }
    desks::close(tx, id, clerk.now).await?;
    tell(tx, clerk.site.id, id, (DeskState::Closed, None), clerk.now)?;
    audit::record(tx, clerk.act(), "counter.closed", id, json!({ "counter": counter.number })).await?;
    Ok(())
}

/// Who has a counter, and whom it has in hand.
pub(super) type AtCounter = (Option<(OfficerId, DeskState)>, Option<Ticket>);

/// Who has a counter, and whom it has in hand, under lock.
pub(super) async fn see_counter(tx: &mut Tx, counter: CounterId) -> Result<AtCounter, StoreError> {
    let (held, in_hand) = (desks::ask_lock(tx, counter), tickets::ask_in_hand(tx, counter));
    let answers = tx.answers().await?;
    Ok((answers.first_of(&held)?, in_hand.of(&answers)?))
}

/// The open counter with nobody in hand: a visitor being served is finished, one that was called is in the way.
pub(super) async fn free_seat(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    (held, visitor): AtCounter,
) -> Outcome<(Seat, Option<Ticket>)> {
    let (seat, state) = seat_of(tx, clerk, counter, held).await?;
    if state != DeskState::Open {
        return Err(Refusal::conflict("counter-closed").with("counter", counter.number).into());
    }
    match visitor {
        Some(ticket) if ticket.state != TicketState::Serving => Err(in_hand(&ticket)),
        Some(ticket) => Ok((seat, Some(end_service(tx, clerk, counter.id, ticket).await?))),
        None => Ok((seat, None)),
    }
}

/// The audit line of a visitor that a call finished.
pub(super) fn finish_line(clerk: Clerk<'_>, counter: &Counter, finished: &Ticket) -> Entry {
    Entry::new(clerk.act(), "ticket.finished", finished.id, json!({ "counter": counter.number }))
}

/// Ends the present stop without an audit line; the caller writes it at the end of its act.
pub(super) async fn end_service(tx: &mut Tx, clerk: Clerk<'_>, at: CounterId, before: Ticket) -> Outcome<Ticket> {
    let mut ticket = before.clone();
    let ended: (StopId, StopState) = ticket.finish(clerk.now)?;
    go_on(tx, clerk, &mut ticket).await?;
    tickets::save(tx, &before, &ticket)?;
    desks::replace_undo(tx, ticket.id, ended, at, clerk.now);
    Ok(ticket)
}

/// Of several matters that are left, the visitor waits for the one with the shortest line first.
pub(super) async fn go_on(tx: &mut Tx, clerk: Clerk<'_>, ticket: &mut Ticket) -> Outcome<()> {
    if ticket.left().count() < 2 {
        return Ok(());
    }
    let staffed = desks::list_staffed(tx, clerk.site.id).await?;
    let takes = |stop: &Stop| {
        let is_for = |c: &&Counter| staffed.contains(&c.id) && clerk.site.is_for(c, stop.group, &stop.service);
        clerk.site.counters.iter().filter(is_for).count()
    };
    let mut left = Vec::new();
    for stop in ticket.left() {
        left.push(Left {
            stop: stop.id,
            position: stop.position,
            ahead: hall::count_before(tx, (clerk.site.id, ticket.day), stop.group, stop.line_at).await?,
            counters: takes(stop) as i64,
        });
    }
    if let Some(first) = route::first_of(&left) {
        ticket.wait_first_for(first, clerk.now)?;
    }
    Ok(())
}

/// Has the new state of a counter told with the commit.
pub(super) fn tell(
    tx: &mut Tx,
    site: SiteId,
    counter: CounterId,
    desk: (DeskState, Option<OfficerId>),
    since: Instant,
) -> Result<(), StoreError> {
    let (state, officer) = desk;
    Change::Desk(DeskNow { counter, state, officer, since }).tell(tx, site)
}

pub(super) fn in_hand(ticket: &Ticket) -> db::Fault {
    Refusal::conflict("ticket-in-hand").with("number", ticket.number).into()
}

pub(super) fn own_counter<'a>(clerk: Clerk<'a>, id: CounterId) -> Result<&'a Counter, Refusal> {
    let found = clerk.site.counters.iter().find(|counter| counter.id == id);
    found.ok_or_else(|| Refusal::not_found("counter-unknown"))
}

pub(super) async fn lock_seat(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter) -> Outcome<(Seat, DeskState)> {
    let held = desks::lock(tx, counter.id).await?;
    seat_of(tx, clerk, counter, held).await
}

async fn seat_of(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    held: Option<(OfficerId, DeskState)>,
) -> Outcome<(Seat, DeskState)> {
    match held {
        None => Err(Refusal::conflict("counter-closed").with("counter", counter.number).into()),
        Some((officer, _)) if officer != clerk.officer && !clerk.relieves => {
            Err(taken(tx, clerk, counter).await?.into())
        }
        Some((officer, state)) => Ok((Seat { counter: counter.id, officer }, state)),
    }
}

/// The refusal tells who has the counter, so that the second clerk knows whom to ask.
async fn taken(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter) -> Result<Refusal, StoreError> {
    let desks = desks::list_desks(tx, clerk.site.id).await?;
    let officer = desks.into_iter().find(|desk| desk.counter == counter.id).and_then(|desk| desk.officer_name);
    Ok(Refusal::conflict("counter-taken").with("counter", counter.number).with("officer", officer.unwrap_or_default()))
}
