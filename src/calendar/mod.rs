//! Working days: Monday to Friday without national holidays, joint leave and local days off; and when a site is open.

mod days_off;
mod due;
mod exceptions;
mod hours;
mod opening;
mod opening_words;
mod ramadan;
mod store;
#[cfg(test)]
mod test_site;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use serde_json::json;

use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::SiteId;

pub use days_off::{BadDayOff, DayOff};
pub use due::{Due, Pause, Sla, SlaUnit};
pub use exceptions::{
    ExceptionalDay, ServiceLimit, hold_limit, remove_exceptional_day, set_exceptional_day, set_limit,
};
pub use opening::{Asked, BreakKind, Opening, Shut};
pub use opening_words::Said;
pub use ramadan::Ramadan;

crate::ids::words! {
    /// How sure a holiday's date is.
    pub enum Basis {
        /// By decree (SKB 3 Menteri).
        Official = "official",
        /// Expected; the decree is not out yet.
        Estimate = "estimate",
    }
}

crate::ids::words! {
    /// Who declared a day off.
    pub enum DayOffKind {
        /// Libur nasional.
        National = "national",
        /// Cuti bersama.
        JointLeave = "joint_leave",
        /// A day of this regency alone: local election, emergency.
        Local = "local",
    }
}

/// The days off that are known, and what sites do otherwise.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    days_off: BTreeMap<Day, Vec<DayOff>>,
    /// Years with at least one national holiday by decree; a date in any other year rests on an estimate.
    decreed_years: BTreeSet<i32>,
    ramadans: Vec<Ramadan>,
    exceptions: BTreeMap<(SiteId, Day), ExceptionalDay>,
    limits: BTreeMap<(SiteId, String), ServiceLimit>,
}

impl Calendar {
    /// The calendar of a list of days, with the built-in months of Ramadan.
    pub fn of(days: &[DayOff]) -> Calendar {
        let mut calendar = Calendar { ramadans: ramadan::built_in(), ..Calendar::default() };
        for day in days {
            calendar.days_off.entry(day.on).or_default().push(day.clone());
            if day.kind == DayOffKind::National && day.basis == Basis::Official {
                calendar.decreed_years.insert(day.on.year());
            }
        }
        calendar
    }

    /// The same with what sites do otherwise than their week says.
    pub fn with_exceptions(self, exceptions: Vec<ExceptionalDay>, limits: Vec<ServiceLimit>) -> Calendar {
        let exceptions = exceptions.into_iter().map(|day| ((day.site, day.on), day)).collect();
        let limits = limits.into_iter().map(|limit| ((limit.site, limit.service.clone()), limit)).collect();
        Calendar { exceptions, limits, ..self }
    }

    /// Reads a file with the columns `date,kind,name,basis`.
    pub fn from_csv(reader: impl Read) -> Result<Calendar, BadDayOff> {
        days_off::read(reader).map(|days| Calendar::of(&days))
    }

    /// The calendar Loket brings along.
    pub fn built_in() -> Calendar {
        Calendar::of(&days_off::built_in())
    }

    /// Whether the office works: Monday to Friday, and not a day off.
    pub fn is_working_day(&self, day: Day) -> bool {
        day.weekday() <= 5 && !self.days_off.contains_key(&day)
    }
}

/// Reads the calendar in force: what was imported, or the built-in one before the first import.
pub async fn load(tx: &mut Tx) -> Result<Calendar, StoreError> {
    let days = store::list(tx).await?;
    let calendar = if days.is_empty() { Calendar::built_in() } else { Calendar::of(&days) };
    Ok(calendar.with_exceptions(store::list_exceptional_days(tx).await?, store::list_limits(tx).await?))
}

/// Imports days off; answers how many. The file is the truth for its kinds and years: a decree of 2027 takes the
/// place of the estimates for 2027. The other kinds and years stay, beginning with the built-in ones.
/// A line that cannot be read refuses the whole file (`holidays-unreadable`).
pub async fn import(tx: &mut Tx, act: Act, reader: impl Read) -> Outcome<usize> {
    let days = days_off::read(reader)?;
    if store::list(tx).await?.is_empty() {
        store::insert(tx, &days_off::built_in()).await?;
    }
    let replaced: BTreeSet<(DayOffKind, i32)> = days.iter().map(|d| (d.kind, d.on.year())).collect();
    for (kind, year) in replaced {
        store::delete_year(tx, kind, year).await?;
    }
    store::insert(tx, &days).await?;
    audit::record(tx, act, "calendar.imported", "calendar", json!({ "days": days.len() })).await?;
    Ok(days.len())
}
