//! The holder's own permit, had again at home: by the tracking code of the receipt and the birth date of the applicant.
//! Always the kept bytes. A code whose birth date is guessed too often is closed for a day.

use serde_json::json;

use super::store::{self, Lock};
use super::{Application, Permit, PermitState, TrackingCode, reading};
use crate::audit::{self, Act, Actor};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::Kept;
use crate::keys::{Keys, hex};
use crate::messages::{FieldFault, Refusal};

/// Wrong birth dates for one code after which it is closed: a stranger who found a receipt may not try all of them.
const MOST_WRONG: i64 = 5;
/// How far back wrong dates are counted, in minutes: one day.
const COUNTED: i64 = 24 * 60;

/// What is said to have the permit. In a body: none of it may stand in an address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct OwnPermit {
    /// The tracking code of the receipt.
    pub code: String,
    /// The birth date of the applicant, ISO.
    pub birth_date: String,
}

crate::ids::words! {
    /// What came of asking for the own permit.
    pub enum OwnAsk {
        /// The bytes were given.
        Given = "given",
        /// The birth date was another.
        Refused = "refused",
    }
}

impl Permit {
    /// Whether the holder may have it at home: a permit that does not hold is not given out again.
    pub(super) fn is_given_out(&self) -> bool {
        self.state == PermitState::Issued
    }
}

/// The kept bytes of the permit of a code, when the birth date is that of its applicant. Counted and recorded in either
/// case, so the caller commits, also a refusal.
///
/// # Errors
/// 422 for what is no date; 404 `own-permit-unknown` for another code, another date, or a file without a permit in force:
/// nobody learns which; 429 `own-permit-closed` after five wrong dates in a day.
pub async fn find_own_permit(tx: &mut Tx, keys: &Keys, now: Instant, own: &OwnPermit) -> Outcome<Kept> {
    let unknown = || Refusal::not_found("own-permit-unknown");
    let birth_date = read(own)?;
    let code = TrackingCode::parse(&own.code).ok_or_else(unknown)?;
    let file = find_locked(tx, keys, &code).await?.ok_or_else(unknown)?;
    if store::count_own(tx, file.id, (OwnAsk::Refused, now.plus_minutes(-COUNTED))).await? >= MOST_WRONG {
        return Err(Refusal::too_many("own-permit-closed").with("minutes", COUNTED).into());
    }
    let act = Act { now, actor: Actor::Citizen };
    if file.applicant.person.birth_date != birth_date.to_string() {
        store::insert_own(tx, file.id, (OwnAsk::Refused, now)).await?;
        audit::record(tx, act, "permit.download-refused", file.id, json!({})).await?;
        return Err(unknown().into());
    }
    let permit = store::find_open_of(tx, file.id).await?.filter(Permit::is_given_out).ok_or_else(unknown)?;
    let kept = reading::find_permit_bytes(tx, &permit).await?;
    store::insert_own(tx, file.id, (OwnAsk::Given, now)).await?;
    let count = store::count_own(tx, file.id, (OwnAsk::Given, Instant(0))).await?;
    let detail = json!({ "number": permit.number, "sha256": hex(&kept.sha256), "count": count });
    audit::record(tx, act, "permit.downloaded", permit.id, detail).await?;
    Ok(kept)
}

/// The registered file of a code, for this question alone: guesses of the same code are answered one after the other.
async fn find_locked(tx: &mut Tx, keys: &Keys, code: &TrackingCode) -> Result<Option<Application>, StoreError> {
    let asked = store::ask_by_code(tx, code);
    let Some(found) = asked.of(&tx.answers().await?, keys)? else { return Ok(None) };
    store::find(tx, keys, found.id, Lock::Row).await
}

fn read(own: &OwnPermit) -> Result<Day, Refusal> {
    let required = |field: &str, typed: &str| typed.trim().is_empty().then(|| FieldFault::new(field, "required"));
    let mut faults: Vec<FieldFault> = required("code", &own.code).into_iter().collect();
    let day = Day::parse(own.birth_date.trim());
    if day.is_none() {
        faults.push(required("birth_date", &own.birth_date).unwrap_or_else(|| FieldFault::new("birth_date", "date")));
    }
    match day {
        Some(day) if faults.is_empty() => Ok(day),
        _ => Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }),
    }
}
