//! Who is in the hall.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::{CounterId, TicketId};
use crate::queue::store::hall as rows;
use crate::queue::{Number, StopState};
use crate::sites::{ServiceGroup, Site};

/// A visit that is not over, as staff see it.
#[derive(Clone, Debug, Serialize)]
pub struct OpenVisit {
    /// The ticket.
    pub id: TicketId,
    /// The number called.
    pub number: Number,
    /// Where the present stop stands.
    pub state: StopState,
    /// Code of the present service.
    pub service: String,
    /// The line.
    pub group: ServiceGroup,
    /// Whether called earlier.
    pub priority: bool,
    /// Minutes since the arrival.
    pub minutes: i64,
    /// The counter that called it.
    pub counter: Option<i64>,
    /// Why it was parked or sent on.
    pub reason: Option<String>,
}

/// One line of the hall.
#[derive(Clone, Debug, Serialize)]
pub struct GroupView {
    /// The letter: a group, or `P` for everybody with a priority.
    pub letter: char,
    /// How many wait.
    pub waiting: i64,
    /// The longest wait, in minutes.
    pub longest_minutes: i64,
}

/// Who is in the hall.
#[derive(Clone, Debug, Serialize)]
pub struct QueueView {
    /// Lines with somebody in them, by letter.
    pub groups: Vec<GroupView>,
    /// Visits that are not over, by place in line.
    pub visits: Vec<OpenVisit>,
}

/// Who waits, is served or parked at a site today.
pub async fn queue(tx: &mut Tx, site: &Site, now: Instant) -> Result<QueueView, StoreError> {
    let open = rows::list_open(tx, site.id, now.day(site.zone)).await?;
    let visits = open.into_iter().map(|row| open_visit(site, row, now)).collect::<Result<Vec<_>, _>>()?;
    Ok(QueueView { groups: groups_of(&visits), visits })
}

fn open_visit(site: &Site, row: rows::OpenRow, now: Instant) -> Result<OpenVisit, StoreError> {
    let number = row.number()?;
    Ok(OpenVisit {
        id: row.ticket_id,
        number,
        state: row.state,
        service: row.service_code,
        group: row.service_group,
        priority: number.letter == 'P',
        minutes: now.minutes_since(row.line_at),
        counter: row.counter_id.and_then(|id| counter_number(site, id)),
        reason: row.reason,
    })
}

pub(super) fn counter_number(site: &Site, id: CounterId) -> Option<i64> {
    site.counters.iter().find(|counter| counter.id == id).map(|counter| counter.number)
}

fn groups_of(visits: &[OpenVisit]) -> Vec<GroupView> {
    let mut lines: BTreeMap<char, GroupView> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.state == StopState::Waiting) {
        let letter = if visit.priority { 'P' } else { visit.group.word().chars().next().unwrap_or('A') };
        let line = lines.entry(letter).or_insert(GroupView { letter, waiting: 0, longest_minutes: 0 });
        line.waiting += 1;
        line.longest_minutes = line.longest_minutes.max(visit.minutes);
    }
    lines.into_values().collect()
}
