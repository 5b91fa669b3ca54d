//! Warning letters about a permit (Surat Peringatan 1 to 3), each with a term in working days. Who still breaks the rules
//! after the term of the third loses the permit; a stated ground of law allows that at once.

use super::life::{find_public, keep_line};
use super::outgoing::{self, Outgoing, OutgoingKind};
use super::people::check_role;
use super::store::{self, Lock};
use super::{ActName, Desk, Permit, PermitAct, PermitState, ReasonClass};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{OfficerId, PermitId};
use crate::messages::{self, FieldFault, Lang, Refusal, text};

/// The last warning before a revocation.
const LAST: i64 = 3;
/// The longest term, in working days.
pub const MOST_DAYS: i64 = 60;
/// The longest text, in characters.
const LONGEST: usize = 2_000;

/// A warning letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reprimand {
    /// Which series of the permit, from 1.
    pub series: i64,
    /// 1, 2 or 3.
    pub step: i64,
    /// What rule is broken.
    pub breach: String,
    /// What has to be done.
    pub remedy: String,
    /// How long the holder has.
    pub working_days: i64,
    /// When it was signed.
    pub issued_at: Instant,
    /// The last day of the term.
    pub due_on: Day,
    /// The head of agency who signed it.
    pub signed_by: OfficerId,
    /// When its series ended.
    pub ended_at: Option<Instant>,
    /// Who ended it.
    pub ended_by: Option<OfficerId>,
    /// How.
    pub end_note: Option<String>,
}

/// What the head states with a warning.
#[derive(Clone, Debug, Default)]
pub struct Rebuke {
    /// The step meant; refused when another one is next.
    pub step: Option<i64>,
    /// What rule is broken.
    pub breach: String,
    /// What has to be done.
    pub remedy: String,
    /// How long the holder has.
    pub working_days: i64,
}

impl Reprimand {
    /// Whether its series goes on.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether its term is over.
    pub fn is_over(&self, today: Day) -> bool {
        today > self.due_on
    }
}

/// The latest warning of the open series.
pub fn open_reprimand(all: &[Reprimand]) -> Option<&Reprimand> {
    all.iter().rev().find(|one| one.is_open())
}

/// The step that may be taken today.
///
/// # Errors
/// 409 `reprimand-running` until the term of the one before is over, `reprimand-last` after the third.
pub fn next_step(all: &[Reprimand], today: Day) -> Result<i64, Refusal> {
    match open_reprimand(all) {
        None => Ok(1),
        Some(last) if !last.is_over(today) => Err(running(last)),
        Some(last) if last.step < LAST => Ok(last.step + 1),
        Some(_) => Err(Refusal::conflict("reprimand-last")),
    }
}

fn running(last: &Reprimand) -> Refusal {
    let due = last.due_on;
    Refusal::conflict("reprimand-running").with("step", last.step).worded("date", move |lang| messages::date(lang, due))
}

/// Whether a permit may be revoked without its holder asking for it: for a breach after the term of the third warning,
/// or at once when the class names the ground (false papers, a ruling, the holder's own wish) or a ground of law is
/// stated. While warnings run, no other reason goes round them.
///
/// # Errors
/// 409 `reprimands-first` (field `legal_ground`).
pub(super) fn check_revocable(
    all: &[Reprimand],
    today: Day,
    (class, ground): (ReasonClass, Option<&str>),
) -> Result<(), Refusal> {
    let open = open_reprimand(all);
    let warned = open.is_some_and(|last| last.step == LAST && last.is_over(today));
    let named = match class {
        ReasonClass::Untrue | ReasonClass::OwnRequest | ReasonClass::Ruling => true,
        ReasonClass::Other => open.is_none(),
        ReasonClass::Breach => false,
    };
    if warned || named || ground.is_some() {
        return Ok(());
    }
    Err(Refusal::conflict("reprimands-first").field("legal_ground", "reprimands-first"))
}

/// The head warns the holder of a permit: the next step, with its term and its letter.
///
/// # Errors
/// 403 `wrong-role`, 404 `permit-unknown`, 409 `permit-in-other-state` for a permit that is over, `reprimand-running`,
/// `reprimand-last`, `reprimand-order` when another step was meant; 422 with every field.
pub async fn reprimand(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: PermitId,
    stated: Rebuke,
) -> Outcome<(Permit, Reprimand, Outgoing)> {
    check_role(desk.officer, ActName::Signature)?;
    let permit = find_public(tx, id).await?;
    check_not_over(&permit)?;
    let today = today_of(tx, desk, &permit).await?;
    check_stated(&stated)?;
    let all = store::list_reprimands(tx, id).await?;
    let step = next_step(&all, today)?;
    if stated.step.is_some_and(|meant| meant != step) {
        return Err(Refusal::conflict("reprimand-order").with("step", step).into());
    }
    let series = all.last().map_or(1, |last| if last.is_open() { last.series } else { last.series + 1 });
    let one = Reprimand {
        series,
        step,
        breach: stated.breach.trim().to_owned(),
        remedy: stated.remedy.trim().to_owned(),
        working_days: stated.working_days,
        issued_at: desk.now,
        due_on: desk.calendar.due(today, stated.working_days).day,
        signed_by: desk.officer.id,
        ended_at: None,
        ended_by: None,
        end_note: None,
    };
    store::insert_reprimand(tx, id, &one).await?;
    let letter = outgoing::number(tx, desk, (permit.application, OutgoingKind::of_step(step))).await?;
    let args =
        [("step", step.to_string()), ("number", letter.number.clone()), ("date", messages::date(Lang::Id, one.due_on))];
    let line = text(Lang::Id, "reprimand.line", &args);
    keep_line(tx, &permit, (PermitAct::Warning, Some(&line)), desk.act()).await?;
    Ok((permit, one, letter))
}

/// The holder did what was asked: the series ends, and another one would begin with the first warning.
///
/// # Errors
/// 403 `wrong-role`, 404 `permit-unknown`, 409 `reprimand-none`, 422 without a note.
pub async fn end_reprimand(tx: &mut Tx, desk: &Desk<'_>, id: PermitId, note: &str) -> Outcome<Permit> {
    check_role(desk.officer, ActName::Signature)?;
    let permit = find_public(tx, id).await?;
    let note = note.trim();
    Refusal::of_fields(text_fault("note", note).into_iter().collect())?;
    if store::end_reprimands(tx, id, (Some(desk.officer.id), desk.now), note).await? == 0 {
        return Err(Refusal::conflict("reprimand-none").into());
    }
    keep_line(tx, &permit, (PermitAct::Compliance, Some(note)), desk.act()).await?;
    Ok(permit)
}

/// The warnings of a permit, oldest first.
pub async fn list_reprimands(tx: &mut Tx, id: PermitId) -> Result<Vec<Reprimand>, StoreError> {
    store::list_reprimands(tx, id).await
}

fn check_not_over(permit: &Permit) -> Result<(), Refusal> {
    match permit.state {
        PermitState::Issued | PermitState::Suspended => Ok(()),
        PermitState::Reserved | PermitState::Void | PermitState::Revoked => {
            Err(Refusal::conflict("permit-in-other-state").with("number", &permit.number))
        }
    }
}

/// The date where the permit was filed.
pub(super) async fn today_of(tx: &mut Tx, desk: &Desk<'_>, permit: &Permit) -> Result<Day, StoreError> {
    let file = store::find(tx, desk.keys, permit.application, Lock::No).await?;
    let file = file.ok_or_else(|| StoreError::Corrupt(format!("permit {} has no file", permit.id)))?;
    Ok(desk.now.day(desk.site_of(&file)?.zone))
}

fn check_stated(stated: &Rebuke) -> Result<(), Refusal> {
    let texts = [("breach", &stated.breach), ("remedy", &stated.remedy)];
    let mut faults: Vec<FieldFault> = texts.iter().filter_map(|(name, text)| text_fault(name, text.trim())).collect();
    if !(1..=MOST_DAYS).contains(&stated.working_days) {
        faults.push(FieldFault::new("working_days", "reprimand-days"));
    }
    Refusal::of_fields(faults)
}

fn text_fault(name: &str, text: &str) -> Option<FieldFault> {
    match text.chars().count() {
        0 => Some(FieldFault::new(name, "required")),
        n if n > LONGEST => Some(FieldFault::new(name, "too-long")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn warned(step: i64) -> Reprimand {
        Reprimand {
            series: 1,
            step,
            breach: "Papan nama tidak dipasang".into(),
            remedy: "Pasang papan nama".into(),
            working_days: 5,
            issued_at: Instant(0),
            due_on: day("2026-12-01"),
            signed_by: OfficerId::new(1),
            ended_at: None,
            ended_by: None,
            end_note: None,
        }
    }

    #[test]
    fn each_warning_waits_for_the_term_of_the_one_before() {
        assert_eq!(next_step(&[], day("2026-11-24")), Ok(1));
        assert_eq!(next_step(&[warned(1)], day("2026-12-01")).unwrap_err().code, "reprimand-running");
        assert_eq!(next_step(&[warned(1)], day("2026-12-02")), Ok(2));
        assert_eq!(next_step(&[warned(1), warned(2)], day("2026-12-02")), Ok(3));
        assert_eq!(next_step(&[warned(3)], day("2026-12-02")).unwrap_err().code, "reprimand-last");
        let heeded = Reprimand { ended_at: Some(Instant(1)), ..warned(2) };
        assert_eq!(next_step(&[heeded], day("2026-11-24")), Ok(1));
    }

    #[test]
    fn a_breach_is_revoked_after_the_third_term_or_on_a_ground_of_law() {
        let may = |all: &[Reprimand], today, class, ground| check_revocable(all, day(today), (class, ground)).is_ok();
        let breach = ReasonClass::Breach;
        assert!(!may(&[], "2026-12-02", breach, None));
        assert!(!may(&[warned(2)], "2026-12-02", breach, None));
        assert!(!may(&[warned(3)], "2026-12-01", breach, None));
        assert!(may(&[warned(3)], "2026-12-02", breach, None));
        assert!(may(&[], "2026-12-02", breach, Some("Pasal 1")));
        assert!(may(&[], "2026-12-02", ReasonClass::Ruling, None));
        assert!(may(&[], "2026-12-02", ReasonClass::Other, None));
        assert!(!may(&[warned(1)], "2026-12-02", ReasonClass::Other, None));
    }
}
