//! SQL of days off, exceptional days and limits.

use chrono::NaiveTime;
use sqlx::FromRow;

use super::{Basis, DayOff, DayOffKind, ExceptionalDay, ServiceLimit};
use crate::clock::Day;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::SiteId;

word_column!(Basis);
word_column!(DayOffKind);

#[derive(FromRow)]
struct DayOffRow {
    on_date: Day,
    kind: DayOffKind,
    name: String,
    basis: Basis,
}

pub(super) async fn list(tx: &mut Tx) -> Result<Vec<DayOff>, StoreError> {
    let rows = fetch_all!(tx, DayOffRow, "SELECT on_date, kind, name, basis FROM holiday ORDER BY on_date, kind");
    Ok(rows.into_iter().map(|r| DayOff { on: r.on_date, kind: r.kind, name: r.name, basis: r.basis }).collect())
}

pub(super) async fn delete_year(tx: &mut Tx, kind: DayOffKind, year: i32) -> Result<(), StoreError> {
    const OF_YEAR: &str = "DELETE FROM holiday WHERE kind = $1 AND on_date >= $2 AND on_date <= $3";
    execute!(tx, OF_YEAR, kind, format!("{year:04}-01-01"), format!("{year:04}-12-31"));
    Ok(())
}

pub(super) async fn insert(tx: &mut Tx, days: &[DayOff]) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO holiday (on_date, kind, name, basis) VALUES ($1, $2, $3, $4)";
    for day in days {
        execute!(tx, ONE, day.on, day.kind, &day.name, day.basis);
    }
    Ok(())
}

#[derive(FromRow)]
struct ExceptionalDayRow {
    site_id: SiteId,
    on_date: Day,
    opens: Option<String>,
    closes: Option<String>,
    reason: String,
}

#[derive(FromRow)]
struct LimitRow {
    site_id: SiteId,
    service_code: String,
    daily_quota: Option<i64>,
    cut_off: Option<String>,
}

impl TryFrom<ExceptionalDayRow> for ExceptionalDay {
    type Error = StoreError;
    fn try_from(row: ExceptionalDayRow) -> Result<Self, StoreError> {
        let hours = match (row.opens, row.closes) {
            (Some(opens), Some(closes)) => Some((time(&opens)?, time(&closes)?)),
            (None, _) | (_, None) => None,
        };
        Ok(ExceptionalDay { site: row.site_id, on: row.on_date, hours, reason: row.reason })
    }
}

impl TryFrom<LimitRow> for ServiceLimit {
    type Error = StoreError;
    fn try_from(row: LimitRow) -> Result<Self, StoreError> {
        let cut_off = row.cut_off.as_deref().map(time).transpose()?;
        Ok(ServiceLimit { site: row.site_id, service: row.service_code, quota: row.daily_quota, cut_off })
    }
}

fn time(text: &str) -> Result<NaiveTime, StoreError> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

pub(super) async fn list_exceptional_days(tx: &mut Tx) -> Result<Vec<ExceptionalDay>, StoreError> {
    const ALL: &str = "SELECT site_id, on_date, opens, closes, reason FROM exceptional_day ORDER BY on_date";
    fetch_all!(tx, ExceptionalDayRow, ALL).into_iter().map(ExceptionalDay::try_from).collect()
}

pub(super) async fn replace_exceptional_day(tx: &mut Tx, day: &ExceptionalDay) -> Result<(), StoreError> {
    delete_exceptional_day(tx, day.site, day.on).await?;
    execute!(
        tx,
        "INSERT INTO exceptional_day (site_id, on_date, opens, closes, reason) VALUES ($1, $2, $3, $4, $5)",
        day.site,
        day.on,
        day.hours.map(|(opens, _)| clock(opens)),
        day.hours.map(|(_, closes)| clock(closes)),
        day.reason.trim()
    );
    Ok(())
}

/// Whether there was one.
pub(super) async fn delete_exceptional_day(tx: &mut Tx, site: SiteId, on: Day) -> Result<bool, StoreError> {
    Ok(execute!(tx, "DELETE FROM exceptional_day WHERE site_id = $1 AND on_date = $2", site, on) == 1)
}

pub(super) async fn list_limits(tx: &mut Tx) -> Result<Vec<ServiceLimit>, StoreError> {
    const ALL: &str = "SELECT site_id, service_code, daily_quota, cut_off FROM service_limit";
    fetch_all!(tx, LimitRow, ALL).into_iter().map(ServiceLimit::try_from).collect()
}

pub(super) async fn replace_limit(tx: &mut Tx, limit: &ServiceLimit) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO service_limit (site_id, service_code, daily_quota, cut_off) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (site_id, service_code) DO UPDATE SET daily_quota = $3, cut_off = $4",
        limit.site,
        &limit.service,
        limit.quota,
        limit.cut_off.map(clock)
    );
    Ok(())
}

/// PostgreSQL: the row is locked, so that the takers of the last number of a day follow each other. SQLite has one
/// writer anyway.
pub(super) async fn lock_limit(tx: &mut Tx, site: SiteId, service: &str) -> Result<Option<ServiceLimit>, StoreError> {
    let sql = tx.pick(
        "SELECT site_id, service_code, daily_quota, cut_off FROM service_limit \
         WHERE site_id = $1 AND service_code = $2",
        "SELECT site_id, service_code, daily_quota, cut_off FROM service_limit \
         WHERE site_id = $1 AND service_code = $2 FOR UPDATE",
    );
    fetch_optional!(tx, LimitRow, sql, site, service).map(ServiceLimit::try_from).transpose()
}
