//! How good an estimate was, in numbers.

use serde::Serialize;

use super::visit::Visit;

/// Errors of a row of estimates, in minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// How many were told an estimate and called.
    pub n: usize,
    /// Mean absolute error.
    pub mae: f64,
    /// Mean error; positive when people waited less than told.
    pub bias: f64,
    /// Share of waits within the interval.
    pub coverage: f64,
}

impl Score {
    /// The score of waits with what was told: minutes waited, likely minutes, whether the interval held.
    pub fn of(told: impl IntoIterator<Item = (f64, f64, bool)>) -> Score {
        let mut score = Score::default();
        for (wait, likely, held) in told {
            score.n += 1;
            score.mae += (likely - wait).abs();
            score.bias += likely - wait;
            score.coverage += f64::from(u8::from(held));
        }
        let n = score.n.max(1) as f64;
        Score { n: score.n, mae: score.mae / n, bias: score.bias / n, coverage: score.coverage / n }
    }
}

/// A replayed day in numbers; waits in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// Visitors called.
    pub served: usize,
    /// Mean wait.
    pub mean: f64,
    /// Half waited less.
    pub p50: f64,
    /// Nine of ten waited less.
    pub p90: f64,
    /// Mean absolute error of the estimates.
    pub mae: f64,
    /// Mean error of the estimates.
    pub bias: f64,
    /// Share of waits within the interval.
    pub coverage: f64,
}

/// The summary of visits.
pub fn summarise(visits: &[Visit]) -> Summary {
    let mut waits: Vec<f64> = visits.iter().filter_map(Visit::wait).collect();
    waits.sort_by(f64::total_cmp);
    let score = Score::of(visits.iter().filter_map(told));
    let at = |share: f64| {
        let place = (waits.len() as f64 * share).ceil() as usize;
        waits.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    };
    Summary {
        served: waits.len(),
        mean: waits.iter().sum::<f64>() / waits.len().max(1) as f64,
        p50: at(0.5),
        p90: at(0.9),
        mae: score.mae,
        bias: score.bias,
        coverage: score.coverage,
    }
}

/// Minutes waited, likely minutes, and whether the wait lay between low and high.
fn told(visit: &Visit) -> Option<(f64, f64, bool)> {
    let (wait, told) = (visit.wait()?, visit.place.estimate.ok()?);
    let held = told.low_minutes as f64 <= wait && wait <= told.high_minutes as f64;
    Some((wait, told.likely_minutes as f64, held))
}
