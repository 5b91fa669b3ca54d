//! Opening a counter, and calling the next visitor to it.

use serde_json::json;

use super::acts::checked_reason;
use super::order::{self, Asking, InLine};
use super::store::{desks, hall, tickets};
use super::{Called, Clerk, DeskState, Left, Seat, Share, Stop, Ticket, TicketState, estimates, route, share_of};
use crate::audit::{self, Entry, Head};
use crate::clock::Instant;
use crate::db::{self, Outcome, StoreError, Tx};
use crate::ids::{CounterId, OfficerId, SiteId, StopId};
use crate::messages::Refusal;
use crate::queue::StopState;
use crate::queue::live::{Change, DeskNow};
use crate::sites::{Counter, Site};

/// Visitors of each line that are read to find the next one; other counters may be calling some of them.
const FRONT: i64 = 8;
/// Visitors of other lines that are looked at for a counter with nobody to call.
const MOST_EARLY: i64 = 200;
/// More visitors than any line holds.
const WHOLE_LINE: i64 = 10_000;

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

/// Calls the next visitor, or answers that nobody waits. A visitor still being served is finished in the same act;
/// one that was called and not served yet is in the way.
pub async fn next(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<Option<Called>> {
    let counter = own_counter(clerk, id)?;
    let (held, in_hand) = (desks::ask_lock(tx, counter.id), tickets::ask_in_hand(tx, counter.id));
    let front = hall::ask_front(tx, (clerk.site.id, clerk.today()), counter, depth_of(counter, FRONT));
    let answers = tx.answers().await?;
    let seen = (answers.first_of(&held)?, in_hand.of(&answers)?);
    let (seat, finished) = free_seat(tx, clerk, counter, seen).await?;
    // A visitor with matters left stands in line again, perhaps in front.
    let front = match &finished {
        Some(ticket) if ticket.state == TicketState::Waiting => None,
        Some(_) | None => Some(front.of(&answers)?),
    };
    let called = call_first(tx, clerk, counter, (seat, front)).await?;
    let mut lines: Vec<Entry> = finished.iter().map(|ticket| finish_line(clerk, counter, ticket)).collect();
    let Some((called, head)) = called else {
        audit::record_all(tx, &lines).await?;
        return Ok(None);
    };
    let detail = json!({ "counter": counter.number, "call": called.seq });
    lines.push(Entry::new(clerk.act(), "ticket.called", called.ticket.id, detail));
    audit::write(tx, head, &lines).await?;
    Ok(Some(called))
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

/// Calls the first who waits for a counter; `seen` is the front of its lines, where it was read already.
async fn call_first(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    (seat, mut seen): (Seat, Option<Vec<InLine>>),
) -> Outcome<Option<(Called, Head)>> {
    let mut depth = FRONT;
    loop {
        let front = match seen.take() {
            Some(line) => put_in_turn(tx, clerk, counter, (line, depth)).await?,
            None => in_turn(tx, clerk, counter, depth).await?,
        };
        for visitor in &front.turn {
            if let Some(before) = tickets::lock_if_waiting(tx, visitor.ticket).await? {
                return Ok(Some(call_to(tx, clerk, seat, (&before, before.clone())).await?));
            }
        }
        // Everybody in front is sent elsewhere or just being called by others: look further back.
        if front.is_all {
            return call_early(tx, clerk, counter, seat).await;
        }
        depth *= 8;
    }
}

/// Nobody waits for this counter: whoever waits elsewhere and has a matter for it is served here meanwhile, since that
/// delays nobody. The place in the other line is kept.
async fn call_early(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter, seat: Seat) -> Outcome<Option<(Called, Head)>> {
    let mut line = hall::list_early(tx, (clerk.site.id, clerk.today()), &counter.groups, MOST_EARLY).await?;
    let share = share(tx, clerk, counter).await?;
    line.iter_mut().for_each(|visitor| visitor.is_quick = true);
    for visitor in ordered(tx, clerk, (counter, &share), line).await? {
        let Some(before) = tickets::lock_if_waiting(tx, visitor.ticket).await? else { continue };
        let is_quick = |stop: &Stop| clerk.site.is_quick(stop.group, &stop.service);
        let here = |stop: &&Stop| stop.state == StopState::Pending && share.has(stop.group, is_quick(stop));
        let Some(matter) = before.stops.iter().find(here) else { continue };
        let mut ticket = before.clone();
        ticket.wait_first_for(matter.id, clerk.now)?;
        return Ok(Some(call_to(tx, clerk, seat, (&before, ticket)).await?));
    }
    Ok(None)
}

/// Calls one visitor under lock to a seat, and puts it on the board. Nothing but the lines of the audit follows.
pub(super) async fn call_to(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    seat: Seat,
    (before, mut ticket): (&Ticket, Ticket),
) -> Outcome<(Called, Head)> {
    ticket.call(seat, clerk.now)?;
    tickets::save(tx, before, &ticket)?;
    estimates::score(tx, ticket.id, clerk.now);
    let (number, head) = (db::series::ask_next(tx, &calls_of(clerk.site), ""), audit::ask_head(tx));
    let answers = tx.answers().await.map_err(|e| seat_taken(e, &ticket))?;
    let seq = number.of(&answers)?;
    announce(tx, clerk, &ticket, (seat.counter, seq))?;
    Ok((Called { ticket, seq }, head.of(&answers)?))
}

/// The front of the lines of a counter.
pub(super) struct Front {
    /// The visitors it may call, in the order it would; exact for as many as were asked for.
    pub turn: Vec<InLine>,
    /// Whether nobody stands behind them.
    pub is_all: bool,
}

/// The first visitors a counter may call, at least `depth` of them when there are as many.
pub(super) async fn in_turn(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter, depth: i64) -> Result<Front, StoreError> {
    let line = hall::list_front(tx, (clerk.site.id, clerk.today()), counter, depth_of(counter, depth)).await?;
    put_in_turn(tx, clerk, counter, (line, depth)).await
}

/// How far to look: of a line in which most matters are not for a counter the front does not tell who is next.
fn depth_of(counter: &Counter, depth: i64) -> i64 {
    if counter.quick_only { WHOLE_LINE } else { depth }
}

/// The front that was read so deep, in the order the counter calls it.
async fn put_in_turn(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    (mut line, depth): (Vec<InLine>, i64),
) -> Result<Front, StoreError> {
    let hall = (clerk.site.id, clerk.today());
    let is_all = i64::try_from(line.len()).is_ok_and(|seen| seen < depth_of(counter, depth));
    let share = share(tx, clerk, counter).await?;
    if !share.quick.is_empty() {
        let quick = hall::list_quick(tx, hall, clerk.site).await?;
        line.iter_mut().for_each(|visitor| visitor.is_quick = quick.contains(&visitor.ticket));
    }
    Ok(Front { turn: ordered(tx, clerk, (counter, &share), line).await?, is_all })
}

/// What a counter takes at present; asked of the store only where a counter is for quick matters.
async fn share(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter) -> Result<Share, StoreError> {
    let open = match counter.quick_only {
        true => desks::list_open(tx, clerk.site.id).await?,
        false => Vec::new(),
    };
    Ok(share_of(counter, &clerk.site.counters, |id| open.contains(&id)))
}

/// Visitors in the order a counter calls them. What else matters is asked only where somebody makes it matter.
async fn ordered(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    (counter, share): (&Counter, &Share),
    line: Vec<InLine>,
) -> Result<Vec<InLine>, StoreError> {
    let is_mixed = line.iter().any(|visitor| visitor.priority) && line.iter().any(|visitor| !visitor.priority);
    let regular_per_priority = clerk.site.call_rules.regular_per_priority;
    let recent = match is_mixed {
        true => desks::last_calls(tx, counter.id, clerk.midnight(), usize::from(regular_per_priority)).await?,
        false => Vec::new(),
    };
    let staffed = match line.iter().any(|visitor| visitor.wanted.is_some_and(|wanted| wanted != counter.id)) {
        true => desks::list_staffed(tx, clerk.site.id).await?,
        false => Vec::new(),
    };
    let asking = Asking { counter: counter.id, share, staffed: &staffed, recent: &recent, regular_per_priority };
    Ok(order::in_turn(line, &asking))
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

/// The series of the calls of a site.
pub(super) fn calls_of(site: &Site) -> String {
    format!("call:{}", site.code)
}

/// Puts a call on the board, under the number it took in the series of its site.
pub(super) fn announce(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    ticket: &Ticket,
    (counter, seq): (CounterId, i64),
) -> Result<(), StoreError> {
    let calls = ticket.current().map_or(1, |stop| stop.calls);
    let (site, number) = (clerk.site.id, ticket.number);
    desks::insert_call(tx, &desks::Call { site, seq, ticket: ticket.id, number, counter, calls, at: clerk.now })
}

/// A hit on the constraint that a counter holds one visitor means that one is in hand.
pub(super) fn seat_taken(error: StoreError, ticket: &Ticket) -> db::Fault {
    // SQLite: names the column; PostgreSQL: names the index.
    if error.is_unique("stop_in_hand") || error.is_unique("stop.counter_id") { in_hand(ticket) } else { error.into() }
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
