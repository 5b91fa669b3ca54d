//! SQL that looks at a whole hall: who stands first, what the day brought.

use std::collections::HashSet;

use sqlx::FromRow;

use super::tickets::{TicketRow, gather, number, tickets};
use super::{desks, tickets};
use crate::clock::{Day, Instant};
use crate::db::{Answers, Asked, Row, StoreError, Tx, ask, fetch_all, fetch_optional};
use crate::ids::{CounterId, SiteId, TicketId};
use crate::queue::live::{CallNow, Change, DeskNow, Visit};
use crate::queue::{InLine, Ticket};
use crate::sites::{Counter, ServiceGroup, Site};

/// Visitors of a line whose whole tickets are read with their places.
const FEW: i64 = 2;
/// Calls read at once.
const CALLS_READ: i64 = 48;

/// What stands at the front of the lines a counter may call from: of each of its groups at most `depth` visitors with a
/// priority and as many without, and those sent to this counter. On the file, where nobody else can be calling one of
/// them, the tickets of a few come at once.
pub(in crate::queue) fn ask_front(tx: &mut Tx, hall: (SiteId, Day), counter: &Counter, depth: i64) -> AskedFront {
    let lines = (Some(counter.id), counter.groups.as_slice());
    match tx.is_sqlite() && depth <= FEW {
        true => AskedFront::Tickets(ask_of_lines(tx, FRONT_TICKETS, hall, lines, depth)),
        false => AskedFront::Places(ask_lines(tx, hall, lines, depth)),
    }
}

/// The front of lines, asked together with other questions.
pub(in crate::queue) enum AskedFront {
    /// Places.
    Places(Asked<LineRow>),
    /// The tickets of those in them.
    Tickets(Asked<TicketRow>),
}

impl AskedFront {
    /// Who stands there, each once, and the tickets that came with them.
    pub fn of(&self, answers: &Answers) -> Result<(Vec<InLine>, Vec<Ticket>), StoreError> {
        match self {
            AskedFront::Places(asked) => Ok((once(answers.of(asked)?)?, Vec::new())),
            AskedFront::Tickets(asked) => {
                let tickets = gather(answers.of(asked)?)?;
                Ok((tickets.iter().filter_map(place_of).collect(), tickets))
            }
        }
    }
}

fn once(rows: Vec<LineRow>) -> Result<Vec<InLine>, StoreError> {
    let mut front: Vec<InLine> = rows.into_iter().map(LineRow::in_line).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    front.retain(|visitor| seen.insert(visitor.ticket));
    Ok(front)
}

/// The place of a visitor in line.
fn place_of(ticket: &Ticket) -> Option<InLine> {
    let stop = ticket.current()?;
    Some(InLine {
        ticket: ticket.id,
        number: ticket.number,
        group: stop.group,
        priority: ticket.number.letter == 'P',
        is_quick: false,
        line_at: stop.line_at,
        wanted: stop.wanted,
    })
}

/// The front of the lines a counter may call from.
pub(in crate::queue) async fn list_front(
    tx: &mut Tx,
    hall: (SiteId, Day),
    counter: &Counter,
    depth: i64,
) -> Result<Vec<InLine>, StoreError> {
    let asked = ask_lines(tx, hall, (Some(counter.id), &counter.groups), depth);
    once(tx.answers().await?.of(&asked)?)
}

/// The places of the first visitors of a line, by arrival.
pub(in crate::queue) async fn list_places(
    tx: &mut Tx,
    hall: (SiteId, Day),
    group: ServiceGroup,
    depth: i64,
) -> Result<Vec<InLine>, StoreError> {
    let asked = ask_lines(tx, hall, (None, &[group]), depth);
    tx.answers().await?.of(&asked)?.into_iter().map(LineRow::in_line).collect()
}

/// The place of the first in a line who came today; those who came back for a kept place, and one ticket, do not count.
pub(in crate::queue) async fn first_of_today(
    tx: &mut Tx,
    hall: (SiteId, Day),
    group: ServiceGroup,
    but: TicketId,
) -> Result<Option<Instant>, StoreError> {
    const FIRST: &str = "SELECT s.line_at FROM stop s WHERE s.site_id = $1 AND s.local_day = $2 \
        AND s.service_group = $3 AND s.state = 'waiting' AND s.ticket_id <> $4 \
        AND NOT EXISTS (SELECT 1 FROM left_over l WHERE l.return_ticket_id = s.ticket_id) ORDER BY s.line_at LIMIT 1";
    Ok(fetch_optional!(tx, (Instant,), FIRST, hall.0, hall.1, group, but).map(|(at,)| at))
}

/// The front of one line, found by the index `stop_line` in its order.
macro_rules! front_of {
    ($group:literal, $priority:literal) => {
        concat!(
            " UNION ALL SELECT * FROM (SELECT ticket_id, letter, ordinal, service_group, line_at, wanted_counter_id \
             FROM stop WHERE site_id = $1 AND local_day = $2 AND service_group = ",
            $group,
            " AND has_priority = ",
            $priority,
            " AND state = 'waiting' ORDER BY line_at, ordinal, letter LIMIT $4) AS front"
        )
    };
}

/// Those sent to a counter and the front of up to five lines, in one statement: a line that is not asked for is NULL.
macro_rules! lines {
    () => {
        concat!(
            "SELECT ticket_id, letter, ordinal, service_group, line_at, wanted_counter_id FROM stop \
     WHERE wanted_counter_id = $3 AND site_id = $1 AND local_day = $2 AND state = 'waiting'",
            front_of!("$5", "TRUE"),
            front_of!("$5", "FALSE"),
            front_of!("$6", "TRUE"),
            front_of!("$6", "FALSE"),
            front_of!("$7", "TRUE"),
            front_of!("$7", "FALSE"),
            front_of!("$8", "TRUE"),
            front_of!("$8", "FALSE"),
            front_of!("$9", "TRUE"),
            front_of!("$9", "FALSE"),
        )
    };
}

const LINES: &str = lines!();

/// Whole tickets of those in front.
const FRONT_TICKETS: &str =
    concat!(tickets!("WHERE t.id IN (SELECT ticket_id FROM ("), lines!(), ") AS front) ORDER BY t.id, s.position");

fn ask_lines(
    tx: &mut Tx,
    hall: (SiteId, Day),
    lines: (Option<CounterId>, &[ServiceGroup]),
    depth: i64,
) -> Asked<LineRow> {
    ask_of_lines(tx, LINES, hall, lines, depth)
}

fn ask_of_lines<R: Row>(
    tx: &mut Tx,
    sql: &'static str,
    hall: (SiteId, Day),
    (sent_to, groups): (Option<CounterId>, &[ServiceGroup]),
    depth: i64,
) -> Asked<R> {
    let line = |at: usize| groups.get(at).copied();
    ask!(tx, R, sql, hall.0, hall.1, sent_to, depth, line(0), line(1), line(2), line(3), line(4))
}

/// Those who wait in another line and have a matter for one of these groups too, by arrival; whoever was sent to one
/// counter stays in line for it.
pub(in crate::queue) async fn list_early(
    tx: &mut Tx,
    hall: (SiteId, Day),
    groups: &[ServiceGroup],
    most: i64,
) -> Result<Vec<InLine>, StoreError> {
    const EARLY: &str = "SELECT s.ticket_id, s.letter, s.ordinal, s.service_group, s.line_at, s.wanted_counter_id \
        FROM stop s JOIN stop w ON w.ticket_id = s.ticket_id AND w.state = 'waiting' AND w.wanted_counter_id IS NULL \
        WHERE s.site_id = $1 AND s.local_day = $2 AND s.state = 'pending' \
        AND s.service_group IN ($4, $5, $6, $7, $8) \
        AND NOT EXISTS (SELECT 1 FROM stop f WHERE f.id = s.after_stop_id AND f.state NOT IN ('done', 'no_show', 'cancelled')) \
        ORDER BY s.line_at, s.ordinal, s.letter LIMIT $3";
    let line = |at: usize| groups.get(at).copied();
    let rows = fetch_all!(tx, LineRow, EARLY, hall.0, hall.1, most, line(0), line(1), line(2), line(3), line(4));
    let mut early: Vec<InLine> = rows.into_iter().map(LineRow::in_line).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    early.retain(|visitor| seen.insert(visitor.ticket));
    Ok(early)
}

/// Those who wait for a quick matter.
pub(in crate::queue) async fn list_quick(
    tx: &mut Tx,
    hall: (SiteId, Day),
    site: &Site,
) -> Result<HashSet<TicketId>, StoreError> {
    const WAITING: &str = "SELECT ticket_id, service_group, service_code FROM stop \
        WHERE site_id = $1 AND local_day = $2 AND state = 'waiting'";
    let rows = fetch_all!(tx, (TicketId, ServiceGroup, String), WAITING, hall.0, hall.1);
    let quick = rows.into_iter().filter(|(_, group, service)| site.is_quick(*group, service));
    Ok(quick.map(|(ticket, _, _)| ticket).collect())
}

/// How many wait in a line before a place in it.
pub(in crate::queue) async fn count_before(
    tx: &mut Tx,
    hall: (SiteId, Day),
    group: ServiceGroup,
    line_at: Instant,
) -> Result<i64, StoreError> {
    const BEFORE: &str = "SELECT COUNT(*) FROM stop WHERE site_id = $1 AND local_day = $2 AND service_group = $3 \
        AND line_at < $4 AND state = 'waiting'";
    Ok(fetch_optional!(tx, (i64,), BEFORE, hall.0, hall.1, group, line_at).map_or(0, |(count,)| count))
}

#[derive(FromRow)]
pub(in crate::queue) struct LineRow {
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
            is_quick: false,
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
            let (seq, number, first, at) = (call.seq, call.number()?, call.calls == 1, call.at);
            today.push(Change::Call(CallNow { seq, number, counter, first, at }));
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
