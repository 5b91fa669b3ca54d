//! SQL that looks at a whole hall: who stands first, what the day brought.

use sqlx::FromRow;

use super::tickets::number;
use super::{desks, tickets};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::{CounterId, SiteId, TicketId};
use crate::queue::InLine;
use crate::queue::live::{CallNow, Change, DeskNow, Visit};
use crate::sites::{Counter, ServiceGroup, Site};

/// Calls read at once.
const CALLS_READ: i64 = 48;

/// What stands at the front of the lines a counter may call from: of each of its groups at most `depth` visitors with a
/// priority and as many without, and those sent to this counter.
pub(in crate::queue) async fn list_front(
    tx: &mut Tx,
    hall: (SiteId, Day),
    counter: &Counter,
    depth: i64,
) -> Result<Vec<InLine>, StoreError> {
    let (site, day) = hall;
    let mut front = list_sent(tx, hall, counter.id).await?;
    for group in &counter.groups {
        for row in fetch_all!(tx, LineRow, FRONT, site, day, *group, depth) {
            let visitor = row.in_line()?;
            if visitor.wanted != Some(counter.id) {
                front.push(visitor);
            }
        }
    }
    Ok(front)
}

/// The waiting rows of one line are found by the index `stop_line`, in its order.
const FRONT: &str = "SELECT * FROM (SELECT ticket_id, letter, ordinal, service_group, line_at, wanted_counter_id FROM stop \
    WHERE site_id = $1 AND local_day = $2 AND service_group = $3 AND has_priority = TRUE AND state = 'waiting' \
    ORDER BY line_at, ordinal, letter LIMIT $4) AS first \
    UNION ALL SELECT * FROM (SELECT ticket_id, letter, ordinal, service_group, line_at, wanted_counter_id FROM stop \
    WHERE site_id = $1 AND local_day = $2 AND service_group = $3 AND has_priority = FALSE AND state = 'waiting' \
    ORDER BY line_at, ordinal, letter LIMIT $4) AS others";

async fn list_sent(tx: &mut Tx, hall: (SiteId, Day), counter: CounterId) -> Result<Vec<InLine>, StoreError> {
    let rows = fetch_all!(
        tx,
        LineRow,
        "SELECT ticket_id, letter, ordinal, service_group, line_at, wanted_counter_id FROM stop \
         WHERE wanted_counter_id = $1 AND site_id = $2 AND local_day = $3 AND state = 'waiting'",
        counter,
        hall.0,
        hall.1
    );
    rows.into_iter().map(LineRow::in_line).collect()
}

/// The places of the first visitors of a line, by arrival.
pub(in crate::queue) async fn list_places(
    tx: &mut Tx,
    hall: (SiteId, Day),
    group: ServiceGroup,
    depth: i64,
) -> Result<Vec<InLine>, StoreError> {
    let rows = fetch_all!(tx, LineRow, FRONT, hall.0, hall.1, group, depth);
    rows.into_iter().map(LineRow::in_line).collect()
}

#[derive(FromRow)]
struct LineRow {
    ticket_id: TicketId,
    letter: String,
    ordinal: i64,
    service_group: ServiceGroup,
    line_at: Instant,
    wanted_counter_id: Option<CounterId>,
}

impl LineRow {
    fn in_line(self) -> Result<InLine, StoreError> {
        Ok(InLine {
            ticket: self.ticket_id,
            number: number(&self.letter, self.ordinal)?,
            group: self.service_group,
            priority: self.letter == "P",
            line_at: self.line_at,
            wanted: self.wanted_counter_id,
        })
    }
}

/// Everything of a day at a site: visits, counters, calls.
pub(in crate::queue) async fn list_today(tx: &mut Tx, site: &Site, day: Day) -> Result<Vec<Change>, StoreError> {
    let mut today = Vec::new();
    for ticket in tickets::list_of_day(tx, site.id, day).await? {
        today.push(Change::Visit(Visit::of(&ticket)));
    }
    for desk in desks::list_desks(tx, site.id).await? {
        let desks::Desk { counter, state, officer, since, .. } = desk;
        today.push(Change::Desk(DeskNow { counter, state, officer, since }));
    }
    let counter = |number: i64| site.counters.iter().find(|counter| counter.number == number).map(|found| found.id);
    for call in desks::list_calls(tx, site.id, day.start(site.zone), CALLS_READ).await? {
        if let Some(counter) = counter(call.counter) {
            today.push(Change::Call(CallNow { seq: call.seq, number: call.number()?, counter, at: call.at }));
        }
    }
    Ok(today)
}

/// How many stops each counter of a site ended as served since a moment.
pub(in crate::queue) async fn count_served(
    tx: &mut Tx,
    site: SiteId,
    since: Instant,
) -> Result<Vec<(CounterId, i64)>, StoreError> {
    Ok(fetch_all!(
        tx,
        (CounterId, i64),
        "SELECT s.counter_id, COUNT(*) FROM stop s JOIN counter c ON c.id = s.counter_id \
         WHERE s.ended_at >= $2 AND s.state = 'done' AND c.site_id = $1 GROUP BY s.counter_id",
        site,
        since
    ))
}
