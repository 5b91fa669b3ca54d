//! Visits in vain: people who came and were sent home because papers were missing.

mod store;

use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::sites::Site;

/// How many visits ended without a result because papers were missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wasted {
    /// Visits that were served.
    pub visits: i64,
    /// Of these: a clerk noted that papers were missing, or a file was begun and never registered.
    pub incomplete: i64,
    /// Visits by appointment, whose papers were asked for beforehand.
    pub booked_visits: i64,
    /// Of these: incomplete.
    pub booked_incomplete: i64,
}

impl Wasted {
    /// The share of all visits in percent; `None` without visits.
    pub fn share(&self) -> Option<f64> {
        (self.visits > 0).then(|| self.incomplete as f64 * 100.0 / self.visits as f64)
    }
}

/// The visits of local days from … to …, both included.
pub async fn wasted(tx: &mut Tx, site: &Site, from: Day, to: Day) -> Result<Wasted, StoreError> {
    store::count(tx, site, from, to).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_of_all_visits_and_says_nothing_about_none() {
        let wasted = Wasted { visits: 200, incomplete: 5, booked_visits: 50, booked_incomplete: 0 };
        assert_eq!(wasted.share(), Some(2.5));
        assert_eq!(Wasted::default().share(), None);
    }
}
