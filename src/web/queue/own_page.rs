//! `/t/{token}`: the visitor's own number on the phone, and nobody else's.

use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::api_tickets::{found, give_back};
use super::at_work::Asker;
use super::bodies::called_to;
use super::words;
use crate::db::Tx;
use crate::ids::TicketId;
use crate::messages::{self, Lang};
use crate::queue::{self, Fate, StopState, TicketState};
use crate::web::form::Posted;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the visitor's page.
pub fn routes() -> Vec<Route> {
    routes![own, receive, cancel]
}

/// The visitor's number.
#[derive(Serialize)]
pub struct OwnPage {
    token: String,
    site: String,
    site_name: String,
    number: String,
    state: TicketState,
    counter: Option<i64>,
    ahead: String,
    wait: String,
    because: String,
    stops: Vec<StopLine>,
    taken_at: String,
    received: bool,
    can_cancel: bool,
    /// Which day the place is kept for.
    kept_for: Option<String>,
    /// Why staff ended the visit at the end of its day.
    dismissed: Option<String>,
    /// The token of the number the visitor got on coming back.
    new_token: Option<String>,
}

#[derive(Serialize)]
struct StopLine {
    position: i64,
    name: String,
    state: StopState,
    is_current: bool,
}

impl Page for OwnPage {
    const TEMPLATE: &'static str = "queue/own.html";

    fn samples() -> Vec<Self> {
        let page = |state, counter, name: &str| OwnPage {
            token: "t".into(),
            site: "opi".into(),
            site_name: "Gerai OPI Mall".into(),
            number: "A-013".into(),
            state,
            counter,
            ahead: "8 orang di depan Anda".into(),
            wait: "Perkiraan 15–25 menit, paling mungkin 19 menit".into(),
            because: "Dihitung dari 8 orang di depan Anda, 3 loket buka, rata-rata 7 menit per orang".into(),
            stops: vec![StopLine { position: 1, name: name.into(), state: StopState::Waiting, is_current: true }],
            taken_at: "Selasa, 24 November 2026, 09.00 WIB".into(),
            received: false,
            can_cancel: state == TicketState::Waiting,
            kept_for: None,
            dismissed: None,
            new_token: None,
        };
        let long = "Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali sampai tiga baris di ponsel";
        let mut pages: Vec<OwnPage> = TicketState::ALL
            .iter()
            .map(|state| page(*state, (*state == TicketState::Called).then_some(3), long))
            .collect();
        let over = || page(TicketState::Cancelled, None, long);
        pages.push(OwnPage { kept_for: Some("25 November 2026".into()), ..over() });
        pages.push(OwnPage { dismissed: Some("sudah pulang".into()), ..over() });
        pages.push(OwnPage { new_token: Some("t2".into()), ..over() });
        pages.push(OwnPage { received: true, ..page(TicketState::Called, Some(3), long) });
        pages
    }
}

#[get("/t/<token>")]
async fn own(token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let mut tx = app.db.glance().await?;
    let (site, ticket) = found(app, queue::find_by_token(&mut tx, token).await?)?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, app.now()).await?;
    let (kept_for, dismissed, new_token) = after_the_day(&mut tx, ticket.id, visit.lang).await?;
    let catalogue = app.catalogue();
    let line = |stop: &queue::Stop| StopLine {
        position: stop.position,
        name: words::service(&catalogue, &stop.service, visit.lang),
        state: stop.state,
        is_current: stop.state.is_current(),
    };
    visit.page(&OwnPage {
        site: site.code.clone(),
        site_name: site.name.clone(),
        number: ticket.number.to_string(),
        state: ticket.state,
        counter: called_to(&site, &ticket),
        ahead: words::people_ahead(visit.lang, place.people_ahead),
        wait: words::estimate(visit.lang, place),
        because: words::because(visit.lang, place),
        stops: ticket.stops.iter().map(line).collect(),
        taken_at: messages::date_and_time(visit.lang, ticket.issued_at, site.zone),
        received: ticket.current().is_some_and(|stop| stop.received_at.is_some()),
        can_cancel: matches!(ticket.state, TicketState::Waiting | TicketState::Called),
        kept_for,
        dismissed,
        new_token,
        token: ticket.token,
    })
}

/// What became of a visit that was in the hall when its day ended: the day its place is kept for, or the reason it was
/// ended, or the token of the new number.
async fn after_the_day(
    tx: &mut Tx,
    id: TicketId,
    lang: Lang,
) -> Result<(Option<String>, Option<String>, Option<String>), Problem> {
    let Some(left) = queue::find_left_over(tx, id).await? else { return Ok((None, None, None)) };
    let returned = match left.returned {
        Some(new) => queue::find(tx, new).await?,
        None => None,
    };
    Ok(match (returned, left.fate) {
        (Some(new), _) => (None, None, Some(new.token)),
        (None, Fate::Kept(day)) => (Some(messages::date(lang, day)), None, None),
        (None, Fate::Dismissed(reason)) => (None, Some(reason), None),
    })
}

/// "Saya datang": the call was seen.
#[post("/t/<token>/datang", data = "<_posted>")]
async fn receive(token: &str, _posted: Posted, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let app = visit.app;
    let mut tx = app.db.begin().await?;
    let (site, _) = found(app, queue::find_by_token(&mut tx, token).await?)?;
    let ticket = queue::receive(&mut tx, Asker(None).act(&site, app.now()), token).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/t/{}", ticket.token)))
}

#[post("/t/<token>/batal", data = "<_posted>")]
async fn cancel(token: &str, _posted: Posted, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let (_, ticket) = give_back(visit.app, token).await?;
    Ok(Redirect::to(format!("/t/{}", ticket.token)))
}
