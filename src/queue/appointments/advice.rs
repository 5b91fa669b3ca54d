//! "Come between 13.00 and 13.30, expect at most 10 minutes" (pure): what earlier visitors of the same weekday and
//! line waited.

use std::collections::BTreeMap;

use chrono::Timelike;
use chrono_tz::Tz;

use crate::clock::Instant;

/// Minutes of one window.
const WINDOW: i64 = 30;
/// Visitors a window needs before anything is said about it.
const FEWEST: usize = 8;
/// Windows that are named at most.
const NAMED: usize = 3;

/// Somebody who came earlier: when, and how long until the first call.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// The arrival.
    pub arrived_at: Instant,
    /// The first call.
    pub called_at: Instant,
}

/// When to come without an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Local minute of the day from which.
    pub from_minute: i64,
    /// Local minute of the day until which.
    pub to_minute: i64,
    /// Nine of ten visitors waited no longer, in whole minutes.
    pub wait_minutes: i64,
    /// How many visitors this rests on.
    pub visitors: usize,
}

/// The windows with the shortest waits, the best first. A window with few visitors is not named.
pub fn advise(waits: &[Wait], zone: Tz) -> Vec<Advice> {
    let mut windows: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for wait in waits {
        let minute = i64::from(wait.arrived_at.time(zone).num_seconds_from_midnight() / 60);
        windows.entry(minute / WINDOW).or_default().push(wait.called_at.minutes_since(wait.arrived_at));
    }
    let mut advice: Vec<Advice> = windows.into_iter().filter_map(|(window, waits)| of_window(window, waits)).collect();
    advice.sort_by_key(|advice| (advice.wait_minutes, advice.from_minute));
    advice.truncate(NAMED);
    advice
}

/// Nearest rank: the wait that nine of ten did not exceed.
fn of_window(window: i64, mut waits: Vec<i64>) -> Option<Advice> {
    waits.sort_unstable();
    let longest = waits.get((waits.len() * 9).div_ceil(10).checked_sub(1)?)?;
    let advice = Advice {
        from_minute: window * WINDOW,
        to_minute: (window + 1) * WINDOW,
        wait_minutes: *longest,
        visitors: waits.len(),
    };
    (waits.len() >= FEWEST).then_some(advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;

    fn waits(hour: i64, minutes: &[i64]) -> Vec<Wait> {
        let hour = Day::parse("2026-11-17").unwrap().start(Tz::Asia__Jakarta).plus_minutes(hour * 60 + 5);
        minutes.iter().map(|m| Wait { arrived_at: hour, called_at: hour.plus_minutes(*m) }).collect()
    }

    #[test]
    fn the_quiet_half_hour_is_named_with_what_nine_of_ten_waited() {
        let history = [waits(9, &[30; 12]), waits(13, &[2, 3, 4, 5, 6, 7, 8, 9, 10, 40]), waits(11, &[12; 8])].concat();
        let advice = advise(&history, Tz::Asia__Jakarta);
        let best = Advice { from_minute: 13 * 60, to_minute: 13 * 60 + 30, wait_minutes: 10, visitors: 10 };
        assert_eq!(advice[0], best);
        assert_eq!(advice.iter().map(|a| a.wait_minutes).collect::<Vec<_>>(), [10, 12, 30]);
    }

    #[test]
    fn nothing_is_said_from_few_visitors() {
        assert!(advise(&waits(13, &[0; 7]), Tz::Asia__Jakarta).is_empty());
        assert!(advise(&[], Tz::Asia__Jakarta).is_empty());
    }
}
