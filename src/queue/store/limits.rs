//! SQL of the numbers given of a service.

use crate::clock::Day;
use crate::db::{StoreError, Tx, fetch_one};
use crate::ids::SiteId;

/// Numbers of a local day that hold a service and were not given back.
pub(in crate::queue) async fn count_given(
    tx: &mut Tx,
    site: SiteId,
    day: Day,
    service: &str,
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM ticket t JOIN stop s ON s.ticket_id = t.id \
        WHERE t.site_id = $1 AND t.local_day = $2 AND s.service_code = $3 AND s.state <> 'cancelled'";
    Ok(fetch_one!(tx, (i64,), SQL, site, day, service).0)
}
