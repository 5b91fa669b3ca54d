//! SQL of the acts on a file and of what was handed in.

use serde_json::Value;
use sqlx::FromRow;

use super::corrections::keep_version;
use crate::clock::Instant;
use crate::db::{Answers, Asked, JsonText, StoreError, Tx, ask, execute, fetch_all, fetch_optional};
use crate::documents::Scan;
use crate::ids::{ApplicationId, DocumentId, OfficerId, TicketId};
use crate::permits::checklist::{Handed, Paper};
use crate::permits::{ActName, ActRecord, ApplicationState, Office, TrackingCode};

#[derive(FromRow)]
struct ActRow {
    act: ActName,
    office: Office,
    officer_id: Option<OfficerId>,
    from_state: ApplicationState,
    to_state: ApplicationState,
    at: Instant,
    detail: JsonText<Value>,
}

#[derive(FromRow)]
struct HandedRow {
    code: String,
    document_id: Option<DocumentId>,
    sha256: Option<Vec<u8>>,
    scan: Option<Scan>,
    erased_at: Option<Instant>,
}

/// The acts of one file, oldest first; which file follows.
macro_rules! acts_where {
    ($which:literal) => {
        concat!(
            "SELECT act, office, officer_id, from_state, to_state, at, detail FROM application_act WHERE ",
            $which,
            " ORDER BY seq"
        )
    };
}

/// The acts on a file, oldest first.
pub(in crate::permits) async fn list_acts(tx: &mut Tx, id: ApplicationId) -> Result<Vec<ActRecord>, StoreError> {
    let rows = fetch_all!(tx, ActRow, acts_where!("application_id = $1"), id);
    Ok(rows.into_iter().map(ActRecord::from).collect())
}

/// The acts on the registered file of a tracking code, together with other questions.
pub(in crate::permits) fn ask_acts(tx: &mut Tx, code: &TrackingCode) -> AskedActs {
    const OF_CODE: &str = acts_where!("application_id = (SELECT id FROM application WHERE code = $1)");
    AskedActs(ask!(tx, ActRow, OF_CODE, code))
}

/// Acts that were asked for.
pub(in crate::permits) struct AskedActs(Asked<ActRow>);

impl AskedActs {
    /// In their order.
    pub fn of(&self, answers: &Answers) -> Result<Vec<ActRecord>, StoreError> {
        Ok(answers.of(&self.0)?.into_iter().map(ActRecord::from).collect())
    }
}

impl From<ActRow> for ActRecord {
    fn from(row: ActRow) -> ActRecord {
        ActRecord {
            act: row.act,
            office: row.office,
            officer: row.officer_id,
            from: row.from_state,
            to: row.to_state,
            at: row.at,
            detail: row.detail.0,
        }
    }
}

/// Adds an act as the next of its file.
pub(in crate::permits) async fn insert_act(
    tx: &mut Tx,
    id: ApplicationId,
    record: &ActRecord,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO application_act (application_id, seq, act, office, officer_id, from_state, to_state, at, detail) \
         VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM application_act WHERE application_id = $1), \
         $2, $3, $4, $5, $6, $7, $8)",
        id,
        record.act,
        record.office,
        record.officer,
        record.from,
        record.to,
        record.at,
        JsonText(&record.detail)
    );
    Ok(())
}

/// What was handed in for a file.
pub(in crate::permits) async fn list_handed(tx: &mut Tx, id: ApplicationId) -> Result<Vec<Handed>, StoreError> {
    let rows = fetch_all!(
        tx,
        HandedRow,
        "SELECT r.code, r.document_id, d.sha256, d.scan, d.erased_at FROM application_requirement r \
         LEFT JOIN document d ON d.id = r.document_id WHERE r.application_id = $1 ORDER BY r.code",
        id
    );
    let paper = |row: &HandedRow| {
        let (id, sha256, scan) = (row.document_id?, row.sha256.clone()?, row.scan?);
        Some(Paper { id, sha256, scan, erased_at: row.erased_at })
    };
    Ok(rows.into_iter().map(|row| Handed { paper: paper(&row), code: row.code }).collect())
}

/// When what stands for a requirement was handed in.
pub(in crate::permits) async fn find_handed_at(
    tx: &mut Tx,
    id: ApplicationId,
    code: &str,
) -> Result<Option<Instant>, StoreError> {
    const SQL: &str = "SELECT at FROM application_requirement WHERE application_id = $1 AND code = $2";
    Ok(fetch_optional!(tx, (Instant,), SQL, id, code).map(|(at,)| at))
}

/// Keeps what was handed in for a requirement; what was there stays as an earlier version.
pub(in crate::permits) async fn put_handed(
    tx: &mut Tx,
    id: ApplicationId,
    (code, document): (&str, Option<DocumentId>),
    by: (OfficerId, Instant),
) -> Result<(), StoreError> {
    keep_version(tx, id, code, by.1).await?;
    execute!(
        tx,
        "INSERT INTO application_requirement (application_id, code, document_id, sighted, by_officer, at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (application_id, code) DO UPDATE SET \
         document_id = excluded.document_id, sighted = excluded.sighted, by_officer = excluded.by_officer, at = excluded.at",
        id,
        code,
        document,
        document.is_none(),
        by.0,
        by.1
    );
    Ok(())
}

/// Whether a visit exists.
pub(in crate::permits) async fn has_ticket(tx: &mut Tx, id: TicketId) -> Result<bool, StoreError> {
    Ok(fetch_optional!(tx, (TicketId,), "SELECT id FROM ticket WHERE id = $1", id).is_some())
}
