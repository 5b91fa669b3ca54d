//! What the clerk's buttons do: each is a small form, answered by the desk.

use rocket::response::Redirect;
use rocket::{Either, Route, post, routes};

use super::at_work::{AtWork, Deed};
use super::desk;
use crate::ids::{CounterId, TicketId};
use crate::messages::Refusal;
use crate::queue::{self, PauseReason};
use crate::web::form::Posted;
use crate::web::page::Rendered;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the buttons.
pub fn routes() -> Vec<Route> {
    routes![open, pause, close, next, call, act]
}

/// The desk after an act: anew, or with what went wrong in words.
pub type Answer = Result<Either<Redirect, Rendered>, Problem>;

#[post("/loket/buka", data = "<posted>")]
async fn open(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = change_counter(&at, &posted, Change::Open).await;
    answer(&visit, &at, done).await
}

#[post("/loket/jeda", data = "<posted>")]
async fn pause(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = change_counter(&at, &posted, Change::Pause).await;
    answer(&visit, &at, done).await
}

#[post("/loket/tutup", data = "<posted>")]
async fn close(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = change_counter(&at, &posted, Change::Close).await;
    answer(&visit, &at, done).await
}

enum Change {
    Open,
    Pause,
    Close,
}

async fn change_counter(at: &AtWork, posted: &Posted, change: Change) -> Result<(), Problem> {
    let counter = counter_of(posted)?;
    let mut tx = at.app.db.begin().await?;
    match change {
        Change::Open => queue::open(&mut tx, at.clerk(), counter).await?,
        Change::Pause => queue::pause(&mut tx, at.clerk(), counter, pause_reason(posted)?).await?,
        Change::Close => queue::close(&mut tx, at.clerk(), counter).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// The word of the list, or the words typed beside "other".
fn pause_reason(posted: &Posted) -> Result<&str, Refusal> {
    let why = posted.get("why");
    match why.parse() {
        Ok(PauseReason::Other) => Ok(posted.get("reason")),
        Ok(PauseReason::Rest | PauseReason::Prayer | PauseReason::Printer | PauseReason::Population) => Ok(why),
        Err(_) => Err(Refusal::invalid("invalid-fields").field("why", "required")),
    }
}

/// The counter a form names.
pub(super) fn counter_of(posted: &Posted) -> Result<CounterId, Refusal> {
    posted.get("counter").parse().map_err(|_| Refusal::not_found("counter-unknown"))
}

#[post("/loket/panggil", data = "<posted>")]
async fn next(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = call_next(&at, &posted).await;
    answer(&visit, &at, done).await
}

async fn call_next(at: &AtWork, posted: &Posted) -> Result<(), Problem> {
    let counter = counter_of(posted)?;
    let mut tx = at.app.db.begin().await?;
    queue::next(&mut tx, at.clerk(), counter).await?;
    tx.commit().await?;
    Ok(())
}

#[post("/loket/urutan", data = "<posted>")]
async fn call(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = call_out_of_order(&at, &posted).await;
    answer(&visit, &at, done).await
}

async fn call_out_of_order(at: &AtWork, posted: &Posted) -> Result<(), Problem> {
    let counter = counter_of(posted)?;
    let ticket = posted.get("ticket").parse().map_err(|_| Refusal::not_found("ticket-unknown"))?;
    let mut tx = at.app.db.begin().await?;
    queue::call(&mut tx, at.clerk(), counter, ticket, posted.get("reason")).await?;
    tx.commit().await?;
    Ok(())
}

#[post("/loket/nomor/<id>/<deed>", data = "<posted>")]
async fn act(id: TicketId, deed: &str, posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = perform(&at, id, deed, &posted).await;
    answer(&visit, &at, done).await
}

async fn perform(at: &AtWork, id: TicketId, deed: &str, posted: &Posted) -> Result<(), Problem> {
    let deed = deed_of(at, deed, posted)?;
    let mut tx = at.app.db.begin().await?;
    at.perform(&mut tx, id, deed).await?;
    tx.commit().await?;
    Ok(())
}

fn deed_of(at: &AtWork, word: &str, posted: &Posted) -> Result<Deed, Refusal> {
    let reason = posted.get("reason").to_owned();
    match word {
        "panggil-ulang" => Ok(Deed::Recall),
        "mulai" => Ok(Deed::Start),
        "tahan" => Ok(Deed::Hold(reason)),
        "lanjutkan" => Ok(Deed::Resume),
        "tidak-hadir" => Ok(Deed::NoShow),
        "antre-lagi" => Ok(Deed::Rejoin),
        "alihkan" => {
            let counter = posted.find("counter").map(|_| counter_of(posted)).transpose()?;
            Ok(Deed::Transfer(at.onward(counter, posted.find("service"))?, reason))
        }
        "selesai" => Ok(Deed::Finish),
        "urungkan" => Ok(Deed::Undo),
        _ => Err(Refusal::not_found("not-found")),
    }
}

/// A refusal is shown on the desk, where the clerk looks; a failure of ours has its own page.
pub async fn answer(visit: &Visit<'_>, at: &AtWork, done: Result<(), Problem>) -> Answer {
    match done {
        Ok(()) => Ok(Either::Left(Redirect::to("/loket"))),
        Err(problem) if problem.request_id.is_some() => Err(problem),
        Err(problem) => Ok(Either::Right(desk::with_fault(visit, at, problem).await?)),
    }
}
