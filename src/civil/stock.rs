//! The blanks of a site: received, used, spoiled, counted, and who waits for them.

use serde_json::json;

use super::blank::balance;
use super::moving::{checked_reason, turn};
use super::{BlankKind, BlankMove, CivilAct, LOW_STOCK, desk_site, store};
use crate::audit;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{CivilRequestId, OfficerId, SiteId};
use crate::messages::Refusal;
use crate::permits::Desk;
use crate::sites::Site;

/// More blanks than one delivery or safe ever holds.
const MOST: i64 = 100_000;

/// The stock of one kind at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StockLine {
    /// Which.
    pub kind: BlankKind,
    /// In the safe.
    pub on_hand: i64,
    /// Of these, set aside for requests that are in SIAK.
    pub set_aside: i64,
    /// Requests without one.
    pub waiting: i64,
}

impl StockLine {
    /// Whether more should be asked for: few are left that nobody has yet.
    pub fn is_low(&self) -> bool {
        self.on_hand - self.set_aside <= LOW_STOCK
    }
}

/// A line of the book of blanks.
#[derive(Clone, Debug)]
pub struct BlankLine {
    /// Which.
    pub kind: BlankKind,
    /// How it moved.
    pub step: BlankMove,
    /// More or fewer.
    pub quantity: i64,
    /// In the safe afterwards.
    pub on_hand: i64,
    /// Why.
    pub reason: Option<String>,
    /// For which request.
    pub request: Option<CivilRequestId>,
    /// Name of the officer.
    pub officer: String,
    /// When.
    pub at: Instant,
}

/// What is stated when the stock changes by hand.
#[derive(Clone, Debug)]
pub struct StockChange {
    /// Which.
    pub kind: BlankKind,
    /// Received, spoiled or counted.
    pub step: BlankMove,
    /// How many came, were spoiled, or were counted in the safe.
    pub quantity: i64,
    /// Why; not needed for a delivery.
    pub reason: String,
}

/// One movement.
pub(super) struct Moved<'a> {
    pub step: BlankMove,
    pub change: i64,
    pub request: Option<CivilRequestId>,
    pub reason: Option<&'a str>,
}

/// The stock of every kind at a site.
pub async fn list_stock(tx: &mut Tx, site: SiteId) -> Result<Vec<StockLine>, StoreError> {
    let mut lines = Vec::new();
    for kind in BlankKind::ALL.iter().copied() {
        let claims = store::list_claims(tx, (site, kind)).await?;
        let held = claims.iter().filter(|claim| claim.holds).count();
        lines.push(StockLine {
            kind,
            on_hand: store::find_stock(tx, (site, kind)).await?,
            set_aside: i64::try_from(held).unwrap_or(i64::MAX),
            waiting: i64::try_from(claims.len() - held).unwrap_or(i64::MAX),
        });
    }
    Ok(lines)
}

/// The last lines of the book of a site, the newest first.
pub async fn list_book(tx: &mut Tx, site: SiteId, most: i64) -> Result<Vec<BlankLine>, StoreError> {
    store::list_moves(tx, site, most).await
}

/// Blanks came, were spoiled, or were counted. Requests that wait get them in order, in the same transaction.
///
/// # Errors
/// 403 `wrong-role`; 409 `blanks-short` when more are spoiled than there are; 422 for a number that cannot be right or
/// a missing reason.
pub async fn change_stock(tx: &mut Tx, desk: &Desk<'_>, change: StockChange) -> Outcome<StockLine> {
    let site = desk_site(desk)?;
    let place = (site.id, change.kind);
    let lowest = i64::from(change.step != BlankMove::Counted);
    if !(lowest..=MOST).contains(&change.quantity) {
        return Err(Refusal::invalid("invalid-fields").field("quantity", "quantity").into());
    }
    let on_hand = store::lock_stock(tx, place).await?;
    let (delta, reason) = match change.step {
        BlankMove::Received => (change.quantity, Some(change.reason.trim()).filter(|reason| !reason.is_empty())),
        BlankMove::Spoiled => (-change.quantity, Some(checked_reason(&change.reason)?)),
        BlankMove::Counted => (change.quantity - on_hand, Some(checked_reason(&change.reason)?)),
        BlankMove::Used => return Err(Refusal::invalid("invalid-fields").field("move", "choice").into()),
    };
    if on_hand + delta < 0 {
        return Err(Refusal::conflict("blanks-short").with("there", on_hand).into());
    }
    let moved = Moved { step: change.step, change: delta, request: None, reason };
    move_stock(tx, place, &moved, (desk.officer.id, desk.now)).await?;
    let detail = json!({ "kind": change.kind, "move": change.step, "quantity": delta, "on_hand": on_hand + delta });
    audit::record(tx, desk.act(), "blanks.changed", site.id, detail).await?;
    balance_of(tx, desk, (site, Some(change.kind))).await?;
    let line = list_stock(tx, site.id).await?.into_iter().find(|line| line.kind == change.kind);
    Ok(line.ok_or_else(|| StoreError::Corrupt("a kind of blanks is missing".to_owned()))?)
}

/// Writes a movement into stock and book; the database refuses a stock below none.
pub(super) async fn move_stock(
    tx: &mut Tx,
    place: (SiteId, BlankKind),
    moved: &Moved<'_>,
    by: (OfficerId, Instant),
) -> Result<(), StoreError> {
    let on_hand = store::add_stock(tx, place, moved.change).await?;
    store::insert_move(tx, place, (moved, on_hand), by).await
}

/// Whether more blanks are set aside than there are; the stock is locked.
pub(super) async fn is_short(tx: &mut Tx, place: (SiteId, BlankKind)) -> Result<bool, StoreError> {
    let claims = store::list_claims(tx, place).await?;
    let held = claims.iter().filter(|claim| claim.holds).count();
    Ok(store::find_stock(tx, place).await? < i64::try_from(held).unwrap_or(i64::MAX))
}

/// Sets blanks aside for the first in order, or takes back what is not there.
pub(super) async fn balance_of(tx: &mut Tx, desk: &Desk<'_>, (site, kind): (&Site, Option<BlankKind>)) -> Outcome<()> {
    let Some(kind) = kind else { return Ok(()) };
    let on_hand = store::lock_stock(tx, (site.id, kind)).await?;
    let balance = balance(on_hand, &store::list_claims(tx, (site.id, kind)).await?);
    for id in balance.taken {
        turn(tx, desk, (site, id), CivilAct::BlanksOut).await?;
    }
    for id in balance.given {
        turn(tx, desk, (site, id), CivilAct::BlankArrived).await?;
    }
    Ok(())
}
