//! `/janji/{site}/hadir`: a visitor with an appointment types or scans the code at the kiosk and gets the number.

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::appointments_asker::Shelf;
use super::at_work::{Asker, public_site};
use super::slip;
use crate::ids::DeviceId;
use crate::messages::Refusal;
use crate::queue::appointments::{self, Arrival, HEAD_START_MINUTES, LATE_MINUTES};
use crate::queue::{Channel, Priority, printing};
use crate::sites::Site;
use crate::sites::devices::DeviceKind;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::sites::{ThisDevice, UnpairedPage};
use crate::web::visit::Visit;

/// Routes of the kiosk.
pub fn routes() -> Vec<Route> {
    routes![ask, arrive]
}

/// The question for the code.
#[derive(Serialize)]
pub struct CheckInPage {
    site: String,
    code: String,
    errors: Vec<FieldLine>,
    head_start: i64,
    late: i64,
}

impl Page for CheckInPage {
    const TEMPLATE: &'static str = "queue/appointment_check_in.html";

    fn samples() -> Vec<Self> {
        let page = |code: &str, errors| CheckInPage {
            site: "opi".into(),
            code: code.into(),
            errors,
            head_start: HEAD_START_MINUTES,
            late: LATE_MINUTES,
        };
        let fault = FieldLine { field: "code".into(), message: "Kode ini tidak ada.".into() };
        vec![page("", vec![]), page("7K3M-Q2XX", vec![fault])]
    }
}

#[get("/janji/<site>/hadir", rank = 2)]
fn ask(site: &str, device: ThisDevice, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let site = public_site(visit.app, site)?;
    if !device.may_be(DeviceKind::Kiosk, &site) {
        return UnpairedPage::answer(&visit, &site);
    }
    show(&visit, &site, "", vec![])
}

fn show(visit: &Visit<'_>, site: &Site, code: &str, errors: Vec<FieldLine>) -> Result<Rendered, Problem> {
    visit.page(&CheckInPage {
        site: site.code.clone(),
        code: code.to_owned(),
        errors,
        head_start: HEAD_START_MINUTES,
        late: LATE_MINUTES,
    })
}

#[post("/janji/<site>/hadir", data = "<posted>")]
async fn arrive(
    site: &str,
    posted: Posted,
    device: ThisDevice,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let site = public_site(visit.app, site)?;
    if !device.may_be(DeviceKind::Kiosk, &site) {
        return Err(Refusal::forbidden("device-not-paired").into());
    }
    match arrived(&visit, &site, &posted, device.printer(&site)).await {
        Ok(number) => Ok(Either::Left(Redirect::to(format!("/antrean/{}/nomor/{number}", site.code)))),
        Err(problem) if problem.status.code < 500 => {
            let errors = refusal_lines(&problem.refusal, visit.lang);
            Ok(Either::Right(show(&visit, &site, posted.get("code"), errors)?.with_status(problem.status)))
        }
        Err(problem) => Err(problem),
    }
}

/// Gives the number and queues its slip where there is a printer; answers the token.
async fn arrived(
    visit: &Visit<'_>,
    site: &Site,
    posted: &Posted,
    printer: Option<DeviceId>,
) -> Result<String, Problem> {
    let app = visit.app;
    let unknown = |_| Refusal::invalid("invalid-fields").field("priority", "priority-unknown");
    let priority = posted.find("priority").unwrap_or("none").parse::<Priority>().map_err(unknown)?;
    let mut tx = app.db.begin().await?;
    let found = appointments::find_by_code(&mut tx, posted.get("code")).await?.filter(|found| found.site == site.id);
    let appointment = found.ok_or_else(|| Refusal::invalid("invalid-fields").field("code", "code-not-here"))?;
    let arrival = Arrival { token: &appointment.token, priority, channel: Channel::Kiosk };
    let act = Asker(visit.signed_in.clone()).act(site, app.now());
    let arrived = appointments::check_in(&mut tx, act, Shelf::of(app).book(site), &app.keys, arrival).await?;
    let (_, issued, is_new) = arrived;
    if let Some(printer) = printer.filter(|_| is_new) {
        let paper = slip::paper(visit, site, &issued.ticket, issued.place);
        printing::leave(&mut tx, &issued.ticket, printer, &paper, app.now()).await?;
    }
    tx.commit().await?;
    app.printing.ring();
    Ok(issued.ticket.token)
}
