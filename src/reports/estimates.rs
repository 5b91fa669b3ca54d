//! How good the told waits were: error, bias and coverage, by service or day (pure).

use std::collections::BTreeMap;

use serde::Serialize;

use super::throughput::RowKey;
use crate::queue::Scored;

crate::ids::words! {
    /// What a row stands for.
    pub enum EstimatesBy {
        /// Local day of the number.
        Day = "day",
        /// First service of the visit.
        Service = "service",
    }
}

/// The figures of a row or of all rows, over the people who were told a wait and called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Accuracy {
    /// People.
    pub n: i64,
    /// Mean absolute error, in minutes.
    pub mae_minutes: Option<f64>,
    /// Mean of told less waited, in minutes: negative when people waited longer than told.
    pub bias_minutes: Option<f64>,
    /// Share of waits between low and high, 0 to 1; four of five are aimed at.
    pub coverage: Option<f64>,
}

/// Rows in order of their keys, and all of them together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    /// Rows.
    pub rows: Vec<(RowKey, Accuracy)>,
    /// All rows together.
    pub totals: Accuracy,
}

impl Estimates {
    /// Counts what was told and became true or not.
    pub fn of(scored: &[Scored], by: EstimatesBy) -> Estimates {
        let mut rows: BTreeMap<RowKey, Vec<&Scored>> = BTreeMap::new();
        for one in scored {
            let key = match by {
                EstimatesBy::Day => RowKey::Day(one.local_day),
                EstimatesBy::Service => RowKey::Service(one.service_code.clone()),
            };
            rows.entry(key).or_default().push(one);
        }
        let rows = rows.into_iter().map(|(key, some)| (key, Accuracy::of(&some))).collect();
        Estimates { rows, totals: Accuracy::of(&scored.iter().collect::<Vec<_>>()) }
    }
}

impl Accuracy {
    fn of(scored: &[&Scored]) -> Accuracy {
        let wait = |one: &Scored| (one.called_at.0 - one.made_at.0) as f64 / 60e6;
        let error = |one: &Scored| one.likely as f64 - wait(one);
        let held = |one: &Scored| (one.low as f64..=one.high as f64).contains(&wait(one));
        let mean = |of: &dyn Fn(&Scored) -> f64| {
            let sum: f64 = scored.iter().map(|one| of(one)).sum();
            (!scored.is_empty()).then(|| (sum / scored.len() as f64 * 100.0).round() / 100.0)
        };
        Accuracy {
            n: i64::try_from(scored.len()).unwrap_or(i64::MAX),
            mae_minutes: mean(&|one| error(one).abs()),
            bias_minutes: mean(&error),
            coverage: mean(&|one| f64::from(u8::from(held(one)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Day, Instant};

    fn told(service: &str, likely: i64, waited: i64) -> Scored {
        Scored {
            local_day: Day::parse("2026-11-24").unwrap(),
            service_code: service.to_owned(),
            made_at: Instant(0),
            low: likely - 2,
            likely,
            high: likely + 2,
            called_at: Instant(0).plus_minutes(waited),
        }
    }

    #[test]
    fn error_bias_and_coverage_are_means_over_the_people_called() {
        let report =
            Estimates::of(&[told("KIA", 10, 12), told("KIA", 10, 14), told("NIB", 5, 5)], EstimatesBy::Service);
        let (key, kia) = &report.rows[0];
        assert_eq!(*key, RowKey::Service("KIA".to_owned()));
        assert_eq!((kia.n, kia.mae_minutes, kia.bias_minutes, kia.coverage), (2, Some(3.0), Some(-3.0), Some(0.5)));
        assert_eq!((report.totals.n, report.totals.mae_minutes, report.totals.coverage), (3, Some(2.0), Some(0.67)));
        assert_eq!(Estimates::of(&[], EstimatesBy::Day).totals, Accuracy::default());
    }
}
