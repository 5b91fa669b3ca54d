//! SQL of kept bytes. Rows are never changed.

use sqlx::FromRow;

use super::kept::{DocumentKind, Kept};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::DocumentId;

word_column!(DocumentKind);

#[derive(FromRow)]
struct KeptRow {
    id: DocumentId,
    kind: DocumentKind,
    media_type: String,
    file_name: String,
    sha256: Vec<u8>,
    bytes: Vec<u8>,
    created_at: Instant,
}

pub(super) async fn insert(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO document (id, kind, media_type, file_name, sha256, bytes, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        kept.id,
        kept.kind,
        &kept.media_type,
        &kept.file_name,
        &kept.sha256,
        &kept.bytes,
        kept.created_at
    );
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, id: DocumentId) -> Result<Option<Kept>, StoreError> {
    let row = fetch_optional!(tx, KeptRow, "SELECT * FROM document WHERE id = $1", id);
    Ok(row.map(|row| {
        let KeptRow { id, kind, media_type, file_name, sha256, bytes, created_at } = row;
        Kept { id, kind, media_type, file_name, sha256, bytes, created_at }
    }))
}

pub(super) async fn find_permit_by_digest(tx: &mut Tx, sha256: &[u8]) -> Result<Option<DocumentId>, StoreError> {
    const SQL: &str = "SELECT id FROM document WHERE sha256 = $1 AND kind = 'permit' ORDER BY created_at LIMIT 1";
    Ok(fetch_optional!(tx, (DocumentId,), SQL, sha256).map(|(id,)| id))
}

/// The next hundred documents after an id, to check their digests.
pub(super) async fn list_after(
    tx: &mut Tx,
    after: Option<DocumentId>,
) -> Result<Vec<(DocumentId, Vec<u8>, Vec<u8>)>, StoreError> {
    const SQL: &str = "SELECT id, sha256, bytes FROM document WHERE $1 IS NULL OR id > $1 ORDER BY id LIMIT 100";
    Ok(fetch_all!(tx, (DocumentId, Vec<u8>, Vec<u8>), SQL, after))
}
