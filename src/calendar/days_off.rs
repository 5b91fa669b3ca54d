//! The file of days off (pure).

use std::collections::BTreeSet;
use std::io::Read;

use serde::Deserialize;

use super::{Basis, DayOffKind};
use crate::clock::Day;
use crate::db::Fault;
use crate::messages::Refusal;

const BUILT_IN: &str = include_str!("data/holidays.csv");

/// A day on which the office does not work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DayOff {
    /// When.
    #[serde(rename = "date")]
    pub on: Day,
    /// Who declared it.
    pub kind: DayOffKind,
    /// Its name in Indonesian.
    pub name: String,
    /// How sure the date is.
    pub basis: Basis,
}

/// A file of days off with a line that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct BadDayOff {
    /// Counts from 1, the header.
    pub line: u64,
    /// What is wrong, for the operator.
    pub reason: String,
}

impl From<BadDayOff> for Fault {
    fn from(bad: BadDayOff) -> Self {
        Fault::Refused(Refusal::invalid("holidays-unreadable").with("line", bad.line).with("reason", bad.reason))
    }
}

/// Reads `date,kind,name,basis`; a date may stand once for each kind.
pub(super) fn read(reader: impl Read) -> Result<Vec<DayOff>, BadDayOff> {
    let mut seen = BTreeSet::new();
    let mut days = Vec::new();
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
    for (index, row) in rows.deserialize::<DayOff>().enumerate() {
        let day = row.map_err(|e| bad_line(&e, index))?;
        if !seen.insert((day.on, day.kind)) {
            return Err(BadDayOff { line: line_of(index), reason: format!("{} {} stands twice", day.on, day.kind) });
        }
        days.push(day);
    }
    Ok(days)
}

fn bad_line(error: &csv::Error, index: usize) -> BadDayOff {
    let line = error.position().map_or(line_of(index), csv::Position::line);
    BadDayOff { line, reason: error.to_string() }
}

fn line_of(index: usize) -> u64 {
    index as u64 + 2
}

/// The days off Loket brings along. A test proves that the file can be read.
pub(super) fn built_in() -> Vec<DayOff> {
    read(BUILT_IN.as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_can_be_read_and_2026_has_17_holidays_and_8_days_of_joint_leave() {
        let days = read(BUILT_IN.as_bytes()).unwrap();
        let of_2026 = |kind| days.iter().filter(|d| d.on.year() == 2026 && d.kind == kind).count();
        assert_eq!(of_2026(DayOffKind::National), 17);
        assert_eq!(of_2026(DayOffKind::JointLeave), 8);
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let wrong = "date,kind,name,basis\n2026-01-01,national,Tahun Baru,official\n2026-13-01,national,X,official\n";
        assert_eq!(read(wrong.as_bytes()).unwrap_err().line, 3);
        let unknown_kind = "date,kind,name,basis\n2026-01-01,birthday,X,official\n";
        assert_eq!(read(unknown_kind.as_bytes()).unwrap_err().line, 2);
    }

    #[test]
    fn a_date_may_not_stand_twice_for_one_kind() {
        let twice = "date,kind,name,basis\n2026-01-01,local,A,official\n2026-01-01,local,B,official\n";
        assert_eq!(read(twice.as_bytes()).unwrap_err().line, 3);
        let two_kinds = "date,kind,name,basis\n2026-01-01,local,A,official\n2026-01-01,national,B,official\n";
        assert_eq!(read(two_kinds.as_bytes()).unwrap().len(), 2);
    }
}
