//! How far the intervals must be widened or narrowed so that they hold four waits of five (pure).

/// Errors looked at, at most: the newest.
const MOST: usize = 1500;
/// Errors below which the intervals are left as they are.
const FEW: usize = 40;
/// Share of waits below the low end, and of those above the high end.
const OUTSIDE: f64 = 0.10;

/// A look-ahead before it is rounded: minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foretold {
    /// The tenth part of the paths is shorter.
    pub low: f64,
    /// The middle of the paths.
    pub likely: f64,
    /// The tenth part of the paths is longer.
    pub high: f64,
}

/// What past errors teach.
#[derive(Clone, Debug)]
pub struct Calibration {
    low: f64,
    high: f64,
    below: Vec<f64>,
    above: Vec<f64>,
}

impl Default for Calibration {
    fn default() -> Calibration {
        Calibration { low: 1.0, high: 1.0, below: Vec::new(), above: Vec::new() }
    }
}

impl Calibration {
    /// Adds what was foretold and how long the wait became, oldest first.
    pub fn learn(&mut self, past: impl IntoIterator<Item = (Foretold, f64)>) {
        for (foretold, wait) in past.into_iter().filter(|(foretold, _)| foretold.high > 0.5) {
            let Foretold { low, likely, high } = foretold;
            self.below.push((likely - wait) / (likely - low).max(0.25));
            self.above.push((wait - likely) / (high - likely).max(0.25));
        }
        for errors in [&mut self.below, &mut self.above] {
            errors.drain(..errors.len().saturating_sub(MOST));
        }
        if self.below.len() >= FEW {
            self.low = quantile(&self.below, 1.0 - OUTSIDE).clamp(0.2, 4.0);
            self.high = quantile(&self.above, 1.0 - OUTSIDE).clamp(0.2, 4.0);
        }
    }

    /// The interval corrected by past errors.
    pub fn apply(&self, foretold: Foretold) -> Foretold {
        let Foretold { low, likely, high } = foretold;
        Foretold {
            low: (likely - (likely - low).max(0.25) * self.low).max(0.0),
            likely,
            high: likely + (high - likely).max(0.25) * self.high,
        }
    }
}

fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() as f64 * share) as usize).min(sorted.len() - 1)]
}
