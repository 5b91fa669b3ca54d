//! Slows down guessing: failed sign-ins of one account are counted, successes are not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Instant;

/// Minutes a failure is remembered.
const WINDOW_MINUTES: i64 = 15;

/// The failures of each account within the window.
#[derive(Debug, Default)]
pub struct FailureLimiter(Mutex<HashMap<String, Vec<Instant>>>);

impl FailureLimiter {
    /// Minutes until this account may try again, or `None` when it may now.
    pub fn wait_minutes(&self, account: &str, limit: u32, now: Instant) -> Option<i64> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = failures.get_mut(account)?;
        list.retain(|at| now.minutes_since(*at) < WINDOW_MINUTES);
        if list.is_empty() {
            failures.remove(account);
            return None;
        }
        let first = list.first().copied().filter(|_| list.len() >= limit as usize)?;
        Some(WINDOW_MINUTES - now.minutes_since(first))
    }

    /// Remembers a failure.
    pub fn failed(&self, account: &str, now: Instant) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.entry(account.to_owned()).or_default().push(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_failures_make_an_account_wait_and_a_quarter_of_an_hour_frees_it() {
        let limiter = FailureLimiter::default();
        let start = Instant(0);
        for _ in 0..10 {
            assert_eq!(limiter.wait_minutes("petugas", 10, start), None);
            limiter.failed("petugas", start);
        }
        assert_eq!(limiter.wait_minutes("petugas", 10, start), Some(15));
        assert_eq!(limiter.wait_minutes("verifikator", 10, start), None);
        assert_eq!(limiter.wait_minutes("petugas", 10, start.plus_minutes(15)), None);
    }
}
