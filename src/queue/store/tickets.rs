//! SQL of tickets and their stops.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{Answers, Asked, StoreError, Tx, ask, fetch_all, fetch_optional, later, word_column};
use crate::ids::{CounterId, OfficerId, SiteId, StopId, TicketId};
use crate::queue::live::{Change, Visit};
use crate::queue::{Channel, Estimate, Number, Priority, Stop, StopState, Ticket, TicketState};
use crate::sites::ServiceGroup;

word_column!(TicketState);
word_column!(StopState);
word_column!(Priority);
word_column!(Channel);

/// A stop with the ticket it belongs to.
#[derive(FromRow)]
pub(in crate::queue) struct TicketRow {
    ticket_id: TicketId,
    token: String,
    site_id: SiteId,
    local_day: Day,
    letter: String,
    ordinal: i64,
    priority: Priority,
    ticket_state: TicketState,
    channel: Channel,
    version: i64,
    issued_at: Instant,
    closed_at: Option<Instant>,
    #[sqlx(flatten)]
    stop: StopRow,
}

/// Tickets `t` with their stops `s`, in one statement; a condition and the order follow.
macro_rules! tickets {
    ($rest:literal) => {
        concat!(
            "SELECT t.token, t.priority, t.state AS ticket_state, t.channel, t.version, t.issued_at, t.closed_at, s.* \
             FROM ticket t JOIN stop s ON s.ticket_id = t.id ",
            $rest
        )
    };
}

pub(super) use tickets;

#[derive(FromRow)]
struct StopRow {
    id: StopId,
    position: i64,
    service_code: String,
    service_group: ServiceGroup,
    state: StopState,
    counter_id: Option<CounterId>,
    wanted_counter_id: Option<CounterId>,
    officer_id: Option<OfficerId>,
    line_at: Instant,
    calls: i64,
    called_at: Option<Instant>,
    received_at: Option<Instant>,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
    reason: Option<String>,
    after_stop_id: Option<StopId>,
}

impl TicketRow {
    fn parts(self) -> Result<(Ticket, Stop), StoreError> {
        let ticket = Ticket {
            number: number(&self.letter, self.ordinal)?,
            id: self.ticket_id,
            token: self.token,
            site: self.site_id,
            day: self.local_day,
            priority: self.priority,
            state: self.ticket_state,
            channel: self.channel,
            version: self.version,
            issued_at: self.issued_at,
            closed_at: self.closed_at,
            stops: Vec::new(),
        };
        Ok((ticket, self.stop.into()))
    }
}

/// The tickets of rows that stand together by ticket.
pub(super) fn gather(rows: Vec<TicketRow>) -> Result<Vec<Ticket>, StoreError> {
    let mut tickets: Vec<Ticket> = Vec::new();
    for row in rows {
        let (ticket, stop) = row.parts()?;
        match tickets.last_mut() {
            Some(last) if last.id == ticket.id => last.stops.push(stop),
            Some(_) | None => tickets.push(Ticket { stops: vec![stop], ..ticket }),
        }
    }
    Ok(tickets)
}

/// The number of its two columns.
pub(super) fn number(letter: &str, ordinal: i64) -> Result<Number, StoreError> {
    let letter = letter.chars().next().ok_or_else(|| StoreError::Corrupt("ticket without letter".to_owned()))?;
    Ok(Number { letter, ordinal })
}

impl From<StopRow> for Stop {
    fn from(row: StopRow) -> Stop {
        Stop {
            id: row.id,
            position: row.position,
            service: row.service_code,
            group: row.service_group,
            state: row.state,
            counter: row.counter_id,
            wanted: row.wanted_counter_id,
            officer: row.officer_id,
            line_at: row.line_at,
            calls: row.calls,
            called_at: row.called_at,
            received_at: row.received_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            reason: row.reason,
            after: row.after_stop_id,
        }
    }
}

pub(in crate::queue) async fn find(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let rows = fetch_all!(tx, TicketRow, tickets!("WHERE t.id = $1 ORDER BY s.position"), id);
    Ok(gather(rows)?.pop())
}

pub(in crate::queue) async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<Ticket>, StoreError> {
    let rows = fetch_all!(tx, TicketRow, tickets!("WHERE t.token = $1 ORDER BY s.position"), token);
    Ok(gather(rows)?.pop())
}

pub(in crate::queue) async fn find_by_number(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
    number: Number,
) -> Result<Option<Ticket>, StoreError> {
    const SQL: &str =
        tickets!("WHERE t.site_id = $1 AND t.local_day = $2 AND t.letter = $3 AND t.ordinal = $4 ORDER BY s.position");
    let rows = fetch_all!(tx, TicketRow, SQL, site, day, number.letter.to_string(), number.ordinal);
    Ok(gather(rows)?.pop())
}

/// PostgreSQL: the row is locked first, so that two acts on one ticket follow each other and the second sees its stops
/// as the first left them. SQLite has one writer.
pub(in crate::queue) fn ask_lock(tx: &mut Tx, id: TicketId) -> AskedTicket {
    if !tx.is_sqlite() {
        later!(tx, "SELECT id FROM ticket WHERE id = $1 FOR UPDATE", id);
    }
    AskedTicket(ask!(tx, TicketRow, tickets!("WHERE t.id = $1 ORDER BY s.position"), id))
}

/// As [`ask_lock`], alone.
pub(in crate::queue) async fn lock_ticket(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let asked = ask_lock(tx, id);
    asked.of(&tx.answers().await?)
}

/// PostgreSQL: as [`lock_ticket`].
pub(in crate::queue) async fn lock_by_token(tx: &mut Tx, token: &str) -> Result<Option<Ticket>, StoreError> {
    if !tx.is_sqlite() {
        fetch_optional!(tx, (TicketId,), "SELECT id FROM ticket WHERE token = $1 FOR UPDATE", token);
    }
    find_by_token(tx, token).await
}

/// The ticket if it is still in line. PostgreSQL: one that another counter is just calling is passed over.
pub(in crate::queue) async fn lock_if_waiting(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    const FREE: &str = "SELECT id FROM ticket WHERE id = $1 AND state = 'waiting' FOR UPDATE SKIP LOCKED";
    if !tx.is_sqlite() && fetch_optional!(tx, (TicketId,), FREE, id).is_none() {
        return Ok(None);
    }
    Ok(find(tx, id).await?.filter(|ticket| ticket.state == TicketState::Waiting))
}

/// The rows of a ticket, asked together with other questions.
pub(in crate::queue) struct AskedTicket(Asked<TicketRow>);

impl AskedTicket {
    /// The ticket, if there is one.
    pub fn of(&self, answers: &Answers) -> Result<Option<Ticket>, StoreError> {
        Ok(gather(answers.of(&self.0)?)?.pop())
    }
}

/// The ticket a counter has in hand. PostgreSQL: locked.
pub(in crate::queue) fn ask_in_hand(tx: &mut Tx, counter: CounterId) -> AskedTicket {
    const LOCK: &str = "SELECT id FROM ticket WHERE id = \
        (SELECT ticket_id FROM stop WHERE counter_id = $1 AND state IN ('called', 'serving')) FOR UPDATE";
    const SQL: &str = tickets!(
        "WHERE t.id = (SELECT ticket_id FROM stop WHERE counter_id = $1 AND state IN ('called', 'serving')) \
         ORDER BY s.position"
    );
    if !tx.is_sqlite() {
        later!(tx, LOCK, counter);
    }
    AskedTicket(ask!(tx, TicketRow, SQL, counter))
}

/// As [`ask_in_hand`], alone.
pub(in crate::queue) async fn find_in_hand(tx: &mut Tx, counter: CounterId) -> Result<Option<Ticket>, StoreError> {
    let asked = ask_in_hand(tx, counter);
    asked.of(&tx.answers().await?)
}

/// Visits of days before this one that are not over.
pub(in crate::queue) async fn list_left_open(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<TicketId>, StoreError> {
    let rows = fetch_all!(
        tx,
        (TicketId,),
        "SELECT id FROM ticket WHERE site_id = $1 AND local_day < $2 \
         AND closed_at IS NULL ORDER BY local_day, issued_at",
        site,
        day
    );
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(in crate::queue) fn insert(
    tx: &mut Tx,
    ticket: &Ticket,
    phone_sealed: Option<&[u8]>,
    estimate: Option<Estimate>,
) -> Result<(), StoreError> {
    later!(
        tx,
        "INSERT INTO ticket (id, token, site_id, local_day, letter, ordinal, priority, state, channel, phone_sealed, \
         estimate_low, estimate_likely, estimate_high, version, issued_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        ticket.id,
        &ticket.token,
        ticket.site,
        ticket.day,
        ticket.number.letter.to_string(),
        ticket.number.ordinal,
        ticket.priority,
        ticket.state,
        ticket.channel,
        phone_sealed,
        estimate.map(|e| e.low_minutes),
        estimate.map(|e| e.likely_minutes),
        estimate.map(|e| e.high_minutes),
        ticket.version,
        ticket.issued_at
    );
    for stop in &ticket.stops {
        insert_stop(tx, ticket, stop, stop.state);
    }
    Change::Visit(Visit::of(ticket)).tell(tx, ticket.site)
}

fn insert_stop(tx: &mut Tx, ticket: &Ticket, stop: &Stop, state: StopState) {
    later!(
        tx,
        "INSERT INTO stop (id, ticket_id, site_id, local_day, letter, ordinal, has_priority, position, service_code, \
         service_group, state, line_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        stop.id,
        ticket.id,
        ticket.site,
        ticket.day,
        ticket.number.letter.to_string(),
        ticket.number.ordinal,
        ticket.priority != Priority::None,
        stop.position,
        &stop.service,
        stop.group,
        state,
        stop.line_at
    );
}

/// Writes what changed. Stops that are left come before the one that is entered: a visit is in one place at a time. A
/// matter that came up on the way is there before anything waits for it, and in line when its turn to be written comes.
pub(in crate::queue) fn save(tx: &mut Tx, before: &Ticket, after: &Ticket) -> Result<(), StoreError> {
    update_ticket(tx, before, after);
    for stop in after.stops.iter().filter(|stop| before.stops.iter().all(|old| old.id != stop.id)) {
        insert_stop(tx, after, stop, StopState::Pending);
    }
    let changed = |current: bool| {
        let old = &before.stops;
        after.stops.iter().filter(move |stop| stop.state.is_current() == current && !old.contains(stop))
    };
    for stop in changed(false).chain(changed(true)) {
        update_matter(tx, before.stops.iter().find(|old| old.id == stop.id), stop);
        update_stop(tx, stop);
    }
    let visit = Visit { version: before.version + 1, ..Visit::of(after) };
    Change::Visit(visit).tell(tx, after.site)
}

/// The state of a visit; its end is written only where it changes, so that no index is written for nothing.
fn update_ticket(tx: &mut Tx, before: &Ticket, after: &Ticket) {
    const STATE: &str = "UPDATE ticket SET state = $3, version = version + 1 WHERE id = $1 AND version = $2";
    const END: &str =
        "UPDATE ticket SET state = $3, closed_at = $4, version = version + 1 WHERE id = $1 AND version = $2";
    let ends = before.closed_at != after.closed_at;
    let statement = tx.statement(if ends { END } else { STATE }).bind(after.id).bind(before.version).bind(after.state);
    let statement = if ends { statement.bind(after.closed_at) } else { statement };
    statement.later_one(format!("ticket {} changed under its lock", after.id));
}

/// What a stop is for and after which other it comes, which seldom changes: SQLite writes every index of a row anew
/// where a reference to the same table is set, and each written page goes to disk with the commit.
fn update_matter(tx: &mut Tx, old: Option<&Stop>, stop: &Stop) {
    let is_kept = match old {
        Some(old) => (&old.service, old.group, old.after) == (&stop.service, stop.group, stop.after),
        None => stop.after.is_none(),
    };
    if !is_kept {
        later!(
            tx,
            "UPDATE stop SET service_code = $2, service_group = $3, after_stop_id = $4 WHERE id = $1",
            stop.id,
            &stop.service,
            stop.group,
            stop.after
        );
    }
}

fn update_stop(tx: &mut Tx, stop: &Stop) {
    later!(
        tx,
        "UPDATE stop SET state = $2, counter_id = $3, wanted_counter_id = $4, officer_id = $5, line_at = $6, \
         calls = $7, called_at = $8, started_at = $9, ended_at = $10, reason = $11, received_at = $12 WHERE id = $1",
        stop.id,
        stop.state,
        stop.counter,
        stop.wanted,
        stop.officer,
        stop.line_at,
        stop.calls,
        stop.called_at,
        stop.started_at,
        stop.ended_at,
        stop.reason.as_deref(),
        stop.received_at
    );
}

/// Every visit of a day at a site, with its stops.
pub(in crate::queue) async fn list_of_day(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<Ticket>, StoreError> {
    const SQL: &str = tickets!("WHERE t.site_id = $1 AND t.local_day = $2 ORDER BY t.id, s.position");
    gather(fetch_all!(tx, TicketRow, SQL, site, day))
}

/// How many numbers of each letter, site and day are used, from which to which.
pub(in crate::queue) async fn list_used(
    tx: &mut Tx,
) -> Result<Vec<(String, String, String, i64, i64, i64)>, StoreError> {
    const SQL: &str = "SELECT s.code, t.letter, t.local_day, COUNT(*), MIN(t.ordinal), MAX(t.ordinal) FROM ticket t \
        JOIN site s ON s.id = t.site_id GROUP BY s.code, t.letter, t.local_day";
    Ok(fetch_all!(tx, (String, String, String, i64, i64, i64), SQL))
}
