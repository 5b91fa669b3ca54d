//! A return: one consolidated list of what the applicant must put right, and how far the answer has come (pure).

use super::application::LAPSE_DAYS;
use super::{Application, Fields, Person};
use crate::catalogue::Service;
use crate::clock::Instant;
use crate::ids::{ApplicationId, DocumentId};
use crate::keys::{Keys, hex};
use crate::messages::{FieldFault, Refusal};

/// The longest note or answer, in characters.
const LONGEST: usize = 2_000;
/// The first of the two terms, in days; the second one ends with the lapse.
pub(super) const TERM_DAYS: i64 = LAPSE_DAYS / 2;
/// Letters of the token in the applicant's address: 128 bits.
const TOKEN_LETTERS: usize = 32;
/// What of a person may be put right through the link; a wrong NIK is looked up at the counter.
const PERSON_FIELDS: [&str; 10] =
    ["name", "birth_place", "birth_date", "sex", "phone", "email", "street", "rt", "rw", "village_code"];

crate::ids::words! {
    /// What an item of a return is about.
    pub enum ItemKind {
        /// A paper that is rejected and has to be replaced.
        Paper = "paper",
        /// An answer of the form that is wrong.
        Field = "field",
        /// Anything else, answered in words.
        Question = "question",
    }
}

crate::ids::words! {
    /// Why a paper is rejected.
    pub enum PaperFault {
        /// Cannot be read.
        Blurred = "blurred",
        /// No longer valid.
        Expired = "expired",
        /// Pages or parts are missing.
        Incomplete = "incomplete",
        /// Not the paper that was asked for.
        WrongPaper = "wrong_paper",
        /// Says something else than the form or another paper.
        Contradiction = "contradiction",
        /// Without signature, stamp or duty.
        Unsigned = "unsigned",
        /// Told in the note.
        Other = "other",
    }
}

/// An item as a verifier states it, not checked yet.
#[derive(Clone, Debug, Default)]
pub struct StatedItem {
    /// `paper`, `field` or `question`.
    pub kind: String,
    /// Code of the requirement, or name of the field.
    pub target: String,
    /// Why a paper is rejected; empty = told in the note.
    pub fault: String,
    /// In words, for the applicant.
    pub note: String,
}

/// An item of a return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionItem {
    /// Place in the list, from 1.
    pub place: i64,
    /// What it is about.
    pub kind: ItemKind,
    /// Code of the requirement, `fields.<code>` or `applicant.<name>`; empty for a question.
    pub target: String,
    /// Why a paper is rejected.
    pub fault: Option<PaperFault>,
    /// In words.
    pub note: String,
    /// What a field said when the file was returned.
    pub before: String,
    /// What the applicant typed.
    pub answer: Option<String>,
    /// What the applicant handed in.
    pub document: Option<DocumentId>,
    /// When it was answered.
    pub answered_at: Option<Instant>,
}

/// One return of a file.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The file.
    pub application: ApplicationId,
    /// Which return of the file, from 1.
    pub round: i64,
    /// For the whole list.
    pub note: String,
    /// When the file was returned.
    pub asked_at: Instant,
    /// When the applicant sent everything.
    pub sent_at: Option<Instant>,
    /// When the file went on, lapsed or was closed.
    pub ended_at: Option<Instant>,
    /// The list.
    pub items: Vec<CorrectionItem>,
}

impl Correction {
    /// Whether the applicant may still answer.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none() && self.sent_at.is_none()
    }

    /// The end of the first of two terms.
    pub fn first_term_ends(&self) -> Instant {
        self.asked_at.plus_minutes(TERM_DAYS * 24 * 60)
    }

    /// The end of the second term: from then on the file may be declared lapsed.
    pub fn lapses_at(&self) -> Instant {
        self.asked_at.plus_minutes(LAPSE_DAYS * 24 * 60)
    }

    /// The end of the term that runs now.
    pub fn term_ends(&self, now: Instant) -> Instant {
        if now < self.first_term_ends() { self.first_term_ends() } else { self.lapses_at() }
    }

    /// Days (begun ones count) until the term that runs now ends; 0 when both are over.
    pub fn days_left(&self, now: Instant) -> i64 {
        let minutes = self.term_ends(now).minutes_since(now).max(0);
        (minutes + 24 * 60 - 1) / (24 * 60)
    }

    /// Items without an answer.
    pub fn open_items(&self) -> impl Iterator<Item = &CorrectionItem> {
        self.items.iter().filter(|item| item.answered_at.is_none())
    }

    /// The secret part of the applicant's address; made again from the key whenever it is needed, never stored.
    pub fn token(&self, keys: &Keys) -> String {
        token_of(keys, self.application, self.round)
    }
}

/// The token of a return.
pub(super) fn token_of(keys: &Keys, application: ApplicationId, round: i64) -> String {
    let mut token = hex(&keys.index_of(&format!("correction:{application}:{round}")));
    token.truncate(TOKEN_LETTERS);
    token
}

/// What a field of a file says: `fields.<code>` or `applicant.<name>`.
pub fn value_of(file: &Application, target: &str) -> String {
    match target.split_once('.') {
        Some(("fields", code)) => file.fields.get(code).cloned().unwrap_or_default(),
        Some(("applicant", "phone")) => file.applicant.phone.clone().unwrap_or_default(),
        Some(("applicant", name)) => of_person(&file.applicant.person, name),
        Some(_) | None => String::new(),
    }
}

fn of_person(person: &Person, name: &str) -> String {
    let text = match name {
        "name" => &person.name,
        "birth_place" => &person.birth_place,
        "birth_date" => &person.birth_date,
        "sex" => &person.sex,
        "street" => &person.street,
        "rt" => &person.rt,
        "rw" => &person.rw,
        "village_code" => &person.village_code,
        "email" => return person.email.clone().unwrap_or_default(),
        _ => return String::new(),
    };
    text.clone()
}

/// The list a verifier states, checked against what the service asks for. A return that only has a note becomes one
/// question.
///
/// # Errors
/// 422 with every item that names nothing of this file or says too little.
pub fn items_of(
    rules: &Service,
    file: &Application,
    (note, stated): (&str, &[StatedItem]),
) -> Result<Vec<CorrectionItem>, Refusal> {
    let mut faults = Vec::new();
    let mut items = Vec::new();
    for (place, stated) in (1..).zip(stated) {
        match item_of(rules, file, (note, stated)) {
            Ok(item) => items.push(CorrectionItem { place, ..item }),
            Err((field, code)) => faults.push(FieldFault::new(format!("items.{place}.{field}"), code)),
        }
    }
    Refusal::of_fields(faults)?;
    if items.is_empty() {
        items.push(CorrectionItem { note: note.to_owned(), ..blank(ItemKind::Question) });
    }
    Ok(items)
}

fn blank(kind: ItemKind) -> CorrectionItem {
    CorrectionItem {
        place: 1,
        kind,
        target: String::new(),
        fault: None,
        note: String::new(),
        before: String::new(),
        answer: None,
        document: None,
        answered_at: None,
    }
}

fn item_of(
    rules: &Service,
    file: &Application,
    (general, stated): (&str, &StatedItem),
) -> Result<CorrectionItem, (&'static str, &'static str)> {
    let kind: ItemKind = stated.kind.parse().map_err(|_| ("kind", "choice"))?;
    let note = stated.note.trim().to_owned();
    if note.chars().count() > LONGEST {
        return Err(("note", "too-long"));
    }
    let item = CorrectionItem { target: stated.target.trim().to_owned(), note, ..blank(kind) };
    match kind {
        ItemKind::Paper => {
            if !rules.requirements.iter().any(|asked| asked.code == item.target) {
                return Err(("target", "requirement-unknown"));
            }
            let word = if stated.fault.is_empty() { PaperFault::Other.word() } else { stated.fault.as_str() };
            let fault: PaperFault = word.parse().map_err(|_| ("reason", "choice"))?;
            if fault == PaperFault::Other && item.note.is_empty() && general.is_empty() && !stated.fault.is_empty() {
                return Err(("note", "required"));
            }
            Ok(CorrectionItem { fault: Some(fault), ..item })
        }
        ItemKind::Field if !is_field(rules, &item.target) => Err(("target", "field-unknown")),
        ItemKind::Field => Ok(CorrectionItem { before: value_of(file, &item.target), ..item }),
        ItemKind::Question if item.note.is_empty() => Err(("note", "required")),
        ItemKind::Question => Ok(CorrectionItem { target: String::new(), ..item }),
    }
}

fn is_field(rules: &Service, target: &str) -> bool {
    match target.split_once('.') {
        Some(("fields", code)) => rules.fields.iter().any(|field| field.code == code),
        Some(("applicant", name)) => PERSON_FIELDS.contains(&name),
        Some(_) | None => false,
    }
}

/// The names of the fields a return may name, in the order of the form.
pub fn returnable_fields(rules: &Service) -> Vec<String> {
    let own = rules.fields.iter().map(|field| format!("fields.{}", field.code));
    PERSON_FIELDS.iter().map(|name| format!("applicant.{name}")).chain(own).collect()
}

/// An answer in words, trimmed.
///
/// # Errors
/// 422 for an empty or far too long one.
pub(super) fn checked_answer(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let wrong = |code| Err(Refusal::invalid("invalid-fields").field("answer", code));
    match text.chars().count() {
        0 => wrong("required"),
        n if n > LONGEST => wrong("too-long"),
        _ => Ok(text.to_owned()),
    }
}

/// The answers of a form with one of them put right.
pub(super) fn with_answer(fields: &Fields, code: &str, answer: &str) -> Fields {
    let mut fields = fields.clone();
    fields.insert(code.to_owned(), answer.to_owned());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;

    fn correction(asked: Instant) -> Correction {
        Correction {
            application: ApplicationId::new(1),
            round: 1,
            note: String::new(),
            asked_at: asked,
            sent_at: None,
            ended_at: None,
            items: vec![blank(ItemKind::Question)],
        }
    }

    #[test]
    fn two_terms_of_fourteen_days_follow_each_other() {
        let asked = Day::parse("2026-11-02").unwrap().start(chrono_tz::Tz::Asia__Jakarta);
        let day = |n: i64| asked.plus_minutes(n * 24 * 60);
        let returned = correction(asked);
        assert_eq!((returned.term_ends(day(13)), returned.days_left(day(13))), (day(14), 1));
        assert_eq!((returned.term_ends(day(14)), returned.days_left(day(14))), (day(28), 14));
        assert_eq!((returned.lapses_at(), returned.days_left(day(40))), (day(28), 0));
        assert_eq!(returned.days_left(day(13).plus_minutes(1)), 1);
    }

    #[test]
    fn a_list_is_open_until_it_is_sent_or_ended() {
        let at = Instant(0);
        assert!(correction(at).is_open());
        assert!(!Correction { sent_at: Some(at), ..correction(at) }.is_open());
        assert!(!Correction { ended_at: Some(at), ..correction(at) }.is_open());
        assert_eq!(correction(at).open_items().count(), 1);
    }
}
