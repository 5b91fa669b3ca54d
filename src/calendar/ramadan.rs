//! The months of Ramadan, in which sites keep other hours (pure).

use serde::Deserialize;

use super::{Basis, Calendar};
use crate::clock::Day;

const BUILT_IN: &str = include_str!("data/ramadan.csv");

/// A month of Ramadan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Ramadan {
    /// Its first day of fasting.
    pub first: Day,
    /// Its last one.
    pub last: Day,
    /// How sure the dates are: they are set by sidang isbat on the evening before.
    pub basis: Basis,
}

/// The months Loket brings along. A test proves that the file can be read.
pub(super) fn built_in() -> Vec<Ramadan> {
    let mut rows = csv::Reader::from_reader(BUILT_IN.as_bytes());
    rows.deserialize().collect::<Result<_, _>>().unwrap_or_default()
}

impl Calendar {
    /// Whether a day lies in Ramadan.
    pub fn is_ramadan(&self, day: Day) -> bool {
        self.ramadans.iter().any(|month| month.first <= day && day <= month.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_month_can_be_read_and_has_29_or_30_days() {
        let months = built_in();
        assert_eq!(months.len(), BUILT_IN.lines().count() - 1);
        for month in months {
            let length = (month.last.0 - month.first.0).num_days() + 1;
            assert!((29..=30).contains(&length), "{month:?}");
        }
    }

    #[test]
    fn ramadan_ends_the_day_before_the_feast() {
        let feast = |text| Day::parse(text).unwrap();
        let calendar = Calendar::built_in();
        for day in ["2025-03-31", "2026-03-21", "2027-03-10"].map(feast) {
            assert!(!calendar.is_ramadan(day) && calendar.is_ramadan(day.plus_days(-1)), "{day}");
        }
    }
}
