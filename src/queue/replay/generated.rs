//! Days made up by chance that repeats: an office of six counters with the habits of a scenario (pure).

use chrono::NaiveDate;

use super::trace::{Arrives, Day, Event, House, Matter, What};
use crate::queue::estimate::{Knowledge, mix};

/// What kind of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// As many come as can be served.
    Steady,
    /// Far too many come in the first two hours.
    Rush,
    /// Counters go to lunch in turns while people keep coming.
    LunchDip,
    /// One counter closes in the middle of the morning.
    CounterCloses,
    /// A group of people with a priority comes at once.
    PriorityBurst,
}

/// Service code, true mean minutes, share.
const SERVICES: [(&str, f64, u64); 12] = [
    ("KTP-C", 6.0, 16),
    ("KK-U", 11.0, 12),
    ("AK-L", 16.0, 7),
    ("KIA", 5.0, 6),
    ("IKD", 8.0, 6),
    ("NIB", 24.0, 8),
    ("SIPP", 13.0, 6),
    ("SIPB", 12.0, 3),
    ("SKP", 9.0, 3),
    ("AMBIL", 3.0, 12),
    ("KONSUL", 18.0, 6),
    ("ADUAN", 10.0, 1),
];
/// By counter, the services it takes, by place in the list above.
const COUNTERS: [&[usize]; 6] = [
    &[5, 6, 7, 8, 9, 10, 11],
    &[5, 6, 7, 8, 10, 11],
    &[5, 6, 7, 8, 9, 10],
    &[0, 1, 2, 3, 4],
    &[0, 1, 2, 3, 4, 9],
    &[0, 1, 2, 3, 4, 9],
];
/// Minutes of the day: counters open, and close.
const OPENS: f64 = 480.0;
const CLOSES: f64 = 900.0;
/// The counter that closes early.
const CLOSING: usize = 4;

impl Scenario {
    /// Every scenario.
    pub const ALL: [Scenario; 5] =
        [Scenario::Steady, Scenario::Rush, Scenario::LunchDip, Scenario::CounterCloses, Scenario::PriorityBurst];

    /// A short name.
    pub fn name(self) -> &'static str {
        match self {
            Scenario::Steady => "steady",
            Scenario::Rush => "rush",
            Scenario::LunchDip => "lunch dip",
            Scenario::CounterCloses => "one counter closing",
            Scenario::PriorityBurst => "priority burst",
        }
    }

    /// Visitors an hour: from, to (minutes of the day), how many.
    fn arrivals(self) -> &'static [(f64, f64, f64)] {
        match self {
            Scenario::Steady => &[(465.0, 480.0, 48.0), (480.0, 840.0, 30.0)],
            Scenario::Rush => &[(460.0, 480.0, 75.0), (480.0, 570.0, 52.0), (570.0, 840.0, 18.0)],
            Scenario::LunchDip => &[(465.0, 480.0, 40.0), (480.0, 660.0, 28.0), (660.0, 810.0, 28.0)],
            Scenario::CounterCloses => &[(465.0, 480.0, 40.0), (480.0, 780.0, 28.0)],
            Scenario::PriorityBurst => &[(465.0, 480.0, 40.0), (480.0, 780.0, 27.0)],
        }
    }
}

/// Chance that repeats.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(1);
        (mix(self.0) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normal, mean 0, deviation 1.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }

    fn service(&mut self) -> usize {
        let all: u64 = SERVICES.iter().map(|(_, _, share)| share).sum();
        let mut left = (self.share() * all as f64) as u64;
        for (place, (_, _, share)) in SERVICES.iter().enumerate() {
            if left < *share {
                return place;
            }
            left -= share;
        }
        0
    }
}

/// A day of a scenario, by its number; the pace of the day is answered beside it.
pub fn generate(scenario: Scenario, number: u64, house: &mut House, knowledge: &mut Knowledge) -> (Day, f64) {
    let mut dice = Dice(mix(number * 8 + scenario as u64));
    let pace = (0.10 * dice.normal()).exp();
    let date = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap_or_default() + chrono::Days::new(number / 5 * 7 + number % 5);
    let mut events = Vec::new();
    let services: Vec<u16> = SERVICES.iter().map(|(code, _, _)| house.service(knowledge, code)).collect();
    for (at, takes) in COUNTERS.iter().enumerate() {
        let counter = house.counter(&(at + 1).to_string());
        let takes: Vec<u16> = takes.iter().map(|service| services[*service]).collect();
        for (from, to) in works(scenario, at, &mut dice) {
            events.push(Event { at: from, what: What::Opens(counter, takes.clone()) });
            events.push(Event { at: to, what: What::Closes(counter) });
        }
    }
    let crowd = (0.08 * dice.normal()).exp();
    for (from, to, an_hour) in scenario.arrivals() {
        come(&mut dice, (*from, *to, an_hour * crowd / 60.0), pace, &services, None, &mut events);
    }
    if scenario == Scenario::PriorityBurst {
        let start = 570.0 + 8.0 * dice.normal();
        come(&mut dice, (start, start + 45.0, 0.4), pace, &services, Some(true), &mut events);
    }
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    let offset = chrono::Offset::fix(&chrono::Utc);
    (Day { date, offset, events }, pace)
}

fn works(scenario: Scenario, counter: usize, dice: &mut Dice) -> Vec<(f64, f64)> {
    let wobble = 3.0 * dice.normal();
    match scenario {
        Scenario::LunchDip => {
            let lunch = [705.0, 705.0, 750.0, 705.0, 750.0, 750.0][counter] + wobble;
            vec![(OPENS, lunch), (lunch + 45.0, CLOSES)]
        }
        Scenario::CounterCloses if counter == CLOSING => vec![(OPENS, 630.0 + 2.0 * wobble)],
        Scenario::Steady | Scenario::Rush | Scenario::CounterCloses | Scenario::PriorityBurst => vec![(OPENS, 1080.0)],
    }
}

/// Visitors of a stretch at a rate a minute.
fn come(
    dice: &mut Dice,
    (from, to, rate): (f64, f64, f64),
    pace: f64,
    services: &[u16],
    all_priority: Option<bool>,
    events: &mut Vec<Event>,
) {
    let mut at = from;
    loop {
        at -= (1.0 - dice.share()).ln() / rate;
        if at >= to {
            return;
        }
        let matters = if dice.share() < 0.15 { 2 } else { 1 };
        let mut chosen: Vec<usize> = (0..matters).map(|_| dice.service()).collect();
        chosen.dedup();
        let minutes = |dice: &mut Dice, of: usize| SERVICES[of].1 * pace * (0.35 * dice.normal() - 0.061).exp();
        let matters: Vec<Matter> =
            chosen.into_iter().map(|of| Matter { service: services[of], minutes: minutes(dice, of) }).collect();
        let priority = all_priority.unwrap_or_else(|| dice.share() < 0.1);
        let word = if priority { "elderly" } else { "none" }.to_owned();
        events.push(Event { at, what: What::Arrives(Arrives { matters, priority, word }) });
    }
}
