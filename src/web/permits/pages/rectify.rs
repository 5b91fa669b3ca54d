//! `/permohonan/{id}/ralat`: a clerk points out a typing error of a registered file.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::db::Fault;
use crate::ids::ApplicationId;
use crate::messages::{FieldFault, Lang, Refusal};
use crate::permits::{self, ActName, FileView, Typing, rectifiable_fields, value_of};
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the form.
pub fn routes() -> Vec<Route> {
    routes![ask, send]
}

/// The fields as they stand, to be put right.
#[derive(Default, Serialize)]
pub struct RectifyPage {
    id: String,
    code: String,
    applicant: String,
    service: String,
    fields: Vec<Row>,
    reason: String,
    reason_error: Option<String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

#[derive(Serialize)]
struct Row {
    target: String,
    label: String,
    value: String,
    error: Option<String>,
}

impl Page for RectifyPage {
    const TEMPLATE: &'static str = "permits/rectify.html";

    fn samples() -> Vec<Self> {
        let row = |error: Option<&str>| Row {
            target: "fields.str_number".into(),
            label: "Nomor STR".into(),
            value: "UJI-0001".into(),
            error: error.map(str::to_owned),
        };
        let page = |error| RectifyPage {
            code: "7K2M-94QX-PD3".into(),
            applicant: "RAHMA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan".into(),
            fields: vec![row(error)],
            ..RectifyPage::default()
        };
        let wrong = RectifyPage {
            reason_error: Some("Isi kolom ini.".into()),
            errors: vec![FieldLine { field: "reason".into(), message: "Isi kolom ini.".into() }],
            refusal: Some("Periksa isian.".into()),
            ..page(Some("Isi kolom ini."))
        };
        vec![page(None), wrong]
    }
}

impl RectifyPage {
    fn new(view: &FileView, typed: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> RectifyPage {
        let error = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.words(lang));
        let row = |target: String| Row {
            label: permits::field_label(&view.rules, &target, lang),
            value: typed.get(&target).cloned().unwrap_or_else(|| value_of(&view.file, &target)),
            error: error(&target),
            target,
        };
        RectifyPage {
            id: view.file.id.to_string(),
            code: view.file.code.text().to_owned(),
            applicant: view.file.applicant.person.name.clone(),
            service: view.rules.name.of(lang).to_owned(),
            fields: rectifiable_fields(&view.rules).into_iter().map(row).collect(),
            reason: typed.get("reason").cloned().unwrap_or_default(),
            reason_error: error("reason"),
            errors: field_lines(faults, lang),
            refusal: None,
        }
    }
}

#[get("/permohonan/<id>/ralat")]
async fn ask(id: ApplicationId, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    if view.open_rectification().is_some() {
        return Err(Refusal::conflict("rectification-open").into());
    }
    if !view.open_acts(&at.staff.officer, at.now).contains(&ActName::Rectification) {
        return Err(Refusal::conflict("file-in-other-state").with("state", view.file.state).into());
    }
    visit.page(&RectifyPage::new(&view, &BTreeMap::new(), &[], visit.lang))
}

#[post("/permohonan/<id>/ralat", data = "<posted>")]
async fn send(
    id: ApplicationId,
    posted: Posted,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let typed = posted.values();
    let known = rectifiable_fields(&view.rules);
    let changes = typed.iter().filter(|(name, _)| known.contains(name)).map(|(n, text)| (n.clone(), text.clone()));
    let typing = Typing { reason: posted.get("reason").to_owned(), changes: changes.collect() };
    let mut tx = at.app.db.begin().await?;
    match permits::rectify(&mut tx, &at.desk(), id, typing).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(format!("/permohonan/{id}#ralat"))))
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            let status = Problem::from(refusal.clone()).status;
            let page = RectifyPage::new(&view, &typed, &refusal.fields, visit.lang);
            let page = RectifyPage { refusal: Some(refusal.words(visit.lang)), ..page };
            Ok(Either::Right(visit.page(&page)?.with_status(status)))
        }
        Err(fault) => Err(fault.into()),
    }
}
