//! Those still in the hall when the day ends: each place is kept for the next open day, or the visit ends with a reason.

use serde_json::json;

use super::acts::{checked_reason, lock_own};
use super::store::{hall, left_overs, lost, tickets};
use super::{Clerk, Halls, Issued, Ticket, TicketRequest, TicketState, issue, views};
use crate::audit;
use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, Tx};
use crate::ids::TicketId;
use crate::messages::Refusal;
use crate::queue::{Channel, StopState};

/// A visit that was still in the hall at the end of its day.
#[derive(Clone, Debug)]
pub struct LeftOver {
    /// The visit.
    pub ticket: TicketId,
    /// The local day of its number.
    pub day: Day,
    /// What was decided.
    pub fate: Fate,
    /// Name of who decided; `None` when nobody did and the place was kept at midnight.
    pub officer: Option<String>,
    /// The number given when the visitor came back.
    pub returned: Option<TicketId>,
}

/// What becomes of a visit that is left over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// First in line on this day.
    Kept(Day),
    /// It ends, for this reason.
    Dismissed(String),
}

/// Today's visits that are not over, in order of arrival.
pub async fn list_in_hall(tx: &mut Tx, clerk: Clerk<'_>) -> Outcome<Vec<Ticket>> {
    let mut open = tickets::list_of_day(tx, clerk.site.id, clerk.today()).await?;
    open.retain(|ticket| ticket.current().is_some());
    open.sort_by_key(|ticket| (ticket.issued_at, ticket.number.ordinal, ticket.number.letter));
    Ok(open)
}

/// Keeps the place of somebody who waits or is parked, for the next day the site is open; answers that day.
pub async fn keep_place(tx: &mut Tx, clerk: Clerk<'_>, calendar: &Calendar, id: TicketId) -> Outcome<Day> {
    let day = calendar.next_open_day(clerk.site, clerk.today());
    let before = lock_own(tx, clerk, id).await?;
    let mut ticket = before.clone();
    ticket.leave(clerk.now)?;
    tickets::save(tx, &before, &ticket)?;
    left_overs::insert(tx, &ticket, &Fate::Kept(day), (Some(clerk.officer), clerk.now)).await?;
    audit::record(tx, clerk.act(), "ticket.place_kept", id, json!({ "for_day": day })).await?;
    Ok(day)
}

/// Ends the visit of somebody who waits or is parked, with a reason the visitor reads.
pub async fn dismiss(tx: &mut Tx, clerk: Clerk<'_>, id: TicketId, reason: &str) -> Outcome<()> {
    let reason = checked_reason(reason)?.to_owned();
    let before = lock_own(tx, clerk, id).await?;
    let mut ticket = before.clone();
    ticket.leave(clerk.now)?;
    tickets::save(tx, &before, &ticket)?;
    left_overs::insert(tx, &ticket, &Fate::Dismissed(reason), (Some(clerk.officer), clerk.now)).await?;
    audit::record(tx, clerk.act(), "ticket.dismissed", id, json!({})).await?;
    Ok(())
}

/// What was decided about a visit, if it was left over.
pub async fn find_left_over(tx: &mut Tx, id: TicketId) -> Outcome<Option<LeftOver>> {
    Ok(left_overs::find(tx, id).await?)
}

/// The visits of a day that were left over, with what was decided, by number.
pub async fn list_left_over(tx: &mut Tx, clerk: Clerk<'_>) -> Outcome<Vec<(Ticket, LeftOver)>> {
    let found = left_overs::list_of_day(tx, clerk.site.id, clerk.today()).await?;
    with_tickets(tx, found).await
}

/// The places kept for today whose visitors have not come yet, earliest arrival first.
pub async fn list_kept(tx: &mut Tx, clerk: Clerk<'_>) -> Outcome<Vec<(Ticket, LeftOver)>> {
    let found = left_overs::list_kept(tx, clerk.site.id, clerk.today()).await?;
    with_tickets(tx, found).await
}

async fn with_tickets(tx: &mut Tx, found: Vec<LeftOver>) -> Outcome<Vec<(Ticket, LeftOver)>> {
    let mut all = Vec::new();
    for left in found {
        if let Some(ticket) = tickets::find(tx, left.ticket).await? {
            all.push((ticket, left));
        }
    }
    Ok(all)
}

/// The visitor of a kept place is here: a new number for what was not done, before everybody who came today. A second
/// time the same number. The quota of a service does not count against a place that was promised.
pub async fn welcome_back(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    halls: &Halls,
    catalogue: &Catalogue,
    id: TicketId,
) -> Outcome<Issued> {
    let old = lock_own(tx, clerk, id).await?;
    let left = left_overs::find(tx, id).await?;
    let none = || Refusal::conflict("place-not-kept").with("number", old.number);
    let left = left.ok_or_else(none)?;
    let again = match left.returned {
        Some(known) => tickets::find(tx, known).await?,
        None => None,
    };
    let ticket = match again {
        Some(ticket) => ticket,
        None if left.fate == Fate::Kept(clerk.today()) => give_new_number(tx, clerk, halls, catalogue, &old).await?,
        None => return Err(none().into()),
    };
    let place = views::place_of(tx, (clerk.site, halls), catalogue, &ticket, clerk.now).await?;
    Ok(Issued { ticket, place })
}

async fn give_new_number(
    tx: &mut Tx,
    clerk: Clerk<'_>,
    halls: &Halls,
    catalogue: &Catalogue,
    old: &Ticket,
) -> Outcome<Ticket> {
    let undone = old.stops.iter().filter(|stop| stop.state == StopState::Cancelled);
    let request = TicketRequest {
        services: undone.map(|stop| stop.service.clone()).collect(),
        priority: old.priority,
        channel: Channel::Greeter,
        phone_sealed: lost::find_phone(tx, old.id).await?,
    };
    let issued = issue::issue_promised(tx, clerk.act(), (clerk.site, halls), catalogue, &request).await?;
    let mut ticket = issued.ticket.clone();
    let group = ticket.current().map_or(ticket.stops[0].group, |stop| stop.group);
    let first = hall::first_of_today(tx, (clerk.site.id, clerk.today()), group, ticket.id).await?;
    let line_at = first.map_or(clerk.now, |first| Instant(first.0 - 1).min(clerk.now));
    ticket.stops.iter_mut().for_each(|stop| stop.line_at = line_at);
    tickets::save(tx, &issued.ticket, &ticket)?;
    ticket.version = issued.ticket.version + 1;
    left_overs::set_returned(tx, old.id, ticket.id).await?;
    let detail = json!({ "new": ticket.id, "number": ticket.number.to_string() });
    audit::record(tx, clerk.act(), "ticket.came_back", old.id, detail).await?;
    Ok(ticket)
}

/// Keeps the place of a visit that an earlier day left open, when the visitor was waiting or parked.
pub(super) fn is_promised(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Waiting | TicketState::OnHold)
}
