//! The visitor's own place; nothing about anybody else.

use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::queue::live::{Hall, Halls, Spot, Visit};
use crate::queue::store::tickets;
use crate::queue::{
    Ahead, Clerk, DeskState, Left, NoEstimate, Number, OpenCounter, Pace, Place, Priority, Situation, Stop, StopState,
    Ticket, Visitor, place,
};
use crate::sites::{Counter, Site};

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
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Result<Place, StoreError> {
    let (site, halls) = hall;
    halls.look(tx, site, now, |hall| place_in(hall, site, catalogue, ticket, now)).await
}

/// A visit of today and where it stands, from memory alone, however many look; none when the hall must be read first.
pub fn place_shown(
    (site, halls): (&Site, &Halls),
    catalogue: &Catalogue,
    id: TicketId,
    now: Instant,
) -> Option<(Visit, Place)> {
    let standing = |hall: &Hall| {
        let visit = hall.visit(id)?.clone();
        let place = place_of_stop(hall, (site, catalogue), (visit.number, visit.priority), visit.current(), now);
        Some((visit, place))
    };
    halls.glance(site, now, standing).flatten()
}

/// Where a ticket, saved or about to be, stands in a hall.
pub(in crate::queue) fn place_in(
    hall: &Hall,
    site: &Site,
    catalogue: &Catalogue,
    ticket: &Ticket,
    now: Instant,
) -> Place {
    let stop = ticket.current().filter(|_| ticket.day == hall.day());
    place_of_stop(hall, (site, catalogue), (ticket.number, ticket.priority), stop, now)
}

fn place_of_stop(
    hall: &Hall,
    (site, catalogue): (&Site, &Catalogue),
    (number, priority): (Number, Priority),
    stop: Option<&Stop>,
    now: Instant,
) -> Place {
    let Some(stop) = stop.filter(|stop| stop.state == StopState::Waiting) else {
        return Place { people_ahead: 0, estimate: Err(NoEstimate::NotWaiting) };
    };
    let visitor = Visitor { group: stop.group, priority: priority != Priority::None, wanted: stop.wanted };
    let ahead = hall.ahead_of(Spot::of(stop, number));
    place(visitor, &situation(hall, site, catalogue, ahead), now)
}

/// The matters of a visit that has just come in, with the lines as they are: everybody who waits is ahead.
pub(in crate::queue) fn left_at_arrival(hall: &Hall, site: &Site, ticket: &Ticket) -> Vec<Left> {
    let lanes = hall.waiting_by_lane();
    let staffed = |counter: &&Counter| hall.desk(counter.id).is_some_and(|desk| desk.state != DeskState::Closed);
    let of = |stop: &Stop| Left {
        stop: stop.id,
        position: stop.position,
        ahead: lanes.iter().filter(|lane| lane.group == stop.group).map(|lane| lane.people).sum(),
        counters: site.counters.iter().filter(|c| c.groups.contains(&stop.group)).filter(staffed).count() as i64,
    };
    ticket.left().map(of).collect()
}

/// A hall as somebody sees it who has these people ahead.
pub(super) fn situation(hall: &Hall, site: &Site, catalogue: &Catalogue, ahead: Vec<Ahead>) -> Situation {
    let counters = site.counters.iter().filter_map(|counter| open_counter(hall, counter)).collect();
    Situation { ahead, counters, pace: pace(hall, catalogue) }
}

fn open_counter(hall: &Hall, counter: &Counter) -> Option<OpenCounter> {
    hall.desk(counter.id).filter(|desk| desk.state == DeskState::Open)?;
    let since = |stop: &crate::queue::Stop| stop.started_at.or(stop.called_at);
    let serving = hall.in_hand(counter.id).and_then(|(_, stop)| Some((stop.service.clone(), since(stop)?)));
    Some(OpenCounter { id: counter.id, groups: counter.groups.clone(), serving })
}

/// How long services take today: the catalogue's guess, corrected by what was served.
fn pace(hall: &Hall, catalogue: &Catalogue) -> Pace {
    let mut pace = Pace::default();
    for published in catalogue.list() {
        pace.learn(&published.service.code, published.service.counter_minutes as f64, 0.0, 0.0);
    }
    for (service, served) in hall.served() {
        let guess = pace.minutes(service);
        pace.learn(service, guess, served.visitors as f64, served.micros as f64 / 60e6);
    }
    pace
}
