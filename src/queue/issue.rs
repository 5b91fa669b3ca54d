//! Taking a number, and giving it back.

use std::sync::Arc;

use serde_json::json;

use super::overrule::OverruleKind;
use super::store::tickets;
use super::{Channel, Halls, Number, Place, Priority, Stop, Ticket, TicketState, estimates, first_of, views};
use crate::audit::{self, Act};
use crate::catalogue::{Catalogue, Published};
use crate::clock::{Day, Instant};
use crate::db::{self, Outcome, Tx};
use crate::ids::{StopId, TicketId};
use crate::keys::random_token;
use crate::messages::Refusal;
use crate::sites::Site;

/// Matters of one visit at most.
const MOST_SERVICES: usize = 6;

/// What a visitor asks for.
#[derive(Clone, Debug)]
pub struct TicketRequest {
    /// Codes of the services, in the order of the visit.
    pub services: Vec<String>,
    /// Why called earlier.
    pub priority: Priority,
    /// Where the number is taken.
    pub channel: Channel,
    /// The telephone number, sealed for the column `ticket.phone`.
    pub phone_sealed: Option<Vec<u8>>,
}

/// A number just taken.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The visit.
    pub ticket: Ticket,
    /// Where it stands.
    pub place: Place,
}

/// Gives the next number of the letter and the local day.
pub async fn issue(
    tx: &mut Tx,
    act: Act,
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    request: &TicketRequest,
) -> Outcome<Issued> {
    let services = chosen(catalogue, &request.services)?;
    super::admission::admit(tx, hall.0, catalogue, &request.services, act.now).await?;
    give(tx, act, hall, (catalogue, &services), request).await
}

/// Gives a number for a place that was promised: the doors must be open, quotas do not count.
pub(super) async fn issue_promised(
    tx: &mut Tx,
    act: Act,
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    request: &TicketRequest,
) -> Outcome<Issued> {
    let services = chosen(catalogue, &request.services)?;
    super::admission::admit(tx, hall.0, catalogue, &[], act.now).await?;
    give(tx, act, hall, (catalogue, &services), request).await
}

async fn give(
    tx: &mut Tx,
    act: Act,
    (site, halls): (&Site, &Halls),
    (catalogue, services): (&Catalogue, &[Arc<Published>]),
    request: &TicketRequest,
) -> Outcome<Issued> {
    let day = act.now.day(site.zone);
    let number = take_number(tx, site, day, letter(request.priority, services)).await?;
    let arrival = halls.look(tx, site, act.now, |hall| hall.arrival(act.now)).await?;
    let mut ticket = new_ticket((act, arrival), site, request, services, number);
    if ticket.stops.len() > 1 {
        let left = halls.look(tx, site, act.now, |hall| views::left_at_arrival(hall, site, &ticket)).await?;
        if let Some(first) = first_of(&left) {
            ticket.wait_first_for(first, act.now)?;
        }
    }
    let place = views::place_of(tx, (site, halls), catalogue, &ticket, act.now).await?;
    tickets::insert(tx, &ticket, request.phone_sealed.as_deref(), place.estimate.ok())?;
    estimates::keep(tx, &ticket, &place);
    if request.priority != Priority::None && matches!(act.actor, audit::Actor::Officer(_)) {
        super::overrule::note(tx, act, &ticket, (OverruleKind::Priority, request.priority.word(), 0)).await?;
    }
    let detail = json!({ "number": number.to_string(), "services": request.services, "channel": request.channel });
    audit::record(tx, act, "ticket.issued", ticket.id, detail).await?;
    Ok(Issued { ticket, place })
}

pub(super) fn chosen(catalogue: &Catalogue, codes: &[String]) -> Result<Vec<Arc<Published>>, Refusal> {
    if codes.is_empty() || codes.len() > MOST_SERVICES {
        let code = if codes.is_empty() { "services-none" } else { "services-many" };
        return Err(Refusal::invalid("invalid-fields").field("services", code));
    }
    let twice = codes.iter().enumerate().any(|(at, code)| codes[..at].contains(code));
    if twice {
        return Err(Refusal::invalid("invalid-fields").field("services", "services-twice"));
    }
    let unknown = || Refusal::invalid("invalid-fields").field("services", "service-unknown");
    codes.iter().map(|code| catalogue.find(code).cloned().ok_or_else(unknown)).collect()
}

fn letter(priority: Priority, services: &[Arc<Published>]) -> char {
    let group = services.first().map_or('A', |first| first.service.group.word().chars().next().unwrap_or('A'));
    if priority == Priority::None { group } else { 'P' }
}

/// The counter row of a letter at a site; its periods are the local days.
pub(super) fn scope(site: &str, letter: &str) -> String {
    format!("ticket:{site}:{letter}")
}

async fn take_number(tx: &mut Tx, site: &Site, day: Day, letter: char) -> Outcome<Number> {
    let ordinal = db::next_number(tx, &scope(&site.code, &letter.to_string()), &day.to_string()).await?;
    Ok(Number { letter, ordinal })
}

fn new_ticket(
    (act, arrival): (Act, Instant),
    site: &Site,
    request: &TicketRequest,
    services: &[Arc<Published>],
    number: Number,
) -> Ticket {
    let stop_of = |(position, published): (i64, &Arc<Published>)| {
        let service = &published.service;
        Stop::new(StopId::new(act.now.0), position, &service.code, service.group, arrival)
    };
    Ticket {
        id: TicketId::new(act.now.0),
        token: random_token(),
        site: site.id,
        day: act.now.day(site.zone),
        number,
        priority: request.priority,
        state: TicketState::Waiting,
        channel: request.channel,
        version: 1,
        issued_at: act.now,
        closed_at: None,
        stops: (1..).zip(services).map(stop_of).collect(),
    }
}

/// The visitor has seen the call on the phone and comes: the desk is told. Said twice, nothing changes.
pub async fn receive(tx: &mut Tx, act: Act, token: &str) -> Outcome<Ticket> {
    let Some(before) = tickets::lock_by_token(tx, token).await? else {
        return Err(Refusal::not_found("ticket-unknown").into());
    };
    let mut ticket = before.clone();
    ticket.receive(act.now)?;
    if ticket != before {
        tickets::save(tx, &before, &ticket)?;
        audit::record(tx, act, "ticket.received", ticket.id, json!({})).await?;
    }
    Ok(ticket)
}

/// The visitor gives the number back, until service has begun.
pub async fn cancel(tx: &mut Tx, act: Act, token: &str) -> Outcome<Ticket> {
    let Some(before) = tickets::lock_by_token(tx, token).await? else {
        return Err(Refusal::not_found("ticket-unknown").into());
    };
    let mut ticket = before.clone();
    ticket.cancel(act.now)?;
    tickets::save(tx, &before, &ticket)?;
    audit::record(tx, act, "ticket.cancelled", ticket.id, json!({})).await?;
    Ok(ticket)
}
