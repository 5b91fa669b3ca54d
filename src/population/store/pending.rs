//! SQL of questions that wait for their source.

use sqlx::FromRow;

use super::corrupt;
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::LookupId;
use crate::keys::Keys;
use crate::population::{Cause, Nik, PendingLookup, Question};

/// The names the sealed values are bound to.
const NIK_COLUMN: &str = "pending_lookup.nik";
const CLAIMED_COLUMN: &str = "pending_lookup.claimed";

/// A question to ask again.
pub struct PendingRow {
    pub lookup: LookupId,
    pub question: Question,
    pub tries: i64,
}

pub async fn insert_pending(
    tx: &mut Tx,
    keys: &Keys,
    id: LookupId,
    question: &Question,
    (cause, now): (Cause, Instant),
) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO pending_lookup (lookup_id, nik_sealed, claimed_sealed, tries, cause, asked_at, \
        tried_at, due_at) VALUES ($1, $2, $3, 0, $4, $5, $5, $5)";
    let claimed = serde_json::to_string(&question.claimed).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    execute!(
        tx,
        ONE,
        id,
        keys.sealer.seal(NIK_COLUMN, question.nik.digits()).map_err(corrupt)?,
        keys.sealer.seal(CLAIMED_COLUMN, &claimed).map_err(corrupt)?,
        cause,
        now
    );
    Ok(())
}

/// The question that has waited longest of those that are due.
pub async fn find_next(tx: &mut Tx, keys: &Keys, now: Instant) -> Result<Option<PendingRow>, StoreError> {
    const OLDEST: &str = "SELECT lookup_id, nik_sealed, claimed_sealed, tries FROM pending_lookup WHERE due_at <= $1 \
        ORDER BY due_at, lookup_id LIMIT 1";
    let row = fetch_optional!(tx, (LookupId, Vec<u8>, Vec<u8>, i64), OLDEST, now);
    let Some((lookup, nik, claimed, tries)) = row else { return Ok(None) };
    let nik = keys.sealer.open(NIK_COLUMN, &nik).map_err(corrupt)?;
    let claimed = keys.sealer.open(CLAIMED_COLUMN, &claimed).map_err(corrupt)?;
    let unreadable = |e: String| StoreError::Corrupt(format!("pending look-up {lookup}: {e}"));
    let question = Question {
        nik: Nik::parse(&nik).map_err(|e| unreadable(e.to_string()))?,
        claimed: serde_json::from_str(&claimed).map_err(|_| unreadable("its statement".to_owned()))?,
    };
    Ok(Some(PendingRow { lookup, question, tries }))
}

/// The source could not be asked again; the next try comes later.
pub async fn postpone(
    tx: &mut Tx,
    id: LookupId,
    cause: Cause,
    (now, due_at): (Instant, Instant),
) -> Result<(), StoreError> {
    const ONE: &str =
        "UPDATE pending_lookup SET tries = tries + 1, cause = $2, tried_at = $3, due_at = $4 WHERE lookup_id = $1";
    execute!(tx, ONE, id, cause, now, due_at);
    Ok(())
}

/// Whether a question was still pending; it is not any more.
pub async fn remove_pending(tx: &mut Tx, id: LookupId) -> Result<bool, StoreError> {
    Ok(execute!(tx, "DELETE FROM pending_lookup WHERE lookup_id = $1", id) > 0)
}

/// Every question is due now; answers how many.
pub async fn make_due(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    Ok(execute!(tx, "UPDATE pending_lookup SET due_at = $1 WHERE due_at > $1", now))
}

pub async fn count_pending(tx: &mut Tx) -> Result<i64, StoreError> {
    let count = fetch_optional!(tx, (i64,), "SELECT COUNT(*) FROM pending_lookup");
    Ok(count.map_or(0, |(count,)| count))
}

#[derive(FromRow)]
struct WaitingRow {
    lookup_id: LookupId,
    nik_masked: String,
    purpose: String,
    tries: i64,
    cause: Cause,
    asked_at: Instant,
    tried_at: Instant,
}

/// The questions that wait, longest first, at most `limit`.
pub async fn list_pending(tx: &mut Tx, limit: i64) -> Result<Vec<PendingLookup>, StoreError> {
    const WAITING: &str = "SELECT p.lookup_id, l.nik_masked, l.purpose, p.tries, p.cause, p.asked_at, p.tried_at \
        FROM pending_lookup p JOIN lookup l ON l.id = p.lookup_id ORDER BY p.asked_at, p.lookup_id LIMIT $1";
    let rows = fetch_all!(tx, WaitingRow, WAITING, limit);
    let pending = |row: WaitingRow| PendingLookup {
        lookup: row.lookup_id,
        nik_masked: row.nik_masked,
        purpose: row.purpose,
        tries: row.tries,
        cause: row.cause,
        asked_at: row.asked_at,
        tried_at: row.tried_at,
    };
    Ok(rows.into_iter().map(pending).collect())
}
