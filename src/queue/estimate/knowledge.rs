//! What past days teach: how long services take, who comes first, when counters are away (pure).

use std::collections::HashMap;

use super::calibration::Calibration;
use super::scene::{Counters, ServiceNo};
use super::shape::Shape;
use super::staffing::{Away, Staffing};

/// Visitors the catalogue's guess counts for, beside those measured.
const GUESS_WEIGHT: f64 = 3.0;
/// Minutes of a service nobody knows anything about.
const UNKNOWN_MINUTES: f64 = 10.0;
/// Services measured this often have a shape of their own.
const OWN_SHAPE: usize = 80;
/// Half hours of a day.
const HALF_HOURS: usize = 48;
/// Days before the variation between days is believed.
const FEW_DAYS: usize = 5;
/// How much the pace of a day is taken to vary when few days are known.
const PACE_DEVIATION: f64 = 0.08;

/// A counter's work on one visitor, done.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// What for.
    pub service: ServiceNo,
    /// Minutes from the call until the counter was free for the next.
    pub minutes: f64,
}

/// What a past day left behind.
#[derive(Clone, Debug, Default)]
pub struct PastDay {
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u8,
    /// The counters' work.
    pub turns: Vec<Turn>,
    /// Visitors with a priority: minute of arrival and first service.
    pub priorities: Vec<(f64, ServiceNo)>,
    /// By counter, the stretches in which it called nobody.
    pub away: Vec<Vec<Away>>,
}

/// How the day has gone so far: minutes as expected and as measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Today {
    expected: f64,
    measured: f64,
}

impl Today {
    /// A day whose pace is known for certain.
    pub fn exactly(pace: f64) -> Today {
        Today { expected: 1e6, measured: 1e6 * pace }
    }

    /// Counts a turn that ended today.
    pub fn add(&mut self, knowledge: &Knowledge, turn: Turn) {
        self.expected += knowledge.mean(turn.service);
        self.measured += turn.minutes;
    }
}

#[derive(Clone, Debug)]
struct Service {
    mean: f64,
    shape: Shape,
}

/// What is known of a site before the day begins.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    numbers: HashMap<String, ServiceNo>,
    guesses: Vec<f64>,
    services: Vec<Service>,
    unknown: Shape,
    days: Vec<PastDay>,
    staffing: Staffing,
    /// Priorities a minute, by half hour.
    rates: Vec<f64>,
    priorities: Vec<ServiceNo>,
    /// Variance of the pace between days.
    between: f64,
    /// By service, the counters seen to take it.
    pub takes: Vec<Counters>,
    /// What past errors teach.
    pub calibration: Calibration,
}

impl Knowledge {
    /// Knows nothing but the catalogue's guesses: code and minutes at the counter.
    pub fn new<'a>(guesses: impl IntoIterator<Item = (&'a str, f64)>) -> Knowledge {
        let mut knowledge = Knowledge::default();
        for (code, minutes) in guesses {
            let number = knowledge.number_or_new(code);
            knowledge.guesses[usize::from(number)] = minutes;
        }
        knowledge.settle();
        knowledge
    }

    /// The number of a service.
    pub fn number(&self, code: &str) -> Option<ServiceNo> {
        self.numbers.get(code).copied()
    }

    /// The number of a service, which gets one when it is new.
    pub fn number_or_new(&mut self, code: &str) -> ServiceNo {
        if let Some(known) = self.number(code) {
            return known;
        }
        let number = ServiceNo::try_from(self.guesses.len()).unwrap_or(super::UNKNOWN_SERVICE);
        self.numbers.insert(code.to_owned(), number);
        self.guesses.push(UNKNOWN_MINUTES);
        self.services.push(Service { mean: UNKNOWN_MINUTES, shape: self.unknown.clone() });
        self.takes.push(0);
        number
    }

    /// Adds past days, oldest first.
    pub fn learn(&mut self, days: impl IntoIterator<Item = PastDay>) {
        for day in days {
            self.staffing.learn(day.weekday, day.away.clone());
            self.days.push(day);
        }
        self.settle();
    }

    /// Expected minutes of a service.
    pub fn mean(&self, service: ServiceNo) -> f64 {
        self.services.get(usize::from(service)).map_or(UNKNOWN_MINUTES, |known| known.mean)
    }

    /// Mean minutes of all services measured.
    pub fn overall_mean(&self) -> f64 {
        let turns = || self.days.iter().flat_map(|day| &day.turns);
        let (count, minutes) = turns().fold((0.0, 0.0), |(count, sum), turn| (count + 1.0, sum + turn.minutes));
        if count > 0.0 { minutes / count } else { UNKNOWN_MINUTES }
    }

    /// Minutes of a service, drawn from a stratum.
    pub(super) fn minutes(&self, service: ServiceNo, stratum: usize) -> f64 {
        self.services
            .get(usize::from(service))
            .map_or(UNKNOWN_MINUTES * self.unknown.share(stratum), |known| known.mean * known.shape.share(stratum))
    }

    /// Minutes a service still takes that has lasted some, at a pace.
    pub(super) fn remaining(&self, service: ServiceNo, lasted: f64, pace: f64, stratum: usize) -> f64 {
        let mean = self.mean(service) * pace;
        let shape = self.services.get(usize::from(service)).map_or(&self.unknown, |known| &known.shape);
        mean * shape.remaining(lasted / mean, stratum)
    }

    /// Today's pace as a factor on the means, and how uncertain it is (standard deviation).
    pub(super) fn pace(&self, today: Today) -> (f64, f64) {
        let all = self.services.iter().map(|service| service.mean).sum::<f64>() / self.services.len().max(1) as f64;
        let within = self.unknown.variance().max(0.01) * 1.3;
        let turns = today.expected / all.max(0.1);
        let prior = within / self.between.max(1e-4);
        let factor = (prior * all + today.measured) / (prior * all + today.expected).max(0.1);
        (factor, (within / (prior + turns)).sqrt())
    }

    /// Priorities expected a minute at a minute of the day.
    pub(super) fn priority_rate(&self, minute: f64) -> f64 {
        let half_hour = (minute / 30.0).max(0.0) as usize;
        self.rates.get(half_hour % HALF_HOURS).copied().unwrap_or(0.0)
    }

    /// A service a priority may come for.
    pub(super) fn priority_service(&self, draw: usize) -> Option<ServiceNo> {
        self.priorities.get(draw % self.priorities.len().max(1)).copied()
    }

    /// When counters will be away.
    pub(super) fn staffing(&self) -> &Staffing {
        &self.staffing
    }

    /// Draws its conclusions from all days known.
    fn settle(&mut self) {
        let turns = || self.days.iter().flat_map(|day| &day.turns);
        let mut sums = vec![(0.0, 0.0); self.guesses.len()];
        for turn in turns() {
            if let Some(sum) = sums.get_mut(usize::from(turn.service)) {
                *sum = (sum.0 + 1.0, sum.1 + turn.minutes);
            }
        }
        let mean = |(guess, (people, minutes)): (&f64, &(f64, f64))| {
            (guess * GUESS_WEIGHT + minutes) / (GUESS_WEIGHT + people)
        };
        let means: Vec<f64> = self.guesses.iter().zip(&sums).map(mean).collect();
        let share = |turn: &Turn| Some(turn.minutes / means.get(usize::from(turn.service))?.max(0.01));
        self.unknown = Shape::of(turns().filter_map(share).collect());
        self.services = (0..)
            .zip(&means)
            .map(|(number, mean)| {
                let own: Vec<f64> = turns().filter(|turn| turn.service == number).filter_map(share).collect();
                let shape = if own.len() < OWN_SHAPE { self.unknown.clone() } else { Shape::of(own) };
                Service { mean: *mean, shape }
            })
            .collect();
        self.between = self.between_days();
        self.settle_priorities();
    }

    /// Variance of the days' paces beyond what chance within a day explains.
    fn between_days(&self) -> f64 {
        let paces: Vec<(f64, f64)> = self.days.iter().filter_map(|day| self.pace_of(day)).collect();
        if paces.len() < FEW_DAYS {
            return PACE_DEVIATION.powi(2);
        }
        let spread: f64 = paces.iter().map(|(pace, within)| (pace - 1.0).powi(2) - within).sum();
        (spread / paces.len() as f64).clamp(1e-4, 0.25)
    }

    /// The pace of a past day and the variance chance alone gives it.
    fn pace_of(&self, day: &PastDay) -> Option<(f64, f64)> {
        let expected: f64 = day.turns.iter().map(|turn| self.mean(turn.service)).sum();
        let measured: f64 = day.turns.iter().map(|turn| turn.minutes).sum();
        let squares: f64 = day.turns.iter().map(|turn| self.mean(turn.service).powi(2)).sum();
        (expected > 0.0).then(|| (measured / expected, self.unknown.variance() * squares / expected.powi(2)))
    }

    fn settle_priorities(&mut self) {
        let days = self.days.len().max(1) as f64;
        let mut rates = vec![0.0; HALF_HOURS];
        let mut services = Vec::new();
        for (minute, service) in self.days.iter().flat_map(|day| &day.priorities) {
            rates[(minute / 30.0).max(0.0) as usize % HALF_HOURS] += 1.0 / 30.0 / days;
            services.push(*service);
        }
        self.rates = rates;
        self.priorities = services;
    }
}
