//! `/permohonan/{id}/izin/perbaikan`: a clerk points out a mistake of an issued permit.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::fields::OptionView;
use crate::db::{Fault, Outcome, Tx};
use crate::ids::ApplicationId;
use crate::messages::{FieldFault, Lang, Refusal, plain};
use crate::permits::{self, ErratumCause, FileView, Misprint, Permit, rectifiable_fields, value_of};
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

/// What the permit says, to be put right.
#[derive(Default, Serialize)]
pub struct ErratumPage {
    id: String,
    number: String,
    holder: String,
    service: String,
    causes: Vec<OptionView>,
    cause: String,
    cause_error: Option<String>,
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

impl Page for ErratumPage {
    const TEMPLATE: &'static str = "permits/erratum.html";

    fn samples() -> Vec<Self> {
        let row = |error: Option<&str>| Row {
            target: "applicant.name".into(),
            label: "Nama lengkap".into(),
            value: "SITI RAHMA DATA UJI".into(),
            error: error.map(str::to_owned),
        };
        let page = |error| ErratumPage {
            number: "503/0001/SIPB/DPMPTSP/2026".into(),
            holder: "SITI RAMHA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan".into(),
            causes: causes(Lang::Id),
            fields: vec![row(error)],
            ..ErratumPage::default()
        };
        let wrong = ErratumPage {
            cause_error: Some("Pilih salah satu.".into()),
            reason_error: Some("Isi kolom ini.".into()),
            errors: vec![FieldLine { field: "cause".into(), message: "Pilih salah satu.".into() }],
            refusal: Some("Periksa isian.".into()),
            ..page(Some("Isi kolom ini."))
        };
        vec![page(None), wrong]
    }
}

fn causes(lang: Lang) -> Vec<OptionView> {
    let option = |cause: &ErratumCause| OptionView::new(cause.word(), plain(lang, &format!("erratum.cause_{cause}")));
    ErratumCause::ALL.iter().map(option).collect()
}

impl ErratumPage {
    fn new(
        (view, permit): (&FileView, &Permit),
        typed: &BTreeMap<String, String>,
        faults: &[FieldFault],
        lang: Lang,
    ) -> ErratumPage {
        let error = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.words(lang));
        let row = |target: String| Row {
            label: permits::field_label(&view.rules, &target, lang),
            value: typed.get(&target).cloned().unwrap_or_else(|| value_of(&view.file, &target)),
            error: error(&target),
            target,
        };
        ErratumPage {
            id: view.file.id.to_string(),
            number: permit.number.clone(),
            holder: permit.holder_name.clone(),
            service: view.rules.name.of(lang).to_owned(),
            causes: causes(lang),
            cause: typed.get("cause").cloned().unwrap_or_default(),
            cause_error: error("cause"),
            fields: rectifiable_fields(&view.rules).into_iter().map(row).collect(),
            reason: typed.get("reason").cloned().unwrap_or_default(),
            reason_error: error("reason"),
            errors: field_lines(faults, lang),
            refusal: None,
        }
    }
}

async fn issued(tx: &mut Tx, at: &AtFiles, id: ApplicationId) -> Outcome<(FileView, Permit)> {
    let view = permits::view(tx, &at.desk(), id).await?;
    let permit = view.permit.clone().filter(Permit::is_public);
    let permit = permit.ok_or_else(|| Refusal::not_found("permit-unknown"))?;
    Ok((view, permit))
}

#[get("/permohonan/<id>/izin/perbaikan")]
async fn ask(id: ApplicationId, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (view, permit) = issued(&mut at.app.db.read().await?, &at, id).await?;
    if permit.state != permits::PermitState::Issued {
        return Err(Refusal::conflict("permit-in-other-state").with("number", &permit.number).into());
    }
    visit.page(&ErratumPage::new((&view, &permit), &BTreeMap::new(), &[], visit.lang))
}

#[post("/permohonan/<id>/izin/perbaikan", data = "<posted>")]
async fn send(
    id: ApplicationId,
    posted: Posted,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let (view, permit) = issued(&mut at.app.db.read().await?, &at, id).await?;
    let typed = posted.values();
    let known = rectifiable_fields(&view.rules);
    let changes = typed.iter().filter(|(name, _)| known.contains(name)).map(|(n, text)| (n.clone(), text.clone()));
    let (cause, reason) = (posted.get("cause").to_owned(), posted.get("reason").to_owned());
    let mut tx = at.app.db.begin().await?;
    match permits::begin_erratum(&mut tx, &at.desk(), permit.id, Misprint { cause, reason, changes: changes.collect() })
        .await
    {
        Ok(file) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(format!("/permohonan/{}", file.id))))
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            let status = Problem::from(refusal.clone()).status;
            let page = ErratumPage::new((&view, &permit), &typed, &refusal.fields, visit.lang);
            let page = ErratumPage { refusal: Some(refusal.words(visit.lang)), ..page };
            Ok(Either::Right(visit.page(&page)?.with_status(status)))
        }
        Err(fault) => Err(fault.into()),
    }
}
