//! Typed fields of a form, as the templates draw them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::{FieldKind, FormField, Service};
use crate::messages::{FieldFault, Lang, has, plain, text};
use crate::permits::{ActName, Application, ChecklistItem, FINDING, InputKind, inputs_of};
use crate::population::Regions;

/// The regency whose villages the address list offers.
const REGENCY: &str = "16.07";

/// Under which the values of a kept file carry its masked NIK.
const MASKED: &str = "applicant.nik_masked";

/// One field.
#[derive(Clone, Serialize)]
pub struct FieldView {
    name: String,
    label: String,
    hint: Option<String>,
    value: String,
    error: Option<String>,
    kind: &'static str,
    required: bool,
    options: Vec<OptionView>,
}

/// One value of a list.
#[derive(Clone, Serialize)]
pub struct OptionView {
    value: String,
    label: String,
}

/// Fields under one heading, at most seven.
#[derive(Clone, Serialize)]
pub struct Group {
    legend: String,
    fields: Vec<FieldView>,
}

impl Group {
    /// The first field that must be answered and is not.
    pub fn first_open(&self) -> Option<&str> {
        self.fields.iter().find(|f| f.required && f.value.is_empty()).map(|f| f.name.as_str())
    }
}

impl OptionView {
    /// A value with its words.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> OptionView {
        OptionView { value: value.into(), label: label.into() }
    }
}

impl FieldView {
    /// A field whose label stands under `input.<last part of the name>`.
    pub fn named(name: &str, kind: &'static str, required: bool, lang: Lang) -> FieldView {
        let last = name.rsplit('.').next().unwrap_or(name);
        FieldView {
            name: name.to_owned(),
            label: plain(lang, &format!("input.{last}")),
            hint: None,
            value: String::new(),
            error: None,
            kind,
            required,
            options: Vec::new(),
        }
    }

    /// A question that is answered in words.
    pub fn open_question(name: &str, value: &str, lang: Lang) -> FieldView {
        let label = plain(lang, "correction.answer");
        FieldView { label, value: value.to_owned(), ..FieldView::named(name, "text", true, lang) }
    }

    /// What is wrong with it, in words.
    pub fn with_error(self, error: Option<String>) -> FieldView {
        FieldView { error, ..self }
    }

    /// With a hint under its label.
    pub fn hinted(self, key: &str, lang: Lang) -> FieldView {
        FieldView { hint: Some(plain(lang, key)), ..self }
    }

    /// With a label of the page's own.
    pub fn labelled(self, key: &str, lang: Lang) -> FieldView {
        FieldView { label: plain(lang, key), ..self }
    }

    fn with_options(self, options: Vec<OptionView>) -> FieldView {
        FieldView { options, ..self }
    }

    /// Shows what was typed and what is wrong with it.
    pub fn filled(self, values: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> FieldView {
        let value = values.get(&self.name).cloned().unwrap_or(self.value);
        let error = faults.iter().find(|fault| fault.field == self.name).map(|fault| fault.words(lang));
        FieldView { value, error, ..self }
    }
}

/// The form of a file: who applies, where they live, what the service asks.
pub fn groups(service: &Service, values: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> Vec<Group> {
    let fill = |fields: Vec<FieldView>| fields.into_iter().map(|f| f.filled(values, faults, lang)).collect();
    let mut groups = vec![
        Group { legend: plain(lang, "files.applicant"), fields: fill(person_fields(values, lang)) },
        Group { legend: plain(lang, "files.address"), fields: fill(address_fields(values, lang)) },
    ];
    groups.push(Group { legend: plain(lang, "files.behalf"), fields: fill(behalf_fields(lang)) });
    let own: Vec<FieldView> = service.fields.iter().map(|field| service_field(service, field, values, lang)).collect();
    for (part, fields) in own.chunks(7).enumerate() {
        let legend = if part == 0 { service.name.of(lang).to_owned() } else { plain(lang, "files.more") };
        groups.push(Group { legend, fields: fill(fields.to_vec()) });
    }
    groups
}

/// What a service asks beyond the person.
pub fn questions(
    service: &Service,
    values: &BTreeMap<String, String>,
    faults: &[FieldFault],
    lang: Lang,
) -> Vec<FieldView> {
    service
        .fields
        .iter()
        .map(|field| service_field(service, field, values, lang).filled(values, faults, lang))
        .collect()
}

fn person_fields(values: &BTreeMap<String, String>, lang: Lang) -> Vec<FieldView> {
    let ask = |name, kind, required| FieldView::named(name, kind, required, lang);
    let sexes = ["P", "L"].map(|sex| OptionView::new(sex, plain(lang, &format!("sex.{sex}")))).to_vec();
    // A NIK that is kept is shown masked; it is typed again only to change it.
    let nik = match values.get(MASKED) {
        Some(masked) => FieldView {
            hint: Some(text(lang, "files.nik_kept", &[("masked", masked.clone())])),
            ..ask("applicant.nik", "nik", false)
        },
        None => ask("applicant.nik", "nik", true).hinted("files.nik_hint", lang),
    };
    vec![
        nik,
        FieldView { label: plain(lang, "files.name"), ..ask("applicant.name", "line", true) }
            .hinted("files.name_hint", lang),
        ask("applicant.birth_place", "line", true),
        ask("applicant.birth_date", "date", true),
        ask("applicant.sex", "radio", true).with_options(sexes),
        ask("applicant.phone", "tel", false),
        ask("applicant.email", "email", false),
    ]
}

fn address_fields(values: &BTreeMap<String, String>, lang: Lang) -> Vec<FieldView> {
    let ask = |name, kind, required| FieldView::named(name, kind, required, lang);
    let chosen = values.get("applicant.village_code").map(String::as_str).unwrap_or_default();
    vec![
        ask("applicant.street", "line", true),
        ask("applicant.rt", "short", false),
        ask("applicant.rw", "short", false),
        ask("applicant.village_code", "choice", true).with_options(villages(chosen)),
        ask("applicant.other_village", "line", false).hinted("files.other_village_hint", lang),
    ]
}

/// For whom: a proxy with a power of attorney, a company.
fn behalf_fields(lang: Lang) -> Vec<FieldView> {
    let ask = |name, kind| FieldView::named(name, kind, false, lang);
    vec![
        ask("applicant.proxy_name", "line").hinted("files.proxy_hint", lang),
        ask("applicant.company_name", "line").hinted("files.company_hint", lang),
        ask("applicant.nib", "number").hinted("files.nib_hint", lang),
        ask("applicant.npwp", "number").hinted("files.npwp_hint", lang),
    ]
}

/// The villages of the regency by name, and the one chosen when it lies elsewhere.
fn villages(chosen: &str) -> Vec<OptionView> {
    let regions = Regions::in_force();
    let mut options: Vec<OptionView> = Vec::new();
    for district in regions.list_districts(REGENCY) {
        let within = regions.list_villages(&district.code);
        options.extend(within.iter().map(|v| OptionView::new(&v.code, format!("{}, {}", v.name, district.name))));
    }
    options.sort_by(|a, b| a.label.cmp(&b.label));
    if !chosen.is_empty() && !options.iter().any(|option| option.value == chosen) {
        options.insert(0, OptionView::new(chosen, chosen));
    }
    options
}

fn service_field(service: &Service, field: &FormField, values: &BTreeMap<String, String>, lang: Lang) -> FieldView {
    let kind = match field.kind {
        FieldKind::Text => "line",
        FieldKind::LongText => "text",
        FieldKind::Date => "date",
        FieldKind::Number => "number",
        FieldKind::Choice | FieldKind::Village => "choice",
    };
    let when = field
        .when
        .as_ref()
        .map(|when| text(lang, "files.asked_when", &[("condition", service.condition_words(when, lang))]));
    let hint = field.hint.as_ref().map(|hint| hint.of(lang).to_owned());
    let name = format!("fields.{}", field.code);
    let options = match field.kind {
        FieldKind::Village => villages(values.get(&name).map(String::as_str).unwrap_or_default()),
        FieldKind::Text | FieldKind::LongText | FieldKind::Date | FieldKind::Number | FieldKind::Choice => {
            field.choices.iter().map(|choice| OptionView::new(choice, choice)).collect()
        }
    };
    FieldView {
        name,
        label: field.label.of(lang).to_owned(),
        hint: Some([when, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|hint| !hint.is_empty()),
        value: String::new(),
        error: None,
        kind,
        required: field.required && field.when.is_none(),
        options,
    }
}

/// A field of the form by its full name (`applicant.name`, `fields.place`); none for one the form does not have.
fn find_field(rules: &Service, target: &str, value: &str, lang: Lang) -> Option<FieldView> {
    let values = ["applicant.village_code", target].map(|name| (name.to_owned(), value.to_owned()));
    let values = BTreeMap::from(values);
    let own = rules.fields.iter().map(|field| service_field(rules, field, &values, lang));
    let all = person_fields(&BTreeMap::new(), lang).into_iter().chain(address_fields(&values, lang)).chain(own);
    all.into_iter().find(|field| field.name == target)
}

/// The field a return names, under a name of the page's own.
pub fn answer_field(rules: &Service, (target, name): (&str, &str), value: &str, lang: Lang) -> FieldView {
    let field = find_field(rules, target, value, lang).unwrap_or_else(|| FieldView::open_question(name, value, lang));
    FieldView { name: name.to_owned(), value: value.to_owned(), required: true, ..field }
}

/// What a file holds, under the names of its form.
pub fn values_of(file: &Application) -> BTreeMap<String, String> {
    let person = &file.applicant.person;
    let stated = [
        ("name", person.name.as_str()),
        ("birth_place", &person.birth_place),
        ("birth_date", &person.birth_date),
        ("sex", &person.sex),
        ("phone", file.applicant.phone.as_deref().unwrap_or_default()),
        ("email", person.email.as_deref().unwrap_or_default()),
        ("street", &person.street),
        ("rt", &person.rt),
        ("rw", &person.rw),
        ("village_code", &person.village_code),
        ("proxy_name", &person.proxy_name),
        ("company_name", &person.company_name),
        ("nib", &person.nib),
        ("npwp", &person.npwp),
    ];
    let applicant = stated.into_iter().map(|(name, text)| (format!("applicant.{name}"), text.to_owned()));
    let answers = file.fields.iter().map(|(code, text)| (format!("fields.{code}"), text.clone()));
    let others = [
        ("kind", file.kind.word().to_owned()),
        ("previous_number", file.previous_number.clone().unwrap_or_default()),
        (MASKED, file.applicant.nik.masked()),
    ];
    applicant.chain(answers).chain(others.map(|(name, text)| (name.to_owned(), text))).collect()
}

/// What was found of each requirement when the place was visited.
pub fn finding_fields(
    items: &[ChecklistItem],
    values: &BTreeMap<String, String>,
    (faults, lang): (&[FieldFault], Lang),
) -> Vec<FieldView> {
    let field = |item: &ChecklistItem| {
        let name = format!("{}.{FINDING}{}", ActName::Inspection, item.code);
        let label = text(lang, "inspection.finding", &[("name", item.name.of(lang).to_owned())]);
        FieldView { label, ..FieldView::named(&name, "line", false, lang) }.filled(values, faults, lang)
    };
    items.iter().filter(|item| !item.photo).map(field).collect()
}

/// What is stated with an act; the names carry the act, since several forms stand on one page.
pub fn act_fields(
    act: ActName,
    (values, colleagues): (&BTreeMap<String, String>, &[OptionView]),
    faults: &[FieldFault],
    lang: Lang,
) -> Vec<FieldView> {
    let view = |input: &crate::permits::StepInput| {
        let (kind, options) = match input.kind {
            InputKind::Line | InputKind::Items => ("line", Vec::new()),
            InputKind::Colleague => ("choice", colleagues.to_vec()),
            InputKind::Text => ("text", Vec::new()),
            InputKind::Date => ("date", Vec::new()),
            InputKind::Rupiah => ("number", Vec::new()),
            InputKind::Advice => ("radio", words(&["grant", "refuse"], "advice", lang)),
            InputKind::Relation => ("radio", words(&crate::permits::RELATIONS, "relation", lang)),
            InputKind::Identity => ("radio", words(&crate::permits::IDENTITIES, "identity", lang)),
        };
        let name = format!("{act}.{}", input.name);
        let hint = format!("input.{}_hint", input.name);
        let field = FieldView::named(&name, kind, input.required, lang).with_options(options);
        let field = if has(lang, &hint) { field.hinted(&hint, lang) } else { field };
        field.filled(values, faults, lang)
    };
    let mut fields: Vec<FieldView> = inputs_of(act).iter().map(view).collect();
    // Asked for only when the signature was held back: the verdict on the applicant is pending.
    if act == ActName::Signature && faults.iter().any(|fault| fault.field == "signature.reason") {
        fields.push(FieldView::named("signature.reason", "text", true, lang).filled(values, faults, lang));
    }
    fields
}

fn words(words: &[&str], prefix: &str, lang: Lang) -> Vec<OptionView> {
    words.iter().map(|word| OptionView::new(*word, plain(lang, &format!("{prefix}.{word}")))).collect()
}
