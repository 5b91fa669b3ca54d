//! How service times scatter around their mean (pure).

/// Strata a service time is drawn from: each path takes another one of them for each visitor.
pub const STRATA: usize = 16;
/// Points a distribution is kept in.
const POINTS: usize = 64;

/// A distribution of service times as shares of the mean.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Mean of each stratum.
    strata: [f64; STRATA],
    /// Middle of each sixty-fourth.
    points: [f64; POINTS],
}

impl Default for Shape {
    /// Unknown services: between half and twice the mean.
    fn default() -> Shape {
        let spread = |at: usize| 0.4 + 1.2 * (at as f64 + 0.5) / 400.0;
        Shape::of((0..400).map(spread).collect())
    }
}

impl Shape {
    /// The shape of measured shares; empty gives no shape worth having.
    pub fn of(mut shares: Vec<f64>) -> Shape {
        if shares.is_empty() {
            return Shape::default();
        }
        shares.sort_by(f64::total_cmp);
        let mean = shares.iter().sum::<f64>() / shares.len() as f64;
        shares.iter_mut().for_each(|share| *share /= mean);
        Shape { strata: parts(&shares), points: parts(&shares) }
    }

    /// The share of a stratum; the mean over all strata is one.
    pub fn share(&self, stratum: usize) -> f64 {
        self.strata[stratum]
    }

    /// The share still to come of a service that has lasted `lasted` of its mean.
    pub fn remaining(&self, lasted: f64, stratum: usize) -> f64 {
        let past = self.points.partition_point(|point| *point <= lasted);
        let left = &self.points[past..];
        if left.is_empty() {
            return 0.15 + 0.3 * (stratum as f64 + 0.5) / STRATA as f64;
        }
        let at = left.len() as f64 * (stratum as f64 + 0.5) / STRATA as f64;
        left[(at as usize).min(left.len() - 1)] - lasted
    }

    /// Variance of the shares.
    pub fn variance(&self) -> f64 {
        self.points.iter().map(|point| (point - 1.0).powi(2)).sum::<f64>() / POINTS as f64
    }
}

/// Means of equal parts of a sorted list.
fn parts<const N: usize>(sorted: &[f64]) -> [f64; N] {
    std::array::from_fn(|part| {
        let (from, to) = (part as f64 / N as f64, (part + 1) as f64 / N as f64);
        let (from, to) = (from * sorted.len() as f64, to * sorted.len() as f64);
        let weight = |at: usize| (to.min(at as f64 + 1.0) - from.max(at as f64)).max(0.0);
        let range = from as usize..(to.ceil() as usize).min(sorted.len());
        let sum: f64 = range.map(|at| sorted[at] * weight(at)).sum();
        sum / (to - from)
    })
}
