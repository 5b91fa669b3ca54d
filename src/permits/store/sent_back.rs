//! SQL of how often papers are sent back.

use crate::clock::Instant;
use crate::db::{StoreError, Tx, fetch_all, fetch_one};
use crate::permits::PaperFault;

/// Files of a service registered since a moment that handed a paper in or were told to.
pub(in crate::permits) async fn count_asked(
    tx: &mut Tx,
    (service, requirement): (&str, &str),
    since: Instant,
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM application a WHERE a.service_code = $1 AND a.registered_at >= $2 AND (\
        EXISTS (SELECT 1 FROM application_requirement r WHERE r.application_id = a.id AND r.code = $3) OR \
        EXISTS (SELECT 1 FROM correction_item i WHERE i.application_id = a.id AND i.kind = 'paper' AND i.target = $3))";
    Ok(fetch_one!(tx, (i64,), SQL, service, since, requirement).0)
}

/// Of these, the files in which the paper was sent back, and how many name each reason.
pub(in crate::permits) async fn list_rejected(
    tx: &mut Tx,
    (service, requirement): (&str, &str),
    since: Instant,
) -> Result<(i64, Vec<(PaperFault, i64)>), StoreError> {
    const FILES: &str = "SELECT COUNT(DISTINCT i.application_id) FROM correction_item i \
        JOIN application a ON a.id = i.application_id \
        WHERE a.service_code = $1 AND a.registered_at >= $2 AND i.kind = 'paper' AND i.target = $3";
    const REASONS: &str = "SELECT i.fault, COUNT(DISTINCT i.application_id) FROM correction_item i \
        JOIN application a ON a.id = i.application_id \
        WHERE a.service_code = $1 AND a.registered_at >= $2 AND i.kind = 'paper' AND i.target = $3 \
        GROUP BY i.fault ORDER BY i.fault";
    let (files,) = fetch_one!(tx, (i64,), FILES, service, since, requirement);
    Ok((files, fetch_all!(tx, (PaperFault, i64), REASONS, service, since, requirement)))
}
