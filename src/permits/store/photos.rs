//! SQL of the photographs of an inspection.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{ApplicationId, DocumentId, OfficerId};
use crate::permits::SitePhoto;

#[derive(FromRow)]
struct PhotoRow {
    seq: i64,
    document_id: DocumentId,
    caption: String,
    at: Instant,
}

/// The photographs of a file, oldest first.
pub(in crate::permits) async fn list_photos(tx: &mut Tx, id: ApplicationId) -> Result<Vec<SitePhoto>, StoreError> {
    const SQL: &str =
        "SELECT seq, document_id, caption, at FROM inspection_photo WHERE application_id = $1 ORDER BY seq";
    let rows = fetch_all!(tx, PhotoRow, SQL, id);
    let photo = |row: PhotoRow| SitePhoto { seq: row.seq, document: row.document_id, caption: row.caption, at: row.at };
    Ok(rows.into_iter().map(photo).collect())
}

/// Adds a photograph.
pub(in crate::permits) async fn insert_photo(
    tx: &mut Tx,
    id: ApplicationId,
    (document, caption): (DocumentId, &str),
    (officer, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO inspection_photo (application_id, seq, document_id, caption, by_officer, at) \
        VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM inspection_photo WHERE application_id = $1), \
        $2, $3, $4, $5)";
    execute!(tx, SQL, id, document, caption, officer, at);
    Ok(())
}

/// Takes a photograph out.
pub(in crate::permits) async fn delete_photo(tx: &mut Tx, id: ApplicationId, seq: i64) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM inspection_photo WHERE application_id = $1 AND seq = $2", id, seq);
    Ok(())
}
