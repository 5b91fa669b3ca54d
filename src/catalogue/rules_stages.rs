//! What must hold of the stages, conditions, fee and texts of a service (pure).

use super::{Comparison, Condition, FieldKind, FormField, KIND, PaperStyle, Service, ServiceKind, SlaUnit, StageName};
use crate::catalogue::ApplicationKind;
use crate::messages::FieldFault;

/// Office hours of a working day, as far as the time of a stage is compared with the promise.
const HOURS_A_DAY: i64 = 8;

/// A way that every file can go to its end: no stage out of order, none nobody reaches, none nobody leaves.
pub(super) fn stage_faults(service: &Service) -> Vec<FieldFault> {
    let has = |stage| service.find_stage(stage).is_some();
    let always = |stage| service.find_stage(stage).is_some_and(|rule| rule.when.is_none());
    let ends = |stages: &[StageName]| stages.iter().all(|stage| always(*stage));
    let is_ordered = service.stages.is_sorted_by(|a, b| a.stage < b.stage);
    let way_ends = match service.kind {
        ServiceKind::Permit => {
            ends(&[StageName::Verification, StageName::Drafting, StageName::Signature, StageName::Handover])
        }
        ServiceKind::Assistance => ends(&[StageName::Verification]) && service.stages.len() == 1,
        ServiceKind::Population | ServiceKind::Counter => service.stages.is_empty(),
    };
    let is_permit = service.issues_permit();
    let found = [
        (!is_ordered, "stages", "stages-order"),
        (!way_ends, "stages", "stages-dead-end"),
        (is_permit && has(StageName::Inspection) && !has(StageName::Recommendation), "stages", "stage-dead-inspection"),
        (
            is_permit && has(StageName::Recommendation) && service.technical_opd.is_none(),
            "technical_opd",
            "opd-unnamed",
        ),
        (has(StageName::Payment) && !service.has_fee(), "stages", "stage-without-fee"),
        (is_permit && service.has_fee() && !always(StageName::Payment), "stages", "fee-without-stage"),
    ];
    let mut faults: Vec<FieldFault> =
        found.iter().filter(|(wrong, _, _)| *wrong).map(|(_, field, code)| FieldFault::new(*field, code)).collect();
    faults.extend(role_faults(service));
    faults.extend(time_faults(service));
    faults
}

fn role_faults(service: &Service) -> Vec<FieldFault> {
    let wrong = service.stages.iter().filter(|rule| rule.role != rule.stage.role());
    let fault = |rule: &super::StageRule| FieldFault {
        args: vec![("role", rule.stage.role().word().to_owned())],
        ..FieldFault::new(format!("stages.{}", rule.stage), "stage-role")
    };
    wrong.map(fault).collect()
}

/// The stages in which the promise runs must fit into it.
fn time_faults(service: &Service) -> Option<FieldFault> {
    let hours = |sla: crate::calendar::Sla| match sla.unit {
        SlaUnit::Hours => sla.value,
        SlaUnit::WorkingDays => sla.value.saturating_mul(HOURS_A_DAY),
    };
    let running = service.stages.iter().filter(|rule| rule.clock == super::StageClock::Runs);
    let times: Vec<i64> = running.filter_map(|rule| rule.time).map(hours).collect();
    let sum = times.iter().fold(0, |sum: i64, n| sum.saturating_add(*n));
    let wrong = sum > hours(service.sla) || times.iter().any(|n| *n < 1);
    wrong.then(|| FieldFault::new("stages", "stages-too-long"))
}

/// Every condition rests on a question of the form that can be answered so.
pub(super) fn condition_faults(service: &Service) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut judge = |condition: &Option<Condition>, field: String, known: &[FormField]| {
        if let Some(condition) = condition.as_ref().filter(|condition| !can_hold(condition, known)) {
            let args = vec![("condition", condition.to_string())];
            faults.push(FieldFault { args, ..FieldFault::new(field, "no-such-answer") });
        }
    };
    for asked in &service.requirements {
        judge(&asked.when, format!("requirements.{}", asked.code), &service.fields);
    }
    for (n, field) in service.fields.iter().enumerate() {
        judge(&field.when, format!("fields.{}", field.code), service.fields.get(..n).unwrap_or_default());
    }
    for rule in &service.stages {
        judge(&rule.when, format!("stages.{}", rule.stage), &service.fields);
    }
    let named_kind = service.fields.iter().filter(|field| field.code == KIND);
    faults.extend(named_kind.map(|field| FieldFault::new(format!("fields.{}", field.code), "code-taken")));
    faults
}

fn can_hold(condition: &Condition, known: &[FormField]) -> bool {
    let field = known.iter().find(|field| field.code == condition.field);
    let can_be = |value: &String| match field {
        None => condition.field == KIND && value.parse::<ApplicationKind>().is_ok(),
        Some(field) => field.kind != FieldKind::Choice || field.choices.contains(value),
    };
    match &condition.is {
        Comparison::OneOf(values) => values.iter().all(can_be),
        Comparison::Not(value) => can_be(value),
        Comparison::AtLeast(_) | Comparison::AtMost(_) => field.is_some_and(|field| field.kind == FieldKind::Number),
    }
}

/// A derived fee rests on questions everybody answers, and the table has an amount for every choice.
pub(super) fn fee_faults(service: &Service) -> Vec<FieldFault> {
    let fee = &service.fee;
    let is = |code: &str, kind: FieldKind| {
        service.fields.iter().any(|f| f.code == code && f.kind == kind && f.required && f.when.is_none())
    };
    let quantities = fee.rate.iter().map(|rate| &rate.field).chain(fee.table.iter().filter_map(|t| t.times.as_ref()));
    let mut wrong: Vec<&String> = quantities.filter(|code| !is(code, FieldKind::Number)).collect();
    wrong.extend(fee.table.iter().map(|table| &table.field).filter(|code| !is(code, FieldKind::Choice)));
    let mut faults: Vec<FieldFault> = wrong.into_iter().map(|code| fee_fault("fee-field", code)).collect();
    let choices = |code: &str| service.fields.iter().find(|f| f.code == code).map(|f| f.choices.as_slice());
    if let Some(table) = &fee.table {
        let lacking = choices(&table.field).unwrap_or_default().iter().filter(|c| !table.rupiah.contains_key(*c));
        faults.extend(lacking.map(|choice| fee_fault("fee-choice", choice)));
    }
    let amounts =
        fee.rate.iter().map(|rate| rate.rupiah).chain(fee.table.iter().flat_map(|t| t.rupiah.values().copied()));
    faults.extend(amounts.filter(|n| *n < 0).take(1).map(|_| FieldFault::new("fee", "not-negative")));
    faults
}

fn fee_fault(code: &'static str, value: &str) -> FieldFault {
    FieldFault { args: vec![("value", value.to_owned())], ..FieldFault::new("fee", code) }
}

/// Every `{place}` of the wording and of the number can be filled.
pub(super) fn place_faults(service: &Service) -> Vec<FieldFault> {
    let is_filled =
        |code: &&str| service.fields.iter().any(|field| field.code == **code && field.required && field.when.is_none());
    let sentences = service.wording.iter().flat_map(|wording| wording.sentences());
    let empty: Vec<&str> = sentences.flat_map(|text| places(text)).filter(|code| !is_filled(code)).collect();
    let mut faults: Vec<FieldFault> = empty.into_iter().map(|code| place_fault("wording", code)).collect();
    faults.extend(appendix_faults(service));
    let known = ["class", "ordinal", "code", "year"];
    let unknown = places(&service.number_pattern).filter(|name| !known.contains(name));
    faults.extend(unknown.map(|name| place_fault("number_pattern", name)));
    let lacks = |name: &str| !service.number_pattern.contains(&format!("{{{name}}}"));
    if lacks("ordinal") || lacks("code") || lacks("year") {
        faults.push(FieldFault::new("number_pattern", "number-pattern"));
    }
    faults
}

/// An annex belongs to a decree, and lists answers that are printed.
fn appendix_faults(service: &Service) -> Vec<FieldFault> {
    let Some(wording) = &service.wording else { return Vec::new() };
    let Some(annex) = &wording.appendix else { return Vec::new() };
    let is_printed = |code: &&String| service.fields.iter().any(|field| field.code == **code && field.on_permit);
    let unknown = annex.fields.iter().filter(|code| !is_printed(code));
    let mut faults: Vec<FieldFault> = unknown.map(|code| place_fault("wording.appendix", code)).collect();
    if wording.style != PaperStyle::Decree || annex.fields.is_empty() {
        faults.push(FieldFault::new("wording.appendix", "appendix-decree"));
    }
    faults
}

fn place_fault(field: &str, place: &str) -> FieldFault {
    FieldFault { args: vec![("place", place.to_owned())], ..FieldFault::new(field, "no-such-place") }
}

/// What stands between braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{AppendixWording, built_in, rule_faults};

    fn changed(code: &str, change: impl FnOnce(&mut Service)) -> Vec<(String, &'static str)> {
        let mut service = built_in().into_iter().find(|s| s.code == code).unwrap();
        change(&mut service);
        rule_faults(&service).into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    fn named(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
        vec![(field.to_owned(), code)]
    }

    fn without(stage: StageName) -> impl FnOnce(&mut Service) {
        move |service| service.stages.retain(|rule| rule.stage != stage)
    }

    #[test]
    fn a_way_without_its_end_or_out_of_order_is_refused() {
        assert_eq!(changed("SIPB", without(StageName::Signature)), named("stages", "stages-dead-end"));
        assert_eq!(changed("PAUD", without(StageName::Recommendation)), named("stages", "stage-dead-inspection"));
        assert_eq!(changed("SIPB", |s| s.stages.swap(0, 1)), named("stages", "stages-order"));
        let twice = changed("SIPB", |s| s.stages.insert(0, s.stages[0].clone()));
        assert!(twice.contains(&("stages".to_owned(), "stages-order")), "{twice:?}");
    }

    #[test]
    fn a_fee_has_its_stage_and_a_stage_of_payment_has_a_fee() {
        assert_eq!(changed("RUMIJA", without(StageName::Payment)), named("stages", "fee-without-stage"));
        assert_eq!(changed("RUMIJA", |s| s.fee.assessed = false), named("stages", "stage-without-fee"));
    }

    #[test]
    fn a_stage_keeps_the_role_of_its_office_and_its_time_within_the_promise() {
        let other = changed("SIPB", |s| s.stages[0].role = crate::identity::Role::Clerk);
        assert_eq!(other, named("stages.verification", "stage-role"));
        assert_eq!(changed("SIPB", |s| s.sla.value = 2), named("stages", "stages-too-long"));
    }

    #[test]
    fn a_condition_nobody_can_meet_is_refused() {
        let requirement = |when: &str| changed("SIPB", |s| s.requirements[1].when = Some(when.parse().unwrap()));
        assert_eq!(requirement("practice_kind = Rumah"), named("requirements.ktp", "no-such-answer"));
        assert_eq!(requirement("nowhere = Rumah"), named("requirements.ktp", "no-such-answer"));
        assert_eq!(requirement("kind = lagi"), named("requirements.ktp", "no-such-answer"));
        assert_eq!(requirement("practice_kind >= 3"), named("requirements.ktp", "no-such-answer"));
        assert_eq!(requirement("kind = renewal"), []);
        let later = changed("SIPB", |s| s.fields[1].when = Some("str_number != X".parse().unwrap()));
        assert_eq!(later, named("fields.practice_address", "no-such-answer"));
    }

    #[test]
    fn a_derived_fee_rests_on_questions_everybody_answers() {
        let with = |toml: &str| {
            changed("RUMIJA", |s| s.fee = toml::from_str(&format!("amount_rupiah = 0\nbasis = 'P'\n{toml}")).unwrap())
        };
        assert_eq!(with("rate = { field = 'use_length', rupiah = 10 }"), []);
        assert_eq!(with("rate = { field = 'road_name', rupiah = 10 }"), named("fee", "fee-field"));
        assert_eq!(with("rate = { field = 'use_length', rupiah = -1 }"), named("fee", "not-negative"));
        let table = with("table = { field = 'use_kind', rupiah = {} }");
        assert!(!table.is_empty() && table.iter().all(|fault| fault.1 == "fee-choice"), "{table:?}");
    }

    #[test]
    fn an_annex_of_a_certificate_or_of_answers_that_are_not_printed_is_refused() {
        let annex = |code: &str, fields: &[&str]| {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            let annex = AppendixWording { title: "RINCIAN".to_owned(), fields };
            changed(code, |s| s.wording.as_mut().unwrap().appendix = Some(annex))
        };
        assert_eq!(annex("REK-P", &["advert_size"]), []);
        assert_eq!(annex("REK-P", &["advert_size", "warna"]), named("wording.appendix", "no-such-place"));
        assert_eq!(annex("REK-P", &[]), named("wording.appendix", "appendix-decree"));
        assert_eq!(annex("SIPB", &["practice_place"]), named("wording.appendix", "appendix-decree"));
    }

    #[test]
    fn a_place_in_the_wording_or_the_number_that_nothing_fills_is_refused() {
        let sentence = |text: &str| changed("SIPB", |s| s.wording.as_mut().unwrap().dictum.push(text.to_owned()));
        assert_eq!(sentence("Berpraktik di {practice_place}."), []);
        assert_eq!(sentence("Berpraktik di {tempat}."), named("wording", "no-such-place"));
        assert_eq!(sentence("Sampai {str_expiry}."), named("wording", "no-such-place"));
        let pattern = |text: &str| changed("SIPB", |s| s.number_pattern = text.to_owned());
        assert_eq!(pattern("{code}/{ordinal}"), named("number_pattern", "number-pattern"));
        assert_eq!(pattern("{code}/{ordinal}/{year}/{bulan}"), named("number_pattern", "no-such-place"));
    }
}
