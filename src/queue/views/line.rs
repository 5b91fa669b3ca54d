//! Who is in the hall.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::{CounterId, TicketId};
use crate::queue::live::{Hall, Halls, Visit};
use crate::queue::{Number, Priority, StopState};
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
pub async fn queue(tx: &mut Tx, hall: (&Site, &Halls), now: Instant) -> Result<QueueView, StoreError> {
    let (site, halls) = hall;
    let present = |hall: &Hall| hall.present().filter_map(|visit| open_visit(site, visit, now)).collect();
    let visits: Vec<OpenVisit> = halls.look(tx, site, now, present).await?;
    Ok(QueueView { groups: groups_of(&visits), visits })
}

fn open_visit(site: &Site, visit: &Visit, now: Instant) -> Option<OpenVisit> {
    let stop = visit.current()?;
    Some(OpenVisit {
        id: visit.id,
        number: visit.number,
        state: stop.state,
        service: stop.service.clone(),
        group: stop.group,
        priority: visit.priority != Priority::None,
        minutes: now.minutes_since(stop.line_at),
        counter: stop.counter.and_then(|id| counter_number(site, id)),
        reason: stop.reason.clone(),
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
