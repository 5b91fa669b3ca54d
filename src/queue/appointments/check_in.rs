//! The visitor is here: a number whose place in the one line follows a stated rule.

use serde_json::json;

use super::booking::{Book, locked};
use super::store::{bookings, lanes, visits};
use super::{Appointment, AppointmentState, contact};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{OfficerId, TicketId};
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::queue::store::tickets;
use crate::queue::{Channel, Issued, Priority, Ticket, TicketRequest, estimates, issue, views};

/// How somebody arrives.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The secret of the appointment.
    pub token: &'a str,
    /// Why called earlier.
    pub priority: Priority,
    /// Where the number is taken.
    pub channel: Channel,
}

/// Gives a booked visitor a number; a second time the same one. Answers whether it is new.
pub async fn check_in(
    tx: &mut Tx,
    act: Act,
    book: Book<'_>,
    keys: &Keys,
    arrival: Arrival<'_>,
) -> Outcome<(Appointment, Issued, bool)> {
    let mut appointment = locked(tx, arrival.token).await?;
    if let Some(ticket) = appointment.ticket {
        let issued = place_again(tx, book, ticket, act.now).await?;
        return Ok((appointment, issued, false));
    }
    appointment.admits(act.now.day(book.site.zone))?;
    let line_at = appointment.line_at(act.now);
    let known = bookings::find_contact(tx, appointment.id).await?;
    let phone = known.and_then(|known| known.phone_sealed);
    let request = TicketRequest {
        services: appointment.services.clone(),
        priority: arrival.priority,
        channel: arrival.channel,
        phone_sealed: contact::phone_of_ticket(keys, phone.as_deref())?,
    };
    let issued = issue(tx, act, (book.site, book.halls), book.catalogue, &request).await?;
    let issued = put_in_line(tx, book, issued.ticket, line_at, act.now).await?;
    visits::set_estimate(tx, issued.ticket.id, issued.place.estimate.ok()).await?;
    estimates::keep(tx, &issued.ticket, &issued.place);
    appointment.state = AppointmentState::Arrived;
    appointment.ticket = Some(issued.ticket.id);
    lanes::free(tx, appointment.id).await?;
    bookings::save(tx, &mut appointment).await?;
    let detail = json!({ "ticket": issued.ticket.id, "line_at": line_at });
    audit::record(tx, act, "appointment.arrived", appointment.id, detail).await?;
    Ok((appointment, issued, true))
}

/// Every matter of a visit takes its place in line; the hall is told with the commit.
async fn put_in_line(
    tx: &mut Tx,
    book: Book<'_>,
    before: Ticket,
    line_at: Instant,
    now: Instant,
) -> Result<Issued, StoreError> {
    let mut ticket = before.clone();
    ticket.stops.iter_mut().for_each(|stop| stop.line_at = line_at);
    tickets::save(tx, &before, &ticket)?;
    ticket.version = before.version + 1;
    let place = views::place_of(tx, (book.site, book.halls), book.catalogue, &ticket, now).await?;
    Ok(Issued { ticket, place })
}

async fn place_again(tx: &mut Tx, book: Book<'_>, ticket: TicketId, now: Instant) -> Outcome<Issued> {
    let found = tickets::find(tx, ticket).await?;
    let ticket = found.ok_or_else(|| StoreError::Corrupt(format!("no ticket {ticket}")))?;
    let place = views::place_of(tx, (book.site, book.halls), book.catalogue, &ticket, now).await?;
    Ok(Issued { ticket, place })
}

/// Marks a visit of the clerk's site that ended without a result because papers were missing.
pub async fn mark_incomplete(tx: &mut Tx, act: Act, book: Book<'_>, ticket: TicketId, by: OfficerId) -> Outcome<()> {
    let found = tickets::find(tx, ticket).await?.filter(|ticket| ticket.site == book.site.id);
    let ticket = found.ok_or_else(|| Refusal::not_found("ticket-unknown"))?;
    if visits::mark_incomplete(tx, ticket.id, by, act.now).await? {
        audit::record(tx, act, "ticket.incomplete", ticket.id, json!({})).await?;
    }
    Ok(())
}
