//! Malls and offices, their counters, opening hours and devices.

mod built_in;
pub mod devices;
mod site;
mod store;

use std::sync::Arc;

use serde_json::json;

use crate::audit::{self, Act};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{CounterId, SiteId};

pub use built_in::{BadSites, built_in};
pub use site::{Counter, Opening, ServiceGroup, Site};

/// Every site with its counters, read once and shared.
#[derive(Debug, Default)]
pub struct Sites(Vec<Arc<Site>>);

impl Sites {
    /// The sites of a list.
    pub fn of(sites: Vec<Site>) -> Sites {
        Sites(sites.into_iter().map(Arc::new).collect())
    }

    /// The site of a code such as `opi`.
    pub fn find(&self, code: &str) -> Option<&Arc<Site>> {
        self.0.iter().find(|site| site.code == code)
    }

    /// The site of an id.
    pub fn find_by_id(&self, id: SiteId) -> Option<&Arc<Site>> {
        self.0.iter().find(|site| site.id == id)
    }

    /// The counter of an id with its site.
    pub fn find_counter(&self, id: CounterId) -> Option<(&Arc<Site>, &Counter)> {
        self.0.iter().find_map(|site| site.counters.iter().find(|c| c.id == id).map(|c| (site, c)))
    }

    /// Every site, by code.
    pub fn list(&self) -> &[Arc<Site>] {
        &self.0
    }
}

/// Reads every site.
pub async fn load(tx: &mut Tx) -> Result<Sites, StoreError> {
    Ok(Sites::of(store::list(tx).await?))
}

/// Adds a site with its openings and counters.
pub async fn add(tx: &mut Tx, site: &Site) -> Result<(), StoreError> {
    store::insert(tx, site).await
}

/// The week of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    /// Opening hours.
    pub openings: Vec<Opening>,
    /// Opening hours in Ramadan; none = the same.
    pub ramadan_openings: Vec<Opening>,
    /// Whether the doors are open on days of joint leave.
    pub open_on_joint_leave: bool,
}

/// Gives a site another week.
pub async fn set_week(tx: &mut Tx, act: Act, site: SiteId, week: &Week) -> Outcome<()> {
    store::replace_week(tx, site, week).await?;
    let stretches = |openings: &[Opening]| -> Vec<String> {
        openings.iter().map(|o| format!("{} {}-{}", o.weekday, o.opens, o.closes)).collect()
    };
    let detail = json!({
        "openings": stretches(&week.openings),
        "ramadan_openings": stretches(&week.ramadan_openings),
        "open_on_joint_leave": week.open_on_joint_leave,
    });
    audit::record(tx, act, "site.week_set", site, detail).await?;
    Ok(())
}
