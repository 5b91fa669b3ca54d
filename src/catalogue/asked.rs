//! What a service asks for: papers and answers (pure).

use serde::{Deserialize, Serialize};

use super::service::plus_months;
use super::{Bilingual, Condition, Matter, PaperGuide};
use crate::clock::Day;

crate::ids::words! {
    /// How a form field is typed.
    pub enum FieldKind {
        /// One line of text.
        Text = "text",
        /// Several lines.
        LongText = "long_text",
        /// A date.
        Date = "date",
        /// A whole number.
        Number = "number",
        /// One of a list.
        Choice = "choice",
        /// A village (kelurahan or desa), chosen from the official list and kept as its code.
        Village = "village",
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Stable code within the service: `str`.
    pub code: String,
    /// `STR yang masih berlaku`.
    pub name: Bilingual,
    /// Whether the file is incomplete without it.
    pub mandatory: bool,
    /// Whether it is the holder's photograph, printed on the permit.
    #[serde(default)]
    pub photo: bool,
    /// Whether it tells of health, crime, a child or the like (data spesifik, article 4(2) of UU 27/2022).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// It is asked of these files only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Once verified it may be used again for the same person, with consent, so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse: Option<Reuse>,
    /// What a citizen is told of it, where the guide of its code does not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guide: Option<PaperGuide>,
}

/// How long a verified paper may be used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reuse {
    /// So many months from the day it was verified.
    Months(u32),
    /// To the date in this field of the form.
    Until(String),
}

impl Requirement {
    /// Whether it is asked of a file.
    pub fn is_asked(&self, matter: Matter<'_>) -> bool {
        self.when.as_ref().is_none_or(|when| when.holds(matter))
    }

    /// Whether a file is incomplete without it.
    pub fn is_needed(&self, matter: Matter<'_>) -> bool {
        self.mandatory && self.is_asked(matter)
    }

    /// The last day on which a paper verified on a day may be used again; `None` = not at all.
    pub fn reusable_until(&self, verified_on: Day, matter: Matter<'_>) -> Option<Day> {
        let last = match self.reuse.as_ref()? {
            Reuse::Months(months) => plus_months(verified_on, *months),
            Reuse::Until(field) => Day::parse(matter.fields.get(field)?)?,
        };
        (last >= verified_on).then_some(last)
    }

    /// Whether every file is incomplete without it.
    pub fn is_always_needed(&self) -> bool {
        self.mandatory && self.when.is_none()
    }
}

/// One field of the form beyond the applicant's identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    /// Stable code within the service: `practice_place`.
    pub code: String,
    /// `Tempat praktik`.
    pub label: Bilingual,
    /// How it is typed.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
    /// What to type, in words.
    #[serde(default)]
    pub hint: Option<Bilingual>,
    /// The values of a choice.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether the field stands on the permit, with its label.
    #[serde(default)]
    pub on_permit: bool,
    /// Smallest number, or fewest characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest number, or most characters of a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The question is put to these files only; it may rest on the kind and on a field before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

impl FormField {
    /// Whether the question is put to a file.
    pub fn is_asked(&self, matter: Matter<'_>) -> bool {
        self.when.as_ref().is_none_or(|when| when.holds(matter))
    }
}
