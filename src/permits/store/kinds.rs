//! SQL of the permit a file rests on, and of what a person already has.

use sqlx::FromRow;

use super::permits::PermitRow;
use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{ApplicationId, PermitId};
use crate::permits::{Fields, Permit, TrackingCode};

/// Another registered and undecided file of the person for the service and place.
pub(in crate::permits) async fn find_active(
    tx: &mut Tx,
    (nik_index, service): (&[u8], &str),
    place: &str,
    except: ApplicationId,
) -> Result<Option<TrackingCode>, StoreError> {
    const SQL: &str = "SELECT code FROM application WHERE nik_index = $1 AND service_code = $2 AND place_key = $3 \
        AND id <> $4 AND state IN ('registered', 'in_verification', 'returned', 'in_recommendation', \
        'in_inspection', 'awaiting_payment', 'in_drafting', 'awaiting_signature')";
    Ok(fetch_optional!(tx, (TrackingCode,), SQL, nik_index, service, place, except).map(|(code,)| code))
}

/// Every undecided file of the person for the service, drafts too.
pub(in crate::permits) async fn list_active_of(
    tx: &mut Tx,
    nik_index: &[u8],
    service: &str,
) -> Result<Vec<(ApplicationId, TrackingCode, Fields)>, StoreError> {
    const SQL: &str = "SELECT id, code, fields FROM application WHERE nik_index = $1 AND service_code = $2 \
        AND state IN ('draft', 'registered', 'in_verification', 'returned', 'in_recommendation', 'in_inspection', \
        'awaiting_payment', 'in_drafting', 'awaiting_signature') ORDER BY id DESC LIMIT 20";
    let rows = fetch_all!(tx, (ApplicationId, TrackingCode, JsonText<Fields>), SQL, nik_index, service);
    Ok(rows.into_iter().map(|(id, code, JsonText(fields))| (id, code, fields)).collect())
}

#[derive(FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    permit: PermitRow,
    fields: JsonText<Fields>,
}

/// The issued permits of a person, newest first, with the answers of their files; of one service, or of all.
pub(in crate::permits) async fn list_permits_of(
    tx: &mut Tx,
    nik_index: &[u8],
    service: Option<&str>,
) -> Result<Vec<(Permit, Fields)>, StoreError> {
    const SQL: &str = "SELECT p.*, a.fields AS fields FROM permit p JOIN application a ON a.id = p.application_id \
        WHERE a.nik_index = $1 AND (p.register = $2 OR $3) AND p.state IN ('issued', 'suspended', 'revoked') \
        ORDER BY p.reserved_at DESC LIMIT 50";
    let rows = fetch_all!(tx, HeldRow, SQL, nik_index, service.unwrap_or_default(), service.is_none());
    rows.into_iter().map(|row| Ok((Permit::try_from(row.permit)?, row.fields.0))).collect()
}

/// Names the permit that took the place of this one.
pub(in crate::permits) async fn set_replaced(tx: &mut Tx, id: PermitId, by: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE permit SET replaced_by = $1 WHERE id = $2", by, id);
    Ok(())
}

/// Permits in force whose last day lies in [from, to].
pub(in crate::permits) async fn list_ending(
    tx: &mut Tx,
    (from, to): (Day, Day),
) -> Result<Vec<(PermitId, Day)>, StoreError> {
    const SQL: &str = "SELECT id, valid_until FROM permit \
        WHERE state = 'issued' AND valid_until >= $1 AND valid_until <= $2 ORDER BY valid_until, id";
    Ok(fetch_all!(tx, (PermitId, Day), SQL, from, to))
}

/// Keeps that a holder was reminded so many days before; false when it was done before.
pub(in crate::permits) async fn insert_reminder(
    tx: &mut Tx,
    permit: PermitId,
    days: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO permit_reminder (permit_id, days, at) VALUES ($1, $2, $3) \
        ON CONFLICT (permit_id, days) DO NOTHING";
    Ok(execute!(tx, SQL, permit, days, at) == 1)
}
