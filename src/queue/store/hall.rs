//! SQL that looks at a whole hall: who waits, how long services take, what the day brought.

use sqlx::FromRow;

use super::tickets::number;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::{CounterId, SiteId, TicketId};
use crate::queue::{Ahead, InLine, Number, StopState, TicketState};
use crate::sites::ServiceGroup;

#[derive(FromRow)]
struct LineRow {
    ticket_id: TicketId,
    letter: String,
    ordinal: i64,
    service_group: ServiceGroup,
    line_at: Instant,
    wanted_counter_id: Option<CounterId>,
}

/// Everybody in line at a site.
pub(in crate::queue) async fn list_line(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<InLine>, StoreError> {
    let rows = fetch_all!(
        tx,
        LineRow,
        "SELECT s.ticket_id, t.letter, t.ordinal, s.service_group, s.line_at, s.wanted_counter_id FROM ticket t \
         JOIN stop s ON s.ticket_id = t.id AND s.state = 'waiting' \
         WHERE t.site_id = $1 AND t.local_day = $2 AND t.state = 'waiting'",
        site,
        day
    );
    let in_line = |row: LineRow| {
        Ok(InLine {
            ticket: row.ticket_id,
            number: number(&row.letter, row.ordinal)?,
            group: row.service_group,
            priority: row.letter == "P",
            line_at: row.line_at,
            wanted: row.wanted_counter_id,
        })
    };
    rows.into_iter().map(in_line).collect()
}

#[derive(FromRow)]
struct AheadRow {
    service_code: String,
    service_group: ServiceGroup,
    letter_p: i64,
    wanted_counter_id: Option<CounterId>,
    people: i64,
}

/// Who stands before a place in line, counted in the database: a full hall costs no more than a quiet one.
pub(in crate::queue) async fn count_ahead(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
    line_at: Instant,
    own: Number,
) -> Result<Vec<Ahead>, StoreError> {
    let rows = fetch_all!(
        tx,
        AheadRow,
        "SELECT s.service_code, s.service_group, CAST(CASE WHEN t.letter = 'P' THEN 1 ELSE 0 END AS BIGINT) AS letter_p, \
         s.wanted_counter_id, COUNT(*) AS people FROM ticket t JOIN stop s ON s.ticket_id = t.id AND s.state = 'waiting' \
         WHERE t.site_id = $1 AND t.local_day = $2 AND t.state = 'waiting' \
         AND (s.line_at, t.ordinal, t.letter) < ($3, $4, $5) GROUP BY 1, 2, 3, 4",
        site,
        day,
        line_at,
        own.ordinal,
        own.letter.to_string()
    );
    let ahead = |row: AheadRow| Ahead {
        service: row.service_code,
        group: row.service_group,
        priority: row.letter_p == 1,
        wanted: row.wanted_counter_id,
        people: row.people,
    };
    Ok(rows.into_iter().map(ahead).collect())
}

/// Visitors served since a moment and the microseconds they took, by service; one forgotten overnight is left out.
pub(in crate::queue) async fn pace_of(tx: &mut Tx, since: Instant) -> Result<Vec<(String, i64, i64)>, StoreError> {
    Ok(fetch_all!(
        tx,
        (String, i64, i64),
        "SELECT service_code, COUNT(*), CAST(SUM(ended_at - started_at) AS BIGINT) FROM stop \
         WHERE ended_at >= $1 AND started_at >= $1 AND state = 'done' GROUP BY service_code",
        since
    ))
}

/// A visit that is not over, at its present stop.
#[derive(FromRow)]
pub(in crate::queue) struct OpenRow {
    pub ticket_id: TicketId,
    letter: String,
    ordinal: i64,
    pub state: StopState,
    pub service_code: String,
    pub service_group: ServiceGroup,
    pub line_at: Instant,
    pub counter_id: Option<CounterId>,
    pub reason: Option<String>,
}

impl OpenRow {
    pub(in crate::queue) fn number(&self) -> Result<Number, StoreError> {
        number(&self.letter, self.ordinal)
    }
}

/// Every visit that is not over, by place in line.
pub(in crate::queue) async fn list_open(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<OpenRow>, StoreError> {
    Ok(fetch_all!(
        tx,
        OpenRow,
        "SELECT s.ticket_id, t.letter, t.ordinal, s.state, s.service_code, s.service_group, s.line_at, s.counter_id, \
         s.reason FROM ticket t \
         JOIN stop s ON s.ticket_id = t.id AND s.state IN ('waiting', 'called', 'serving', 'on_hold') \
         WHERE t.site_id = $1 AND t.local_day = $2 AND t.state IN ('waiting', 'called', 'serving', 'on_hold') \
         ORDER BY s.line_at, t.ordinal, t.letter",
        site,
        day
    ))
}

/// How many visits of a day are in each state.
pub(in crate::queue) async fn count_states(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
) -> Result<Vec<(TicketState, i64)>, StoreError> {
    Ok(fetch_all!(
        tx,
        (TicketState, i64),
        "SELECT state, COUNT(*) FROM ticket WHERE site_id = $1 AND local_day = $2 GROUP BY state",
        site,
        day
    ))
}

/// How many stops each counter of a site ended as served since a moment.
pub(in crate::queue) async fn count_served(
    tx: &mut Tx,
    site: SiteId,
    since: Instant,
) -> Result<Vec<(CounterId, i64)>, StoreError> {
    Ok(fetch_all!(
        tx,
        (CounterId, i64),
        "SELECT s.counter_id, COUNT(*) FROM stop s JOIN counter c ON c.id = s.counter_id \
         WHERE s.ended_at >= $2 AND s.state = 'done' AND c.site_id = $1 GROUP BY s.counter_id",
        site,
        since
    ))
}
