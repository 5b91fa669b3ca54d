//! Slows down guessing: failed sign-ins of one account are counted, successes are not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::clock::Instant;
use crate::keys::sha256;

/// Minutes a failure is remembered.
const WINDOW_MINUTES: i64 = 15;
/// Accounts remembered at most, invented ones among them: about 2 MB.
const MOST_ACCOUNTS: usize = 10_000;
/// Failures remembered of one account, more than any limit an office sets.
const MOST_FAILURES: usize = 100;

/// The failures of each account within the window, by the digest of its name: a long name takes no more room.
#[derive(Debug, Default)]
pub struct FailureLimiter(Mutex<HashMap<Vec<u8>, Vec<Instant>>>);

impl FailureLimiter {
    /// Minutes until this account may try again, or `None` when it may now.
    pub fn wait_minutes(&self, account: &str, limit: u32, now: Instant) -> Option<i64> {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = sha256(account.as_bytes());
        let list = failures.get_mut(&key)?;
        list.retain(|at| now.minutes_since(*at) < WINDOW_MINUTES);
        if list.is_empty() {
            failures.remove(&key);
            return None;
        }
        let first = list.first().copied().filter(|_| list.len() >= limit as usize)?;
        Some(WINDOW_MINUTES - now.minutes_since(first))
    }

    /// Remembers a failure. When too many accounts are remembered, room is made.
    pub fn failed(&self, account: &str, now: Instant) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = sha256(account.as_bytes());
        if failures.len() >= MOST_ACCOUNTS && !failures.contains_key(&key) {
            make_room(&mut failures, now);
        }
        let list = failures.entry(key).or_default();
        if list.len() < MOST_FAILURES {
            list.push(now);
        }
    }

    /// Accounts remembered now.
    pub fn remembered(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Forgets the accounts whose failures are over, or else the one with the fewest and oldest failures: invented names,
/// each tried once, never push out an account that is being guessed.
fn make_room(failures: &mut HashMap<Vec<u8>, Vec<Instant>>, now: Instant) {
    failures.retain(|_, list| list.last().is_some_and(|at| now.minutes_since(*at) < WINDOW_MINUTES));
    if failures.len() < MOST_ACCOUNTS {
        return;
    }
    let least = failures.iter().min_by_key(|(_, list)| (list.len(), list.last().copied()));
    if let Some(key) = least.map(|(key, _)| key.clone()) {
        failures.remove(&key);
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
    #[test]
    fn invented_names_take_bounded_memory_and_do_not_free_a_guessed_account() {
        let limiter = FailureLimiter::default();
        for _ in 0..10 {
            limiter.failed("petugas", Instant(0));
        }
        for number in 0..MOST_ACCOUNTS + 300 {
            limiter.failed(&format!("nama-{number}"), Instant(1));
        }
        assert_eq!(limiter.remembered(), MOST_ACCOUNTS);
        assert_eq!(limiter.wait_minutes("petugas", 10, Instant(2)), Some(15));
        limiter.failed("nama-baru", Instant(0).plus_minutes(20));
        assert_eq!(limiter.remembered(), 1);
    }
}
