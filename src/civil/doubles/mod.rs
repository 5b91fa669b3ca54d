//! One person under two numbers: found by the likeness of what is known, looked at side by side, merged with everything
//! before kept, and undone when it was wrong. Files, population requests and look-ups follow the number that is kept;
//! tickets follow their files and look-ups. Issued permits stay as they were signed.

mod finding;
mod rule;

use serde_json::json;

use super::store;
use crate::audit::{self, Act};
use crate::clock::{Day, Instant};
use crate::db::{Db, Fault, Outcome, StoreError, Tx};
use crate::identity::Role;
use crate::ids::{DoubleId, OfficerId};
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::permits::{self, Desk};
use crate::population;

pub use finding::{keep_doubles, search_doubles};
pub use rule::{DoubleReason, DoubleState, Sketch, slip};

/// Letters of a reason at most.
const LONGEST_REASON: usize = 200;

/// Two numbers that may be one person.
#[derive(Clone, Debug)]
pub struct Double {
    /// Identity.
    pub id: DoubleId,
    /// Why they were found.
    pub reason: DoubleReason,
    /// What was decided.
    pub state: DoubleState,
    /// What was known of each when they were found, in a fixed order.
    pub sides: Vec<DoubleSide>,
    /// When they were found.
    pub found_at: Instant,
    /// Who decided, and when.
    pub decided: Option<(OfficerId, Instant)>,
    /// Why.
    pub note: String,
}

/// One of the two.
#[derive(Clone, Debug)]
pub struct DoubleSide {
    /// What was known.
    pub sketch: Sketch,
    /// Files and population requests under the number now.
    pub files: i64,
    /// Whether its number was kept by a merge.
    pub kept: bool,
}

/// The number a merge keeps, by its place in the pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The first.
    First,
    /// The second.
    Second,
}

fn check_reviewer(desk: &Desk<'_>) -> Result<(), Refusal> {
    let may = desk.officer.is_any(&[Role::PopulationOfficer, Role::Supervisor]);
    if may { Ok(()) } else { Err(Refusal::forbidden("wrong-role")) }
}

/// The pairs to look at, and the last that were decided. The view is recorded: it shows personal data.
///
/// # Errors
/// 403 `wrong-role` for anybody but population officers and supervisors.
pub async fn list_doubles(tx: &mut Tx, desk: &Desk<'_>) -> Outcome<Vec<Double>> {
    check_reviewer(desk)?;
    let doubles = store::list_doubles(tx, desk.keys).await?;
    let detail = json!({ "shown": doubles.len() });
    audit::record(tx, desk.act(), "doubles.viewed", "doubles", detail).await?;
    Ok(doubles)
}

/// They are one person: everything under the other number is put under the one that is kept.
///
/// # Errors
/// 403 `wrong-role`, 404 `double-unknown`, 409 `double-decided` or `merge-open-files` (both have an open request for the
/// same service and place), 422 without a reason.
pub async fn merge(tx: &mut Tx, desk: &Desk<'_>, id: DoubleId, (keep, reason): (Keep, &str)) -> Outcome<()> {
    let double = open_double(tx, desk, id).await?;
    let reason = reason_of(reason)?;
    let [first, second] = &double.sides[..] else { return Err(unknown().into()) };
    let (kept, gone) = match keep {
        Keep::First => (first, second),
        Keep::Second => (second, first),
    };
    let (to, from) = (&kept.sketch.nik, &gone.sketch.nik);
    let (to_index, from_index) = (desk.keys.index_of(to.digits()), desk.keys.index_of(from.digits()));
    let mut moved = Vec::new();
    for file in permits::list_files_of(tx, &from_index).await? {
        permits::put_under(tx, desk.keys, file, (&from_index, to)).await.map_err(open_files)?;
        moved.push(("application", file.0));
    }
    for request in store::list_requests_of(tx, &from_index).await? {
        store::put_request_under(tx, desk.keys, request, (&from_index, to)).await?;
        moved.push(("civil_request", request.0));
    }
    for lookup in population::list_answered_of(tx, &from_index).await? {
        population::put_lookup_under(tx, lookup, (&from_index, &to_index)).await?;
        moved.push(("lookup", lookup.0));
    }
    for (kind, subject) in &moved {
        store::insert_person_move(tx, (id, desk.now), (kind, *subject), &from_index).await?;
    }
    let by = (desk.officer.id, desk.now);
    if !store::decide_double(tx, id, (DoubleState::Merged, Some(&to_index)), (by, reason)).await? {
        return Err(Refusal::conflict("double-decided").into());
    }
    let count = |of: &str| moved.iter().filter(|(kind, _)| *kind == of).count();
    let detail = json!({ "applications": count("application"), "civil_requests": count("civil_request"),
        "lookups": count("lookup"), "reason": reason });
    Ok(audit::record(tx, desk.act(), "double.merged", id, detail).await?)
}

/// They are two people, and are not found again.
///
/// # Errors
/// As [`merge`].
pub async fn dismiss(tx: &mut Tx, desk: &Desk<'_>, id: DoubleId, reason: &str) -> Outcome<()> {
    open_double(tx, desk, id).await?;
    let reason = reason_of(reason)?;
    let by = (desk.officer.id, desk.now);
    if !store::decide_double(tx, id, (DoubleState::Dismissed, None), (by, reason)).await? {
        return Err(Refusal::conflict("double-decided").into());
    }
    Ok(audit::record(tx, desk.act(), "double.dismissed", id, json!({ "reason": reason })).await?)
}

/// The decision was wrong: what a merge moved goes back to where it was, and the pair is open again. What came in since
/// stays under the number it came in with.
///
/// # Errors
/// As [`merge`]; 409 `double-open` when nothing is decided.
pub async fn undo(tx: &mut Tx, desk: &Desk<'_>, id: DoubleId, reason: &str) -> Outcome<()> {
    check_reviewer(desk)?;
    let double = store::find_double(tx, desk.keys, id).await?.ok_or_else(unknown)?;
    let reason = reason_of(reason)?;
    let kept = double.sides.iter().find(|side| side.kept).map(|side| desk.keys.index_of(side.sketch.nik.digits()));
    let gone = double.sides.iter().find(|side| !side.kept);
    let moves = store::list_person_moves(tx, id).await?;
    if let (DoubleState::Merged, Some(kept), Some(gone)) = (double.state, &kept, gone) {
        let back = &gone.sketch.nik;
        for (kind, subject) in &moves {
            match kind.as_str() {
                "application" => {
                    let file = crate::ids::ApplicationId(*subject);
                    permits::put_under(tx, desk.keys, file, (kept, back)).await.map_err(open_files)?;
                }
                "civil_request" => {
                    let request = crate::ids::CivilRequestId(*subject);
                    store::put_request_under(tx, desk.keys, request, (kept, back)).await?;
                }
                _ => {
                    let lookup = crate::ids::LookupId(*subject);
                    let index = desk.keys.index_of(back.digits());
                    population::put_lookup_under(tx, lookup, (kept, &index)).await?;
                }
            }
        }
    }
    store::end_person_moves(tx, id, desk.now).await?;
    if !store::reopen_double(tx, id).await? {
        return Err(Refusal::conflict("double-open").into());
    }
    let detail = json!({ "back": moves.len(), "before": double.state, "reason": reason });
    Ok(audit::record(tx, desk.act(), "double.undone", id, detail).await?)
}

async fn open_double(tx: &mut Tx, desk: &Desk<'_>, id: DoubleId) -> Outcome<Double> {
    check_reviewer(desk)?;
    let double = store::find_double(tx, desk.keys, id).await?.ok_or_else(unknown)?;
    match double.state {
        DoubleState::Found => Ok(double),
        DoubleState::Merged | DoubleState::Dismissed => Err(Refusal::conflict("double-decided").into()),
    }
}

fn unknown() -> Refusal {
    Refusal::not_found("double-unknown")
}

/// Both numbers have an open request for the same service and place.
fn open_files(error: StoreError) -> Fault {
    if error.is_unique("application") { Refusal::conflict("merge-open-files").into() } else { error.into() }
}

fn reason_of(typed: &str) -> Result<&str, Refusal> {
    let reason = typed.trim();
    let wrong = |code| Refusal::invalid("invalid-fields").field("reason", code);
    match reason.chars().count() {
        0 => Err(wrong("required")),
        n if n > LONGEST_REASON => Err(wrong("reason-long")),
        _ => Ok(reason),
    }
}

/// Looks for pairs once a day, without holding up anybody who writes; answers how many are new.
pub async fn find_daily(db: &Db, keys: &Keys, (act, today): (Act, Day)) -> Result<usize, StoreError> {
    let mut tx = db.read().await?;
    if store::is_double_searched(&mut tx, today).await? {
        return Ok(0);
    }
    let pairs = search_doubles(&mut tx, keys).await?;
    drop(tx);
    let mut tx = db.begin().await?;
    store::end_double_search(&mut tx, today).await?;
    let found = keep_doubles(&mut tx, keys, &pairs, act).await?;
    tx.commit().await?;
    Ok(found)
}
