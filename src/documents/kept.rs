//! Bytes that are kept as they are: uploads and issued permits.

use serde_json::Value;

use super::{Upload, store};
use crate::audit;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::DocumentId;
use crate::keys::{hex, sha256};

crate::ids::words! {
    /// What the bytes are.
    pub enum DocumentKind {
        /// Handed in by an applicant.
        Upload = "upload",
        /// An issued permit.
        Permit = "permit",
    }
}

crate::ids::words! {
    /// What the virus scanner says of kept bytes.
    pub enum Scan {
        /// Nobody asked it: there is none, or the bytes are our own.
        Off = "off",
        /// It did not answer yet; asked again by the worker.
        Waiting = "waiting",
        /// It found nothing.
        Clean = "clean",
        /// It found a virus: the bytes are never given out.
        Infected = "infected",
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
    /// What the virus scanner says.
    pub scan: Scan,
    /// When they were kept.
    pub created_at: Instant,
}

/// What an audit line says of bytes that were kept: both are compared by `loket check` ever after.
#[derive(Clone, Debug)]
pub struct Filed {
    /// Identity.
    pub id: DocumentId,
    /// Digest of the bytes, in hexadecimal digits.
    pub sha256: String,
}

/// Keeps a file that was handed in.
pub async fn keep_upload(tx: &mut Tx, upload: Upload, now: Instant) -> Result<Filed, StoreError> {
    let Upload { media_type, file_name, bytes, scan } = upload;
    keep(tx, (DocumentKind::Upload, scan), (media_type, &file_name), bytes, now).await
}

/// Keeps an edition of an issued permit.
pub async fn keep_permit(tx: &mut Tx, file_name: &str, bytes: Vec<u8>, now: Instant) -> Result<Filed, StoreError> {
    keep(tx, (DocumentKind::Permit, Scan::Off), ("application/pdf", file_name), bytes, now).await
}

async fn keep(
    tx: &mut Tx,
    (kind, scan): (DocumentKind, Scan),
    (media_type, file_name): (&str, &str),
    bytes: Vec<u8>,
    now: Instant,
) -> Result<Filed, StoreError> {
    let kept = Kept {
        id: DocumentId::new(now.0),
        kind,
        media_type: media_type.to_owned(),
        file_name: file_name.to_owned(),
        sha256: sha256(&bytes),
        bytes,
        scan,
        created_at: now,
    };
    store::insert(tx, &kept).await?;
    Ok(Filed { id: kept.id, sha256: hex(&kept.sha256) })
}

/// The kept bytes of an id; `None` also when they were erased. Bytes that no longer have their digest are never given
/// out.
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

/// Every document whose bytes no longer have their digest, or whose digest is not the one of its audit line, in words.
pub async fn check(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let mut faults = Vec::new();
    let mut after = None;
    loop {
        let page = store::list_after(tx, after).await?;
        let Some((last, ..)) = page.last() else { break };
        after = Some(*last);
        let changed = page.iter().filter(|(_, digest, bytes)| bytes.as_ref().is_some_and(|b| sha256(b) != *digest));
        faults.extend(changed.map(|(id, ..)| format!("document {id}: the bytes do not have their digest")));
    }
    faults.extend(check_lines(tx).await?);
    Ok(faults)
}

/// The audit lines that name a document and its digest, against the documents.
async fn check_lines(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let digests = store::list_digests(tx).await?;
    let mut faults = Vec::new();
    let mut last = 0;
    loop {
        let page = audit::list_after(tx, last).await?;
        let Some(final_line) = page.last() else { return Ok(faults) };
        last = final_line.seq;
        for line in page.iter().filter(|line| line.detail.contains("\"sha256\"")) {
            let Some((id, stated)) = filed_in(&line.detail) else { continue };
            match digests.get(&id) {
                Some(digest) if hex(digest) == stated => {}
                Some(_) => faults.push(format!("document {id}: audit line {} names another digest", line.seq)),
                None => faults.push(format!("document {id}: gone, though audit line {} names it", line.seq)),
            }
        }
    }
}

fn filed_in(detail: &str) -> Option<(DocumentId, String)> {
    let detail: Value = serde_json::from_str(detail).ok()?;
    let id = detail.get("document")?.as_str()?.parse().ok()?;
    Some((id, detail.get("sha256")?.as_str()?.to_owned()))
}

/// The digest as it is printed: its first sixteen digits in groups of four.
pub fn short_digest(sha256: &[u8]) -> String {
    let groups: Vec<String> = sha256.chunks(2).take(4).map(hex).collect();
    groups.join(" ")
}
