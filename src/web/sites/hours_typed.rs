//! Times, dates and stretches of hours as staff type them (pure).

use chrono::NaiveTime;

use crate::clock::Day;
use crate::messages::FieldFault;
use crate::sites::Opening;

/// `13.30` or `13:30`; `None` when nothing was typed.
pub fn time(field: &str, typed: &str) -> Result<Option<NaiveTime>, FieldFault> {
    if typed.is_empty() {
        return Ok(None);
    }
    read_time(typed).map(Some).ok_or_else(|| FieldFault::new(field, "time-wrong"))
}

fn read_time(typed: &str) -> Option<NaiveTime> {
    let (hour, minute) = typed.trim().split_once(['.', ':'])?;
    let is_short = hour.len() <= 2 && minute.len() == 2;
    NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0).filter(|_| is_short)
}

/// A date.
pub fn day(field: &str, typed: &str) -> Result<Day, FieldFault> {
    Day::parse(typed).ok_or_else(|| FieldFault::new(field, "date-wrong"))
}

/// `08.00-11.30, 13.30-15.00` of a weekday, in order and apart; nothing when the site is closed.
pub fn stretches(field: &str, weekday: u32, typed: &str) -> Result<Vec<Opening>, FieldFault> {
    let wrong = || FieldFault::new(field, "stretches-wrong");
    let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
    let read = |part: &str| {
        let (opens, closes) = part.split_once(['-', '–'])?;
        Some(Opening { weekday, opens: read_time(opens)?, closes: read_time(closes)? })
    };
    let all: Vec<Opening> = parts.map(read).collect::<Option<_>>().ok_or_else(wrong)?;
    let in_order = all.iter().all(|o| o.opens < o.closes) && all.windows(2).all(|two| two[0].closes < two[1].opens);
    if in_order { Ok(all) } else { Err(wrong()) }
}

/// The stretches of a weekday as they are typed.
pub fn as_typed(openings: &[Opening], weekday: u32) -> String {
    let of_day = openings.iter().filter(|o| o.weekday == weekday);
    let each = of_day.map(|o| format!("{}-{}", o.opens.format("%H.%M"), o.closes.format("%H.%M")));
    each.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them_and_shown_so_again() {
        let friday = stretches("usual_5", 5, " 8.00–11.30,13:30 - 15:00").unwrap();
        assert_eq!(friday.len(), 2);
        assert_eq!(as_typed(&friday, 5), "08.00-11.30, 13.30-15.00");
        assert_eq!(stretches("usual_7", 7, " ").unwrap(), []);
        assert_eq!(as_typed(&friday, 6), "");
    }

    #[test]
    fn hours_that_end_before_they_begin_or_overlap_are_refused() {
        for wrong in [
            "8",
            "8-9",
            "08.00",
            "15.00-08.00",
            "08.00-12.00, 11.00-15.00",
            "13.00-15.00, 08.00-12.00",
            "25.00-26.00",
            "08.000-09.00",
        ] {
            assert_eq!(stretches("usual_1", 1, wrong), Err(FieldFault::new("usual_1", "stretches-wrong")), "{wrong}");
        }
        assert!(time("cut_off", "7").is_err() && time("cut_off", "").unwrap().is_none());
        assert!(day("on", "31-12-2026").is_err());
    }
}
