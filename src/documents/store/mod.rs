//! SQL of kept bytes. Of a row only the word of the virus scanner changes, and that its bytes are gone.

pub(super) mod transfers;

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::kept::{DocumentKind, Kept, Scan};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::DocumentId;

word_column!(DocumentKind);
word_column!(Scan);

#[derive(FromRow)]
struct KeptRow {
    id: DocumentId,
    kind: DocumentKind,
    media_type: String,
    file_name: String,
    sha256: Vec<u8>,
    bytes: Vec<u8>,
    scan: Scan,
    created_at: Instant,
}

pub(super) async fn insert(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO document (id, kind, media_type, file_name, sha256, bytes, scan, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        kept.id,
        kept.kind,
        &kept.media_type,
        &kept.file_name,
        &kept.sha256,
        &kept.bytes,
        kept.scan,
        kept.created_at
    );
    Ok(())
}

fn kept(row: KeptRow) -> Kept {
    let KeptRow { id, kind, media_type, file_name, sha256, bytes, scan, created_at } = row;
    Kept { id, kind, media_type, file_name, sha256, bytes, scan, created_at }
}

pub(super) async fn find(tx: &mut Tx, id: DocumentId) -> Result<Option<Kept>, StoreError> {
    const SQL: &str = "SELECT id, kind, media_type, file_name, sha256, bytes, scan, created_at FROM document \
        WHERE id = $1 AND bytes IS NOT NULL";
    Ok(fetch_optional!(tx, KeptRow, SQL, id).map(kept))
}

pub(super) async fn find_permit_by_digest(tx: &mut Tx, sha256: &[u8]) -> Result<Option<DocumentId>, StoreError> {
    const SQL: &str = "SELECT id FROM document WHERE sha256 = $1 AND kind = 'permit' ORDER BY created_at LIMIT 1";
    Ok(fetch_optional!(tx, (DocumentId,), SQL, sha256).map(|(id,)| id))
}

/// A document's id, its digest and, unless they were erased, its bytes.
pub(super) type Checked = (DocumentId, Vec<u8>, Option<Vec<u8>>);

/// The next hundred documents after an id, to check their digests.
pub(super) async fn list_after(tx: &mut Tx, after: Option<DocumentId>) -> Result<Vec<Checked>, StoreError> {
    const SQL: &str = "SELECT id, sha256, bytes FROM document WHERE $1 IS NULL OR id > $1 ORDER BY id LIMIT 100";
    Ok(fetch_all!(tx, Checked, SQL, after))
}

/// The digest of every document, also of the erased ones.
pub(super) async fn list_digests(tx: &mut Tx) -> Result<BTreeMap<DocumentId, Vec<u8>>, StoreError> {
    let rows = fetch_all!(tx, (DocumentId, Vec<u8>), "SELECT id, sha256 FROM document");
    Ok(rows.into_iter().collect())
}

/// The oldest documents the scanner has not answered for.
pub(super) async fn list_waiting(tx: &mut Tx, most: i64) -> Result<Vec<Kept>, StoreError> {
    const SQL: &str = "SELECT id, kind, media_type, file_name, sha256, bytes, scan, created_at FROM document \
        WHERE scan = 'waiting' AND bytes IS NOT NULL ORDER BY created_at, id LIMIT $1";
    Ok(fetch_all!(tx, KeptRow, SQL, most).into_iter().map(kept).collect())
}

/// Keeps the answer of the scanner; false when somebody was faster.
pub(super) async fn set_scanned(tx: &mut Tx, id: DocumentId, scan: Scan) -> Result<bool, StoreError> {
    Ok(execute!(tx, "UPDATE document SET scan = $1 WHERE id = $2 AND scan = 'waiting'", scan, id) == 1)
}

/// Takes the bytes away; answers the digest that stays, or `None` when there were no bytes.
pub(super) async fn erase(tx: &mut Tx, id: DocumentId, now: Instant) -> Result<Option<Vec<u8>>, StoreError> {
    const SQL: &str = "UPDATE document SET bytes = NULL, erased_at = $2 WHERE id = $1 AND bytes IS NOT NULL \
        RETURNING sha256";
    Ok(fetch_optional!(tx, (Vec<u8>,), SQL, id, now).map(|(digest,)| digest))
}

/// When bytes were erased.
pub(super) async fn find_erased_at(tx: &mut Tx, id: DocumentId) -> Result<Option<Instant>, StoreError> {
    const SQL: &str = "SELECT erased_at FROM document WHERE id = $1 AND erased_at IS NOT NULL";
    Ok(fetch_optional!(tx, (Instant,), SQL, id).map(|(at,)| at))
}

/// Every document that has its bytes.
pub(super) async fn list_with_bytes(tx: &mut Tx) -> Result<Vec<DocumentId>, StoreError> {
    const SQL: &str = "SELECT id FROM document WHERE bytes IS NOT NULL ORDER BY id";
    Ok(fetch_all!(tx, (DocumentId,), SQL).into_iter().map(|(id,)| id).collect())
}
