//! The examples of a service: a file as it comes in, and what must come of it. They run before it is published (pure).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ApplicationKind, Matter, Service, SlaUnit, StageName, check_fields, fee};
use crate::calendar::Calendar;
use crate::clock::Day;
use crate::messages::FieldFault;

/// The word for a permit without end.
const PERMANENT: &str = "permanent";

/// One `[[case]]`: what is left out is not compared, `missing` always is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Example {
    /// What it shows, in Indonesian.
    pub name: String,
    /// What is asked for.
    #[serde(default = "new_kind")]
    pub kind: ApplicationKind,
    /// The requirements that are handed in.
    #[serde(default)]
    pub papers: Vec<String>,
    /// What is missing or wrong: `requirements.str`, `fields.str_number`. Empty = the file is complete.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The stages it passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stages: Option<Vec<StageName>>,
    /// Whole rupiah; the counted part only when the treasurer assesses the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_rupiah: Option<i64>,
    /// The day of the registration, in opening hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<Day>,
    /// The promised day, when the promise is in working days; by the calendar Loket brings along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Day>,
    /// The day of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Day>,
    /// The last day, or `permanent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The number of the first permit in the year of issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The answers of the form.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

fn new_kind() -> ApplicationKind {
    ApplicationKind::New
}

/// One thing that came out otherwise than the example says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key of the example.
    pub what: &'static str,
    /// What it says.
    pub expected: String,
    /// What comes out.
    pub found: String,
}

impl Example {
    /// What decides in this file.
    pub fn matter(&self) -> Matter<'_> {
        Matter { kind: self.kind, fields: &self.fields }
    }

    /// Where the example and the rules of its service part; empty when it holds.
    pub fn differences(&self, service: &Service, calendar: &Calendar) -> Vec<Difference> {
        let words = |stages: &[StageName]| stages.iter().map(|s| s.word()).collect::<Vec<_>>().join(", ");
        let mut expected = self.missing.clone();
        expected.sort_unstable();
        let compared = [
            ("papers", String::new(), self.unknown_papers(service).join(", ")),
            ("missing", expected.join(", "), missing(service, self.matter(), &self.papers).join(", ")),
        ];
        let stages = self.stages.as_ref().map(|s| ("stages", words(s), words(&service.stages_of(self.matter()))));
        let fee = self.fee_rupiah.map(|n| ("fee_rupiah", n.to_string(), fee_of(service, self.matter())));
        let due = self.due_on.map(|day| ("due_on", day.to_string(), self.due(service, calendar)));
        let end = self.valid_until.as_ref().map(|end| ("valid_until", end.clone(), self.end(service)));
        let number = self.number.as_ref().map(|number| ("number", number.clone(), self.first_number(service)));
        let compared = compared.into_iter().chain(stages).chain(fee).chain(due).chain(end).chain(number);
        let differing = compared.filter(|(_, expected, found)| expected != found);
        differing.map(|(what, expected, found)| Difference { what, expected, found }).collect()
    }

    fn unknown_papers(&self, service: &Service) -> Vec<&str> {
        let known = |code: &&String| service.requirements.iter().any(|asked| asked.code == **code);
        self.papers.iter().filter(|code| !known(code)).map(String::as_str).collect()
    }

    fn due(&self, service: &Service, calendar: &Calendar) -> String {
        match (self.registered_on, service.sla.unit) {
            (Some(day), SlaUnit::WorkingDays) => due_on(calendar, day, service.sla.value).to_string(),
            (_, SlaUnit::Hours) | (None, SlaUnit::WorkingDays) => nothing(),
        }
    }

    fn end(&self, service: &Service) -> String {
        let Some(day) = self.issued_on else { return nothing() };
        match service.valid_until(day, &self.fields) {
            Ok(end) => end.map_or_else(|| PERMANENT.to_owned(), |day| day.to_string()),
            Err(fault) => fault.field,
        }
    }

    fn first_number(&self, service: &Service) -> String {
        self.issued_on.map_or_else(nothing, |day| service.number(1, day.year()))
    }
}

fn nothing() -> String {
    "–".to_owned()
}

/// What of a file is missing or wrong by the rules, in order of its name.
pub fn missing(service: &Service, matter: Matter<'_>, papers: &[String]) -> Vec<String> {
    let faults = check_fields(service, matter).into_iter().map(|fault| fault.field);
    let is_missing = |asked: &&super::Requirement| asked.is_needed(matter) && !papers.contains(&asked.code);
    let papers = service.requirements.iter().filter(is_missing).map(|asked| format!("requirements.{}", asked.code));
    let mut missing: Vec<String> = faults.chain(papers).collect();
    missing.sort_unstable();
    missing
}

fn fee_of(service: &Service, matter: Matter<'_>) -> String {
    match service.fee.count(matter) {
        Ok(lines) => fee::total(&lines).to_string(),
        Err(fault) => fault.field,
    }
}

/// A file complete on a day off begins on the next working day.
fn due_on(calendar: &Calendar, registered: Day, days: i64) -> Day {
    let mut zero = registered;
    while !calendar.is_working_day(zero) {
        zero = zero.next();
    }
    calendar.due(zero, days).day
}

/// Every example that does not hold, as faults of the file: `case.<number from 1>`.
pub fn case_faults(service: &Service, calendar: &Calendar) -> Vec<FieldFault> {
    let of_case = |(n, example): (usize, &Example)| {
        let fault = |difference: Difference| {
            let shown = |text: String| if text.is_empty() { nothing() } else { text };
            FieldFault {
                field: format!("case.{n}.{}", difference.what),
                code: "case-differs",
                args: vec![
                    ("case", example.name.clone()),
                    ("what", difference.what.to_owned()),
                    ("expected", shown(difference.expected)),
                    ("found", shown(difference.found)),
                ],
            }
        };
        example.differences(service, calendar).into_iter().map(fault).collect::<Vec<_>>()
    };
    (1..).zip(&service.cases).flat_map(of_case).collect()
}
