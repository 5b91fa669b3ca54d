//! A file that comes in pieces, over a line that breaks. What arrived stays; the sender asks how far it is and goes on
//! from there. The same file for the same purpose is one transfer, however often it is begun.

use super::LARGEST;
use super::store::transfers as store;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::TransferId;
use crate::keys::sha256;
use crate::messages::Refusal;

/// Minutes an unfinished transfer is kept.
const KEPT_MINUTES: i64 = 24 * 60;
/// The largest piece, in bytes.
pub const LARGEST_PIECE: usize = 512 * 1024;
/// Transfers one purpose may have open at a time.
const MOST_OPEN: i64 = 4;

/// A transfer and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Identity.
    pub id: TransferId,
    /// As the sender calls the file.
    pub file_name: String,
    /// Bytes of the whole file.
    pub size: i64,
    /// Digest of the whole file, as the sender stated it.
    pub sha256: Vec<u8>,
    /// When it is swept out unless it is done.
    pub expires_at: Instant,
    /// When the file was kept.
    pub done_at: Option<Instant>,
    /// Bytes that arrived, from the first one on.
    pub received: i64,
}

/// What a sender says of a file before it sends it.
#[derive(Clone, Debug)]
pub struct Announced {
    /// As the sender calls it.
    pub file_name: String,
    /// Bytes.
    pub size: i64,
    /// Digest of the bytes.
    pub sha256: Vec<u8>,
}

/// Begins a transfer for a purpose, or finds the one that was begun before.
///
/// # Errors
/// 422 on `size` (`file-empty`, `file-too-large`) or `sha256` (`digest`); 409 `transfers-open` when too many are.
pub async fn begin(tx: &mut Tx, scope: &str, file: Announced, now: Instant) -> Outcome<Transfer> {
    let wrong = |field: &'static str, code| Refusal::invalid("invalid-fields").field(field, code);
    match usize::try_from(file.size) {
        Ok(1..=LARGEST) => {}
        Ok(0) | Err(_) => return Err(wrong("size", "file-empty").into()),
        Ok(_) => return Err(wrong("size", "file-too-large").into()),
    }
    if file.sha256.len() != 32 {
        return Err(wrong("sha256", "digest").into());
    }
    if let Some(begun) = store::find_open(tx, scope, &file.sha256).await?.filter(|begun| begun.size == file.size) {
        return Ok(begun);
    }
    if store::count_open(tx, scope).await? >= MOST_OPEN {
        return Err(Refusal::conflict("transfers-open").into());
    }
    let transfer = Transfer {
        id: TransferId::new(now.0),
        file_name: file.file_name.chars().take(200).collect(),
        size: file.size,
        sha256: file.sha256,
        expires_at: now.plus_minutes(KEPT_MINUTES),
        done_at: None,
        received: 0,
    };
    store::insert(tx, scope, &transfer).await?;
    Ok(transfer)
}

/// The transfer of an id, if it is for this purpose and not over.
///
/// # Errors
/// 404 `transfer-over`.
pub async fn find(tx: &mut Tx, scope: &str, id: TransferId, now: Instant) -> Outcome<Transfer> {
    let found = store::find(tx, scope, id).await?.filter(|transfer| transfer.expires_at > now);
    Ok(found.ok_or_else(|| Refusal::not_found("transfer-over"))?)
}

/// As [`find`], for a step that changes it: a second one waits until the first is done.
pub async fn find_locked(tx: &mut Tx, scope: &str, id: TransferId, now: Instant) -> Outcome<Transfer> {
    store::lock(tx, id).await?;
    find(tx, scope, id, now).await
}

/// Takes in a piece that begins at `start`. One that arrived before is taken as arrived; what lies further on is not
/// taken. Answers the transfer as it is then.
///
/// # Errors
/// 404 `transfer-over`; 409 `piece-elsewhere` with `received` when bytes between are missing; 422 `piece-odd` when it is
/// empty, too large, or goes beyond the end.
pub async fn take_piece(
    tx: &mut Tx,
    scope: &str,
    (id, now): (TransferId, Instant),
    (start, bytes): (i64, Vec<u8>),
) -> Outcome<Transfer> {
    let transfer = find_locked(tx, scope, id, now).await?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let end = start.saturating_add(size);
    if bytes.is_empty() || bytes.len() > LARGEST_PIECE || start < 0 || end > transfer.size {
        return Err(Refusal::invalid("piece-odd").into());
    }
    if transfer.done_at.is_some() || end <= transfer.received {
        return Ok(transfer);
    }
    if start != transfer.received {
        return Err(Refusal::conflict("piece-elsewhere").with("received", transfer.received).into());
    }
    store::insert_piece(tx, id, start, &bytes).await?;
    Ok(Transfer { received: end, ..transfer })
}

/// The whole bytes of a transfer that arrived in full.
///
/// # Errors
/// 409 `piece-elsewhere` while something is missing; 422 `file` (`file-garbled`) when the digest is another: then
/// nothing of it is kept, and it must be sent anew.
pub async fn whole(tx: &mut Tx, transfer: &Transfer) -> Outcome<Vec<u8>> {
    if transfer.received < transfer.size {
        return Err(Refusal::conflict("piece-elsewhere").with("received", transfer.received).into());
    }
    let bytes = store::list_pieces(tx, transfer.id).await?.concat();
    if sha256(&bytes) != transfer.sha256 {
        return Err(Refusal::invalid("invalid-fields").field("file", "file-garbled").into());
    }
    Ok(bytes)
}

/// The file is kept, or will never be: its pieces go. A repeated last step finds it done.
pub async fn end(tx: &mut Tx, id: TransferId, now: Instant) -> Result<(), StoreError> {
    store::delete_pieces(tx, id).await?;
    store::set_done(tx, id, now).await
}

/// What was refused is begun anew.
pub async fn discard(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    store::delete_pieces(tx, id).await?;
    store::delete(tx, id).await
}

/// Sweeps out transfers whose time is over; answers how many.
pub async fn forget_old(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    store::delete_expired(tx, now).await
}
