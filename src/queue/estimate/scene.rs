//! The hall at one moment, in small numbers: cheap to build from a picture in memory, no SQL and no text.

use super::knowledge::Today;

/// A service, by its place in the list of [`super::Knowledge`].
pub type ServiceNo = u16;
/// A service nobody has heard of.
pub const UNKNOWN_SERVICE: ServiceNo = ServiceNo::MAX;
/// Counters as bits: bit `n` is the counter at place `n` of [`Scene::desks`]; 64 at most.
pub type Counters = u64;
/// Most matters of one visit after the first one.
const MOST_LATER: usize = 5;

/// The matters of a visit that come after the present one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Later {
    services: [ServiceNo; MOST_LATER],
    count: u8,
}

impl Later {
    /// The matters in order; more than five are forgotten.
    pub fn new(services: impl IntoIterator<Item = ServiceNo>) -> Later {
        let mut later = Later::default();
        for (place, service) in later.services.iter_mut().zip(services) {
            *place = service;
            later.count += 1;
        }
        later
    }

    /// The next matter, and those after it.
    pub fn next(self) -> Option<(ServiceNo, Later)> {
        let left = &self.services[..usize::from(self.count)];
        left.split_first().map(|(first, rest)| (*first, Later::new(rest.iter().copied())))
    }
}

/// A visitor in line. Minutes are minutes of the local day.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// The place in line: the arrival.
    pub line_at: f64,
    /// What for.
    pub service: ServiceNo,
    /// The matters after it: the visitor comes back to the line with the same place.
    pub later: Later,
    /// Whether called earlier.
    pub priority: bool,
    /// The one counter asked for, by its place in [`Scene::desks`].
    pub wanted: Option<u8>,
}

/// Whom a counter has called and not finished with.
#[derive(Clone, Copy, Debug)]
pub struct InHand {
    /// What for.
    pub service: ServiceNo,
    /// When called.
    pub called_at: f64,
    /// The place in line, kept for the matters after this one.
    pub line_at: f64,
    /// The matters after this one.
    pub later: Later,
    /// Whether called earlier.
    pub priority: bool,
}

/// Whether somebody works at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Staffed {
    /// Calls people.
    Open,
    /// Away for a moment.
    Paused,
    /// Nobody sits there.
    Closed,
}

/// A counter of the hall, open or not.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    /// Whether somebody works there.
    pub staffed: Staffed,
    /// Whom it has in hand.
    pub in_hand: Option<InHand>,
    /// Calls since the last one of a priority, counted up to [`Scene::regular_per_priority`].
    pub since_priority: u8,
}

impl Desk {
    /// Calls since the last priority, from the last calls (newest first, whether each was a priority).
    pub fn since_priority(recent: &[bool], regular_per_priority: u8) -> u8 {
        let last = recent.iter().take(usize::from(regular_per_priority)).position(|priority| *priority);
        last.and_then(|last| u8::try_from(last).ok()).unwrap_or(regular_per_priority)
    }
}

/// The hall at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The minute of the local day.
    pub now: f64,
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u8,
    /// Everybody in line, in the order of arrival (`line_at`, then ordinal, then letter).
    pub waiting: &'a [Waiting],
    /// Every counter of the site, always in the same order.
    pub desks: &'a [Desk],
    /// By service: the counters that take it when they are staffed.
    pub takes: &'a [Counters],
    /// How the day has gone so far.
    pub today: Today,
    /// Visitors without a priority called between two with one.
    pub regular_per_priority: u8,
}

impl Scene<'_> {
    /// The counters that are open now.
    pub fn open(&self) -> Counters {
        self.desks_that(|desk| desk.staffed == Staffed::Open)
    }

    /// The counters somebody sits at, called away or not.
    pub fn staffed(&self) -> Counters {
        self.desks_that(|desk| desk.staffed != Staffed::Closed)
    }

    fn desks_that(&self, is: impl Fn(&Desk) -> bool) -> Counters {
        self.desks.iter().enumerate().filter(|(_, desk)| is(desk)).fold(0, |bits, (at, _)| bits | 1 << at)
    }

    /// The counters that take a service.
    pub fn takers(&self, service: ServiceNo) -> Counters {
        self.takes.get(usize::from(service)).copied().unwrap_or(Counters::MAX)
    }

    /// The counters that may call a visitor: the one asked for as long as it is staffed, else those of the service.
    pub fn may_call(&self, visitor: &Waiting, staffed: Counters) -> Counters {
        match visitor.wanted {
            Some(wanted) if staffed & 1 << wanted != 0 => 1 << wanted,
            Some(_) | None => self.takers(visitor.service),
        }
    }
}
