//! SQL of the register.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::documents::PermitSheet;
use crate::identity::Acting;
use crate::ids::{ApplicationId, DocumentId, OfficerId, PermitId};
use crate::permits::{Permit, PermitState, ReasonClass};

#[derive(FromRow)]
pub(super) struct PermitRow {
    id: PermitId,
    short_id: String,
    register: String,
    year: i64,
    ordinal: i64,
    number: String,
    application_id: ApplicationId,
    application_version: i64,
    state: PermitState,
    holder_name: String,
    issued_on: Day,
    valid_until: Option<Day>,
    signed_by: OfficerId,
    reserved_at: Instant,
    issued_at: Option<Instant>,
    document_id: Option<DocumentId>,
    reason: Option<String>,
    signed_despite: Option<String>,
    signed_acting: Option<JsonText<Acting>>,
    reason_class: Option<ReasonClass>,
    replaced_by: Option<String>,
    state_since: Option<Instant>,
}

impl TryFrom<PermitRow> for Permit {
    type Error = StoreError;
    fn try_from(row: PermitRow) -> Result<Permit, StoreError> {
        Ok(Permit {
            id: row.id,
            short_id: row.short_id,
            register: row.register,
            year: i32::try_from(row.year).map_err(|e| StoreError::Corrupt(e.to_string()))?,
            ordinal: row.ordinal,
            number: row.number,
            application: row.application_id,
            application_version: row.application_version,
            state: row.state,
            holder_name: row.holder_name,
            issued_on: row.issued_on,
            valid_until: row.valid_until,
            signed_by: row.signed_by,
            reserved_at: row.reserved_at,
            issued_at: row.issued_at,
            document: row.document_id,
            reason: row.reason,
            signed_despite: row.signed_despite,
            signed_acting: row.signed_acting.map(|acting| acting.0),
            reason_class: row.reason_class,
            replaced_by: row.replaced_by,
            state_since: row.state_since,
        })
    }
}

/// Every column but the sheet, which is long.
macro_rules! permit_where {
    ($rest:literal) => {
        concat!(
            "SELECT id, short_id, register, year, ordinal, number, application_id, application_version, state, ",
            "holder_name, issued_on, valid_until, signed_by, reserved_at, issued_at, document_id, reason, ",
            "signed_despite, signed_acting, reason_class, replaced_by, state_since ",
            "FROM permit WHERE ",
            $rest
        )
    };
}

pub(in crate::permits) async fn find_permit(tx: &mut Tx, id: PermitId) -> Result<Option<Permit>, StoreError> {
    fetch_optional!(tx, PermitRow, permit_where!("id = $1"), id).map(Permit::try_from).transpose()
}

pub(in crate::permits) async fn find_by_short_id(tx: &mut Tx, short_id: &str) -> Result<Option<Permit>, StoreError> {
    fetch_optional!(tx, PermitRow, permit_where!("short_id = $1"), short_id).map(Permit::try_from).transpose()
}

pub(in crate::permits) async fn find_by_number(tx: &mut Tx, number: &str) -> Result<Option<Permit>, StoreError> {
    fetch_optional!(tx, PermitRow, permit_where!("number = $1"), number).map(Permit::try_from).transpose()
}

/// The permit at a place of a register.
pub(in crate::permits) async fn find_by_place(
    tx: &mut Tx,
    register: &str,
    year: i64,
    ordinal: i64,
) -> Result<Option<Permit>, StoreError> {
    const SQL: &str = permit_where!("register = $1 AND year = $2 AND ordinal = $3");
    fetch_optional!(tx, PermitRow, SQL, register, year, ordinal).map(Permit::try_from).transpose()
}

pub(in crate::permits) async fn find_by_document(tx: &mut Tx, id: DocumentId) -> Result<Option<Permit>, StoreError> {
    const SQL: &str =
        permit_where!("document_id = $1 OR id = (SELECT e.permit_id FROM permit_edition e WHERE e.document_id = $1)");
    fetch_optional!(tx, PermitRow, SQL, id).map(Permit::try_from).transpose()
}

/// The permit of a file that is not void: reserved, issued, or revoked.
pub(in crate::permits) async fn find_open_of(tx: &mut Tx, file: ApplicationId) -> Result<Option<Permit>, StoreError> {
    const SQL: &str = permit_where!("application_id = $1 AND state <> 'void'");
    fetch_optional!(tx, PermitRow, SQL, file).map(Permit::try_from).transpose()
}

/// Numbers taken but not signed, oldest first.
pub(in crate::permits) async fn list_reserved(tx: &mut Tx) -> Result<Vec<Permit>, StoreError> {
    let rows = fetch_all!(tx, PermitRow, permit_where!("state = 'reserved' ORDER BY reserved_at"));
    rows.into_iter().map(Permit::try_from).collect()
}

/// A register of one year, by number; void numbers (BATAL) included.
pub(in crate::permits) async fn list_register(
    tx: &mut Tx,
    register: &str,
    year: i64,
) -> Result<Vec<Permit>, StoreError> {
    let rows = fetch_all!(tx, PermitRow, permit_where!("register = $1 AND year = $2 ORDER BY ordinal"), register, year);
    rows.into_iter().map(Permit::try_from).collect()
}

/// Every permit that is suspended or revoked, oldest number first.
pub(in crate::permits) async fn list_ended(tx: &mut Tx) -> Result<Vec<Permit>, StoreError> {
    const SQL: &str = permit_where!("state IN ('suspended', 'revoked') ORDER BY year, register, ordinal");
    fetch_all!(tx, PermitRow, SQL).into_iter().map(Permit::try_from).collect()
}

/// The frozen content of the paper.
pub(in crate::permits) async fn find_sheet(tx: &mut Tx, id: PermitId) -> Result<Option<PermitSheet>, StoreError> {
    let row = fetch_optional!(tx, (JsonText<PermitSheet>,), "SELECT sheet FROM permit WHERE id = $1", id);
    Ok(row.map(|(JsonText(sheet),)| sheet))
}

pub(in crate::permits) async fn insert_permit(
    tx: &mut Tx,
    permit: &Permit,
    sheet: &PermitSheet,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO permit (id, short_id, register, year, ordinal, number, application_id, application_version, \
         state, sheet, holder_name, issued_on, valid_until, signed_by, reserved_at, signed_despite, \
         signed_acting) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        permit.id,
        &permit.short_id,
        &permit.register,
        i64::from(permit.year),
        permit.ordinal,
        &permit.number,
        permit.application,
        permit.application_version,
        permit.state,
        JsonText(sheet),
        &permit.holder_name,
        permit.issued_on,
        permit.valid_until,
        permit.signed_by,
        permit.reserved_at,
        &permit.signed_despite,
        permit.signed_acting.as_ref().map(JsonText)
    );
    Ok(())
}

/// Reserved to issued, with the signed bytes; false when it is not reserved any more.
pub(in crate::permits) async fn set_issued(
    tx: &mut Tx,
    id: PermitId,
    document: DocumentId,
    at: Instant,
) -> Result<bool, StoreError> {
    const SQL: &str =
        "UPDATE permit SET state = 'issued', document_id = $1, issued_at = $2 WHERE id = $3 AND state = 'reserved'";
    Ok(execute!(tx, SQL, document, at, id) == 1)
}

/// Reserved to void (BATAL), with the reason; false when it is not reserved any more.
pub(in crate::permits) async fn end_reservation(tx: &mut Tx, id: PermitId, reason: &str) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE permit SET state = 'void', reason = $1 WHERE id = $2 AND state = 'reserved'";
    Ok(execute!(tx, SQL, reason, id) == 1)
}

/// Writes the state of a permit with reason and class; false when it is not as it was read any more.
pub(in crate::permits) async fn set_standing(
    tx: &mut Tx,
    permit: &Permit,
    before: PermitState,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE permit SET state = $1, reason = $2, reason_class = $3, state_since = $4 \
        WHERE id = $5 AND state = $6";
    let (reason, class) = (permit.reason.as_deref(), permit.reason_class);
    Ok(execute!(tx, SQL, permit.state, reason, class, permit.state_since, permit.id, before) == 1)
}

/// How many numbers of each register are used, from which to which.
pub(in crate::permits) async fn list_used(tx: &mut Tx) -> Result<Vec<(String, i64, i64, i64, i64)>, StoreError> {
    const SQL: &str = "SELECT register, year, COUNT(*), MIN(ordinal), MAX(ordinal) FROM permit \
        GROUP BY register, year ORDER BY register, year";
    Ok(fetch_all!(tx, (String, i64, i64, i64, i64), SQL))
}
