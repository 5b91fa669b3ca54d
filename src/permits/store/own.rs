//! SQL of permits that holders had again at home.

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_optional};
use crate::ids::ApplicationId;
use crate::permits::OwnAsk;

/// Keeps that somebody asked.
pub(in crate::permits) async fn insert_own(
    tx: &mut Tx,
    file: ApplicationId,
    (ask, at): (OwnAsk, Instant),
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO permit_own (application_id, seq, outcome, at) \
         VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM permit_own WHERE application_id = $1), $2, $3)",
        file,
        ask,
        at
    );
    Ok(())
}

/// How often asking came to that since a moment.
pub(in crate::permits) async fn count_own(
    tx: &mut Tx,
    file: ApplicationId,
    (ask, since): (OwnAsk, Instant),
) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM permit_own WHERE application_id = $1 AND outcome = $2 AND at >= $3";
    Ok(fetch_optional!(tx, (i64,), SQL, file, ask, since).map_or(0, |(count,)| count))
}
