//! SQL of the forecasts: one for each open file and local day.

use sqlx::FromRow;

use crate::catalogue::StageName;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, fetch_all, fetch_one, later};
use crate::ids::{ApplicationId, SiteId};
use crate::permits::forecast::Forecast;
use crate::permits::{ApplicationState, TrackingCode};

/// Keeps what was foretold of a file on a day; what was kept before stays.
pub(in crate::permits) fn insert_forecast(
    tx: &mut Tx,
    (id, site, day): (ApplicationId, SiteId, Day),
    forecast: &Forecast,
) {
    later!(
        tx,
        "INSERT INTO forecast (application_id, local_day, site_id, stage, chance, days_left, promised_days, spent_days, \
         usual_days, stages_ahead, days_ahead, likely_on, late_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (application_id, local_day) DO NOTHING",
        id,
        day,
        site,
        forecast.stage,
        forecast.thousandths(),
        forecast.days_left,
        forecast.promised_days,
        forecast.spent_days,
        forecast.usual_days,
        forecast.stages_ahead,
        forecast.days_ahead,
        forecast.likely_on,
        forecast.late_on
    );
}

/// Whether anything was foretold on a day.
pub(in crate::permits) async fn has_forecasts(tx: &mut Tx, day: Day) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM forecast WHERE local_day = $1 LIMIT 1) AS f";
    Ok(fetch_one!(tx, (i64,), SQL, day).0 > 0)
}

/// A file of which was foretold on a day, and which has not moved since.
#[derive(FromRow)]
pub(in crate::permits) struct ForecastRow {
    pub id: ApplicationId,
    pub code: TrackingCode,
    pub service_code: String,
    pub state: ApplicationState,
    pub site_id: SiteId,
    pub due_at: Instant,
    pub stage: StageName,
    pub chance: i64,
    pub days_left: i64,
    pub promised_days: i64,
    pub spent_days: i64,
    pub usual_days: i64,
    pub stages_ahead: i64,
    pub days_ahead: i64,
    pub likely_on: Day,
    pub late_on: Day,
}

/// What was foretold on a day of files that are open now, at least so likely to be late, the likeliest first.
pub(in crate::permits) async fn list_forecasts(
    tx: &mut Tx,
    (day, site): (Day, Option<SiteId>),
    (at_least, most): (i64, i64),
) -> Result<Vec<ForecastRow>, StoreError> {
    const SQL: &str = "SELECT a.id, a.code, a.service_code, a.state, a.site_id, a.due_at, f.stage, f.chance, f.days_left, \
        f.promised_days, f.spent_days, f.usual_days, f.stages_ahead, f.days_ahead, f.likely_on, f.late_on \
        FROM forecast f JOIN application a ON a.id = f.application_id \
        WHERE f.local_day = $1 AND f.chance >= $2 AND (a.site_id = $3 OR $4) AND a.closed_at IS NULL \
        AND a.due_at IS NOT NULL AND a.state <> 'returned' ORDER BY f.chance DESC, a.due_at, a.id LIMIT $5";
    let of = site.unwrap_or(SiteId(uuid::Uuid::nil()));
    Ok(fetch_all!(tx, ForecastRow, SQL, day, at_least, of, site.is_none(), most))
}

/// What was foretold on days, both included, of files that are decided since: thousandths, days left, promised days,
/// whether it was late.
#[derive(FromRow)]
pub(in crate::permits) struct DecidedRow {
    pub chance: i64,
    pub days_left: i64,
    pub promised_days: i64,
    pub late: bool,
}

/// Forecasts of a site's days, both included, whose files are decided. Who withdrew or gave up was neither in time nor
/// late.
pub(in crate::permits) async fn list_decided(
    tx: &mut Tx,
    site: SiteId,
    (from, to): (Day, Day),
) -> Result<Vec<DecidedRow>, StoreError> {
    const SQL: &str = "SELECT f.chance, f.days_left, f.promised_days, a.closed_at > a.due_at AS late \
        FROM forecast f JOIN application a ON a.id = f.application_id \
        WHERE f.site_id = $1 AND f.local_day >= $2 AND f.local_day <= $3 \
        AND a.state IN ('issued', 'ready', 'handed_over', 'rejected') AND a.closed_at IS NOT NULL \
        ORDER BY f.local_day, f.application_id";
    Ok(fetch_all!(tx, DecidedRow, SQL, site, from, to))
}
