//! SQL of returns, their items and the papers that were replaced.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{ApplicationId, DocumentId};
use crate::permits::{Correction, CorrectionItem, ItemKind, PaperFault};

#[derive(FromRow)]
struct CorrectionRow {
    application_id: ApplicationId,
    round: i64,
    note: String,
    asked_at: Instant,
    sent_at: Option<Instant>,
    ended_at: Option<Instant>,
}

#[derive(FromRow)]
struct ItemRow {
    place: i64,
    kind: ItemKind,
    target: String,
    fault: Option<PaperFault>,
    note: String,
    before: String,
    answer: Option<String>,
    document_id: Option<DocumentId>,
    answered_at: Option<Instant>,
}

async fn whole(tx: &mut Tx, row: CorrectionRow) -> Result<Correction, StoreError> {
    const ITEMS: &str = "SELECT place, kind, target, fault, note, before, answer, document_id, answered_at \
        FROM correction_item WHERE application_id = $1 AND round = $2 ORDER BY place";
    let rows = fetch_all!(tx, ItemRow, ITEMS, row.application_id, row.round);
    let item = |row: ItemRow| CorrectionItem {
        place: row.place,
        kind: row.kind,
        target: row.target,
        fault: row.fault,
        note: row.note,
        before: row.before,
        answer: row.answer,
        document: row.document_id,
        answered_at: row.answered_at,
    };
    Ok(Correction {
        application: row.application_id,
        round: row.round,
        note: row.note,
        asked_at: row.asked_at,
        sent_at: row.sent_at,
        ended_at: row.ended_at,
        items: rows.into_iter().map(item).collect(),
    })
}

/// The returns of a file, oldest first.
pub(in crate::permits) async fn list_corrections(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<Correction>, StoreError> {
    const SQL: &str = "SELECT application_id, round, note, asked_at, sent_at, ended_at FROM correction \
        WHERE application_id = $1 ORDER BY round";
    let mut corrections = Vec::new();
    for row in fetch_all!(tx, CorrectionRow, SQL, id) {
        corrections.push(whole(tx, row).await?);
    }
    Ok(corrections)
}

/// The return behind a link, by the digest of its token.
pub(in crate::permits) async fn find_correction(tx: &mut Tx, digest: &[u8]) -> Result<Option<Correction>, StoreError> {
    const SQL: &str = "SELECT application_id, round, note, asked_at, sent_at, ended_at FROM correction \
        WHERE token_digest = $1 AND ended_at IS NULL";
    match fetch_optional!(tx, CorrectionRow, SQL, digest) {
        Some(row) => Ok(Some(whole(tx, row).await?)),
        None => Ok(None),
    }
}

/// Keeps a return with its list.
pub(in crate::permits) async fn insert_correction(
    tx: &mut Tx,
    correction: &Correction,
    digest: &[u8],
) -> Result<(), StoreError> {
    let (id, round) = (correction.application, correction.round);
    const SQL: &str = "INSERT INTO correction (application_id, round, token_digest, note, asked_at) \
        VALUES ($1, $2, $3, $4, $5)";
    execute!(tx, SQL, id, round, digest, &correction.note, correction.asked_at);
    const ITEM: &str = "INSERT INTO correction_item (application_id, round, place, kind, target, fault, note, before) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    for item in &correction.items {
        execute!(tx, ITEM, id, round, item.place, item.kind, &item.target, item.fault, &item.note, &item.before);
    }
    Ok(())
}

/// Keeps an answer in the place of an earlier one; false when the list is not open any more.
pub(in crate::permits) async fn set_answer(
    tx: &mut Tx,
    correction: &Correction,
    item: &CorrectionItem,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE correction_item SET answer = $1, document_id = $2, answered_at = $3 \
        WHERE application_id = $4 AND round = $5 AND place = $6 AND EXISTS (SELECT 1 FROM correction c \
        WHERE c.application_id = $4 AND c.round = $5 AND c.sent_at IS NULL AND c.ended_at IS NULL)";
    let (id, round) = (correction.application, correction.round);
    let (answer, document) = (item.answer.as_deref(), item.document);
    Ok(execute!(tx, SQL, answer, document, item.answered_at, id, round, item.place) == 1)
}

/// Everything is answered; false when somebody was faster.
pub(in crate::permits) async fn set_sent(
    tx: &mut Tx,
    correction: &Correction,
    at: Instant,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE correction SET sent_at = $1 \
        WHERE application_id = $2 AND round = $3 AND sent_at IS NULL AND ended_at IS NULL";
    Ok(execute!(tx, SQL, at, correction.application, correction.round) == 1)
}

/// The file went on or was closed: the link ends.
pub(in crate::permits) async fn end_correction(tx: &mut Tx, id: ApplicationId, at: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE correction SET ended_at = $1 WHERE application_id = $2 AND ended_at IS NULL", at, id);
    Ok(())
}

/// Keeps what stands for a requirement as an earlier version, before it is replaced.
pub(in crate::permits) async fn keep_version(
    tx: &mut Tx,
    id: ApplicationId,
    code: &str,
    at: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO requirement_version \
        (application_id, code, seq, document_id, by_officer, at, replaced_at) \
        SELECT application_id, code, (SELECT COUNT(*) + 1 FROM requirement_version v \
        WHERE v.application_id = $1 AND v.code = $2), document_id, by_officer, at, $3 \
        FROM application_requirement WHERE application_id = $1 AND code = $2";
    execute!(tx, SQL, id, code, at);
    Ok(())
}

/// The papers of a file that were replaced: code and bytes, oldest first.
pub(in crate::permits) async fn list_versions(
    tx: &mut Tx,
    id: ApplicationId,
) -> Result<Vec<(String, DocumentId, Instant)>, StoreError> {
    const SQL: &str = "SELECT code, document_id, at FROM requirement_version \
        WHERE application_id = $1 AND document_id IS NOT NULL ORDER BY code, seq";
    Ok(fetch_all!(tx, (String, DocumentId, Instant), SQL, id))
}
