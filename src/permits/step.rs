//! What is stated with an act: one table serves the API, the pages and the check (pure).

use std::collections::BTreeMap;

use super::{ActName, Advice};
use crate::clock::Day;
use crate::messages::{FieldFault, Refusal};

/// The longest text of one statement, in characters.
const LONGEST: usize = 2_000;

/// Before the code of a requirement: the name of what an inspection found about it.
pub const FINDING: &str = "finding_";

/// How something stated with an act is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// One line.
    Line,
    /// Several lines.
    Text,
    /// A date.
    Date,
    /// Whole rupiah.
    Rupiah,
    /// Grant or refuse.
    Advice,
    /// Codes of requirements, separated by commas.
    Items,
    /// The collector's relation to the holder.
    Relation,
    /// The paper by which the collector was known.
    Identity,
    /// An officer who may work on the file, by sign-in name or id.
    Colleague,
}

/// One thing stated with an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepInput {
    /// Name in the API and the form; its label stands under `input.<name>`.
    pub name: &'static str,
    /// How it is typed.
    pub kind: InputKind,
    /// Whether the act is refused without it.
    pub required: bool,
}

const fn may(name: &'static str, kind: InputKind) -> StepInput {
    StepInput { name, kind, required: false }
}

const fn must(name: &'static str, kind: InputKind) -> StepInput {
    StepInput { name, kind, required: true }
}

/// Who may collect a permit.
pub const RELATIONS: [&str; 3] = ["self", "family", "proxy"];

/// Papers by which a collector is known.
pub const IDENTITIES: [&str; 4] = ["ktp_el", "sim", "passport", "other"];
/// Characters of such a paper's number: from … to …
const NUMBER_LENGTH: std::ops::RangeInclusive<usize> = 4..=40;
/// Characters of it that are kept.
const KEPT: usize = 4;

/// What is stated with an act.
pub fn inputs_of(act: ActName) -> &'static [StepInput] {
    use InputKind::*;
    match act {
        ActName::Verification => const { &[may("external_number", Line), may("note", Text)] },
        ActName::Return => const { &[may("items", Items), may("note", Text)] },
        ActName::Assignment => {
            const { &[must("members", Text), must("order_number", Line), must("order_date", Date), may("planned_on", Date)] }
        }
        ActName::Inspection => {
            const { &[may("visited_on", Date), may("report_number", Line), may("place", Text), may("note", Text)] }
        }
        ActName::Recommendation => {
            const { &[must("outcome", Advice), must("letter_number", Line), must("letter_date", Date), may("note", Text)] }
        }
        ActName::Assessment => const { &[may("amount_rupiah", Rupiah), may("number", Line), may("note", Text)] },
        ActName::Payment => const { &[may("receipt_number", Line), may("paid_on", Date), may("note", Text)] },
        ActName::Handover => {
            const {
                &[
                    must("name", Line),
                    must("relation", Relation),
                    may("identity", Identity),
                    may("identity_number", Line),
                    may("authority", Line),
                ]
            }
        }
        ActName::Rejection | ActName::Withdrawal => const { &[must("reason", Text)] },
        ActName::Reassignment => const { &[must("officer", Colleague), must("reason", Text)] },
        ActName::Rectification => const { &[must("reason", Text)] },
        ActName::Dismissal => const { &[must("note", Text)] },
        ActName::Confirmation
        | ActName::Release
        | ActName::Creation
        | ActName::Registration
        | ActName::Claim
        | ActName::Resubmission
        | ActName::Paraf
        | ActName::Lapse
        | ActName::Signature
        | ActName::Sealing => &[],
    }
}

/// An act with what is stated, checked.
#[derive(Clone, Debug)]
pub struct FileStep {
    /// The act.
    pub act: ActName,
    /// What is stated, by name; nothing empty.
    pub stated: BTreeMap<String, String>,
}

impl FileStep {
    /// An act with what was sent; what the act does not ask for is passed over.
    ///
    /// # Errors
    /// 422 with every field that is missing or cannot be right.
    pub fn read(act: ActName, sent: &BTreeMap<String, String>) -> Result<FileStep, Refusal> {
        let mut stated = BTreeMap::new();
        let mut faults = Vec::new();
        for input in inputs_of(act) {
            let text = sent.get(input.name).map(|text| text.trim()).unwrap_or_default();
            match fault_of(input, text) {
                Some(code) => faults.push(FieldFault::new(input.name, code)),
                None if text.is_empty() => {}
                None => {
                    stated.insert(input.name.to_owned(), text.to_owned());
                }
            }
        }
        if act == ActName::Inspection {
            read_findings(sent, (&mut stated, &mut faults));
        }
        let says_what = stated.contains_key("items") || stated.contains_key("note");
        if act == ActName::Return && !says_what {
            faults.push(FieldFault::new("note", "required"));
        }
        if act == ActName::Handover {
            faults.extend(collector_faults(&stated));
            mask_number(&mut stated);
        }
        Refusal::of_fields(faults)?;
        Ok(FileStep { act, stated })
    }

    /// What was stated under a name.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.stated.get(name).map(String::as_str)
    }

    /// The recommendation, when this is one.
    pub fn advice(&self) -> Option<Advice> {
        self.find("outcome").and_then(|word| word.parse().ok())
    }
}

/// What was found, one statement for each requirement: `finding_<code>`.
fn read_findings(
    sent: &BTreeMap<String, String>,
    (stated, faults): (&mut BTreeMap<String, String>, &mut Vec<FieldFault>),
) {
    let found = sent.iter().map(|(name, text)| (name, text.trim()));
    for (name, text) in found.filter(|(name, text)| name.starts_with(FINDING) && !text.is_empty()) {
        if text.chars().count() > LONGEST {
            faults.push(FieldFault::new(name, "too-long"));
        } else {
            stated.insert(name.clone(), text.to_owned());
        }
    }
}

/// A paper and its number belong together; a proxy (kuasa) shows one and brings the power of attorney (surat kuasa).
fn collector_faults(stated: &BTreeMap<String, String>) -> Vec<FieldFault> {
    let is_missing = |name: &str| !stated.contains_key(name);
    let mut faults = Vec::new();
    if is_missing("identity") != is_missing("identity_number") {
        let name = if is_missing("identity") { "identity" } else { "identity_number" };
        faults.push(FieldFault::new(name, "required"));
    }
    let length = stated.get("identity_number").map(|number| number.chars().count());
    if length.is_some_and(|length| !NUMBER_LENGTH.contains(&length)) {
        faults.push(FieldFault::new("identity_number", "identity-number"));
    }
    if stated.get("relation").is_some_and(|relation| relation == "proxy") {
        if is_missing("identity") && is_missing("identity_number") {
            faults.push(FieldFault::new("identity", "required"));
        }
        if is_missing("authority") {
            faults.push(FieldFault::new("authority", "required"));
        }
    }
    faults
}

/// The paper was seen; of its number only the end is kept.
fn mask_number(stated: &mut BTreeMap<String, String>) {
    if let Some(number) = stated.get_mut("identity_number") {
        let hidden = number.chars().count().saturating_sub(KEPT);
        *number = format!("••••{}", number.chars().skip(hidden).collect::<String>());
    }
}

fn fault_of(input: &StepInput, text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return input.required.then_some("required");
    }
    if text.chars().count() > LONGEST {
        return Some("too-long");
    }
    let (right, code) = match input.kind {
        InputKind::Line | InputKind::Text | InputKind::Items | InputKind::Colleague => (true, ""),
        InputKind::Date => (Day::parse(text).is_some(), "date"),
        InputKind::Rupiah => (text.parse::<i64>().is_ok_and(|amount| amount >= 0), "rupiah"),
        InputKind::Advice => (text.parse::<Advice>().is_ok(), "choice"),
        InputKind::Relation => (RELATIONS.contains(&text), "choice"),
        InputKind::Identity => (IDENTITIES.contains(&text), "choice"),
    };
    (!right).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn faults(act: ActName, pairs: &[(&str, &str)]) -> Vec<String> {
        let refusal = FileStep::read(act, &sent(pairs)).err();
        refusal.map(|r| r.fields.into_iter().map(|f| format!("{} {}", f.field, f.code)).collect()).unwrap_or_default()
    }

    #[test]
    fn a_recommendation_names_its_letter() {
        let missing = faults(ActName::Recommendation, &[("outcome", "perhaps"), ("letter_date", "2026-02-30")]);
        assert_eq!(missing, ["outcome choice", "letter_number required", "letter_date date"]);
        let right = [("outcome", "refuse"), ("letter_number", "440/1"), ("letter_date", "2026-11-20")];
        assert_eq!(FileStep::read(ActName::Recommendation, &sent(&right)).unwrap().advice(), Some(Advice::Refuse));
    }

    #[test]
    fn a_file_is_not_returned_or_rejected_without_saying_why() {
        assert_eq!(faults(ActName::Return, &[("note", "  ")]), ["note required"]);
        assert!(faults(ActName::Return, &[("items", "str")]).is_empty());
        assert_eq!(faults(ActName::Rejection, &[]), ["reason required"]);
        assert_eq!(faults(ActName::Withdrawal, &[]), ["reason required"]);
    }

    #[test]
    fn what_an_act_does_not_ask_for_is_not_kept() {
        let step = FileStep::read(ActName::Claim, &sent(&[("note", "x")])).unwrap();
        assert!(step.stated.is_empty());
    }
}
