//! The applicant answers the list of a return through a link, without an account. What is answered waits beside the
//! file until a clerk takes it over; nothing in the file changes before.

use serde_json::json;

use super::correction::{checked_answer, with_answer};
use super::course::Course;
use super::places::check_answers;
use super::returning::moved_promise;
use super::stage_promises::stage_due;
use super::store::{self, Lock};
use super::{Application, Correction, CorrectionItem, ItemKind, Stated, StatedAddress, desk::rules_of};
use crate::audit::{self, Act, Actor};
use crate::calendar::Calendar;
use crate::catalogue::{Matter, Service};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::{self, Filed, Upload};
use crate::keys::{Keys, sha256};
use crate::messages::{FieldFault, Refusal};
use crate::sites::Sites;

/// Everything the link needs.
#[derive(Clone, Copy)]
pub struct Answering<'a> {
    /// Opens sealed columns.
    pub keys: &'a Keys,
    /// The sites.
    pub sites: &'a Sites,
    /// The days off.
    pub calendar: &'a Calendar,
    /// When.
    pub now: Instant,
}

/// The list behind a link, with its file and the rules of the filing day.
///
/// # Errors
/// 404 `correction-over` when there is none or the file is no longer returned.
pub async fn find_returned(tx: &mut Tx, keys: &Keys, token: &str) -> Outcome<(Correction, Application, Service)> {
    let over = || Refusal::not_found("correction-over");
    let correction = store::find_correction(tx, &sha256(token.as_bytes())).await?.ok_or_else(over)?;
    let file = store::find(tx, keys, correction.application, Lock::No).await?.ok_or_else(over)?;
    let rules = rules_of(tx, &file).await?;
    Ok((correction, file, rules))
}

/// Answers a wrong field or a question in words.
///
/// # Errors
/// 404 `correction-over`, 409 `answers-sent`, 422 (field `answer`) for what cannot be right.
pub async fn answer_in_words(
    tx: &mut Tx,
    at: &Answering<'_>,
    (token, place): (&str, i64),
    answer: &str,
) -> Outcome<()> {
    let (correction, file, rules) = find_returned(tx, at.keys, token).await?;
    let item = open_item(&correction, place)?;
    let answer = checked_answer(answer)?;
    let answer = match item.kind {
        ItemKind::Paper => return Err(Refusal::invalid("invalid-fields").field("file", "required").into()),
        ItemKind::Field => possible(&rules, &file, &item.target, answer)?,
        ItemKind::Question => answer,
    };
    let answered = CorrectionItem { answer: Some(answer), answered_at: Some(at.now), ..item.clone() };
    keep(tx, at, (&correction, &answered), None).await
}

/// Hands in another paper for a rejected one.
///
/// # Errors
/// As [`answer_in_words`].
pub async fn answer_with_file(
    tx: &mut Tx,
    at: &Answering<'_>,
    (token, place): (&str, i64),
    upload: Upload,
) -> Outcome<()> {
    let (correction, _, _) = find_returned(tx, at.keys, token).await?;
    let item = open_item(&correction, place)?;
    if item.kind != ItemKind::Paper {
        return Err(Refusal::invalid("invalid-fields").field("answer", "required").into());
    }
    let filed = documents::keep_upload(tx, upload, at.now).await?;
    let answered = CorrectionItem { document: Some(filed.id), answered_at: Some(at.now), ..item.clone() };
    keep(tx, at, (&correction, &answered), Some(filed)).await
}

/// Sends the answered list: from now on the office has to act, and the promise runs again.
///
/// # Errors
/// 404 `correction-over`, 409 `answers-sent`, 422 `answers-missing` naming every item without an answer.
pub async fn send_answers(tx: &mut Tx, at: &Answering<'_>, token: &str) -> Outcome<()> {
    let (correction, _, rules) = find_returned(tx, at.keys, token).await?;
    check_open(&correction)?;
    let faults: Vec<FieldFault> =
        correction.open_items().map(|item| FieldFault::new(format!("item-{}", item.place), "answer-missing")).collect();
    if !faults.is_empty() {
        return Err(Refusal { fields: faults, ..Refusal::invalid("answers-missing") }.into());
    }
    let over = || Refusal::not_found("correction-over");
    let mut file = store::find(tx, at.keys, correction.application, Lock::Row).await?.ok_or_else(over)?;
    if !store::set_sent(tx, &correction, at.now).await? {
        return Err(Refusal::conflict("answers-sent").into());
    }
    file.answered_at = Some(at.now);
    let site = at.sites.find_by_id(file.site);
    let site = site.ok_or_else(|| StoreError::Corrupt(format!("application {} has no site", file.id)))?;
    if let Some(registered_at) = file.registered_at {
        let corrections = store::list_corrections(tx, file.id).await?;
        let acts = store::list_acts(tx, file.id).await?;
        let moved = moved_promise((at.calendar, site), (registered_at, &rules), (&corrections, &acts), Some(at.now));
        (file.due_at, file.due_estimate) = (Some(moved.0), moved.1);
        let course = Course::of(&file, &rules, (&acts, &corrections));
        file.stage_due_at = course.and_then(|course| stage_due((at.calendar, site), &course));
    }
    if !store::save(tx, at.keys, &file).await? {
        return Err(Refusal::conflict("changed-meanwhile").with("code", &file.code).into());
    }
    let detail = json!({ "round": correction.round, "items": correction.items.len() });
    Ok(audit::record(tx, act(at), "application.answered", file.id, detail).await?)
}

fn act(at: &Answering<'_>) -> Act {
    Act { actor: Actor::Citizen, now: at.now }
}

fn check_open(correction: &Correction) -> Result<(), Refusal> {
    if correction.is_open() { Ok(()) } else { Err(Refusal::conflict("answers-sent")) }
}

fn open_item(correction: &Correction, place: i64) -> Result<&CorrectionItem, Refusal> {
    check_open(correction)?;
    let found = correction.items.iter().find(|item| item.place == place);
    found.ok_or_else(|| Refusal::not_found("correction-over"))
}

async fn keep(
    tx: &mut Tx,
    at: &Answering<'_>,
    (correction, item): (&Correction, &CorrectionItem),
    filed: Option<Filed>,
) -> Outcome<()> {
    if !store::set_answer(tx, correction, item).await? {
        return Err(Refusal::conflict("answers-sent").into());
    }
    let (document, digest) = filed.map(|filed| (filed.id, filed.sha256)).unzip();
    let detail = json!({ "round": correction.round, "place": item.place, "kind": item.kind, "document": document,
        "sha256": digest });
    Ok(audit::record(tx, act(at), "application.item-answered", correction.application, detail).await?)
}

/// The answer as it will stand in the file; refused when the form would refuse it.
fn possible(rules: &Service, file: &Application, target: &str, answer: String) -> Result<String, Refusal> {
    let wrong = |code| Refusal::invalid("invalid-fields").field("answer", code);
    match target.split_once('.') {
        Some(("fields", code)) => {
            let fields = with_answer(&file.fields, code, &answer);
            let faults = check_answers(rules, Matter { kind: file.kind, fields: &fields });
            match faults.into_iter().find(|fault| fault.field == target) {
                Some(fault) => Err(Refusal {
                    fields: vec![FieldFault { field: "answer".to_owned(), ..fault }],
                    ..Refusal::invalid("invalid-fields")
                }),
                None => Ok(answer),
            }
        }
        Some(("applicant", name)) => {
            let after = stated(name, answer).apply(Some(&file.applicant));
            let after = after.map_err(|faults| {
                let mine = faults.iter().find(|fault| fault.field == target);
                wrong(mine.map_or("choice", |fault| fault.code))
            })?;
            let after = Application { applicant: after, ..file.clone() };
            Ok(super::value_of(&after, target))
        }
        Some(_) | None => Err(wrong("field-unknown")),
    }
}

fn stated(name: &str, answer: String) -> Stated {
    let mut stated = Stated::default();
    let mut flat = StatedAddress::default();
    let answer = Some(answer);
    match name {
        "name" => stated.name = answer,
        "birth_place" => stated.birth_place = answer,
        "birth_date" => stated.birth_date = answer,
        "sex" => stated.sex = answer,
        "phone" => stated.phone = answer,
        "email" => stated.email = answer,
        "street" => flat.street = answer,
        "rt" => flat.rt = answer,
        "rw" => flat.rw = answer,
        "village_code" => flat.village_code = answer,
        _ => {}
    }
    Stated { flat, ..stated }
}
