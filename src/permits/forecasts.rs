//! Forecasts learnt daily, kept once a day for each open file, and measured when the file is decided.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use super::course::{Course, Plan, stage_in, way};
use super::forecast::{Forecast, Paces, Replayed, foretell, replay};
use super::{ApplicationState, TrackingCode, store};
use crate::calendar::Calendar;
use crate::catalogue::{self, Matter, Service};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, SiteId};
use crate::sites::Sites;

/// Calendar days that are learnt from.
const LEARNT_DAYS: i64 = 180;
/// Files named in one list.
const MOST_NAMED: i64 = 50;

/// What is known of the stages today; shared by everybody who asks.
#[derive(Debug, Default)]
pub struct Forecaster(RwLock<(Option<Day>, Arc<Paces>)>);

impl Forecaster {
    /// Whether it was learnt for a day.
    pub fn knows(&self, day: Day) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).0 == Some(day)
    }

    /// What was learnt last; nothing before the first time, when the times of the service files have to do.
    pub fn paces(&self) -> Arc<Paces> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).1)
    }

    /// From now on this is known.
    pub fn learn(&self, day: Day, paces: Paces) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = (Some(day), Arc::new(paces));
    }
}

/// The courses of the registered files that are open or were closed since a moment.
pub async fn list_courses(tx: &mut Tx, since: Instant) -> Result<Vec<Course>, StoreError> {
    let rows = store::list_course_rows(tx, since).await?;
    let mut moves = store::list_moves(tx, since).await?;
    let mut returns = store::list_returns(tx, since).await?;
    let mut rules: BTreeMap<(String, i64), (Service, Arc<Plan>)> = BTreeMap::new();
    let mut courses = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (row.service_code, row.service_version);
        if !rules.contains_key(&key) {
            let found = catalogue::find_version(tx, &key.0, key.1).await?;
            let found = found.ok_or_else(|| StoreError::Corrupt(format!("no version {} of {}", key.1, key.0)))?;
            let plan = Arc::new(Plan::of(&found));
            rules.insert(key.clone(), (found, plan));
        }
        let Some((rules, plan)) = rules.get(&key) else { continue };
        courses.push(Course {
            id: row.id,
            site: row.site_id,
            plan: Arc::clone(plan),
            way: way(rules, Matter { kind: row.kind, fields: &row.fields.0 }),
            registered_at: row.registered_at,
            moves: moves.remove(&row.id).unwrap_or_default(),
            returns: returns.remove(&row.id).unwrap_or_default(),
        });
    }
    Ok(courses)
}

/// The courses that are learnt from at a moment.
pub async fn list_learnt(tx: &mut Tx, now: Instant) -> Result<Vec<Course>, StoreError> {
    list_courses(tx, now.plus_minutes(-LEARNT_DAYS * 24 * 60)).await
}

/// A file with what was foretold of it.
pub type Foretold = (ApplicationId, SiteId, Day, Forecast);

/// Foretells every open file that is not late yet, each on the day of its own site.
pub fn foretell_all(
    courses: &[Course],
    paces: &Paces,
    (calendar, sites): (&Calendar, &Sites),
    now: Instant,
) -> Vec<Foretold> {
    let one = |course: &Course| {
        let site = sites.find_by_id(course.site)?;
        let forecast = foretell(paces, (calendar, site), course, now).filter(|one| one.days_left >= 0)?;
        Some((course.id, course.site, now.day(site.zone), forecast))
    };
    courses.iter().filter_map(one).collect()
}

/// Keeps what was foretold; of a file and day only the first counts.
pub fn keep_forecasts(tx: &mut Tx, foretold: &[Foretold]) {
    for (id, site, day, forecast) in foretold {
        store::insert_forecast(tx, (*id, *site, *day), forecast);
    }
}

/// Whether anything was foretold on a day.
pub async fn has_forecasts(tx: &mut Tx, day: Day) -> Result<bool, StoreError> {
    store::has_forecasts(tx, day).await
}

/// Keeps what would have been foretold on days of a made-up past, each from what was known that morning; answers how
/// many. In an office at work, forecasts are kept in the morning.
pub async fn keep_foretold_past(
    tx: &mut Tx,
    (calendar, sites): (&Calendar, &Sites),
    days: &[Day],
) -> Result<usize, StoreError> {
    let courses = list_courses(tx, Instant(i64::MIN)).await?;
    let foretold = replay(&courses, (calendar, sites), days);
    let site_of: BTreeMap<ApplicationId, SiteId> = courses.iter().map(|course| (course.id, course.site)).collect();
    for Replayed { id, day, forecast, .. } in &foretold {
        if let Some(site) = site_of.get(id) {
            store::insert_forecast(tx, (*id, *site, *day), forecast);
        }
    }
    Ok(foretold.len())
}

/// An open file that may be late, as foretold this morning.
pub struct AtRisk {
    /// The file.
    pub id: ApplicationId,
    /// Tracking code.
    pub code: TrackingCode,
    /// Service code.
    pub service: String,
    /// Where it stands now.
    pub state: ApplicationState,
    /// Where it was filed.
    pub site: SiteId,
    /// Promised.
    pub due_at: Instant,
    /// What was foretold.
    pub forecast: Forecast,
}

/// Open files of a site or of all that are at least so likely to be late, in thousandths, the likeliest first.
pub async fn list_at_risk(
    tx: &mut Tx,
    (day, site): (Day, Option<SiteId>),
    at_least: i64,
) -> Result<Vec<AtRisk>, StoreError> {
    let rows = store::list_forecasts(tx, (day, site), (at_least, MOST_NAMED)).await?;
    let one = |row: store::ForecastRow| AtRisk {
        id: row.id,
        code: row.code,
        service: row.service_code,
        state: row.state,
        site: row.site_id,
        due_at: row.due_at,
        forecast: Forecast {
            chance: row.chance as f64 / 1000.0,
            days_left: row.days_left,
            promised_days: row.promised_days,
            stage: row.stage,
            spent_days: row.spent_days,
            usual_days: row.usual_days,
            stages_ahead: row.stages_ahead,
            days_ahead: row.days_ahead,
            likely_on: row.likely_on,
            late_on: row.late_on,
        },
    };
    // What was foretold of a file that went on since is out of date.
    Ok(rows.into_iter().map(one).filter(|one| stage_in(one.state) == Some(one.forecast.stage)).collect())
}

/// A forecast that came out one way or the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decided {
    /// What was foretold, 0 to 1.
    pub chance: f64,
    /// Working days that were left.
    pub days_left: i64,
    /// Working days of the whole promise.
    pub promised_days: i64,
    /// Whether it was late.
    pub late: bool,
}

/// Forecasts of a site's days, both included, whose files are decided.
pub async fn list_decided(tx: &mut Tx, site: SiteId, days: (Day, Day)) -> Result<Vec<Decided>, StoreError> {
    let rows = store::list_decided(tx, site, days).await?;
    let one = |row: store::DecidedRow| Decided {
        chance: row.chance as f64 / 1000.0,
        days_left: row.days_left,
        promised_days: row.promised_days,
        late: row.late,
    };
    Ok(rows.into_iter().map(one).collect())
}
