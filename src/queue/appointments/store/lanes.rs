//! SQL of the places in the book: slot and lane.

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{AppointmentId, SiteId};

/// The places taken from a moment until before another; those held in vain count as free.
pub(in super::super) async fn list_taken(
    tx: &mut Tx,
    site: SiteId,
    (from, to): (Instant, Instant),
    now: Instant,
) -> Result<Vec<(Instant, i64, AppointmentId)>, StoreError> {
    const TAKEN: &str = "SELECT l.slot_start, l.lane, l.appointment_id FROM appointment_lane l \
        JOIN appointment a ON a.id = l.appointment_id \
        WHERE l.site_id = $1 AND l.slot_start >= $2 AND l.slot_start < $3 AND NOT (a.state = 'held' AND a.hold_until <= $4)";
    Ok(fetch_all!(tx, (Instant, i64, AppointmentId), TAKEN, site, from, to, now))
}

/// Sets free what nobody confirmed in time. The state changes first: a confirmation that is just under way keeps its
/// place.
pub(in super::super) async fn free_expired(tx: &mut Tx, site: SiteId, now: Instant) -> Result<u64, StoreError> {
    const EXPIRE: &str = "UPDATE appointment SET state = 'expired', version = version + 1 \
        WHERE site_id = $1 AND state = 'held' AND hold_until <= $2";
    const FREE: &str = "DELETE FROM appointment_lane WHERE site_id = $1 \
        AND appointment_id IN (SELECT id FROM appointment WHERE site_id = $1 AND state = 'expired')";
    let expired = execute!(tx, EXPIRE, site, now);
    if expired > 0 {
        execute!(tx, FREE, site);
    }
    Ok(expired)
}

/// Takes a place, unless somebody has it. The primary key decides between two who ask at once.
pub(in super::super) async fn take(
    tx: &mut Tx,
    site: SiteId,
    (slot, lane): (Instant, i64),
    appointment: AppointmentId,
) -> Result<bool, StoreError> {
    const TAKE: &str = "INSERT INTO appointment_lane (site_id, slot_start, lane, appointment_id) \
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    Ok(execute!(tx, TAKE, site, slot, lane, appointment) == 1)
}

/// Sets the places of an appointment free; answers how many it had.
pub(in super::super) async fn free(tx: &mut Tx, appointment: AppointmentId) -> Result<u64, StoreError> {
    Ok(execute!(tx, "DELETE FROM appointment_lane WHERE appointment_id = $1", appointment))
}
