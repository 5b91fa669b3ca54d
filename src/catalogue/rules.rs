//! What must hold for a service before it is published (pure).

use std::collections::BTreeSet;

use super::rules_stages::{condition_faults, fee_faults, place_faults, stage_faults};
use super::{FieldKind, FormField, Requirement, Reuse, Service, ServiceKind, Validity};
use crate::messages::FieldFault;

/// Everything that is wrong with a service; empty when it may be published.
pub fn rule_faults(service: &Service) -> Vec<FieldFault> {
    let mut faults = code_faults(service);
    faults.extend(number_faults(service));
    faults.extend(form_faults(service));
    faults.extend(paper_faults(service));
    faults.extend(stage_faults(service));
    faults.extend(condition_faults(service));
    faults.extend(reuse_faults(service));
    faults.extend(fee_faults(service));
    faults.extend(place_faults(service));
    faults
}

fn code_faults(service: &Service) -> Vec<FieldFault> {
    let is_code = |text: &str| {
        (2..=10).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
    };
    let requirements = service.requirements.iter().map(|r| r.code.as_str());
    let fields = service.fields.iter().map(|f| f.code.as_str());
    let found = [
        (!is_code(&service.code), "code", "service-code"),
        (!are_codes(requirements), "requirements", "codes-unique"),
        (!are_codes(fields), "fields", "codes-unique"),
    ];
    faults_of(&found)
}

/// A paper is used again to a date that is asked for, or for some months; a photograph is printed and always new.
fn reuse_faults(service: &Service) -> Vec<FieldFault> {
    let is_date = |code: &str| service.fields.iter().any(|f| f.code == code && f.kind == FieldKind::Date);
    let is_wrong = |asked: &&Requirement| match &asked.reuse {
        None => false,
        Some(Reuse::Months(months)) => *months == 0 || asked.photo,
        Some(Reuse::Until(field)) => !is_date(field) || asked.photo,
    };
    let wrong = service.requirements.iter().filter(is_wrong);
    wrong.map(|asked| FieldFault::new(format!("requirements.{}", asked.code), "reuse-date")).collect()
}

fn are_codes<'a>(codes: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = BTreeSet::new();
    let is_code = |code: &str| {
        !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    codes.into_iter().all(|code| is_code(code) && seen.insert(code))
}

/// Art. 79A and 95B of UU 24/2013: population documents are free, and charging for them is a crime.
fn number_faults(service: &Service) -> Vec<FieldFault> {
    let has_fee = service.fee.amount_rupiah != 0 || service.fee.assessed || service.fee.is_derived();
    let found = [
        (service.kind == ServiceKind::Population && has_fee, "fee", "population-free"),
        (service.fee.amount_rupiah < 0, "fee", "not-negative"),
        (service.sla.value < 1, "sla", "at-least-one"),
        (service.counter_minutes < 1, "counter_minutes", "at-least-one"),
    ];
    faults_of(&found)
}

fn form_faults(service: &Service) -> Vec<FieldFault> {
    let lacks_choices = |field: &&FormField| (field.kind == FieldKind::Choice) == field.choices.is_empty();
    let bad_choices = service.fields.iter().filter(lacks_choices);
    bad_choices.map(|field| FieldFault::new(format!("fields.{}", field.code), "choices")).collect()
}

fn paper_faults(service: &Service) -> Vec<FieldFault> {
    let is_date = |code: &String| service.fields.iter().any(|f| f.code == *code && f.kind == FieldKind::Date);
    let is_filled_date = |code: &String| is_date(code) && service.fields.iter().any(|f| f.code == *code && f.required);
    let rests_on_nothing = match &service.validity {
        Some(Validity::UntilDocumentExpiry(code) | Validity::Event(code)) => !is_filled_date(code),
        Some(Validity::Years(n) | Validity::Months(n) | Validity::Days(n)) => *n == 0,
        Some(Validity::Permanent) | None => false,
    };
    let wording = service.wording.as_ref();
    let is_complete = wording.is_some_and(|w| !w.title.is_empty() && !w.basis.is_empty() && !w.dictum.is_empty());
    let is_permit = service.issues_permit();
    let found = [
        (is_permit != service.validity.is_some(), "validity", "permits-only"),
        (rests_on_nothing, "validity", "no-such-date"),
        (service.not_beyond.as_ref().is_some_and(|code| !is_date(code)), "not_beyond", "no-such-date"),
        (is_permit && !is_complete, "wording", "wording-complete"),
        (!is_permit && wording.is_some(), "wording", "permits-only"),
    ];
    faults_of(&found)
}

fn faults_of(found: &[(bool, &str, &'static str)]) -> Vec<FieldFault> {
    found.iter().filter(|(wrong, _, _)| *wrong).map(|(_, field, code)| FieldFault::new(*field, code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;

    fn changed(code: &str, change: impl FnOnce(&mut Service)) -> Vec<FieldFault> {
        let mut service = built_in().into_iter().find(|s| s.code == code).unwrap();
        change(&mut service);
        rule_faults(&service)
    }

    #[test]
    fn a_population_service_can_have_no_fee() {
        let fault = [FieldFault::new("fee", "population-free")];
        assert_eq!(changed("KK-B", |s| s.fee.amount_rupiah = 5000), fault);
        assert_eq!(changed("KK-B", |s| s.fee.assessed = true), fault);
        assert_eq!(changed("SIPB", |s| s.fee.amount_rupiah = -1), [FieldFault::new("fee", "not-negative")]);
    }

    #[test]
    fn codes_are_unique_and_plain() {
        assert_eq!(changed("SIPB", |s| s.code = "sip b".to_owned()), [FieldFault::new("code", "service-code")]);
        let twice = changed("SIPB", |s| s.requirements.push(s.requirements[0].clone()));
        assert_eq!(twice, [FieldFault::new("requirements", "codes-unique")]);
        let letters = changed("SIPB", |s| s.fields[0].code = "Tempat".to_owned());
        assert_eq!(letters, [FieldFault::new("fields", "codes-unique")]);
    }

    #[test]
    fn a_choice_has_choices_and_nothing_else_has() {
        let fault = [FieldFault::new("fields.practice_place", "choices")];
        assert_eq!(changed("SIPB", |s| s.fields[0].kind = FieldKind::Choice), fault);
        assert_eq!(changed("SIPB", |s| s.fields[0].choices.push("A".to_owned())), fault);
    }

    #[test]
    fn a_validity_rests_on_a_date_that_must_be_filled() {
        let fault = [FieldFault::new("validity", "no-such-date")];
        let on = |code: &str| Some(Validity::Event(code.to_owned()));
        assert_eq!(changed("JALAN", |s| s.validity = on("nowhere")), fault);
        assert_eq!(changed("JALAN", |s| s.validity = on("event_name")), fault);
        assert_eq!(changed("SIPB", |s| s.validity = on("str_expiry")), fault);
        assert_eq!(changed("SIPB", |s| s.validity = Some(Validity::Years(0))), fault);
        let beyond = changed("SIPB", |s| s.not_beyond = Some("str_number".to_owned()));
        assert_eq!(beyond, [FieldFault::new("not_beyond", "no-such-date")]);
    }

    #[test]
    fn permits_and_only_permits_have_a_validity_and_a_wording() {
        assert_eq!(changed("SIPB", |s| s.validity = None), [FieldFault::new("validity", "permits-only")]);
        assert_eq!(changed("SIPB", |s| s.wording = None), [FieldFault::new("wording", "wording-complete")]);
        assert_eq!(
            changed("NIB", |s| s.validity = Some(Validity::Permanent)),
            [FieldFault::new("validity", "permits-only")]
        );
        assert_eq!(changed("KTP-C", |s| s.sla.value = 0), [FieldFault::new("sla", "at-least-one")]);
    }
}
