//! `/permohonan/{id}/pengembalian`: a verifier judges each paper and field and sends one list to the applicant.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use super::detail_parts::items;
use super::fields::OptionView;
use crate::db::Fault;
use crate::ids::ApplicationId;
use crate::messages::{FieldFault, Lang, Refusal, plain};
use crate::permits::{
    self, ActName, FileView, ItemKind, PaperFault, Returning, StatedItem, returnable_fields, value_of,
};
use crate::web::form::Posted;
use crate::web::guard::Verifier;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the list a verifier makes.
pub fn routes() -> Vec<Route> {
    routes![ask, send]
}

/// The list as it is made.
#[derive(Default, Serialize)]
pub struct ReturnPage {
    id: String,
    code: String,
    applicant: String,
    service: String,
    papers: Vec<PaperRow>,
    fields: Vec<FieldRow>,
    fields_open: bool,
    faults: Vec<OptionView>,
    question: String,
    note: String,
    note_error: Option<String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

#[derive(Serialize)]
struct PaperRow {
    code: String,
    name: String,
    pill: Pill,
    has_file: bool,
    missing: bool,
    rejected: bool,
    fault: String,
    note: String,
    error: Option<String>,
}

#[derive(Serialize)]
struct FieldRow {
    target: String,
    label: String,
    value: String,
    wrong: bool,
    note: String,
}

impl Page for ReturnPage {
    const TEMPLATE: &'static str = "permits/return.html";

    fn samples() -> Vec<Self> {
        let paper = |rejected: bool| PaperRow {
            code: if rejected { "str" } else { "ktp" }.into(),
            name: "STR yang masih berlaku".into(),
            pill: Pill::new("ok", "ada, terunggah".into()),
            has_file: true,
            missing: !rejected,
            rejected,
            fault: if rejected { "other".into() } else { String::new() },
            note: String::new(),
            error: rejected.then(|| "Isi kolom ini.".into()),
        };
        let field = |wrong| FieldRow {
            target: if wrong { "fields.str_number" } else { "applicant.name" }.into(),
            label: "Nomor STR".into(),
            value: "UJI-0001".into(),
            wrong,
            note: String::new(),
        };
        let page = || ReturnPage {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            applicant: "RAHMA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan".into(),
            papers: vec![paper(false), paper(true)],
            fields: vec![field(false), field(true)],
            faults: faults(Lang::Id),
            ..ReturnPage::default()
        };
        let wrong = ReturnPage {
            note: "x".into(),
            note_error: Some("Isi kolom ini.".into()),
            errors: vec![FieldLine { field: "note".into(), message: "Isi kolom ini.".into() }],
            refusal: Some("Periksa isian.".into()),
            ..page()
        };
        vec![page(), wrong]
    }
}

fn faults(lang: Lang) -> Vec<OptionView> {
    PaperFault::ALL.iter().map(|f| OptionView::new(f.word(), plain(lang, &format!("paper_fault.{f}")))).collect()
}

#[get("/permohonan/<id>/pengembalian")]
async fn ask(id: ApplicationId, _verifier: Verifier, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    if !view.open_acts(&at.staff.officer, at.now).contains(&ActName::Return) {
        return Err(Refusal::conflict("file-in-other-state").with("state", view.file.state).into());
    }
    visit.page(&ReturnPage::new(&view, &BTreeMap::new(), visit.lang))
}

impl ReturnPage {
    fn new(view: &FileView, typed: &BTreeMap<String, String>, lang: Lang) -> ReturnPage {
        let get = |name: String| typed.get(&name).cloned().unwrap_or_default();
        let paper = |item: super::detail_parts::ItemView| PaperRow {
            rejected: get(format!("paper.{}", item.code)) == "rejected",
            fault: get(format!("fault.{}", item.code)),
            note: get(format!("why.{}", item.code)),
            error: None,
            code: item.code,
            name: item.name,
            pill: item.pill,
            has_file: item.has_file,
            missing: item.missing,
        };
        let field = |target: String| FieldRow {
            label: permits::field_label(&view.rules, &target, lang),
            value: value_of(&view.file, &target),
            wrong: !get(format!("wrong.{target}")).is_empty(),
            note: get(format!("why.{target}")),
            target,
        };
        let fields: Vec<FieldRow> = returnable_fields(&view.rules).into_iter().map(field).collect();
        ReturnPage {
            id: view.file.id.to_string(),
            code: view.file.code.text().to_owned(),
            applicant: view.file.applicant.person.name.clone(),
            service: view.rules.name.of(lang).to_owned(),
            papers: items(view, chrono_tz::Tz::Asia__Jakarta, lang).into_iter().map(paper).collect(),
            fields_open: fields.iter().any(|row| row.wrong),
            fields,
            faults: faults(lang),
            question: get("question".to_owned()),
            note: get("note".to_owned()),
            ..ReturnPage::default()
        }
    }

    fn refused(mut self, refusal: &Refusal, lang: Lang) -> ReturnPage {
        for row in &mut self.papers {
            let name = format!("why.{}", row.code);
            row.error = refusal.fields.iter().find(|fault| fault.field == name).map(|fault| fault.words(lang));
        }
        let note = refusal.fields.iter().find(|fault| fault.field == "note");
        ReturnPage {
            note_error: note.map(|fault| fault.words(lang)),
            errors: field_lines(&refusal.fields, lang),
            refusal: Some(refusal.words(lang)),
            ..self
        }
    }
}

#[post("/permohonan/<id>/pengembalian", data = "<posted>")]
async fn send(
    id: ApplicationId,
    posted: Posted,
    _verifier: Verifier,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let items = stated(&view, &posted);
    let names: Vec<String> = items.iter().map(|item| format!("why.{}", item.target)).collect();
    let mut tx = at.app.db.begin().await?;
    let asked = Returning { note: posted.get("note").to_owned(), items };
    match permits::return_file(&mut tx, &at.desk(), id, asked).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(format!("/permohonan/{id}"))))
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            let status = Problem::from(refusal.clone()).status;
            let fields = refusal.fields.into_iter().map(|fault| placed(&names, fault)).collect();
            let refusal = Refusal { fields, ..refusal };
            let page = ReturnPage::new(&view, &posted.values(), visit.lang).refused(&refusal, visit.lang);
            Ok(Either::Right(visit.page(&page)?.with_status(status)))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Where on the page an item stands: `items.2.note` is the note of the second thing that was marked.
fn placed(names: &[String], fault: FieldFault) -> FieldFault {
    let place = fault.field.strip_prefix("items.").and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    let name = place.and_then(|place| names.get(place.checked_sub(1)?));
    match name {
        Some(name) => FieldFault { field: name.clone(), ..fault },
        None => fault,
    }
}

fn stated(view: &FileView, posted: &Posted) -> Vec<StatedItem> {
    let of = |kind: ItemKind, target: &str, fault: &str| StatedItem {
        kind: kind.word().to_owned(),
        target: target.to_owned(),
        fault: fault.to_owned(),
        note: posted.get(&format!("why.{target}")).to_owned(),
    };
    let rejected = view.items.iter().filter(|item| posted.get(&format!("paper.{}", item.code)) == "rejected");
    let paper = |code: &str| {
        let fault = posted.get(&format!("fault.{code}"));
        of(ItemKind::Paper, code, if fault.is_empty() { PaperFault::Other.word() } else { fault })
    };
    let papers = rejected.map(|item| paper(&item.code));
    let fields = returnable_fields(&view.rules).into_iter();
    let wrong = fields.filter(|target| !posted.get(&format!("wrong.{target}")).is_empty());
    let fields = wrong.map(|target| of(ItemKind::Field, &target, ""));
    let question = posted.find("question").map(|note| StatedItem {
        kind: ItemKind::Question.word().to_owned(),
        note: note.to_owned(),
        ..StatedItem::default()
    });
    papers.chain(fields).chain(question).collect()
}
