//! SQL of files that come in pieces.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use crate::documents::transfer::Transfer;
use crate::ids::TransferId;

#[derive(FromRow)]
struct TransferRow {
    id: TransferId,
    file_name: String,
    size: i64,
    sha256: Vec<u8>,
    expires_at: Instant,
    done_at: Option<Instant>,
    received: i64,
}

impl TransferRow {
    fn whole(self) -> Transfer {
        let TransferRow { id, file_name, size, sha256, expires_at, done_at, received } = self;
        Transfer { id, file_name, size, sha256, expires_at, done_at, received }
    }
}

pub(in crate::documents) async fn insert(tx: &mut Tx, scope: &str, transfer: &Transfer) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO transfer (id, scope, file_name, size, sha256, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    let Transfer { id, file_name, size, sha256, expires_at, .. } = transfer;
    execute!(tx, SQL, *id, scope, file_name, *size, sha256, *expires_at);
    Ok(())
}

pub(in crate::documents) async fn find(
    tx: &mut Tx,
    scope: &str,
    id: TransferId,
) -> Result<Option<Transfer>, StoreError> {
    const SQL: &str = "SELECT id, file_name, size, sha256, expires_at, done_at, \
        (SELECT CAST(COALESCE(SUM(p.size), 0) AS BIGINT) FROM transfer_piece p WHERE p.transfer_id = t.id) AS received \
        FROM transfer t WHERE id = $1 AND scope = $2";
    Ok(fetch_optional!(tx, TransferRow, SQL, id, scope).map(TransferRow::whole))
}

pub(in crate::documents) async fn find_open(
    tx: &mut Tx,
    scope: &str,
    sha256: &[u8],
) -> Result<Option<Transfer>, StoreError> {
    const SQL: &str = "SELECT id, file_name, size, sha256, expires_at, done_at, \
        (SELECT CAST(COALESCE(SUM(p.size), 0) AS BIGINT) FROM transfer_piece p WHERE p.transfer_id = t.id) AS received \
        FROM transfer t WHERE scope = $1 AND sha256 = $2 AND done_at IS NULL";
    Ok(fetch_optional!(tx, TransferRow, SQL, scope, sha256).map(TransferRow::whole))
}

pub(in crate::documents) async fn count_open(tx: &mut Tx, scope: &str) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM transfer WHERE scope = $1 AND done_at IS NULL";
    Ok(fetch_one!(tx, (i64,), SQL, scope).0)
}

/// PostgreSQL: two pieces of one file wait for each other; SQLite: the writer is alone anyway.
pub(in crate::documents) async fn lock(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    const READ: &str = "SELECT id FROM transfer WHERE id = $1";
    let sql = tx.pick(READ, "SELECT id FROM transfer WHERE id = $1 FOR UPDATE");
    fetch_optional!(tx, (TransferId,), sql, id);
    Ok(())
}

pub(in crate::documents) async fn insert_piece(
    tx: &mut Tx,
    id: TransferId,
    start: i64,
    bytes: &[u8],
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO transfer_piece (transfer_id, start, size, bytes) VALUES ($1, $2, $3, $4)";
    execute!(tx, SQL, id, start, i64::try_from(bytes.len()).unwrap_or(i64::MAX), bytes);
    Ok(())
}

pub(in crate::documents) async fn list_pieces(tx: &mut Tx, id: TransferId) -> Result<Vec<Vec<u8>>, StoreError> {
    const SQL: &str = "SELECT bytes FROM transfer_piece WHERE transfer_id = $1 ORDER BY start";
    Ok(fetch_all!(tx, (Vec<u8>,), SQL, id).into_iter().map(|(bytes,)| bytes).collect())
}

pub(in crate::documents) async fn delete_pieces(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM transfer_piece WHERE transfer_id = $1", id);
    Ok(())
}

pub(in crate::documents) async fn set_done(tx: &mut Tx, id: TransferId, at: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE transfer SET done_at = $1 WHERE id = $2", at, id);
    Ok(())
}

pub(in crate::documents) async fn delete(tx: &mut Tx, id: TransferId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM transfer WHERE id = $1", id);
    Ok(())
}

pub(in crate::documents) async fn delete_expired(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    const PIECES: &str =
        "DELETE FROM transfer_piece WHERE transfer_id IN (SELECT id FROM transfer WHERE expires_at <= $1)";
    execute!(tx, PIECES, now);
    Ok(execute!(tx, "DELETE FROM transfer WHERE expires_at <= $1", now))
}
