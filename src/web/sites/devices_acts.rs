//! What staff do with devices: announce, pair, choose a printer, take out of service.

use std::sync::Arc;
use std::time::Duration;

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Route, post, routes};

use super::devices_page::{in_halves, of_site, site_of};
use crate::db::{Fault, Outcome};
use crate::ids::DeviceId;
use crate::messages::{FieldFault, Refusal, plain, text};
use crate::queue::printing::{self, Patience};
use crate::sites::Site;
use crate::sites::devices::{self, Announced, Device};
use crate::web::form::Posted;
use crate::web::guard::Supervisor;
use crate::web::page::{Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the acts.
pub fn routes() -> Vec<Route> {
    routes![announce, demand, renew, confirm, choose, revoke]
}

/// Staff wait for the paper with the code before the page comes back; not for long.
const PATIENCE: Patience = Patience { answer: Duration::from_secs(2), slip: Duration::from_secs(4) };

/// Back to the page, or the page again with what has to be put right.
type Answer = Result<Result<Redirect, Rendered>, Problem>;

#[post("/perangkat?<site>", data = "<posted>")]
async fn announce(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let app = visit.app;
    let here = site_of(app, &officer.officer, Some(site))?;
    let outcome = announced(&visit, &here, &posted, &officer).await;
    answer(&visit, &officer, &here, &posted, outcome).await
}

async fn announced(visit: &Visit<'_>, site: &Site, posted: &Posted, officer: &Supervisor) -> Outcome<()> {
    let app = visit.app;
    let unknown = |_| Refusal::invalid("invalid-fields").field("kind", "device-kind");
    let wanted = Announced {
        site: site.id,
        kind: posted.get("kind").parse().map_err(unknown)?,
        name: posted.get("name").to_owned(),
        address: posted.get("address").to_owned(),
    };
    let mut tx = app.db.begin().await?;
    let device = devices::announce(&mut tx, app.act(&officer.officer), &wanted).await?;
    tx.commit().await?;
    print_code(visit, &device).await
}

/// A printer shows its code on paper: whoever types it stands beside it.
async fn print_code(visit: &Visit<'_>, device: &Device) -> Outcome<()> {
    let (Some(address), Some((code, _))) = (&device.address, &device.code) else { return Ok(()) };
    let title = text(visit.lang, "device.paper_title", &[("name", device.name.clone())]);
    let hint = plain(visit.lang, "device.paper_hint");
    let bytes = printing::code_bytes(&title, &in_halves(code), &hint);
    let bytes = bytes.map_err(|e| crate::db::StoreError::Corrupt(e.to_string()))?;
    match printing::send_first(address, &bytes, PATIENCE).await {
        Ok(answers) => {
            let mut tx = visit.app.db.begin().await?;
            devices::set_answers(&mut tx, device.id, answers).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(fault) => {
            tracing::warn!(%fault, "the code of a printer was not printed");
            let fault = FieldFault::new(format!("code-{}", device.id), "printer-silent");
            Err(Refusal { fields: vec![fault], ..Refusal::invalid("invalid-fields") }.into())
        }
    }
}

#[post("/perangkat/aturan?<site>", data = "<posted>")]
async fn demand(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let app = visit.app;
    let here = site_of(app, &officer.officer, Some(site))?;
    let paired_only = posted.get("paired_only") == "true";
    let mut tx = app.db.begin().await?;
    devices::set_paired_only(&mut tx, app.act(&officer.officer), here.id, paired_only).await?;
    tx.commit().await?;
    app.reload().await?;
    Ok(back(&here))
}

#[post("/perangkat/<id>/kode", data = "<posted>")]
async fn renew(id: DeviceId, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let (here, _) = find(&visit, &officer, id).await?;
    let mut tx = visit.app.db.begin().await?;
    let device = devices::renew_code(&mut tx, visit.app.act(&officer.officer), id).await?;
    tx.commit().await?;
    let outcome = print_code(&visit, &device).await;
    answer(&visit, &officer, &here, &posted, outcome).await
}

/// Types the code a printer has printed.
#[post("/perangkat/<id>/pasang", data = "<posted>")]
async fn confirm(id: DeviceId, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let (here, _) = find(&visit, &officer, id).await?;
    let mut tx = visit.app.db.begin().await?;
    let act = visit.app.act(&officer.officer);
    let outcome = devices::pair_printer(&mut tx, act, id, posted.get("code")).await;
    let outcome = match outcome {
        Ok(()) => tx.commit().await.map_err(Fault::from),
        Err(Fault::Refused(refusal)) => Err(named(refusal, id).into()),
        Err(other) => Err(other),
    };
    answer(&visit, &officer, &here, &posted, outcome).await
}

/// The fields of a refusal under the name they have among several devices.
fn named(refusal: Refusal, id: DeviceId) -> Refusal {
    let named = |fault: FieldFault| FieldFault { field: format!("{}-{id}", fault.field), ..fault };
    Refusal { fields: refusal.fields.into_iter().map(named).collect(), ..Refusal::invalid("invalid-fields") }
}

#[post("/perangkat/<id>/pencetak", data = "<posted>")]
async fn choose(id: DeviceId, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let (here, _) = find(&visit, &officer, id).await?;
    let unknown = |_| Refusal::not_found("device-unknown");
    let printer = posted.find("printer").map(str::parse::<DeviceId>).transpose().map_err(unknown)?;
    let mut tx = visit.app.db.begin().await?;
    devices::choose_printer(&mut tx, visit.app.act(&officer.officer), id, printer).await?;
    tx.commit().await?;
    Ok(back(&here))
}

#[post("/perangkat/<id>/cabut", data = "<_posted>")]
async fn revoke(id: DeviceId, _posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let (here, _) = find(&visit, &officer, id).await?;
    let mut tx = visit.app.db.begin().await?;
    devices::revoke(&mut tx, visit.app.act(&officer.officer), id).await?;
    tx.commit().await?;
    Ok(back(&here))
}

/// A device of a site this member of staff looks after; another one is not known to exist.
async fn find(visit: &Visit<'_>, officer: &Supervisor, id: DeviceId) -> Result<(Arc<Site>, Device), Problem> {
    let unknown = || Refusal::not_found("device-unknown");
    let device = devices::find(&mut visit.app.db.read().await?, id).await?.ok_or_else(unknown)?;
    let site = visit.app.sites().find_by_id(device.site).cloned().ok_or_else(unknown)?;
    let site = site_of(visit.app, &officer.officer, Some(&site.code)).map_err(|_| unknown())?;
    Ok((site, device))
}

fn back(site: &Site) -> Redirect {
    Redirect::to(format!("/perangkat?site={}", site.code))
}

async fn answer(visit: &Visit<'_>, officer: &Supervisor, site: &Site, posted: &Posted, outcome: Outcome<()>) -> Answer {
    match outcome {
        Ok(()) => Ok(Ok(back(site))),
        Err(Fault::Refused(refusal)) => {
            let page = of_site(visit, &officer.officer, site).await?;
            let page = page.with_faults(refusal_lines(&refusal, visit.lang), posted.values());
            Ok(Err(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(Fault::Store(error)) => Err(error.into()),
    }
}
