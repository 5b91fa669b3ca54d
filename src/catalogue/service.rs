//! A service as data: what it asks, how long it takes, what it costs, what it gives (pure).
//! One readable TOML file each, in `src/catalogue/data/`.

use std::collections::BTreeMap;

use chrono::Months;
use serde::{Deserialize, Serialize};

use super::{Example, Fee, FormField, Requirement, StageRule};
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
    /// Lampiran of a decree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appendix: Option<AppendixWording>,
}

/// Answers that stand behind a decree on pages of their own, in place of its first table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppendixWording {
    /// What it lists, upper case: `DATA REKLAME`.
    pub title: String,
    /// Codes of the fields, all of them printed on the permit.
    pub fields: Vec<String>,
}

impl PermitWording {
    /// Every sentence that may name an answer of the form as `{code}`.
    pub fn sentences(&self) -> impl Iterator<Item = &String> {
        self.title.iter().chain(&self.considering).chain(&self.dictum)
    }

    /// The wording with the answers of a file in their places.
    pub fn filled(&self, fields: &BTreeMap<String, String>) -> PermitWording {
        let fill = |text: &String| {
            fields.iter().fold(text.clone(), |text, (code, value)| text.replace(&format!("{{{code}}}"), value))
        };
        let all = |texts: &Vec<String>| texts.iter().map(fill).collect();
        PermitWording {
            title: all(&self.title),
            considering: all(&self.considering),
            dictum: all(&self.dictum),
            ..self.clone()
        }
    }
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
    /// How the permit number is written, of `{class}`, `{ordinal}`, `{code}` and `{year}`.
    #[serde(default = "default_number_pattern")]
    pub number_pattern: String,
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
    /// The stages a file passes, in order; a matter at the counter has none.
    #[serde(default)]
    pub stages: Vec<StageRule>,
    /// Examples that must hold before the service is published.
    #[serde(default, rename = "case")]
    pub cases: Vec<Example>,
}

fn default_number_class() -> String {
    "503".to_owned()
}

fn default_number_pattern() -> String {
    "{class}/{ordinal}/{code}/DPMPTSP/{year}".to_owned()
}

impl Service {
    /// Whether files are taken in for it here: population documents have their own desk.
    pub fn is_applied_for(&self) -> bool {
        matches!(self.kind, ServiceKind::Permit | ServiceKind::Assistance)
    }

    /// What a field of the form is called; a code without a field stands for itself.
    pub fn label(&self, code: &str, lang: Lang) -> String {
        let field = self.fields.iter().find(|field| field.code == code);
        field.map_or_else(|| code.to_owned(), |field| field.label.of(lang).to_owned())
    }

    /// A permit number: `503/0001/SIPB/DPMPTSP/2026`.
    pub fn number(&self, ordinal: i64, year: i32) -> String {
        let parts = [
            ("{class}", self.number_class.clone()),
            ("{ordinal}", format!("{ordinal:04}")),
            ("{code}", self.code.clone()),
            ("{year}", year.to_string()),
        ];
        parts.iter().fold(self.number_pattern.clone(), |number, (name, value)| number.replace(name, value))
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
pub(super) fn plus_months(day: Day, months: u32) -> Day {
    day.0.checked_add_months(Months::new(months)).map_or(day, Day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{ApplicationKind, Matter, StageName, built_in};

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
        let visited = |code: &str, chosen: &str| {
            let fields = BTreeMap::from([("practice_kind".to_owned(), chosen.to_owned())]);
            service(code).passes(StageName::Inspection, Matter { kind: ApplicationKind::New, fields: &fields })
        };
        assert!(visited("SIPB", "Praktik mandiri"));
        assert!(!visited("SIPB", "Fasilitas pelayanan kesehatan"));
        assert!(visited("PAUD", ""));
        assert!(!visited("SIPA", ""));
    }

    #[test]
    fn a_number_has_class_ordinal_type_agency_and_year() {
        let mut permit = service("REK-P");
        assert_eq!(permit.number(1, 2026), "503/0001/REK-P/DPMPTSP/2026");
        permit.number_class = "500.16.7.2".to_owned();
        assert_eq!(permit.number(12_345, 2027), "500.16.7.2/12345/REK-P/DPMPTSP/2027");
        permit.number_pattern = "{code}.{ordinal}/PTSP/{year}".to_owned();
        assert_eq!(permit.number(7, 2027), "REK-P.0007/PTSP/2027");
    }
}
