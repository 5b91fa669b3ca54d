//! `/penyelia/loket/{number}`: what a supervisor does at the counter of another: end a forgotten service, free the
//! counter, call somebody out of order.

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::at_work::InHall;
use super::bodies::{ReasonBody, StaffTicket};
use super::desk::{Choice, fault_words, waiting_numbers};
use crate::ids::{CounterId, TicketId};
use crate::messages::Refusal;
use crate::queue::{self, DeskState, StopState};
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::guard::Supervisor;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the counter as the supervisor sees it.
pub fn routes() -> Vec<Route> {
    routes![page, act, free, end]
}

/// One counter, for the supervisor.
#[derive(Serialize)]
pub struct CounterPage {
    number: i64,
    officer: Option<String>,
    visit: Option<VisitHere>,
    can_call: bool,
    waiting: Vec<Choice>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct VisitHere {
    id: TicketId,
    number: String,
    minutes: i64,
    is_served: bool,
}

impl Page for CounterPage {
    const TEMPLATE: &'static str = "queue/counter.html";

    fn samples() -> Vec<Self> {
        let visit =
            |is_served| Some(VisitHere { id: TicketId::new(1), number: "A-012".into(), minutes: 95, is_served });
        let page = |officer: Option<&str>, visit| CounterPage {
            number: 3,
            officer: officer.map(str::to_owned),
            visit,
            can_call: officer.is_some(),
            waiting: vec![Choice { value: "1".into(), label: "A-013 · menunggu 12 menit".into() }],
            fault: None,
        };
        let held = Some("Petugas DATA UJI yang namanya panjang sekali");
        let refused = CounterPage { fault: Some("Isian belum lengkap.".into()), ..page(held, visit(true)) };
        vec![page(None, None), page(held, None), page(held, visit(false)), page(held, visit(true)), refused]
    }
}

#[get("/penyelia/loket/<number>")]
async fn page(number: i64, _officer: Supervisor, visit: Visit<'_>, here: InHall) -> Result<Rendered, Problem> {
    draw(&visit, &here, number, None).await
}

async fn draw(visit: &Visit<'_>, here: &InHall, number: i64, fault: Option<Problem>) -> Result<Rendered, Problem> {
    let site = here.own_site()?;
    let clerk = here.clerk(&site);
    let mut tx = here.app.db.read().await?;
    let counters = queue::list_counters(&mut tx, clerk).await?;
    let line = queue::queue(&mut tx, (&site, &here.app.halls), clerk.now).await?;
    drop(tx);
    let counter = counters.into_iter().find(|counter| counter.number == number);
    let counter = counter.ok_or_else(|| Refusal::not_found("counter-unknown"))?;
    let is_called = counter.visit.as_ref().is_some_and(|visit| visit.state == StopState::Called);
    let page = visit.page(&CounterPage {
        number,
        can_call: counter.state == DeskState::Open && !is_called,
        officer: counter.officer,
        visit: counter.visit.map(|visit| VisitHere {
            id: visit.id,
            number: visit.number.to_string(),
            minutes: visit.minutes,
            is_served: visit.state == StopState::Serving,
        }),
        waiting: waiting_numbers(&line.visits, visit.lang),
        fault: fault.as_ref().map(|problem| fault_words(visit, problem)),
    })?;
    Ok(match fault {
        Some(problem) => page.with_status(problem.status),
        None => page,
    })
}

#[post("/penyelia/loket/<number>/<deed>", data = "<posted>")]
async fn act(
    number: i64,
    deed: &str,
    posted: Posted,
    _officer: Supervisor,
    visit: Visit<'_>,
    here: InHall,
) -> Result<Either<Redirect, Rendered>, Problem> {
    match perform(&here, number, deed, &posted).await {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/penyelia/loket/{number}")))),
        Err(problem) if problem.request_id.is_some() => Err(problem),
        Err(problem) => Ok(Either::Right(draw(&visit, &here, number, Some(problem)).await?)),
    }
}

async fn perform(here: &InHall, number: i64, deed: &str, posted: &Posted) -> Result<(), Problem> {
    let site = here.own_site()?;
    let clerk = here.clerk(&site);
    let counter = site.counters.iter().find(|counter| counter.number == number);
    let counter = counter.ok_or_else(|| Refusal::not_found("counter-unknown"))?.id;
    let ticket = posted.get("ticket").parse::<TicketId>().map_err(|_| Refusal::not_found("ticket-unknown"));
    let reason = posted.get("reason");
    let mut tx = here.app.db.begin().await?;
    match deed {
        "bebaskan" => queue::free_counter(&mut tx, clerk, counter, reason).await?,
        "akhiri" => queue::end_forgotten(&mut tx, clerk, ticket?, reason).await.map(|_| ())?,
        "panggil" => queue::call(&mut tx, clerk, counter, ticket?, reason).await.map(|_| ())?,
        _ => return Err(Refusal::not_found("not-found").into()),
    }
    tx.commit().await?;
    Ok(())
}

#[post("/api/v1/counters/<id>/free", data = "<body>")]
async fn free(id: CounterId, body: Body<ReasonBody>, _officer: Supervisor, here: InHall) -> Result<Reply, Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.begin().await?;
    queue::free_counter(&mut tx, here.clerk(&site), id, body.value.reason.as_deref().unwrap_or_default()).await?;
    tx.commit().await?;
    Ok(Reply::none())
}

#[post("/api/v1/tickets/<id>/end", data = "<body>")]
async fn end(id: TicketId, body: Body<ReasonBody>, _officer: Supervisor, here: InHall) -> Result<Reply, Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.begin().await?;
    let reason = body.value.reason.as_deref().unwrap_or_default();
    let ticket = queue::end_forgotten(&mut tx, here.clerk(&site), id, reason).await?;
    tx.commit().await?;
    Reply::ok(&StaffTicket::new(&site, &ticket))
}
