//! The visitor's own place; nothing about anybody else.

use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::queue::store::{desks, hall as rows, tickets};
use crate::queue::{
    Clerk, DeskState, NoEstimate, Number, OpenCounter, Pace, Place, Priority, Situation, StopState, Ticket, Visitor,
    place,
};
use crate::sites::Site;

/// A ticket by its identity.
pub async fn find(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    tickets::find(tx, id).await
}

/// A ticket by the secret of its page.
pub async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<Ticket>, StoreError> {
    tickets::find_by_token(tx, token).await
}

/// Today's ticket of a number.
pub async fn find_by_number(tx: &mut Tx, clerk: Clerk<'_>, number: Number) -> Result<Option<Ticket>, StoreError> {
    tickets::find_by_number(tx, clerk.site.id, clerk.today(), number).await
}

/// Where a visitor stands now.
pub async fn place_of(
    tx: &mut Tx,
    site: &Site,
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Result<Place, StoreError> {
    let Some(stop) = ticket.current().filter(|stop| stop.state == StopState::Waiting) else {
        return Ok(Place { people_ahead: 0, estimate: Err(NoEstimate::NotWaiting) });
    };
    let visitor = Visitor { group: stop.group, priority: ticket.priority != Priority::None, wanted: stop.wanted };
    let hall = situation(tx, site, catalogue, ticket, now).await?;
    Ok(place(visitor, &hall, now))
}

/// The hall ahead of a ticket, saved or about to be.
pub(in crate::queue) async fn situation(
    tx: &mut Tx,
    site: &Site,
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Result<Situation, StoreError> {
    let line_at = ticket.current().map_or(now, |stop| stop.line_at);
    let ahead = rows::count_ahead(tx, site.id, ticket.day, line_at, ticket.number).await?;
    let counters = desks::list_desks(tx, site.id).await?.iter().filter_map(|desk| open_counter(site, desk)).collect();
    let mut pace = Pace::default();
    for published in catalogue.list() {
        pace.learn(&published.service.code, published.service.counter_minutes as f64, 0.0, 0.0);
    }
    for (service, visitors, micros) in rows::pace_of(tx, ticket.day.start(site.zone)).await? {
        let guess = pace.minutes(&service);
        pace.learn(&service, guess, visitors as f64, micros as f64 / 60e6);
    }
    Ok(Situation { ahead, counters, pace })
}

fn open_counter(site: &Site, desk: &desks::Desk) -> Option<OpenCounter> {
    let counter = site.counters.iter().find(|counter| counter.id == desk.counter)?;
    let serving =
        desk.in_hand.as_ref().map(|visit| (visit.service.clone(), visit.started_at.unwrap_or(visit.called_at)));
    let open = OpenCounter { id: counter.id, groups: counter.groups.clone(), serving };
    (desk.state == DeskState::Open).then_some(open)
}
