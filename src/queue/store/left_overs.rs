//! SQL of the visits that were still in the hall when their day ended.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::ids::{OfficerId, SiteId, TicketId};
use crate::queue::{Fate, LeftOver, Ticket};

#[derive(FromRow)]
struct LeftOverRow {
    ticket_id: TicketId,
    local_day: Day,
    for_day: Option<Day>,
    reason: Option<String>,
    officer_name: Option<String>,
    return_ticket_id: Option<TicketId>,
}

impl TryFrom<LeftOverRow> for LeftOver {
    type Error = StoreError;

    fn try_from(row: LeftOverRow) -> Result<LeftOver, StoreError> {
        let fate = match (row.for_day, row.reason) {
            (Some(day), None) => Fate::Kept(day),
            (None, Some(reason)) => Fate::Dismissed(reason),
            (Some(_), Some(_)) | (None, None) => {
                return Err(StoreError::Corrupt(format!("ticket {} is left over without a fate", row.ticket_id)));
            }
        };
        let LeftOverRow { ticket_id: ticket, local_day: day, officer_name: officer, return_ticket_id, .. } = row;
        Ok(LeftOver { ticket, day, fate, officer, returned: return_ticket_id })
    }
}

/// Left-over visits `l`; a condition follows.
macro_rules! left_overs {
    ($rest:literal) => {
        concat!(
            "SELECT l.ticket_id, l.local_day, l.for_day, l.reason, o.name AS officer_name, l.return_ticket_id \
             FROM left_over l JOIN ticket t ON t.id = l.ticket_id LEFT JOIN officer o ON o.id = l.officer_id ",
            $rest
        )
    };
}

pub(in crate::queue) async fn insert(
    tx: &mut Tx,
    ticket: &Ticket,
    fate: &Fate,
    (officer, now): (Option<OfficerId>, Instant),
) -> Result<(), StoreError> {
    let (for_day, reason) = match fate {
        Fate::Kept(day) => (Some(*day), None),
        Fate::Dismissed(reason) => (None, Some(reason.as_str())),
    };
    execute!(
        tx,
        "INSERT INTO left_over (ticket_id, site_id, local_day, for_day, reason, officer_id, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        ticket.id,
        ticket.site,
        ticket.day,
        for_day,
        reason,
        officer,
        now
    );
    Ok(())
}

pub(in crate::queue) async fn find(tx: &mut Tx, ticket: TicketId) -> Result<Option<LeftOver>, StoreError> {
    let row = fetch_optional!(tx, LeftOverRow, left_overs!("WHERE l.ticket_id = $1"), ticket);
    row.map(LeftOver::try_from).transpose()
}

pub(in crate::queue) async fn list_of_day(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<LeftOver>, StoreError> {
    const SQL: &str = left_overs!("WHERE l.site_id = $1 AND l.local_day = $2 ORDER BY t.letter, t.ordinal");
    fetch_all!(tx, LeftOverRow, SQL, site, day).into_iter().map(LeftOver::try_from).collect()
}

/// Places kept for a day that nobody has taken up.
pub(in crate::queue) async fn list_kept(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<LeftOver>, StoreError> {
    const SQL: &str = left_overs!(
        "WHERE l.site_id = $1 AND l.for_day = $2 AND l.return_ticket_id IS NULL ORDER BY t.issued_at, t.id"
    );
    fetch_all!(tx, LeftOverRow, SQL, site, day).into_iter().map(LeftOver::try_from).collect()
}

pub(in crate::queue) async fn set_returned(tx: &mut Tx, ticket: TicketId, by: TicketId) -> Result<(), StoreError> {
    execute!(tx, "UPDATE left_over SET return_ticket_id = $2 WHERE ticket_id = $1", ticket, by);
    Ok(())
}
