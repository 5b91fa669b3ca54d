//! SQL of visits in vain.

use super::Wasted;
use crate::clock::Day;
use crate::db::{StoreError, Tx, fetch_optional};
use crate::sites::Site;

pub(super) async fn count(tx: &mut Tx, site: &Site, from: Day, to: Day) -> Result<Wasted, StoreError> {
    const COUNT: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(incomplete), 0) AS BIGINT), \
        CAST(COALESCE(SUM(booked), 0) AS BIGINT), CAST(COALESCE(SUM(incomplete * booked), 0) AS BIGINT) FROM \
        (SELECT CASE WHEN EXISTS (SELECT 1 FROM visit_incomplete v WHERE v.ticket_id = t.id) \
             OR EXISTS (SELECT 1 FROM application a WHERE a.ticket_id = t.id AND a.state = 'draft') THEN 1 ELSE 0 END AS incomplete, \
         CASE WHEN EXISTS (SELECT 1 FROM appointment b WHERE b.ticket_id = t.id) THEN 1 ELSE 0 END AS booked \
         FROM ticket t WHERE t.site_id = $1 AND t.local_day >= $2 AND t.local_day <= $3 AND t.state = 'done') visit";
    let found = fetch_optional!(tx, (i64, i64, i64, i64), COUNT, site.id, from, to);
    let (visits, incomplete, booked_visits, booked_incomplete) = found.unwrap_or((0, 0, 0, 0));
    Ok(Wasted { visits, incomplete, booked_visits, booked_incomplete })
}
