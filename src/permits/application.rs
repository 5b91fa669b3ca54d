//! A permit application (permohonan) and what it is about (pure).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Advice, Office, TrackingCode};
pub use crate::catalogue::ApplicationKind;
use crate::catalogue::Matter;
use crate::clock::{Day, Instant};
use crate::ids::{ApplicationId, OfficerId, PermitId, SiteId, TicketId};
use crate::messages::FieldFault;
use crate::population::{Address, Nik, Regions};

crate::ids::words! {
    /// Where a file stands.
    pub enum ApplicationState {
        /// Being filled in; not registered, the promise does not run.
        Draft = "draft",
        /// Complete (terdaftar): the promise runs from here.
        Registered = "registered",
        /// A verifier has it.
        InVerification = "in_verification",
        /// Back with the applicant, who must put something right; the promise is paused.
        Returned = "returned",
        /// The technical OPD writes its recommendation.
        InRecommendation = "in_recommendation",
        /// The place is to be visited (BAP).
        InInspection = "in_inspection",
        /// The fee is assessed (SKRD) and must be paid.
        AwaitingPayment = "awaiting_payment",
        /// The draft waits for the section head's paraf, or a refused file for the head's rejection.
        InDrafting = "in_drafting",
        /// The head of agency is to sign.
        AwaitingSignature = "awaiting_signature",
        /// Signed; the bytes are kept.
        Issued = "issued",
        /// Ready to be collected or downloaded.
        Ready = "ready",
        /// With its holder.
        HandedOver = "handed_over",
        /// Rejected by the head of agency, with reasons.
        Rejected = "rejected",
        /// Withdrawn by the applicant.
        Withdrawn = "withdrawn",
        /// Given up: the applicant did not answer in time.
        Lapsed = "lapsed",
    }
}

impl ApplicationState {
    /// Whether somebody still has to act before the file is decided.
    pub fn is_open(self) -> bool {
        use ApplicationState::*;
        match self {
            Draft | Registered | InVerification | Returned | InRecommendation | InInspection | AwaitingPayment
            | InDrafting | AwaitingSignature => true,
            Issued | Ready | HandedOver | Rejected | Withdrawn | Lapsed => false,
        }
    }
}

/// Who applies, as stated at the counter: the file keeps its own copy. Fields may be empty while it is a draft.
#[derive(Clone, PartialEq, Eq)]
pub struct Applicant {
    /// The national number; kept sealed.
    pub nik: Nik,
    /// Telephone; kept sealed.
    pub phone: Option<String>,
    /// The rest.
    pub person: Person,
}

/// The stated particulars of a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// One field, as on the KTP-el, titles included.
    pub name: String,
    /// Birth place.
    pub birth_place: String,
    /// ISO date, or empty.
    pub birth_date: String,
    /// `L`, `P`, or empty.
    pub sex: String,
    /// Street and number, hamlet.
    pub street: String,
    /// Three digits.
    pub rt: String,
    /// Three digits.
    pub rw: String,
    /// Kemendagri code.
    pub village_code: String,
    /// Electronic mail.
    pub email: Option<String>,
    /// Who came with a power of attorney (penerima kuasa); empty = the applicant.
    pub proxy_name: String,
    /// The company or foundation the permit is for; empty = a person.
    pub company_name: String,
    /// Its NIB, thirteen digits.
    pub nib: String,
    /// Its NPWP, fifteen digits, or sixteen beginning with 0. Never a person's, which is a NIK.
    pub npwp: String,
}

impl Person {
    /// The address by area code.
    pub fn address(&self) -> Address {
        Address {
            street: self.street.clone(),
            rt: self.rt.clone(),
            rw: self.rw.clone(),
            village_code: self.village_code.clone(),
        }
    }

    /// What was typed but cannot be right; empty fields are no fault of a draft.
    pub fn malformed(&self) -> Vec<FieldFault> {
        let three_digits = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
        let village = &self.village_code;
        let checks = [
            ("birth_date", "date", self.birth_date.is_empty() || Day::parse(&self.birth_date).is_some()),
            ("sex", "sex", matches!(self.sex.as_str(), "" | "L" | "P")),
            ("rt", "rt-rw", three_digits(&self.rt)),
            ("rw", "rt-rw", three_digits(&self.rw)),
            ("village_code", "not-a-village", village.is_empty() || Regions::in_force().may_be_village(village)),
            ("email", "email", self.email.as_ref().is_none_or(|email| email.contains('@'))),
            ("nib", "nib", self.nib.is_empty() || is_number(&self.nib, &[13])),
            ("npwp", "npwp", self.npwp.is_empty() || is_company_npwp(&self.npwp)),
            (
                "company_name",
                "required",
                !self.company_name.is_empty() || (self.nib.is_empty() && self.npwp.is_empty()),
            ),
        ];
        let wrong = checks.into_iter().filter(|(_, _, right)| !right);
        wrong.map(|(field, code, _)| FieldFault::new(format!("applicant.{field}"), code)).collect()
    }

    /// What a complete file needs and is still empty.
    pub fn missing(&self) -> Vec<FieldFault> {
        let needed = [
            ("name", &self.name),
            ("birth_place", &self.birth_place),
            ("birth_date", &self.birth_date),
            ("sex", &self.sex),
            ("street", &self.street),
            ("village_code", &self.village_code),
        ];
        let empty = needed.into_iter().filter(|(_, text)| text.trim().is_empty());
        empty.map(|(field, _)| FieldFault::new(format!("applicant.{field}"), "required")).collect()
    }
}

fn is_number(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Since 2024 the NPWP of a person is the NIK (PMK 112/2022), which is kept sealed elsewhere; that of a company has a
/// leading 0 before the fifteen digits of old.
fn is_company_npwp(text: &str) -> bool {
    is_number(text, &[15]) || (is_number(text, &[16]) && text.starts_with('0'))
}

/// The answers of the service's own form, by field code.
pub type Fields = BTreeMap<String, String>;

/// A file.
#[derive(Clone)]
pub struct Application {
    /// Identity.
    pub id: ApplicationId,
    /// Public from the registration on.
    pub code: TrackingCode,
    /// Service code.
    pub service: String,
    /// The rules of the filing day.
    pub service_version: i64,
    /// What is asked for.
    pub kind: ApplicationKind,
    /// Where it stands.
    pub state: ApplicationState,
    /// Counts every change: nobody writes over what another saw.
    pub version: i64,
    /// Where it was filed.
    pub site: SiteId,
    /// The visit it was filed on.
    pub ticket: Option<TicketId>,
    /// Who applies.
    pub applicant: Applicant,
    /// The answers of the form.
    pub fields: Fields,
    /// The number another system gave (OSS, SIMBG), for assistance only.
    pub external_number: Option<String>,
    /// The number of the permit it rests on: renewed, amended, revoked or copied.
    pub previous_number: Option<String>,
    /// The same in our register, when it stands there.
    pub previous: Option<PermitId>,
    /// The clerk who took it in.
    pub intake_by: OfficerId,
    /// Who of the office it waits at has it in hand: nobody else works on it.
    pub claim: Option<Claim>,
    /// The latest recommendation of the technical OPD.
    pub advice: Option<Advice>,
    /// Begun.
    pub created_at: Instant,
    /// Declared complete.
    pub registered_at: Option<Instant>,
    /// Promised.
    pub due_at: Option<Instant>,
    /// Whether the promise rests on an expected holiday.
    pub due_estimate: bool,
    /// When the stage it is in is due; none while the applicant must act, after the decision, or without a time.
    pub stage_due_at: Option<Instant>,
    /// Returned to the applicant since.
    pub paused_at: Option<Instant>,
    /// The applicant answered the whole list of the return; a clerk has to take it over.
    pub answered_at: Option<Instant>,
    /// Decided, withdrawn or lapsed.
    pub closed_at: Option<Instant>,
}

/// A file in the hand of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who has it.
    pub by: OfficerId,
    /// Since when.
    pub at: Instant,
    /// Why it was given to this person, when somebody else did that.
    pub note: Option<String>,
}

/// Days a returned file waits for its applicant: twice 14.
pub(super) const LAPSE_DAYS: i64 = 28;

impl Application {
    /// What of it the rules of its service ask about.
    pub fn matter(&self) -> Matter<'_> {
        Matter { kind: self.kind, fields: &self.fields }
    }

    /// The office the file waits at; none when it is closed.
    pub fn waits_at(&self) -> Option<Office> {
        use ApplicationState::*;
        Some(match self.state {
            Draft | Returned => Office::Intake,
            Registered | InVerification => Office::Verification,
            InInspection | InRecommendation => Office::Recommendation,
            AwaitingPayment => Office::Payment,
            // A refused file waits for the head's rejection.
            InDrafting if self.advice == Some(Advice::Refuse) => Office::Signature,
            InDrafting => Office::Paraf,
            AwaitingSignature => Office::Signature,
            Ready => Office::Handover,
            Issued | HandedOver | Rejected | Withdrawn | Lapsed => return None,
        })
    }

    /// Goes on to a state. Where it arrives nobody has it in hand yet, and the time of the stage is counted anew.
    pub fn go_to(&mut self, state: ApplicationState) {
        if state != self.state {
            self.claim = None;
            self.stage_due_at = None;
        }
        self.state = state;
    }

    /// Whether somebody else came for the applicant.
    pub fn is_proxied(&self) -> bool {
        !self.applicant.person.proxy_name.is_empty()
    }

    /// When a returned file may be considered withdrawn (*gugur*); none while it is not with the applicant.
    pub fn lapses_at(&self) -> Option<Instant> {
        Some(self.paused_at?.plus_minutes(LAPSE_DAYS * 24 * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_draft_is_not_wrong_but_not_complete_either() {
        let empty = Person::default();
        assert!(empty.malformed().is_empty());
        assert_eq!(empty.missing().len(), 6);
        let odd = Person { birth_date: "31-02-1990".into(), sex: "X".into(), rt: "12a".into(), ..empty };
        let fields: Vec<String> = odd.malformed().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["applicant.birth_date", "applicant.sex", "applicant.rt"]);
    }

    #[test]
    fn a_company_has_a_name_and_its_own_numbers_and_never_the_nik_of_a_person() {
        let faults = |nib: &str, npwp: &str, name: &str| {
            let (nib, npwp, company_name) = (nib.to_owned(), npwp.to_owned(), name.to_owned());
            let person = Person { nib, npwp, company_name, ..Person::default() };
            person.malformed().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert!(faults("9120001234567", "0012345678901000", "PT CONTOH DATA UJI").is_empty());
        assert!(faults("", "012345678901000", "PT CONTOH DATA UJI").is_empty());
        assert_eq!(faults("912", "1607014112920003", "PT CONTOH"), ["applicant.nib", "applicant.npwp"]);
        assert_eq!(faults("9120001234567", "", ""), ["applicant.company_name"]);
    }
}
