//! What a clerk does with the visitor: each act is loaded under lock, decided by the pure rules, saved and recorded.

use serde_json::{Value, json};

use super::calling::{announce, calls_of, seat_taken};
use super::counters::{end_service, in_hand};
use super::overrule::{self, OverruleKind};
use super::store::{desks, hall, tickets};
use super::{Called, Clerk, DeskState, Onward, REJOIN_AFTER, Seat, Stop, StopState, Ticket, rejoin_place};
use crate::audit;
use crate::db::{self, Outcome, Tx};
use crate::ids::{CounterId, StopId, TicketId};
use crate::messages::Refusal;
use crate::sites::ServiceGroup;

/// Visitors of a line read to find the place of one who comes back.
const REJOIN_DEPTH: i64 = REJOIN_AFTER as i64;
/// Longest reason that is kept.
const REASON_CHARS: usize = 200;

/// Calls the same visitor once more.
pub async fn recall(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Called> {
    let (counter, before) = at_own_counter(tx, clerk, id).await?;
    let mut ticket = before.clone();
    ticket.recall(clerk.site.call_rules.most_calls)?;
    tickets::save(tx, &before, &ticket)?;
    let seq = db::next_number(tx, &calls_of(clerk.site), "").await?;
    announce(tx, clerk, &ticket, (counter, seq))?;
    audit::record(tx, clerk.act(), "ticket.recalled", id, json!({ "call": seq })).await?;
    Ok(Called { ticket, seq })
}

/// The visitor has come: service begins.
pub async fn start(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (_, before) = at_own_counter(tx, clerk, id).await?;
    let mut ticket = before.clone();
    ticket.start(clerk.now)?;
    save(tx, clerk, &before, ticket, ("ticket.started", json!({}))).await
}

/// Parks the visitor with a reason; the counter can call somebody else.
pub async fn hold(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId, reason: &str) -> Outcome<Ticket> {
    let reason = checked_reason(reason)?;
    let (_, before) = at_own_counter(tx, clerk, id).await?;
    let mut ticket = before.clone();
    ticket.hold(reason, clerk.now)?;
    save(tx, clerk, &before, ticket, ("ticket.held", json!({}))).await
}

/// Takes a parked visitor back, at the clerk's own open counter.
pub async fn resume(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (seats, before) = seats_and_ticket(tx, clerk, id).await?;
    let mut ticket = before.clone();
    let parked_at = before.current().and_then(|stop| stop.counter);
    ticket.resume(open_seat(clerk, &seats, parked_at)?, clerk.now)?;
    save_seated(tx, clerk, &before, ticket, "ticket.resumed").await
}

/// The visitor was called and did not come.
pub async fn no_show(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (counter, before) = at_own_counter(tx, clerk, id).await?;
    let mut ticket = before.clone();
    let ended = ticket.no_show(clerk.now)?;
    tickets::save(tx, &before, &ticket)?;
    desks::replace_undo(tx, id, ended, counter, clerk.now);
    audit::record(tx, clerk.act(), "ticket.missed", id, json!({})).await?;
    Ok(ticket)
}

/// A visitor who missed the call reports: in line again, after three others.
pub async fn rejoin(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let before = lock_own(tx, clerk, id).await?;
    let missed = before.stops.iter().find(|stop| stop.state == StopState::NoShow);
    let group = missed.map_or(before.stops[0].group, |stop| stop.group);
    let line = hall::list_places(tx, (clerk.site.id, before.day), group, REJOIN_DEPTH).await?;
    let mut ticket = before.clone();
    ticket.rejoin(rejoin_place(line, group, clerk.now), clerk.now)?;
    save(tx, clerk, &before, ticket, ("ticket.rejoined", json!({}))).await
}

/// Sends the visitor to another counter or to the line of another service; the place in line is kept.
pub async fn transfer(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId, onward: Onward, reason: &str) -> Outcome<Ticket> {
    let reason = checked_reason(reason)?;
    if let Onward::Counter(counter) = onward {
        check_target(tx, clerk, counter).await?;
    }
    let before = in_reach(tx, clerk, id).await?;
    let mut ticket = before.clone();
    let to = match &onward {
        Onward::Counter(counter) => json!({ "counter": counter }),
        Onward::Service(service, _) => json!({ "service": service }),
    };
    let to_counter = matches!(onward, Onward::Counter(_));
    ticket.transfer(onward, reason, clerk.now)?;
    if to_counter {
        overrule::note(tx, clerk.act(), &ticket, (OverruleKind::ToCounter, reason, 0)).await?;
    }
    save(tx, clerk, &before, ticket, ("ticket.transferred", to)).await
}

/// Sends the visitor to another counter first, for a matter that came up: the present one is in line again at its own
/// place, that of the arrival, when the other is over. Answers the visit and the new stop.
pub async fn detour(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    id: TicketId,
    service: (&str, ServiceGroup),
    reason: &str,
) -> Outcome<(Ticket, StopId)> {
    let reason = checked_reason(reason)?;
    let before = in_reach(tx, clerk, id).await?;
    let closed = || Refusal::conflict("ticket-closed").with("number", before.number);
    let line_at = before.current().ok_or_else(closed)?.line_at;
    let position = before.stops.iter().map(|stop| stop.position).max().unwrap_or(0) + 1;
    let matter = Stop::new(StopId::new(clerk.now.0), position, service.0, service.1, line_at);
    let stop = matter.id;
    let mut ticket = before.clone();
    ticket.detour(matter, reason, clerk.now)?;
    let ticket = save(tx, clerk, &before, ticket, ("ticket.detoured", json!({ "service": service.0 }))).await?;
    Ok((ticket, stop))
}

/// Ends the present stop: the next one waits, or the visit is over.
pub async fn finish(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (counter, before) = at_own_counter(tx, clerk, id).await?;
    let ticket = end_service(tx, clerk, counter, before).await?;
    audit::record(tx, clerk.act(), "ticket.finished", id, json!({})).await?;
    Ok(ticket)
}

/// Takes back what the clerk's counter ended last, when that was this ticket.
pub async fn undo(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (seats, before) = seats_and_ticket(tx, clerk, id).await?;
    let nothing = || Refusal::conflict("nothing-to-undo").with("number", before.number);
    let (stop, was, counter) = desks::find_undo(tx, id).await?.ok_or_else(nothing)?;
    if !seats.iter().any(|(held, _)| *held == counter) {
        return Err(nothing().into());
    }
    if let Some(other) = tickets::find_in_hand(tx, counter).await? {
        return Err(in_hand(&other));
    }
    let mut ticket = before.clone();
    ticket.undo(stop, was, Seat { counter, officer: clerk.officer }, clerk.now)?;
    desks::delete_undo(tx, id, counter);
    save_seated(tx, clerk, &before, ticket, "ticket.undone").await
}

async fn save(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    before: &Ticket,
    after: Ticket,
    line: (&'static str, Value),
) -> Outcome<Ticket> {
    tickets::save(tx, before, &after)?;
    audit::record(tx, clerk.act(), line.0, after.id, line.1).await?;
    Ok(after)
}

async fn save_seated(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    before: &Ticket,
    after: Ticket,
    act: &'static str,
) -> Outcome<Ticket> {
    tickets::save(tx, before, &after)?;
    tx.settle().await.map_err(|e| seat_taken(e, &after))?;
    audit::record(tx, clerk.act(), act, after.id, json!({})).await?;
    Ok(after)
}

/// The ticket under lock, when its present stop is at a counter the clerk has.
async fn at_own_counter(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<(CounterId, Ticket)> {
    let (seats, ticket) = seats_and_ticket(tx, clerk, id).await?;
    let stop = ticket.current().ok_or_else(|| Refusal::conflict("ticket-closed").with("number", ticket.number))?;
    let Some(counter) = stop.counter else {
        return Err(Refusal::conflict("ticket-not-called").with("number", ticket.number).into());
    };
    if !clerk.relieves && !seats.iter().any(|(held, _)| *held == counter) {
        return Err(Refusal::conflict("ticket-elsewhere").with("number", ticket.number).into());
    }
    Ok((counter, ticket))
}

/// The ticket under lock, when it is in line, or at a counter the clerk has.
async fn in_reach(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    let (seats, ticket) = seats_and_ticket(tx, clerk, id).await?;
    let elsewhere = ticket.counter_in_hand().is_some_and(|at| !seats.iter().any(|(held, _)| *held == at));
    if elsewhere && !clerk.relieves {
        return Err(Refusal::conflict("ticket-elsewhere").with("number", ticket.number).into());
    }
    Ok(ticket)
}

/// The counters the clerk has and the ticket, under lock, the counters first.
async fn seats_and_ticket(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    id: TicketId,
) -> Outcome<(Vec<(CounterId, DeskState)>, Ticket)> {
    let (held, ticket) = (desks::ask_held(tx, clerk.officer), tickets::ask_lock(tx, id));
    let answers = tx.answers().await?;
    Ok((answers.of(&held)?, own(clerk, ticket.of(&answers)?)?))
}

/// The ticket under lock; one of another site is not known here.
pub(super) async fn lock_own(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId) -> Outcome<Ticket> {
    Ok(own(clerk, tickets::lock_ticket(tx, id).await?)?)
}

fn own(clerk: Clerk<'_>, found: Option<Ticket>) -> Result<Ticket, Refusal> {
    found.filter(|ticket| ticket.site == clerk.site.id).ok_or_else(|| Refusal::not_found("ticket-unknown"))
}

fn open_seat(
    clerk: Clerk<'_>,
    seats: &[(CounterId, DeskState)],
    preferred: Option<CounterId>,
) -> Result<Seat, Refusal> {
    let mut open = seats.iter().filter(|(_, state)| *state == DeskState::Open).map(|(counter, _)| *counter);
    let seat = open.clone().find(|counter| Some(*counter) == preferred).or_else(|| open.next());
    let counter = seat.ok_or_else(|| Refusal::conflict("no-counter-open"))?;
    Ok(Seat { counter, officer: clerk.officer })
}

async fn check_target(tx: &mut Tx, clerk: Clerk<'_>, counter: CounterId) -> Outcome<()> {
    let target = clerk.site.counters.iter().find(|c| c.id == counter);
    let target = target.ok_or_else(|| Refusal::invalid("invalid-fields").field("counter", "counter-unknown"))?;
    if !desks::list_staffed(tx, clerk.site.id).await?.contains(&counter) {
        return Err(Refusal::conflict("counter-closed").with("counter", target.number).into());
    }
    Ok(())
}

pub(super) fn checked_reason(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::invalid("invalid-fields").field("reason", "required"));
    }
    if reason.chars().count() > REASON_CHARS {
        return Err(Refusal::invalid("invalid-fields").field("reason", "reason-long"));
    }
    Ok(reason)
}
