//! What applicants and officers of the demonstration write (pure).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::chance::Chance;
use super::staff::BadFile;
use crate::catalogue::{FieldKind, FormField, Service, ServiceKind};
use crate::clock::Day;
use crate::permits::{ActName, Fields};

const ANSWERS: &str = include_str!("data/answers.toml");
/// Rupiah a square metre and year, for the counted fee of the demonstration.
const SQUARE_METRE_RUPIAH: i64 = 12_500;

/// Answers to forms and statements of acts.
#[derive(Deserialize)]
pub struct Answers {
    texts: BTreeMap<String, Vec<String>>,
    days: BTreeMap<String, (i64, i64)>,
    numbers: BTreeMap<String, (i64, i64)>,
    steps: BTreeMap<String, Vec<String>>,
}

/// What an act is stated about.
pub struct Statement<'a> {
    /// The service.
    pub service: &'a Service,
    /// The local date.
    pub day: Day,
    /// A number of the file, for letters.
    pub file: usize,
    /// Whether the technical OPD says no.
    pub refuses: bool,
    /// Name of the holder.
    pub holder: &'a str,
}

impl Answers {
    /// Reads the answers.
    pub fn read() -> Result<Answers, BadFile> {
        Ok(toml::from_str(ANSWERS)?)
    }

    /// A filled form.
    pub fn form(&self, chance: &mut Chance, service: &Service, day: Day) -> Fields {
        let filled = service.fields.iter().filter(|field| field.required || chance.is(60));
        let fields: Vec<&FormField> = filled.collect();
        fields.into_iter().map(|field| (field.code.clone(), self.answer(chance, field, day))).collect()
    }

    fn answer(&self, chance: &mut Chance, field: &FormField, day: Day) -> String {
        match field.kind {
            FieldKind::Choice => chance.pick(&field.choices).clone(),
            FieldKind::Date => {
                let (from, to) = self.days.get(&field.code).copied().unwrap_or((30, 60));
                day.plus_days(chance.between(from, to)).to_string()
            }
            FieldKind::Village => super::people::VILLAGE.to_owned(),
            FieldKind::Number => {
                let (from, to) = self.numbers.get(&field.code).copied().unwrap_or((1, 12));
                chance.between(from, to).to_string()
            }
            FieldKind::Text | FieldKind::LongText => match self.texts.get(&field.code) {
                Some(texts) => chance.pick(texts).clone(),
                None => super::people::MARK.to_owned(),
            },
        }
    }

    /// What is stated with an act.
    pub fn stated(&self, chance: &mut Chance, act: ActName, about: &Statement<'_>) -> BTreeMap<String, String> {
        let Statement { service, day, file, refuses, holder } = about;
        let year = day.year();
        let stated = match act {
            ActName::Verification if service.kind == ServiceKind::Assistance => {
                vec![("external_number", format!("UJI{:010}", chance.between(1, 9_999_999_999)))]
            }
            ActName::Return => vec![("note", self.step(chance, "note_return"))],
            ActName::Assignment => vec![
                ("members", self.step(chance, "team")),
                ("order_number", format!("800/{file:03}/ST/UJI/{year}")),
                ("order_date", day.to_string()),
            ],
            ActName::Inspection => vec![
                ("visited_on", day.to_string()),
                ("report_number", format!("BAP/{file:03}/UJI/{year}")),
                ("note", self.step(chance, "note_inspection")),
            ],
            ActName::Recommendation => vec![
                ("outcome", if *refuses { "refuse" } else { "grant" }.to_owned()),
                ("letter_number", format!("440/{file:04}/UJI/{year}")),
                ("letter_date", day.to_string()),
            ],
            ActName::Assessment => vec![
                ("amount_rupiah", (chance.between(8, 60) * SQUARE_METRE_RUPIAH).to_string()),
                ("number", format!("SKRD/{file:03}/UJI/{year}")),
            ],
            ActName::Payment => {
                vec![("receipt_number", format!("STS/{file:03}/UJI/{year}")), ("paid_on", day.to_string())]
            }
            ActName::Handover => vec![("name", (*holder).to_owned()), ("relation", "self".to_owned())],
            ActName::Rejection => vec![("reason", self.step(chance, "reason_rejection"))],
            ActName::Withdrawal => vec![("reason", self.step(chance, "reason_withdrawal"))],
            ActName::Creation
            | ActName::Registration
            | ActName::Claim
            | ActName::Verification
            | ActName::Resubmission
            | ActName::Paraf
            | ActName::Lapse
            | ActName::Release
            | ActName::Reassignment
            | ActName::Rectification
            | ActName::Confirmation
            | ActName::Dismissal
            | ActName::Signature
            | ActName::Sealing => Vec::new(),
        };
        stated.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// One of the sentences for a step.
    pub fn step(&self, chance: &mut Chance, name: &str) -> String {
        self.steps.get(name).map_or_else(|| super::people::MARK.to_owned(), |texts| chance.pick(texts).clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn every_permit_and_assistance_form_can_be_filled() {
        let answers = Answers::read().unwrap();
        let day = Day::parse("2026-11-24").unwrap();
        for service in catalogue::built_in() {
            for seed in 0..5 {
                let typed = answers.form(&mut Chance::apart(seed, 1), &service, day);
                let matter = catalogue::Matter { kind: catalogue::ApplicationKind::New, fields: &typed };
                let faults = catalogue::check_fields(&service, matter);
                assert!(faults.is_empty(), "{}: {faults:?}", service.code);
            }
        }
    }
}
