//! SQL about visits that appointments need: earlier waits, the place in line, who is to be told, who came in vain.

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{OfficerId, SiteId, TicketId};
use crate::queue::Estimate;
use crate::queue::appointments::Wait;
use crate::sites::ServiceGroup;

/// The first matters of earlier visits of a line that were called, without those who came by appointment.
pub(in super::super) async fn list_waits(
    tx: &mut Tx,
    site: SiteId,
    group: ServiceGroup,
    since: Day,
) -> Result<Vec<(Day, Wait)>, StoreError> {
    const WAITS: &str = "SELECT t.local_day, t.issued_at, s.called_at FROM ticket t \
        JOIN stop s ON s.ticket_id = t.id AND s.position = 1 \
        WHERE t.site_id = $1 AND t.local_day >= $2 AND s.service_group = $3 AND t.letter <> 'P' \
        AND s.called_at IS NOT NULL AND s.calls >= 1 \
        AND NOT EXISTS (SELECT 1 FROM appointment a WHERE a.ticket_id = t.id)";
    let rows = fetch_all!(tx, (Day, Instant, Instant), WAITS, site, since, group);
    Ok(rows.into_iter().map(|(day, arrived_at, called_at)| (day, Wait { arrived_at, called_at })).collect())
}

/// The wait that was said with the number.
pub(in super::super) async fn set_estimate(
    tx: &mut Tx,
    ticket: TicketId,
    estimate: Option<Estimate>,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE ticket SET estimate_low = $2, estimate_likely = $3, estimate_high = $4 WHERE id = $1",
        ticket,
        estimate.map(|e| e.low_minutes),
        estimate.map(|e| e.likely_minutes),
        estimate.map(|e| e.high_minutes)
    );
    Ok(())
}

/// Visitors in line with a telephone number who were not told yet that their turn is near.
pub(in super::super) async fn list_untold(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<TicketId>, StoreError> {
    const UNTOLD: &str = "SELECT t.id FROM ticket t WHERE t.site_id = $1 AND t.local_day = $2 AND t.closed_at IS NULL \
        AND t.state = 'waiting' AND t.phone_sealed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket_near n WHERE n.ticket_id = t.id)";
    Ok(fetch_all!(tx, (TicketId,), UNTOLD, site, day).into_iter().map(|(id,)| id).collect())
}

/// Whether this is the first time that the visitor is told.
pub(in super::super) async fn mark_told(tx: &mut Tx, ticket: TicketId, now: Instant) -> Result<bool, StoreError> {
    const TOLD: &str = "INSERT INTO ticket_near (ticket_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    Ok(execute!(tx, TOLD, ticket, now) == 1)
}

/// The sealed telephone number of a visit.
pub(in super::super) async fn find_phone(tx: &mut Tx, ticket: TicketId) -> Result<Option<Vec<u8>>, StoreError> {
    const PHONE: &str = "SELECT phone_sealed FROM ticket WHERE id = $1 AND phone_sealed IS NOT NULL";
    Ok(fetch_optional!(tx, (Vec<u8>,), PHONE, ticket).map(|(phone,)| phone))
}

/// Marks a visit as one that papers were missing for; twice is once.
pub(in super::super) async fn mark_incomplete(
    tx: &mut Tx,
    ticket: TicketId,
    officer: OfficerId,
    now: Instant,
) -> Result<bool, StoreError> {
    const MARK: &str =
        "INSERT INTO visit_incomplete (ticket_id, officer_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    Ok(execute!(tx, MARK, ticket, officer, now) == 1)
}
