//! How long files stay in their stages, learnt from those of the past (pure). Days are working days without pauses.

use std::collections::BTreeMap;

use crate::calendar::{Calendar, SlaUnit};
use crate::catalogue::StageName;
use crate::clock::{Day, Instant};
use crate::permits::course::{Course, Plan, StageTime};
use crate::sites::Sites;

/// Days that are told apart in one stage; what takes longer goes on at the pace of the last one.
pub(super) const MOST_DAYS: usize = 45;
/// Files that what the service file promises counts like, against all services of a stage.
const PROMISE_COUNTS: f64 = 4.0;
/// Files that all services of a stage count like on one day, against the own ones.
const ALL_COUNT: f64 = 8.0;
/// Files that went on which the pace of all services counts like, against the own pace.
const PACE_COUNTS: f64 = 3.0;
/// Nobody goes on a day for sure.
const MOST_SURE: f64 = 0.98;
/// Where nothing is known, a stage takes this part of its promised days.
const USUAL_PART: f64 = 0.6;
/// Calendar days after which a file counts half: offices change.
const HALF_LIFE_DAYS: f64 = 60.0;

/// How many files were still in a stage on a day of their stay, and how many of these went on that day.
#[derive(Clone, Debug, PartialEq)]
struct Tally {
    there: [f64; MOST_DAYS],
    gone: [f64; MOST_DAYS],
    files: usize,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { there: [0.0; MOST_DAYS], gone: [0.0; MOST_DAYS], files: 0 }
    }
}

impl Tally {
    /// A file that stayed so many days and went on, or that was seen to stay longer than those before.
    fn count(&mut self, days: usize, went: bool, weight: f64) {
        let seen = if went { days + 1 } else { days };
        for there in self.there.iter_mut().take(seen) {
            *there += weight;
        }
        if let Some(gone) = self.gone.get_mut(days).filter(|_| went) {
            *gone += weight;
        }
        self.files += usize::from(went);
    }
}

/// What the past teaches about the stages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paces {
    own: BTreeMap<(String, StageName), Tally>,
    all: BTreeMap<StageName, Tally>,
}

impl Paces {
    /// Learns from courses as they were known at a moment; nothing after it is looked at.
    pub fn learn<'a>(
        courses: impl IntoIterator<Item = &'a Course>,
        (calendar, sites): (&Calendar, &Sites),
        at: Instant,
    ) -> Paces {
        let mut paces = Paces::default();
        for course in courses {
            let Some(site) = sites.find_by_id(course.site) else { continue };
            let Some(known) = course.as_of(at) else { continue };
            let today = first_working(calendar, at.day(site.zone));
            for time in known.times() {
                paces.count(&known.plan, &time, (calendar, site.zone), today);
            }
        }
        paces
    }

    fn count(&mut self, plan: &Plan, time: &StageTime, (calendar, zone): (&Calendar, chrono_tz::Tz), today: Day) {
        if plan.rests_in(time.stage) {
            return;
        }
        let days = usize::try_from(time.days(calendar, zone, today)).unwrap_or(0);
        // By the day of its coming, which says nothing of how long it stayed.
        let age = (today.0 - time.came_at().day(zone).0).num_days();
        let weight = 0.5_f64.powf(age.max(0) as f64 / HALF_LIFE_DAYS);
        for tally in
            [self.own.entry((plan.service.clone(), time.stage)).or_default(), self.all.entry(time.stage).or_default()]
        {
            tally.count(days, time.is_passed(), weight);
        }
    }

    /// Files of a service that went through a stage.
    pub fn files_of(&self, service: &str, stage: StageName) -> usize {
        self.own.get(&(service.to_owned(), stage)).map_or(0, |tally| tally.files)
    }

    /// The chances that a file which was in a stage for `spent` days goes on today, in one day, in two …; they add up
    /// to 1.
    pub(super) fn rest(&self, plan: &Plan, stage: StageName, spent: usize) -> Vec<f64> {
        let rates = self.rates(plan, stage);
        let mut left = 1.0;
        let mut chances = Vec::with_capacity(MOST_DAYS);
        for ahead in 0..MOST_DAYS {
            let rate = rates[(spent + ahead).min(MOST_DAYS - 1)];
            chances.push(left * rate);
            left *= 1.0 - rate;
        }
        if let Some(last) = chances.last_mut() {
            *last += left;
        }
        chances
    }

    /// By day of the stay, the chance to go on that day. All services show how it changes from day to day, the own
    /// files how quick they are altogether, and, where there are many of them, each day.
    fn rates(&self, plan: &Plan, stage: StageName) -> [f64; MOST_DAYS] {
        let none = Tally::default();
        let own = self.own.get(&(plan.service.clone(), stage)).unwrap_or(&none);
        let all = self.all.get(&stage).unwrap_or(&none);
        let guess = going_rate(plan, stage);
        let mut rates = [guess; MOST_DAYS];
        for (day, rate) in rates.iter_mut().enumerate() {
            *rate = (all.gone[day] + PROMISE_COUNTS * guess) / (all.there[day] + PROMISE_COUNTS);
        }
        let gone: f64 = own.gone.iter().sum();
        let expected: f64 = own.there.iter().zip(&rates).map(|(there, rate)| there * rate).sum();
        let pace = (gone + PACE_COUNTS) / (expected + PACE_COUNTS);
        for (day, rate) in rates.iter_mut().enumerate() {
            let paced = (*rate * pace).clamp(0.0, MOST_SURE);
            *rate = (own.gone[day] + ALL_COUNT * paced) / (own.there[day] + ALL_COUNT);
        }
        rates
    }
}

/// The chance to go on each day that makes the usual part of the promised days.
fn going_rate(plan: &Plan, stage: StageName) -> f64 {
    let promised = plan.time_of(stage).map_or(1, |time| match time.unit {
        SlaUnit::WorkingDays => time.value,
        SlaUnit::Hours => 1,
    });
    1.0 / (1.0 + USUAL_PART * promised.max(1) as f64)
}

/// The day itself when the office works on it, else the next one on which it does.
pub(super) fn first_working(calendar: &Calendar, day: Day) -> Day {
    let mut day = day;
    while !calendar.is_working_day(day) {
        day = day.next();
    }
    day
}
