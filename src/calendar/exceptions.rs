//! What a site does otherwise than its week says: a day closed or opened for a reason, and how many numbers of a service
//! it gives a day.

use chrono::NaiveTime;
use serde_json::json;

use super::{Calendar, store};
use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::SiteId;
use crate::messages::{FieldFault, Refusal};

/// Letters of a reason at most; it stands on the kiosk.
const LONGEST_REASON: usize = 120;

/// A day on which a site is closed, or open at other hours, whatever week and holidays say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionalDay {
    /// Which site.
    pub site: SiteId,
    /// When.
    pub on: Day,
    /// From and until; `None` = closed.
    pub hours: Option<(NaiveTime, NaiveTime)>,
    /// Why, as visitors read it.
    pub reason: String,
}

/// How many numbers of a service a site gives a day, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceLimit {
    /// Which site.
    pub site: SiteId,
    /// Which service.
    pub service: String,
    /// Numbers of a local day at most.
    pub quota: Option<i64>,
    /// No number from this local time on.
    pub cut_off: Option<NaiveTime>,
}

impl Calendar {
    /// The limit of a service at a site.
    pub fn find_limit(&self, site: SiteId, service: &str) -> Option<&ServiceLimit> {
        self.limits.get(&(site, service.to_owned()))
    }

    /// The limits of a site, by service.
    pub fn list_limits(&self, site: SiteId) -> Vec<&ServiceLimit> {
        self.limits.values().filter(|limit| limit.site == site).collect()
    }

    /// The exceptional days of a site from a day on.
    pub fn list_exceptional_days(&self, site: SiteId, from: Day) -> Vec<&ExceptionalDay> {
        self.exceptions.values().filter(|day| day.site == site && day.on >= from).collect()
    }
}

/// Closes a day of a site, or opens it at other hours. A day that is exceptional already is replaced.
pub async fn set_exceptional_day(tx: &mut Tx, act: Act, day: &ExceptionalDay) -> Outcome<()> {
    let mut faults = Vec::new();
    let letters = day.reason.trim().chars().count();
    if letters == 0 || letters > LONGEST_REASON {
        faults.push(FieldFault::new("reason", if letters == 0 { "required" } else { "reason-too-long" }));
    }
    if day.hours.is_some_and(|(opens, closes)| opens >= closes) {
        faults.push(FieldFault::new("closes", "closes-before-opens"));
    }
    Refusal::of_fields(faults)?;
    store::replace_exceptional_day(tx, day).await?;
    let hours = day.hours.map(|(opens, closes)| [opens.to_string(), closes.to_string()]);
    let detail = json!({ "on": day.on, "hours": hours, "reason": day.reason });
    audit::record(tx, act, "calendar.exceptional_day_set", day.site, detail).await?;
    Ok(())
}

/// Lets a day of a site be as its week says again.
pub async fn remove_exceptional_day(tx: &mut Tx, act: Act, site: SiteId, on: Day) -> Outcome<()> {
    if !store::delete_exceptional_day(tx, site, on).await? {
        return Err(Refusal::not_found("exceptional-day-unknown").into());
    }
    audit::record(tx, act, "calendar.exceptional_day_removed", site, json!({ "on": on })).await?;
    Ok(())
}

/// Sets quota and last issue of a service at a site; without both there is no limit.
pub async fn set_limit(tx: &mut Tx, act: Act, limit: &ServiceLimit) -> Outcome<()> {
    if limit.quota.is_some_and(|quota| !(0..=9999).contains(&quota)) {
        return Err(Refusal::invalid("invalid-fields").field("quota", "quota-wrong").into());
    }
    store::replace_limit(tx, limit).await?;
    let cut_off = limit.cut_off.map(|time| time.to_string());
    let detail = json!({ "service": limit.service, "quota": limit.quota, "cut_off": cut_off });
    audit::record(tx, act, "calendar.limit_set", limit.site, detail).await?;
    Ok(())
}

/// The limit of a service, held until the transaction ends: whoever counts the numbers given counts alone.
pub async fn hold_limit(tx: &mut Tx, site: SiteId, service: &str) -> Result<Option<ServiceLimit>, StoreError> {
    store::lock_limit(tx, site, service).await
}
