//! What is known of a site before a day begins, with the names behind the small numbers of the estimate.

use crate::clock::Day;
use crate::queue::Stop;
use crate::queue::estimate::{Counters, Knowledge, ServiceNo};
use crate::queue::replay::House;
use crate::sites::{Counter, ServiceGroup};

/// Counters a hall has at most in the eyes of the estimate.
const MOST_COUNTERS: usize = 64;

/// What past days teach, for the live hall of one day.
#[derive(Clone, Debug)]
pub struct Known {
    /// The day it was learnt for: the days before it are known.
    pub day: Day,
    /// What they teach.
    pub knowledge: Knowledge,
    /// Groups of the services by number; after them comes one service that nobody knows of each group.
    groups: Vec<ServiceGroup>,
}

impl Known {
    /// What is known before a day, with the services behind the numbers.
    pub fn new(day: Day, house: &House, knowledge: Knowledge) -> Known {
        let groups = (0..).zip(&house.services).map(|(number, _)| house.group(number)).collect();
        Known { day, knowledge, groups }
    }

    /// The number of the service of a stop.
    pub fn number(&self, stop: &Stop) -> ServiceNo {
        let known = self.knowledge.number(&stop.service);
        known
            .filter(|number| self.groups.get(usize::from(*number)) == Some(&stop.group))
            .unwrap_or(self.any(stop.group))
    }

    /// The number of a service of a group that nobody knows.
    pub fn any(&self, group: ServiceGroup) -> ServiceNo {
        let place = ServiceGroup::ALL.iter().position(|known| *known == group).unwrap_or_default();
        ServiceNo::try_from(self.groups.len() + place).unwrap_or(ServiceNo::MAX)
    }

    /// By number of the service, the counters that take it.
    pub fn takes(&self, counters: &[Counter]) -> Vec<Counters> {
        let takers = |group: &ServiceGroup| {
            let taken = counters.iter().take(MOST_COUNTERS).enumerate().filter(|(_, c)| c.groups.contains(group));
            taken.fold(0, |bits, (at, _)| bits | 1 << at)
        };
        self.groups.iter().chain(ServiceGroup::ALL).map(takers).collect()
    }
}
