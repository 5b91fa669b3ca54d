//! SQL of where the paper folders are.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{ApplicationId, SiteId};
use crate::permits::{FolderMove, FolderMoveKind, FolderOut, TrackingCode};

#[derive(FromRow)]
struct MoveRow {
    kind: FolderMoveKind,
    place: String,
    note: String,
    officer: Option<String>,
    at: Instant,
}

/// Every move of a folder, newest first.
pub(in crate::permits) async fn list_folder_moves(
    tx: &mut Tx,
    file: ApplicationId,
) -> Result<Vec<FolderMove>, StoreError> {
    const SQL: &str = "SELECT m.kind, m.place, m.note, o.name AS officer, m.at FROM folder_move m \
        LEFT JOIN officer o ON o.id = m.by_officer WHERE m.application_id = $1 ORDER BY m.seq DESC";
    let one = |row: MoveRow| FolderMove {
        kind: row.kind,
        place: row.place,
        note: row.note,
        officer: row.officer.unwrap_or_default(),
        at: row.at,
    };
    Ok(fetch_all!(tx, MoveRow, SQL, file).into_iter().map(one).collect())
}

/// Adds a move.
pub(in crate::permits) async fn insert_folder_move(
    tx: &mut Tx,
    file: ApplicationId,
    (kind, place, note): (FolderMoveKind, &str, &str),
    (by, at): (crate::ids::OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO folder_move (application_id, seq, kind, place, note, by_officer, at) VALUES ($1, \
        (SELECT COALESCE(MAX(seq), 0) + 1 FROM folder_move WHERE application_id = $1), $2, $3, $4, $5, $6)";
    execute!(tx, SQL, file, kind, place, note, by, at);
    Ok(())
}

#[derive(FromRow)]
struct OutRow {
    id: ApplicationId,
    code: TrackingCode,
    service_code: String,
    applicant_name: String,
    place: String,
    note: String,
    at: Instant,
}

/// Folders that somebody took and nobody put back, longest out first; of one site, or of all.
pub(in crate::permits) async fn list_out(
    tx: &mut Tx,
    site: Option<SiteId>,
    most: i64,
) -> Result<Vec<FolderOut>, StoreError> {
    const SQL: &str = "SELECT a.id, a.code, a.service_code, a.applicant_name, m.place, m.note, m.at FROM folder_move m \
        JOIN application a ON a.id = m.application_id WHERE m.kind = 'taken' \
        AND m.seq = (SELECT MAX(l.seq) FROM folder_move l WHERE l.application_id = m.application_id) \
        AND (a.site_id = $1 OR $2) ORDER BY m.at, a.id LIMIT $3";
    let anywhere = SiteId(uuid::Uuid::nil());
    let one = |row: OutRow| FolderOut {
        file: row.id,
        code: row.code,
        service: row.service_code,
        applicant: row.applicant_name,
        with: row.place,
        note: row.note,
        since: row.at,
    };
    Ok(fetch_all!(tx, OutRow, SQL, site.unwrap_or(anywhere), site.is_none(), most).into_iter().map(one).collect())
}
