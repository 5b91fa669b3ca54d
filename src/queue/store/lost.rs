//! SQL that finds the visits of a person again.

use crate::clock::Day;
use crate::db::{StoreError, Tx, fetch_all, fetch_optional};
use crate::ids::{SiteId, TicketId};

/// The sealed telephone numbers of a day's visits.
pub(in crate::queue) async fn list_phones(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
) -> Result<Vec<(TicketId, Vec<u8>)>, StoreError> {
    const PHONES: &str = "SELECT id, phone_sealed FROM ticket WHERE site_id = $1 AND local_day = $2 \
        AND phone_sealed IS NOT NULL ORDER BY id";
    Ok(fetch_all!(tx, (TicketId, Vec<u8>), PHONES, site, day))
}

/// The sealed telephone number of a visit.
pub(in crate::queue) async fn find_phone(tx: &mut Tx, ticket: TicketId) -> Result<Option<Vec<u8>>, StoreError> {
    const PHONE: &str = "SELECT phone_sealed FROM ticket WHERE id = $1 AND phone_sealed IS NOT NULL";
    Ok(fetch_optional!(tx, (Vec<u8>,), PHONE, ticket).map(|(phone,)| phone))
}

/// The visits that came of a person's appointments of a day.
pub(in crate::queue) async fn list_of_person(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
    person: &[u8],
) -> Result<Vec<TicketId>, StoreError> {
    const CAME: &str = "SELECT ticket_id FROM appointment WHERE site_id = $1 AND local_day = $2 \
        AND person_index = $3 AND ticket_id IS NOT NULL";
    Ok(fetch_all!(tx, (TicketId,), CAME, site, day, person).into_iter().map(|(id,)| id).collect())
}
