//! When counters are away from their work, learnt from past days (pure).

use super::scene::{Desk, Scene, Staffed};

/// Past days that tell what to expect, at most.
const DAYS: usize = 20;
/// Days of the same weekday that outweigh all others.
const ENOUGH: usize = 3;
/// Minutes a break may begin late because a visitor is still at the counter.
const LATE: f64 = 15.0;
/// Minutes after which somebody comes back who is away at an hour nobody used to be.
const SOON: f64 = 10.0;

/// A stretch in which a counter calls nobody; the end is infinite when it did not come back that day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Away {
    /// From this minute of the day.
    pub from: f64,
    /// To this one.
    pub to: f64,
}

/// One day of every counter.
#[derive(Clone, Debug)]
struct StaffedDay {
    weekday: u8,
    counters: Vec<Vec<Away>>,
}

/// What past days tell about the counters.
#[derive(Clone, Debug, Default)]
pub struct Staffing {
    days: Vec<StaffedDay>,
}

impl Staffing {
    /// Adds a day, newest last: the stretches away of every counter.
    pub fn learn(&mut self, weekday: u8, counters: Vec<Vec<Away>>) {
        self.days.push(StaffedDay { weekday, counters });
    }

    /// For every counter of the hall, what may come: one list of stretches for each past day like this one.
    pub fn outlook<'a>(&'a self, scene: &Scene<'_>) -> Vec<Outlook<'a>> {
        let same = self.days.iter().filter(|day| day.weekday == scene.weekday).count() >= ENOUGH;
        let like: Vec<&StaffedDay> =
            self.days.iter().rev().filter(|day| !same || day.weekday == scene.weekday).take(DAYS).collect();
        scene.desks.iter().enumerate().map(|(at, desk)| Outlook::of(&like, at, desk, scene.now)).collect()
    }
}

/// What one counter may do in the rest of the day.
#[derive(Clone, Debug)]
pub struct Outlook<'a> {
    days: Vec<&'a [Away]>,
    /// Before this minute the counter is away for certain.
    back_at: f64,
    since: f64,
}

impl<'a> Outlook<'a> {
    /// Days on which the counter stood at this hour as it stands now.
    fn of(like: &[&'a StaffedDay], at: usize, desk: &Desk, now: f64) -> Outlook<'a> {
        let all = like.iter().filter_map(|day| day.counters.get(at).map(Vec::as_slice));
        let is_open = desk.staffed == Staffed::Open;
        let agreeing: Vec<&[Away]> = all.clone().filter(|away| is_away(away, now) != is_open).collect();
        let back_at = match desk.staffed {
            Staffed::Open => now,
            Staffed::Paused | Staffed::Closed if !agreeing.is_empty() => now,
            Staffed::Paused => now + SOON,
            Staffed::Closed => f64::INFINITY,
        };
        let days = if agreeing.is_empty() { all.collect() } else { agreeing };
        Outlook { days, back_at, since: if is_open { now - LATE } else { f64::NEG_INFINITY } }
    }

    /// The first minute from `at` on in which the counter calls people, on the path of a number.
    pub fn works_from(&self, path: usize, at: f64) -> f64 {
        let at = at.max(self.back_at);
        let Some(day) = self.days.get(path % self.days.len().max(1)) else { return at };
        let during = day.iter().find(|away| away.from >= self.since && away.from <= at && at < away.to);
        during.map_or(at, |away| away.to)
    }
}

fn is_away(day: &[Away], now: f64) -> bool {
    day.iter().any(|away| away.from <= now && now < away.to)
}
