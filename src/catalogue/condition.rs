//! On what a requirement, a question or a stage depends: one small comparison, never a program (pure).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

crate::ids::words! {
    /// What is asked for.
    pub enum ApplicationKind {
        /// Baru.
        New = "new",
        /// Perpanjangan.
        Renewal = "renewal",
        /// Perubahan.
        Amendment = "amendment",
        /// Pencabutan on request.
        Revocation = "revocation",
        /// Duplikat of a lost permit.
        Duplicate = "duplicate",
        /// Perbaikan salah tulis in an issued permit. The office begins it; nobody applies for it.
        Erratum = "erratum",
    }
}

impl ApplicationKind {
    /// The kinds somebody applies for, in the order of the form.
    pub fn applied_for() -> impl Iterator<Item = ApplicationKind> {
        ApplicationKind::ALL.iter().copied().filter(|kind| *kind != ApplicationKind::Erratum)
    }
}

/// The name under which a condition asks for the kind of the application instead of a field.
pub const KIND: &str = "kind";

/// What decides in a file: what is asked for, and the answers of the form by field code.
#[derive(Clone, Copy, Debug)]
pub struct Matter<'a> {
    /// New, renewal, …
    pub kind: ApplicationKind,
    /// The answers.
    pub fields: &'a BTreeMap<String, String>,
}

impl<'a> Matter<'a> {
    /// The answer to a question; none when nothing was typed.
    pub fn answer(&self, code: &str) -> Option<&'a str> {
        if code == KIND {
            return Some(self.kind.word());
        }
        self.fields.get(code).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The whole number typed into a field.
    pub fn number(&self, code: &str) -> Option<i64> {
        self.answer(code).and_then(|text| text.parse().ok())
    }
}

/// How an answer is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// One of these.
    OneOf(Vec<String>),
    /// Anything else.
    Not(String),
    /// A number, at least.
    AtLeast(i64),
    /// A number, at most.
    AtMost(i64),
}

/// `practice_kind = Praktik mandiri`, `kind = renewal | amendment`, `reason != Baru`, `area >= 100`, `area <= 50`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    /// The field, or `kind`.
    pub field: String,
    /// What its answer must be.
    pub is: Comparison,
}

impl Condition {
    /// Whether it holds. A question without an answer never decides.
    pub fn holds(&self, matter: Matter<'_>) -> bool {
        let Some(answer) = matter.answer(&self.field) else { return false };
        match &self.is {
            Comparison::OneOf(values) => values.iter().any(|value| value == answer),
            Comparison::Not(value) => value != answer,
            Comparison::AtLeast(least) => answer.parse::<i64>().is_ok_and(|n| n >= *least),
            Comparison::AtMost(most) => answer.parse::<i64>().is_ok_and(|n| n <= *most),
        }
    }
}

/// A condition that is none; the words say how one is written.
#[derive(Debug)]
pub struct NotACondition(String);

/// How every message about a malformed condition begins; the reader of a file knows it by that.
pub const NOT_A_CONDITION: &str = "not a condition";

impl fmt::Display for NotACondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{NOT_A_CONDITION}: {}", self.0)
    }
}

impl FromStr for Condition {
    type Err = NotACondition;

    fn from_str(text: &str) -> Result<Condition, NotACondition> {
        let wrong = || NotACondition(text.to_owned());
        let number = |text: &str| text.parse().map_err(|_| wrong());
        let split = |operator: &str| {
            let (field, value) = text.split_once(operator)?;
            Some((field.trim().to_owned(), value.trim().to_owned()))
        };
        let (field, is) = if let Some((field, value)) = split(">=") {
            (field, Comparison::AtLeast(number(&value)?))
        } else if let Some((field, value)) = split("<=") {
            (field, Comparison::AtMost(number(&value)?))
        } else if let Some((field, value)) = split("!=") {
            (field, Comparison::Not(value))
        } else {
            let (field, values) = split("=").ok_or_else(wrong)?;
            (field, Comparison::OneOf(values.split('|').map(|value| value.trim().to_owned()).collect()))
        };
        let is_empty = match &is {
            Comparison::OneOf(values) => values.iter().any(String::is_empty),
            Comparison::Not(value) => value.is_empty(),
            Comparison::AtLeast(_) | Comparison::AtMost(_) => false,
        };
        if field.is_empty() || is_empty { Err(wrong()) } else { Ok(Condition { field, is }) }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.is {
            Comparison::OneOf(values) => write!(f, "{} = {}", self.field, values.join(" | ")),
            Comparison::Not(value) => write!(f, "{} != {value}", self.field),
            Comparison::AtLeast(n) => write!(f, "{} >= {n}", self.field),
            Comparison::AtMost(n) => write!(f, "{} <= {n}", self.field),
        }
    }
}

impl TryFrom<String> for Condition {
    type Error = NotACondition;
    fn try_from(text: String) -> Result<Condition, NotACondition> {
        text.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> String {
        condition.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, answers: &[(&str, &str)]) -> bool {
        let fields = answers.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
        let condition: Condition = condition.parse().unwrap();
        condition.holds(Matter { kind: ApplicationKind::Renewal, fields: &fields })
    }

    #[test]
    fn a_condition_compares_one_answer_or_the_kind_of_the_application() {
        assert!(holds("reason = Rusak | Hilang", &[("reason", "Hilang")]));
        assert!(!holds("reason = Rusak", &[("reason", "Hilang")]));
        assert!(holds("reason != Baru", &[("reason", "Hilang")]));
        assert!(holds("area >= 100", &[("area", "100")]));
        assert!(!holds("area <= 99", &[("area", "100")]));
        assert!(holds("kind = renewal", &[]));
        assert!(!holds("kind = new", &[]));
    }

    #[test]
    fn a_question_without_an_answer_never_decides() {
        for condition in ["reason = Baru", "reason != Baru", "area <= 5", "area >= 5"] {
            assert!(!holds(condition, &[("reason", " "), ("area", "")]), "{condition}");
        }
    }

    #[test]
    fn what_is_no_comparison_is_no_condition() {
        for text in ["", "reason", "= Baru", "reason =", "reason = A | ", "area >= luas", "area <="] {
            assert!(text.parse::<Condition>().is_err(), "{text}");
        }
        for text in ["reason = Rusak | Hilang", "reason != Baru", "area >= 100", "area <= 99"] {
            assert_eq!(text.parse::<Condition>().unwrap().to_string(), text);
        }
    }
}
