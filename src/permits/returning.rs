//! A file goes back to its applicant with one list, and comes back answered.

use serde_json::{Value, json};

use super::correction::{items_of, token_of, value_of};
use super::course::returns_of;
use super::moving::{payment_pauses, step};
use super::store;
use super::{ActName, ActRecord, Application, Correction, CorrectionItem, Desk, ItemKind, StatedItem};
use crate::calendar::Calendar;
use crate::catalogue::{Service, StageName};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::ApplicationId;
use crate::keys::sha256;
use crate::messages::{FieldFault, Refusal};
use crate::notices;
use crate::sites::Site;

/// Days before the end of a term on which the applicant is reminded.
const REMINDED_DAYS: i64 = 3;

/// What a verifier states with a return.
#[derive(Clone, Debug, Default)]
pub struct Returning {
    /// For the whole list.
    pub note: String,
    /// The list.
    pub items: Vec<StatedItem>,
}

/// Returns a file with a list.
///
/// # Errors
/// As [`super::take_step`]; 422 when an item names nothing of this file.
pub async fn return_file(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, asked: Returning) -> Outcome<Application> {
    let mut sent = std::collections::BTreeMap::from([("note".to_owned(), asked.note)]);
    let targets: Vec<&str> = asked.items.iter().map(|item| item.target.trim()).filter(|t| !t.is_empty()).collect();
    if !asked.items.is_empty() {
        let named = if targets.is_empty() { ItemKind::Question.word().to_owned() } else { targets.join(", ") };
        sent.insert("items".to_owned(), named);
    }
    step(tx, desk, id, (ActName::Return, &sent), Some(&asked.items)).await
}

/// The items of a return that names only codes of requirements, as `ktp, str`.
pub(super) fn items_by_code(codes: &str) -> Vec<StatedItem> {
    let codes = codes.split(',').map(str::trim).filter(|code| !code.is_empty());
    let paper = |code: &str| StatedItem {
        kind: ItemKind::Paper.word().to_owned(),
        target: code.to_owned(),
        ..StatedItem::default()
    };
    codes.map(paper).collect()
}

/// Opens the list of a return and leaves what the applicant has to be told now and before each term ends.
pub(super) async fn open_correction(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (file, rules): (&Application, &Service),
    (note, stated): (&str, &[StatedItem]),
) -> Outcome<Value> {
    let items = items_of(rules, file, (note, stated))?;
    let earlier = store::list_corrections(tx, file.id).await?;
    let round = i64::try_from(earlier.len()).unwrap_or(i64::MAX).saturating_add(1);
    let correction = Correction {
        application: file.id,
        round,
        // A return that only has a note asks it as its one question.
        note: if stated.is_empty() { String::new() } else { note.to_owned() },
        asked_at: desk.now,
        sent_at: None,
        ended_at: None,
        items,
    };
    let token = token_of(desk.keys, file.id, round);
    store::insert_correction(tx, &correction, &sha256(token.as_bytes())).await?;
    let payload = || json!({ "application": file.id, "round": round });
    notices::leave(tx, "application.returned", payload(), desk.now).await?;
    for ends in [correction.first_term_ends(), correction.lapses_at()] {
        let due = ends.plus_minutes(-REMINDED_DAYS * 24 * 60);
        notices::leave_for(tx, "application.reminded", payload(), (desk.now, due)).await?;
    }
    let line = |item: &CorrectionItem| json!({ "kind": item.kind, "target": item.target, "reason": item.fault, "note": item.note });
    Ok(json!(correction.items.iter().map(line).collect::<Vec<_>>()))
}

/// Takes over what the applicant answered: papers replace the rejected ones, answers the wrong fields. What the
/// counter changed since the return stays.
///
/// # Errors
/// 422 `incomplete` when a rejected paper is still the rejected one.
pub(super) async fn take_over(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &mut Application,
    correction: &Correction,
) -> Outcome<()> {
    let mut faults = Vec::new();
    for item in &correction.items {
        match item.kind {
            ItemKind::Paper => faults.extend(replace_paper(tx, desk, file.id, (correction, item)).await?),
            ItemKind::Field => put_right(file, item),
            ItemKind::Question => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal { fields: faults, ..Refusal::invalid("incomplete") }.into()) }
}

async fn replace_paper(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    (correction, item): (&Correction, &CorrectionItem),
) -> Result<Option<FieldFault>, StoreError> {
    let newest = store::find_handed_at(tx, id, &item.target).await?;
    if newest.is_some_and(|at| at > item.answered_at.unwrap_or(correction.asked_at)) {
        return Ok(None);
    }
    let Some(document) = item.document else {
        return Ok(Some(FieldFault::new(format!("requirements.{}", item.target), "requirement-rejected")));
    };
    store::put_handed(tx, id, (&item.target, Some(document)), (desk.officer.id, desk.now)).await?;
    Ok(None)
}

fn put_right(file: &mut Application, item: &CorrectionItem) {
    let Some(answer) = &item.answer else { return };
    if value_of(file, &item.target) != item.before {
        return;
    }
    put_value(file, &item.target, answer);
}

/// Writes a field of a file: `fields.<code>` or `applicant.<name>`; an empty answer is taken out.
pub(super) fn put_value(file: &mut Application, target: &str, answer: &str) {
    match target.split_once('.') {
        Some(("fields", code)) if answer.is_empty() => {
            file.fields.remove(code);
        }
        Some(("fields", code)) => {
            file.fields.insert(code.to_owned(), answer.to_owned());
        }
        Some(("applicant", name)) => set_person(file, name, answer.to_owned()),
        Some(_) | None => {}
    }
}

fn set_person(file: &mut Application, name: &str, answer: String) {
    let person = &mut file.applicant.person;
    let place = match name {
        "name" => &mut person.name,
        "birth_place" => &mut person.birth_place,
        "birth_date" => &mut person.birth_date,
        "sex" => &mut person.sex,
        "street" => &mut person.street,
        "rt" => &mut person.rt,
        "rw" => &mut person.rw,
        "village_code" => &mut person.village_code,
        "email" => {
            person.email = Some(answer);
            return;
        }
        "phone" => {
            file.applicant.phone = Some(answer);
            return;
        }
        _ => return,
    };
    *place = answer;
}

/// The promise of a file without the times in which its applicant had to act; a wait for payment that is still open
/// ends with `open`.
pub(super) fn moved_promise(
    (calendar, site): (&Calendar, &Site),
    (registered_at, rules): (Instant, &Service),
    (corrections, acts): (&[Correction], &[ActRecord]),
    open: Option<Instant>,
) -> (Instant, bool) {
    let mut pauses = returns_of(corrections);
    if rules.rests_in(StageName::Payment) {
        pauses.extend(payment_pauses(acts, open));
    }
    calendar.due_at(registered_at, site, &rules.sla, &pauses)
}

/// The return a file is back for; `None` before the first one.
pub(super) async fn find_latest(tx: &mut Tx, id: ApplicationId) -> Result<Option<Correction>, StoreError> {
    Ok(store::list_corrections(tx, id).await?.pop())
}
