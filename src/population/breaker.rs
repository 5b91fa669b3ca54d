//! The circuit breaker of a source (pure): after several failures in a row nobody waits for it any more; one question
//! at a time finds out whether it is back.

use super::Cause;
use crate::clock::Instant;

/// Failures in a row after which the source is left alone.
const FAILURES: u32 = 5;
/// The first pause, in seconds; it doubles with every question that finds the source still down.
const FIRST_PAUSE: i64 = 30;
/// The longest pause, in seconds.
const LONGEST_PAUSE: i64 = 300;
/// How long one question that tries the source keeps the others away, in seconds.
const TRIAL: i64 = 30;

/// What is known of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    closed_until: Option<Instant>,
    last_fault: Option<(Cause, Instant)>,
    last_answer: Option<Instant>,
}

impl Breaker {
    /// Whether a question may go out now. While the source is left alone: what was wrong with it.
    pub fn admit(&mut self, now: Instant) -> Result<(), Cause> {
        let Some(until) = self.closed_until else { return Ok(()) };
        if now < until {
            return Err(self.last_fault.map_or(Cause::NoAnswer, |(cause, _)| cause));
        }
        self.closed_until = Some(now.plus_seconds(TRIAL));
        Ok(())
    }

    /// The source answered.
    pub fn answered(&mut self, now: Instant) {
        *self = Breaker { last_answer: Some(now), last_fault: self.last_fault, ..Breaker::default() };
    }

    /// The source did not answer.
    pub fn failed(&mut self, cause: Cause, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.last_fault = Some((cause, now));
        self.closed_until = (self.failures >= FAILURES).then(|| now.plus_seconds(pause_seconds(self.failures)));
    }

    /// The source asks to be left alone until a moment: its quota of the day is used.
    pub fn rest(&mut self, cause: Cause, now: Instant, until: Instant) {
        self.last_fault = Some((cause, now));
        self.closed_until = Some(until);
    }

    /// Until when it is left alone, if it is.
    pub fn closed_until(&self, now: Instant) -> Option<Instant> {
        self.closed_until.filter(|until| now < *until)
    }

    /// Whether the latest question went unanswered.
    pub fn is_doubtful(&self) -> bool {
        self.failures > 0
    }

    /// The latest failure and its moment.
    pub fn last_fault(&self) -> Option<(Cause, Instant)> {
        self.last_fault
    }

    /// The latest answer.
    pub fn last_answer(&self) -> Option<Instant> {
        self.last_answer
    }
}

fn pause_seconds(failures: u32) -> i64 {
    let doubled = FIRST_PAUSE.checked_shl(failures.saturating_sub(FAILURES).min(16));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant(0).plus_seconds(seconds)
    }

    fn after_failures(count: u32) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..count {
            breaker.admit(at(0)).unwrap();
            breaker.failed(Cause::TimedOut, at(0));
        }
        breaker
    }

    #[test]
    fn the_fifth_failure_in_a_row_leaves_the_source_alone() {
        assert_eq!(after_failures(4).admit(at(1)), Ok(()));
        let mut open = after_failures(5);
        assert_eq!(open.admit(at(29)), Err(Cause::TimedOut));
        assert_eq!(open.closed_until(at(29)), Some(at(30)));
    }

    #[test]
    fn an_answer_between_failures_starts_the_count_again() {
        let mut breaker = after_failures(4);
        breaker.answered(at(1));
        breaker.failed(Cause::NoAnswer, at(2));
        assert_eq!(breaker.admit(at(3)), Ok(()));
    }

    #[test]
    fn one_question_at_a_time_tries_a_source_that_was_down() {
        let mut open = after_failures(5);
        assert_eq!(open.admit(at(30)), Ok(()));
        assert_eq!(open.admit(at(30)), Err(Cause::TimedOut));
        open.answered(at(31));
        assert_eq!(open.admit(at(31)), Ok(()));
        assert_eq!(open.last_answer(), Some(at(31)));
    }

    #[test]
    fn the_pause_doubles_up_to_five_minutes() {
        let pauses: Vec<i64> = (5..11).map(pause_seconds).collect();
        assert_eq!(pauses, [30, 60, 120, 240, 300, 300]);
        assert_eq!(pause_seconds(u32::MAX), 300);
    }

    #[test]
    fn a_source_whose_quota_is_used_rests_until_its_next_day() {
        let mut breaker = Breaker::default();
        breaker.rest(Cause::QuotaUsed, at(0), at(9_000));
        assert_eq!(breaker.admit(at(8_999)), Err(Cause::QuotaUsed));
        assert_eq!(breaker.admit(at(9_000)), Ok(()));
    }
}
