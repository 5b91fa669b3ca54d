//! The hall as the supervisor sees it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::counters::{CounterView, counters};
use super::line::{GroupView, OpenVisit, queue};
use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::queue::store::hall as rows;
use crate::queue::{Clerk, StopState, TicketState};
use crate::sites::{ServiceGroup, Site};

/// One service in the hall.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceView {
    /// Code of the service.
    pub service: String,
    /// Its line.
    pub group: ServiceGroup,
    /// How many wait for it.
    pub waiting: i64,
    /// The longest wait, in minutes.
    pub longest_minutes: i64,
}

/// The hall now.
#[derive(Clone, Debug, Serialize)]
pub struct HallView {
    /// How many wait.
    pub waiting: i64,
    /// The longest wait, in minutes.
    pub longest_minutes: i64,
    /// Visits of today that are over and were served.
    pub served: i64,
    /// Visits of today that did not come to the counter.
    pub no_show: i64,
    /// Visits of today that were given up.
    pub cancelled: i64,
    /// Half of today's first calls came within these minutes.
    pub wait_p50_minutes: Option<i64>,
    /// Nine of ten did.
    pub wait_p90_minutes: Option<i64>,
    /// The counters.
    pub counters: Vec<CounterView>,
    /// The lines.
    pub groups: Vec<GroupView>,
    /// Services somebody waits for.
    pub services: Vec<ServiceView>,
}

/// Who waits, how long, and who serves.
pub async fn hall(tx: &mut Tx, clerk: Clerk<'_>) -> Result<HallView, StoreError> {
    let queue = queue(tx, clerk.site, clerk.now).await?;
    let states = rows::count_states(tx, clerk.site.id, clerk.today()).await?;
    let of = |state: TicketState| states.iter().find(|(s, _)| *s == state).map_or(0, |(_, count)| *count);
    let waits = waits_of_day(tx, clerk.site, clerk.today()).await?;
    Ok(HallView {
        waiting: queue.groups.iter().map(|group| group.waiting).sum(),
        longest_minutes: queue.groups.iter().map(|group| group.longest_minutes).max().unwrap_or(0),
        served: of(TicketState::Done),
        no_show: of(TicketState::NoShow),
        cancelled: of(TicketState::Cancelled),
        wait_p50_minutes: percentile(&waits, 50),
        wait_p90_minutes: percentile(&waits, 90),
        counters: counters(tx, clerk).await?,
        services: services_of(&queue.visits),
        groups: queue.groups,
    })
}

async fn waits_of_day(tx: &mut Tx, site: &Site, day: Day) -> Result<Vec<i64>, StoreError> {
    let pairs = rows::list_waits(tx, site.id, day).await?;
    let mut waits: Vec<i64> = pairs.into_iter().map(|(arrived, called)| called.minutes_since(arrived)).collect();
    waits.sort_unstable();
    Ok(waits)
}

/// Nearest rank of sorted values.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

fn services_of(visits: &[OpenVisit]) -> Vec<ServiceView> {
    let mut services: BTreeMap<&str, ServiceView> = BTreeMap::new();
    for visit in visits.iter().filter(|visit| visit.state == StopState::Waiting) {
        let fresh =
            || ServiceView { service: visit.service.clone(), group: visit.group, waiting: 0, longest_minutes: 0 };
        let line = services.entry(&visit.service).or_insert_with(fresh);
        line.waiting += 1;
        line.longest_minutes = line.longest_minutes.max(visit.minutes);
    }
    services.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_waits_that_really_happened() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[7], 90), Some(7));
        assert_eq!(percentile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 30], 50), Some(5));
        assert_eq!(percentile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 30], 90), Some(9));
    }
}
