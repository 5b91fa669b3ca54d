//! Who does the work of an office for its absent or missing holder: Plh. for days, Plt. for a vacancy. It begins and
//! ends by itself, and an office has one delegate a day.

use serde_json::json;

use super::store::delegations as store;
use super::{Acting, ActingKind, Role};
use crate::audit::{self, Act, Actor};
use crate::clock::{Day, Instant};
use crate::db::{Fault, Outcome, StoreError, Tx};
use crate::ids::{DelegationId, OfficerId};
use crate::messages::{FieldFault, Refusal};

/// The roles whose work can be done by a delegate.
pub const DELEGATED: [Role; 5] =
    [Role::Head, Role::SectionHead, Role::Verifier, Role::TechnicalOfficer, Role::Treasurer];
/// The longest delegation in days: a vacancy is filled within a year.
const LONGEST: i64 = 366;
/// The longest text, in characters.
const TEXT: usize = 200;

/// A delegation as it is named.
#[derive(Clone, Debug, Default)]
pub struct Naming {
    /// Role of the office.
    pub role: String,
    /// `plh` or `plt`.
    pub kind: String,
    /// Sign-in name or id of the delegate.
    pub officer: String,
    /// The position as papers print it; empty = that of the office's holder.
    pub position: String,
    /// Number of the letter of the order.
    pub letter_number: String,
    /// First day, ISO.
    pub from: String,
    /// Last day, ISO.
    pub to: String,
}

/// A delegation that was named.
#[derive(Clone, Debug)]
pub struct Delegation {
    /// Identity.
    pub id: DelegationId,
    /// The delegate.
    pub officer: OfficerId,
    /// Their name.
    pub officer_name: String,
    /// In which office and how.
    pub acting: Acting,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Runs from here …
    pub starts_at: Instant,
    /// … to here.
    pub ends_at: Instant,
    /// Who named it.
    pub named_by: OfficerId,
    /// Who ended it before its last day.
    pub ended_by: Option<OfficerId>,
}

impl Delegation {
    /// Whether it runs, or will.
    pub fn is_open(&self, now: Instant) -> bool {
        self.ends_at > now
    }
}

/// Names a delegate for an office; days are those of the agency's zone.
///
/// # Errors
/// 422 with every field that cannot be right, 409 `delegation-overlaps` when somebody already does this work on one of
/// the days.
pub async fn delegate(tx: &mut Tx, act: Act, zone: chrono_tz::Tz, naming: Naming) -> Outcome<DelegationId> {
    let staff = super::list(tx).await?;
    let role = naming.role.parse::<Role>().ok().filter(|role| DELEGATED.contains(role));
    let kind = naming.kind.parse::<ActingKind>().ok();
    let delegate = staff.iter().find(|one| one.username == naming.officer || one.id.to_string() == naming.officer);
    let days = days_of(&naming, act.now.day(zone));
    let mut faults = days.as_ref().err().cloned().unwrap_or_default();
    let namer = act.actor;
    let fits = |one: &super::Officer| role.is_none_or(|role| !one.is(role)) && Actor::Officer(one.id) != namer;
    let letter = naming.letter_number.trim();
    let checks = [
        ("role", "choice", role.is_some()),
        ("kind", "choice", kind.is_some()),
        ("officer", "officer-not-fitting", delegate.is_some_and(fits)),
        ("letter_number", "required", !letter.is_empty()),
        ("letter_number", "too-long", letter.chars().count() <= TEXT),
        ("position", "too-long", naming.position.chars().count() <= TEXT),
    ];
    faults.extend(checks.iter().filter(|(.., right)| !right).map(|(field, code, _)| FieldFault::new(*field, code)));
    let holder = staff.iter().find(|one| role.is_some_and(|role| one.is(role)));
    let position = Some(plain_line(&naming.position)).filter(|typed| !typed.is_empty());
    let position = position.or_else(|| holder.and_then(|one| one.position.clone()));
    if position.is_none() {
        faults.push(FieldFault::new("position", "required"));
    }
    let (Some(role), Some(kind), Some(delegate), Ok((from, to)), Some(position), true) =
        (role, kind, delegate, days, position, faults.is_empty())
    else {
        return Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }.into());
    };
    let acting = Acting { role, kind, position, letter_number: plain_line(letter) };
    keep(tx, act, zone, (delegate, acting), (from, to)).await
}

/// One line without control characters.
fn plain_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn days_of(naming: &Naming, today: Day) -> Result<(Day, Day), Vec<FieldFault>> {
    let (from, to) = (Day::parse(&naming.from), Day::parse(&naming.to));
    let mut faults = Vec::new();
    for (field, day) in [("from", from), ("to", to)] {
        match day {
            None => faults.push(FieldFault::new(field, "date")),
            Some(day) if day < today => faults.push(FieldFault::new(field, "day-over")),
            Some(_) => {}
        }
    }
    match (from, to) {
        (Some(from), Some(to)) if faults.is_empty() => {
            let longest = from.plus_days(LONGEST);
            let fault = (to < from || to > longest).then(|| vec![FieldFault::new("to", "delegation-days")]);
            fault.map_or(Ok((from, to)), Err)
        }
        _ => Err(faults),
    }
}

async fn keep(
    tx: &mut Tx,
    act: Act,
    zone: chrono_tz::Tz,
    (delegate, acting): (&super::Officer, Acting),
    (from, to): (Day, Day),
) -> Outcome<DelegationId> {
    let Actor::Officer(named_by) = act.actor else { return Err(Refusal::forbidden("wrong-role").into()) };
    let one = Delegation {
        id: DelegationId::new(act.now.0),
        officer: delegate.id,
        officer_name: delegate.name.clone(),
        acting,
        from,
        to,
        starts_at: from.start(zone),
        ends_at: to.next().start(zone),
        named_by,
        ended_by: None,
    };
    match store::insert(tx, &one, act.now).await {
        Err(error) if error.is_unique("delegation_day") => {
            return Err(Refusal::conflict("delegation-overlaps").field("from", "delegation-overlaps").into());
        }
        other => other.map_err(Fault::from)?,
    }
    let Acting { role, kind, letter_number, .. } = &one.acting;
    let detail =
        json!({ "role": role, "kind": kind, "officer": one.officer, "from": from, "to": to, "letter": letter_number });
    audit::record(tx, act, "delegation.named", one.id, detail).await?;
    Ok(one.id)
}

/// Ends a delegation at once: its holder is back. One that is over stays as it is.
///
/// # Errors
/// 404 `delegation-unknown`, 409 `delegation-over`.
pub async fn end_delegation(tx: &mut Tx, act: Act, zone: chrono_tz::Tz, id: DelegationId) -> Outcome<()> {
    let Actor::Officer(by) = act.actor else { return Err(Refusal::forbidden("wrong-role").into()) };
    let all = store::list(tx, None).await?;
    let one = all.into_iter().find(|one| one.id == id).ok_or_else(|| Refusal::not_found("delegation-unknown"))?;
    if !one.is_open(act.now) {
        return Err(Refusal::conflict("delegation-over").into());
    }
    store::end(tx, id, (by, act.now), act.now.day(zone)).await?;
    audit::record(tx, act, "delegation.ended", id, json!({ "role": one.acting.role })).await?;
    Ok(())
}

/// Delegations that ended after a moment, or all, the newest first.
pub async fn list_delegations(tx: &mut Tx, since: Option<Instant>) -> Result<Vec<Delegation>, StoreError> {
    store::list(tx, since).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delegation_lasts_from_today_on_at_most_a_year() {
        let today = Day::parse("2026-11-24").unwrap();
        let naming = |from: &str, to: &str| Naming { from: from.into(), to: to.into(), ..Naming::default() };
        let fault = |from, to| days_of(&naming(from, to), today).err().map(|f| format!("{} {}", f[0].field, f[0].code));
        assert_eq!(fault("2026-11-24", "2026-11-24"), None);
        assert_eq!(fault("2026-11-23", "2026-11-25").unwrap(), "from day-over");
        assert_eq!(fault("2026-11-26", "2026-11-25").unwrap(), "to delegation-days");
        assert_eq!(fault("2026-11-26", "2028-01-01").unwrap(), "to delegation-days");
        assert_eq!(fault("2026-02-30", "2026-11-25").unwrap(), "from date");
    }
}
