//! Asking a source about a person, for a stated purpose. Every question leaves a row and an audit line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::comparison::compare;
use super::{
    Address, Claimed, ElementVerdict, Nik, NikWarning, Regions, Resident, ResidentStatus, Sex, Verdict, store, warnings,
};
use crate::audit::{self, Act};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{ApplicationId, LookupId, OfficerId, TicketId};
use crate::keys::Keys;
use crate::messages::{FieldFault, Refusal};

/// The longest purpose, in characters.
const PURPOSE_LENGTH: usize = 200;

crate::ids::words! {
    /// Who answered.
    pub enum Source {
        /// The register of this installation.
        LocalRegister = "local_register",
    }
}

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

/// The answer. The values of a record are never kept with the question, only the verdicts.
#[derive(Clone, Debug, Serialize)]
pub struct LookupAnswer {
    /// On the person as a whole.
    pub verdict: Verdict,
    /// On each element that was stated.
    pub elements: BTreeMap<&'static str, ElementVerdict>,
    /// Only for a record in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Prefill>,
    /// What is odd about the NIK; never a reason to refuse.
    pub warnings: Vec<NikWarning>,
    /// Who answered.
    pub source: Source,
    /// When.
    pub checked_at: Instant,
}

/// A question as it is kept: who, whom, why, with which result.
pub(super) struct LookupRow<'a> {
    pub id: LookupId,
    pub at: Instant,
    pub officer: OfficerId,
    pub request: &'a LookupRequest,
    pub purpose: &'a str,
    pub answer: &'a LookupAnswer,
}

/// Answers an officer's question about a person. Refuses a question without purpose (field `purpose`).
pub async fn lookup(
    tx: &mut Tx,
    keys: &Keys,
    act: Act,
    officer: OfficerId,
    request: LookupRequest,
) -> Outcome<LookupAnswer> {
    let purpose = request.purpose.trim();
    Refusal::of_fields(purpose_faults(purpose))?;
    let (source, found) = ask(tx, keys, &request.nik).await?;
    let answer = answer_of(&request, found.as_ref(), source, act.now);
    let id = LookupId::new(act.now.0);
    let row = LookupRow { id, at: act.now, officer, request: &request, purpose, answer: &answer };
    store::insert_lookup(tx, keys, &row).await?;
    audit::record(tx, act, "resident.viewed", id, json!({ "verdict": answer.verdict, "source": source })).await?;
    Ok(answer)
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

/// The seam at which another source joins: it answers with a record, with none, or not at all ([`Verdict::Pending`]).
async fn ask(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<(Source, Option<Resident>), StoreError> {
    Ok((Source::LocalRegister, store::find_resident(tx, keys, nik).await?))
}

fn answer_of(request: &LookupRequest, found: Option<&Resident>, source: Source, now: Instant) -> LookupAnswer {
    let claimed = request.claimed.clone().unwrap_or_default();
    let (verdict, elements) = compare(found, &claimed);
    let birth_date = found.map(|r| r.birth_date).or(claimed.birth_date);
    let sex = found.map(|r| r.sex).or(claimed.sex);
    let known_region = Regions::built_in().find_name(&request.nik.regency_code()).is_some();
    LookupAnswer {
        verdict,
        elements,
        prefill: found.filter(|r| r.status == ResidentStatus::Active).map(prefill_of),
        warnings: warnings(&request.nik, known_region, birth_date, sex),
        source,
        checked_at: now,
    }
}

fn prefill_of(resident: &Resident) -> Prefill {
    Prefill {
        name: resident.name.clone(),
        birth_place: resident.birth_place.clone(),
        birth_date: resident.birth_date,
        sex: resident.sex,
        address: resident.address.clone(),
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
        let request = LookupRequest {
            nik: Nik::parse("1671065708900001").unwrap(),
            purpose: "Uji".to_owned(),
            ticket_id: None,
            application_id: None,
            claimed: Some(claimed),
        };
        let answer = answer_of(&request, None, Source::LocalRegister, Instant(0));
        assert_eq!(answer.verdict, Verdict::NotFound);
        assert_eq!(answer.warnings, [NikWarning::ForeignRegion, NikWarning::OtherSex]);
        assert!(answer.prefill.is_none());
    }
}
