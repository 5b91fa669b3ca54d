//! The services of the office, with every version ever published.

mod built_in;
mod fields;
mod rules;
mod service;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::json;

use crate::audit::{self, Act};
use crate::db::{Outcome, StoreError, Tx};
use crate::messages::Refusal;

pub use crate::calendar::{Sla, SlaUnit};
pub use built_in::{built_in, read_services};
pub use fields::check_fields;
pub use rules::rule_faults;
pub use service::{
    Bilingual, Condition, Fee, FieldKind, FormField, PaperStyle, PermitWording, Requirement, Service, ServiceKind,
    Validity,
};

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

/// Publishes a service as its next version, when it differs from the one in force. Refuses one that breaks a rule
/// of the catalogue, such as a fee on a population service.
pub async fn publish(tx: &mut Tx, act: Act, service: &Service) -> Outcome<i64> {
    Refusal::of_fields(rule_faults(service))?;
    let newest = store::find_newest(tx, &service.code).await?;
    if let Some(same) = newest.as_ref().filter(|p| p.service == *service) {
        return Ok(same.version);
    }
    let version = newest.map_or(1, |p| p.version + 1);
    store::insert(tx, version, service, act.now).await?;
    audit::record(tx, act, "service.published", &service.code, json!({ "version": version })).await?;
    Ok(version)
}

/// Publishes every service of a list.
pub async fn import(tx: &mut Tx, act: Act, services: &[Service]) -> Outcome<()> {
    for service in services {
        publish(tx, act, service).await?;
    }
    Ok(())
}

/// Publishes the built-in services that were never published: at the first start all of them. What the office has
/// changed since stays.
pub async fn publish_missing(tx: &mut Tx, act: Act) -> Outcome<()> {
    let known = load(tx).await?;
    let missing: Vec<Service> = built_in().into_iter().filter(|s| known.find(&s.code).is_none()).collect();
    import(tx, act, &missing).await
}
