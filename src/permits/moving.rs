//! The acts between registration and hand-over, except the signature: one use case, the table decides.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::application::LAPSE_DAYS;
use super::desk::{open_file, rules_of, save};
use super::filing::{check_file, record};
use super::holding::{check_hold, claim_after, reassign};
use super::inspecting::{check_team, found};
use super::kinds::copy_previous;
use super::outgoing::numbered;
use super::people::{check_office, check_role_at};
use super::rectifying::decide_rectification;
use super::returning::{find_latest, items_by_code, moved_promise, open_correction, take_over};
use super::stage_clock::stage_due_after;
use super::store;
use super::wallet;
use super::{
    ActName, ActRecord, Advice, Application, ApplicationState, Correction, Desk, Facts, FileStep, Office, StatedItem,
};
use crate::catalogue::{self, Service, ServiceKind, StageName};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{ApplicationId, OfficerId};
use crate::messages::{Lang, Refusal};

/// Does an act on a file: load, decide by the table, save, record.
///
/// # Errors
/// 404 unknown file, 403 `wrong-role` or `same-person`, 409 not in this state or claimed by another, 422 what must
/// be stated is missing.
pub async fn take_step(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    act: ActName,
    sent: &BTreeMap<String, String>,
) -> Outcome<Application> {
    step(tx, desk, id, (act, sent), None).await
}

/// Does any act that is stated by names and texts, by whichever use case it belongs to.
///
/// # Errors
/// As the use cases.
pub async fn perform(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    (act, sent): (ActName, &BTreeMap<String, String>),
) -> Outcome<Application> {
    match act {
        ActName::Reassignment => reassign(tx, desk, id, sent).await,
        ActName::Confirmation | ActName::Dismissal => decide_rectification(tx, desk, id, (act, sent)).await,
        other => take_step(tx, desk, id, other, sent).await,
    }
}

/// The same with the list of a return; without one a return names codes of requirements.
pub(super) async fn step(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    (act, sent): (ActName, &BTreeMap<String, String>),
    list: Option<&[StatedItem]>,
) -> Outcome<Application> {
    let mut file = open_file(tx, desk, id).await?;
    check_role_at(desk.officer, act, file.waits_at())?;
    if !act.from_states().contains(&file.state) {
        return Err(Refusal::conflict("file-in-other-state").with("state", file.state).into());
    }
    let step = &FileStep::read(act, sent)?;
    let rules = rules_of(tx, &file).await?;
    let acts = store::list_acts(tx, id).await?;
    let facts = Facts::of(&rules, file.matter(), step.advice().or_else(|| latest_advice(&acts)));
    let from = file.state;
    let to = step.act.lead(from, facts)?;
    let hands: Vec<(Office, OfficerId)> = acts.iter().filter_map(|act| Some((act.office, act.officer?))).collect();
    check_office(desk.officer.id, step.act.office_at(file.waits_at()), &hands)?;
    check_hold(tx, desk, &file, step.act).await?;
    let claim = claim_after(desk, &file, step.act, &acts)?;
    file.advice = step.advice().or(file.advice);
    file.go_to(to);
    file.claim = claim.or(file.claim.take().filter(|_| step.act != ActName::Release));
    let detail = apply(tx, desk, &mut file, (&rules, &acts, step), list).await?;
    let detail = numbered(tx, desk, (id, step.act, to), detail).await?;
    if file.state != from {
        file.stage_due_at = stage_due_after(tx, desk, (&file, &rules), (&acts, from)).await?;
    }
    save(tx, desk, &file).await?;
    record(tx, desk, &file, (step.act, from), detail).await?;
    Ok(Application { version: file.version + 1, ..file })
}

/// The latest recommendation on a file.
pub(super) fn latest_advice(acts: &[ActRecord]) -> Option<Advice> {
    let latest = acts.iter().rev().find(|act| act.act == ActName::Recommendation)?;
    latest.detail.get("outcome").and_then(Value::as_str).and_then(|word| word.parse().ok())
}

/// What an act changes besides the state; answers what the history keeps of it.
async fn apply(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &mut Application,
    (rules, acts, step): (&Service, &[ActRecord], &FileStep),
    list: Option<&[StatedItem]>,
) -> Outcome<Value> {
    let mut stated = step.stated.clone();
    match step.act {
        ActName::Verification => {
            end_assistance(file, (rules, step), desk.now)?;
            copy_previous(tx, desk, file).await?;
            wallet::keep_verified(tx, desk, (file, rules)).await?;
        }
        ActName::Return => return send_back(tx, desk, file, (rules, step, list)).await,
        ActName::Resubmission => take_back(tx, desk, file, (rules, acts)).await?,
        ActName::Assessment => {
            assess(&mut stated, file, rules)?;
        }
        ActName::Payment => {
            check_assessed(rules, acts)?;
            if rules.rests_in(StageName::Payment) {
                move_promise(tx, desk, file, (rules, acts)).await?;
            }
        }
        ActName::Handover => {
            stated.entry("name".to_owned()).or_insert_with(|| file.applicant.person.name.clone());
            stated.entry("relation".to_owned()).or_insert_with(|| "self".to_owned());
        }
        ActName::Lapse => {
            check_lapse(file, desk.now)?;
            close(tx, desk, file, step.act).await?;
        }
        ActName::Rejection | ActName::Withdrawal => close(tx, desk, file, step.act).await?,
        ActName::Assignment => check_team(&stated)?,
        ActName::Inspection => return Ok(found(stated, rules)?),
        ActName::Claim | ActName::Release | ActName::Recommendation | ActName::Paraf => {}
        ActName::Creation
        | ActName::Registration
        | ActName::Signature
        | ActName::Sealing
        | ActName::Reassignment
        | ActName::Rectification
        | ActName::Confirmation
        | ActName::Dismissal => {
            return Err(Refusal::not_found("act-unknown").into());
        }
    }
    Ok(json!(stated))
}

/// A returned file waits its time for the applicant; one that was answered does not lapse.
fn check_lapse(file: &Application, now: Instant) -> Result<(), Refusal> {
    if file.answered_at.is_some() {
        return Err(Refusal::conflict("file-answered"));
    }
    let early = file.lapses_at().is_some_and(|at| at > now);
    if early { Err(Refusal::conflict("file-not-lapsed").with("days", LAPSE_DAYS)) } else { Ok(()) }
}

/// Assistance ends with the number the other system gave, a duplicate with a copy.
fn end_assistance(file: &mut Application, (rules, step): (&Service, &FileStep), now: Instant) -> Result<(), Refusal> {
    if file.state != ApplicationState::Ready {
        return Ok(());
    }
    file.closed_at = Some(now);
    if rules.kind != ServiceKind::Assistance {
        return Ok(());
    }
    let number = step.find("external_number");
    let number = number.ok_or_else(|| Refusal::invalid("invalid-fields").field("external_number", "required"))?;
    file.external_number = Some(number.to_owned());
    Ok(())
}

/// Back to the applicant: the promise stops and the list is open; what the history keeps of it.
async fn send_back(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &mut Application,
    (rules, step, list): (&Service, &FileStep, Option<&[StatedItem]>),
) -> Outcome<Value> {
    let by_code = items_by_code(step.find("items").unwrap_or_default());
    let note = step.find("note").unwrap_or_default();
    let asked = open_correction(tx, desk, (file, rules), (note, list.unwrap_or(&by_code))).await?;
    file.paused_at = Some(desk.now);
    file.answered_at = None;
    let mut detail = json!(step.stated);
    detail["list"] = asked;
    Ok(detail)
}

/// Put right: what was answered is taken over, the file must be complete, and the promise moves by the time the
/// applicant needed. Time the office left the answer lying counts.
async fn take_back(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &mut Application,
    (rules, acts): (&Service, &[ActRecord]),
) -> Outcome<()> {
    if let Some(latest) = find_latest(tx, file.id).await? {
        take_over(tx, desk, file, &latest).await?;
    }
    check_file(tx, desk, file, rules).await?;
    store::end_correction(tx, file.id, desk.now).await?;
    file.paused_at = None;
    file.answered_at = None;
    move_promise(tx, desk, file, (rules, acts)).await
}

/// The promise is counted again, without the times in which the applicant had to act.
async fn move_promise(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &mut Application,
    (rules, acts): (&Service, &[ActRecord]),
) -> Outcome<()> {
    let corrections = store::list_corrections(tx, file.id).await?;
    let Some((due_at, estimate)) = promise(desk, file, rules, (acts, &corrections))? else { return Ok(()) };
    file.due_at = Some(due_at);
    file.due_estimate = estimate;
    Ok(())
}

/// The end of a file without a permit: its link and its number end with it.
pub(super) async fn close(tx: &mut Tx, desk: &Desk<'_>, file: &mut Application, act: ActName) -> Outcome<()> {
    file.closed_at = Some(desk.now);
    store::end_correction(tx, file.id, desk.now).await?;
    give_up_number(tx, file.id, act).await
}

/// When a registered file is due by the rules, and whether that is an estimate. A wait for payment that is open ends
/// now.
pub(super) fn promise(
    desk: &Desk<'_>,
    file: &Application,
    rules: &Service,
    (acts, corrections): (&[ActRecord], &[Correction]),
) -> Result<Option<(Instant, bool)>, StoreError> {
    let Some(registered_at) = file.registered_at else { return Ok(None) };
    let place = (desk.calendar, desk.site_of(file)?);
    Ok(Some(moved_promise(place, (registered_at, rules), (corrections, acts), Some(desk.now))))
}

/// The times in which a file waited for its payment; the last one may still be open and ends with `open`. What comes
/// between ends one, too.
pub(super) fn payment_pauses(acts: &[ActRecord], open: Option<Instant>) -> Vec<(Instant, Option<Instant>)> {
    let waits = |act: &ActRecord| act.to == ApplicationState::AwaitingPayment;
    let begins = acts.iter().enumerate().filter(|(_, act)| waits(act) && act.from != act.to);
    let end = |at: usize| acts.iter().skip(at).find(|act| !waits(act)).map(|act| act.at).or(open);
    begins.map(|(at, act)| (act.at, end(at))).collect()
}

/// The amount of the SKRD, counted by the rules of the file's filing day, and how it was reached. The treasurer may
/// state another one, with a note.
fn assess(stated: &mut BTreeMap<String, String>, file: &Application, rules: &Service) -> Result<(), Refusal> {
    let counted = rules.fee.count(file.matter());
    let lines = counted.map_err(|fault| Refusal { fields: vec![fault], ..Refusal::conflict("fee-uncounted") })?;
    let total = catalogue::total(&lines).to_string();
    let amount = stated.entry("amount_rupiah".to_owned()).or_insert_with(|| total.clone());
    if *amount != total && rules.fee.is_derived() && !stated.contains_key("note") {
        return Err(Refusal::invalid("invalid-fields").field("note", "amount-differs"));
    }
    if rules.fee.is_derived() {
        stated.insert("derivation".to_owned(), rules.fee_words(&lines, Lang::Id).join("; "));
    }
    Ok(())
}

/// An amount that is counted by the treasurer is counted before it is paid.
fn check_assessed(rules: &Service, acts: &[ActRecord]) -> Result<(), Refusal> {
    let counted = acts.iter().any(|act| act.act == ActName::Assessment);
    if counted || !rules.fee.assessed { Ok(()) } else { Err(Refusal::conflict("not-assessed")) }
}

/// A number that was taken for a file which is now given up stays in the register as BATAL.
async fn give_up_number(tx: &mut Tx, id: ApplicationId, act: ActName) -> Outcome<()> {
    if let Some(permit) = store::find_open_of(tx, id).await? {
        store::end_reservation(tx, permit.id, act.word()).await?;
    }
    Ok(())
}
