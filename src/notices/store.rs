//! SQL of work left for later.

use serde_json::Value;

use super::Notice;
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all};
use crate::ids::NoticeId;

pub(super) async fn insert(
    tx: &mut Tx,
    id: NoticeId,
    kind: &str,
    payload: &Value,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO notice (id, kind, payload, due_at, created_at) VALUES ($1, $2, $3, $4, $4)",
        id,
        kind,
        JsonText(payload),
        now
    );
    Ok(())
}

pub(super) async fn list_due(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Notice>, StoreError> {
    const DUE: &str = "SELECT id, kind, payload, attempts FROM notice \
        WHERE done_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $2";
    let rows = fetch_all!(tx, (NoticeId, String, JsonText<Value>, i64), DUE, now, limit);
    let notice = |(id, kind, JsonText(payload), attempts)| Notice { id, kind, payload, attempts };
    Ok(rows.into_iter().map(notice).collect())
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
