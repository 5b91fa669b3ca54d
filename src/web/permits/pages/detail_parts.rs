//! The parts of a file's page.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Pill;
use super::fields::{FieldView, OptionView, act_fields, finding_fields};
use crate::catalogue::FieldKind;
use crate::clock::{Day, Instant};
use crate::documents::Scan;
use crate::messages::{self, FieldFault, Lang, Refusal, plain};
use crate::permits::{self, ActName, ApplicationState, FileView, Met};
use crate::population::Regions;
use crate::web::catalogue::requirement_address;
use crate::web::permits::at_files::AtFiles;

/// A label and its value.
#[derive(Serialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// A line of the checklist.
#[derive(Serialize)]
pub struct ItemView {
    pub code: String,
    pub name: String,
    pub optional: bool,
    pub photo: bool,
    /// Where it is explained.
    pub guide: String,
    pub pill: Pill,
    /// The earlier file it came from, and how long it may be used.
    pub reused: Option<String>,
    /// What the virus scanner has still to say, or said.
    pub scan: Option<Pill>,
    /// That it was erased, and when.
    pub erased: Option<String>,
    pub has_file: bool,
    pub missing: bool,
    /// Where the replaced papers open, oldest first.
    pub earlier: Vec<String>,
}

impl ItemView {
    /// For the samples of the page: missing and held back, or there and used again.
    pub fn sample(code: &str, missing: bool) -> ItemView {
        ItemView {
            code: code.into(),
            name: "STR yang masih berlaku".into(),
            optional: false,
            photo: code == "photo",
            guide: "/layanan/SIPB/syarat/str".into(),
            pill: Pill::new(if missing { "late" } else { "ok" }, "belum ada".into()),
            reused: (!missing).then(|| "Dari permohonan 7K2M-94QX-PD3.".into()),
            scan: missing.then(|| Pill::new("late", "ada virus, ditahan".into())),
            erased: (!missing).then(|| "dihapus 3 Januari 2032".into()),
            has_file: !missing,
            missing,
            earlier: if missing { vec![] } else { vec!["/permohonan/1/dokumen/1".into()] },
        }
    }
}

/// The form of an act that is open to the reader.
#[derive(Serialize)]
pub struct ActForm {
    pub act: ActName,
    pub label: String,
    pub kind: Option<&'static str>,
    pub fields: Vec<FieldView>,
    pub open: bool,
    /// The act has a page of its own.
    pub page: Option<String>,
    /// The letter that presses it.
    pub key: Option<&'static str>,
}

/// The act at the end of an intake has a letter: the clerk's hands stay on the keys.
pub fn key_of(act: ActName) -> Option<&'static str> {
    (act == ActName::Registration).then_some("R")
}

/// What was typed in an act that was refused.
pub struct Tried {
    /// The act.
    pub act: ActName,
    /// The values under the names of the page.
    pub values: BTreeMap<String, String>,
    /// Why not.
    pub refusal: Refusal,
}

/// What the file says.
pub fn facts(view: &FileView, lang: Lang) -> Vec<Fact> {
    let person = &view.file.applicant.person;
    let date = |text: &str| Day::parse(text).map_or_else(|| text.to_owned(), |day| messages::date(lang, day));
    let label = |name: &str| plain(lang, &format!("input.{name}"));
    let sex = if person.sex.is_empty() { String::new() } else { plain(lang, &format!("sex.{}", person.sex)) };
    let mut facts = vec![
        Fact { label: label("nik"), value: view.file.applicant.nik.masked() },
        Fact { label: plain(lang, "files.name"), value: person.name.clone() },
        Fact { label: label("birth_date"), value: format!("{}, {}", person.birth_place, date(&person.birth_date)) },
        Fact { label: label("sex"), value: sex },
        Fact { label: plain(lang, "files.address"), value: Regions::in_force().full_address(&person.address()) },
    ];
    let answers = view.rules.fields.iter().filter_map(|field| Some((field, view.file.fields.get(&field.code)?)));
    facts.extend(answers.map(|(field, value)| Fact {
        label: field.label.of(lang).to_owned(),
        value: match field.kind {
            FieldKind::Date => date(value),
            FieldKind::Village => permits::village_words(value),
            FieldKind::Text | FieldKind::LongText | FieldKind::Number | FieldKind::Choice => value.clone(),
        },
    }));
    let behalf = [
        ("proxy_name", &person.proxy_name),
        ("company_name", &person.company_name),
        ("nib", &person.nib),
        ("npwp", &person.npwp),
    ];
    let stated = behalf.into_iter().filter(|(_, text)| !text.is_empty());
    facts.extend(stated.map(|(name, text)| Fact { label: label(name), value: text.clone() }));
    if let Some(number) = &view.file.previous_number {
        facts.push(Fact { label: label("previous_number"), value: number.clone() });
    }
    if view.rules.fee.is_derived()
        && let Ok(lines) = view.rules.fee.count(view.file.matter())
    {
        let how = view.rules.fee_words(&lines, lang).join("; ");
        let value = format!("{} ({how})", messages::rupiah(crate::catalogue::total(&lines)));
        facts.push(Fact { label: plain(lang, "catalogue.fee"), value });
    }
    if let Some(number) = &view.file.external_number {
        facts.push(Fact { label: label("external_number"), value: number.clone() });
    }
    facts
}

/// The checklist.
pub fn items(view: &FileView, zone: chrono_tz::Tz, lang: Lang) -> Vec<ItemView> {
    let line = |item: &permits::ChecklistItem| {
        let kind = match item.state {
            Met::Missing if item.mandatory => "late",
            Met::Missing => "info",
            Met::Uploaded | Met::Sighted => "ok",
        };
        ItemView {
            code: item.code.clone(),
            name: item.name.of(lang).to_owned(),
            optional: !item.mandatory,
            photo: item.photo,
            guide: requirement_address(&view.rules.code, &item.code),
            pill: Pill::new(kind, plain(lang, &format!("met.{}", item.state))),
            reused: reused(view, &item.code, lang),
            scan: item.scan.and_then(|scan| scan_pill(scan, lang)),
            erased: item.erased_at.map(|at| erased_words(at, zone, lang)),
            has_file: item.document.is_some() && item.erased_at.is_none(),
            missing: item.state == Met::Missing,
            earlier: earlier(view, &item.code),
        }
    };
    view.items.iter().map(line).collect()
}

fn reused(view: &FileView, code: &str, lang: Lang) -> Option<String> {
    let paper = view.wallet.reused.iter().find(|paper| paper.code == code)?;
    let args = [("code", paper.from.text().to_owned()), ("date", messages::date(lang, paper.expires_on))];
    Some(messages::text(lang, "wallet.reused", &args))
}

fn erased_words(at: Instant, zone: chrono_tz::Tz, lang: Lang) -> String {
    messages::text(lang, "retention.erased_on", &[("date", messages::date(lang, at.day(zone)))])
}

fn scan_pill(scan: Scan, lang: Lang) -> Option<Pill> {
    let kind = match scan {
        Scan::Off | Scan::Clean => return None,
        Scan::Waiting => "wait",
        Scan::Infected => "late",
    };
    Some(Pill::new(kind, plain(lang, &format!("scan.{scan}"))))
}

fn earlier(view: &FileView, code: &str) -> Vec<String> {
    let mine = view.versions.iter().filter(|(of, _, _)| of == code);
    mine.map(|(_, document, _)| format!("/permohonan/{}/dokumen/{document}", view.file.id)).collect()
}

/// The acts open to the reader, with what was tried and refused.
pub fn act_forms(
    at: &AtFiles,
    (view, colleagues): (&FileView, &[OptionView]),
    tried: Option<&Tried>,
    lang: Lang,
) -> Vec<ActForm> {
    let none = BTreeMap::new();
    let form = |act: ActName| {
        let mine = tried.filter(|tried| tried.act == act);
        let faults: &[FieldFault] = mine.map_or(&[], |tried| &tried.refusal.fields);
        let values = mine.map_or(&none, |tried| &tried.values);
        ActForm {
            act,
            label: plain(lang, &format!("act.{act}")),
            // Taking a file is the way on only for a registered one.
            kind: act_kind(act).filter(|_| act != ActName::Claim || view.file.state == ApplicationState::Registered),
            fields: all_fields(act, view, (values, colleagues), (faults, lang)),
            open: mine.is_some(),
            page: match act {
                ActName::Return if mine.is_none() => Some(format!("/permohonan/{}/pengembalian", view.file.id)),
                ActName::Rectification => Some(format!("/permohonan/{}/ralat", view.file.id)),
                _ => None,
            },
            key: key_of(act),
        }
    };
    view.open_acts(&at.staff.officer, at.now).into_iter().map(form).collect()
}

/// What is stated with an act, and what was found of each requirement when the place was visited.
fn all_fields(
    act: ActName,
    view: &FileView,
    (values, colleagues): (&BTreeMap<String, String>, &[OptionView]),
    (faults, lang): (&[FieldFault], Lang),
) -> Vec<FieldView> {
    let stated = act_fields(act, (values, colleagues), faults, lang);
    let found = (act == ActName::Inspection).then(|| finding_fields(&view.items, values, (faults, lang)));
    stated.into_iter().chain(found.unwrap_or_default()).collect()
}

/// How the button of an act looks.
pub fn act_kind(act: ActName) -> Option<&'static str> {
    match act {
        ActName::Rejection | ActName::Withdrawal | ActName::Lapse => Some("danger"),
        ActName::Return
        | ActName::Assignment
        | ActName::Assessment
        | ActName::Creation
        | ActName::Sealing
        | ActName::Release
        | ActName::Reassignment
        | ActName::Rectification
        | ActName::Dismissal => None,
        ActName::Registration
        | ActName::Claim
        | ActName::Verification
        | ActName::Resubmission
        | ActName::Inspection
        | ActName::Recommendation
        | ActName::Payment
        | ActName::Paraf
        | ActName::Signature
        | ActName::Confirmation
        | ActName::Handover => Some("primary"),
    }
}
