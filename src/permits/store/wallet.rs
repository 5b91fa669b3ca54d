//! SQL of papers that are used again.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{ApplicationId, DocumentId, OfficerId};
use crate::permits::{Reused, TrackingCode};

/// A verified paper of a person.
#[derive(Clone, Debug, FromRow)]
pub(in crate::permits) struct WalletPaper {
    /// Code of the requirement.
    pub code: String,
    /// The bytes.
    #[sqlx(rename = "document_id")]
    pub document: DocumentId,
    /// The file it was verified in.
    #[sqlx(rename = "application_id")]
    pub application: ApplicationId,
    /// The last day it may be used.
    pub expires_on: Day,
}

#[derive(FromRow)]
struct ReusedRow {
    code: String,
    from_code: TrackingCode,
    expires_on: Day,
}

/// When a person agreed.
pub(in crate::permits) async fn find_consent(tx: &mut Tx, nik_index: &[u8]) -> Result<Option<Instant>, StoreError> {
    const SQL: &str = "SELECT given_at FROM wallet_consent WHERE nik_index = $1";
    Ok(fetch_optional!(tx, (Instant,), SQL, nik_index).map(|(at,)| at))
}

/// Keeps that a person agreed, and before whom.
pub(in crate::permits) async fn insert_consent(
    tx: &mut Tx,
    nik_index: &[u8],
    (officer, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO wallet_consent (nik_index, given_at, officer_id) VALUES ($1, $2, $3) \
        ON CONFLICT (nik_index) DO NOTHING";
    execute!(tx, SQL, nik_index, at, officer);
    Ok(())
}

/// A person agrees no more; answers how many papers are not used again.
pub(in crate::permits) async fn delete_consent(tx: &mut Tx, nik_index: &[u8]) -> Result<u64, StoreError> {
    let papers = execute!(tx, "DELETE FROM wallet_paper WHERE nik_index = $1", nik_index);
    execute!(tx, "DELETE FROM wallet_consent WHERE nik_index = $1", nik_index);
    Ok(papers)
}

/// The papers of a person, also those that are over; erased ones are gone.
pub(in crate::permits) async fn list_wallet(tx: &mut Tx, nik_index: &[u8]) -> Result<Vec<WalletPaper>, StoreError> {
    const SQL: &str = "SELECT w.code, w.document_id, w.application_id, w.expires_on FROM wallet_paper w \
        JOIN document d ON d.id = w.document_id WHERE w.nik_index = $1 AND d.bytes IS NOT NULL ORDER BY w.code";
    Ok(fetch_all!(tx, WalletPaper, SQL, nik_index))
}

/// Keeps a paper in the place of an older one of its kind.
pub(in crate::permits) async fn put_wallet(
    tx: &mut Tx,
    nik_index: &[u8],
    paper: &WalletPaper,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO wallet_paper (nik_index, code, document_id, application_id, expires_on) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (nik_index, code) DO UPDATE SET document_id = excluded.document_id, \
        application_id = excluded.application_id, expires_on = excluded.expires_on";
    execute!(tx, SQL, nik_index, &paper.code, paper.document, paper.application, paper.expires_on);
    Ok(())
}

/// The papers of a file that came from an earlier one.
pub(in crate::permits) async fn list_reused(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Reused>, StoreError> {
    const SQL: &str = "SELECT r.code, a.code AS from_code, w.expires_on FROM application_requirement r \
        JOIN wallet_paper w ON w.document_id = r.document_id AND w.code = r.code \
        JOIN application a ON a.id = w.application_id \
        WHERE r.application_id = $1 AND w.application_id <> $1 ORDER BY r.code";
    let rows = fetch_all!(tx, ReusedRow, SQL, id);
    let reused = |row: ReusedRow| Reused { code: row.code, from: row.from_code, expires_on: row.expires_on };
    Ok(rows.into_iter().map(reused).collect())
}
