//! SQL of the synthetic office: history is brought in with many rows a statement.

use serde_json::Value;

use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_optional, on_db};
use crate::ids::{ApplicationId, CounterId, OfficerId, PermitId, SiteId};
use crate::queue::{Priority, Ticket};

use super::hall::{Call, Played};

/// Rows of one statement: far below the limit of bound values of both databases.
const ROWS: usize = 200;

/// The password hash of an account.
pub(super) async fn find_password_hash(tx: &mut Tx, username: &str) -> Result<Option<String>, StoreError> {
    const ONE: &str = "SELECT password_hash FROM officer WHERE username = $1";
    Ok(fetch_optional!(tx, (String,), ONE, username).map(|(hash,)| hash))
}

/// Opens every site at every hour.
pub(super) async fn open_always(tx: &mut Tx) -> Result<(), StoreError> {
    execute!(tx, "UPDATE site SET always_open = TRUE");
    Ok(())
}

/// The last number of a series, as if it had been taken one by one.
pub(super) async fn insert_series(tx: &mut Tx, rows: &[(String, String, i64)]) -> Result<(), StoreError> {
    for chunk in rows.chunks(ROWS) {
        on_db!(tx, |conn| {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO number_series (scope, period, last) ");
            insert.push_values(chunk, |mut row, (scope, period, last)| {
                row.push_bind(scope).push_bind(period).push_bind(*last);
            });
            insert.build().execute(conn).await?;
        });
    }
    Ok(())
}

/// The visits of a day.
pub(super) async fn insert_visits(tx: &mut Tx, played: &Played) -> Result<(), StoreError> {
    let told: Vec<(&Ticket, i64)> = played.tickets.iter().zip(played.estimates.iter().copied()).collect();
    for chunk in told.chunks(ROWS) {
        on_db!(tx, |conn| {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO ticket (id, token, site_id, local_day, letter, ordinal, priority, state, channel, \
                 estimate_low, estimate_likely, estimate_high, version, issued_at, closed_at) ",
            );
            insert.push_values(chunk, |mut row, (ticket, likely)| {
                row.push_bind(ticket.id).push_bind(&ticket.token).push_bind(ticket.site).push_bind(ticket.day);
                row.push_bind(ticket.number.letter.to_string()).push_bind(ticket.number.ordinal);
                row.push_bind(ticket.priority).push_bind(ticket.state).push_bind(ticket.channel);
                row.push_bind(likely * 6 / 10).push_bind(*likely).push_bind(likely * 16 / 10 + 5);
                row.push_bind(ticket.version).push_bind(ticket.issued_at).push_bind(ticket.closed_at);
            });
            insert.build().execute(conn).await?;
        });
    }
    insert_stops(tx, &played.tickets).await
}

async fn insert_stops(tx: &mut Tx, tickets: &[Ticket]) -> Result<(), StoreError> {
    let stops: Vec<_> = tickets.iter().flat_map(|t| t.stops.iter().map(move |stop| (t, stop))).collect();
    for chunk in stops.chunks(ROWS) {
        on_db!(tx, |conn| {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO stop (id, ticket_id, site_id, local_day, letter, ordinal, has_priority, position, service_code, service_group, state, counter_id, \
                 officer_id, line_at, calls, called_at, started_at, ended_at) ",
            );
            insert.push_values(chunk, |mut row, (ticket, stop)| {
                row.push_bind(stop.id).push_bind(ticket.id).push_bind(ticket.site).push_bind(ticket.day);
                row.push_bind(ticket.number.letter.to_string()).push_bind(ticket.number.ordinal);
                row.push_bind(ticket.priority != Priority::None).push_bind(stop.position).push_bind(&stop.service);
                row.push_bind(stop.group).push_bind(stop.state).push_bind(stop.counter).push_bind(stop.officer);
                row.push_bind(stop.line_at).push_bind(stop.calls).push_bind(stop.called_at);
                row.push_bind(stop.started_at).push_bind(stop.ended_at);
            });
            insert.build().execute(conn).await?;
        });
    }
    Ok(())
}

/// The calls of a site's day, numbered after the ones before; answers the last number.
pub(super) async fn insert_calls(tx: &mut Tx, site: SiteId, after: i64, calls: &[Call]) -> Result<i64, StoreError> {
    let numbered: Vec<(i64, &Call)> = (after + 1..).zip(calls).collect();
    for chunk in numbered.chunks(ROWS) {
        on_db!(tx, |conn| {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO hall_call (site_id, seq, ticket_id, counter_id, calls, at) ");
            insert.push_values(chunk, |mut row, (seq, call)| {
                row.push_bind(site).push_bind(*seq).push_bind(call.ticket).push_bind(call.counter);
                row.push_bind(call.calls).push_bind(call.at);
            });
            insert.build().execute(conn).await?;
        });
    }
    Ok(numbered.last().map_or(after, |(seq, _)| *seq))
}

/// How a counter stands: at work with somebody, or closed.
pub(super) async fn insert_counter_desk(
    tx: &mut Tx,
    counter: CounterId,
    officer: Option<OfficerId>,
    since: Instant,
) -> Result<(), StoreError> {
    let state = if officer.is_some() { "open" } else { "closed" };
    execute!(
        tx,
        "INSERT INTO counter_desk (counter_id, state, officer_id, since) VALUES ($1, $2, $3, $4)",
        counter,
        state,
        officer,
        since
    );
    Ok(())
}

/// A returned application to which the applicant never came back.
pub(super) async fn lapse(tx: &mut Tx, id: ApplicationId, detail: &Value, at: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE application SET state = 'lapsed', version = version + 1, closed_at = $2, claimed_by = NULL, \
         claimed_at = NULL, claim_note = NULL WHERE id = $1",
        id,
        at
    );
    execute!(
        tx,
        "INSERT INTO application_act (application_id, seq, act, office, from_state, to_state, at, detail) \
         VALUES ($1, (SELECT MAX(seq) + 1 FROM application_act WHERE application_id = $1), 'lapse', 'system', \
         'returned', 'lapsed', $2, $3)",
        id,
        at,
        JsonText(detail)
    );
    Ok(())
}

/// The permit in force of an application.
pub(super) async fn find_permit_of(tx: &mut Tx, id: ApplicationId) -> Result<Option<PermitId>, StoreError> {
    const ONE: &str = "SELECT id FROM permit WHERE application_id = $1 AND state = 'issued'";
    Ok(fetch_optional!(tx, (PermitId,), ONE, id).map(|(id,)| id))
}
