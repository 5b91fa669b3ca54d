//! What somebody who comes in now may expect, line by line: for the board and the kiosk.

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::queue::live::{Halls, Picture};
use crate::sites::{ServiceGroup, Site};

/// One line of the hall as a newcomer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupOutlook {
    /// The line.
    pub group: ServiceGroup,
    /// How many wait in it, those called earlier included.
    pub waiting: i64,
    /// Seldom less, in minutes; none while no counter of the line is open.
    pub low_minutes: Option<i64>,
    /// The wait to expect, in minutes; none while no counter of the line is open.
    pub likely_minutes: Option<i64>,
    /// Seldom more, in minutes; none while no counter of the line is open.
    pub high_minutes: Option<i64>,
}

/// Every line that a counter of the site takes.
pub async fn outlook(
    tx: &mut Tx,
    hall: (&Site, &Halls),
    catalogue: &Catalogue,
    now: Instant,
) -> Result<Vec<GroupOutlook>, StoreError> {
    let (site, halls) = hall;
    let picture = halls.picture(tx, site, catalogue, now).await?;
    let taken = |group: &&ServiceGroup| site.counters.iter().any(|counter| counter.groups.contains(group));
    Ok(ServiceGroup::ALL.iter().filter(taken).map(|group| outlook_of(&picture, *group, now)).collect())
}

fn outlook_of(picture: &Picture, group: ServiceGroup, now: Instant) -> GroupOutlook {
    let told = picture.newcomer(group, now).estimate.ok();
    GroupOutlook {
        group,
        waiting: picture.waiting_for(group),
        low_minutes: told.map(|wait| wait.low_minutes),
        likely_minutes: told.map(|wait| wait.likely_minutes),
        high_minutes: told.map(|wait| wait.high_minutes),
    }
}
