//! Appointments over the API: times, booking, change, giving up, arriving.

use std::sync::Arc;

use rocket::{FromForm, Route, State, delete, get, patch, post, routes};

use super::appointments_asker::{AskedFrom, Shelf, day};
use super::appointments_bodies::{
    AdviceBody, AppointmentBody, ChangeBody, CheckInBody, OwnAppointment, SlotBody, Slots,
};
use super::at_work::{Asker, public_site};
use super::bodies::{List, OwnTicket};
use crate::db::Tx;
use crate::messages::Refusal;
use crate::queue::appointments::{self, Advice, Appointment, AppointmentState, Arrival, Contact, Typed, Wish};
use crate::queue::{self, Channel, Priority, Ticket};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::{Body, Once, Reply};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![slots, book, own, change, cancel, check_in]
}

/// The query of times.
#[derive(FromForm)]
struct SlotQuery<'r> {
    services: Option<&'r str>,
    from: Option<&'r str>,
    to: Option<&'r str>,
    limit: Option<usize>,
    cursor: Option<&'r str>,
}

#[get("/api/v1/sites/<site>/slots?<query..>")]
async fn slots(site: &str, query: SlotQuery<'_>, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let site = public_site(app, site)?;
    let now = app.now();
    let services: Vec<String> =
        query.services.unwrap_or_default().split(',').map(str::trim).map(str::to_owned).collect();
    let services: Vec<String> = services.into_iter().filter(|code| !code.is_empty()).collect();
    let today = now.day(site.zone);
    let days = (day(query.from, "from")?.unwrap_or(today), day(query.to, "to")?.unwrap_or(today.plus_days(365)));
    let shelf = Shelf::of(app);
    let mut tx = app.db.read().await?;
    let found = appointments::list_slots(&mut tx, shelf.book(&site), &services, days, (None, now)).await?;
    let page = List::cut(found.iter().map(SlotBody::from).collect(), SlotBody::name, query.cursor, query.limit);
    let advice = advice(&mut tx, app, &site, &services).await?;
    let advice = advice.iter().map(|(weekday, advice)| AdviceBody::new(*weekday, advice)).collect();
    Reply::ok(&Slots { items: page.items, next_cursor: page.next_cursor, advice })
}

/// When to come without an appointment, by weekday, from what earlier visitors of the first service's line waited.
pub async fn advice(tx: &mut Tx, app: &App, site: &Site, services: &[String]) -> Result<Vec<(u32, Advice)>, Problem> {
    let catalogue = app.catalogue();
    let Some(first) = services.first().and_then(|code| catalogue.find(code)) else { return Ok(Vec::new()) };
    let waits = appointments::list_waits(tx, site, first.service.group, app.now()).await?;
    let of_weekday = |weekday: u32| {
        let waits: Vec<_> = waits.iter().filter(|(of, _)| *of == weekday).map(|(_, wait)| *wait).collect();
        appointments::advise(&waits, site.zone).into_iter().map(move |advice| (weekday, advice)).collect::<Vec<_>>()
    };
    Ok((1..=7).flat_map(of_weekday).collect())
}

#[post("/api/v1/sites/<site>/appointments", data = "<body>")]
async fn book(
    site: &str,
    body: Body<AppointmentBody>,
    once: Once,
    asker: Asker,
    from: AskedFrom,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let app = visit.app;
    let site = public_site(app, site)?;
    let (now, shelf) = (app.now(), Shelf::of(app));
    let wanted = body.value;
    let contact = match wanted.hold {
        Some(true) => None,
        Some(false) | None => Some(contact(app, (&wanted.phone, &wanted.nik, &wanted.email))?),
    };
    let wish = Wish {
        services: wanted.services,
        starts_at: wanted.start,
        missing: wanted.missing.unwrap_or(0).clamp(0, 100),
        lang: visit.lang,
        asked_by: from.0,
    };
    let mut tx = app.db.begin().await?;
    if let Some(reply) = once.find(&mut tx, &site.code, &body.digest, now).await? {
        return Ok(reply);
    }
    let act = asker.act(&site, now);
    let mut appointment = appointments::hold(&mut tx, act, shelf.book(&site), &wish).await?;
    if let Some(contact) = contact {
        appointment = appointments::confirm(&mut tx, act, shelf.book(&site), &appointment.token, &contact).await?;
    }
    let reply = Reply::created(&OwnAppointment::new(app, &site, &appointment, None))?;
    once.keep(&mut tx, &site.code, &body.digest, (&reply, now));
    tx.commit().await?;
    Ok(reply)
}

fn contact(
    app: &App,
    (phone, nik, email): (&Option<String>, &Option<String>, &Option<String>),
) -> Result<Contact, Refusal> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let (phone, nik, email) = (text(phone), text(nik), text(email));
    Contact::of(&app.keys, Typed { phone: &phone, nik: &nik, email: &email })
}

#[get("/api/v1/appointments/<token>")]
async fn own(token: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let mut tx = app.db.read().await?;
    let (site, appointment, ticket) = found(&mut tx, app, token).await?;
    Reply::ok(&OwnAppointment::new(app, &site, &appointment, ticket.as_ref()))
}

/// The appointment of a token with its site and, once the visitor is here, its number.
pub async fn found(tx: &mut Tx, app: &App, token: &str) -> Result<(Arc<Site>, Appointment, Option<Ticket>), Problem> {
    let unknown = || Problem::from(Refusal::not_found("appointment-unknown"));
    let appointment = appointments::find_by_token(tx, token).await?.ok_or_else(unknown)?;
    let site = app.sites().find_by_id(appointment.site).cloned().ok_or_else(unknown)?;
    let ticket = match appointment.ticket {
        Some(id) => queue::find(tx, id).await?,
        None => None,
    };
    Ok((site, appointment, ticket))
}

#[patch("/api/v1/appointments/<token>", data = "<body>")]
async fn change(token: &str, body: Body<ChangeBody>, asker: Asker, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let wanted = body.value;
    let mut tx = app.db.begin().await?;
    let (site, mut appointment, ticket) = found(&mut tx, app, token).await?;
    let (act, shelf) = (asker.act(&site, app.now()), Shelf::of(app));
    if let Some(start) = wanted.start {
        appointment = appointments::change(&mut tx, act, shelf.book(&site), token, start).await?;
    }
    if wanted.confirm == Some(true) && appointment.state != AppointmentState::Booked {
        let contact = contact(app, (&wanted.phone, &wanted.nik, &wanted.email))?;
        appointment = appointments::confirm(&mut tx, act, shelf.book(&site), token, &contact).await?;
    }
    tx.commit().await?;
    Reply::ok(&OwnAppointment::new(app, &site, &appointment, ticket.as_ref()))
}

#[delete("/api/v1/appointments/<token>")]
async fn cancel(token: &str, asker: Asker, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let (site, appointment) = give_up(app, token, &asker).await?;
    Reply::ok(&OwnAppointment::new(app, &site, &appointment, None))
}

/// Gives an appointment up on its holder's word.
pub async fn give_up(app: &App, token: &str, asker: &Asker) -> Result<(Arc<Site>, Appointment), Problem> {
    let mut tx = app.db.begin().await?;
    let (site, ..) = found(&mut tx, app, token).await?;
    let appointment = appointments::cancel(&mut tx, asker.act(&site, app.now()), token).await?;
    tx.commit().await?;
    Ok((site, appointment))
}

#[post("/api/v1/appointments/<token>/checkin", data = "<body>")]
async fn check_in(
    token: &str,
    body: Body<CheckInBody>,
    once: Once,
    asker: Asker,
    app: &State<Arc<App>>,
) -> Result<Reply, Problem> {
    let unknown = |_| Refusal::invalid("invalid-fields").field("priority", "priority-unknown");
    let priority = body.value.priority.as_deref().unwrap_or("none").parse::<Priority>().map_err(unknown)?;
    let channel = if asker.0.is_some() { Channel::Greeter } else { Channel::Api };
    let (now, shelf) = (app.now(), Shelf::of(app));
    let mut tx = app.db.begin().await?;
    let (site, ..) = found(&mut tx, app, token).await?;
    if let Some(reply) = once.find(&mut tx, &site.code, &body.digest, now).await? {
        return Ok(reply);
    }
    let arrival = Arrival { token, priority, channel };
    let arrived = appointments::check_in(&mut tx, asker.act(&site, now), shelf.book(&site), &app.keys, arrival).await?;
    let (_, issued, is_new) = arrived;
    let view = OwnTicket::new(app, &site, &issued.ticket, issued.place);
    let reply = if is_new { Reply::created(&view)? } else { Reply::ok(&view)? };
    once.keep(&mut tx, &site.code, &body.digest, (&reply, now));
    tx.commit().await?;
    Ok(reply)
}
