//! What happened and how it stands: throughput, the hall now, files against their promise. Reads only.

mod csv;
mod estimates;
mod excel;
mod fairness;
mod forecast_score;
mod hall;
mod percentile;
mod promises;
mod stages;
mod stop;
mod store;
mod throughput;
mod wasted;

use std::sync::Arc;

use crate::calendar::Calendar;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::permits;
use crate::queue::{self, Clerk};
use crate::sites::Site;

pub use csv::csv;
pub use estimates::{Accuracy, Estimates, EstimatesBy};
pub use excel::{ExcelError, Sheet, SheetLine, excel};
pub use fairness::{Fairness, FairnessBy, FairnessKey, Overruled};
pub use forecast_score::ForecastScore;
pub use hall::{CounterNow, Hall, IDLE_MINUTES, Idle, LineNow, WAIT_AIM_MINUTES};
pub use percentile::{Spread, nearest_rank};
pub use promises::{PromiseFigures, PromiseKey, Promises, PromisesBy, SiteCourses};
pub use stages::{Backlog, FileRecord, NEAR_DAYS, Promise, StageKey, Stages, StagesBy};
pub use stop::{Ending, StopRecord};
pub use throughput::{By, Figures, RowKey, Throughput};
pub use wasted::{Wasted, wasted};

/// Most local days of one report.
pub const MOST_DAYS: i64 = 366;

/// Throughput of sites over local days, both ends included; each site counts in its own zone.
pub async fn throughput(tx: &mut Tx, sites: &[Arc<Site>], days: (Day, Day), by: By) -> Result<Throughput, StoreError> {
    let mut stops = Vec::new();
    for site in sites {
        stops.extend(list_stops(tx, site, days).await?);
    }
    Ok(Throughput::of(&stops, by))
}

/// How good the waits told on local days were, both ends included.
pub async fn estimates(
    tx: &mut Tx,
    sites: &[Arc<Site>],
    days: (Day, Day),
    by: EstimatesBy,
) -> Result<Estimates, StoreError> {
    let mut scored = Vec::new();
    for site in sites {
        scored.extend(queue::estimates::list_scored(tx, site, days).await?);
    }
    Ok(Estimates::of(&scored, by))
}

/// How often the order was overruled on local days, both ends included, by whom and why.
pub async fn fairness(
    tx: &mut Tx,
    sites: &[Arc<Site>],
    days: (Day, Day),
    by: FairnessBy,
) -> Result<Fairness, StoreError> {
    let mut overrules = Vec::new();
    for site in sites {
        overrules.extend(queue::list_overrules(tx, site, days).await?);
    }
    Ok(Fairness::of(&overrules, by))
}

/// The hall of the clerk's or supervisor's site now.
pub async fn hall(tx: &mut Tx, asker: Clerk<'_>) -> Result<Hall, StoreError> {
    let (site, now) = (asker.site, asker.now);
    let today = now.day(site.zone);
    let counters = queue::list_counters(tx, asker).await?;
    let stops = list_stops(tx, site, (today, today)).await?;
    let calls = store::list_last_calls(tx, site).await?;
    Ok(Hall::of(counters, &stops, &calls, now))
}

/// The files of sites that are still with the office, by stage or service.
pub async fn stages(
    tx: &mut Tx,
    sites: &[Arc<Site>],
    by: StagesBy,
    calendar: &Calendar,
    now: Instant,
) -> Result<Stages, StoreError> {
    let mut files = Vec::new();
    for site in sites {
        files.extend(store::list_files(tx, site, now).await?);
    }
    Ok(Stages::of(&files, by, calendar, now))
}

/// The files of sites whose promises can have ended since the first of local days, or are open.
pub async fn site_courses<'a>(
    tx: &mut Tx,
    sites: &'a [Arc<Site>],
    (from, _): (Day, Day),
) -> Result<Vec<SiteCourses<'a>>, StoreError> {
    let since = sites.iter().map(|site| from.start(site.zone)).min().unwrap_or(Instant(0));
    let courses = permits::list_courses(tx, since).await?;
    let of_site = |site: &Site| courses.iter().filter(|course| course.site == site.id).cloned().collect();
    Ok(sites.iter().map(|site| SiteCourses { site, courses: of_site(site) }).collect())
}

/// How good the forecasts kept on local days were, both ends included.
pub async fn forecast_score(
    tx: &mut Tx,
    sites: &[Arc<Site>],
    days: (Day, Day),
) -> Result<Option<ForecastScore>, StoreError> {
    let mut decided = Vec::new();
    for site in sites {
        decided.extend(permits::list_decided(tx, site.id, days).await?);
    }
    Ok(ForecastScore::of(&decided))
}

/// The files of a site that are late or nearly late, the latest first.
pub async fn list_pressing(
    tx: &mut Tx,
    site: &Site,
    calendar: &Calendar,
    now: Instant,
) -> Result<Vec<(FileRecord, Promise)>, StoreError> {
    let files = store::list_files(tx, site, now).await?;
    let promised = files.into_iter().map(|file| {
        let promise = file.promise(calendar, now);
        (file, promise)
    });
    Ok(promised.filter(|(_, promise)| matches!(promise, Promise::Late(_) | Promise::NearlyLate(_))).collect())
}

async fn list_stops(tx: &mut Tx, site: &Site, (from, to): (Day, Day)) -> Result<Vec<StopRecord>, StoreError> {
    let mut stops = store::list_stops(tx, site, from, to).await?;
    stop::follow_on(&mut stops);
    Ok(stops)
}
