//! SQL of mistakes of issued permits.

use crate::db::{StoreError, Tx, execute, fetch_optional};
use crate::ids::{ApplicationId, PermitId};
use crate::permits::ErratumCause;

/// Keeps what mistake a file puts right.
pub(in crate::permits) async fn insert_erratum(
    tx: &mut Tx,
    (file, permit): (ApplicationId, PermitId),
    (cause, reason): (ErratumCause, &str),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO erratum (application_id, permit_id, cause, reason) VALUES ($1, $2, $3, $4)";
    execute!(tx, SQL, file, permit, cause, reason);
    Ok(())
}

/// The mistake a file puts right: of which permit, whose, and why it is one.
pub(in crate::permits) async fn find_erratum(
    tx: &mut Tx,
    file: ApplicationId,
) -> Result<Option<(PermitId, ErratumCause, String)>, StoreError> {
    const SQL: &str = "SELECT permit_id, cause, reason FROM erratum WHERE application_id = $1";
    Ok(fetch_optional!(tx, (PermitId, ErratumCause, String), SQL, file))
}

/// What was handed in for one file stands in another one, too, as seen by whoever saw it then.
pub(in crate::permits) async fn copy_handed(
    tx: &mut Tx,
    from: ApplicationId,
    to: ApplicationId,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO application_requirement (application_id, code, document_id, sighted, by_officer, at) \
        SELECT $1, code, document_id, sighted, by_officer, at FROM application_requirement WHERE application_id = $2";
    execute!(tx, SQL, to, from);
    Ok(())
}
