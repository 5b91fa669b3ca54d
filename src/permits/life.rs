//! What happens to a permit after it was issued: suspended, taken up again, revoked, printed again. The
//! number and the signed bytes stay as they are.

use serde_json::json;

use super::outgoing::{self, OutgoingKind};
use super::people::check_role;
use super::reprimand::{check_revocable, today_of};
use super::{ActName, Desk, Permit, PermitState, ReasonClass, reading, store};
use crate::audit::{self, Act, Actor};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::{Officer, Role};
use crate::ids::{OfficerId, PermitId};
use crate::messages::Refusal;

/// The longest reason, in characters.
const LONGEST: usize = 2_000;

crate::ids::words! {
    /// What is done to an issued permit.
    pub enum PermitAct {
        /// Dibekukan.
        Suspension = "suspension",
        /// Pembekuan dicabut: in force again.
        Lifting = "lifting",
        /// Dicabut.
        Revocation = "revocation",
        /// A printed copy was given out.
        Reprint = "reprint",
        /// Surat peringatan: its holder was warned.
        Warning = "warning",
        /// What a warning asked for was done.
        Compliance = "compliance",
        /// A copy without the personal parts was made for the public.
        PublicCopy = "public_copy",
    }
}

/// A line in the life of a permit.
#[derive(Clone, Debug)]
pub struct PermitLine {
    /// What.
    pub act: PermitAct,
    /// By whom; `None` = Loket itself.
    pub officer: Option<OfficerId>,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: Option<String>,
    /// The ground of law that allowed a revocation at once.
    pub legal_ground: Option<String>,
    /// Labels of the rows that were taken out of a public copy besides those that always are.
    pub removed: Vec<String>,
}

/// Why a permit is suspended, taken up again or revoked.
#[derive(Clone, Debug, Default)]
pub struct Cause {
    /// In words, for the file.
    pub reason: String,
    /// For the public list.
    pub class: Option<ReasonClass>,
    /// The ground of law that allows a revocation without warnings.
    pub legal_ground: Option<String>,
}

impl PermitAct {
    /// The states in which the act is allowed and the state it leads to; `None` for what changes no state.
    fn way(self) -> Option<(&'static [PermitState], PermitState)> {
        const IN_FORCE: &[PermitState] = &[PermitState::Issued];
        const NOT_OVER: &[PermitState] = &[PermitState::Issued, PermitState::Suspended];
        match self {
            PermitAct::Suspension => Some((IN_FORCE, PermitState::Suspended)),
            PermitAct::Lifting => Some((&[PermitState::Suspended], PermitState::Issued)),
            PermitAct::Revocation => Some((NOT_OVER, PermitState::Revoked)),
            PermitAct::Reprint | PermitAct::PublicCopy | PermitAct::Warning | PermitAct::Compliance => None,
        }
    }

    /// Whether an officer may do it to a permit of this state.
    fn is_open(self, officer: &Officer, state: PermitState) -> bool {
        match self {
            PermitAct::Suspension | PermitAct::Lifting | PermitAct::Revocation => {
                officer.is(Role::Head) && self.is_open_to_head(state)
            }
            PermitAct::Reprint => officer.is(Role::Clerk),
            // Whoever sees the permit may read its warnings; the page lets only the head write.
            PermitAct::Warning => true,
            PermitAct::Compliance => false,
            PermitAct::PublicCopy => officer.is_any(&[Role::Clerk, Role::Supervisor]),
        }
    }

    /// Whether the head of agency may do it to a permit of this state.
    pub fn is_open_to_head(self, state: PermitState) -> bool {
        match self {
            PermitAct::Suspension | PermitAct::Lifting | PermitAct::Revocation => {
                self.way().is_some_and(|(from, _)| from.contains(&state))
            }
            PermitAct::Reprint | PermitAct::PublicCopy | PermitAct::Warning | PermitAct::Compliance => false,
        }
    }

    fn audit_word(self) -> &'static str {
        match self {
            PermitAct::Suspension => "permit.suspended",
            PermitAct::Lifting => "permit.lifted",
            PermitAct::Revocation => "permit.revoked",
            PermitAct::Reprint => "permit.reprinted",
            PermitAct::Warning => "permit.warned",
            PermitAct::Compliance => "permit.warning-heeded",
            PermitAct::PublicCopy => "permit.public-copy-made",
        }
    }
}

impl Permit {
    /// What an officer may do to the permit now.
    pub fn open_acts(&self, officer: &Officer) -> Vec<PermitAct> {
        let may = |act: &PermitAct| self.is_public() && act.is_open(officer, self.state);
        PermitAct::ALL.iter().copied().filter(may).collect()
    }
}

/// The head suspends a permit, lifts a suspension or revokes it, with reasons.
///
/// # Errors
/// 403 `wrong-role`, 404 `permit-unknown`, 409 `permit-in-other-state`, 409 `reprimands-first` (field `legal_ground`) for
/// a revocation that needs three warnings, 422 without a reason.
pub async fn change_standing(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: PermitId,
    (act, cause): (PermitAct, Cause),
) -> Outcome<Permit> {
    check_role(desk.officer, ActName::Signature)?;
    let reason = stated(&cause.reason)?;
    let permit = find_public(tx, id).await?;
    if !act.is_open_to_head(permit.state) {
        return Err(Refusal::conflict("permit-in-other-state").with("number", &permit.number).into());
    }
    let class = cause.class.unwrap_or(ReasonClass::Other);
    let ground = cause.legal_ground.as_deref().map(str::trim).filter(|ground| !ground.is_empty());
    if ground.is_some_and(|ground| ground.chars().count() > LONGEST) {
        return Err(Refusal::invalid("invalid-fields").field("legal_ground", "too-long").into());
    }
    if act == PermitAct::Revocation {
        let (warned, today) = (store::list_reprimands(tx, id).await?, today_of(tx, desk, &permit).await?);
        check_revocable(&warned, today, (class, ground))?;
        store::end_reprimands(tx, id, (Some(desk.officer.id), desk.now), reason).await?;
        outgoing::number(tx, desk, (permit.application, OutgoingKind::Revocation)).await?;
    }
    move_to(tx, permit, (act, class), (reason, ground), desk.act()).await
}

async fn move_to(
    tx: &mut Tx,
    permit: Permit,
    (act, class): (PermitAct, ReasonClass),
    (reason, ground): (&str, Option<&str>),
    by: Act,
) -> Outcome<Permit> {
    let refused = || Refusal::conflict("permit-in-other-state").with("number", &permit.number);
    let (from, to) = act.way().ok_or_else(refused)?;
    let before = permit.state;
    let ended = to != PermitState::Issued;
    let moved = Permit {
        state: to,
        reason: ended.then(|| reason.to_owned()),
        reason_class: ended.then_some(class),
        state_since: ended.then_some(by.now),
        ..permit.clone()
    };
    if !from.contains(&before) || !store::set_standing(tx, &moved, before).await? {
        return Err(refused().into());
    }
    let line = PermitLine { legal_ground: ground.map(str::to_owned), ..line_of(by, act, Some(reason)) };
    keep(tx, &moved, line, by).await?;
    Ok(moved)
}

/// A new permit takes the place of this one; done by Loket with the new permit.
pub(super) async fn revoke(
    tx: &mut Tx,
    permit: Permit,
    (class, reason): (ReasonClass, &str),
    by: Act,
) -> Outcome<Permit> {
    move_to(tx, permit, (PermitAct::Revocation, class), (reason, None), by).await
}

/// A counted copy that an application for a duplicate asked for.
pub(super) async fn add_copy(tx: &mut Tx, id: PermitId, reason: &str, by: Act) -> Outcome<()> {
    let permit = find_public(tx, id).await?;
    keep_line(tx, &permit, (PermitAct::Reprint, Some(reason)), by).await
}

/// A clerk prints the permit for somebody again; answers the number of the copy, from 1.
///
/// # Errors
/// 403 `wrong-role`, 404 `permit-unknown`, 422 without a reason.
pub async fn reprint(tx: &mut Tx, desk: &Desk<'_>, id: PermitId, reason: &str) -> Outcome<(Permit, i64)> {
    if !desk.officer.is(Role::Clerk) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let reason = stated(reason)?;
    let permit = reading::find_permit(tx, desk, id).await?;
    keep_line(tx, &permit, (PermitAct::Reprint, Some(reason)), desk.act()).await?;
    let copy = store::count_acts(tx, id, PermitAct::Reprint).await?;
    Ok((permit, copy))
}

/// The life of a permit, oldest first.
pub async fn list_life(tx: &mut Tx, id: PermitId) -> Result<Vec<PermitLine>, StoreError> {
    store::list_permit_acts(tx, id).await
}

/// A public copy of a permit, with what was taken out besides what always is.
pub(super) async fn keep_copy(
    tx: &mut Tx,
    permit: &Permit,
    (reason, removed): (&str, Vec<String>),
    by: Act,
) -> Outcome<()> {
    let line = PermitLine { removed, ..line_of(by, PermitAct::PublicCopy, Some(stated(reason)?)) };
    keep(tx, permit, line, by).await
}

/// Adds a line to the life of a permit, and to the audit.
pub(super) async fn keep_line(
    tx: &mut Tx,
    permit: &Permit,
    (act, reason): (PermitAct, Option<&str>),
    by: Act,
) -> Outcome<()> {
    keep(tx, permit, line_of(by, act, reason), by).await
}

fn line_of(by: Act, act: PermitAct, reason: Option<&str>) -> PermitLine {
    let officer = match by.actor {
        Actor::Officer(id) => Some(id),
        Actor::Visitor(_) | Actor::Citizen | Actor::System => None,
    };
    let reason = reason.map(str::to_owned);
    PermitLine { act, officer, at: by.now, reason, legal_ground: None, removed: Vec::new() }
}

async fn keep(tx: &mut Tx, permit: &Permit, line: PermitLine, by: Act) -> Outcome<()> {
    store::insert_permit_act(tx, permit.id, &line).await?;
    let detail =
        json!({ "number": permit.number, "class": permit.reason_class, "legal_ground": line.legal_ground.as_deref() });
    Ok(audit::record(tx, by, line.act.audit_word(), permit.id, detail).await?)
}

/// The permit of an id, unless its number is nobody's business.
pub(super) async fn find_public(tx: &mut Tx, id: PermitId) -> Outcome<Permit> {
    let permit = store::find_permit(tx, id).await?.filter(Permit::is_public);
    Ok(permit.ok_or_else(|| Refusal::not_found("permit-unknown"))?)
}

fn stated(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    let short = reason.chars().count() <= LONGEST;
    match (reason.is_empty(), short) {
        (false, true) => Ok(reason),
        (true, _) => Err(Refusal::invalid("invalid-fields").field("reason", "required")),
        (false, false) => Err(Refusal::invalid("invalid-fields").field("reason", "too-long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permit_that_is_over_is_not_taken_up_again() {
        for state in [PermitState::Revoked, PermitState::Void, PermitState::Reserved] {
            assert!(PermitAct::ALL.iter().all(|act| !act.is_open_to_head(state)), "{state}");
        }
        assert!(PermitAct::Lifting.is_open_to_head(PermitState::Suspended));
        assert!(!PermitAct::Lifting.is_open_to_head(PermitState::Issued));
        assert!(PermitAct::Revocation.is_open_to_head(PermitState::Suspended));
    }

    #[test]
    fn nothing_happens_to_a_permit_without_a_reason() {
        assert_eq!(stated("  ").unwrap_err().fields[0].code, "required");
        assert_eq!(stated(" Rusak "), Ok("Rusak"));
    }
}
