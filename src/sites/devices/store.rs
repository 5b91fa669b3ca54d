//! SQL of devices.

use sqlx::FromRow;

use super::{Device, DeviceKind};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{DeviceId, SiteId};

word_column!(DeviceKind);

#[derive(FromRow)]
struct DeviceRow {
    id: DeviceId,
    site_id: SiteId,
    kind: DeviceKind,
    name: String,
    address: Option<String>,
    printer_id: Option<DeviceId>,
    answers: bool,
    code: Option<String>,
    code_until: Option<Instant>,
    paired_at: Option<Instant>,
    seen_at: Option<Instant>,
    revoked_at: Option<Instant>,
}

impl From<DeviceRow> for Device {
    fn from(row: DeviceRow) -> Device {
        Device {
            id: row.id,
            site: row.site_id,
            kind: row.kind,
            name: row.name,
            address: row.address,
            printer: row.printer_id,
            answers: row.answers,
            code: row.code.zip(row.code_until),
            paired_at: row.paired_at,
            seen_at: row.seen_at,
            revoked_at: row.revoked_at,
        }
    }
}

pub(super) async fn insert(tx: &mut Tx, device: &Device, now: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO device (id, site_id, kind, name, address, code, code_until, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        device.id,
        device.site,
        device.kind,
        &device.name,
        device.address.as_deref(),
        device.code.as_ref().map(|(code, _)| code.as_str()),
        device.code.as_ref().map(|(_, until)| *until),
        now
    );
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, id: DeviceId) -> Result<Option<Device>, StoreError> {
    Ok(fetch_optional!(tx, DeviceRow, "SELECT * FROM device WHERE id = $1", id).map(Device::from))
}

pub(super) async fn list(tx: &mut Tx, site: SiteId) -> Result<Vec<Device>, StoreError> {
    const OF_SITE: &str = "SELECT * FROM device WHERE site_id = $1 ORDER BY kind, name, id";
    Ok(fetch_all!(tx, DeviceRow, OF_SITE, site).into_iter().map(Device::from).collect())
}

pub(super) async fn find_by_token(tx: &mut Tx, hash: &[u8]) -> Result<Option<Device>, StoreError> {
    const PAIRED: &str = "SELECT * FROM device WHERE token_hash = $1 AND revoked_at IS NULL";
    Ok(fetch_optional!(tx, DeviceRow, PAIRED, hash).map(Device::from))
}

/// PostgreSQL: the row is locked, so that a code pairs one device however often it is typed at once.
pub(super) async fn lock_by_code(tx: &mut Tx, code: &str) -> Result<Option<Device>, StoreError> {
    let sql = tx.pick("SELECT * FROM device WHERE code = $1", "SELECT * FROM device WHERE code = $1 FOR UPDATE");
    Ok(fetch_optional!(tx, DeviceRow, sql, code).map(Device::from))
}

pub(super) async fn set_code(tx: &mut Tx, id: DeviceId, code: &str, until: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE device SET code = $2, code_until = $3, token_hash = NULL, paired_at = NULL, revoked_at = NULL \
         WHERE id = $1",
        id,
        code,
        until
    );
    Ok(())
}

pub(super) async fn set_paired(
    tx: &mut Tx,
    id: DeviceId,
    token_hash: Option<&[u8]>,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE device SET code = NULL, code_until = NULL, token_hash = $2, paired_at = $3, seen_at = $3 WHERE id = $1",
        id,
        token_hash,
        now
    );
    Ok(())
}

/// Whether there was one to revoke.
pub(super) async fn set_revoked(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<bool, StoreError> {
    let touched = execute!(
        tx,
        "UPDATE device SET revoked_at = $2, code = NULL, code_until = NULL, token_hash = NULL \
         WHERE id = $1 AND revoked_at IS NULL",
        id,
        now
    );
    Ok(touched == 1)
}

pub(super) async fn set_printer(tx: &mut Tx, kiosk: DeviceId, printer: Option<DeviceId>) -> Result<(), StoreError> {
    execute!(tx, "UPDATE device SET printer_id = $2 WHERE id = $1", kiosk, printer);
    Ok(())
}

pub(super) async fn set_seen(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE device SET seen_at = $2 WHERE id = $1", id, now);
    Ok(())
}

pub(super) async fn set_answers(tx: &mut Tx, id: DeviceId, answers: bool) -> Result<(), StoreError> {
    execute!(tx, "UPDATE device SET answers = $2 WHERE id = $1", id, answers);
    Ok(())
}
