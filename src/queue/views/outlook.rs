//! What somebody who comes in now may expect, line by line: for the board and the kiosk.

use serde::Serialize;

use super::own::situation;
use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::queue::live::{Hall, Halls};
use crate::queue::{Visitor, place};
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
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    now: Instant,
) -> Result<Vec<GroupOutlook>, StoreError> {
    let (site, halls) = hall;
    halls.look(tx, site, now, |hall| outlook_of(hall, site, catalogue, now)).await
}

fn outlook_of(hall: &Hall, site: &Site, catalogue: &Catalogue, now: Instant) -> Vec<GroupOutlook> {
    let hall = situation(hall, site, catalogue, hall.waiting_by_lane());
    let taken = |group: &&ServiceGroup| site.counters.iter().any(|counter| counter.groups.contains(group));
    let line = |group: &ServiceGroup| {
        let visitor = Visitor { group: *group, priority: false, wanted: None };
        GroupOutlook {
            group: *group,
            waiting: hall.ahead.iter().filter(|ahead| ahead.group == *group).map(|ahead| ahead.people).sum(),
            likely_minutes: place(visitor, &hall, now).estimate.ok().map(|wait| wait.likely_minutes),
        }
    };
    ServiceGroup::ALL.iter().filter(taken).map(line).collect()
}
