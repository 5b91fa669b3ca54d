//! SQL of second factors and their recovery codes.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_one, fetch_optional};
use crate::ids::OfficerId;

/// The second factor of one officer as it is kept.
#[derive(FromRow)]
pub(in crate::identity) struct FactorRow {
    /// Sealed.
    pub secret: Vec<u8>,
    /// When its first code was right.
    pub confirmed_at: Option<Instant>,
}

pub(in crate::identity) async fn find(tx: &mut Tx, officer: OfficerId) -> Result<Option<FactorRow>, StoreError> {
    let text = "SELECT secret, confirmed_at FROM second_factor WHERE officer_id = $1";
    Ok(fetch_optional!(tx, FactorRow, text, officer))
}

/// Begins again with a new secret; what was there before is gone.
pub(in crate::identity) async fn replace(
    tx: &mut Tx,
    officer: OfficerId,
    secret: &[u8],
    now: Instant,
) -> Result<(), StoreError> {
    delete(tx, officer).await?;
    execute!(
        tx,
        "INSERT INTO second_factor (officer_id, secret, created_at, last_step) VALUES ($1, $2, $3, 0)",
        officer,
        secret,
        now
    );
    Ok(())
}

pub(in crate::identity) async fn confirm(tx: &mut Tx, officer: OfficerId, now: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE second_factor SET confirmed_at = $1 WHERE officer_id = $2", now, officer);
    Ok(())
}

/// Uses up a step; false when it, or a later one, was used before.
pub(in crate::identity) async fn use_step(tx: &mut Tx, officer: OfficerId, step: i64) -> Result<bool, StoreError> {
    let text = "UPDATE second_factor SET last_step = $1 WHERE officer_id = $2 AND last_step < $3";
    Ok(execute!(tx, text, step, officer, step) == 1)
}

pub(in crate::identity) async fn insert_code(tx: &mut Tx, officer: OfficerId, hash: &[u8]) -> Result<(), StoreError> {
    execute!(tx, "INSERT INTO recovery_code (officer_id, code_hash) VALUES ($1, $2)", officer, hash);
    Ok(())
}

/// Uses up a recovery code; false when there is none or it was used.
pub(in crate::identity) async fn use_code(
    tx: &mut Tx,
    officer: OfficerId,
    hash: &[u8],
    now: Instant,
) -> Result<bool, StoreError> {
    let text = "UPDATE recovery_code SET used_at = $1 WHERE officer_id = $2 AND code_hash = $3 AND used_at IS NULL";
    Ok(execute!(tx, text, now, officer, hash) == 1)
}

pub(in crate::identity) async fn count_codes(tx: &mut Tx, officer: OfficerId) -> Result<i64, StoreError> {
    let text = "SELECT COUNT(*) FROM recovery_code WHERE officer_id = $1 AND used_at IS NULL";
    Ok(fetch_one!(tx, (i64,), text, officer).0)
}

/// Removes the factor and its codes; false when there was none.
pub(in crate::identity) async fn delete(tx: &mut Tx, officer: OfficerId) -> Result<bool, StoreError> {
    execute!(tx, "DELETE FROM recovery_code WHERE officer_id = $1", officer);
    Ok(execute!(tx, "DELETE FROM second_factor WHERE officer_id = $1", officer) == 1)
}
