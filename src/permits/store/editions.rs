//! SQL of editions and of the queue for the national signature.

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::documents::esign::EsignFault;
use crate::ids::{ApplicationId, DocumentId, OfficerId, PermitId};
use crate::keys::Keys;
use crate::permits::{Edition, EditionKind, NationalState, Waiting};
use crate::population::Nik;

/// What a NIK of an official is sealed for.
const COLUMN: &str = "permit_signer.nik";

#[derive(FromRow)]
struct EditionRow {
    edition: i64,
    document_id: DocumentId,
    kind: EditionKind,
    signer: Option<String>,
    certificate: Option<Vec<u8>>,
    made_at: Instant,
}

#[derive(FromRow)]
struct WaitingRow {
    permit_id: PermitId,
    application_id: ApplicationId,
    number: String,
    holder_name: String,
    officer_id: OfficerId,
    officer_name: String,
    queued_at: Instant,
    attempts: i64,
    fault: Option<EsignFault>,
    next_at: Option<Instant>,
}

pub(in crate::permits) async fn insert_signing(
    tx: &mut Tx,
    permit: PermitId,
    officer: OfficerId,
    now: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO permit_signing (permit_id, state, officer_id, queued_at, attempts, next_at) \
        VALUES ($1, 'waiting', $2, $3, 0, $3)";
    execute!(tx, SQL, permit, officer, now);
    Ok(())
}

/// Permits in force that wait, oldest first.
pub(in crate::permits) async fn list_waiting(tx: &mut Tx) -> Result<Vec<Waiting>, StoreError> {
    const SQL: &str = "SELECT s.permit_id, p.application_id, p.number, p.holder_name, s.officer_id, o.name AS officer_name, s.queued_at, \
        s.attempts, s.fault, s.next_at FROM permit_signing s JOIN permit p ON p.id = s.permit_id \
        JOIN officer o ON o.id = s.officer_id WHERE s.state = 'waiting' AND p.state IN ('issued', 'suspended') \
        ORDER BY s.queued_at, s.permit_id";
    let waiting = |row: WaitingRow| Waiting {
        permit: row.permit_id,
        application: row.application_id,
        number: row.number,
        holder_name: row.holder_name,
        officer: row.officer_id,
        officer_name: row.officer_name,
        queued_at: row.queued_at,
        attempts: row.attempts,
        fault: row.fault,
        next_at: row.next_at,
    };
    Ok(fetch_all!(tx, WaitingRow, SQL).into_iter().map(waiting).collect())
}

pub(in crate::permits) async fn find_signing(
    tx: &mut Tx,
    permit: PermitId,
) -> Result<Option<NationalState>, StoreError> {
    const SQL: &str = "SELECT state FROM permit_signing WHERE permit_id = $1";
    Ok(fetch_optional!(tx, (NationalState,), SQL, permit).map(|(state,)| state))
}

/// Takes a waiting permit of an official for some minutes and counts the try; `None` when somebody else has it or it
/// does not wait.
pub(in crate::permits) async fn take_signing(
    tx: &mut Tx,
    permit: PermitId,
    officer: OfficerId,
    (now, until): (Instant, Instant),
) -> Result<Option<i64>, StoreError> {
    const TAKE: &str = "UPDATE permit_signing SET taken_until = $1, attempts = attempts + 1 WHERE permit_id = $2 \
        AND officer_id = $3 AND state = 'waiting' AND (taken_until IS NULL OR taken_until <= $4)";
    const SQL: &str = "SELECT attempts FROM permit_signing WHERE permit_id = $1";
    if execute!(tx, TAKE, until, permit, officer, now) == 0 {
        return Ok(None);
    }
    Ok(fetch_optional!(tx, (i64,), SQL, permit).map(|(attempts,)| attempts))
}

pub(in crate::permits) async fn set_signing_failed(
    tx: &mut Tx,
    permit: PermitId,
    fault: EsignFault,
    next_at: Option<Instant>,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE permit_signing SET fault = $1, next_at = $2, taken_until = NULL WHERE permit_id = $3 \
        AND state = 'waiting'";
    execute!(tx, SQL, fault, next_at, permit);
    Ok(())
}

/// Waiting to signed; false when it was signed already.
pub(in crate::permits) async fn set_signing_done(
    tx: &mut Tx,
    permit: PermitId,
    at: Instant,
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE permit_signing SET state = 'signed', done_at = $1, fault = NULL, next_at = NULL, \
        taken_until = NULL WHERE permit_id = $2 AND state = 'waiting'";
    Ok(execute!(tx, SQL, at, permit) == 1)
}

pub(in crate::permits) async fn insert_edition(
    tx: &mut Tx,
    permit: PermitId,
    edition: &Edition,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO permit_edition (permit_id, edition, document_id, kind, signer, certificate, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        permit,
        edition.edition,
        edition.document,
        edition.kind,
        edition.signer.as_deref(),
        edition.certificate.as_deref(),
        edition.made_at
    );
    Ok(())
}

/// Oldest first.
pub(in crate::permits) async fn list_editions(tx: &mut Tx, permit: PermitId) -> Result<Vec<Edition>, StoreError> {
    const SQL: &str = "SELECT edition, document_id, kind, signer, certificate, made_at FROM permit_edition \
        WHERE permit_id = $1 ORDER BY edition";
    let edition = |row: EditionRow| Edition {
        edition: row.edition,
        document: row.document_id,
        kind: row.kind,
        signer: row.signer,
        certificate: row.certificate,
        made_at: row.made_at,
    };
    Ok(fetch_all!(tx, EditionRow, SQL, permit).into_iter().map(edition).collect())
}

/// Every certificate of a national signature on a kept edition, once.
pub(in crate::permits) async fn list_certificates(tx: &mut Tx) -> Result<Vec<Vec<u8>>, StoreError> {
    const SQL: &str = "SELECT DISTINCT certificate FROM permit_edition WHERE kind = 'national'";
    Ok(fetch_all!(tx, (Vec<u8>,), SQL).into_iter().map(|(certificate,)| certificate).collect())
}

pub(in crate::permits) async fn find_signer(
    tx: &mut Tx,
    keys: &Keys,
    officer: OfficerId,
) -> Result<Option<Nik>, StoreError> {
    const SQL: &str = "SELECT nik_sealed FROM permit_signer WHERE officer_id = $1";
    let Some((sealed,)) = fetch_optional!(tx, (Vec<u8>,), SQL, officer) else { return Ok(None) };
    let corrupt = || StoreError::Corrupt(format!("the NIK of officer {officer} cannot be opened"));
    let opened = keys.sealer.open(COLUMN, &sealed).map_err(|_| corrupt())?;
    Nik::parse(&opened).map(Some).map_err(|_| corrupt())
}

pub(in crate::permits) async fn put_signer(
    tx: &mut Tx,
    keys: &Keys,
    officer: OfficerId,
    nik: &Nik,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO permit_signer (officer_id, nik_sealed) VALUES ($1, $2) \
        ON CONFLICT (officer_id) DO UPDATE SET nik_sealed = excluded.nik_sealed";
    let sealed = keys.sealer.seal(COLUMN, nik.digits()).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    execute!(tx, SQL, officer, sealed);
    Ok(())
}

pub(in crate::permits) async fn insert_stamping(
    tx: &mut Tx,
    permit: PermitId,
    next_at: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO permit_stamping (permit_id, attempts, next_at) VALUES ($1, 0, $2)";
    execute!(tx, SQL, permit, next_at);
    Ok(())
}

/// Permits whose time stamp is due, and the tries so far.
pub(in crate::permits) async fn list_stamping(
    tx: &mut Tx,
    now: Instant,
    limit: i64,
) -> Result<Vec<(PermitId, i64)>, StoreError> {
    const SQL: &str =
        "SELECT permit_id, attempts FROM permit_stamping WHERE next_at <= $1 ORDER BY next_at, permit_id LIMIT $2";
    Ok(fetch_all!(tx, (PermitId, i64), SQL, now, limit))
}

pub(in crate::permits) async fn set_stamping_failed(
    tx: &mut Tx,
    permit: PermitId,
    next_at: Instant,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE permit_stamping SET attempts = attempts + 1, next_at = $1 WHERE permit_id = $2";
    execute!(tx, SQL, next_at, permit);
    Ok(())
}

/// False when it did not wait any more.
pub(in crate::permits) async fn delete_stamping(tx: &mut Tx, permit: PermitId) -> Result<bool, StoreError> {
    Ok(execute!(tx, "DELETE FROM permit_stamping WHERE permit_id = $1", permit) == 1)
}
