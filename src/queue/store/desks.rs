//! SQL of counters at work, calls, and what can be taken back.

use sqlx::FromRow;

use super::tickets::number;
use crate::clock::Instant;
use crate::db::{Asked, StoreError, Tx, ask, execute, fetch_all, fetch_optional, later, word_column};
use crate::ids::{CounterId, OfficerId, SiteId, StopId, TicketId};
use crate::queue::live::{CallNow, Change};
use crate::queue::{DeskState, Number, StopState};

word_column!(DeskState);

/// A counter at work, with the visitor it has in hand.
#[derive(Clone, Debug)]
pub(in crate::queue) struct Desk {
    pub counter: CounterId,
    pub state: DeskState,
    pub officer: Option<OfficerId>,
    pub officer_name: Option<String>,
    pub reason: Option<String>,
    pub since: Instant,
    /// Since when it asks for help.
    pub help_at: Option<Instant>,
    pub in_hand: Option<InHand>,
}

/// The visitor at a counter.
#[derive(Clone, Debug)]
pub(in crate::queue) struct InHand {
    pub ticket: TicketId,
    pub number: Number,
    pub state: StopState,
    pub service: String,
    pub called_at: Instant,
    pub started_at: Option<Instant>,
}

#[derive(FromRow)]
struct DeskRow {
    counter_id: CounterId,
    state: DeskState,
    officer_id: Option<OfficerId>,
    officer_name: Option<String>,
    reason: Option<String>,
    since: Instant,
    help_at: Option<Instant>,
    ticket_id: Option<TicketId>,
    letter: Option<String>,
    ordinal: Option<i64>,
    stop_state: Option<StopState>,
    service_code: Option<String>,
    called_at: Option<Instant>,
    started_at: Option<Instant>,
}

impl TryFrom<DeskRow> for Desk {
    type Error = StoreError;

    fn try_from(row: DeskRow) -> Result<Desk, StoreError> {
        let in_hand = match (row.ticket_id, row.letter, row.ordinal, row.stop_state, row.service_code, row.called_at) {
            (Some(ticket), Some(letter), Some(ordinal), Some(state), Some(service), Some(called_at)) => {
                let number = number(&letter, ordinal)?;
                Some(InHand { ticket, number, state, service, called_at, started_at: row.started_at })
            }
            (None, ..) => None,
            _ => return Err(StoreError::Corrupt(format!("counter {} holds half a visitor", row.counter_id))),
        };
        Ok(Desk {
            counter: row.counter_id,
            state: row.state,
            officer: row.officer_id,
            officer_name: row.officer_name,
            reason: row.reason,
            since: row.since,
            help_at: row.help_at,
            in_hand,
        })
    }
}

/// Every counter of a site that was ever opened.
pub(in crate::queue) async fn list_desks(tx: &mut Tx, site: SiteId) -> Result<Vec<Desk>, StoreError> {
    let rows = fetch_all!(
        tx,
        DeskRow,
        "SELECT d.counter_id, d.state, d.officer_id, o.name AS officer_name, d.reason, d.since, d.help_at, s.ticket_id, \
         t.letter, t.ordinal, s.state AS stop_state, s.service_code, s.called_at, s.started_at \
         FROM counter c JOIN counter_desk d ON d.counter_id = c.id LEFT JOIN officer o ON o.id = d.officer_id \
         LEFT JOIN stop s ON s.counter_id = c.id AND s.state IN ('called', 'serving') \
         LEFT JOIN ticket t ON t.id = s.ticket_id WHERE c.site_id = $1 ORDER BY c.number",
        site
    );
    rows.into_iter().map(Desk::try_from).collect()
}

/// Opens a counter for an officer; `false` when another one has it.
pub(in crate::queue) async fn open(
    tx: &mut Tx,
    counter: CounterId,
    officer: OfficerId,
    now: Instant,
) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "INSERT INTO counter_desk (counter_id, state, officer_id, reason, since) VALUES ($1, 'open', $2, NULL, $3) \
         ON CONFLICT (counter_id) DO UPDATE SET state = 'open', officer_id = $2, reason = NULL, since = $3 \
         WHERE counter_desk.state = 'closed' OR counter_desk.officer_id = $2",
        counter,
        officer,
        now
    );
    Ok(touched == 1)
}

pub(in crate::queue) async fn pause(
    tx: &mut Tx,
    counter: CounterId,
    reason: &str,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE counter_desk SET state = 'paused', reason = $2, since = $3 WHERE counter_id = $1",
        counter,
        reason,
        now
    );
    Ok(())
}

pub(in crate::queue) async fn close(tx: &mut Tx, counter: CounterId, now: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE counter_desk SET state = 'closed', officer_id = NULL, reason = NULL, since = $2, help_at = NULL \
         WHERE counter_id = $1",
        counter,
        now
    );
    Ok(())
}

/// Who has a counter, if it is not closed. PostgreSQL: locked, so that the acts of one counter follow each other.
pub(in crate::queue) fn ask_lock(tx: &mut Tx, counter: CounterId) -> Asked<(OfficerId, DeskState)> {
    let sql = tx.pick(
        "SELECT officer_id, state FROM counter_desk WHERE counter_id = $1 AND officer_id IS NOT NULL",
        "SELECT officer_id, state FROM counter_desk WHERE counter_id = $1 AND officer_id IS NOT NULL FOR UPDATE",
    );
    ask!(tx, (OfficerId, DeskState), sql, counter)
}

/// As [`ask_lock`], alone.
pub(in crate::queue) async fn lock(
    tx: &mut Tx,
    counter: CounterId,
) -> Result<Option<(OfficerId, DeskState)>, StoreError> {
    let asked = ask_lock(tx, counter);
    tx.answers().await?.first_of(&asked)
}

/// The counters an officer has, the open one first. PostgreSQL: locked, always before the ticket.
pub(in crate::queue) fn ask_held(tx: &mut Tx, officer: OfficerId) -> Asked<(CounterId, DeskState)> {
    let sql = tx.pick(
        "SELECT counter_id, state FROM counter_desk WHERE officer_id = $1 ORDER BY state, since",
        "SELECT counter_id, state FROM counter_desk WHERE officer_id = $1 ORDER BY state, since FOR UPDATE",
    );
    ask!(tx, (CounterId, DeskState), sql, officer)
}

/// A call as it is kept.
pub(in crate::queue) struct Call {
    pub site: SiteId,
    pub seq: i64,
    pub ticket: TicketId,
    pub number: Number,
    pub counter: CounterId,
    pub calls: i64,
    pub at: Instant,
}

pub(in crate::queue) fn insert_call(tx: &mut Tx, call: &Call) -> Result<(), StoreError> {
    later!(
        tx,
        "INSERT INTO hall_call (site_id, seq, ticket_id, counter_id, calls, at) VALUES ($1, $2, $3, $4, $5, $6)",
        call.site,
        call.seq,
        call.ticket,
        call.counter,
        call.calls,
        call.at
    );
    let Call { site, seq, number, counter, calls, at, .. } = *call;
    Change::Call(CallNow { seq, number, counter, first: calls == 1, at }).tell(tx, site)
}

/// A call as the board shows it.
#[derive(FromRow)]
pub(in crate::queue) struct CallRow {
    pub seq: i64,
    pub letter: String,
    pub ordinal: i64,
    pub counter: i64,
    pub calls: i64,
    pub at: Instant,
}

impl CallRow {
    pub(in crate::queue) fn number(&self) -> Result<Number, StoreError> {
        number(&self.letter, self.ordinal)
    }
}

/// The newest calls of a site since a moment, newest first.
pub(in crate::queue) async fn list_calls(
    tx: &mut Tx,
    site: SiteId,
    since: Instant,
    limit: i64,
) -> Result<Vec<CallRow>, StoreError> {
    Ok(fetch_all!(
        tx,
        CallRow,
        "SELECT h.seq, t.letter, t.ordinal, c.number AS counter, h.calls, h.at FROM hall_call h \
         JOIN ticket t ON t.id = h.ticket_id JOIN counter c ON c.id = h.counter_id \
         WHERE h.site_id = $1 AND h.at >= $2 ORDER BY h.seq DESC LIMIT $3",
        site,
        since,
        limit
    ))
}

/// Whether the last first calls of a counter since a moment were priorities, newest first.
pub(in crate::queue) async fn last_calls(
    tx: &mut Tx,
    counter: CounterId,
    since: Instant,
    most: usize,
) -> Result<Vec<bool>, StoreError> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = fetch_all!(
        tx,
        (String,),
        "SELECT t.letter FROM hall_call h JOIN ticket t ON t.id = h.ticket_id \
         WHERE h.counter_id = $1 AND h.calls = 1 AND h.at >= $2 ORDER BY h.seq DESC LIMIT $3",
        counter,
        since,
        limit
    );
    Ok(rows.into_iter().map(|(letter,)| letter == "P").collect())
}

/// Remembers what a counter ended last, in place of what it ended before.
pub(in crate::queue) fn replace_undo(
    tx: &mut Tx,
    ticket: TicketId,
    ended: (StopId, StopState),
    counter: CounterId,
    now: Instant,
) {
    delete_undo(tx, ticket, counter);
    later!(
        tx,
        "INSERT INTO stop_undo (ticket_id, stop_id, counter_id, was_state, at) VALUES ($1, $2, $3, $4, $5)",
        ticket,
        ended.0,
        counter,
        ended.1,
        now
    );
}

/// Forgets what a counter, or a visit, ended last.
pub(in crate::queue) fn delete_undo(tx: &mut Tx, ticket: TicketId, counter: CounterId) {
    later!(tx, "DELETE FROM stop_undo WHERE ticket_id = $1 OR counter_id = $2", ticket, counter);
}

/// What was ended last: the stop, the state it was in, and at which counter.
pub(in crate::queue) async fn find_undo(
    tx: &mut Tx,
    ticket: TicketId,
) -> Result<Option<(StopId, StopState, CounterId)>, StoreError> {
    Ok(fetch_optional!(
        tx,
        (StopId, StopState, CounterId),
        "SELECT stop_id, was_state, counter_id FROM stop_undo WHERE ticket_id = $1",
        ticket
    ))
}

/// The ticket a counter ended last.
pub(in crate::queue) async fn find_undoable(tx: &mut Tx, counter: CounterId) -> Result<Option<TicketId>, StoreError> {
    let found = fetch_optional!(tx, (TicketId,), "SELECT ticket_id FROM stop_undo WHERE counter_id = $1", counter);
    Ok(found.map(|(id,)| id))
}

/// The counters of a site that are open or paused.
pub(in crate::queue) async fn list_staffed(tx: &mut Tx, site: SiteId) -> Result<Vec<CounterId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (CounterId,),
        "SELECT d.counter_id FROM counter_desk d JOIN counter c ON c.id = d.counter_id \
         WHERE c.site_id = $1 AND d.state <> 'closed'",
        site
    );
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The counters of a site that call people now.
pub(in crate::queue) async fn list_open(tx: &mut Tx, site: SiteId) -> Result<Vec<CounterId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (CounterId,),
        "SELECT d.counter_id FROM counter_desk d JOIN counter c ON c.id = d.counter_id \
         WHERE c.site_id = $1 AND d.state = 'open'",
        site
    );
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Counters of a site that have been open or paused since before a moment.
pub(in crate::queue) async fn list_left_open(
    tx: &mut Tx,
    site: SiteId,
    before: Instant,
) -> Result<Vec<CounterId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (CounterId,),
        "SELECT d.counter_id FROM counter_desk d JOIN counter c ON c.id = d.counter_id \
         WHERE c.site_id = $1 AND d.state <> 'closed' AND d.since < $2 ORDER BY c.number",
        site,
        before
    );
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
