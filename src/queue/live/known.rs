//! What is known of a site before a day begins, with the names behind the small numbers of the estimate.

use crate::clock::Day;
use crate::ids::CounterId;
use crate::queue::estimate::{Counters, Knowledge, ServiceNo};
use crate::queue::replay::House;
use crate::queue::{Share, Stop, share_of};
use crate::sites::{ServiceGroup, Site};

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
    /// Codes of the services by number.
    codes: Vec<String>,
}

impl Known {
    /// What is known before a day, with the services behind the numbers.
    pub fn new(day: Day, house: &House, knowledge: Knowledge) -> Known {
        let groups = (0..).zip(&house.services).map(|(number, _)| house.group(number)).collect();
        Known { day, knowledge, groups, codes: house.services.clone() }
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

    /// By number of the service, the counters that take it while some of them are open.
    pub fn takes(&self, site: &Site, is_open: impl Fn(CounterId) -> bool) -> Vec<Counters> {
        let counters = site.counters.iter().take(MOST_COUNTERS);
        let shares: Vec<Share> = counters.map(|counter| share_of(counter, &site.counters, &is_open)).collect();
        let takers = |(group, code): (&ServiceGroup, &str)| {
            let is_quick = site.is_quick(*group, code);
            let taken = shares.iter().enumerate().filter(|(_, share)| share.has(*group, is_quick));
            taken.fold(0, |bits, (at, _)| bits | 1 << at)
        };
        let known = self.groups.iter().zip(self.codes.iter().map(String::as_str));
        known.chain(ServiceGroup::ALL.iter().map(|group| (group, ""))).map(takers).collect()
    }
}
