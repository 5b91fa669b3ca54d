//! The visitor's own place; nothing about anybody else.

use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::queue::live::{Hall, Halls, Visit};
use crate::queue::store::tickets;
use crate::queue::{Clerk, DeskState, Left, Number, Place, Stop, StopState, Ticket};
use crate::sites::{Counter, ServiceGroup, Site};

/// People ahead of somebody who stands far back.
const FAR: i64 = 8;
/// Microseconds an estimate is shown again to somebody far back.
const FRESH: i64 = 20_000_000;

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

/// Where a visitor stands now, or where a ticket would stand that is about to be saved.
pub async fn place_of(
    tx: &mut Tx,
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Result<Place, StoreError> {
    let (site, halls) = hall;
    if ticket.day != now.day(site.zone) {
        return Ok(Place::NOT_WAITING);
    }
    Ok(halls.picture(tx, site, catalogue, now).await?.place(ticket.into(), now))
}

/// The matters of a visit that has just come in, with the lines as they are: everybody who waits is ahead.
pub(in crate::queue) fn left_at_arrival(hall: &Hall, site: &Site, ticket: &Ticket) -> Vec<Left> {
    let present = hall.present().filter_map(Visit::current);
    let lines: Vec<ServiceGroup> =
        present.filter(|stop| stop.state == StopState::Waiting).map(|stop| stop.group).collect();
    let staffed = |counter: &&Counter| hall.desk(counter.id).is_some_and(|desk| desk.state != DeskState::Closed);
    let counters = |stop: &Stop| {
        let is_for = |counter: &&Counter| site.is_for(counter, stop.group, &stop.service);
        site.counters.iter().filter(is_for).filter(staffed).count()
    };
    let of = |stop: &Stop| Left {
        stop: stop.id,
        position: stop.position,
        ahead: lines.iter().filter(|group| **group == stop.group).count() as i64,
        counters: counters(stop) as i64,
    };
    ticket.left().map(of).collect()
}

/// How many are called before a visitor, without looking ahead.
pub(in crate::queue) async fn people_ahead(
    tx: &mut Tx,
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Result<i64, StoreError> {
    let (site, halls) = hall;
    if ticket.day != now.day(site.zone) {
        return Ok(0);
    }
    let picture = halls.picture(tx, site, catalogue, now).await?;
    Ok(picture.place_told(ticket.into(), now, &Place::NOT_WAITING).people_ahead)
}

/// A place that was shown, and when the wait of it was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The place.
    pub place: Place,
    /// When it was estimated.
    pub at: Instant,
}

impl Shown {
    /// Whether the estimate still holds for somebody who stands at `place` now: far back in an unchanged hall.
    fn holds(&self, place: &Place, now: Instant) -> bool {
        let far = place.people_ahead >= FAR && self.place.people_ahead >= FAR && self.place.estimate.is_ok();
        far && self.place.counters == place.counters && now.0 - self.at.0 < FRESH
    }
}

/// A visit of today and where it stands, from memory alone, however many look; none when the hall must be read first.
/// Far back in the line an estimate shown a moment ago is shown again: hundreds of telephones look at once.
pub fn place_shown(
    (site, halls): (&Site, &Halls),
    catalogue: &Catalogue,
    id: TicketId,
    now: Instant,
    before: Option<Shown>,
) -> Option<(Visit, Shown)> {
    let (visit, picture) = halls.glance(site, catalogue, id, now)?;
    if let Some(before) = before {
        let place = picture.place_told((&visit).into(), now, &before.place);
        if before.holds(&place, now) {
            return Some((visit, Shown { place, at: before.at }));
        }
    }
    let place = picture.place((&visit).into(), now);
    Some((visit, Shown { place, at: now }))
}
