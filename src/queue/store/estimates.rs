//! SQL of the estimates: what was told, and when the person was called.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, later};
use crate::ids::{SiteId, TicketId};
use crate::queue::replay::RecordedStop;
use crate::queue::{Estimate, Place, Ticket};

/// An estimate that was told and became true or not.
#[derive(Clone, Debug, FromRow)]
pub struct ScoredEstimate {
    /// The local day.
    pub local_day: Day,
    /// Code of the first service.
    pub service_code: String,
    /// When told.
    pub made_at: Instant,
    /// Seldom less, in minutes.
    pub low: i64,
    /// The best guess.
    pub likely: i64,
    /// Seldom more.
    pub high: i64,
    /// The first call.
    pub called_at: Instant,
}

/// Keeps what was told with a number: people ahead and open counters beside it.
pub(in crate::queue) fn insert(tx: &mut Tx, ticket: &Ticket, told: Estimate, (people_ahead, counters): (i64, i64)) {
    let Some(stop) = ticket.current() else { return };
    later!(
        tx,
        "INSERT INTO estimate (ticket_id, site_id, local_day, service_code, made_at, low, likely, high, people_ahead, \
         counters) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (ticket_id) DO UPDATE SET \
         low = excluded.low, likely = excluded.likely, high = excluded.high, people_ahead = excluded.people_ahead, \
         counters = excluded.counters",
        ticket.id,
        ticket.site,
        ticket.day,
        &stop.service,
        ticket.issued_at,
        told.low_minutes,
        told.likely_minutes,
        told.high_minutes,
        people_ahead,
        counters
    );
}

/// Keeps what would have been told to a visitor of the past, who was called.
pub(in crate::queue) async fn insert_replayed(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
    first: &RecordedStop,
    place: &Place,
) -> Result<(), StoreError> {
    let Ok(told) = place.estimate else { return Ok(()) };
    execute!(
        tx,
        "INSERT INTO estimate (ticket_id, site_id, local_day, service_code, made_at, low, likely, high, people_ahead, \
         counters, called_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (ticket_id) DO NOTHING",
        first.ticket,
        site,
        day,
        &first.service,
        first.line_at,
        told.low_minutes,
        told.likely_minutes,
        told.high_minutes,
        place.people_ahead,
        place.counters,
        first.called_at
    );
    Ok(())
}

/// Notes the first call; a later one changes nothing.
pub(in crate::queue) fn note_call(tx: &mut Tx, ticket: TicketId, now: Instant) {
    later!(tx, "UPDATE estimate SET called_at = $2 WHERE ticket_id = $1 AND called_at IS NULL", ticket, now);
}

/// Estimates of a site's days, both ends included, whose people were called.
pub(in crate::queue) async fn list_scored(
    tx: &mut Tx,
    site: SiteId,
    (from, to): (Day, Day),
) -> Result<Vec<ScoredEstimate>, StoreError> {
    Ok(fetch_all!(
        tx,
        ScoredEstimate,
        "SELECT local_day, service_code, made_at, low, likely, high, called_at FROM estimate \
         WHERE site_id = $1 AND local_day >= $2 AND local_day <= $3 AND called_at IS NOT NULL",
        site,
        from,
        to
    ))
}
