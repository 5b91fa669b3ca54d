//! SQL of files by the visit they were filed in.

use crate::clock::Instant;
use crate::db::{StoreError, Tx, fetch_all, fetch_optional};
use crate::ids::{ApplicationId, TicketId};

/// The newest file of a ticket that is not over.
pub(in crate::permits) async fn find_of_ticket(
    tx: &mut Tx,
    ticket: TicketId,
) -> Result<Option<ApplicationId>, StoreError> {
    const SQL: &str = "SELECT id FROM application WHERE ticket_id = $1 \
        AND state NOT IN ('handed_over', 'rejected', 'withdrawn', 'lapsed') ORDER BY created_at DESC, id DESC LIMIT 1";
    Ok(fetch_optional!(tx, (ApplicationId,), SQL, ticket).map(|(id,)| id))
}

/// The tickets of the files of a person since a moment, the newest first.
pub(in crate::permits) async fn list_tickets_of(
    tx: &mut Tx,
    nik_index: &[u8],
    since: Instant,
) -> Result<Vec<TicketId>, StoreError> {
    const SQL: &str = "SELECT ticket_id FROM application WHERE nik_index = $1 AND created_at >= $2 \
        AND ticket_id IS NOT NULL ORDER BY created_at DESC";
    let rows = fetch_all!(tx, (TicketId,), SQL, nik_index, since);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
