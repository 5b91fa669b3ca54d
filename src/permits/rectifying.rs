//! A typing error found after the registration: a clerk says what is right and why, a verifier who is somebody else puts
//! it right, and before and after are kept. Whose file it is, what is asked for, and which way it goes never change so.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::correction::value_of;
use super::desk::{open_file, rules_of, save};
use super::erratum::dismiss;
use super::filing::{hands, record};
use super::holding::check_hold;
use super::people::{check_hands, check_role};
use super::places::check_answers;
use super::returning::put_value;
use super::{ActName, Application, ApplicationKind, Desk, Facts, FileStep, returnable_fields, store};
use crate::catalogue::{self, Service};
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::ids::{ApplicationId, OfficerId};
use crate::messages::{FieldFault, Refusal};

/// The longest value, in characters.
const LONGEST: usize = 2_000;

crate::ids::words! {
    /// How what was pointed out stands.
    pub enum RectificationState {
        /// Waits for a verifier.
        Proposed = "proposed",
        /// Put right.
        Confirmed = "confirmed",
        /// No typing error, says the verifier.
        Dismissed = "dismissed",
        /// The file had changed meanwhile.
        Overtaken = "overtaken",
    }
}

/// A typing error that was pointed out.
#[derive(Clone, Debug)]
pub struct Rectification {
    /// Which of the file, from 1.
    pub seq: i64,
    /// How it stands.
    pub state: RectificationState,
    /// Why it is one.
    pub reason: String,
    /// The clerk.
    pub proposed_by: OfficerId,
    /// When.
    pub proposed_at: Instant,
    /// The verifier.
    pub decided_by: Option<OfficerId>,
    /// When.
    pub decided_at: Option<Instant>,
    /// What was wrong and what is right.
    pub items: Vec<RectifiedItem>,
}

impl Rectification {
    /// Whether it waits for a decision.
    pub fn is_open(&self) -> bool {
        self.state == RectificationState::Proposed
    }
}

/// One field of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RectifiedItem {
    /// `applicant.<name>` or `fields.<code>`.
    pub target: String,
    /// What stood there.
    pub before: String,
    /// What is right.
    pub after: String,
}

/// What a clerk states.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    /// Why it is a typing error.
    pub reason: String,
    /// What is right, by field; what stands there already is passed over.
    pub changes: BTreeMap<String, String>,
}

/// The fields in which a typing error can be put right.
pub fn rectifiable_fields(rules: &Service) -> Vec<String> {
    returnable_fields(rules).into_iter().filter(|name| name != "applicant.phone").collect()
}

/// Points out a typing error in a registered file.
///
/// # Errors
/// 403 `wrong-role`, `same-person`; 409 in another state, or while another one waits (`rectification-open`); 422 with
/// every field that cannot be right, `rectification-empty`, and `rectification-too-much` when the change would lead the
/// file another way or to another fee.
pub async fn rectify(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, typed: Typing) -> Outcome<Application> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Rectification)?;
    ActName::Rectification.lead(file.state, Facts::of(&rules_of(tx, &file).await?, file.matter(), file.advice))?;
    check_hands(desk.officer.id, ActName::Rectification, &hands(tx, id).await?)?;
    let earlier = store::list_rectifications(tx, id).await?;
    if earlier.iter().any(Rectification::is_open) {
        return Err(Refusal::conflict("rectification-open").into());
    }
    let rules = rules_of(tx, &file).await?;
    let step = FileStep::read(ActName::Rectification, &BTreeMap::from([("reason".to_owned(), typed.reason)]));
    let items = items_of(&rules, &file, &typed.changes);
    let mut faults = step.as_ref().err().map(|refusal| refusal.fields.clone()).unwrap_or_default();
    faults.extend(items.as_ref().err().cloned().unwrap_or_default());
    let (Ok(step), Ok(items)) = (step, items) else {
        return Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }.into());
    };
    check_way(&rules, &file, &items)?;
    let reason = step.find("reason").unwrap_or_default().to_owned();
    let one = Rectification {
        seq: i64::try_from(earlier.len()).unwrap_or(i64::MAX).saturating_add(1),
        state: RectificationState::Proposed,
        reason: reason.clone(),
        proposed_by: desk.officer.id,
        proposed_at: desk.now,
        decided_by: None,
        decided_at: None,
        items,
    };
    store::insert_rectification(tx, id, &one).await?;
    record(tx, desk, &file, (ActName::Rectification, file.state), json!({ "reason": reason, "seq": one.seq })).await?;
    Ok(file)
}

/// What changes, field by field.
pub(super) fn items_of(
    rules: &Service,
    file: &Application,
    changes: &BTreeMap<String, String>,
) -> Result<Vec<RectifiedItem>, Vec<FieldFault>> {
    let allowed = rectifiable_fields(rules);
    let mut faults = Vec::new();
    let mut items = Vec::new();
    for (target, typed) in changes {
        let (before, after) = (value_of(file, target), typed.trim().to_owned());
        match allowed.contains(target) {
            false => faults.push(FieldFault::new(target, "not-rectified")),
            true if after.chars().count() > LONGEST => faults.push(FieldFault::new(target, "too-long")),
            true if before != after => items.push(RectifiedItem { target: target.clone(), before, after }),
            true => {}
        }
    }
    if items.is_empty() && faults.is_empty() {
        faults.push(FieldFault::new("reason", "rectification-empty"));
    }
    let right = corrected(file, &items);
    faults.extend(right.applicant.person.malformed());
    faults.extend(right.applicant.person.missing());
    faults.extend(check_answers(rules, right.matter()));
    if faults.is_empty() { Ok(items) } else { Err(faults) }
}

/// The file as it will be.
pub(super) fn corrected(file: &Application, items: &[RectifiedItem]) -> Application {
    let mut right = file.clone();
    for item in items {
        put_value(&mut right, &item.target, &item.after);
    }
    right
}

/// A typing error leads a file no other way and to no other fee.
pub(super) fn check_way(rules: &Service, file: &Application, items: &[RectifiedItem]) -> Result<(), Refusal> {
    let right = corrected(file, items);
    let way = |of: &Application| Facts::of(rules, of.matter(), of.advice);
    let fee = |of: &Application| rules.fee.count(of.matter()).ok().map(|lines| catalogue::total(&lines));
    if way(file) == way(&right) && fee(file) == fee(&right) {
        return Ok(());
    }
    Err(Refusal::invalid("rectification-too-much"))
}

/// A verifier puts right what was pointed out, or says that it is no typing error.
///
/// # Errors
/// As [`super::take_step`]; 403 `same-person` for who pointed it out, 409 `rectification-none`.
pub async fn decide_rectification(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    (act, sent): (ActName, &BTreeMap<String, String>),
) -> Outcome<Application> {
    let mut file = open_file(tx, desk, id).await?;
    check_role(desk.officer, act)?;
    let to = act.lead(file.state, Facts::of(&rules_of(tx, &file).await?, file.matter(), file.advice))?;
    check_hands(desk.officer.id, act, &hands(tx, id).await?)?;
    check_hold(tx, desk, &file, act).await?;
    let step = FileStep::read(act, sent)?;
    if file.kind == ApplicationKind::Erratum {
        return dismiss(tx, desk, file, (to, &step)).await;
    }
    let all = store::list_rectifications(tx, id).await?;
    let open = all.into_iter().find(Rectification::is_open).ok_or_else(|| Refusal::conflict("rectification-none"))?;
    if open.proposed_by == desk.officer.id {
        return Err(Refusal::forbidden("same-person").with("office", super::Office::Intake).into());
    }
    let stands = open.items.iter().all(|item| value_of(&file, &item.target) == item.before);
    let state = match act {
        ActName::Confirmation if stands => RectificationState::Confirmed,
        ActName::Confirmation => RectificationState::Overtaken,
        _ => RectificationState::Dismissed,
    };
    if state == RectificationState::Confirmed {
        file = corrected(&file, &open.items);
    }
    // The version counts also what was looked at and left.
    save(tx, desk, &file).await?;
    store::set_decided(tx, (id, open.seq), state, (desk.officer.id, desk.now)).await?;
    let mut detail = json!({ "seq": open.seq, "outcome_of": state });
    if let Some(note) = step.find("note") {
        detail["note"] = Value::from(note);
    }
    record(tx, desk, &file, (act, file.state), detail).await?;
    Ok(Application { version: file.version + 1, ..file })
}
