//! SQL of days off.

use sqlx::FromRow;

use super::{Basis, DayOff, DayOffKind};
use crate::clock::Day;
use crate::db::{StoreError, Tx, execute, fetch_all, word_column};

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
