//! SQL of files.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{Answers, Asked, JsonText, StoreError, Tx, ask, execute, fetch_all, fetch_optional, later};
use crate::ids::{ApplicationId, OfficerId, PermitId, SiteId, TicketId};
use crate::keys::{Keys, SealError};
use crate::permits::kinds::place_key;
use crate::permits::{
    Advice, Applicant, Application, ApplicationKind, ApplicationState, Claim, Fields, Person, TrackingCode,
};
use crate::population::Nik;

/// The names under which personal columns are sealed.
pub(super) const NIK: &str = "application.nik";
const PHONE: &str = "application.phone";

#[derive(FromRow)]
struct FileRow {
    id: ApplicationId,
    code: TrackingCode,
    service_code: String,
    service_version: i64,
    kind: ApplicationKind,
    state: ApplicationState,
    version: i64,
    site_id: SiteId,
    ticket_id: Option<TicketId>,
    nik_sealed: Vec<u8>,
    phone_sealed: Option<Vec<u8>>,
    applicant: JsonText<Person>,
    fields: JsonText<Fields>,
    external_number: Option<String>,
    previous_number: Option<String>,
    previous_permit_id: Option<PermitId>,
    intake_by: OfficerId,
    claimed_by: Option<OfficerId>,
    claimed_at: Option<Instant>,
    claim_note: Option<String>,
    advice: Option<Advice>,
    created_at: Instant,
    registered_at: Option<Instant>,
    due_at: Option<Instant>,
    due_estimate: bool,
    stage_due_at: Option<Instant>,
    paused_at: Option<Instant>,
    answered_at: Option<Instant>,
    closed_at: Option<Instant>,
}

impl FileRow {
    fn open(self, keys: &Keys) -> Result<Application, StoreError> {
        let digits = keys.sealer.open(NIK, &self.nik_sealed).map_err(unopened)?;
        let phone = self.phone_sealed.map(|sealed| keys.sealer.open(PHONE, &sealed)).transpose().map_err(unopened)?;
        Ok(Application {
            applicant: Applicant {
                nik: Nik::parse(&digits).map_err(|e| StoreError::Corrupt(e.to_string()))?,
                phone,
                person: self.applicant.0,
            },
            id: self.id,
            code: self.code,
            service: self.service_code,
            service_version: self.service_version,
            kind: self.kind,
            state: self.state,
            version: self.version,
            site: self.site_id,
            ticket: self.ticket_id,
            fields: self.fields.0,
            external_number: self.external_number,
            previous_number: self.previous_number,
            previous: self.previous_permit_id,
            intake_by: self.intake_by,
            claim: self.claimed_by.zip(self.claimed_at).map(|(by, at)| Claim { by, at, note: self.claim_note }),
            advice: self.advice,
            created_at: self.created_at,
            registered_at: self.registered_at,
            due_at: self.due_at,
            due_estimate: self.due_estimate,
            stage_due_at: self.stage_due_at,
            paused_at: self.paused_at,
            answered_at: self.answered_at,
            closed_at: self.closed_at,
        })
    }
}

fn unopened(error: SealError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Whether the row stays ours to the commit.
#[derive(Clone, Copy)]
pub(in crate::permits) enum Lock {
    /// Only read.
    No,
    /// PostgreSQL: locked; SQLite: the writer is alone anyway.
    Row,
}

/// PostgreSQL: the second text locks the row against a second act on the same file.
pub(in crate::permits) async fn find(
    tx: &mut Tx,
    keys: &Keys,
    id: ApplicationId,
    lock: Lock,
) -> Result<Option<Application>, StoreError> {
    const READ: &str = "SELECT * FROM application WHERE id = $1";
    let sql = match lock {
        Lock::No => READ,
        Lock::Row => tx.pick(READ, "SELECT * FROM application WHERE id = $1 FOR UPDATE"),
    };
    fetch_optional!(tx, FileRow, sql, id).map(|row| row.open(keys)).transpose()
}

/// The files of a service since a moment, the newest first.
pub(in crate::permits) async fn list_since(
    tx: &mut Tx,
    keys: &Keys,
    service: &str,
    since: Instant,
) -> Result<Vec<Application>, StoreError> {
    const RECENT: &str =
        "SELECT * FROM application WHERE service_code = $1 AND created_at >= $2 ORDER BY created_at DESC, id DESC";
    let rows = fetch_all!(tx, FileRow, RECENT, service, since);
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// The version and the promise of the registered file of a tracking code.
pub(in crate::permits) async fn find_mark(
    tx: &mut Tx,
    code: &TrackingCode,
) -> Result<Option<(i64, Option<Instant>)>, StoreError> {
    const SQL: &str = "SELECT version, due_at FROM application WHERE code = $1 AND registered_at IS NOT NULL";
    Ok(fetch_optional!(tx, (i64, Option<Instant>), SQL, code))
}

/// The registered file of a tracking code, together with other questions.
pub(in crate::permits) fn ask_by_code(tx: &mut Tx, code: &TrackingCode) -> AskedFile {
    const READ: &str = "SELECT * FROM application WHERE code = $1 AND registered_at IS NOT NULL";
    AskedFile(ask!(tx, FileRow, READ, code))
}

/// A file that was asked for.
pub(in crate::permits) struct AskedFile(Asked<FileRow>);

impl AskedFile {
    /// The file, if there is one.
    pub fn of(&self, answers: &Answers, keys: &Keys) -> Result<Option<Application>, StoreError> {
        answers.first_of(&self.0)?.map(|row| row.open(keys)).transpose()
    }
}

pub(in crate::permits) async fn insert(tx: &mut Tx, keys: &Keys, file: &Application) -> Result<(), StoreError> {
    let (nik_sealed, phone_sealed) = sealed(keys, &file.applicant)?;
    execute!(
        tx,
        "INSERT INTO application (id, code, service_code, service_version, kind, state, version, site_id, ticket_id, \
         nik_index, nik_sealed, phone_sealed, applicant, applicant_name, fields, intake_by, created_at, due_estimate, \
         previous_number, previous_permit_id, place_key) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
        file.id,
        &file.code,
        &file.service,
        file.service_version,
        file.kind,
        file.state,
        file.version,
        file.site,
        file.ticket,
        keys.index_of(file.applicant.nik.digits()),
        nik_sealed,
        phone_sealed,
        JsonText(&file.applicant.person),
        file.applicant.person.name.to_uppercase(),
        JsonText(&file.fields),
        file.intake_by,
        file.created_at,
        file.due_estimate,
        file.previous_number.as_deref(),
        file.previous,
        place_key(file)
    );
    index_name(tx, file);
    Ok(())
}

/// Writes a changed file as its next version; false when somebody else changed it since it was read.
pub(in crate::permits) async fn save(tx: &mut Tx, keys: &Keys, file: &Application) -> Result<bool, StoreError> {
    let (nik_sealed, phone_sealed) = sealed(keys, &file.applicant)?;
    let saved = execute!(
        tx,
        "UPDATE application SET kind = $1, state = $2, version = version + 1, nik_index = $3, nik_sealed = $4, \
         phone_sealed = $5, applicant = $6, applicant_name = $7, fields = $8, external_number = $9, claimed_by = $10, \
         registered_at = $11, due_at = $12, due_estimate = $13, paused_at = $14, closed_at = $15, \
         answered_at = $16, previous_number = $17, previous_permit_id = $18, place_key = $19, claimed_at = $20, \
         claim_note = $21, advice = $22, stage_due_at = $23 WHERE id = $24 AND version = $25",
        file.kind,
        file.state,
        keys.index_of(file.applicant.nik.digits()),
        nik_sealed,
        phone_sealed,
        JsonText(&file.applicant.person),
        file.applicant.person.name.to_uppercase(),
        JsonText(&file.fields),
        &file.external_number,
        file.claim.as_ref().map(|claim| claim.by),
        file.registered_at,
        file.due_at,
        file.due_estimate,
        file.paused_at,
        file.closed_at,
        file.answered_at,
        file.previous_number.as_deref(),
        file.previous,
        place_key(file),
        file.claim.as_ref().map(|claim| claim.at),
        file.claim.as_ref().and_then(|claim| claim.note.as_deref()),
        file.advice,
        file.stage_due_at,
        file.id,
        file.version
    );
    index_name(tx, file);
    Ok(saved == 1)
}

/// Words of a name that are kept; no name has more.
const WORDS: usize = 8;

/// The words of a name by which it is found.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_uppercase);
    words.take(WORDS).collect()
}

/// Has the file found by the words of its applicant's name.
fn index_name(tx: &mut Tx, file: &Application) {
    const SQL: &str = "INSERT INTO application_word (application_id, word) VALUES ($1, $2), ($1, $3), ($1, $4), ($1, $5), \
        ($1, $6), ($1, $7), ($1, $8), ($1, $9) ON CONFLICT DO NOTHING";
    let words = words_of(&file.applicant.person.name);
    let Some(first) = words.first() else { return };
    // Eight places: the first word fills those that are left.
    let word = |at: usize| words.get(at).unwrap_or(first);
    later!(tx, SQL, file.id, first, word(1), word(2), word(3), word(4), word(5), word(6), word(7));
}

fn sealed(keys: &Keys, applicant: &Applicant) -> Result<(Vec<u8>, Option<Vec<u8>>), StoreError> {
    let nik = keys.sealer.seal(NIK, applicant.nik.digits()).map_err(unopened)?;
    let phone = applicant.phone.as_ref().map(|phone| keys.sealer.seal(PHONE, phone)).transpose().map_err(unopened)?;
    Ok((nik, phone))
}
