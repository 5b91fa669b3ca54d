//! In which order a visit goes to its counters (pure). Every matter keeps the place of the arrival in its own line, so
//! that the order changes nobody's turn; it only decides where the visitor waits first.

use crate::ids::StopId;

/// A matter of a visit that is still to be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The stop.
    pub stop: StopId,
    /// Its place in the visitor's own list.
    pub position: i64,
    /// People who wait before the visitor in its line.
    pub ahead: i64,
    /// Open counters that take it.
    pub counters: i64,
}

impl Left {
    /// People ahead for each open counter; a line that no counter takes is longer than any other.
    fn length(&self) -> f64 {
        if self.counters <= 0 { f64::INFINITY } else { self.ahead as f64 / self.counters as f64 }
    }
}

/// The matter the visitor waits for first: the one with the fewest people ahead for each open counter, and of equal
/// ones the first on the visitor's own list. `None` when nothing is left.
pub fn first_of(left: &[Left]) -> Option<StopId> {
    let shorter = |a: &&Left, b: &&Left| a.length().total_cmp(&b.length()).then(a.position.cmp(&b.position));
    left.iter().min_by(shorter).map(|matter| matter.stop)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn left() -> impl Strategy<Value = Vec<Left>> {
        prop::collection::vec((0..60i64, 0..5i64), 1..6).prop_map(|lines| {
            let matter = |(position, (ahead, counters)): (i64, (i64, i64))| Left {
                stop: StopId(uuid::Uuid::from_u128(position.unsigned_abs().into())),
                position,
                ahead,
                counters,
            };
            (1..).zip(lines).map(matter).collect()
        })
    }

    fn chosen(left: &[Left]) -> &Left {
        let stop = first_of(left).unwrap();
        left.iter().find(|matter| matter.stop == stop).unwrap()
    }

    proptest! {
        #[test]
        fn no_other_line_is_shorter_than_the_chosen_one(left in left()) {
            let chosen = chosen(&left);
            prop_assert!(left.iter().all(|other| chosen.length() <= other.length()));
        }

        #[test]
        fn of_equal_lines_the_visitors_own_order_decides(left in left()) {
            let chosen = chosen(&left);
            let before = left.iter().filter(|other| other.position < chosen.position);
            prop_assert!(before.into_iter().all(|other| other.length() > chosen.length()));
        }

        #[test]
        fn a_line_without_a_counter_comes_last(left in left()) {
            prop_assert!(chosen(&left).counters > 0 || left.iter().all(|matter| matter.counters == 0));
        }

        #[test]
        fn the_choice_does_not_depend_on_the_order_it_is_asked_in(left in left()) {
            let mut turned = left.clone();
            turned.reverse();
            prop_assert_eq!(first_of(&left), first_of(&turned));
        }
    }

    #[test]
    fn nothing_left_is_nothing_to_choose() {
        assert_eq!(first_of(&[]), None);
    }
}
