//! JSON of the queue.

use serde::{Deserialize, Serialize};

use super::words;
use crate::ids::TicketId;
use crate::messages::Lang;
use crate::queue::{Estimate, NoEstimate, Number, Place, Priority, StopState, Ticket, TicketState};
use crate::sites::{ServiceGroup, Site};
use crate::web::app::App;

/// `POST /sites/{site}/tickets`.
#[derive(Deserialize)]
pub struct TicketBody {
    /// Codes of the services, in the order of the visit.
    pub services: Vec<String>,
    /// A word of [`Priority`].
    pub priority: Option<String>,
    /// Digits, with or without `+` and blanks.
    pub phone: Option<String>,
}

/// An act without arguments.
#[derive(Deserialize)]
pub struct NoArguments {}

/// An act with a reason.
#[derive(Deserialize)]
pub struct ReasonBody {
    /// Why; missing is refused by the rule, not by the reader.
    pub reason: Option<String>,
}

/// `POST /counters/{id}/call`.
#[derive(Deserialize)]
pub struct CallBody {
    /// The id of a visit that waits.
    pub ticket: String,
    /// Why; missing is refused by the rule, not by the reader.
    pub reason: Option<String>,
}

/// `POST /tickets/{id}/transfer`.
#[derive(Deserialize)]
pub struct TransferBody {
    /// The id of a counter.
    pub counter: Option<String>,
    /// The code of a service.
    pub service: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A ticket as its holder sees it.
#[derive(Serialize)]
pub struct OwnTicket {
    id: TicketId,
    token: String,
    number: Number,
    state: TicketState,
    priority: Priority,
    services: Vec<String>,
    stops: Vec<StopBody>,
    counter: Option<i64>,
    people_ahead: i64,
    estimate: Option<Estimate>,
    estimate_reason: Option<NoEstimate>,
    estimate_because: Option<Because>,
    issued_at: crate::clock::Instant,
    url: String,
}

impl OwnTicket {
    /// The view of a ticket and its place.
    pub fn new(app: &App, site: &Site, ticket: &Ticket, place: Place) -> OwnTicket {
        OwnTicket {
            id: ticket.id,
            token: ticket.token.clone(),
            number: ticket.number,
            state: ticket.state,
            priority: ticket.priority,
            services: ticket.stops.iter().map(|stop| stop.service.clone()).collect(),
            stops: stops(site, ticket),
            counter: called_to(site, ticket),
            people_ahead: place.people_ahead,
            estimate: place.estimate.ok(),
            estimate_reason: place.estimate.err(),
            estimate_because: place.estimate.ok().map(|_| Because::of(place)),
            issued_at: ticket.issued_at,
            url: own_url(app, ticket),
        }
    }
}

/// What an estimate rests on, in numbers and in words; the people ahead stand beside it.
#[derive(Serialize)]
struct Because {
    counters: i64,
    minutes_each: Option<i64>,
    id: String,
    en: String,
}

impl Because {
    fn of(place: Place) -> Because {
        let words = |lang| words::because(lang, place);
        let Place { counters, minutes_each, .. } = place;
        Because { counters, minutes_each, id: words(Lang::Id), en: words(Lang::En) }
    }
}

/// The address of the visitor's own page.
pub fn own_url(app: &App, ticket: &Ticket) -> String {
    format!("{}/t/{}", app.config.public_url.trim_end_matches('/'), ticket.token)
}

/// A ticket as staff see it; without the visitor's secret.
#[derive(Serialize)]
pub struct StaffTicket {
    id: TicketId,
    number: Number,
    state: TicketState,
    priority: Priority,
    services: Vec<String>,
    stops: Vec<StopBody>,
    counter: Option<i64>,
    issued_at: crate::clock::Instant,
}

impl StaffTicket {
    /// The view of a ticket.
    pub fn new(site: &Site, ticket: &Ticket) -> StaffTicket {
        StaffTicket {
            id: ticket.id,
            number: ticket.number,
            state: ticket.state,
            priority: ticket.priority,
            services: ticket.stops.iter().map(|stop| stop.service.clone()).collect(),
            stops: stops(site, ticket),
            counter: called_to(site, ticket),
            issued_at: ticket.issued_at,
        }
    }
}

#[derive(Serialize)]
struct StopBody {
    position: i64,
    service: String,
    group: ServiceGroup,
    state: StopState,
    counter: Option<i64>,
    calls: i64,
}

fn stops(site: &Site, ticket: &Ticket) -> Vec<StopBody> {
    let body = |stop: &crate::queue::Stop| StopBody {
        position: stop.position,
        service: stop.service.clone(),
        group: stop.group,
        state: stop.state,
        counter: stop.counter.and_then(|id| number_of(site, id)),
        calls: stop.calls,
    };
    ticket.stops.iter().map(body).collect()
}

/// The number of the counter that has the visitor, while it is called or served.
pub fn called_to(site: &Site, ticket: &Ticket) -> Option<i64> {
    ticket.counter_in_hand().and_then(|id| number_of(site, id))
}

/// What people call a counter.
pub fn number_of(site: &Site, id: crate::ids::CounterId) -> Option<i64> {
    site.counters.iter().find(|counter| counter.id == id).map(|counter| counter.number)
}

/// A list.
#[derive(Serialize)]
pub struct List<T> {
    /// The page.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// Cuts a page out of a short list: at most `limit` items after the one `cursor` names.
    pub fn cut(all: Vec<T>, name: impl Fn(&T) -> String, cursor: Option<&str>, limit: Option<usize>) -> List<T> {
        let limit = limit.unwrap_or(MOST_ITEMS).clamp(1, MOST_ITEMS);
        let from = cursor.and_then(|cursor| all.iter().position(|item| name(item) == cursor)).map_or(0, |at| at + 1);
        let more = all.len() > from + limit;
        let items: Vec<T> = all.into_iter().skip(from).take(limit).collect();
        let next_cursor = items.last().filter(|_| more).map(name);
        List { items, next_cursor }
    }
}

/// Items of one page at most.
const MOST_ITEMS: usize = 100;
