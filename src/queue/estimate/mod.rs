//! How long a visitor will wait (pure): the hall played on from what it is now and what past days teach.

mod calibration;
mod knowledge;
mod lines;
mod lookahead;
mod scene;
mod shape;
mod staffing;
mod strata;

use serde::Serialize;

pub use calibration::{Calibration, Foretold};
pub use knowledge::{Knowledge, PastDay, Today, Turn};
pub use scene::{Counters, Desk, InHand, Later, Scene, ServiceNo, Staffed, UNKNOWN_SERVICE, Waiting};
pub use staffing::Away;
pub use strata::mix;

/// Paths of one look-ahead.
const PATHS: usize = 16;
/// Minutes a wait may take where a counter is free: the clerk has to call.
const AT_ONCE: i64 = 2;

/// The wait, in whole minutes; four of five waits are expected between low and high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Seldom less.
    pub low_minutes: i64,
    /// The single best guess.
    pub likely_minutes: i64,
    /// Seldom more.
    pub high_minutes: i64,
}

crate::ids::words! {
    /// Why there is no estimate.
    pub enum NoEstimate {
        /// No counter of the line is open.
        NoOpenCounter = "no_open_counter",
        /// The visitor is not in line.
        NotWaiting = "not_waiting",
    }
}

/// Where a visitor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// People who will be called before.
    pub people_ahead: i64,
    /// Open counters that may call the visitor.
    pub counters: i64,
    /// Minutes one of the people ahead is expected to keep a counter today; none when nobody is ahead.
    pub minutes_each: Option<i64>,
    /// The wait, or why there is no telling.
    pub estimate: Result<Estimate, NoEstimate>,
}

impl Place {
    /// Where somebody stands who is not in line.
    pub const NOT_WAITING: Place =
        Place { people_ahead: 0, counters: 0, minutes_each: None, estimate: Err(NoEstimate::NotWaiting) };
}

/// The place of the visitor at a place of the line ([`Scene::waiting`]).
pub fn place(scene: &Scene<'_>, knowledge: &Knowledge, me: usize) -> Place {
    stand(scene, knowledge, me, foretell(scene, knowledge, me, PATHS))
}

/// The place of a visitor whose wait has been foretold, corrected by past errors.
pub fn stand(scene: &Scene<'_>, knowledge: &Knowledge, me: usize, foretold: Result<Foretold, NoEstimate>) -> Place {
    at(scene, knowledge, me, foretold.map(|foretold| whole(knowledge.calibration.apply(foretold))))
}

/// The place of a visitor whose estimate is known.
pub fn at(scene: &Scene<'_>, knowledge: &Knowledge, me: usize, estimate: Result<Estimate, NoEstimate>) -> Place {
    let ahead = Ahead::of(scene, knowledge, me);
    let mine = scene.may_call(&scene.waiting[me], scene.staffed()) & scene.open();
    Place {
        people_ahead: i64::try_from(ahead.people).unwrap_or(i64::MAX),
        counters: i64::from(mine.count_ones()),
        minutes_each: (ahead.people > 0).then(|| (ahead.minutes_each * knowledge.pace(scene.today).0).round() as i64),
        estimate,
    }
}

/// The wait as the paths show it, not corrected by past errors.
pub fn foretell(scene: &Scene<'_>, knowledge: &Knowledge, me: usize, paths: usize) -> Result<Foretold, NoEstimate> {
    let mine = scene.may_call(&scene.waiting[me], scene.staffed());
    if mine & scene.open() == 0 {
        return Err(NoEstimate::NoOpenCounter);
    }
    let mut waits = lookahead::waits(scene, knowledge, me, paths);
    waits.retain(|wait| wait.is_finite());
    if waits.is_empty() {
        return Err(NoEstimate::NoOpenCounter);
    }
    waits.sort_by(f64::total_cmp);
    Ok(spread(&waits))
}

/// The middle of the paths and their spread.
fn spread(sorted: &[f64]) -> Foretold {
    let last = sorted.len() - 1;
    let middle = &sorted[last * 3 / 8..=last - last * 3 / 8];
    let likely = middle.iter().sum::<f64>() / middle.len() as f64;
    let at = |share: f64| {
        let place = share * last as f64;
        let (below, part) = (place as usize, place.fract());
        sorted[below] * (1.0 - part) + sorted[(below + 1).min(last)] * part
    };
    Foretold { low: at(0.1).min(likely), likely, high: at(0.9).max(likely) }
}

/// The interval in whole minutes.
pub fn whole(foretold: Foretold) -> Estimate {
    let minutes = |minutes: f64| minutes.max(0.0).round() as i64;
    let likely = minutes(foretold.likely);
    Estimate {
        low_minutes: minutes(foretold.low).min(likely),
        likely_minutes: likely,
        high_minutes: minutes(foretold.high).max(likely + 1).max(AT_ONCE),
    }
}

/// People in line who will be called before the visitor by a counter that could call the visitor.
struct Ahead {
    people: usize,
    /// Mean minutes of one of them at a counter.
    minutes_each: f64,
}

impl Ahead {
    fn of(scene: &Scene<'_>, knowledge: &Knowledge, me: usize) -> Ahead {
        let staffed = scene.staffed();
        let asks = &scene.waiting[me];
        let mine = match scene.may_call(asks, staffed) {
            takers if takers & staffed != 0 => takers & staffed,
            takers => takers,
        };
        let rivals = |priority: bool, before: usize| {
            let line = scene.waiting.iter().take(before).enumerate();
            let line = line
                .filter(|(at, v)| *at != me && v.priority == priority && scene.may_call(v, staffed) & mine != 0)
                .map(|(_, visitor)| knowledge.mean(visitor.service));
            line.fold((0, 0.0), |(people, minutes), mean| (people + 1, minutes + mean))
        };
        let (all, turn) = (scene.waiting.len(), usize::from(scene.regular_per_priority));
        let (own, others) = (rivals(asks.priority, me), rivals(!asks.priority, all));
        let most = if asks.priority { own.0 * turn } else { own.0 / turn + 1 };
        let let_by = others.0.min(most);
        let others_minutes = others.1 * let_by as f64 / others.0.max(1) as f64;
        let people = own.0 + let_by;
        Ahead { people, minutes_each: (own.1 + others_minutes) / people.max(1) as f64 }
    }
}
