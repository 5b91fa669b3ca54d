//! Money, dates and times as an Indonesian office writes them.

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;

use super::{Lang, plain};
use crate::clock::{Day, Instant};

/// `Rp 1.250.000` from whole rupiah.
pub fn rupiah(amount: i64) -> String {
    let digits = amount.abs().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    let sign = if amount < 0 { "-" } else { "" };
    format!("Rp {sign}{grouped}")
}

/// `17 Agustus 2026`.
pub fn date(lang: Lang, day: Day) -> String {
    let month = plain(lang, &format!("month.{}", day.0.month()));
    format!("{} {} {}", day.0.day(), month, day.0.year())
}

/// `Senin, 17 Agustus 2026`.
pub fn weekday_date(lang: Lang, day: Day) -> String {
    format!("{}, {}", plain(lang, &format!("weekday.{}", day.weekday())), date(lang, day))
}

/// The same as [`weekday_date`] for a moment at a site.
pub fn long_date(lang: Lang, at: Instant, zone: Tz) -> String {
    weekday_date(lang, at.day(zone))
}

/// `14.30 WIB`.
pub fn clock_time(at: Instant, zone: Tz) -> String {
    let time = at.time(zone);
    format!("{:02}.{:02} {}", time.hour(), time.minute(), zone_letters(zone))
}

/// `Senin, 17 Agustus 2026, 14.30 WIB`.
pub fn date_and_time(lang: Lang, at: Instant, zone: Tz) -> String {
    format!("{}, {}", long_date(lang, at, zone), clock_time(at, zone))
}

fn zone_letters(zone: Tz) -> &'static str {
    match zone {
        Tz::Asia__Makassar => "WITA",
        Tz::Asia__Jayapura => "WIT",
        _ => "WIB",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_dates_are_written_the_indonesian_way() {
        assert_eq!(rupiah(1_250_000), "Rp 1.250.000");
        assert_eq!(rupiah(0), "Rp 0");
        let day = Day::parse("2026-08-17").unwrap();
        assert_eq!(weekday_date(Lang::Id, day), "Senin, 17 Agustus 2026");
        let at = Instant::from(chrono::DateTime::parse_from_rfc3339("2026-08-17T07:30:00Z").unwrap().to_utc());
        assert_eq!(clock_time(at, Tz::Asia__Jakarta), "14.30 WIB");
        assert_eq!(clock_time(at, Tz::Asia__Jayapura), "16.30 WIT");
    }
}
