//! Numbers over the API: take one, look at one's place, give it back, print it.

use std::sync::Arc;

use rocket::http::ContentType;
use rocket::{Route, State, delete, get, post, routes};

use super::at_work::{Asker, AtWork, Deed, public_site};
use super::bodies::{NoArguments, OwnTicket, ReasonBody, StaffTicket, TicketBody, TransferBody};
use super::slip;
use crate::ids::{CounterId, TicketId};
use crate::messages::Refusal;
use crate::queue::{self, Channel, Priority, Ticket, TicketRequest};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::{Body, Once, Reply};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Column name the telephone number is sealed for.
const PHONE_COLUMN: &str = "ticket.phone";

/// Routes of numbers.
pub fn routes() -> Vec<Route> {
    let visitor = routes![issue, own, cancel, pdf];
    let desk = routes![recall, start, hold, resume, no_show, rejoin, transfer, finish, undo];
    [visitor, desk].concat()
}

#[post("/api/v1/sites/<site>/tickets", data = "<body>")]
async fn issue(
    site: &str,
    body: Body<TicketBody>,
    once: Once,
    asker: Asker,
    app: &State<Arc<App>>,
) -> Result<Reply, Problem> {
    let site = public_site(app, site)?;
    let now = app.now();
    let request = request_of(app, body.value, if asker.0.is_some() { Channel::Greeter } else { Channel::Api })?;
    let mut tx = app.db.begin().await?;
    if let Some(reply) = once.find(&mut tx, &site.code, &body.digest, now).await? {
        return Ok(reply);
    }
    let issued = queue::issue(&mut tx, asker.act(&site, now), (&site, &app.halls), &app.catalogue(), &request).await?;
    let reply = Reply::created(&OwnTicket::new(app, &site, &issued.ticket, issued.place))?;
    once.keep(&mut tx, &site.code, &body.digest, (&reply, now));
    tx.commit().await?;
    Ok(reply)
}

fn request_of(app: &App, body: TicketBody, channel: Channel) -> Result<TicketRequest, Problem> {
    let unknown = |_| Refusal::invalid("invalid-fields").field("priority", "priority-unknown");
    let priority = body.priority.as_deref().unwrap_or("none").parse::<Priority>().map_err(unknown)?;
    Ok(TicketRequest { services: body.services, priority, channel, phone_sealed: sealed_phone(app, body.phone)? })
}

/// A telephone number is digits; blanks, hyphens and one leading `+` are how people write them.
pub fn sealed_phone(app: &App, phone: Option<String>) -> Result<Option<Vec<u8>>, Problem> {
    let Some(phone) = phone.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    let bare: String = phone.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::invalid("invalid-fields").field("phone", "phone-wrong").into());
    }
    Ok(Some(app.keys.sealer.seal(PHONE_COLUMN, &bare).map_err(|e| Problem::failure(&e))?))
}

#[get("/api/v1/tickets/<token>")]
async fn own(token: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let mut tx = app.db.glance().await?;
    let (site, ticket) = found(app, queue::find_by_token(&mut tx, token).await?)?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, app.now()).await?;
    Reply::ok(&OwnTicket::new(app, &site, &ticket, place))
}

/// The ticket of a token with its site; what is not there is not told apart from what one may not see.
pub fn found(app: &App, ticket: Option<Ticket>) -> Result<(Arc<Site>, Ticket), Problem> {
    let unknown = || Problem::from(Refusal::not_found("ticket-unknown"));
    let ticket = ticket.ok_or_else(unknown)?;
    let site = app.sites().find_by_id(ticket.site).cloned().ok_or_else(unknown)?;
    Ok((site, ticket))
}

#[delete("/api/v1/tickets/<token>")]
async fn cancel(token: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let (site, ticket) = give_back(app, token).await?;
    let mut tx = app.db.glance().await?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, app.now()).await?;
    Reply::ok(&OwnTicket::new(app, &site, &ticket, place))
}

/// Gives a number back on its holder's word.
pub async fn give_back(app: &App, token: &str) -> Result<(Arc<Site>, Ticket), Problem> {
    let mut tx = app.db.begin().await?;
    let (site, _) = found(app, queue::find_by_token(&mut tx, token).await?)?;
    let ticket = queue::cancel(&mut tx, Asker(None).act(&site, app.now()), token).await?;
    tx.commit().await?;
    Ok((site, ticket))
}

#[get("/api/v1/tickets/<token>/pdf")]
async fn pdf(token: &str, visit: Visit<'_>) -> Result<(ContentType, Vec<u8>), Problem> {
    slip::print(&visit, token).await
}

#[post("/api/v1/tickets/<id>/recall", data = "<body>")]
async fn recall(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Recall, &body.digest).await
}

#[post("/api/v1/tickets/<id>/start", data = "<body>")]
async fn start(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Start, &body.digest).await
}

#[post("/api/v1/tickets/<id>/hold", data = "<body>")]
async fn hold(id: TicketId, body: Body<ReasonBody>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Hold(body.value.reason.unwrap_or_default()), &body.digest).await
}

#[post("/api/v1/tickets/<id>/resume", data = "<body>")]
async fn resume(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Resume, &body.digest).await
}

#[post("/api/v1/tickets/<id>/no-show", data = "<body>")]
async fn no_show(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::NoShow, &body.digest).await
}

#[post("/api/v1/tickets/<id>/rejoin", data = "<body>")]
async fn rejoin(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Rejoin, &body.digest).await
}

#[post("/api/v1/tickets/<id>/transfer", data = "<body>")]
async fn transfer(id: TicketId, body: Body<TransferBody>, at: AtWork) -> Result<Reply, Problem> {
    let unknown = |_| Refusal::invalid("invalid-fields").field("counter", "counter-unknown");
    let counter = body.value.counter.as_deref().map(str::parse::<CounterId>).transpose().map_err(unknown)?;
    let onward = at.onward(counter, body.value.service.as_deref())?;
    act(at, id, Deed::Transfer(onward, body.value.reason.unwrap_or_default()), &body.digest).await
}

#[post("/api/v1/tickets/<id>/finish", data = "<body>")]
async fn finish(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Finish, &body.digest).await
}

#[post("/api/v1/tickets/<id>/undo", data = "<body>")]
async fn undo(id: TicketId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    act(at, id, Deed::Undo, &body.digest).await
}

async fn act(at: AtWork, id: TicketId, deed: Deed, digest: &[u8]) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, &at.site.code, digest, at.now).await? {
        return Ok(reply);
    }
    let ticket = at.perform(&mut tx, id, deed).await?;
    let reply = Reply::ok(&StaffTicket::new(&at.site, &ticket))?;
    at.once.keep(&mut tx, &at.site.code, digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}
