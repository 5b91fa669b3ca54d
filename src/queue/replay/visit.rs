//! A visitor of a replayed day.

use super::rules::Seen;
use crate::queue::Number;
use crate::queue::estimate::{Foretold, NoEstimate, Place};

/// A call of a visitor to a counter. Minutes are minutes of the local day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// The matter, by place in the trace.
    pub matter: usize,
    /// The counter, by place in the house.
    pub counter: usize,
    /// When called.
    pub called_at: f64,
    /// When the counter was done; none when the day ended before.
    pub ended_at: Option<f64>,
}

/// What became of a visitor. Minutes are minutes of the local day.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where the visitor stands in the trace's order of arrival.
    pub arrival: usize,
    /// The number.
    pub number: Number,
    /// When the number was taken.
    pub arrived_at: f64,
    /// Every call to a counter, in order.
    pub calls: Vec<Call>,
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

    /// The first call.
    pub fn called_at(&self) -> Option<f64> {
        self.calls.first().map(|call| call.called_at)
    }

    /// Minutes until the first call.
    pub fn wait(&self) -> Option<f64> {
        self.called_at().map(|called| called - self.arrived_at)
    }

    /// Minutes in all lines together; none when not every matter was served.
    pub fn whole_wait(&self) -> Option<f64> {
        let mut free_since = self.arrived_at;
        let mut waited = 0.0;
        for call in &self.calls {
            waited += call.called_at - free_since;
            free_since = call.ended_at?;
        }
        (self.done == self.order.len()).then_some(waited)
    }
}
