//! SQL of delegations.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::identity::{Acting, ActingKind, Delegation, Role};
use crate::ids::{DelegationId, OfficerId};

#[derive(FromRow)]
struct DelegationRow {
    id: DelegationId,
    role: Role,
    kind: ActingKind,
    officer_id: OfficerId,
    officer_name: String,
    position: String,
    letter_number: String,
    from_day: Day,
    to_day: Day,
    starts_at: Instant,
    ends_at: Instant,
    named_by: OfficerId,
    ended_by: Option<OfficerId>,
}

impl From<DelegationRow> for Delegation {
    fn from(row: DelegationRow) -> Delegation {
        let DelegationRow { role, kind, position, letter_number, .. } = row;
        Delegation {
            id: row.id,
            officer: row.officer_id,
            officer_name: row.officer_name,
            acting: Acting { role, kind, position, letter_number },
            from: row.from_day,
            to: row.to_day,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            named_by: row.named_by,
            ended_by: row.ended_by,
        }
    }
}

/// Keeps a delegation and takes each of its days; a day that is taken is a hit on `delegation_day`.
pub async fn insert(tx: &mut Tx, one: &Delegation, now: Instant) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO delegation (id, role, kind, officer_id, position, letter_number, from_day, to_day, \
        starts_at, ends_at, named_by, named_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let Acting { role, kind, position, letter_number } = &one.acting;
    execute!(
        tx,
        ONE,
        one.id,
        *role,
        *kind,
        one.officer,
        position,
        letter_number,
        one.from,
        one.to,
        one.starts_at,
        one.ends_at,
        one.named_by,
        now
    );
    let mut day = one.from;
    while day <= one.to {
        execute!(tx, "INSERT INTO delegation_day (role, day, delegation_id) VALUES ($1, $2, $3)", *role, day, one.id);
        day = day.next();
    }
    Ok(())
}

/// Ends a delegation and frees its later days; the day itself stays taken when it had begun.
pub async fn end(tx: &mut Tx, id: DelegationId, (by, at): (OfficerId, Instant), today: Day) -> Result<(), StoreError> {
    execute!(tx, "UPDATE delegation SET ended_by = $1, ends_at = $2 WHERE id = $3", by, at, id);
    execute!(tx, "DELETE FROM delegation_day WHERE delegation_id = $1 AND day >= $2", id, today);
    Ok(())
}

/// Delegations that ended after a moment, or all, the newest first.
pub async fn list(tx: &mut Tx, since: Option<Instant>) -> Result<Vec<Delegation>, StoreError> {
    const SQL: &str = "SELECT d.*, o.name AS officer_name FROM delegation d JOIN officer o ON o.id = d.officer_id \
        WHERE d.ends_at > $1 ORDER BY d.starts_at DESC, d.id DESC LIMIT 500";
    let rows = fetch_all!(tx, DelegationRow, SQL, since.unwrap_or(Instant(i64::MIN)));
    Ok(rows.into_iter().map(Delegation::from).collect())
}

/// Those that run at a moment.
pub async fn list_running(tx: &mut Tx, now: Instant) -> Result<Vec<Delegation>, StoreError> {
    const SQL: &str = "SELECT d.*, o.name AS officer_name FROM delegation d JOIN officer o ON o.id = d.officer_id \
        WHERE d.starts_at <= $1 AND d.ends_at > $1";
    Ok(fetch_all!(tx, DelegationRow, SQL, now).into_iter().map(Delegation::from).collect())
}
