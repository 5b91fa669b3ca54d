//! What an applicant typed against the form of a service (pure).

use super::{FieldKind, FormField, Matter, Service};
use crate::clock::Day;
use crate::messages::FieldFault;

/// Longest line, in characters.
const LINE: usize = 200;
/// Longest text of several lines, in characters.
const TEXT: usize = 2000;

/// What must be put right in the form of a service; the faults are named `fields.<code>`. A field that is left empty
/// is only a fault when it is required, and a question that is not put to this file never is one.
pub fn check_fields(service: &Service, matter: Matter<'_>) -> Vec<FieldFault> {
    let fault_of = |field: &FormField| {
        let value = matter.answer(&field.code).unwrap_or_default();
        let named = |code| FieldFault::new(format!("fields.{}", field.code), code);
        fault_code(field, value).map(named).or_else(|| bound_fault(field, value, named))
    };
    service.fields.iter().filter(|field| field.is_asked(matter)).filter_map(fault_of).collect()
}

/// A number out of its bounds, or a text too short or too long.
fn bound_fault(field: &FormField, value: &str, named: impl Fn(&'static str) -> FieldFault) -> Option<FieldFault> {
    let (size, low, high) = match field.kind {
        FieldKind::Number => (value.parse::<i64>().ok()?, "number-low", "number-high"),
        FieldKind::Text | FieldKind::LongText => {
            (i64::try_from(value.chars().count()).ok()?, "text-short", "text-over")
        }
        FieldKind::Date | FieldKind::Choice | FieldKind::Village => return None,
    };
    let with = |code, bound: i64| FieldFault { args: vec![("bound", bound.to_string())], ..named(code) };
    let is_low = field.min.filter(|min| size < *min && !value.is_empty()).map(|min| with(low, min));
    is_low.or_else(|| field.max.filter(|max| size > *max).map(|max| with(high, max)))
}

fn fault_code(field: &FormField, value: &str) -> Option<&'static str> {
    if value.is_empty() {
        return field.required.then_some("required");
    }
    let (right, code) = match field.kind {
        FieldKind::Text => (value.chars().count() <= LINE && !value.contains(['\n', '\r']), "line-long"),
        FieldKind::LongText => (value.chars().count() <= TEXT, "text-long"),
        FieldKind::Date => (Day::parse(value).is_some_and(|day| (1900..2200).contains(&day.year())), "not-a-date"),
        FieldKind::Number => (value.len() <= 15 && value.bytes().all(|b| b.is_ascii_digit()), "not-a-number"),
        FieldKind::Choice => (field.choices.iter().any(|choice| choice == value), "not-a-choice"),
        FieldKind::Village => (is_village_code(value), "not-a-village"),
    };
    (!right).then_some(code)
}

/// Whether a text has the shape of a village code: `16.07.06.1021`.
pub fn is_village_code(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [2, 2, 2, 4] && parts.concat().bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::catalogue::{ApplicationKind, built_in};

    fn good() -> BTreeMap<String, String> {
        [
            ("practice_place", "Praktik Mandiri Bidan Uji"),
            ("practice_address", "Jalan Uji Nomor 1"),
            ("practice_kind", "Praktik mandiri"),
            ("practice_order", "Tempat praktik ke-1"),
            ("str_number", "UJI-0001"),
            ("str_expiry", "2030-01-31"),
            ("practice_days", "Senin sampai Jumat, 16.00–20.00 WIB"),
        ]
        .map(|(code, value)| (code.to_owned(), value.to_owned()))
        .into()
    }

    fn faults(service: &str, typed: &BTreeMap<String, String>) -> Vec<FieldFault> {
        faults_of(&built_in().into_iter().find(|s| s.code == service).unwrap(), typed)
    }

    fn faults_of(service: &Service, typed: &BTreeMap<String, String>) -> Vec<FieldFault> {
        check_fields(service, Matter { kind: ApplicationKind::New, fields: typed })
    }

    fn faults_with(code: &str, value: &str) -> Vec<FieldFault> {
        let mut typed = good();
        typed.insert(code.to_owned(), value.to_owned());
        faults("SIPB", &typed)
    }

    #[test]
    fn a_full_form_has_no_fault_and_an_empty_one_names_every_required_field() {
        assert_eq!(faults("SIPB", &good()), []);
        let empty = faults("SIPB", &BTreeMap::new());
        assert_eq!(empty.len(), 6);
        assert!(empty.iter().all(|f| f.code == "required" && f.field != "fields.str_expiry"));
    }

    #[test]
    fn a_value_must_be_of_its_kind() {
        assert_eq!(faults_with("str_expiry", ""), []);
        assert_eq!(faults_with("practice_place", "  "), [FieldFault::new("fields.practice_place", "required")]);
        assert_eq!(faults_with("str_expiry", "31-01-2030"), [FieldFault::new("fields.str_expiry", "not-a-date")]);
        assert_eq!(faults_with("str_expiry", "2030-02-30"), [FieldFault::new("fields.str_expiry", "not-a-date")]);
        assert_eq!(faults_with("practice_kind", "Lain"), [FieldFault::new("fields.practice_kind", "not-a-choice")]);
        assert_eq!(faults_with("str_number", &"1".repeat(201)), [FieldFault::new("fields.str_number", "line-long")]);
        let typed = BTreeMap::from([("children".to_owned(), "dua puluh".to_owned())]);
        assert!(faults("PAUD", &typed).contains(&FieldFault::new("fields.children", "not-a-number")));
    }

    #[test]
    fn a_question_that_is_not_put_is_not_missed_and_a_bound_is_named() {
        let mut service = built_in().into_iter().find(|s| s.code == "SIPB").unwrap();
        service.fields[0].when = Some("kind = renewal".parse().unwrap());
        service.fields[4].max = Some(5);
        let mut typed = good();
        typed.remove("practice_place");
        let faults = faults_of(&service, &typed);
        let bound =
            FieldFault { args: vec![("bound", "5".to_owned())], ..FieldFault::new("fields.str_number", "text-over") };
        assert_eq!(faults, [bound]);
    }
}
