//! SQL of what happens to a permit after it was issued.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{OfficerId, PermitId};
use crate::permits::{PermitAct, PermitLine};

#[derive(FromRow)]
struct LineRow {
    act: PermitAct,
    officer_id: Option<OfficerId>,
    at: Instant,
    reason: Option<String>,
    legal_ground: Option<String>,
    removed: Option<JsonText<Vec<String>>>,
}

pub(in crate::permits) async fn insert_permit_act(
    tx: &mut Tx,
    permit: PermitId,
    line: &PermitLine,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO permit_act (permit_id, seq, act, officer_id, at, reason, legal_ground, removed) \
         VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM permit_act WHERE permit_id = $1), $2, $3, $4, $5, $6, $7)",
        permit,
        line.act,
        line.officer,
        line.at,
        line.reason.as_deref(),
        line.legal_ground.as_deref(),
        (line.act == PermitAct::PublicCopy).then(|| JsonText(line.removed.clone()))
    );
    Ok(())
}

/// Oldest first.
pub(in crate::permits) async fn list_permit_acts(tx: &mut Tx, permit: PermitId) -> Result<Vec<PermitLine>, StoreError> {
    const SQL: &str = "SELECT act, officer_id, at, reason, legal_ground, removed FROM permit_act WHERE permit_id = $1 \
        ORDER BY seq";
    let rows = fetch_all!(tx, LineRow, SQL, permit);
    let line = |row: LineRow| PermitLine {
        act: row.act,
        officer: row.officer_id,
        at: row.at,
        reason: row.reason,
        legal_ground: row.legal_ground,
        removed: row.removed.map(|removed| removed.0).unwrap_or_default(),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// How often an act was done to a permit.
pub(in crate::permits) async fn count_acts(tx: &mut Tx, permit: PermitId, act: PermitAct) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM permit_act WHERE permit_id = $1 AND act = $2";
    Ok(fetch_optional!(tx, (i64,), SQL, permit, act).map_or(0, |(count,)| count))
}
