//! SQL of warning letters about a permit.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{OfficerId, PermitId};
use crate::permits::Reprimand;

#[derive(FromRow)]
struct ReprimandRow {
    series: i64,
    step: i64,
    breach: String,
    remedy: String,
    working_days: i64,
    issued_at: Instant,
    due_on: Day,
    signed_by: OfficerId,
    ended_at: Option<Instant>,
    ended_by: Option<OfficerId>,
    end_note: Option<String>,
}

/// Every warning of a permit, oldest first.
pub(in crate::permits) async fn list_reprimands(tx: &mut Tx, permit: PermitId) -> Result<Vec<Reprimand>, StoreError> {
    const SQL: &str = "SELECT series, step, breach, remedy, working_days, issued_at, due_on, signed_by, ended_at, \
        ended_by, end_note FROM reprimand WHERE permit_id = $1 ORDER BY series, step";
    let one = |row: ReprimandRow| Reprimand {
        series: row.series,
        step: row.step,
        breach: row.breach,
        remedy: row.remedy,
        working_days: row.working_days,
        issued_at: row.issued_at,
        due_on: row.due_on,
        signed_by: row.signed_by,
        ended_at: row.ended_at,
        ended_by: row.ended_by,
        end_note: row.end_note,
    };
    Ok(fetch_all!(tx, ReprimandRow, SQL, permit).into_iter().map(one).collect())
}

/// Keeps a warning.
pub(in crate::permits) async fn insert_reprimand(
    tx: &mut Tx,
    permit: PermitId,
    one: &Reprimand,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO reprimand (permit_id, series, step, breach, remedy, working_days, issued_at, due_on, \
        signed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    execute!(
        tx,
        SQL,
        permit,
        one.series,
        one.step,
        &one.breach,
        &one.remedy,
        one.working_days,
        one.issued_at,
        one.due_on,
        one.signed_by
    );
    Ok(())
}

/// Ends the open series of a permit; answers how many warnings it had.
pub(in crate::permits) async fn end_reprimands(
    tx: &mut Tx,
    permit: PermitId,
    (by, at): (Option<OfficerId>, Instant),
    note: &str,
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE reprimand SET ended_at = $1, ended_by = $2, end_note = $3 \
        WHERE permit_id = $4 AND ended_at IS NULL";
    Ok(execute!(tx, SQL, at, by, note, permit))
}
