//! `/pasang`: the page a kiosk or board shows while somebody types its code.

use rocket::http::{CookieJar, Status};
use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::this_device::{self, ThisDevice};
use crate::db::Fault;
use crate::messages::Refusal;
use crate::sites::Site;
use crate::sites::devices::{self, Device, DeviceKind};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the pairing.
pub fn routes() -> Vec<Route> {
    routes![ask, pair, present]
}

/// Asks for the code of a device.
#[derive(Serialize)]
pub struct PairPage {
    code: String,
    errors: Vec<FieldLine>,
    paired: Option<PairedAs>,
}

/// What this browser is already.
#[derive(Serialize)]
struct PairedAs {
    name: String,
    kind: DeviceKind,
    site: String,
    href: String,
}

impl Page for PairPage {
    const TEMPLATE: &'static str = "sites/pair.html";

    fn samples() -> Vec<Self> {
        let error = FieldLine { field: "code".into(), message: "Kode ini tidak berlaku.".into() };
        let paired = PairedAs {
            name: "Kiosk pintu utara".into(),
            kind: DeviceKind::Kiosk,
            site: "Gerai OPI Mall".into(),
            href: "/antrean/opi".into(),
        };
        vec![
            PairPage { code: String::new(), errors: vec![], paired: None },
            PairPage { code: "0A1B".into(), errors: vec![error], paired: None },
            PairPage { code: String::new(), errors: vec![], paired: Some(paired) },
        ]
    }
}

/// What a browser sees where only paired devices work.
#[derive(Serialize)]
pub struct UnpairedPage {
    site: String,
}

impl Page for UnpairedPage {
    const TEMPLATE: &'static str = "sites/unpaired.html";

    fn samples() -> Vec<Self> {
        vec![UnpairedPage { site: "Gerai OPI Mall".into() }]
    }
}

impl UnpairedPage {
    /// The answer to a kiosk or board that is not paired with a site that demands it.
    pub fn answer(visit: &Visit<'_>, site: &Site) -> Result<Rendered, Problem> {
        let page = visit.page(&UnpairedPage { site: site.name.clone() })?;
        Ok(page.with_status(Status::Forbidden))
    }
}

#[get("/pasang")]
fn ask(device: ThisDevice, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let paired = device.0.as_ref().and_then(|device| paired_as(visit.app, device));
    visit.page(&PairPage { code: String::new(), errors: vec![], paired })
}

fn paired_as(app: &App, device: &Device) -> Option<PairedAs> {
    let site = app.sites().find_by_id(device.site).cloned()?;
    Some(PairedAs {
        name: device.name.clone(),
        kind: device.kind,
        site: site.name.clone(),
        href: screen(device.kind, &site.code),
    })
}

/// The screen a device shows.
fn screen(kind: DeviceKind, site: &str) -> String {
    match kind {
        DeviceKind::Kiosk | DeviceKind::Printer => format!("/antrean/{site}"),
        DeviceKind::Board => format!("/antrean/{site}/papan"),
    }
}

#[post("/pasang", data = "<posted>")]
async fn pair(posted: Posted, jar: &CookieJar<'_>, visit: Visit<'_>) -> Result<Result<Redirect, Rendered>, Problem> {
    let app = visit.app;
    let code = posted.get("code").to_owned();
    let mut tx = app.db.begin().await?;
    match devices::pair(&mut tx, app.now(), &code).await {
        Ok((device, token)) => {
            tx.commit().await?;
            this_device::keep(app, jar, token);
            let site = app.sites().find_by_id(device.site).cloned();
            let site = site.ok_or_else(|| Refusal::not_found("site-unknown"))?;
            Ok(Ok(Redirect::to(screen(device.kind, &site.code))))
        }
        Err(Fault::Refused(refusal)) => {
            let page = PairPage { code, errors: refusal_lines(&refusal, visit.lang), paired: None };
            Ok(Err(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(Fault::Store(error)) => Err(error.into()),
    }
}

/// The sign of life of an open screen: 204 for a paired device, 200 for a browser that is none (any more).
#[get("/pasang/hadir")]
fn present(device: ThisDevice) -> (Status, ()) {
    (if device.0.is_some() { Status::NoContent } else { Status::Ok }, ())
}
