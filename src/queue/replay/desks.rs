//! The counters of a replayed day.

use super::trace::Matter;
use crate::queue::estimate::{Counters, ServiceNo};

/// A visitor at a counter.
#[derive(Clone, Copy, Debug)]
pub struct Serving {
    /// Who, by place among the visits.
    pub visit: usize,
    /// What for and how long.
    pub matter: Matter,
    /// When called.
    pub called_at: f64,
}

impl Serving {
    /// When the counter is free again.
    pub fn ends(&self) -> f64 {
        self.called_at + self.matter.minutes
    }
}

/// A counter.
#[derive(Clone, Debug, Default)]
pub struct Counter {
    /// Whether it calls people.
    pub open: bool,
    /// Whom it has.
    pub serving: Option<Serving>,
    /// Whether its last calls, newest first, were priorities.
    pub recent: Vec<bool>,
}

/// Keeps which counters take which service: counter `at` takes these, all when none is named.
pub fn reroute(takes: &mut [Counters], at: usize, services: &[ServiceNo]) {
    for (service, counters) in (0..).zip(takes.iter_mut()) {
        let taken = services.is_empty() || services.contains(&service);
        *counters = if taken { *counters | 1 << at } else { *counters & !(1 << at) };
    }
}
