//! SQL of the corrections applications wait for.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{ApplicationId, OfficerId, SiteId, StopId, TicketId};
use crate::population::Verdict;

/// The link between an application and a stop.
#[derive(FromRow)]
pub(in crate::civil) struct CorrectionRow {
    pub application_id: ApplicationId,
    pub stop_id: StopId,
    pub ticket_id: TicketId,
    pub verdict: Verdict,
    pub opened_at: Instant,
}

pub(in crate::civil) async fn insert_correction(
    tx: &mut Tx,
    (application, ticket, stop): (ApplicationId, TicketId, StopId),
    verdict: Verdict,
    (by, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO correction_stop (application_id, stop_id, ticket_id, verdict, opened_by, opened_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    execute!(tx, SQL, application, stop, ticket, verdict, by, at);
    Ok(())
}

/// The newest of an application.
pub(in crate::civil) async fn find_correction(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Option<CorrectionRow>, StoreError> {
    const SQL: &str = "SELECT application_id, stop_id, ticket_id, verdict, opened_at FROM correction_stop \
        WHERE application_id = $1 ORDER BY opened_at DESC, stop_id DESC LIMIT 1";
    Ok(fetch_optional!(tx, CorrectionRow, SQL, id))
}

/// Those of a site whose stop is not over, the oldest first.
pub(in crate::civil) async fn list_corrections(tx: &mut Tx, site: SiteId) -> Result<Vec<CorrectionRow>, StoreError> {
    const SQL: &str = "SELECT c.application_id, c.stop_id, c.ticket_id, c.verdict, c.opened_at FROM correction_stop c \
        JOIN stop s ON s.id = c.stop_id WHERE s.site_id = $1 AND s.state NOT IN ('done', 'no_show', 'cancelled') \
        ORDER BY c.opened_at, c.stop_id LIMIT 100";
    Ok(fetch_all!(tx, CorrectionRow, SQL, site))
}
