//! SQL of rules and closed days.

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{OfficerId, SiteId};
use crate::queue::appointments::Rule;

pub(in super::super) async fn find_rule(tx: &mut Tx, site: SiteId) -> Result<Option<Rule>, StoreError> {
    const RULE: &str = "SELECT online_percent, days_ahead, per_person FROM appointment_rule WHERE site_id = $1";
    let found = fetch_optional!(tx, (i64, i64, i64), RULE, site);
    Ok(found.map(|(online_percent, days_ahead, per_person)| Rule { online_percent, days_ahead, per_person }))
}

pub(in super::super) async fn set_rule(tx: &mut Tx, site: SiteId, rule: Rule) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO appointment_rule (site_id, online_percent, days_ahead, per_person) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (site_id) DO UPDATE SET online_percent = $2, days_ahead = $3, per_person = $4",
        site,
        rule.online_percent,
        rule.days_ahead,
        rule.per_person
    );
    Ok(())
}

/// Closes a day; a day that is closed already keeps its first reason.
pub(in super::super) async fn close(
    tx: &mut Tx,
    (site, day): (SiteId, Day),
    reason: &str,
    officer: OfficerId,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO appointment_closing (site_id, local_day, reason, officer_id, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (site_id, local_day) DO NOTHING",
        site,
        day,
        reason,
        officer,
        now
    );
    Ok(())
}

/// Opens a closed day again.
pub(in super::super) async fn reopen(tx: &mut Tx, site: SiteId, day: Day) -> Result<u64, StoreError> {
    Ok(execute!(tx, "DELETE FROM appointment_closing WHERE site_id = $1 AND local_day = $2", site, day))
}

/// The closed days of a site from a day on, with their reasons.
pub(in super::super) async fn list_closed(
    tx: &mut Tx,
    site: SiteId,
    from: Day,
) -> Result<Vec<(Day, String)>, StoreError> {
    const CLOSED: &str = "SELECT local_day, reason FROM appointment_closing \
        WHERE site_id = $1 AND local_day >= $2 ORDER BY local_day";
    Ok(fetch_all!(tx, (Day, String), CLOSED, site, from))
}

/// Tokens of appointments with a place on a day.
pub(in super::super) async fn list_with_place(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<String>, StoreError> {
    const PLACED: &str = "SELECT token FROM appointment WHERE site_id = $1 AND local_day = $2 \
        AND state IN ('held', 'booked') ORDER BY starts_at, id";
    Ok(fetch_all!(tx, (String,), PLACED, site, day).into_iter().map(|(token,)| token).collect())
}

/// Tokens of booked appointments of days before this one.
pub(in super::super) async fn list_not_come(tx: &mut Tx, site: SiteId, today: Day) -> Result<Vec<String>, StoreError> {
    const NOT_COME: &str = "SELECT token FROM appointment WHERE site_id = $1 AND local_day < $2 AND state = 'booked'";
    Ok(fetch_all!(tx, (String,), NOT_COME, site, today).into_iter().map(|(token,)| token).collect())
}
