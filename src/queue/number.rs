//! The number on the slip: a letter and at least three digits, `A-001` (pure).

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number as people see and hear it. It never changes during the visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// `P` with a priority, else the letter of the first service's group.
    pub letter: char,
    /// Counts from 1 per site, letter and local day.
    pub ordinal: i64,
}

impl Number {
    /// Reads what a person types: `A-012`, `a12`, `A 012`.
    pub fn parse(text: &str) -> Option<Number> {
        let mut rest = text.trim().chars();
        let letter = rest.next()?.to_ascii_uppercase();
        let ordinal = rest.as_str().trim_start_matches(['-', ' ']).parse().ok()?;
        (letter.is_ascii_uppercase() && ordinal >= 1).then_some(Number { letter, ordinal })
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:03}", self.letter, self.ordinal)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Number::parse(&text).ok_or_else(|| D::Error::custom("no number of a ticket"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_at_least_three_digits_and_grows_past_them() {
        assert_eq!(Number { letter: 'A', ordinal: 7 }.to_string(), "A-007");
        assert_eq!(Number { letter: 'P', ordinal: 1000 }.to_string(), "P-1000");
    }

    #[test]
    fn a_number_is_read_as_people_type_it() {
        let expected = Some(Number { letter: 'B', ordinal: 12 });
        for text in ["B-012", "b12", " b 12 "] {
            assert_eq!(Number::parse(text), expected, "{text}");
        }
        for text in ["", "12", "B", "B-", "B-0", "é1", "B-x"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
