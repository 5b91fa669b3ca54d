//! How far the slip of a number is, on the kiosk; and printing it again.

use rocket::response::Redirect;
use rocket::{Route, post, routes};
use serde::Serialize;

use super::api_tickets::found;
use super::at_work::{Asker, public_site};
use super::slip;
use crate::messages::{Lang, Refusal, plain};
use crate::queue;
use crate::queue::printing::{self, PrintState, Slip};
use crate::web::form::Posted;
use crate::web::problem::Problem;
use crate::web::sites::ThisDevice;
use crate::web::visit::Visit;

/// Routes of the slip.
pub fn routes() -> Vec<Route> {
    routes![print_again]
}

/// How far a slip is, in words.
#[derive(Serialize)]
pub struct PrintView {
    state: PrintState,
    title: String,
    /// What to do, when something is to be done.
    advice: Option<String>,
    on_its_way: bool,
    again: bool,
}

impl PrintView {
    /// Of a slip.
    pub fn of(slip: &Slip, lang: Lang) -> PrintView {
        let advice = slip.fault.map(|fault| plain(lang, &format!("print.fault.{fault}")));
        PrintView {
            state: slip.state,
            title: plain(lang, &format!("print.{}", slip.state)),
            advice,
            on_its_way: slip.is_on_its_way(),
            again: slip.may_be_printed_again(),
        }
    }

    /// Each state once.
    pub fn samples() -> Vec<PrintView> {
        let view = |state: &PrintState| PrintView {
            state: *state,
            title: plain(Lang::Id, &format!("print.{state}")),
            advice: (*state == PrintState::Failed).then(|| plain(Lang::Id, "print.fault.paper-out")),
            on_its_way: matches!(state, PrintState::Queued | PrintState::Printing),
            again: matches!(state, PrintState::Printed | PrintState::Failed),
        };
        PrintState::ALL.iter().map(view).collect()
    }
}

/// Prints the slip of a number again, on the printer of this kiosk: the same number, whatever became of the first paper.
#[post("/antrean/<site>/nomor/<token>/cetak", data = "<_posted>")]
async fn print_again(
    site: &str,
    token: &str,
    _posted: Posted,
    device: ThisDevice,
    visit: Visit<'_>,
) -> Result<Redirect, Problem> {
    let app = visit.app;
    let here = public_site(app, site)?;
    let printer = device.printer(&here).ok_or_else(|| Refusal::forbidden("kiosk-without-printer"))?;
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let ticket = queue::find_by_token(&mut tx, token).await?.filter(|ticket| ticket.site == here.id);
    let (site, ticket) = found(app, ticket)?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, now).await?;
    let paper = slip::paper(&visit, &site, &ticket, place);
    printing::print_again(&mut tx, Asker(None).act(&site, now), &ticket, printer, &paper).await?;
    tx.commit().await?;
    app.printing.ring();
    Ok(Redirect::to(format!("/antrean/{}/nomor/{token}", site.code)))
}
