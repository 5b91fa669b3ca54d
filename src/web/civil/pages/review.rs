//! `/penyelia/izin-ditinjau`: permits that a life event concerns, for supervisor and head; and the way of a permit's
//! visitor over the population desk.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::desk::service_name;
use crate::civil::{self, LifeEventKind, PermitFlag};
use crate::db::{Fault, Outcome};
use crate::identity::Role;
use crate::ids::{ApplicationId, PermitId};
use crate::messages::{self, Lang, plain};
use crate::web::civil::api_events::stated_review;
use crate::web::form::Posted;
use crate::web::guard::{Clerk, Reviewer};
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::AtFiles;
use crate::web::problem::Problem;
use crate::web::queue::AtWork;
use crate::web::visit::Visit;

/// Routes of the list.
pub fn routes() -> Vec<Route> {
    routes![list, keep, send]
}

/// The list.
#[derive(Default, Serialize)]
pub struct ReviewPage {
    flags: Vec<FlagLine>,
    may_revoke: bool,
    errors: Vec<FieldLine>,
    /// The permit whose reason was refused.
    tried: String,
    reason: String,
}

#[derive(Serialize)]
struct FlagLine {
    permit: String,
    file: String,
    number: String,
    holder: String,
    service: String,
    kind: LifeEventKind,
    event: String,
    happened_on: String,
    note: String,
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "civil/review.html";

    fn samples() -> Vec<Self> {
        let line = |permit: &str| FlagLine {
            permit: permit.into(),
            file: "1".into(),
            number: "503/0001/SIPB/DPMPTSP/2026".into(),
            holder: "RAHMA DATA UJI".into(),
            service: "SIP Bidan".into(),
            kind: LifeEventKind::Death,
            event: plain(Lang::Id, "civil.event.death"),
            happened_on: "20 November 2026".into(),
            note: "Surat kematian desa".into(),
        };
        let errors = vec![FieldLine { field: "reason-1".into(), message: "Isi kolom ini.".into() }];
        vec![
            ReviewPage::default(),
            ReviewPage { flags: vec![line("1"), line("2")], may_revoke: true, ..ReviewPage::default() },
            ReviewPage { flags: vec![line("1")], errors, tried: "1".into(), ..ReviewPage::default() },
        ]
    }
}

#[get("/penyelia/izin-ditinjau")]
async fn list(_reviewer: Reviewer, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(&at, visit.lang).await?)
}

async fn load(at: &AtFiles, lang: Lang) -> Result<ReviewPage, Problem> {
    let flags = civil::list_flags(&mut at.app.db.read().await?, &at.desk()).await?;
    let line = |flag: PermitFlag| FlagLine {
        permit: flag.permit.to_string(),
        file: flag.application.to_string(),
        number: flag.number,
        holder: flag.holder,
        service: service_name(at, &flag.register, lang),
        kind: flag.kind,
        event: plain(lang, &format!("civil.event.{}", flag.kind)),
        happened_on: messages::date(lang, flag.happened_on),
        note: flag.note,
    };
    Ok(ReviewPage {
        flags: flags.into_iter().map(line).collect(),
        may_revoke: at.staff.officer.is(Role::Head),
        ..ReviewPage::default()
    })
}

/// The permit stays in force, for a reason. It is revoked by the act there is for it.
#[post("/penyelia/izin-ditinjau/<id>", data = "<posted>")]
async fn keep(
    id: PermitId,
    posted: Posted,
    _reviewer: Reviewer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    match kept(&at, id, posted.get("reason")).await {
        Ok(()) => Ok(Either::Left(Redirect::to("/penyelia/izin-ditinjau"))),
        Err(Fault::Refused(refusal)) if !refusal.fields.is_empty() => {
            let lines = refusal_lines(&refusal, visit.lang).into_iter();
            let errors = lines.map(|line| FieldLine { field: format!("reason-{id}"), ..line }).collect();
            let reason = posted.get("reason").to_owned();
            let page = ReviewPage { errors, tried: id.to_string(), reason, ..load(&at, visit.lang).await? };
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn kept(at: &AtFiles, id: PermitId, reason: &str) -> Outcome<()> {
    let review = stated_review("keep", reason.to_owned(), None)?;
    let mut tx = at.app.db.begin().await?;
    civil::review_permit(&mut tx, &at.desk(), id, review).await?;
    Ok(tx.commit().await?)
}

/// One press of the clerk: the visitor goes to the population desk first.
#[post("/permohonan/<id>/dukcapil", data = "<posted>")]
async fn send(
    id: ApplicationId,
    posted: Posted,
    _clerk: Clerk,
    work: AtWork,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Redirect, Problem> {
    let reason = posted.find("reason").map_or_else(|| plain(visit.lang, "civil.stop_reason"), str::to_owned);
    let mut tx = at.app.db.begin().await?;
    civil::open_correction_stop(&mut tx, &at.desk(), work.clerk(), (id, &reason)).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/permohonan/{id}")))
}
