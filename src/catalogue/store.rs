//! SQL of published services.

use super::{Published, Service};
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};

pub(super) async fn list_newest(tx: &mut Tx) -> Result<Vec<Published>, StoreError> {
    const NEWEST: &str = "SELECT v.version, v.definition FROM service_version v \
        JOIN (SELECT code, MAX(version) AS version FROM service_version GROUP BY code) n \
        ON n.code = v.code AND n.version = v.version ORDER BY v.code";
    let rows = fetch_all!(tx, (i64, JsonText<Service>), NEWEST);
    Ok(rows.into_iter().map(|(version, JsonText(service))| Published { version, service }).collect())
}

pub(super) async fn find_newest(tx: &mut Tx, code: &str) -> Result<Option<Published>, StoreError> {
    const NEWEST: &str =
        "SELECT version, definition FROM service_version WHERE code = $1 ORDER BY version DESC LIMIT 1";
    let row = fetch_optional!(tx, (i64, JsonText<Service>), NEWEST, code);
    Ok(row.map(|(version, JsonText(service))| Published { version, service }))
}

pub(super) async fn find_version(tx: &mut Tx, code: &str, version: i64) -> Result<Option<Service>, StoreError> {
    const ONE: &str = "SELECT definition FROM service_version WHERE code = $1 AND version = $2";
    let row = fetch_optional!(tx, (JsonText<Service>,), ONE, code, version);
    Ok(row.map(|(JsonText(service),)| service))
}

pub(super) async fn insert(tx: &mut Tx, version: i64, service: &Service, now: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO service_version (code, version, definition, published_at) VALUES ($1, $2, $3, $4)",
        &service.code,
        version,
        JsonText(service),
        now
    );
    Ok(())
}
