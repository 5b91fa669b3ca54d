//! A visitor of a replayed day.

use super::rules::Seen;
use crate::queue::Number;
use crate::queue::estimate::{Foretold, NoEstimate, Place};

/// What became of a visitor. Minutes are minutes of the local day.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where the visitor stands in the trace's order of arrival.
    pub arrival: usize,
    /// The number.
    pub number: Number,
    /// When the number was taken.
    pub arrived_at: f64,
    /// The first call.
    pub called_at: Option<f64>,
    /// What was told with the number.
    pub place: Place,
    /// The look-ahead behind it.
    pub foretold: Result<Foretold, NoEstimate>,
    /// What the simple rules would have looked at.
    pub seen: Seen,
    /// The matters in the order of the visit, by place in the trace; it changes with the lines.
    pub order: Vec<usize>,
    /// Matters that are done.
    pub done: usize,
}

impl Visit {
    /// The matters after the present one, in the order of the trace.
    pub fn later(&self) -> Vec<usize> {
        let mut later = self.order[self.done + 1..].to_vec();
        later.sort_unstable();
        later
    }

    /// Makes another matter that is left the present one.
    pub fn turn_to(&mut self, matter: usize) {
        let left = &mut self.order[self.done..];
        if let Some(at) = left.iter().position(|other| *other == matter) {
            left.swap(0, at);
        }
    }

    /// Minutes until the first call.
    pub fn wait(&self) -> Option<f64> {
        self.called_at.map(|called| called - self.arrived_at)
    }
}
