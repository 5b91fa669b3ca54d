//! SQL of work left for later.

use serde_json::Value;
use sqlx::FromRow;

use super::{Failed, Notice};
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all};
use crate::ids::NoticeId;

pub(super) async fn insert(
    tx: &mut Tx,
    id: NoticeId,
    kind: &str,
    payload: &Value,
    (now, due_at): (Instant, Instant),
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO notice (id, kind, payload, due_at, created_at) VALUES ($1, $2, $3, $4, $5)",
        id,
        kind,
        JsonText(payload),
        due_at,
        now
    );
    Ok(())
}

pub(super) async fn list_due(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Notice>, StoreError> {
    const DUE: &str = "SELECT id, kind, payload, attempts FROM notice \
        WHERE done_at IS NULL AND NOT given_up AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
    let rows = fetch_all!(tx, (NoticeId, String, JsonText<Value>, i64), DUE, now, limit);
    let notice = |(id, kind, JsonText(payload), attempts)| Notice { id, kind, payload, attempts };
    Ok(rows.into_iter().map(notice).collect())
}

/// Moves the work out of sight of other workers.
pub(super) async fn claim(tx: &mut Tx, id: NoticeId, now: Instant, until: Instant) -> Result<bool, StoreError> {
    const CLAIM: &str =
        "UPDATE notice SET due_at = $3 WHERE id = $1 AND done_at IS NULL AND NOT given_up AND due_at <= $2";
    Ok(execute!(tx, CLAIM, id, now, until) == 1)
}

pub(super) async fn set_done(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE notice SET done_at = $1, last_fault = NULL WHERE id = $2", now, id);
    Ok(())
}

pub(super) async fn set_failed(tx: &mut Tx, id: NoticeId, fault: &str, again_at: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE notice SET attempts = attempts + 1, last_fault = $1, due_at = $2 WHERE id = $3",
        fault,
        again_at,
        id
    );
    Ok(())
}

pub(super) async fn set_given_up(tx: &mut Tx, id: NoticeId) -> Result<(), StoreError> {
    execute!(tx, "UPDATE notice SET given_up = TRUE WHERE id = $1", id);
    Ok(())
}

#[derive(FromRow)]
struct FailedRow {
    id: NoticeId,
    kind: String,
    payload: JsonText<Value>,
    attempts: i64,
    last_fault: String,
    given_up: bool,
    due_at: Instant,
    created_at: Instant,
}

pub(super) async fn list_failed(tx: &mut Tx, limit: i64) -> Result<Vec<Failed>, StoreError> {
    const FAILED: &str = "SELECT id, kind, payload, attempts, last_fault, given_up, due_at, created_at FROM notice \
        WHERE done_at IS NULL AND last_fault IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT $1";
    let failed = |row: FailedRow| Failed {
        notice: Notice { id: row.id, kind: row.kind, payload: row.payload.0, attempts: row.attempts },
        fault: row.last_fault,
        given_up: row.given_up,
        due_at: row.due_at,
        created_at: row.created_at,
    };
    Ok(fetch_all!(tx, FailedRow, FAILED, limit).into_iter().map(failed).collect())
}

pub(super) async fn try_again(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<bool, StoreError> {
    const AGAIN: &str = "UPDATE notice SET due_at = $2, given_up = FALSE \
        WHERE id = $1 AND done_at IS NULL AND last_fault IS NOT NULL";
    Ok(execute!(tx, AGAIN, id, now) == 1)
}

pub(super) async fn delete_done(tx: &mut Tx, before: Instant) -> Result<u64, StoreError> {
    Ok(execute!(tx, "DELETE FROM notice WHERE done_at < $1 OR (given_up AND created_at < $1)", before))
}
