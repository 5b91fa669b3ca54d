//! The greeter: takes a number for a visitor, finds one again, prints it once more.

use rocket::http::ContentType;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::{Deserialize, Serialize};

use super::at_work::AtWork;
use super::bodies::StaffTicket;
use super::desk::{self, Form, PausedLine, Shown, TicketCard, paused_lines, ticket_card};
use super::desk_acts::Answer;
use super::{kiosk, slip, words};
use crate::ids::TicketId;
use crate::messages::Refusal;
use crate::queue::{self, Channel, Number, Ticket, TicketState};
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the greeter.
pub fn routes() -> Vec<Route> {
    routes![take, find, search, ticket, reprint]
}

/// One visit, for the greeter.
#[derive(Serialize)]
pub struct StaffTicketPage {
    ticket: TicketCard,
    ahead: String,
    wait: String,
    /// Counters that pause.
    paused: Vec<PausedLine>,
}

impl Page for StaffTicketPage {
    const TEMPLATE: &'static str = "queue/staff_ticket.html";

    fn samples() -> Vec<Self> {
        let page = |state: &TicketState| StaffTicketPage {
            ticket: TicketCard::sample(*state, "SIP Bidan"),
            ahead: "8 orang di depan".into(),
            wait: String::new(),
            paused: vec![PausedLine { number: 4, reason: "Salat".into(), minutes: 12 }],
        };
        TicketState::ALL.iter().map(page).collect()
    }
}

#[post("/loket/ambil", data = "<posted>")]
async fn take(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    match kiosk::take_number(&visit, &at.site, &posted, (Channel::Greeter, None)).await {
        Ok(token) => {
            let ticket = queue::find_by_token(&mut at.app.db.read().await?, &token).await?;
            let ticket = ticket.ok_or_else(|| Refusal::not_found("ticket-unknown"))?;
            Ok(Either::Left(Redirect::to(format!("/loket/nomor/{}", ticket.id))))
        }
        Err(problem) => Ok(Either::Right(desk::with_fault(&visit, &at, problem).await?)),
    }
}

#[post("/loket/cari", data = "<posted>")]
async fn find(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let shown = |fault, found| Shown { form: Some(Form::Find), fault, found, ..Shown::default() };
    match looked_for(&at, &posted).await {
        Ok(found) if found.len() == 1 => Ok(Either::Left(Redirect::to(format!("/loket/nomor/{}", found[0].id)))),
        Ok(found) => Ok(Either::Right(desk::draw(&visit, &at, shown(None, found)).await?)),
        Err(problem) if problem.request_id.is_some() => Err(problem),
        Err(problem) => {
            let words = desk::fault_words(&visit, &problem);
            Ok(Either::Right(desk::draw(&visit, &at, shown(Some(words), vec![])).await?.with_status(problem.status)))
        }
    }
}

/// The visits a form names, by number or by person; at least one.
async fn looked_for(at: &AtWork, posted: &Posted) -> Result<Vec<Ticket>, Problem> {
    if let Some(person) = posted.find("person") {
        return by_person(at, person).await;
    }
    let found = match Number::parse(posted.get("number")) {
        Some(number) => queue::find_by_number(&mut at.app.db.read().await?, at.clerk(), number).await?,
        None => None,
    };
    let unknown = || Refusal::invalid("invalid-fields").field("number", "number-unknown");
    Ok(vec![found.ok_or_else(unknown)?])
}

async fn by_person(at: &AtWork, person: &str) -> Result<Vec<Ticket>, Problem> {
    let mut tx = at.app.db.begin().await?;
    let found = queue::list_by_person(&mut tx, at.clerk(), &at.app.keys, person).await?;
    tx.commit().await?;
    if found.is_empty() {
        return Err(Refusal::invalid("invalid-fields").field("person", "person-unknown").into());
    }
    Ok(found)
}

/// `POST /tickets/search`: a telephone number or a NIK never stands in an address.
#[derive(Deserialize)]
struct SearchBody {
    /// The end of a telephone number, all of it, or a NIK.
    person: String,
}

#[post("/api/v1/tickets/search", data = "<body>")]
async fn search(body: Body<SearchBody>, at: AtWork) -> Result<Reply, Problem> {
    let found = by_person(&at, &body.value.person).await?;
    Reply::ok(&found.iter().map(|ticket| StaffTicket::new(&at.site, ticket)).collect::<Vec<_>>())
}

#[get("/loket/nomor/<id>")]
async fn ticket(id: TicketId, visit: Visit<'_>, at: AtWork) -> Result<Rendered, Problem> {
    let ticket = own_ticket(&at, id).await?;
    let catalogue = at.app.catalogue();
    let mut tx = at.app.db.read().await?;
    let place = queue::place_of(&mut tx, (&at.site, &at.app.halls), &catalogue, &ticket, at.now).await?;
    visit.page(&StaffTicketPage {
        ticket: ticket_card(&at, &catalogue, &ticket, visit.lang),
        ahead: words::people_ahead(visit.lang, place.people_ahead),
        wait: words::estimate(visit.lang, place),
        paused: paused_lines(&queue::list_counters(&mut tx, at.clerk()).await?, visit.lang),
    })
}

/// The slip again: the same number, however often it is printed.
#[get("/loket/nomor/<id>/slip")]
async fn reprint(id: TicketId, visit: Visit<'_>, at: AtWork) -> Result<(ContentType, Vec<u8>), Problem> {
    let ticket = own_ticket(&at, id).await?;
    slip::print(&visit, &ticket.token).await
}

async fn own_ticket(at: &AtWork, id: TicketId) -> Result<Ticket, Problem> {
    let found = queue::find(&mut at.app.db.read().await?, id).await?.filter(|ticket| ticket.site == at.site.id);
    found.ok_or_else(|| Refusal::not_found("ticket-unknown").into())
}
