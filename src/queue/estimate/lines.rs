//! The line a look-ahead begins with: who may be called before a visitor, in order, the far part of it in bundles.

use super::scene::{Counters, Later, Scene, ServiceNo, Waiting};

/// Visitors just before the one who asks that are followed one by one.
const NEAR: usize = 48;
/// Visitors or bundles of a line at most.
const MOST: usize = 96;

/// A visitor of the look-ahead, or a bundle of visitors far ahead.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// The place in line.
    pub line_at: f64,
    /// The counters that may call.
    pub may: Counters,
    /// What for.
    pub service: ServiceNo,
    /// The matters after it.
    pub later: Later,
    /// Visitors in the bundle.
    pub people: f64,
    /// Whether it is the visitor who asks.
    pub me: bool,
}

/// Who stands in line: those called earlier, and the others.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// With a priority.
    pub priority: Vec<Caller>,
    /// Without.
    pub regular: Vec<Caller>,
}

impl Lines {
    /// Everybody who may be called before the visitor at a place of the line, and the visitor, last of its kind.
    pub fn before(scene: &Scene<'_>, me: usize) -> Lines {
        let staffed = scene.staffed();
        let asks = scene.waiting[me];
        let turn = |(at, visitor): (usize, &Waiting)| Caller {
            line_at: visitor.line_at,
            may: scene.may_call(visitor, staffed),
            service: visitor.service,
            later: visitor.later,
            people: 1.0,
            me: at == me,
        };
        let all = || scene.waiting.iter().enumerate();
        let own = all().take(me + 1).filter(|(_, v)| v.priority == asks.priority).map(turn).collect();
        let own = bundled(own);
        if asks.priority {
            // While priorities are called in turn, others are too, however late they came.
            let most = (own.len() * usize::from(scene.regular_per_priority) + 1) * scene.desks.len();
            let regular = bundled(all().filter(|(_, v)| !v.priority).take(most).map(turn).collect());
            Lines { priority: own, regular }
        } else {
            let priority = bundled(all().filter(|(_, v)| v.priority).map(turn).collect());
            Lines { priority, regular: own }
        }
    }
}

/// The line with its far part in bundles of visitors whom the same counters may call.
fn bundled(line: Vec<Caller>) -> Vec<Caller> {
    if line.len() <= MOST {
        return line;
    }
    let (far, near) = line.split_at(line.len() - NEAR);
    let most = far.len().div_ceil(MOST - NEAR) as f64;
    let mut bundles: Vec<Caller> = Vec::with_capacity(MOST + NEAR);
    let mut open: Vec<(Counters, usize)> = Vec::new();
    for caller in far {
        let found = open.iter().position(|(may, _)| *may == caller.may);
        match found {
            Some(place) if bundles[open[place].1].people < most => bundles[open[place].1].people += 1.0,
            Some(place) => {
                open[place].1 = bundles.len();
                bundles.push(*caller);
            }
            None => {
                open.push((caller.may, bundles.len()));
                bundles.push(*caller);
            }
        }
    }
    bundles.extend_from_slice(near);
    bundles
}
