//! Promises that move when the calendar changes, and the warnings before they are broken. The day a promise ends is the
//! day of deemed approval (UU 30/2014 art. 53): Loket warns and lists, and never issues by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::course::{Course, Plan, moves_of, returns_of};
use super::returning::moved_promise;
use super::stage_promises::stage_due;
use super::{ActRecord, ApplicationState, Correction, TrackingCode, store};
use crate::audit::{self, Act, Entry};
use crate::calendar::{Calendar, Sla, SlaUnit};
use crate::catalogue::{self, Service};
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, OfficerId, SiteId};
use crate::notices;
use crate::sites::{Site, Sites};

crate::ids::words! {
    /// How near the end of a promise is; each is raised once for a file.
    pub enum Warning {
        /// Half of the promised time is used.
        Half = "half",
        /// 80 %.
        Eighty = "eighty",
        /// 95 %.
        NinetyFive = "ninety_five",
        /// Two working days are left (H-2).
        TwoDays = "two_days",
        /// One working day is left (H-1).
        OneDay = "one_day",
        /// The promise is broken; the application may count as granted by law.
        Late = "late",
    }
}

/// A registered file somebody still has to act on.
#[derive(Clone, Debug)]
pub struct OpenFile {
    /// Identity.
    pub id: ApplicationId,
    /// Tracking code.
    pub code: TrackingCode,
    /// Service code.
    pub service: String,
    /// The rules of the filing day.
    pub service_version: i64,
    /// Where it stands.
    pub state: ApplicationState,
    /// Where it was filed.
    pub site: SiteId,
    /// The verifier it is locked to.
    pub claimed_by: Option<OfficerId>,
    /// Complete.
    pub registered_at: Instant,
    /// Promised.
    pub due_at: Instant,
    /// Whether the promise rests on an expected holiday.
    pub due_estimate: bool,
    /// When the stage it is in is due.
    pub stage_due_at: Option<Instant>,
    /// Answered by the applicant, while it is returned.
    pub answered_at: Option<Instant>,
}

impl OpenFile {
    /// Its course, as far as the times of its stages need it.
    fn course(&self, rules: &Service, (acts, corrections): (&[ActRecord], &[Correction])) -> Course {
        Course {
            id: self.id,
            site: self.site,
            plan: Arc::new(Plan::of(rules)),
            way: Vec::new(),
            registered_at: self.registered_at,
            moves: moves_of(acts),
            returns: returns_of(corrections),
        }
    }

    /// Whether the applicant has to act, so that the clock stands.
    fn is_paused(&self) -> bool {
        self.state == ApplicationState::Returned && self.answered_at.is_none()
    }
}

/// A promise that moved because the calendar changed.
#[derive(Clone, Debug)]
pub struct PromiseChange {
    /// When.
    pub at: Instant,
    /// Promised before.
    pub before: Instant,
    /// Promised now.
    pub after: Instant,
}

/// A file with the warnings raised for it, the last one last.
#[derive(Clone, Debug)]
pub struct Warned {
    /// The file.
    pub file: OpenFile,
    /// What was raised and when.
    pub warnings: Vec<(Warning, Instant)>,
    /// Working days left; negative = late.
    pub left: i64,
}

/// Counts every open promise again by a calendar that changed; answers how many moved. Each move is kept with the file
/// and stands in the audit. Belongs into the transaction of the change.
pub async fn recompute_promises(
    tx: &mut Tx,
    act: Act,
    (calendar, sites): (&Calendar, &Sites),
) -> Result<usize, StoreError> {
    let mut rules = Rules::default();
    let mut entries = Vec::new();
    for file in store::lock_open_files(tx).await? {
        let Some(site) = sites.find_by_id(file.site) else { continue };
        let corrections = store::list_corrections(tx, file.id).await?;
        let rules = rules.of(tx, &file).await?;
        let acts = store::list_acts(tx, file.id).await?;
        let of = (file.registered_at, rules);
        let (due_at, estimate) = moved_promise((calendar, site), of, (&corrections, &acts), None);
        let stage_due_at = stage_due((calendar, site), &file.course(rules, (&acts, &corrections)));
        if (due_at, estimate, stage_due_at) == (file.due_at, file.due_estimate, file.stage_due_at) {
            continue;
        }
        store::set_due(tx, file.id, (due_at, estimate), stage_due_at).await?;
        if due_at != file.due_at {
            let change = PromiseChange { at: act.now, before: file.due_at, after: due_at };
            store::insert_promise_change(tx, file.id, &change).await?;
            let detail = json!({ "before": file.due_at, "after": due_at, "cause": "calendar" });
            entries.push(Entry::new(act, "application.promise-moved", file.id, detail));
        }
    }
    audit::record_all(tx, &entries).await?;
    Ok(entries.len())
}

/// The rules of filing days, read once each.
#[derive(Default)]
struct Rules(BTreeMap<(String, i64), Service>);

impl Rules {
    async fn of(&mut self, tx: &mut Tx, file: &OpenFile) -> Result<&Service, StoreError> {
        let key = (file.service.clone(), file.service_version);
        if !self.0.contains_key(&key) {
            let found = catalogue::find_version(tx, &key.0, key.1).await?;
            let found = found.ok_or_else(|| StoreError::Corrupt(format!("no version {} of {}", key.1, key.0)))?;
            self.0.insert(key.clone(), found);
        }
        self.0.get(&key).ok_or_else(|| StoreError::Corrupt(key.0))
    }
}

/// Raises what is due for every open file whose clock runs, each warning once, and leaves one message for each site;
/// answers how many were raised.
pub async fn raise_warnings(
    tx: &mut Tx,
    act: Act,
    (calendar, sites): (&Calendar, &Sites),
) -> Result<usize, StoreError> {
    let mut rules = Rules::default();
    let mut raised: BTreeMap<SiteId, usize> = BTreeMap::new();
    for file in store::list_open_files(tx).await?.into_iter().filter(|file| !file.is_paused()) {
        let Some(site) = sites.find_by_id(file.site) else { continue };
        let left = days_left(&file, calendar, site, act.now);
        let sla = rules.of(tx, &file).await?.sla;
        for warning in reached(&sla, left, act.now > file.due_at) {
            if store::insert_warning(tx, file.id, warning, act.now).await? {
                *raised.entry(file.site).or_default() += 1;
            }
        }
    }
    for (site, count) in &raised {
        notices::leave(tx, "files.warned", json!({ "files_of": site, "at": act.now.0 }), act.now).await?;
        audit::record(tx, act, "files.warned", site, json!({ "warnings": count })).await?;
    }
    Ok(raised.values().sum())
}

fn days_left(file: &OpenFile, calendar: &Calendar, site: &Site, now: Instant) -> i64 {
    calendar.working_days_left(now.day(site.zone), file.due_at.day(site.zone))
}

/// The warnings that a file with so many working days left has reached. What would be true from the first day on is no
/// warning.
fn reached(sla: &Sla, left: i64, is_late: bool) -> Vec<Warning> {
    let days = match sla.unit {
        SlaUnit::WorkingDays => sla.value,
        SlaUnit::Hours => 1,
    };
    let used = (days - left) * 100;
    let mut reached = Vec::new();
    for (warning, holds) in [
        (Warning::Half, days > 1 && used >= 50 * days),
        (Warning::Eighty, days > 1 && used >= 80 * days),
        (Warning::NinetyFive, days > 1 && used >= 95 * days),
        (Warning::TwoDays, days > 2 && left <= 2),
        (Warning::OneDay, days > 1 && left <= 1),
        (Warning::Late, is_late),
    ] {
        if holds {
            reached.push(warning);
        }
    }
    reached
}

/// Open files with warnings, the most urgent first; of one site, or of all.
pub async fn list_warned(
    tx: &mut Tx,
    (calendar, sites): (&Calendar, &Sites),
    only: Option<SiteId>,
    now: Instant,
) -> Result<Vec<Warned>, StoreError> {
    let mut of_file: BTreeMap<ApplicationId, Vec<(Warning, Instant)>> = BTreeMap::new();
    for (id, warning, at) in store::list_warnings(tx).await? {
        of_file.entry(id).or_default().push((warning, at));
    }
    let open = store::list_open_files(tx).await?.into_iter();
    let open = open.filter(|file| !file.is_paused() && only.is_none_or(|site| site == file.site));
    let mut warned: Vec<Warned> = open
        .filter_map(|file| {
            let mut warnings = of_file.remove(&file.id)?;
            warnings.sort_unstable();
            let left = days_left(&file, calendar, sites.find_by_id(file.site)?, now);
            Some(Warned { file, warnings, left })
        })
        .collect();
    warned.sort_by_key(|warned| (warned.file.due_at, warned.file.id));
    Ok(warned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(days: i64, left: i64) -> Vec<Warning> {
        reached(&Sla { unit: SlaUnit::WorkingDays, value: days }, left, left < 0)
    }

    #[test]
    fn warnings_come_at_half_eighty_and_ninety_five_percent_and_two_and_one_days_before() {
        use Warning::{Eighty, Half, Late, NinetyFive, OneDay, TwoDays};
        assert_eq!(after(20, 11), []);
        assert_eq!(after(20, 10), [Half]);
        assert_eq!(after(20, 4), [Half, Eighty]);
        assert_eq!(after(20, 2), [Half, Eighty, TwoDays]);
        assert_eq!(after(20, 1), [Half, Eighty, NinetyFive, TwoDays, OneDay]);
        assert_eq!(after(20, -1), [Half, Eighty, NinetyFive, TwoDays, OneDay, Late]);
        assert_eq!(after(5, 3), []);
        assert_eq!(after(5, 2), [Half, TwoDays]);
    }

    #[test]
    fn a_promise_of_one_day_is_not_warned_of_from_its_first_hour() {
        assert_eq!(after(1, 1), []);
        assert_eq!(after(2, 2), []);
        assert_eq!(after(1, -1), [Warning::Late]);
        assert_eq!(reached(&Sla { unit: SlaUnit::Hours, value: 3 }, 0, false), []);
    }
}
