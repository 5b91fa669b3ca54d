//! SQL of sites, openings and counters.

use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;
use sqlx::FromRow;

use super::{CallRules, Counter, Opening, ServiceGroup, Site, Week};
use crate::db::{StoreError, Tx, execute, fetch_all, word_column};
use crate::ids::{CounterId, SiteId};

word_column!(ServiceGroup);

#[derive(FromRow)]
struct SiteRow {
    id: SiteId,
    code: String,
    name: String,
    address: String,
    zone: String,
    always_open: bool,
    cut_off: String,
    open_on_joint_leave: bool,
    paired_only: bool,
    most_calls: i64,
    regular_per_priority: i64,
    quick_minutes: i64,
}

/// Season of the hours that are not those of Ramadan, as its column says it.
const USUAL: &str = "usual";
const RAMADAN: &str = "ramadan";

type OpeningRow = (SiteId, i64, String, String, String);
type CounterRow = (CounterId, SiteId, i64, bool);

pub(super) async fn list(tx: &mut Tx) -> Result<Vec<Site>, StoreError> {
    let rows = fetch_all!(tx, SiteRow, "SELECT * FROM site ORDER BY code");
    let openings = fetch_all!(
        tx,
        OpeningRow,
        "SELECT site_id, weekday, opens, closes, season FROM opening ORDER BY weekday, opens"
    );
    let counters = fetch_all!(tx, CounterRow, "SELECT id, site_id, number, quick_only FROM counter ORDER BY number");
    let groups = fetch_all!(
        tx,
        (CounterId, ServiceGroup),
        "SELECT counter_id, service_group FROM counter_group ORDER BY service_group"
    );
    rows.into_iter().map(|row| site_of(row, &openings, &counters, &groups)).collect()
}

fn site_of(
    row: SiteRow,
    openings: &[OpeningRow],
    counters: &[CounterRow],
    groups: &[(CounterId, ServiceGroup)],
) -> Result<Site, StoreError> {
    let openings_in = |season: &str| -> Result<Vec<Opening>, StoreError> {
        openings.iter().filter(|o| o.0 == row.id && o.4 == season).map(opening_of).collect()
    };
    let groups_of = |id: CounterId| groups.iter().filter(|(of, _)| *of == id).map(|(_, group)| *group).collect();
    Ok(Site {
        id: row.id,
        zone: row.zone.parse::<Tz>().map_err(|e| StoreError::Corrupt(e.to_string()))?,
        cut_off: time(&row.cut_off)?,
        openings: openings_in(USUAL)?,
        ramadan_openings: openings_in(RAMADAN)?,
        open_on_joint_leave: row.open_on_joint_leave,
        paired_only: row.paired_only,
        call_rules: CallRules {
            most_calls: row.most_calls,
            regular_per_priority: small(row.regular_per_priority)?,
            quick_minutes: row.quick_minutes,
        },
        quick_services: Arc::default(),
        counters: counters
            .iter()
            .filter(|c| c.1 == row.id)
            .map(|c| Counter { id: c.0, number: c.2, groups: groups_of(c.0), quick_only: c.3 })
            .collect(),
        code: row.code,
        name: row.name,
        address: row.address,
        always_open: row.always_open,
    })
}

fn small(number: i64) -> Result<u8, StoreError> {
    u8::try_from(number).map_err(|e| StoreError::Corrupt(e.to_string()))
}

fn opening_of((_, weekday, opens, closes, _): &OpeningRow) -> Result<Opening, StoreError> {
    let weekday = u32::try_from(*weekday).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(Opening { weekday, opens: time(opens)?, closes: time(closes)? })
}

fn time(text: &str) -> Result<NaiveTime, StoreError> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|e| StoreError::Corrupt(e.to_string()))
}

pub(super) async fn insert(tx: &mut Tx, site: &Site) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO site (id, code, name, address, zone, always_open, cut_off, open_on_joint_leave, paired_only, \
         most_calls, regular_per_priority, quick_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        site.id,
        &site.code,
        &site.name,
        &site.address,
        site.zone.name(),
        site.always_open,
        site.cut_off.format("%H:%M").to_string(),
        site.open_on_joint_leave,
        site.paired_only,
        site.call_rules.most_calls,
        i64::from(site.call_rules.regular_per_priority),
        site.call_rules.quick_minutes
    );
    insert_openings(tx, site.id, USUAL, &site.openings).await?;
    insert_openings(tx, site.id, RAMADAN, &site.ramadan_openings).await?;
    for counter in &site.counters {
        insert_counter(tx, site.id, counter).await?;
    }
    Ok(())
}

async fn insert_openings(tx: &mut Tx, site: SiteId, season: &str, openings: &[Opening]) -> Result<(), StoreError> {
    for opening in openings {
        execute!(
            tx,
            "INSERT INTO opening (site_id, season, weekday, opens, closes) VALUES ($1, $2, $3, $4, $5)",
            site,
            season,
            i64::from(opening.weekday),
            opening.opens.format("%H:%M").to_string(),
            opening.closes.format("%H:%M").to_string()
        );
    }
    Ok(())
}

async fn insert_counter(tx: &mut Tx, site: SiteId, counter: &Counter) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO counter (id, site_id, number, quick_only) VALUES ($1, $2, $3, $4)",
        counter.id,
        site,
        counter.number,
        counter.quick_only
    );
    for group in &counter.groups {
        execute!(tx, "INSERT INTO counter_group (counter_id, service_group) VALUES ($1, $2)", counter.id, *group);
    }
    Ok(())
}

pub(super) async fn replace_week(tx: &mut Tx, site: SiteId, week: &Week) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM opening WHERE site_id = $1", site);
    insert_openings(tx, site, USUAL, &week.openings).await?;
    insert_openings(tx, site, RAMADAN, &week.ramadan_openings).await?;
    execute!(tx, "UPDATE site SET open_on_joint_leave = $2 WHERE id = $1", site, week.open_on_joint_leave);
    Ok(())
}

pub(super) async fn set_paired_only(tx: &mut Tx, site: SiteId, paired_only: bool) -> Result<(), StoreError> {
    execute!(tx, "UPDATE site SET paired_only = $2 WHERE id = $1", site, paired_only);
    Ok(())
}

pub(super) async fn set_call_rules(tx: &mut Tx, site: SiteId, rules: &CallRules) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE site SET most_calls = $2, regular_per_priority = $3, quick_minutes = $4 WHERE id = $1",
        site,
        rules.most_calls,
        i64::from(rules.regular_per_priority),
        rules.quick_minutes
    );
    Ok(())
}

pub(super) async fn set_quick_only(tx: &mut Tx, counter: CounterId, quick_only: bool) -> Result<(), StoreError> {
    execute!(tx, "UPDATE counter SET quick_only = $2 WHERE id = $1", counter, quick_only);
    Ok(())
}
