//! Calling the next visitor to a counter.

use serde_json::json;

use super::counters::{AtCounter, finish_line, free_seat, in_hand, own_counter};
use super::order::{self, Asking, InLine};
use super::store::hall::AskedFront;
use super::store::tickets::AskedTicket;
use super::store::{desks, hall, tickets};
use super::{Called, Clerk, Seat, Share, Stop, Ticket, TicketState, estimates, share_of};
use crate::audit::{self, Entry, Head};
use crate::db::series::{self, Foreseen};
use crate::db::{self, Answers, Asked, Outcome, StoreError, Tx};
use crate::ids::{CounterId, OfficerId};
use crate::queue::{DeskState, StopState};
use crate::sites::{Counter, ServiceGroup, Site};

/// Visitors of each line that are read to find the next one, where other counters may be calling some of them.
const FRONT: i64 = 8;
/// Visitors of other lines that are looked at for a counter with nobody to call.
const MOST_EARLY: i64 = 200;
/// More visitors than any line holds.
const WHOLE_LINE: i64 = 10_000;

/// Calls the next visitor, or answers that nobody waits. A visitor still being served is finished in the same act;
/// one that was called and not served yet is in the way.
pub async fn next(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<Option<Called>> {
    let counter = own_counter(clerk, id)?;
    let look = Look::ask(tx, clerk, counter);
    let answers = tx.answers().await?;
    let (at_counter, mut seen) = look.of(&answers)?;
    let (seat, finished) = free_seat(tx, clerk, counter, at_counter).await?;
    // A visitor with matters left stands in line again, perhaps in front.
    if finished.as_ref().is_some_and(|ticket| ticket.state == TicketState::Waiting) {
        seen.front = None;
    }
    let called = call_first(tx, clerk, counter, (seat, seen)).await?;
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

/// What a call rests on, asked in one crossing.
struct Look {
    held: Asked<(OfficerId, DeskState)>,
    in_hand: AskedTicket,
    front: AskedFront,
    number: Foreseen,
}

/// What was seen of the lines of a counter.
#[derive(Default)]
struct Seen {
    /// Their front, while it holds.
    front: Option<Vec<InLine>>,
    /// Those in front, where nobody else can be calling one of them.
    tickets: Vec<Ticket>,
    /// The number the call would get, where it is known.
    number: Option<i64>,
}

impl Look {
    fn ask(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter) -> Look {
        let (held, in_hand) = (desks::ask_lock(tx, counter.id), tickets::ask_in_hand(tx, counter.id));
        let depth = depth_of(counter, front_depth(tx));
        let front = hall::ask_front(tx, (clerk.site.id, clerk.today()), counter, depth);
        Look { held, in_hand, front, number: series::foresee(tx, &calls_of(clerk.site), "") }
    }

    fn of(&self, answers: &Answers) -> Result<(AtCounter, Seen), StoreError> {
        let (front, tickets) = self.front.of(answers)?;
        let seen = Seen { front: Some(front), tickets, number: self.number.of(answers)? };
        Ok(((answers.first_of(&self.held)?, self.in_hand.of(answers)?), seen))
    }
}

impl Seen {
    /// A visitor under lock, if still in line.
    async fn lock_if_waiting(&mut self, tx: &mut Tx, visitor: &InLine) -> Result<Option<Ticket>, StoreError> {
        match self.tickets.iter().position(|ticket| ticket.id == visitor.ticket) {
            Some(at) => Ok(Some(self.tickets.swap_remove(at))),
            None => tickets::lock_if_waiting(tx, visitor.ticket).await,
        }
    }
}

/// Calls the first who waits for a counter; `seen` is what was read of its lines already.
async fn call_first(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    (seat, mut seen): (Seat, Seen),
) -> Outcome<Option<(Called, Head)>> {
    let mut depth = front_depth(tx);
    loop {
        let front = match seen.front.take() {
            Some(line) => put_in_turn(tx, clerk, counter, (line, depth)).await?,
            None => in_turn(tx, clerk, counter, depth).await?,
        };
        let first = if front.is_exact { front.turn.as_slice() } else { &[] };
        for visitor in first {
            if let Some(before) = seen.lock_if_waiting(tx, visitor).await? {
                return Ok(Some(call_to(tx, clerk, (seat, seen.number), (&before, before.clone())).await?));
            }
        }
        // Everybody in front is sent elsewhere or just being called by others: look further back.
        if front.is_all {
            return call_early(tx, clerk, counter, (seat, seen.number)).await;
        }
        depth *= 8;
    }
}

/// Nobody waits for this counter: whoever waits elsewhere and has a matter for it is served here meanwhile, since that
/// delays nobody. The place in the other line is kept.
async fn call_early(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    counter: &Counter,
    at: (Seat, Option<i64>),
) -> Outcome<Option<(Called, Head)>> {
    let mut line = hall::list_early(tx, (clerk.site.id, clerk.today()), &counter.groups, MOST_EARLY).await?;
    let share = share(tx, clerk, counter).await?;
    line.iter_mut().for_each(|visitor| visitor.is_quick = true);
    for visitor in ordered(tx, clerk, (counter, &share), line).await? {
        let Some(before) = tickets::lock_if_waiting(tx, visitor.ticket).await? else { continue };
        let is_quick = |stop: &Stop| clerk.site.is_quick(stop.group, &stop.service);
        let here = |stop: &&Stop| {
            stop.state == StopState::Pending && !before.is_held(stop) && share.has(stop.group, is_quick(stop))
        };
        let Some(matter) = before.stops.iter().find(here) else { continue };
        let mut ticket = before.clone();
        ticket.wait_first_for(matter.id, clerk.now)?;
        return Ok(Some(call_to(tx, clerk, at, (&before, ticket)).await?));
    }
    Ok(None)
}

/// Calls one visitor under lock to a seat, under a number that may be known, and puts it on the board. Nothing but the
/// lines of the audit follows.
pub(super) async fn call_to(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    (seat, foreseen): (Seat, Option<i64>),
    (before, mut ticket): (&Ticket, Ticket),
) -> Outcome<(Called, Head)> {
    ticket.call(seat, clerk.now)?;
    tickets::save(tx, before, &ticket)?;
    estimates::score(tx, ticket.id, clerk.now);
    let (number, head) = (series::ask_next(tx, &calls_of(clerk.site), "", foreseen), audit::ask_head(tx));
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
    /// Whether the first of them is the first of all: no line was read only as far as visitors sent elsewhere.
    is_exact: bool,
}

/// The first visitors a counter may call, at least `depth` of them when there are as many.
pub(super) async fn in_turn(tx: &mut Tx, clerk: Clerk<'_>, counter: &Counter, depth: i64) -> Result<Front, StoreError> {
    let line = hall::list_front(tx, (clerk.site.id, clerk.today()), counter, depth_of(counter, depth)).await?;
    put_in_turn(tx, clerk, counter, (line, depth)).await
}

/// How far to look at first: in a file nobody else is calling at this moment.
fn front_depth(tx: &Tx) -> i64 {
    if tx.is_sqlite() { 1 } else { FRONT }
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
    let line_of = |visitor: &InLine| (visitor.group, visitor.priority);
    let is_cut = |of: &(ServiceGroup, bool)| {
        i64::try_from(line.iter().filter(|v| line_of(v) == *of).count()).is_ok_and(|n| n >= depth_of(counter, depth))
    };
    let cut: Vec<(ServiceGroup, bool)> = line.iter().map(line_of).filter(is_cut).collect();
    let turn = ordered(tx, clerk, (counter, &share), line).await?;
    let is_exact = cut.iter().all(|of| turn.iter().any(|visitor| line_of(visitor) == *of));
    Ok(Front { turn, is_all, is_exact })
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
