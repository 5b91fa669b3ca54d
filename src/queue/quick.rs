//! Counters for quick matters only (pure): what a counter takes, so that nobody waits behind long matters for a short
//! one, and no long matter waits for ever.

use crate::ids::CounterId;
use crate::sites::{Counter, ServiceGroup};

/// What a counter takes at present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Groups of which it takes every matter.
    pub all: Vec<ServiceGroup>,
    /// Groups of which it takes quick matters only.
    pub quick: Vec<ServiceGroup>,
}

impl Share {
    /// The share of a counter that takes everything of its groups.
    pub fn whole(groups: &[ServiceGroup]) -> Share {
        Share { all: groups.to_vec(), quick: Vec::new() }
    }

    /// Whether a matter belongs to it.
    pub fn has(&self, group: ServiceGroup, is_quick: bool) -> bool {
        self.all.contains(&group) || is_quick && self.quick.contains(&group)
    }
}

/// What a counter takes while some counters of the site are open. One for quick matters leaves the others of a group to
/// the ordinary counters, as long as one of these is open; else it takes every matter of the group itself.
pub fn share_of(counter: &Counter, all: &[Counter], is_open: impl Fn(CounterId) -> bool) -> Share {
    if !counter.quick_only {
        return Share::whole(&counter.groups);
    }
    let elsewhere = |group: &ServiceGroup| {
        all.iter().any(|other| !other.quick_only && other.groups.contains(group) && is_open(other.id))
    };
    let (quick, all) = counter.groups.iter().copied().partition(elsewhere);
    Share { all, quick }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Instant;
    use crate::ids::TicketId;
    use crate::queue::{Asking, InLine, Number, in_turn};

    /// A counter: its groups, whether for quick matters, whether open.
    type Desk = (Vec<ServiceGroup>, bool, bool);
    /// A visitor: group, whether quick, whether with a priority.
    type Comes = (ServiceGroup, bool, bool);

    fn group() -> impl Strategy<Value = ServiceGroup> {
        prop::sample::select(ServiceGroup::ALL.to_vec())
    }

    fn desks() -> impl Strategy<Value = Vec<Desk>> {
        prop::collection::vec((prop::collection::vec(group(), 1..4), any::<bool>(), any::<bool>()), 1..6)
    }

    fn line() -> impl Strategy<Value = Vec<Comes>> {
        prop::collection::vec((group(), any::<bool>(), any::<bool>()), 1..40)
    }

    fn counters(desks: &[Desk]) -> Vec<Counter> {
        let counter = |(number, (groups, quick_only, _)): (u128, &Desk)| Counter {
            id: CounterId(uuid::Uuid::from_u128(number)),
            number: number as i64,
            groups: groups.clone(),
            quick_only: *quick_only,
        };
        (1..).zip(desks).map(counter).collect()
    }

    fn in_line((at, (group, is_quick, priority)): (i64, &Comes)) -> InLine {
        InLine {
            ticket: TicketId(uuid::Uuid::from_u128(at.unsigned_abs().into())),
            number: Number { letter: 'A', ordinal: at },
            group: *group,
            priority: *priority,
            is_quick: *is_quick,
            line_at: Instant(at),
            wanted: None,
        }
    }

    proptest! {
        /// Turn by turn each open counter calls one visitor: in the end only those wait whom no open counter takes, and
        /// however the counters are marked, nobody waits for more turns than there are people.
        #[test]
        fn nobody_starves_however_counters_are_marked_for_quick_matters(desks in desks(), comes in line()) {
            let all = counters(&desks);
            let is_open = |id: CounterId| all.iter().zip(&desks).any(|(c, (_, _, open))| c.id == id && *open);
            let mut line: Vec<InLine> = (1..).zip(&comes).map(in_line).collect();
            for _ in 0..comes.len() {
                for counter in all.iter().filter(|counter| is_open(counter.id)) {
                    let share = share_of(counter, &all, is_open);
                    let asking =
                        Asking { counter: counter.id, share: &share, staffed: &[], recent: &[], regular_per_priority: 2 };
                    if let Some(next) = in_turn(line.clone(), &asking).into_iter().next() {
                        prop_assert!(!counter.quick_only || next.is_quick || share.all.contains(&next.group));
                        line.retain(|visitor| visitor.ticket != next.ticket);
                    }
                }
            }
            let served = |group: ServiceGroup| all.iter().any(|c| is_open(c.id) && c.groups.contains(&group));
            prop_assert!(line.iter().all(|left| !served(left.group)), "{line:?} are left over");
        }

        #[test]
        fn a_quick_matter_can_be_called_by_every_counter_of_its_group(desks in desks(), group in group()) {
            let all = counters(&desks);
            let is_open = |id: CounterId| all.iter().zip(&desks).any(|(c, (_, _, open))| c.id == id && *open);
            for counter in &all {
                prop_assert_eq!(share_of(counter, &all, is_open).has(group, true), counter.groups.contains(&group));
            }
        }
    }

    #[test]
    fn a_counter_for_quick_matters_leaves_long_ones_while_an_ordinary_counter_is_open() {
        use ServiceGroup::{Permits, PickUp};
        let all = counters(&[(vec![Permits, PickUp], true, true), (vec![Permits], false, true)]);
        let beside = share_of(&all[0], &all, |_| true);
        assert!(!beside.has(Permits, false) && beside.has(Permits, true) && beside.has(PickUp, false));
        let alone = share_of(&all[0], &all, |id| id == all[0].id);
        assert!(alone.has(Permits, false), "nobody else takes it");
    }
}
