//! SQL of the times the order was overruled.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, word_column};
use crate::ids::{OfficerId, OverruleId, SiteId};
use crate::queue::{Overrule, OverruleKind, Ticket};

word_column!(OverruleKind);

#[derive(FromRow)]
struct OverruleRow {
    local_day: Day,
    kind: OverruleKind,
    officer_name: String,
    reason: String,
    passed: i64,
    at: Instant,
}

pub(in crate::queue) async fn insert(
    tx: &mut Tx,
    id: OverruleId,
    ticket: &Ticket,
    (officer, now): (OfficerId, Instant),
    (kind, reason, passed): (OverruleKind, &str, i64),
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO overrule (id, site_id, local_day, ticket_id, kind, officer_id, reason, passed, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id,
        ticket.site,
        ticket.day,
        ticket.id,
        kind,
        officer,
        reason,
        passed,
        now
    );
    Ok(())
}

pub(in crate::queue) async fn list(
    tx: &mut Tx,
    site: SiteId,
    (from, to): (Day, Day),
) -> Result<Vec<Overrule>, StoreError> {
    let rows = fetch_all!(
        tx,
        OverruleRow,
        "SELECT v.local_day, v.kind, o.name AS officer_name, v.reason, v.passed, v.at FROM overrule v \
         JOIN officer o ON o.id = v.officer_id WHERE v.site_id = $1 AND v.local_day >= $2 AND v.local_day <= $3 \
         ORDER BY v.at, v.id",
        site,
        from,
        to
    );
    let overrule = |row: OverruleRow| Overrule {
        day: row.local_day,
        kind: row.kind,
        officer: row.officer_name,
        reason: row.reason,
        passed: row.passed,
        at: row.at,
    };
    Ok(rows.into_iter().map(overrule).collect())
}
