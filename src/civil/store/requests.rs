//! SQL of requests, their papers and acts.

use serde_json::Value;
use sqlx::FromRow;

use crate::civil::{BlankKind, CivilAct, CivilActRecord, CivilRequest, CivilRow, CivilState};
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{CivilRequestId, OfficerId, SiteId, TicketId};
use crate::keys::{Keys, SealError};
use crate::permits::{Fields, TrackingCode};
use crate::population::Nik;

/// The names under which personal columns are sealed.
const NIK: &str = "civil_request.nik";
const PHONE: &str = "civil_request.phone";

#[derive(FromRow)]
struct RequestRow {
    id: CivilRequestId,
    code: TrackingCode,
    service_code: String,
    service_version: i64,
    state: CivilState,
    version: i64,
    site_id: SiteId,
    ticket_id: Option<TicketId>,
    nik_sealed: Vec<u8>,
    phone_sealed: Option<Vec<u8>>,
    name: String,
    fields: JsonText<Fields>,
    blank: Option<BlankKind>,
    is_first: bool,
    urgent_reason: Option<String>,
    siak_number: Option<String>,
    due_at: Option<Instant>,
    due_estimate: bool,
    opened_by: OfficerId,
    created_at: Instant,
    submitted_at: Option<Instant>,
    ready_at: Option<Instant>,
    closed_at: Option<Instant>,
}

fn unopened(error: SealError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

impl RequestRow {
    fn open(self, keys: &Keys) -> Result<CivilRequest, StoreError> {
        let digits = keys.sealer.open(NIK, &self.nik_sealed).map_err(unopened)?;
        let phone = self.phone_sealed.map(|sealed| keys.sealer.open(PHONE, &sealed)).transpose().map_err(unopened)?;
        Ok(CivilRequest {
            id: self.id,
            code: self.code,
            service: self.service_code,
            service_version: self.service_version,
            state: self.state,
            version: self.version,
            site: self.site_id,
            ticket: self.ticket_id,
            nik: Nik::parse(&digits).map_err(|e| StoreError::Corrupt(e.to_string()))?,
            name: self.name,
            phone,
            fields: self.fields.0,
            blank: self.blank,
            is_first: self.is_first,
            urgent_reason: self.urgent_reason,
            siak_number: self.siak_number,
            due_at: self.due_at,
            due_estimate: self.due_estimate,
            opened_by: self.opened_by,
            created_at: self.created_at,
            submitted_at: self.submitted_at,
            ready_at: self.ready_at,
            closed_at: self.closed_at,
        })
    }
}

const ONE: &str = "SELECT * FROM civil_request WHERE id = $1";

pub(in crate::civil) async fn find(
    tx: &mut Tx,
    keys: &Keys,
    id: CivilRequestId,
) -> Result<Option<CivilRequest>, StoreError> {
    fetch_optional!(tx, RequestRow, ONE, id).map(|row| row.open(keys)).transpose()
}

/// PostgreSQL: locked against a second act; SQLite has one writer.
pub(in crate::civil) async fn lock(
    tx: &mut Tx,
    keys: &Keys,
    id: CivilRequestId,
) -> Result<Option<CivilRequest>, StoreError> {
    let sql = tx.pick(ONE, "SELECT * FROM civil_request WHERE id = $1 FOR UPDATE");
    fetch_optional!(tx, RequestRow, sql, id).map(|row| row.open(keys)).transpose()
}

/// The request of a code that was sent into SIAK.
pub(in crate::civil) async fn find_by_code(
    tx: &mut Tx,
    keys: &Keys,
    code: &TrackingCode,
) -> Result<Option<CivilRequest>, StoreError> {
    const SQL: &str = "SELECT * FROM civil_request WHERE code = $1 AND submitted_at IS NOT NULL";
    fetch_optional!(tx, RequestRow, SQL, code).map(|row| row.open(keys)).transpose()
}

/// The newest open request of a ticket.
pub(in crate::civil) async fn find_of_ticket(
    tx: &mut Tx,
    ticket: TicketId,
) -> Result<Option<CivilRequestId>, StoreError> {
    const SQL: &str = "SELECT id FROM civil_request WHERE ticket_id = $1 AND closed_at IS NULL \
        ORDER BY created_at DESC, id DESC LIMIT 1";
    Ok(fetch_optional!(tx, (CivilRequestId,), SQL, ticket).map(|(id,)| id))
}

pub(in crate::civil) async fn insert(tx: &mut Tx, keys: &Keys, request: &CivilRequest) -> Result<(), StoreError> {
    let nik = keys.sealer.seal(NIK, request.nik.digits()).map_err(unopened)?;
    let phone = request.phone.as_ref().map(|phone| keys.sealer.seal(PHONE, phone)).transpose().map_err(unopened)?;
    execute!(
        tx,
        "INSERT INTO civil_request (id, code, service_code, service_version, state, version, site_id, ticket_id, \
         nik_index, nik_sealed, phone_sealed, name, fields, blank, is_first, urgent_reason, due_estimate, opened_by, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        request.id,
        &request.code,
        &request.service,
        request.service_version,
        request.state,
        request.version,
        request.site,
        request.ticket,
        keys.index_of(request.nik.digits()),
        nik,
        phone,
        &request.name,
        JsonText(&request.fields),
        request.blank,
        request.is_first,
        request.urgent_reason.as_deref(),
        request.due_estimate,
        request.opened_by,
        request.created_at
    );
    Ok(())
}

/// Writes what an act changed as the next version; false when somebody else changed it since it was read.
pub(in crate::civil) async fn save(tx: &mut Tx, request: &CivilRequest) -> Result<bool, StoreError> {
    let saved = execute!(
        tx,
        "UPDATE civil_request SET state = $1, version = version + 1, siak_number = $2, due_at = $3, \
         due_estimate = $4, submitted_at = $5, ready_at = $6, closed_at = $7 WHERE id = $8 AND version = $9",
        request.state,
        request.siak_number.as_deref(),
        request.due_at,
        request.due_estimate,
        request.submitted_at,
        request.ready_at,
        request.closed_at,
        request.id,
        request.version
    );
    Ok(saved == 1)
}

/// Marks a paper as seen; a second time nothing changes.
pub(in crate::civil) async fn put_paper(
    tx: &mut Tx,
    id: CivilRequestId,
    code: &str,
    (by, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO civil_paper (request_id, code, by_officer, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (request_id, code) DO NOTHING";
    execute!(tx, SQL, id, code, by, at);
    Ok(())
}

pub(in crate::civil) async fn list_papers(tx: &mut Tx, id: CivilRequestId) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT code FROM civil_paper WHERE request_id = $1 ORDER BY code";
    Ok(fetch_all!(tx, (String,), SQL, id).into_iter().map(|(code,)| code).collect())
}

#[derive(FromRow)]
struct ActRow {
    act: CivilAct,
    officer_id: Option<OfficerId>,
    from_state: CivilState,
    to_state: CivilState,
    at: Instant,
    detail: JsonText<Value>,
}

/// The acts on a request, oldest first.
pub(in crate::civil) async fn list_acts(tx: &mut Tx, id: CivilRequestId) -> Result<Vec<CivilActRecord>, StoreError> {
    const SQL: &str = "SELECT act, officer_id, from_state, to_state, at, detail FROM civil_act \
        WHERE request_id = $1 ORDER BY seq";
    let record = |row: ActRow| CivilActRecord {
        act: row.act,
        officer: row.officer_id,
        from: row.from_state,
        to: row.to_state,
        at: row.at,
        detail: row.detail.0,
    };
    Ok(fetch_all!(tx, ActRow, SQL, id).into_iter().map(record).collect())
}

/// Adds an act as the next of its request.
pub(in crate::civil) async fn insert_act(
    tx: &mut Tx,
    id: CivilRequestId,
    record: &CivilActRecord,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO civil_act (request_id, seq, act, officer_id, from_state, to_state, at, detail) \
         VALUES ($1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM civil_act WHERE request_id = $1), $2, $3, $4, $5, $6, $7)",
        id,
        record.act,
        record.officer,
        record.from,
        record.to,
        record.at,
        JsonText(&record.detail)
    );
    Ok(())
}

#[derive(FromRow)]
struct ListRow {
    id: CivilRequestId,
    code: TrackingCode,
    service_code: String,
    state: CivilState,
    name: String,
    is_first: bool,
    created_at: Instant,
    due_at: Option<Instant>,
    opened_by: OfficerId,
}

/// Requests of a site in a state, in the order they are served.
pub(in crate::civil) async fn list_rows(
    tx: &mut Tx,
    site: SiteId,
    state: CivilState,
    most: i64,
) -> Result<Vec<CivilRow>, StoreError> {
    const SQL: &str = "SELECT id, code, service_code, state, name, is_first, created_at, due_at, opened_by \
        FROM civil_request WHERE site_id = $1 AND state = $2 \
        ORDER BY is_first DESC, COALESCE(submitted_at, created_at), id LIMIT $3";
    let row = |row: ListRow| CivilRow {
        id: row.id,
        code: row.code,
        service: row.service_code,
        state: row.state,
        name: row.name,
        is_first: row.is_first,
        created_at: row.created_at,
        due_at: row.due_at,
        opened_by: row.opened_by,
    };
    Ok(fetch_all!(tx, ListRow, SQL, site, state, most).into_iter().map(row).collect())
}
