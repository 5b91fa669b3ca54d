//! Time as the office means it. The only place that reads the machine's clock.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Microseconds in one minute.
const MINUTE: i64 = 60_000_000;

/// A moment: UTC microseconds since 1970, the unit both databases keep exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// The same moment for calendar arithmetic.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }

    /// The local date at a site.
    pub fn day(self, zone: Tz) -> Day {
        Day(self.utc().with_timezone(&zone).date_naive())
    }

    /// The local time of day at a site.
    pub fn time(self, zone: Tz) -> NaiveTime {
        self.utc().with_timezone(&zone).time()
    }

    /// The local hour of day, 0 to 23.
    pub fn hour(self, zone: Tz) -> u32 {
        self.time(zone).hour()
    }

    /// Whole minutes from `earlier` to this moment, never negative.
    pub fn minutes_since(self, earlier: Instant) -> i64 {
        ((self.0 - earlier.0) / MINUTE).max(0)
    }

    /// This moment moved by whole minutes.
    pub fn plus_minutes(self, minutes: i64) -> Instant {
        Instant(self.0 + minutes * MINUTE)
    }

    /// This moment moved by whole seconds.
    pub fn plus_seconds(self, seconds: i64) -> Instant {
        Instant(self.0 + seconds * 1_000_000)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Instant(at.timestamp_micros())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        DateTime::<Utc>::deserialize(deserializer).map(Instant::from)
    }
}

/// A local calendar date, kept as ISO text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub NaiveDate);

impl Day {
    /// Reads `2026-11-24`.
    pub fn parse(text: &str) -> Option<Day> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Day)
    }

    /// The moment a local time of this date begins in a zone. A time the zone skips becomes the next that exists.
    pub fn at(self, time: NaiveTime, zone: Tz) -> Instant {
        let local = self.0.and_time(time);
        let found = zone.from_local_datetime(&local).earliest();
        let moment = found.map_or_else(|| Utc.from_utc_datetime(&local), |t| t.with_timezone(&Utc));
        Instant::from(moment)
    }

    /// The first moment of this date in a zone.
    pub fn start(self, zone: Tz) -> Instant {
        self.at(NaiveTime::MIN, zone)
    }

    /// The following date.
    pub fn next(self) -> Day {
        self.plus_days(1)
    }

    /// This date moved by calendar days.
    pub fn plus_days(self, days: i64) -> Day {
        Day(self.0 + chrono::Duration::days(days))
    }

    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> u32 {
        self.0.weekday().number_from_monday()
    }

    /// The calendar year.
    pub fn year(self) -> i32 {
        self.0.year()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where `now` comes from: the machine, or a moment that tests and history set.
#[derive(Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that stands still until it is set.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `at`.
    pub fn fixed(at: Instant) -> Clock {
        Clock::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present moment, cut to microseconds.
    pub fn now(&self) -> Instant {
        match self {
            Clock::System => Instant::from(Utc::now()),
            Clock::Fixed(at) => Instant(at.load(Ordering::SeqCst)),
        }
    }

    /// Time passed since some moment of the past; does not jump when the machine's clock is set.
    pub fn elapsed(&self) -> Duration {
        static START: OnceLock<std::time::Instant> = OnceLock::new();
        match self {
            Clock::System => START.get_or_init(std::time::Instant::now).elapsed(),
            Clock::Fixed(at) => Duration::from_micros(at.load(Ordering::SeqCst).max(0).unsigned_abs()),
        }
    }

    /// Moves a fixed clock; the machine's clock cannot be moved.
    pub fn set(&self, to: Instant) {
        if let Clock::Fixed(at) = self {
            at.store(to.0, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_day_changes_at_midnight_of_the_site() {
        let before =
            Day::parse("2026-11-24").unwrap().at(NaiveTime::from_hms_opt(23, 59, 59).unwrap(), Tz::Asia__Jakarta);
        assert_eq!(before.day(Tz::Asia__Jakarta).to_string(), "2026-11-24");
        assert_eq!(before.plus_seconds(1).day(Tz::Asia__Jakarta).to_string(), "2026-11-25");
        assert_eq!(before.day(Tz::Asia__Jayapura).to_string(), "2026-11-25");
    }
}
