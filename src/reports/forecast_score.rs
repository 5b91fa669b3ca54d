//! How good the forecasts of files were: the Brier score, beside what the days left alone would have said (pure).

use crate::permits::Decided;

/// The mean squared distance between what was foretold (0 to 1) and what came (0 or 1): less is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ForecastScore {
    /// Forecasts whose files are decided.
    pub n: usize,
    /// Ours.
    pub brier: f64,
    /// Of the rule that the part of the promised days that is used is the chance.
    pub days_left_rule: f64,
    /// The part that was late, 0 to 1.
    pub late: f64,
}

impl ForecastScore {
    /// The scores; none without a decided file.
    pub fn of(decided: &[Decided]) -> Option<ForecastScore> {
        if decided.is_empty() {
            return None;
        }
        let came = |one: &Decided| f64::from(u8::from(one.late));
        let mean = |value: &dyn Fn(&Decided) -> f64| decided.iter().map(value).sum::<f64>() / decided.len() as f64;
        Some(ForecastScore {
            n: decided.len(),
            brier: mean(&|one| (one.chance - came(one)).powi(2)),
            days_left_rule: mean(&|one| (by_days_left(one) - came(one)).powi(2)),
            late: mean(&came),
        })
    }
}

/// What the days left alone say: nothing used, no danger; everything used, late.
fn by_days_left(one: &Decided) -> f64 {
    let left = one.days_left as f64 / one.promised_days.max(1) as f64;
    (1.0 - left).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(chance: f64, days_left: i64, late: bool) -> Decided {
        Decided { chance, days_left, promised_days: 5, late }
    }

    #[test]
    fn a_sure_and_right_forecast_scores_nought_and_a_sure_and_wrong_one_one() {
        let right = ForecastScore::of(&[decided(1.0, 5, true), decided(0.0, 0, false)]).unwrap();
        assert_eq!((right.n, right.brier, right.days_left_rule, right.late), (2, 0.0, 1.0, 0.5));
        assert_eq!(ForecastScore::of(&[decided(0.0, 0, true)]).unwrap().brier, 1.0);
        assert_eq!(ForecastScore::of(&[]), None);
    }
}
