//! Closing the day: the supervisor decides about everybody who is still in the hall, and welcomes kept places back.

mod samples;

use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::at_work::InHall;
use super::bodies::{NoArguments, ReasonBody, StaffTicket};
use super::desk::fault_words;
use super::words;
use crate::ids::TicketId;
use crate::messages::{clock_time, date, plain, text};
use crate::queue::{self, Fate, LeftOver, StopState, Ticket};
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::guard::Supervisor;
use crate::web::page::Rendered;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the end of the day.
pub fn routes() -> Vec<Route> {
    routes![page, keep_all, keep_by_form, dismiss_by_form, keep, dismiss, come_back, come_back_by_form]
}

/// Everybody who is still in the hall, and what was decided today.
#[derive(Serialize)]
pub struct DayEndPage {
    site_name: String,
    next_day: String,
    open: Vec<OpenLine>,
    undecided: usize,
    decided: Vec<DecidedLine>,
    fault: Option<String>,
}

#[derive(Serialize)]
struct OpenLine {
    id: TicketId,
    number: String,
    services: String,
    since: String,
    /// State of the present stop, as a pill: kind and words.
    state: (&'static str, String),
    /// Nobody serves the visitor: the supervisor decides.
    can_decide: bool,
}

#[derive(Serialize)]
struct DecidedLine {
    number: String,
    words: String,
    is_kept: bool,
    by: String,
}

#[get("/tutup-hari")]
async fn page(_officer: Supervisor, visit: Visit<'_>, here: InHall) -> Result<Rendered, Problem> {
    draw(&visit, &here, None).await
}

async fn draw(visit: &Visit<'_>, here: &InHall, fault: Option<Problem>) -> Result<Rendered, Problem> {
    let site = here.own_site()?;
    let clerk = here.clerk(&site);
    let mut tx = here.app.db.read().await?;
    let open = queue::list_in_hall(&mut tx, clerk).await?;
    let decided = queue::list_left_over(&mut tx, clerk).await?;
    drop(tx);
    let next_day = here.app.calendar().next_open_day(&site, clerk.now.day(site.zone));
    let open: Vec<OpenLine> = open.iter().map(|ticket| open_line(visit, ticket, site.zone)).collect();
    let page = visit.page(&DayEndPage {
        site_name: site.name.clone(),
        next_day: date(visit.lang, next_day),
        undecided: open.iter().filter(|line| line.can_decide).count(),
        open,
        decided: decided.iter().map(|(ticket, left)| decided_line(visit, ticket, left)).collect(),
        fault: fault.as_ref().map(|problem| fault_words(visit, problem)),
    })?;
    Ok(match fault {
        Some(problem) => page.with_status(problem.status),
        None => page,
    })
}

fn open_line(visit: &Visit<'_>, ticket: &Ticket, zone: chrono_tz::Tz) -> OpenLine {
    let state = ticket.current().map_or(StopState::Waiting, |stop| stop.state);
    let kind = match state {
        StopState::Called | StopState::Serving => "now",
        StopState::OnHold => "violet",
        StopState::Waiting | StopState::Pending => "wait",
        StopState::Done | StopState::NoShow | StopState::Cancelled => "info",
    };
    OpenLine {
        id: ticket.id,
        number: ticket.number.to_string(),
        services: words::services(&visit.app.catalogue(), ticket, visit.lang).join(" · "),
        since: clock_time(ticket.issued_at, zone),
        state: (kind, plain(visit.lang, &format!("stop.state.{state}"))),
        can_decide: !state.is_in_hand(),
    }
}

fn decided_line(visit: &Visit<'_>, ticket: &Ticket, left: &LeftOver) -> DecidedLine {
    let words = match &left.fate {
        Fate::Kept(day) => text(visit.lang, "day_end.kept_for", &[("day", date(visit.lang, *day))]),
        Fate::Dismissed(reason) => text(visit.lang, "day_end.dismissed_for", &[("reason", reason.clone())]),
    };
    DecidedLine {
        number: ticket.number.to_string(),
        words,
        is_kept: matches!(left.fate, Fate::Kept(_)),
        by: left.officer.clone().unwrap_or_else(|| plain(visit.lang, "day_end.by_nobody")),
    }
}

#[post("/tutup-hari/simpan-semua", data = "<_posted>")]
async fn keep_all(_posted: Posted, _officer: Supervisor, here: InHall) -> Result<Redirect, Problem> {
    let site = here.own_site()?;
    let calendar = here.app.calendar();
    let mut tx = here.app.db.begin().await?;
    for ticket in queue::list_in_hall(&mut tx, here.clerk(&site)).await? {
        if ticket.counter_in_hand().is_none() {
            queue::keep_place(&mut tx, here.clerk(&site), &calendar, ticket.id).await?;
        }
    }
    tx.commit().await?;
    Ok(Redirect::to("/tutup-hari"))
}

/// The page anew, or with what went wrong in words.
type Answer = Result<rocket::Either<Redirect, Rendered>, Problem>;

#[post("/tutup-hari/<id>/simpan", data = "<_posted>")]
async fn keep_by_form(id: TicketId, _posted: Posted, _officer: Supervisor, visit: Visit<'_>, here: InHall) -> Answer {
    let done = keep_one(&here, id).await.map(|_| ());
    answer(&visit, &here, done).await
}

#[post("/tutup-hari/<id>/akhiri", data = "<posted>")]
async fn dismiss_by_form(id: TicketId, posted: Posted, _officer: Supervisor, visit: Visit<'_>, here: InHall) -> Answer {
    let done = dismiss_one(&here, id, posted.get("reason")).await.map(|_| ());
    answer(&visit, &here, done).await
}

async fn answer(visit: &Visit<'_>, here: &InHall, done: Result<(), Problem>) -> Answer {
    match done {
        Ok(()) => Ok(rocket::Either::Left(Redirect::to("/tutup-hari"))),
        Err(problem) if problem.request_id.is_some() => Err(problem),
        Err(problem) => Ok(rocket::Either::Right(draw(visit, here, Some(problem)).await?)),
    }
}

#[post("/api/v1/tickets/<id>/keep", data = "<_body>")]
async fn keep(id: TicketId, _body: Body<NoArguments>, _officer: Supervisor, here: InHall) -> Result<Reply, Problem> {
    let ticket = keep_one(&here, id).await?;
    Reply::ok(&StaffTicket::new(&*here.own_site()?, &ticket))
}

#[post("/api/v1/tickets/<id>/dismiss", data = "<body>")]
async fn dismiss(id: TicketId, body: Body<ReasonBody>, _officer: Supervisor, here: InHall) -> Result<Reply, Problem> {
    let ticket = dismiss_one(&here, id, body.value.reason.as_deref().unwrap_or_default()).await?;
    Reply::ok(&StaffTicket::new(&*here.own_site()?, &ticket))
}

async fn keep_one(here: &InHall, id: TicketId) -> Result<Ticket, Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.begin().await?;
    queue::keep_place(&mut tx, here.clerk(&site), &here.app.calendar(), id).await?;
    tx.commit().await?;
    as_it_is(here, id).await
}

async fn dismiss_one(here: &InHall, id: TicketId, reason: &str) -> Result<Ticket, Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.begin().await?;
    queue::dismiss(&mut tx, here.clerk(&site), id, reason).await?;
    tx.commit().await?;
    as_it_is(here, id).await
}

async fn as_it_is(here: &InHall, id: TicketId) -> Result<Ticket, Problem> {
    let found = queue::find(&mut here.app.db.read().await?, id).await?;
    found.ok_or_else(|| crate::messages::Refusal::not_found("ticket-unknown").into())
}

#[post("/api/v1/tickets/<id>/return", data = "<_body>")]
async fn come_back(id: TicketId, _body: Body<NoArguments>, here: InHall) -> Result<Reply, Problem> {
    let ticket = welcome(&here, id).await?;
    Reply::ok(&StaffTicket::new(&*here.own_site()?, &ticket))
}

#[post("/loket/disimpan/<id>", data = "<_posted>")]
async fn come_back_by_form(id: TicketId, _posted: Posted, here: InHall) -> Result<Redirect, Problem> {
    let ticket = welcome(&here, id).await?;
    Ok(Redirect::to(format!("/loket/nomor/{}", ticket.id)))
}

async fn welcome(here: &InHall, id: TicketId) -> Result<Ticket, Problem> {
    let site = here.own_site()?;
    let app = &here.app;
    let mut tx = app.db.begin().await?;
    let issued = queue::welcome_back(&mut tx, here.clerk(&site), &app.halls, &app.catalogue(), id).await?;
    tx.commit().await?;
    Ok(issued.ticket)
}
