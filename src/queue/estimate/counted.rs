//! How long a visitor will wait (pure): the work of the people ahead, spread over the open counters.

use std::collections::HashMap;

use super::{Estimate, NoEstimate, Place};
use crate::clock::Instant;
use crate::ids::CounterId;
use crate::queue::order::REGULAR_PER_PRIORITY;
use crate::sites::ServiceGroup;

/// Visitors the catalogue's guess counts for, beside those measured today.
const PRIOR_WEIGHT: f64 = 3.0;
/// Minutes of a service nobody knows anything about.
const UNKNOWN_MINUTES: f64 = 10.0;
/// How much one service time varies, as a share of its mean.
const SPREAD: f64 = 0.6;
/// Four of five waits lie within this many standard deviations.
const WITHIN: f64 = 1.28;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Visitor {
    /// The line.
    pub group: ServiceGroup,
    /// Whether called earlier.
    pub priority: bool,
    /// The one counter asked for.
    pub wanted: Option<CounterId>,
}

/// People who stand ahead, counted by line and service.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// The service they wait for.
    pub service: String,
    /// Their line.
    pub group: ServiceGroup,
    /// Whether they are called earlier.
    pub priority: bool,
    /// The one counter they asked for.
    pub wanted: Option<CounterId>,
    /// How many.
    pub people: i64,
}

/// A counter that is open now.
#[derive(Clone, Debug)]
pub struct OpenCounter {
    /// The counter.
    pub id: CounterId,
    /// The groups it takes.
    pub groups: Vec<ServiceGroup>,
    /// What it serves, and since when.
    pub serving: Option<(String, Instant)>,
}

/// Minutes a service takes at the counter.
#[derive(Clone, Debug, Default)]
pub struct Pace(HashMap<String, f64>);

impl Pace {
    /// Adds a service: the catalogue's guess, corrected by what was measured (visitors and their minutes together).
    pub fn learn(&mut self, service: &str, guess: f64, visitors: f64, minutes: f64) {
        let mean = (guess * PRIOR_WEIGHT + minutes) / (PRIOR_WEIGHT + visitors);
        self.0.insert(service.to_owned(), mean);
    }

    /// Expected minutes of a service.
    pub fn minutes(&self, service: &str) -> f64 {
        self.0.get(service).copied().unwrap_or(UNKNOWN_MINUTES)
    }
}

/// The hall as one visitor sees it.
#[derive(Clone, Debug, Default)]
pub struct Situation {
    /// Who stands ahead of the visitor.
    pub ahead: Vec<Ahead>,
    /// The counters open now.
    pub counters: Vec<OpenCounter>,
    /// How long services take.
    pub pace: Pace,
}

/// The place of a visitor in a hall.
pub fn place(visitor: Visitor, hall: &Situation, now: Instant) -> Place {
    let mine: Vec<&OpenCounter> = hall.counters.iter().filter(|c| serves(c, visitor.group, visitor.wanted)).collect();
    let rivals: Vec<(&Ahead, f64)> = hall.ahead.iter().map(|a| (a, share(a, visitor, &mine, hall))).collect();
    let called_before = turns(visitor.priority, &rivals);
    let estimate = wait(&rivals, &called_before, &mine, hall, now);
    Place { people_ahead: called_before.iter().sum::<f64>().round() as i64, estimate }
}

fn serves(counter: &OpenCounter, group: ServiceGroup, wanted: Option<CounterId>) -> bool {
    wanted.map_or_else(|| counter.groups.contains(&group), |id| counter.id == id)
}

/// The part of a group's work that falls on the visitor's counters: all of it for the same line.
fn share(ahead: &Ahead, visitor: Visitor, mine: &[&OpenCounter], hall: &Situation) -> f64 {
    let same_line = ahead.group == visitor.group && ahead.wanted.is_none() && visitor.wanted.is_none();
    if same_line {
        return 1.0;
    }
    let all = hall.counters.iter().filter(|c| serves(c, ahead.group, ahead.wanted)).count();
    let shared = mine.iter().filter(|c| serves(c, ahead.group, ahead.wanted)).count();
    if all == 0 { 0.0 } else { shared as f64 / all as f64 }
}

/// How many of each row are called before the visitor, by the rule of one priority after two others.
fn turns(priority: bool, rivals: &[(&Ahead, f64)]) -> Vec<f64> {
    let people = |of: bool| -> f64 {
        rivals.iter().filter(|(a, share)| a.priority == of && *share > 0.0).map(|(a, _)| a.people as f64).sum()
    };
    let (favoured, regular) = (people(true), people(false));
    let turn = REGULAR_PER_PRIORITY as f64;
    let let_by = if priority { regular.min(favoured * turn) } else { favoured.min((regular / turn).floor() + 1.0) };
    let part = |of: bool| {
        let (total, before) = match (of, priority) {
            (true, true) => (favoured, favoured),
            (false, false) => (regular, regular),
            (true, false) => (favoured, let_by),
            (false, true) => (regular, let_by),
        };
        if total > 0.0 { before / total } else { 0.0 }
    };
    rivals.iter().map(|(a, share)| if *share > 0.0 { a.people as f64 * part(a.priority) } else { 0.0 }).collect()
}

fn wait(
    rivals: &[(&Ahead, f64)],
    called_before: &[f64],
    mine: &[&OpenCounter],
    hall: &Situation,
    now: Instant,
) -> Result<Estimate, NoEstimate> {
    if mine.is_empty() {
        return Err(NoEstimate::NoOpenCounter);
    }
    let idle = mine.iter().filter(|counter| counter.serving.is_none()).count() as f64;
    if called_before.iter().sum::<f64>() < idle {
        return Ok(Estimate { low_minutes: 0, likely_minutes: 0, high_minutes: 2 });
    }
    let counters = mine.len() as f64;
    let jobs =
        rivals.iter().zip(called_before).map(|((a, share), people)| (people * share, hall.pace.minutes(&a.service)));
    let running = mine.iter().filter_map(|c| c.serving.as_ref()).map(|(service, since)| {
        let mean = hall.pace.minutes(service);
        (1.0, (mean - now.minutes_since(*since) as f64).max(mean / 4.0))
    });
    let (work, variance) = jobs.chain(running).fold((0.0, 0.0), |(work, variance), (people, minutes)| {
        (work + people * minutes, variance + people * (minutes * SPREAD).powi(2))
    });
    let likely = work / counters;
    Ok(bounds(likely, variance.sqrt() / counters))
}

fn bounds(likely: f64, deviation: f64) -> Estimate {
    let whole = |minutes: f64| minutes.max(0.0).round() as i64;
    Estimate {
        low_minutes: whole(likely - WITHIN * deviation),
        likely_minutes: whole(likely),
        high_minutes: whole(likely + WITHIN * deviation).max(whole(likely) + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: Visitor = Visitor { group: ServiceGroup::Permits, priority: false, wanted: None };

    fn ahead(group: ServiceGroup, priority: bool, people: i64) -> Ahead {
        Ahead { service: "SIPB".to_owned(), group, priority, wanted: None, people }
    }

    fn counter(number: i64, groups: &[ServiceGroup], busy: bool) -> OpenCounter {
        let serving = busy.then(|| ("SIPB".to_owned(), Instant(0)));
        OpenCounter { id: CounterId::new(number), groups: groups.to_vec(), serving }
    }

    fn hall(ahead: Vec<Ahead>, counters: Vec<OpenCounter>) -> Situation {
        let mut pace = Pace::default();
        pace.learn("SIPB", 12.0, 0.0, 0.0);
        Situation { ahead, counters, pace }
    }

    #[test]
    fn without_an_open_counter_the_estimate_says_so() {
        let shut = hall(vec![ahead(ServiceGroup::Permits, false, 3)], vec![counter(1, &[ServiceGroup::PickUp], false)]);
        let place = place(ME, &shut, Instant(0));
        assert_eq!(place, Place { people_ahead: 3, estimate: Err(NoEstimate::NoOpenCounter) });
    }

    #[test]
    fn with_a_free_counter_and_nobody_ahead_there_is_no_wait() {
        let free = hall(Vec::new(), vec![counter(1, &[ServiceGroup::Permits], false)]);
        assert_eq!(place(ME, &free, Instant(0)).estimate.unwrap().likely_minutes, 0);
    }

    #[test]
    fn a_second_counter_halves_the_wait() {
        let line = || vec![ahead(ServiceGroup::Permits, false, 4)];
        let at = |n: i64| {
            place(ME, &hall(line(), (1..=n).map(|i| counter(i, &[ServiceGroup::Permits], true)).collect()), Instant(0))
        };
        let (one, two) = (at(1).estimate.unwrap(), at(2).estimate.unwrap());
        assert_eq!((one.likely_minutes, two.likely_minutes), (60, 36));
        assert!(one.low_minutes < one.likely_minutes && one.likely_minutes < one.high_minutes);
    }

    #[test]
    fn a_line_that_shares_a_counter_counts_and_one_that_does_not_is_left_out() {
        let line = vec![ahead(ServiceGroup::Population, false, 2), ahead(ServiceGroup::PickUp, false, 9)];
        let counters = vec![counter(1, &[ServiceGroup::Permits, ServiceGroup::Population], true)];
        assert_eq!(place(ME, &hall(line, counters), Instant(0)).people_ahead, 2);
    }

    #[test]
    fn a_priority_waits_for_few_and_others_let_one_by_for_every_two() {
        let line = vec![ahead(ServiceGroup::Permits, false, 6), ahead(ServiceGroup::Permits, true, 1)];
        let hall = hall(line, vec![counter(1, &[ServiceGroup::Permits], true)]);
        assert_eq!(place(ME, &hall, Instant(0)).people_ahead, 7);
        assert_eq!(place(Visitor { priority: true, ..ME }, &hall, Instant(0)).people_ahead, 3);
    }

    #[test]
    fn measured_minutes_outweigh_the_guess() {
        let mut pace = Pace::default();
        pace.learn("SIPB", 10.0, 27.0, 27.0 * 20.0);
        assert_eq!(pace.minutes("SIPB"), 19.0);
    }
}
