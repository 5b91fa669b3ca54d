//! Answers of a form against what is known of the country: a village of the own regency must exist (pure, but for the
//! regions in force).

use super::Fields;
use crate::catalogue::{FieldKind, Matter, Service, check_fields};
use crate::messages::FieldFault;
use crate::population::Regions;

/// What must be put right in the answers of a file: by the form, and villages that do not exist.
pub(super) fn check_answers(service: &Service, matter: Matter<'_>) -> Vec<FieldFault> {
    let mut faults = check_fields(service, matter);
    let regions = Regions::in_force();
    let villages = service.fields.iter().filter(|field| field.kind == FieldKind::Village && field.is_asked(matter));
    let unknown = villages.filter(|field| {
        matter.answer(&field.code).is_some_and(|code| !code.is_empty() && !regions.may_be_village(code))
    });
    let names: Vec<String> = unknown.map(|field| format!("fields.{}", field.code)).collect();
    faults.extend(names.into_iter().map(|name| FieldFault::new(name, "not-a-village")));
    faults.dedup();
    faults
}

/// A village of an answer in words, as it is printed; a code that is not known stays a code.
pub fn village_words(code: &str) -> String {
    Regions::in_force().village_words(code).unwrap_or_else(|| code.to_owned())
}

/// The answers of a form with villages in words.
pub fn worded(service: &Service, fields: &Fields) -> Fields {
    let is_village = |code: &str| service.fields.iter().any(|f| f.code == code && f.kind == FieldKind::Village);
    let word = |(code, value): (&String, &String)| {
        let value = if is_village(code) { village_words(value) } else { value.clone() };
        (code.clone(), value)
    };
    fields.iter().map(word).collect()
}
