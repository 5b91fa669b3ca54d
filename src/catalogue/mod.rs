//! The services of the office, with every version ever published.

mod asked;
mod built_in;
mod condition;
mod example;
mod fee;
mod fields;
mod file;
mod guide;
mod rules;
mod rules_stages;
mod service;
mod stage;
mod store;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use crate::audit::{self, Act};
use crate::calendar::Calendar;
use crate::db::{Outcome, StoreError, Tx};
use crate::messages::Refusal;

pub use crate::calendar::{Sla, SlaUnit};
pub use asked::{FieldKind, FormField, Requirement, Reuse};
pub use built_in::{built_in, built_in_texts};
pub use condition::{ApplicationKind, Comparison, Condition, KIND, Matter};
pub use example::{Difference, Example, case_faults, missing};
pub use fee::{Fee, FeeLine, FeeTable, Rate, total};
pub use fields::{check_fields, is_village_code};
pub use file::{FileFault, ServiceFile, read_service};
pub use guide::{PaperGuide, SampleKind};
pub use rules::rule_faults;
pub use service::{AppendixWording, Bilingual, PaperStyle, PermitWording, Service, ServiceKind, Validity};
pub use stage::{StageClock, StageName, StageRule};
pub use store::Edition;

/// A service with the version in force.
#[derive(Clone, Debug)]
pub struct Published {
    /// Counts from 1.
    pub version: i64,
    /// The rules.
    pub service: Service,
}

/// The services in force, read once and shared.
#[derive(Debug, Default)]
pub struct Catalogue(BTreeMap<String, Arc<Published>>);

impl Catalogue {
    /// The first version of services, without a store.
    pub fn of(services: Vec<Service>) -> Catalogue {
        let first = |service: Service| (service.code.clone(), Arc::new(Published { version: 1, service }));
        Catalogue(services.into_iter().map(first).collect())
    }

    /// The service of a code.
    pub fn find(&self, code: &str) -> Option<&Arc<Published>> {
        self.0.get(code)
    }

    /// Codes of the services whose typical time at the counter is at most some minutes.
    pub fn list_quick(&self, minutes: i64) -> BTreeSet<String> {
        let quick =
            self.list().map(|published| &published.service).filter(|service| service.counter_minutes <= minutes);
        quick.map(|service| service.code.clone()).collect()
    }

    /// Every service, by code.
    pub fn list(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.0.values()
    }
}

/// Reads the services in force.
pub async fn load(tx: &mut Tx) -> Result<Catalogue, StoreError> {
    let newest = store::list_newest(tx).await?;
    Ok(Catalogue(newest.into_iter().map(|p| (p.service.code.clone(), Arc::new(p))).collect()))
}

/// The rules of one version: those of an application's filing day.
pub async fn find_version(tx: &mut Tx, code: &str, version: i64) -> Result<Option<Service>, StoreError> {
    store::find_version(tx, code, version).await
}

/// The text of one version.
pub async fn find_text(tx: &mut Tx, code: &str, version: i64) -> Result<Option<String>, StoreError> {
    store::find_text(tx, code, version).await
}

/// Every version of a service, the newest first, with who published it and why.
pub async fn list_editions(tx: &mut Tx, code: &str) -> Result<Vec<Edition>, StoreError> {
    store::list_editions(tx, code).await
}

/// Publishes a service as its next version, when it differs from the one in force; its text is written anew.
pub async fn publish(tx: &mut Tx, act: Act, service: &Service) -> Outcome<i64> {
    let text = toml::to_string(service).map_err(|e| StoreError::Corrupt(format!("{}: {e}", service.code)))?;
    publish_file(tx, act, &ServiceFile { service: service.clone(), text }, None).await
}

/// Publishes a file as the next version of its service, when it differs from the one in force. Refuses one that
/// breaks a rule of the catalogue, such as a fee on a population service, or one of its own examples.
pub async fn publish_file(tx: &mut Tx, act: Act, file: &ServiceFile, reason: Option<&str>) -> Outcome<i64> {
    let service = &file.service;
    Refusal::of_fields(rule_faults(service))?;
    Refusal::of_fields(case_faults(service, &Calendar::built_in()))?;
    let newest = store::find_newest(tx, &service.code).await?;
    if let Some(same) = newest.as_ref().filter(|(kept, text)| kept.service == *service && *text == file.text) {
        return Ok(same.0.version);
    }
    let version = newest.map_or(1, |(kept, _)| kept.version + 1);
    store::insert(tx, version, file, (act, reason)).await?;
    let detail = json!({ "version": version, "reason": reason });
    audit::record(tx, act, "service.published", &service.code, detail).await?;
    Ok(version)
}

/// Publishes every file of a list.
pub async fn import(tx: &mut Tx, act: Act, files: &[ServiceFile]) -> Outcome<()> {
    for file in files {
        publish_file(tx, act, file, None).await?;
    }
    Ok(())
}

/// Publishes the built-in services that were never published: at the first start all of them. What the office has
/// changed since stays.
pub async fn publish_missing(tx: &mut Tx, act: Act) -> Outcome<()> {
    let known = load(tx).await?;
    let files = built_in::built_in_files().into_iter();
    let missing: Vec<ServiceFile> = files.filter(|file| known.find(&file.service.code).is_none()).collect();
    import(tx, act, &missing).await
}
