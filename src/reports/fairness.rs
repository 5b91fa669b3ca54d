//! How often the order of the line was overruled, by whom and why (pure).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::queue::{Overrule, OverruleKind};

crate::ids::words! {
    /// What a row stands for.
    pub enum FairnessBy {
        /// Who did it, and why.
        Clerk = "clerk",
        /// Local day.
        Day = "day",
    }
}

/// The figures of a row or of all rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overruled {
    /// People called before those ahead of them.
    pub out_of_order: i64,
    /// People who were ahead then, added up.
    pub passed: i64,
    /// Numbers that staff gave with a priority.
    pub priorities: i64,
    /// People sent to one counter in place of the common line.
    pub to_counter: i64,
}

/// What a row stands for; rows come in this order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FairnessKey {
    /// A local day.
    Day(crate::clock::Day),
    /// A member of staff, and why: typed words.
    Typed(String, String),
    /// A member of staff, and the word of the priority given.
    Priority(String, String),
}

/// Rows in order of their keys, and all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fairness {
    /// Rows.
    pub rows: Vec<(FairnessKey, Overruled)>,
    /// All rows together.
    pub totals: Overruled,
}

impl Fairness {
    /// Counts the times the order was overruled.
    pub fn of(overrules: &[Overrule], by: FairnessBy) -> Fairness {
        let mut rows: BTreeMap<FairnessKey, Overruled> = BTreeMap::new();
        let mut totals = Overruled::default();
        for one in overrules {
            rows.entry(key(one, by)).or_default().add(one);
            totals.add(one);
        }
        Fairness { rows: rows.into_iter().collect(), totals }
    }
}

fn key(one: &Overrule, by: FairnessBy) -> FairnessKey {
    let who_and_why = || (one.officer.clone(), one.reason.clone());
    match (by, one.kind) {
        (FairnessBy::Day, _) => FairnessKey::Day(one.day),
        (FairnessBy::Clerk, OverruleKind::Priority) => {
            let (who, why) = who_and_why();
            FairnessKey::Priority(who, why)
        }
        (FairnessBy::Clerk, OverruleKind::OutOfOrder | OverruleKind::ToCounter) => {
            let (who, why) = who_and_why();
            FairnessKey::Typed(who, why)
        }
    }
}

impl Overruled {
    fn add(&mut self, one: &Overrule) {
        match one.kind {
            OverruleKind::OutOfOrder => self.out_of_order += 1,
            OverruleKind::Priority => self.priorities += 1,
            OverruleKind::ToCounter => self.to_counter += 1,
        }
        self.passed += one.passed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Day, Instant};

    fn once(kind: OverruleKind, officer: &str, reason: &str, passed: i64) -> Overrule {
        let day = Day::parse("2026-11-24").unwrap();
        Overrule { day, kind, officer: officer.into(), reason: reason.into(), passed, at: Instant(0) }
    }

    #[test]
    fn each_time_counts_for_who_did_it_and_why() {
        let all = [
            once(OverruleKind::OutOfOrder, "A", "sakit", 3),
            once(OverruleKind::OutOfOrder, "A", "sakit", 2),
            once(OverruleKind::ToCounter, "A", "sakit", 0),
            once(OverruleKind::Priority, "B", "elderly", 0),
        ];
        let found = Fairness::of(&all, FairnessBy::Clerk);
        let sick = Overruled { out_of_order: 2, passed: 5, priorities: 0, to_counter: 1 };
        assert_eq!(found.rows[0], (FairnessKey::Typed("A".into(), "sakit".into()), sick));
        assert_eq!(found.totals, Overruled { priorities: 1, ..sick });
        assert_eq!(Fairness::of(&all, FairnessBy::Day).rows.len(), 1);
    }
}
