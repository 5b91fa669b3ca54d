//! SQL of what is kept how long: where bytes are used, terms, holds and the days on which they were erased.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{ApplicationId, DocumentId, OfficerId, SiteId};
use crate::permits::retention::{Hold, PaperClass, Run};
use crate::permits::{ApplicationState, PermitState, TrackingCode};

crate::ids::words! {
    /// Where bytes are used.
    pub enum Source {
        /// They stand for a requirement.
        Handed = "handed",
        /// They did, before they were replaced.
        Replaced = "replaced",
        /// They answer an item of a return.
        Answer = "answer",
        /// A photograph of a place.
        Photo = "photo",
        /// An issued permit.
        Permit = "permit",
        /// A further edition of it.
        Edition = "edition",
    }
}

word_column!(PaperClass);
word_column!(Source);

/// One use of bytes, with the file and its permit.
#[derive(FromRow)]
pub(in crate::permits) struct UseRow {
    pub application_id: ApplicationId,
    pub file_code: TrackingCode,
    pub site_id: SiteId,
    pub service_code: String,
    pub service_version: i64,
    pub state: ApplicationState,
    pub closed_at: Option<Instant>,
    pub source: Source,
    pub code: String,
    pub permit_state: Option<PermitState>,
    pub valid_until: Option<Day>,
    pub state_since: Option<Instant>,
}

/// Bytes used by files that ended by a moment and whose permits, if any, end before a day.
macro_rules! ended {
    ($join:literal) => {
        concat!(
            "SELECT DISTINCT d.id FROM application a ",
            $join,
            " JOIN document d ON d.id = h.document_id WHERE d.bytes IS NOT NULL AND a.closed_at <= $1 AND NOT EXISTS (",
            "SELECT 1 FROM permit p WHERE p.application_id = a.id AND (p.state = 'reserved' OR (p.state <> 'void' ",
            "AND p.state <> 'revoked' AND (p.valid_until IS NULL OR p.valid_until >= $2)))) ",
            "AND ($3 IS NULL OR d.id > $3) ORDER BY d.id LIMIT $4"
        )
    };
}

/// The next bytes of a source that may be due.
pub(in crate::permits) async fn list_outlived(
    tx: &mut Tx,
    source: Source,
    (ended_by, day): (Instant, Day),
    (after, most): (Option<DocumentId>, usize),
) -> Result<Vec<DocumentId>, StoreError> {
    let sql = match source {
        Source::Handed => ended!("JOIN application_requirement h ON h.application_id = a.id"),
        Source::Replaced => ended!("JOIN requirement_version h ON h.application_id = a.id"),
        Source::Answer => ended!("JOIN correction_item h ON h.application_id = a.id"),
        Source::Photo => ended!("JOIN inspection_photo h ON h.application_id = a.id"),
        Source::Permit => ended!("JOIN permit h ON h.application_id = a.id"),
        Source::Edition => {
            ended!("JOIN permit q ON q.application_id = a.id JOIN permit_edition h ON h.permit_id = q.id")
        }
    };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = fetch_all!(tx, (DocumentId,), sql, ended_by, day, after, most);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Everywhere bytes are used, the requirement first.
pub(in crate::permits) async fn list_uses(tx: &mut Tx, document: DocumentId) -> Result<Vec<UseRow>, StoreError> {
    const SQL: &str = "SELECT a.id AS application_id, a.code AS file_code, a.site_id, a.service_code, \
        a.service_version, a.state, a.closed_at, u.source, u.code, p.state AS permit_state, p.valid_until, p.state_since \
        FROM (SELECT application_id, code, 'handed' AS source FROM application_requirement WHERE document_id = $1 \
        UNION ALL SELECT application_id, code, 'replaced' FROM requirement_version WHERE document_id = $1 \
        UNION ALL SELECT application_id, target, 'answer' FROM correction_item WHERE document_id = $1 \
        UNION ALL SELECT application_id, '', 'photo' FROM inspection_photo WHERE document_id = $1 \
        UNION ALL SELECT application_id, '', 'permit' FROM permit WHERE document_id = $1 \
        UNION ALL SELECT q.application_id, '', 'edition' FROM permit_edition e JOIN permit q ON q.id = e.permit_id \
        WHERE e.document_id = $1) u JOIN application a ON a.id = u.application_id \
        LEFT JOIN permit p ON p.application_id = a.id AND p.state <> 'void' ORDER BY a.id, u.source, u.code";
    Ok(fetch_all!(tx, UseRow, SQL, document))
}

/// The last day bytes may be handed in again with the consent of their person.
pub(in crate::permits) async fn find_reusable_until(
    tx: &mut Tx,
    document: DocumentId,
) -> Result<Option<Day>, StoreError> {
    const SQL: &str = "SELECT expires_on FROM wallet_paper WHERE document_id = $1 ORDER BY expires_on DESC LIMIT 1";
    Ok(fetch_optional!(tx, (Day,), SQL, document).map(|(day,)| day))
}

/// The terms the office set.
pub(in crate::permits) async fn list_terms(tx: &mut Tx) -> Result<Vec<(PaperClass, Option<u32>)>, StoreError> {
    let rows = fetch_all!(tx, (PaperClass, Option<i64>), "SELECT class, years FROM retention_term ORDER BY class");
    let years = |years: Option<i64>| years.map(|n| u32::try_from(n).unwrap_or(u32::MAX));
    Ok(rows.into_iter().map(|(class, n)| (class, years(n))).collect())
}

/// Keeps the years of a class.
pub(in crate::permits) async fn put_term(
    tx: &mut Tx,
    (class, years): (PaperClass, Option<u32>),
    (officer, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO retention_term (class, years, changed_at, changed_by) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (class) DO UPDATE SET years = excluded.years, changed_at = excluded.changed_at, \
        changed_by = excluded.changed_by";
    execute!(tx, SQL, class, years.map(i64::from), at, officer);
    Ok(())
}

/// Keeps that somebody holds bytes; hits the constraint when somebody does already.
pub(in crate::permits) async fn insert_hold(
    tx: &mut Tx,
    document: DocumentId,
    ((officer, at), reason): ((OfficerId, Instant), &str),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO retention_hold (document_id, placed_at, placed_by, reason) VALUES ($1, $2, $3, $4)";
    execute!(tx, SQL, document, at, officer, reason);
    Ok(())
}

/// Lifts a hold; false when there is none.
pub(in crate::permits) async fn lift_hold(
    tx: &mut Tx,
    document: DocumentId,
    (officer, at): (OfficerId, Instant),
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE retention_hold SET lifted_at = $2, lifted_by = $3 \
        WHERE document_id = $1 AND lifted_at IS NULL";
    Ok(execute!(tx, SQL, document, at, officer) == 1)
}

/// The hold of bytes.
pub(in crate::permits) async fn find_hold(tx: &mut Tx, document: DocumentId) -> Result<Option<Hold>, StoreError> {
    const SQL: &str = "SELECT reason, placed_by, placed_at FROM retention_hold \
        WHERE document_id = $1 AND lifted_at IS NULL";
    let row = fetch_optional!(tx, (String, OfficerId, Instant), SQL, document);
    Ok(row.map(|(reason, by, at)| Hold { reason, by, at }))
}

/// Bytes that somebody holds, the latest first.
pub(in crate::permits) async fn list_holds(tx: &mut Tx) -> Result<Vec<DocumentId>, StoreError> {
    const SQL: &str = "SELECT document_id FROM retention_hold WHERE lifted_at IS NULL \
        ORDER BY placed_at DESC, document_id LIMIT 200";
    Ok(fetch_all!(tx, (DocumentId,), SQL).into_iter().map(|(id,)| id).collect())
}

/// The last day on which everything due was erased.
pub(in crate::permits) async fn find_last_run(tx: &mut Tx) -> Result<Option<Run>, StoreError> {
    const SQL: &str = "SELECT day, at, erased FROM retention_run ORDER BY day DESC LIMIT 1";
    Ok(fetch_optional!(tx, (Day, Instant, i64), SQL).map(|(day, at, erased)| Run { day, at, erased }))
}

/// Keeps that everything due on a day is erased.
pub(in crate::permits) async fn insert_run(tx: &mut Tx, run: Run) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO retention_run (day, at, erased) VALUES ($1, $2, $3) ON CONFLICT (day) DO NOTHING";
    execute!(tx, SQL, run.day, run.at, run.erased);
    Ok(())
}
