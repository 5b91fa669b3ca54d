//! SQL of blanks.

use sqlx::FromRow;

use crate::civil::blank::Claim;
use crate::civil::stock::Moved;
use crate::civil::{BlankKind, BlankLine, BlankMove};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_one, fetch_optional};
use crate::ids::{CivilRequestId, OfficerId, SiteId};

type Place = (SiteId, BlankKind);

/// What is in the safe; a kind that never came is none.
pub(in crate::civil) async fn find_stock(tx: &mut Tx, place: Place) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT on_hand FROM blank_stock WHERE site_id = $1 AND kind = $2";
    Ok(fetch_optional!(tx, (i64,), SQL, place.0, place.1).map_or(0, |(on_hand,)| on_hand))
}

/// The same, held to the commit. It is locked before any request that rests on it.
pub(in crate::civil) async fn lock_stock(tx: &mut Tx, place: Place) -> Result<i64, StoreError> {
    const MAKE: &str = "INSERT INTO blank_stock (site_id, kind, on_hand) VALUES ($1, $2, 0) \
        ON CONFLICT (site_id, kind) DO NOTHING";
    const ROW: &str = "SELECT on_hand FROM blank_stock WHERE site_id = $1 AND kind = $2";
    execute!(tx, MAKE, place.0, place.1);
    let sql = tx.pick(ROW, "SELECT on_hand FROM blank_stock WHERE site_id = $1 AND kind = $2 FOR UPDATE");
    let (on_hand,) = fetch_one!(tx, (i64,), sql, place.0, place.1);
    Ok(on_hand)
}

/// Adds to a stock that is locked; answers what is there then. The database refuses less than none.
pub(in crate::civil) async fn add_stock(tx: &mut Tx, place: Place, change: i64) -> Result<i64, StoreError> {
    const SQL: &str = "UPDATE blank_stock SET on_hand = on_hand + $3 WHERE site_id = $1 AND kind = $2";
    execute!(tx, SQL, place.0, place.1, change);
    find_stock(tx, place).await
}

pub(in crate::civil) async fn insert_move(
    tx: &mut Tx,
    place: Place,
    (moved, on_hand): (&Moved<'_>, i64),
    (by, at): (OfficerId, Instant),
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO blank_move (site_id, kind, seq, move, quantity, on_hand, request_id, reason, officer_id, at) \
         VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM blank_move WHERE site_id = $1 AND kind = $2), \
         $3, $4, $5, $6, $7, $8, $9)",
        place.0,
        place.1,
        moved.step,
        moved.change,
        on_hand,
        moved.request,
        moved.reason,
        by,
        at
    );
    Ok(())
}

#[derive(FromRow)]
struct MoveRow {
    kind: BlankKind,
    step: BlankMove,
    quantity: i64,
    on_hand: i64,
    reason: Option<String>,
    request_id: Option<CivilRequestId>,
    officer: String,
    at: Instant,
}

/// The book of a site, the newest first.
pub(in crate::civil) async fn list_moves(tx: &mut Tx, site: SiteId, most: i64) -> Result<Vec<BlankLine>, StoreError> {
    const SQL: &str = "SELECT m.kind, m.move AS step, m.quantity, m.on_hand, m.reason, m.request_id, \
        o.name AS officer, m.at FROM blank_move m JOIN officer o ON o.id = m.officer_id \
        WHERE m.site_id = $1 ORDER BY m.at DESC, m.kind, m.seq DESC LIMIT $2";
    let line = |row: MoveRow| BlankLine {
        kind: row.kind,
        step: row.step,
        quantity: row.quantity,
        on_hand: row.on_hand,
        reason: row.reason,
        request: row.request_id,
        officer: row.officer,
        at: row.at,
    };
    Ok(fetch_all!(tx, MoveRow, SQL, site, most).into_iter().map(line).collect())
}

#[derive(FromRow)]
struct ClaimRow {
    id: CivilRequestId,
    is_first: bool,
    submitted_at: Instant,
    holds: bool,
}

/// The requests of a site that are in SIAK and need a blank of this kind.
pub(in crate::civil) async fn list_claims(tx: &mut Tx, place: Place) -> Result<Vec<Claim>, StoreError> {
    const SQL: &str = "SELECT id, is_first, submitted_at, state = 'submitted' AS holds FROM civil_request \
        WHERE site_id = $1 AND blank = $2 AND state IN ('submitted', 'waiting_for_blank') ORDER BY submitted_at, id";
    let claim =
        |row: ClaimRow| Claim { request: row.id, is_first: row.is_first, since: row.submitted_at, holds: row.holds };
    Ok(fetch_all!(tx, ClaimRow, SQL, place.0, place.1).into_iter().map(claim).collect())
}
