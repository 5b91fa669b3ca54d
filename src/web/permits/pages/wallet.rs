//! A person agrees at the counter that verified papers are used again, or agrees no more.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, post, routes};
use serde::Serialize;

use super::detail::load;
use crate::db::Outcome;
use crate::ids::ApplicationId;
use crate::messages::{self, Lang, Refusal};
use crate::permits::{self, FileView};
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::{Rendered, refusal_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of both acts.
pub fn routes() -> Vec<Route> {
    routes![agree, withdraw]
}

/// The part of a file's page about papers that are used again.
#[derive(Clone, Serialize)]
pub struct WalletView {
    agreed_on: Option<String>,
}

impl WalletView {
    /// For clerks, of a service that has such papers.
    pub fn new(at: &AtFiles, view: &FileView, lang: Lang) -> Option<WalletView> {
        let has_any = view.rules.requirements.iter().any(|asked| asked.reuse.is_some());
        let shown = has_any && at.staff.officer.is(crate::identity::Role::Clerk);
        let agreed_on = view.wallet.agreed_at.map(|given| messages::date(lang, at.day_of(given)));
        shown.then_some(WalletView { agreed_on })
    }

    /// For the samples of the page.
    pub fn sample(agreed: bool) -> WalletView {
        WalletView { agreed_on: agreed.then(|| "24 November 2026".to_owned()) }
    }
}

/// Only a ticked box is an agreement.
#[post("/permohonan/<id>/pakai-lagi", data = "<posted>")]
async fn agree(
    id: ApplicationId,
    posted: Posted,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    if posted.find("agrees").is_none() {
        let mut page = load(&at, id, visit.lang, None).await?;
        page.errors = refusal_lines(&Refusal::invalid("invalid-fields").field("agrees", "required"), visit.lang);
        return Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)));
    }
    kept(&at, id, true).await?;
    Ok(Either::Left(Redirect::to(format!("/permohonan/{id}#pakai-lagi"))))
}

#[post("/permohonan/<id>/pakai-lagi/tarik", data = "<_posted>")]
async fn withdraw(id: ApplicationId, _posted: Posted, _clerk: Clerk, at: AtFiles) -> Result<Redirect, Problem> {
    kept(&at, id, false).await?;
    Ok(Redirect::to(format!("/permohonan/{id}#pakai-lagi")))
}

async fn kept(at: &AtFiles, id: ApplicationId, agrees: bool) -> Outcome<()> {
    let mut tx = at.app.db.begin().await?;
    if agrees {
        permits::agree_to_reuse(&mut tx, &at.desk(), id).await?;
    } else {
        permits::withdraw_reuse(&mut tx, &at.desk(), id).await?;
    }
    Ok(tx.commit().await?)
}
