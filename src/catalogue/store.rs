//! SQL of published services.

use super::{Published, Service, ServiceFile};
use crate::audit::{Act, Actor};
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::OfficerId;

/// One published version, without its rules.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Edition {
    /// Counts from 1.
    pub version: i64,
    /// When.
    pub published_at: Instant,
    /// By whom; `None` = Loket itself or a command.
    pub published_by: Option<OfficerId>,
    /// Why, as typed.
    pub reason: Option<String>,
}

pub(super) async fn list_newest(tx: &mut Tx) -> Result<Vec<Published>, StoreError> {
    const NEWEST: &str = "SELECT v.version, v.definition FROM service_version v \
        JOIN (SELECT code, MAX(version) AS version FROM service_version GROUP BY code) n \
        ON n.code = v.code AND n.version = v.version ORDER BY v.code";
    let rows = fetch_all!(tx, (i64, JsonText<Service>), NEWEST);
    Ok(rows.into_iter().map(|(version, JsonText(service))| Published { version, service }).collect())
}

/// The version in force, and its text.
pub(super) async fn find_newest(tx: &mut Tx, code: &str) -> Result<Option<(Published, String)>, StoreError> {
    const NEWEST: &str =
        "SELECT version, definition, file FROM service_version WHERE code = $1 ORDER BY version DESC LIMIT 1";
    let row = fetch_optional!(tx, (i64, JsonText<Service>, String), NEWEST, code);
    Ok(row.map(|(version, JsonText(service), text)| (Published { version, service }, text)))
}

pub(super) async fn find_version(tx: &mut Tx, code: &str, version: i64) -> Result<Option<Service>, StoreError> {
    const ONE: &str = "SELECT definition FROM service_version WHERE code = $1 AND version = $2";
    let row = fetch_optional!(tx, (JsonText<Service>,), ONE, code, version);
    Ok(row.map(|(JsonText(service),)| service))
}

pub(super) async fn find_text(tx: &mut Tx, code: &str, version: i64) -> Result<Option<String>, StoreError> {
    const ONE: &str = "SELECT file FROM service_version WHERE code = $1 AND version = $2";
    let row = fetch_optional!(tx, (String,), ONE, code, version);
    Ok(row.map(|(text,)| text))
}

pub(super) async fn list_editions(tx: &mut Tx, code: &str) -> Result<Vec<Edition>, StoreError> {
    const ALL: &str = "SELECT version, published_at, published_by, reason FROM service_version WHERE code = $1 \
        ORDER BY version DESC";
    Ok(fetch_all!(tx, Edition, ALL, code))
}

pub(super) async fn insert(
    tx: &mut Tx,
    version: i64,
    file: &ServiceFile,
    (act, reason): (Act, Option<&str>),
) -> Result<(), StoreError> {
    let by = match act.actor {
        Actor::Officer(id) => Some(id),
        Actor::Visitor(_) | Actor::Citizen | Actor::System => None,
    };
    execute!(
        tx,
        "INSERT INTO service_version (code, version, definition, file, published_at, published_by, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &file.service.code,
        version,
        JsonText(&file.service),
        &file.text,
        act.now,
        by,
        reason
    );
    Ok(())
}
