//! A service as data: what it asks, how long it takes, what it costs, what it gives (pure).
//! One readable TOML file each, in `src/catalogue/data/`.

use std::collections::BTreeMap;

use chrono::Months;
use serde::{Deserialize, Serialize};

use crate::calendar::Sla;
use crate::clock::Day;
use crate::messages::{FieldFault, Lang};
use crate::sites::ServiceGroup;

crate::ids::words! {
    /// What comes out of a service.
    pub enum ServiceKind {
        /// A permit of this agency, with a register and a PDF.
        Permit = "permit",
        /// A population document, made in SIAK by Disdukcapil.
        Population = "population",
        /// Help with another system (OSS, SIMBG): no register and no PDF of ours.
        Assistance = "assistance",
        /// A matter at the counter only: pick-up, consultation, complaint.
        Counter = "counter",
    }
}

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
    }
}

crate::ids::words! {
    /// How the permit is set on paper.
    pub enum PaperStyle {
        /// Certificate: SIP and the like.
        Certificate = "certificate",
        /// Keputusan with dictum.
        Decree = "decree",
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text of a language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

/// How long a permit is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", content = "value", rename_all = "snake_case")]
pub enum Validity {
    /// Years from the date of issue.
    Years(u32),
    /// Months from the date of issue.
    Months(u32),
    /// Days from the date of issue.
    Days(u32),
    /// To the date in the named field (an STR's expiry, a research term).
    UntilDocumentExpiry(String),
    /// For the event whose last date stands in the named field.
    Event(String),
    /// Without end.
    Permanent,
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
}

/// What it costs, with where that comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// Whole rupiah; 0 = free.
    pub amount_rupiah: i64,
    /// Where the amount comes from, or what else is paid elsewhere.
    pub basis: String,
    /// Whether an SKRD with a counted amount is made by the treasurer.
    #[serde(default)]
    pub assessed: bool,
}

/// How the permit reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PermitWording {
    /// Certificate or decree.
    pub style: PaperStyle,
    /// Lines of the title, upper case: `SURAT IZIN PRAKTIK BIDAN`, `(SIPB)`. In a decree: what stands after TENTANG.
    pub title: Vec<String>,
    /// Menimbang.
    #[serde(default)]
    pub considering: Vec<String>,
    /// Mengingat / Berdasarkan: laws with number and year.
    pub basis: Vec<String>,
    /// What is granted and the holder's duties: KESATU, KEDUA … in a decree, plain sentences in a certificate.
    pub dictum: Vec<String>,
    /// Tembusan.
    #[serde(default)]
    pub copies: Vec<String>,
}

/// A choice of the form on which something depends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// The choice.
    pub value: String,
}

/// A service of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// `SIPB`.
    pub code: String,
    /// The letter of its numbers.
    pub group: ServiceGroup,
    /// What comes out.
    pub kind: ServiceKind,
    /// `SIP Bidan`.
    pub name: Bilingual,
    /// One sentence for a citizen.
    pub summary: Bilingual,
    /// The OPD that recommends, when there is one: `Dinas Kesehatan`.
    #[serde(default)]
    pub technical_opd: Option<String>,
    /// Whether the place is visited (BAP) before the recommendation.
    #[serde(default)]
    pub inspection: bool,
    /// The place is visited for this choice only: an own practice, not one within a hospital.
    #[serde(default)]
    pub inspection_if: Option<Condition>,
    /// The promised time.
    pub sla: Sla,
    /// What it costs.
    pub fee: Fee,
    /// How long the permit is valid; only permits have one.
    #[serde(default)]
    pub validity: Option<Validity>,
    /// The field with a date the permit never outlives, when it is filled: an old STR that still expires.
    #[serde(default)]
    pub not_beyond: Option<String>,
    /// Class of the permit number (`503` by default).
    #[serde(default = "default_number_class")]
    pub number_class: String,
    /// Minutes at the counter, as first guess of the wait.
    pub counter_minutes: i64,
    /// The checklist.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// The form.
    #[serde(default)]
    pub fields: Vec<FormField>,
    /// The paper; only permits have one.
    #[serde(default)]
    pub wording: Option<PermitWording>,
    /// Laws with number and year.
    pub legal_basis: Vec<String>,
    /// Where the SLA and fee were taken from; to be replaced by the office's own standard.
    #[serde(default)]
    pub remark: Option<String>,
}

fn default_number_class() -> String {
    "503".to_owned()
}

impl Service {
    /// Whether a fee is due before drafting.
    pub fn has_fee(&self) -> bool {
        self.fee.assessed || self.fee.amount_rupiah > 0
    }

    /// Whether the place is visited, given what the form says.
    pub fn needs_inspection(&self, fields: &BTreeMap<String, String>) -> bool {
        let chosen = |condition: &Condition| fields.get(&condition.field) == Some(&condition.value);
        self.inspection || self.inspection_if.as_ref().is_some_and(chosen)
    }

    /// The last day of a permit issued on a day; `None` is without end. Refuses when the form lacks the date on which
    /// the validity rests (`fields.<code>`).
    pub fn valid_until(&self, issued_on: Day, fields: &BTreeMap<String, String>) -> Result<Option<Day>, FieldFault> {
        let date_in = |code: &String| fields.get(code).and_then(|text| Day::parse(text));
        let must_have = |code| date_in(code).ok_or_else(|| FieldFault::new(format!("fields.{code}"), "required"));
        let end = match &self.validity {
            Some(Validity::Years(years)) => Some(plus_months(issued_on, years * 12)),
            Some(Validity::Months(months)) => Some(plus_months(issued_on, *months)),
            Some(Validity::Days(days)) => Some(issued_on.plus_days(i64::from(*days))),
            Some(Validity::UntilDocumentExpiry(code) | Validity::Event(code)) => Some(must_have(code)?),
            Some(Validity::Permanent) | None => None,
        };
        let limit = self.not_beyond.as_ref().and_then(date_in);
        Ok(end.into_iter().chain(limit).min())
    }

    /// Whether this agency issues a numbered permit for it.
    pub fn issues_permit(&self) -> bool {
        match self.kind {
            ServiceKind::Permit => true,
            ServiceKind::Population | ServiceKind::Assistance | ServiceKind::Counter => false,
        }
    }
}

/// The same day of a later month, or its last day.
fn plus_months(day: Day, months: u32) -> Day {
    day.0.checked_add_months(Months::new(months)).map_or(day, Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;

    fn service(code: &str) -> Service {
        built_in().into_iter().find(|service| service.code == code).unwrap()
    }

    fn end_of(code: &str, issued_on: &str, fields: &[(&str, &str)]) -> Result<Option<Day>, FieldFault> {
        let fields = fields.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
        service(code).valid_until(Day::parse(issued_on).unwrap(), &fields)
    }

    #[test]
    fn a_practice_licence_lasts_five_years_but_never_longer_than_a_dated_str() {
        assert_eq!(end_of("SIPB", "2026-11-24", &[]), Ok(Day::parse("2031-11-24")));
        assert_eq!(end_of("SIPB", "2026-11-24", &[("str_expiry", "")]), Ok(Day::parse("2031-11-24")));
        assert_eq!(end_of("SIPB", "2026-11-24", &[("str_expiry", "2028-01-31")]), Ok(Day::parse("2028-01-31")));
        assert_eq!(end_of("SIPB", "2024-02-29", &[]), Ok(Day::parse("2029-02-28")));
    }

    #[test]
    fn a_permit_for_an_event_ends_with_it_and_one_of_a_school_never() {
        assert_eq!(end_of("JALAN", "2026-11-24", &[("event_ends", "2026-12-01")]), Ok(Day::parse("2026-12-01")));
        assert_eq!(end_of("JALAN", "2026-11-24", &[]), Err(FieldFault::new("fields.event_ends", "required")));
        assert_eq!(end_of("SEKOLAH", "2026-11-24", &[]), Ok(None));
    }

    #[test]
    fn only_an_own_practice_is_visited() {
        let chosen = |value: &str| BTreeMap::from([("practice_kind".to_owned(), value.to_owned())]);
        assert!(service("SIPB").needs_inspection(&chosen("Praktik mandiri")));
        assert!(!service("SIPB").needs_inspection(&chosen("Fasilitas pelayanan kesehatan")));
        assert!(service("PAUD").needs_inspection(&BTreeMap::new()));
        assert!(!service("SIPA").needs_inspection(&BTreeMap::new()));
    }
}
