//! Malls and offices, their counters, opening hours and devices.

mod built_in;
pub mod devices;
mod site;
mod store;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use crate::audit::{self, Act};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{CounterId, SiteId};
use crate::messages::{FieldFault, Refusal};

pub use built_in::{BadSites, built_in};
pub use site::{CallRules, Counter, Opening, ServiceGroup, Site};

/// Every site with its counters, read once and shared.
#[derive(Debug, Default)]
pub struct Sites(Vec<Arc<Site>>);

impl Sites {
    /// The sites of a list.
    pub fn of(sites: Vec<Site>) -> Sites {
        Sites(sites.into_iter().map(Arc::new).collect())
    }

    /// The same with the quick services of each site; `list` names those whose typical time is not above some minutes.
    pub fn with_quick(self, list: impl Fn(i64) -> BTreeSet<String>) -> Sites {
        let named = |site: Arc<Site>| {
            let quick_services = Arc::new(list(site.call_rules.quick_minutes));
            Arc::new(Site { quick_services, ..Arc::unwrap_or_clone(site) })
        };
        Sites(self.0.into_iter().map(named).collect())
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

/// Gives a site other rules of calling, and says which of its counters are for quick matters only. Refused when a
/// number is out of its bounds.
pub async fn set_calling(tx: &mut Tx, act: Act, site: &Site, rules: CallRules, quick: &[CounterId]) -> Outcome<()> {
    let bounds = [
        ("most_calls", rules.most_calls, CallRules::CALLS_AT_MOST),
        ("regular_per_priority", i64::from(rules.regular_per_priority), i64::from(CallRules::REGULAR_AT_MOST)),
        ("quick_minutes", rules.quick_minutes, CallRules::MINUTES_AT_MOST),
    ];
    let wrong = bounds.iter().filter(|(_, value, most)| !(1..=*most).contains(value));
    Refusal::of_fields(wrong.map(|(field, _, _)| FieldFault::new(*field, "number-bounds")).collect())?;
    store::set_call_rules(tx, site.id, &rules).await?;
    let mut quick_counters = Vec::new();
    for counter in &site.counters {
        let quick_only = quick.contains(&counter.id);
        store::set_quick_only(tx, counter.id, quick_only).await?;
        quick_counters.extend(quick_only.then_some(counter.number));
    }
    let detail = json!({
        "most_calls": rules.most_calls,
        "regular_per_priority": rules.regular_per_priority,
        "quick_minutes": rules.quick_minutes,
        "quick_counters": quick_counters,
    });
    audit::record(tx, act, "site.calling_set", site.id, detail).await?;
    Ok(())
}
