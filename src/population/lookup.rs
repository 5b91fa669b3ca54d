//! Asking about a person, for a stated purpose. Every question leaves a row and an audit line; of the answer only
//! verdict, score and time are kept.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::gate::Moment;
use super::{
    Address, Cause, Claimed, ElementVerdict, Finding, Gate, Nik, NikWarning, Question, Regions, Resident, Sex,
    SourceFault, SourceKind, Verdict, store, warnings,
};
use crate::audit::{self, Act};
use crate::clock::{Day, Instant};
use crate::db::{Db, Outcome, StoreError, Tx};
use crate::ids::{ApplicationId, LookupId, OfficerId, TicketId};
use crate::keys::Keys;
use crate::messages::{FieldFault, Refusal};

/// The longest purpose, in characters.
const PURPOSE_LENGTH: usize = 200;

/// A question about a person.
#[derive(Clone, Debug, Deserialize)]
pub struct LookupRequest {
    /// Whom.
    pub nik: Nik,
    /// Why; asked for by Permendagri 102/2019. Words of the officer, or the service's name.
    #[serde(default)]
    pub purpose: String,
    /// For which visit.
    #[serde(default)]
    pub ticket_id: Option<TicketId>,
    /// For which file.
    #[serde(default)]
    pub application_id: Option<ApplicationId>,
    /// What the visitor states.
    #[serde(default)]
    pub claimed: Option<Claimed>,
}

/// What the form of an application is filled with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prefill {
    /// As on the KTP.
    pub name: String,
    /// Town or regency.
    pub birth_place: String,
    /// Date of birth.
    pub birth_date: Day,
    /// Sex.
    pub sex: Sex,
    /// Where the person is registered.
    pub address: Address,
}

impl Prefill {
    /// What a form takes of a record.
    pub(super) fn of(resident: &Resident) -> Prefill {
        Prefill {
            name: resident.name.clone(),
            birth_place: resident.birth_place.clone(),
            birth_date: resident.birth_date,
            sex: resident.sex,
            address: resident.address.clone(),
        }
    }
}

/// A verdict given before, with the moment it was given: how old it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EarlierVerdict {
    /// What was said.
    pub verdict: Verdict,
    /// When.
    pub checked_at: Instant,
}

/// The answer. The values of a record are never kept with the question, only the verdicts.
#[derive(Clone, Debug, Serialize)]
pub struct LookupAnswer {
    /// The question as it is kept.
    pub id: LookupId,
    /// On the person as a whole.
    pub verdict: Verdict,
    /// Why there is no match: about the person, or about the link.
    pub cause: Option<Cause>,
    /// On each element that was stated.
    pub elements: BTreeMap<&'static str, ElementVerdict>,
    /// Only for a record in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
    /// What is odd about the NIK; never a reason to refuse.
    pub warnings: Vec<NikWarning>,
    /// Who answered.
    pub source: SourceKind,
    /// When the source said so; for a pending verdict when it was asked.
    pub checked_at: Instant,
    /// The last verdict on this NIK, while this one is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earlier: Option<EarlierVerdict>,
}

/// Who asks, when and where: a verdict is good for a local day.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Who.
    pub officer: OfficerId,
    /// When.
    pub now: Instant,
    /// Where.
    pub zone: Tz,
}

/// A question as it is kept: who, whom, why, with which result.
pub(super) struct LookupRow<'a> {
    pub at: Instant,
    pub asked_on: Day,
    pub officer: OfficerId,
    pub request: &'a LookupRequest,
    pub question: &'a Question,
    pub purpose: &'a str,
    pub answer: &'a LookupAnswer,
}

/// Asks the source of this office about a person. A source that cannot be asked refuses nobody: the verdict is
/// pending, and the question is asked again by itself ([`super::settle_next`]). No transaction stands open while the
/// source is waited for.
///
/// # Errors
/// 422 without purpose (field `purpose`).
pub async fn look_up(db: &Db, keys: &Keys, gate: &Gate, asker: Asker, request: LookupRequest) -> Outcome<LookupAnswer> {
    let purpose = checked_purpose(&request)?;
    let at = Moment::at(asker.now, asker.zone);
    let question = Question::new(request.nik.clone(), request.claimed.clone().unwrap_or_default());
    let (answer, is_fresh) = find_answer(db, keys, gate, &question, at).await?;
    let mut tx = db.begin().await?;
    if is_fresh {
        store::count_question(&mut tx, gate.kind(), at.today).await?;
    }
    let row = LookupRow {
        at: at.now,
        asked_on: at.today,
        officer: asker.officer,
        request: &request,
        question: &question,
        purpose: &purpose,
        answer: &answer,
    };
    keep(&mut tx, keys, Act::of(asker.officer, asker.now), &row).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The verdict of the day when there is one, else what the source says, else pending; and whether the source was asked
/// and answered.
async fn find_answer(
    db: &Db,
    keys: &Keys,
    gate: &Gate,
    question: &Question,
    at: Moment,
) -> Outcome<(LookupAnswer, bool)> {
    let mut tx = db.read().await?;
    let kept = store::find_verdict_of_day(&mut tx, keys, question, (gate.kind(), at.today)).await?;
    let used = store::count_of_day(&mut tx, gate.kind(), at.today).await?;
    let earlier = store::find_last_verdict(&mut tx, keys, &question.nik).await?;
    drop(tx);
    // A record is wanted for the form, and none is kept: only a match by element is answered from the day's verdicts.
    if gate.kind() == SourceKind::DukcapilMatch
        && let Some(kept) = kept
    {
        return Ok((answer_of(question, kept.finding, (gate.kind(), at.now, kept.checked_at)), false));
    }
    match gate.ask(question, used, at).await {
        Ok(finding) => Ok((answer_of(question, finding, (gate.kind(), at.now, at.now)), true)),
        Err(SourceFault::Link(cause)) => {
            let pending = Finding::of_cause(Verdict::Pending, cause);
            let answer = answer_of(question, pending, (gate.kind(), at.now, at.now));
            Ok((LookupAnswer { earlier, ..answer }, false))
        }
        Err(SourceFault::Store(error)) => Err(error.into()),
    }
}

/// Answers an officer's question from the local register, in a transaction of the caller: for history that is brought
/// in at once. Refuses a question without purpose (field `purpose`).
pub async fn lookup(
    tx: &mut Tx,
    keys: &Keys,
    act: Act,
    officer: OfficerId,
    request: LookupRequest,
) -> Outcome<LookupAnswer> {
    let purpose = checked_purpose(&request)?;
    let question = Question::new(request.nik.clone(), request.claimed.clone().unwrap_or_default());
    let found = store::find_resident(tx, keys, &request.nik).await?;
    let finding = Finding::of_record(found.as_ref(), &question.claimed);
    let answer = answer_of(&question, finding, (SourceKind::LocalRegister, act.now, act.now));
    let row = LookupRow {
        at: act.now,
        asked_on: act.now.day(Tz::Asia__Jakarta),
        officer,
        request: &request,
        question: &question,
        purpose: &purpose,
        answer: &answer,
    };
    keep(tx, keys, act, &row).await?;
    Ok(answer)
}

/// Keeps a question with its verdict; a pending one waits to be asked again.
async fn keep(tx: &mut Tx, keys: &Keys, act: Act, row: &LookupRow<'_>) -> Result<(), StoreError> {
    let answer = row.answer;
    store::insert_lookup(tx, keys, row).await?;
    if let (Verdict::Pending, Some(cause)) = (answer.verdict, answer.cause) {
        store::insert_pending(tx, keys, answer.id, row.question, (cause, act.now)).await?;
    }
    let detail = json!({ "verdict": answer.verdict, "cause": answer.cause, "source": answer.source });
    audit::record(tx, act, "resident.viewed", answer.id, detail).await
}

fn checked_purpose(request: &LookupRequest) -> Result<String, Refusal> {
    let purpose = request.purpose.trim();
    Refusal::of_fields(purpose_faults(purpose))?;
    Ok(purpose.to_owned())
}

fn purpose_faults(purpose: &str) -> Vec<FieldFault> {
    if purpose.is_empty() {
        vec![FieldFault::new("purpose", "required")]
    } else if purpose.chars().count() > PURPOSE_LENGTH {
        vec![FieldFault::new("purpose", "purpose-long")]
    } else {
        Vec::new()
    }
}

fn answer_of(
    question: &Question,
    finding: Finding,
    (source, now, checked_at): (SourceKind, Instant, Instant),
) -> LookupAnswer {
    let claimed = &question.claimed;
    let record = finding.record.as_ref();
    let birth_date = record.map(|r| r.birth_date).or(claimed.birth_date);
    let sex = record.map(|r| r.sex).or(claimed.sex);
    let known_region = Regions::in_force().find_name(&question.nik.regency_code()).is_some();
    LookupAnswer {
        id: LookupId::new(now.0),
        verdict: finding.verdict,
        cause: finding.cause,
        elements: finding.elements,
        warnings: warnings(&question.nik, known_region, birth_date, sex),
        prefill: finding.record,
        source,
        checked_at,
        earlier: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_needs_a_purpose_of_reasonable_length() {
        assert_eq!(purpose_faults(""), [FieldFault::new("purpose", "required")]);
        assert_eq!(purpose_faults(&"x".repeat(201)), [FieldFault::new("purpose", "purpose-long")]);
        assert_eq!(purpose_faults("Permohonan SIPB"), []);
    }

    #[test]
    fn a_person_who_is_not_found_still_gets_the_warnings_of_the_nik() {
        let claimed = Claimed { sex: Some(Sex::Male), ..Claimed::default() };
        let question = Question::new(Nik::parse("1671065708900001").unwrap(), claimed);
        let finding = Finding::of_record(None, &question.claimed);
        let answer = answer_of(&question, finding, (SourceKind::LocalRegister, Instant(0), Instant(0)));
        assert_eq!((answer.verdict, answer.cause), (Verdict::NotFound, Some(Cause::Unknown)));
        assert_eq!(answer.warnings, [NikWarning::ForeignRegion, NikWarning::OtherSex]);
        assert!(answer.prefill.is_none());
    }
}
