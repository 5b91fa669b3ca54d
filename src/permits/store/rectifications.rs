//! SQL of typing errors that were pointed out.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{ApplicationId, OfficerId};
use crate::permits::{Rectification, RectificationState, RectifiedItem};

#[derive(FromRow)]
struct RectificationRow {
    seq: i64,
    state: RectificationState,
    reason: String,
    proposed_by: OfficerId,
    proposed_at: Instant,
    decided_by: Option<OfficerId>,
    decided_at: Option<Instant>,
}

/// What was pointed out on a file, oldest first.
pub(in crate::permits) async fn list_rectifications(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<Rectification>, StoreError> {
    const ALL: &str = "SELECT seq, state, reason, proposed_by, proposed_at, decided_by, decided_at FROM rectification \
        WHERE application_id = $1 ORDER BY seq";
    const ITEMS: &str =
        "SELECT seq, target, before, after FROM rectification_item WHERE application_id = $1 ORDER BY seq, target";
    let rows = fetch_all!(tx, RectificationRow, ALL, id);
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let items = fetch_all!(tx, (i64, String, String, String), ITEMS, id);
    let of = |seq: i64| {
        let mine = items.iter().filter(|(of, ..)| *of == seq);
        mine.map(|(_, target, before, after)| RectifiedItem {
            target: target.clone(),
            before: before.clone(),
            after: after.clone(),
        })
        .collect()
    };
    let one = |row: RectificationRow| Rectification {
        items: of(row.seq),
        seq: row.seq,
        state: row.state,
        reason: row.reason,
        proposed_by: row.proposed_by,
        proposed_at: row.proposed_at,
        decided_by: row.decided_by,
        decided_at: row.decided_at,
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Keeps what was pointed out. One of a file is open at a time.
pub(in crate::permits) async fn insert_rectification(
    tx: &mut Tx,
    id: ApplicationId,
    one: &Rectification,
) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO rectification (application_id, seq, state, reason, proposed_by, proposed_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    const ITEM: &str =
        "INSERT INTO rectification_item (application_id, seq, target, before, after) VALUES ($1, $2, $3, $4, $5)";
    execute!(tx, ONE, id, one.seq, one.state, &one.reason, one.proposed_by, one.proposed_at);
    for item in &one.items {
        execute!(tx, ITEM, id, one.seq, &item.target, &item.before, &item.after);
    }
    Ok(())
}

/// Writes the decision on the open one.
pub(in crate::permits) async fn set_decided(
    tx: &mut Tx,
    (id, seq): (ApplicationId, i64),
    state: RectificationState,
    (by, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE rectification SET state = $1, decided_by = $2, decided_at = $3 \
        WHERE application_id = $4 AND seq = $5 AND state = 'proposed'";
    tx.statement(SQL)
        .bind(state)
        .bind(by)
        .bind(at)
        .bind(id)
        .bind(seq)
        .later_one(format!("the typing error {seq} of {id} was decided before"));
    Ok(())
}
