//! Percentiles by nearest rank (pure).

use crate::clock::Instant;

/// Microseconds in a tenth of a minute.
const TENTH: i64 = 6_000_000;

/// The smallest value that at least `percent` of all values do not exceed (nearest rank: an observed value, never one
/// between two). `sorted` ascends; `None` for an empty list.
pub fn nearest_rank(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How long something took, over many times: minutes to one decimal; `None` where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Half of the times took no longer.
    pub p50: Option<f64>,
    /// Nine of ten times took no longer.
    pub p90: Option<f64>,
    /// The longest time.
    pub max: Option<f64>,
}

impl Spread {
    /// The spread of durations in microseconds, in any order.
    pub fn of(mut micros: Vec<i64>) -> Spread {
        micros.sort_unstable();
        let at = |percent| nearest_rank(&micros, percent).map(minutes);
        Spread { p50: at(50), p90: at(90), max: at(100) }
    }
}

/// Microseconds between two moments, never negative.
pub fn between(from: Instant, to: Instant) -> i64 {
    (to.0 - from.0).max(0)
}

fn minutes(micros: i64) -> f64 {
    let tenths = (micros + TENTH / 2) / TENTH;
    tenths as f64 / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_lists_give_the_known_percentiles() {
        let ten: Vec<i64> = (1..=10).collect();
        assert_eq!(nearest_rank(&ten, 50), Some(5));
        assert_eq!(nearest_rank(&ten, 90), Some(9));
        assert_eq!(nearest_rank(&ten, 100), Some(10));
        assert_eq!(nearest_rank(&[15, 20, 35, 40, 50], 50), Some(35));
        assert_eq!(nearest_rank(&[15, 20, 35, 40, 50], 30), Some(20));
        assert_eq!(nearest_rank(&[15, 20, 35, 40, 50], 90), Some(50));
        assert_eq!(nearest_rank(&[7], 50), Some(7));
        assert_eq!(nearest_rank(&[7], 0), Some(7));
        assert_eq!(nearest_rank(&[1, 2], 50), Some(1));
        assert_eq!(nearest_rank(&[], 50), None);
    }

    #[test]
    fn a_spread_is_in_minutes_to_one_decimal() {
        let minute = 60_000_000;
        let spread = Spread::of(vec![14 * minute, minute / 2, 27 * minute + minute / 4]);
        assert_eq!(spread, Spread { p50: Some(14.0), p90: Some(27.3), max: Some(27.3) });
        assert_eq!(Spread::of(vec![]), Spread::default());
    }
}
