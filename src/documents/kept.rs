//! Bytes that are kept as they are: uploads and issued permits.

use super::store;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::DocumentId;
use crate::keys::sha256;

crate::ids::words! {
    /// What the bytes are.
    pub enum DocumentKind {
        /// Handed in by an applicant.
        Upload = "upload",
        /// An issued permit.
        Permit = "permit",
    }
}

/// Kept bytes.
#[derive(Clone)]
pub struct Kept {
    /// Identity.
    pub id: DocumentId,
    /// What the bytes are.
    pub kind: DocumentKind,
    /// By the bytes, not by what the sender said.
    pub media_type: String,
    /// A clean name.
    pub file_name: String,
    /// Digest of the bytes.
    pub sha256: Vec<u8>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When they were kept.
    pub created_at: Instant,
}

/// Keeps bytes for good.
pub async fn keep(
    tx: &mut Tx,
    kind: DocumentKind,
    media_type: &str,
    file_name: &str,
    bytes: Vec<u8>,
    now: Instant,
) -> Result<DocumentId, StoreError> {
    let kept = Kept {
        id: DocumentId::new(now.0),
        kind,
        media_type: media_type.to_owned(),
        file_name: file_name.to_owned(),
        sha256: sha256(&bytes),
        bytes,
        created_at: now,
    };
    store::insert(tx, &kept).await?;
    Ok(kept.id)
}

/// The kept bytes of an id. Bytes that no longer have their digest are never given out.
pub async fn find(tx: &mut Tx, id: DocumentId) -> Result<Option<Kept>, StoreError> {
    let Some(kept) = store::find(tx, id).await? else { return Ok(None) };
    if sha256(&kept.bytes) != kept.sha256 {
        return Err(StoreError::Corrupt(format!("document {id} does not have its digest any more")));
    }
    Ok(Some(kept))
}

/// The issued permit whose bytes are exactly these.
pub async fn find_permit_like(tx: &mut Tx, bytes: &[u8]) -> Result<Option<DocumentId>, StoreError> {
    store::find_permit_by_digest(tx, &sha256(bytes)).await
}

/// Every document whose bytes no longer have their digest, in words.
pub async fn check(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let mut after = None;
    loop {
        let page = store::list_after(tx, after).await?;
        let Some((last, ..)) = page.last() else { return Ok(faults) };
        after = Some(*last);
        let changed = page.iter().filter(|(_, digest, bytes)| sha256(bytes) != *digest);
        faults.extend(changed.map(|(id, ..)| format!("document {id}: the bytes do not have their digest")));
    }
}
