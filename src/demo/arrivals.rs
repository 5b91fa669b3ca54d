//! Who comes on a day, when, and for what (pure).

use chrono::NaiveTime;
use serde::Deserialize;

use super::chance::Chance;
use super::staff::BadFile;
use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::queue::Priority;
use crate::sites::{ServiceGroup, Site};

const VISITS: &str = include_str!("data/visits.toml");

/// One matter of a visitor.
#[derive(Clone, Debug)]
pub struct Want {
    /// Code of the service.
    pub service: String,
    /// Its line.
    pub group: ServiceGroup,
    /// How long it will take at the counter.
    pub seconds: i64,
}

/// A visitor.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// When the number is taken.
    pub at: Instant,
    /// Why called earlier.
    pub priority: Priority,
    /// The matters, in order.
    pub wants: Vec<Want>,
    /// Minutes in line after which the visitor gives up.
    pub patience: i64,
    /// Whether the visitor is there when called.
    pub comes: bool,
}

#[derive(Deserialize)]
struct File {
    first: Vec<(String, i64)>,
    added: Vec<(String, i64)>,
    usual: Vec<(String, String, i64)>,
    friday: Vec<(String, String, i64)>,
}

type Hours = Vec<((NaiveTime, NaiveTime), i64)>;

/// What people come for and when, with the services in force.
pub struct Habits {
    first: Vec<(Want, i64)>,
    added: Vec<(Want, i64)>,
    usual: Hours,
    friday: Hours,
}

impl Habits {
    /// Reads the habits; services that are not in force are passed over.
    pub fn read(catalogue: &Catalogue) -> Result<Habits, BadFile> {
        let file: File = toml::from_str(VISITS)?;
        Ok(Habits {
            first: matters(&file.first, catalogue),
            added: matters(&file.added, catalogue),
            usual: hours(&file.usual),
            friday: hours(&file.friday),
        })
    }

    /// The visitors of a whole day, in order of arrival.
    pub fn day(&self, chance: &mut Chance, site: &Site, day: Day, after_days_off: bool) -> Vec<Arrival> {
        let hours = if day.weekday() == 5 { &self.friday } else { &self.usual };
        let count = crowd(chance, site.counters.len(), day, after_days_off);
        let mut all: Vec<Arrival> = (0..count)
            .map(|_| {
                let (from, to) = *chance.weighted(hours);
                let (from, to) = (day.at(from, site.zone), day.at(to, site.zone));
                let at = Instant(chance.between(from.0, to.0));
                self.visitor(chance, at)
            })
            .collect();
        all.sort_by_key(|arrival| arrival.at);
        all
    }

    /// Visitors spread evenly over a stretch of time.
    pub fn stretch(&self, chance: &mut Chance, from: Instant, to: Instant, count: i64) -> Vec<Arrival> {
        let mut all: Vec<Arrival> = (0..count)
            .map(|_| {
                let at = Instant(chance.between(from.0, to.0));
                self.visitor(chance, at)
            })
            .collect();
        all.sort_by_key(|arrival| arrival.at);
        all
    }

    fn visitor(&self, chance: &mut Chance, at: Instant) -> Arrival {
        let mut wants = vec![usual_or_not(chance, &self.first)];
        if chance.is(18) {
            let more = usual_or_not(chance, &self.added);
            if more.service != wants[0].service {
                wants.push(more);
            }
        }
        let priority = *chance.weighted(&[
            (Priority::None, 88),
            (Priority::Elderly, 6),
            (Priority::Toddler, 3),
            (Priority::Pregnant, 2),
            (Priority::Disability, 1),
        ]);
        let patience = if chance.is(6) { chance.between(20, 45) } else { 600 };
        Arrival { at, priority, wants, patience, comes: !chance.is(3) }
    }
}

fn usual_or_not(chance: &mut Chance, of: &[(Want, i64)]) -> Want {
    let usual = chance.weighted(of).clone();
    let seconds = usual.seconds * chance.spread() / 100;
    Want { seconds: seconds.max(90), ..usual }
}

/// How many come: many on Monday and after days off, fewer on Friday; 60 to 150 at six counters, 25 to 50 at three.
fn crowd(chance: &mut Chance, counters: usize, day: Day, after_days_off: bool) -> i64 {
    let by_day = match day.weekday() {
        1 => 28,
        5 => -22,
        _ => 0,
    };
    let percent = 100 + by_day + if after_days_off { 14 } else { 0 } + chance.between(-16, 16);
    if counters >= 6 { (96 * percent / 100).clamp(60, 150) } else { (37 * percent / 100).clamp(25, 50) }
}

fn matters(weights: &[(String, i64)], catalogue: &Catalogue) -> Vec<(Want, i64)> {
    let known = weights.iter().filter_map(|(code, weight)| catalogue.find(code).map(|found| (found, *weight)));
    known
        .map(|(found, weight)| {
            let service = &found.service;
            let seconds = service.counter_minutes * 60;
            (Want { service: service.code.clone(), group: service.group, seconds }, weight)
        })
        .collect()
}

/// A time that cannot be read is passed over; the test counts them.
fn hours(rows: &[(String, String, i64)]) -> Hours {
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    rows.iter().filter_map(|(from, to, share)| Some(((time(from)?, time(to)?), *share))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mondays_are_fuller_than_fridays_and_both_stay_in_the_office_s_range() {
        let mut chance = Chance::apart(3, 1);
        let (monday, friday) = (Day::parse("2026-11-23").unwrap(), Day::parse("2026-11-27").unwrap());
        let mut sum = |day, counters| (0..40).map(|_| crowd(&mut chance, counters, day, false)).collect::<Vec<i64>>();
        let (busy, calm, small) = (sum(monday, 6), sum(friday, 6), sum(monday, 3));
        assert!(busy.iter().sum::<i64>() > calm.iter().sum::<i64>() * 13 / 10);
        assert!(busy.iter().chain(&calm).all(|n| (60..=150).contains(n)));
        assert!(small.iter().all(|n| (25..=50).contains(n)));
    }

    #[test]
    fn every_line_of_the_file_is_read() {
        let file: File = toml::from_str(VISITS).unwrap();
        assert_eq!(hours(&file.usual).len(), file.usual.len());
        assert_eq!(hours(&file.friday).len(), file.friday.len());
    }
}
