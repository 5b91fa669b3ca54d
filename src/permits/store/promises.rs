//! SQL of promises: open files, what moved, what was warned of.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{ApplicationId, OfficerId, SiteId};
use crate::permits::{ApplicationState, OpenFile, PromiseChange, TrackingCode, Warning};

#[derive(FromRow)]
struct OpenRow {
    id: ApplicationId,
    code: TrackingCode,
    service_code: String,
    service_version: i64,
    state: ApplicationState,
    site_id: SiteId,
    claimed_by: Option<OfficerId>,
    registered_at: Instant,
    due_at: Instant,
    due_estimate: bool,
    stage_due_at: Option<Instant>,
    answered_at: Option<Instant>,
}

impl From<OpenRow> for OpenFile {
    fn from(row: OpenRow) -> OpenFile {
        OpenFile {
            id: row.id,
            code: row.code,
            service: row.service_code,
            service_version: row.service_version,
            state: row.state,
            site: row.site_id,
            claimed_by: row.claimed_by,
            registered_at: row.registered_at,
            due_at: row.due_at,
            due_estimate: row.due_estimate,
            stage_due_at: row.stage_due_at,
            answered_at: row.answered_at,
        }
    }
}

/// Registered files that are not decided, oldest first.
macro_rules! open_files {
    ($lock:literal) => {
        concat!(
            "SELECT id, code, service_code, service_version, state, site_id, claimed_by, registered_at, due_at, ",
            "due_estimate, stage_due_at, answered_at FROM application WHERE registered_at IS NOT NULL AND due_at IS NOT NULL ",
            "AND state IN ('registered', 'in_verification', 'returned', 'in_recommendation', 'in_inspection', ",
            "'awaiting_payment', 'in_drafting', 'awaiting_signature') ORDER BY id",
            $lock
        )
    };
}

/// Registered files that are not decided.
pub(in crate::permits) async fn list_open_files(tx: &mut Tx) -> Result<Vec<OpenFile>, StoreError> {
    Ok(fetch_all!(tx, OpenRow, open_files!("")).into_iter().map(OpenFile::from).collect())
}

/// The same, held to the commit. PostgreSQL: the second text locks the rows, in the order of their ids.
pub(in crate::permits) async fn lock_open_files(tx: &mut Tx) -> Result<Vec<OpenFile>, StoreError> {
    let sql = tx.pick(open_files!(""), open_files!(" FOR UPDATE"));
    Ok(fetch_all!(tx, OpenRow, sql).into_iter().map(OpenFile::from).collect())
}

/// Writes a promise that was counted again. The file itself did not change, so its version stays.
pub(in crate::permits) async fn set_due(
    tx: &mut Tx,
    id: ApplicationId,
    (due_at, estimate): (Instant, bool),
    stage_due_at: Option<Instant>,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE application SET due_at = $1, due_estimate = $2, stage_due_at = $3 WHERE id = $4";
    execute!(tx, SQL, due_at, estimate, stage_due_at, id);
    Ok(())
}

pub(in crate::permits) async fn insert_promise_change(
    tx: &mut Tx,
    id: ApplicationId,
    change: &PromiseChange,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO promise_change (application_id, seq, at, before, after) VALUES \
        ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM promise_change WHERE application_id = $1), $2, $3, $4)";
    execute!(tx, SQL, id, change.at, change.before, change.after);
    Ok(())
}

/// How the promise of a file moved, oldest first.
pub(in crate::permits) async fn list_promise_changes(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<PromiseChange>, StoreError> {
    const SQL: &str = "SELECT at, before, after FROM promise_change WHERE application_id = $1 ORDER BY seq";
    let rows = fetch_all!(tx, (Instant, Instant, Instant), SQL, id);
    Ok(rows.into_iter().map(|(at, before, after)| PromiseChange { at, before, after }).collect())
}

/// Keeps a warning; false when it was raised before.
pub(in crate::permits) async fn insert_warning(
    tx: &mut Tx,
    id: ApplicationId,
    warning: Warning,
    at: Instant,
) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO application_warning (application_id, warning, at) VALUES ($1, $2, $3) \
        ON CONFLICT (application_id, warning) DO NOTHING";
    Ok(execute!(tx, SQL, id, warning, at) == 1)
}

/// Warnings of files that are not decided.
pub(in crate::permits) async fn list_warnings(
    tx: &mut Tx,
) -> Result<Vec<(ApplicationId, Warning, Instant)>, StoreError> {
    const SQL: &str = "SELECT w.application_id, w.warning, w.at FROM application_warning w \
        JOIN application a ON a.id = w.application_id WHERE a.closed_at IS NULL";
    Ok(fetch_all!(tx, (ApplicationId, Warning, Instant), SQL))
}
