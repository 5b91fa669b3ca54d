//! What is asked for, what is there and what is missing (pure).

use serde::Serialize;

use super::{ApplicationKind, Fields, Person};
use crate::catalogue::{Bilingual, Matter, Requirement, Service};
use crate::clock::Instant;
use crate::documents::{Scan, short_digest};
use crate::ids::DocumentId;
use crate::messages::{FieldFault, Refusal};

/// What was handed in for one requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Code of the requirement.
    pub code: String,
    /// The paper, when there is one; otherwise the clerk saw the original.
    pub paper: Option<Paper>,
}

/// A kept paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The bytes.
    pub id: DocumentId,
    /// Their digest.
    pub sha256: Vec<u8>,
    /// What the virus scanner says of them.
    pub scan: Scan,
    /// When they were erased, their time being over.
    pub erased_at: Option<Instant>,
}

impl Handed {
    /// The bytes, when there are any.
    pub fn document(&self) -> Option<DocumentId> {
        self.paper.as_ref().map(|paper| paper.id)
    }
}

crate::ids::words! {
    /// How a requirement stands.
    pub enum Met {
        /// Not there.
        Missing = "missing",
        /// A file is kept.
        Uploaded = "uploaded",
        /// The clerk saw the original.
        Sighted = "sighted",
    }
}

/// One line of the checklist.
#[derive(Clone, Debug, Serialize)]
pub struct ChecklistItem {
    /// Code within the service.
    pub code: String,
    /// Name in both languages.
    pub name: Bilingual,
    /// Whether the file is incomplete without it.
    pub mandatory: bool,
    /// Whether it is the photograph printed on the permit.
    pub photo: bool,
    /// How it stands.
    pub state: Met,
    /// The kept file.
    pub document: Option<DocumentId>,
    /// The digest of it as it is printed.
    pub digest: Option<String>,
    /// What the virus scanner says of it.
    pub scan: Option<Scan>,
    /// When it was erased, its time being over.
    pub erased_at: Option<Instant>,
}

impl ChecklistItem {
    /// Whether the file waits for it, and the original may be seen instead of handed in.
    pub fn can_be_sighted(&self) -> bool {
        self.mandatory && !self.photo && self.state == Met::Missing
    }
}

/// What is asked for also when nothing is examined again: who asks, and that they ask.
const ALWAYS: [&str; 2] = ["ktp", "application_letter"];

/// Needed when a proxy came.
const PROXY: &str = "power_of_attorney";

/// The checklist of a file, in the order of the service: what is asked of this file, and what was handed in anyway;
/// `proxied` = somebody else came for the applicant.
pub fn checklist(service: &Service, (matter, proxied): (Matter<'_>, bool), handed: &[Handed]) -> Vec<ChecklistItem> {
    let line = |asked: &Requirement| {
        let found = handed.iter().find(|h| h.code == asked.code);
        let paper = found.and_then(|handed| handed.paper.as_ref());
        let state = match (found, paper) {
            (None, _) | (_, Some(Paper { scan: Scan::Infected, .. })) => Met::Missing,
            (Some(_), Some(_)) => Met::Uploaded,
            (Some(_), None) => Met::Sighted,
        };
        ChecklistItem {
            code: asked.code.clone(),
            name: asked.name.clone(),
            mandatory: is_needed(asked, matter, proxied),
            photo: asked.photo,
            state,
            document: paper.map(|paper| paper.id),
            digest: paper.map(|paper| short_digest(&paper.sha256)),
            scan: paper.map(|paper| paper.scan),
            erased_at: paper.and_then(|paper| paper.erased_at),
        }
    };
    let stands = |asked: &&Requirement| {
        (asked.code == PROXY && proxied)
            || asked.is_asked(matter)
            || handed.iter().any(|handed| handed.code == asked.code)
    };
    service.requirements.iter().filter(stands).map(line).collect()
}

/// Whether the file is complete.
///
/// # Errors
/// 422 `incomplete` naming everything that is missing at once: never one thing at a time.
pub fn check_complete(items: &[ChecklistItem], person: &Person, field_faults: Vec<FieldFault>) -> Result<(), Refusal> {
    let mut faults = person.missing();
    faults.extend(person.malformed());
    faults.extend(field_faults);
    let missing = items.iter().filter(|item| item.mandatory && item.state == Met::Missing);
    faults.extend(missing.map(|item| FieldFault {
        field: format!("requirements.{}", item.code),
        code: "requirement-missing",
        args: vec![("requirement", item.name.id.clone())],
    }));
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal { fields: faults, ..Refusal::invalid("incomplete") })
}

/// No permit rests on a paper the virus scanner has not let pass.
///
/// # Errors
/// 409 `papers-not-scanned`.
pub fn check_scanned(handed: &[Handed]) -> Result<(), Refusal> {
    let held_up = handed.iter().filter_map(|handed| handed.paper.as_ref()).any(|paper| match paper.scan {
        Scan::Off | Scan::Clean => false,
        Scan::Waiting | Scan::Infected => true,
    });
    if held_up { Err(Refusal::conflict("papers-not-scanned")) } else { Ok(()) }
}

/// Whether a file is incomplete without it: a power of attorney when somebody else came.
fn is_needed(asked: &Requirement, matter: Matter<'_>, proxied: bool) -> bool {
    // What is wrong on a paper of ours is put right without any paper of the holder.
    let always = ALWAYS.contains(&asked.code.as_str()) && matter.kind != ApplicationKind::Erratum;
    (asked.code == PROXY && proxied) || (asked.is_needed(matter) && (matter.kind.is_examined() || always))
}

/// Answers to questions the form does not ask.
pub fn unknown_fields(service: &Service, fields: &Fields) -> Vec<FieldFault> {
    let unknown = fields.keys().filter(|code| !service.fields.iter().any(|field| field.code == **code));
    unknown.map(|code| FieldFault::new(format!("fields.{code}"), "field-unknown")).collect()
}
