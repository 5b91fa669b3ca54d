//! SQL of regions.

use sqlx::FromRow;

use crate::db::{StoreError, Tx, execute, fetch_all, word_column};
use crate::population::{Region, RegionLevel};

word_column!(RegionLevel);

#[derive(FromRow)]
struct RegionRow {
    code: String,
    level: RegionLevel,
    parent_code: Option<String>,
    name: String,
}

pub async fn list_regions(tx: &mut Tx) -> Result<Vec<Region>, StoreError> {
    let rows = fetch_all!(tx, RegionRow, "SELECT code, level, parent_code, name FROM region ORDER BY code");
    let region = |r: RegionRow| Region { level: r.level, code: r.code, parent_code: r.parent_code, name: r.name };
    Ok(rows.into_iter().map(region).collect())
}

pub async fn save_region(tx: &mut Tx, region: &Region) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO region (code, level, parent_code, name) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (code) DO UPDATE SET level = excluded.level, parent_code = excluded.parent_code, \
        name = excluded.name";
    execute!(tx, ONE, &region.code, region.level, region.parent_code.as_deref(), &region.name);
    Ok(())
}
