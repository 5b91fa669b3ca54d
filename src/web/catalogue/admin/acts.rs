//! What an administrator does with a draft: checks it, looks at its paper, publishes it.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, post, routes};

use super::editor::{Draft, EditorPage, NEW};
use super::result::judge;
use crate::catalogue::{self, FileFault, ServiceFile};
use crate::db::{Fault, Outcome};
use crate::documents::{self, Print};
use crate::messages::{FieldFault, Refusal};
use crate::permits;
use crate::web::form::Posted;
use crate::web::guard::Admin;
use crate::web::page::{Rendered, refusal_lines};
use crate::web::permits::{AtFiles, Paper};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the acts.
pub fn routes() -> Vec<Route> {
    routes![check, specimen, publish]
}

/// Longest reason, in characters.
const REASON: usize = 200;

fn draft_of(code: &str, posted: &Posted) -> Draft {
    Draft {
        address: code.to_owned(),
        text: format!("{}\n", posted.get("text").replace("\r\n", "\n")),
        reason: posted.get("reason").to_owned(),
        based_on: posted.get("based_on").parse().unwrap_or(0),
    }
}

/// The file of a draft: of the service it was opened for, or of one that does not exist yet.
fn read(at: &AtFiles, draft: &Draft) -> Result<ServiceFile, Vec<FileFault>> {
    let file = catalogue::read_service(&draft.text)?;
    let is_known = at.app.catalogue().find(&file.service.code).is_some();
    let code = match (draft.address == NEW, is_known) {
        (true, true) => Some("code-exists"),
        (false, _) if file.service.code != draft.address => Some("code-kept"),
        (true, false) | (false, _) => None,
    };
    let line = file.text.lines().position(|line| line.starts_with("code")).map(|at| at + 1);
    code.map_or(Ok(file), |code| Err(vec![FileFault { line, fault: FieldFault::new("code", code) }]))
}

/// The page again: with the result when the file keeps every rule, else with what is wrong.
async fn judged(at: &AtFiles, draft: Draft, visit: &Visit<'_>) -> Result<Rendered, Problem> {
    match read(at, &draft) {
        Ok(file) => {
            let result = judge(at, &draft, &file, visit.lang).await?;
            let page = EditorPage::new(at, draft, visit.lang).await?;
            visit.page(&EditorPage { result: Some(result), ..page })
        }
        Err(faults) => wrong(at, draft, &faults, visit).await,
    }
}

async fn wrong(at: &AtFiles, draft: Draft, faults: &[FileFault], visit: &Visit<'_>) -> Result<Rendered, Problem> {
    let page = EditorPage::new(at, draft, visit.lang).await?.with_faults(faults, visit.lang);
    Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity))
}

#[post("/admin/layanan/<code>/periksa", data = "<posted>")]
async fn check(code: &str, posted: Posted, _admin: Admin, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    judged(&at, draft_of(code, &posted), &visit).await
}

#[post("/admin/layanan/<code>/lembar", data = "<posted>")]
async fn specimen(
    code: &str,
    posted: Posted,
    _admin: Admin,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Result<Paper, Rendered>, Problem> {
    let draft = draft_of(code, &posted);
    let file = match read(&at, &draft) {
        Ok(file) => file,
        Err(faults) => return Ok(Err(wrong(&at, draft, &faults, &visit).await?)),
    };
    let sheet = permits::specimen_sheet(&at.desk(), &at.press(), &file.service)?;
    let print = Print::from(at.now.utc());
    let printed = spawn_blocking(move || documents::permit(&sheet, print)).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Ok(Paper::pdf(format!("konsep-{}.pdf", file.service.code), bytes)))
}

#[post("/admin/layanan/<code>/terbitkan", data = "<posted>")]
async fn publish(
    code: &str,
    posted: Posted,
    admin: Admin,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Result<Redirect, Rendered>, Problem> {
    let draft = draft_of(code, &posted);
    let file = match read(&at, &draft) {
        Ok(file) => file,
        Err(faults) => return Ok(Err(wrong(&at, draft, &faults, &visit).await?)),
    };
    match keep(&at, &admin, &draft, &file).await {
        Ok(()) => {
            at.app.reload().await?;
            Ok(Ok(Redirect::to(format!("/admin/layanan/{}", file.service.code))))
        }
        Err(Fault::Refused(refusal)) => {
            let result = judge(&at, &draft, &file, visit.lang).await?;
            let page = EditorPage::new(&at, draft, visit.lang).await?;
            let errors = refusal_lines(&refusal, visit.lang);
            let page = EditorPage { result: Some(result), errors, ..page };
            Ok(Err(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(Fault::Store(error)) => Err(error.into()),
    }
}

/// Publishes the draft, unless it has no reason or somebody published another version meanwhile.
async fn keep(at: &AtFiles, admin: &Admin, draft: &Draft, file: &ServiceFile) -> Outcome<()> {
    let fault = match draft.reason.chars().count() {
        0 => Some("required"),
        n if n > REASON => Some("line-long"),
        _ => None,
    };
    Refusal::of_fields(fault.map(|code| FieldFault::new("reason", code)).into_iter().collect())?;
    let mut tx = at.app.db.begin().await?;
    let newest = catalogue::list_editions(&mut tx, &file.service.code).await?.first().map_or(0, |e| e.version);
    if newest != draft.based_on {
        return Err(Refusal::conflict("service-published-meanwhile").with("version", newest).into());
    }
    catalogue::publish_file(&mut tx, at.app.act(&admin.officer), file, Some(&draft.reason)).await?;
    tx.commit().await?;
    Ok(())
}
