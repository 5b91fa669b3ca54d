//! What somebody who comes in now may expect, line by line: for the board and the kiosk.

use serde::Serialize;

use super::own::situation;
use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::queue::{Channel, Number, Priority, Ticket, TicketState, Visitor, place};
use crate::sites::{ServiceGroup, Site};

/// One line of the hall as a newcomer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupOutlook {
    /// The line.
    pub group: ServiceGroup,
    /// How many wait in it, those called earlier included.
    pub waiting: i64,
    /// The wait to expect, in minutes; none while no counter of the line is open.
    pub likely_minutes: Option<i64>,
}

/// Every line that a counter of the site takes.
pub async fn outlook(
    tx: &mut Tx,
    site: &Site,
    catalogue: &Catalogue,
    now: Instant,
) -> Result<Vec<GroupOutlook>, StoreError> {
    let hall = situation(tx, site, catalogue, &newcomer(site, now), now).await?;
    let taken = |group: &&ServiceGroup| site.counters.iter().any(|counter| counter.groups.contains(group));
    let line = |group: &ServiceGroup| {
        let visitor = Visitor { group: *group, priority: false, wanted: None };
        GroupOutlook {
            group: *group,
            waiting: hall.ahead.iter().filter(|ahead| ahead.group == *group).map(|ahead| ahead.people).sum(),
            likely_minutes: place(visitor, &hall, now).estimate.ok().map(|wait| wait.likely_minutes),
        }
    };
    Ok(ServiceGroup::ALL.iter().filter(taken).map(line).collect())
}

/// Somebody behind everybody else; never saved.
fn newcomer(site: &Site, now: Instant) -> Ticket {
    Ticket {
        id: TicketId::new(now.0),
        token: String::new(),
        site: site.id,
        day: now.day(site.zone),
        number: Number { letter: 'Z', ordinal: i64::MAX },
        priority: Priority::None,
        state: TicketState::Waiting,
        channel: Channel::Kiosk,
        version: 0,
        issued_at: now,
        closed_at: None,
        stops: vec![],
    }
}
