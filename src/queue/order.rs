//! Who is next (pure): one pooled line per counter, arrivals in order, one priority after some others.

use crate::clock::Instant;
use crate::ids::{CounterId, TicketId};
use crate::sites::ServiceGroup;

use super::number::Number;
use super::quick::Share;

/// Numbers called before a visitor who missed the call and came back.
pub const REJOIN_AFTER: usize = 3;

/// One visitor in line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InLine {
    /// Whose.
    pub ticket: TicketId,
    /// The number; decides between equal arrivals.
    pub number: Number,
    /// The line.
    pub group: ServiceGroup,
    /// Whether called earlier.
    pub priority: bool,
    /// Whether the matter is quick.
    pub is_quick: bool,
    /// The place: the arrival.
    pub line_at: Instant,
    /// The one counter asked for.
    pub wanted: Option<CounterId>,
}

/// A counter that asks who is next.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    /// The counter.
    pub counter: CounterId,
    /// What it takes.
    pub share: &'a Share,
    /// Counters that are open or paused: only they can be waited for.
    pub staffed: &'a [CounterId],
    /// Whether the last calls of this counter, newest first, were priorities.
    pub recent: &'a [bool],
    /// Visitors without a priority called between two with one.
    pub regular_per_priority: u8,
}

impl Asking<'_> {
    /// Whether this counter may call the visitor. A visitor sent to one counter waits for it as long as it is staffed.
    pub fn takes(&self, visitor: &InLine) -> bool {
        match visitor.wanted {
            Some(wanted) if wanted == self.counter => true,
            Some(wanted) if self.staffed.contains(&wanted) => false,
            Some(_) | None => self.share.has(visitor.group, visitor.is_quick),
        }
    }
}

/// The visitors this counter may call, in the order it would call them.
pub fn in_turn(line: Vec<InLine>, asking: &Asking<'_>) -> Vec<InLine> {
    let mut mine: Vec<InLine> = line.into_iter().filter(|visitor| asking.takes(visitor)).collect();
    mine.sort_by_key(|visitor| (visitor.line_at, visitor.number.ordinal, visitor.number.letter));
    let (priority, regular): (Vec<_>, Vec<_>) = mine.into_iter().partition(|visitor| visitor.priority);
    interleave(priority, regular, asking)
}

fn interleave(priority: Vec<InLine>, regular: Vec<InLine>, asking: &Asking<'_>) -> Vec<InLine> {
    let between = usize::from(asking.regular_per_priority);
    let mut since = asking.recent.iter().take(between).position(|p| *p).unwrap_or(between);
    let (mut priority, mut regular) = (priority.into_iter().peekable(), regular.into_iter().peekable());
    let mut turn = Vec::new();
    loop {
        let owed = since >= between || regular.peek().is_none();
        let next = if owed { priority.next().or_else(|| regular.next()) } else { regular.next() };
        let Some(next) = next else { return turn };
        since = if next.priority { 0 } else { since + 1 };
        turn.push(next);
    }
}

/// The place of a visitor who missed the call: after three others of the same line, or at its end.
pub fn rejoin_place(mut line: Vec<InLine>, group: ServiceGroup, now: Instant) -> Instant {
    line.retain(|visitor| visitor.group == group);
    line.sort_by_key(|visitor| visitor.line_at);
    line.get(REJOIN_AFTER - 1).map_or(now, |third| Instant(third.line_at.0 + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits() -> Share {
        Share { all: vec![ServiceGroup::Permits], quick: vec![] }
    }

    fn visitor(letter: char, ordinal: i64, minute: i64) -> InLine {
        InLine {
            ticket: TicketId::new(ordinal),
            number: Number { letter, ordinal },
            group: ServiceGroup::Permits,
            priority: letter == 'P',
            is_quick: false,
            line_at: Instant(0).plus_minutes(minute),
            wanted: None,
        }
    }

    fn names(line: Vec<InLine>, recent: &[bool], regular_per_priority: u8) -> Vec<String> {
        let asking =
            Asking { counter: CounterId::new(1), share: &permits(), staffed: &[], recent, regular_per_priority };
        in_turn(line, &asking).iter().map(|v| v.number.to_string()).collect()
    }

    #[test]
    fn one_priority_is_called_after_two_others() {
        let line =
            || vec![visitor('A', 1, 0), visitor('A', 2, 1), visitor('A', 3, 2), visitor('P', 1, 5), visitor('P', 2, 6)];
        assert_eq!(names(line(), &[], 2), ["P-001", "A-001", "A-002", "P-002", "A-003"]);
        assert_eq!(names(line(), &[false, true], 2), ["A-001", "P-001", "A-002", "A-003", "P-002"]);
    }

    #[test]
    fn a_site_says_how_many_others_are_called_between_two_priorities() {
        let line = || (1..=3).flat_map(|n| [visitor('A', n, n), visitor('P', n, n)]).collect::<Vec<_>>();
        assert_eq!(names(line(), &[], 1), ["P-001", "A-001", "P-002", "A-002", "P-003", "A-003"]);
        assert_eq!(names(line(), &[], 5), ["P-001", "A-001", "A-002", "A-003", "P-002", "P-003"]);
        assert_eq!(names(line(), &[false, false, true], 3)[..2], ["A-001", "P-001"]);
    }

    #[test]
    fn equal_arrivals_are_called_by_number() {
        assert_eq!(
            names(vec![visitor('A', 3, 0), visitor('A', 1, 0), visitor('A', 2, 0)], &[], 2),
            ["A-001", "A-002", "A-003"]
        );
    }

    #[test]
    fn a_visitor_sent_to_a_counter_is_left_to_it_while_it_is_staffed() {
        let (mine, other) = (CounterId::new(1), CounterId::new(2));
        let sent = InLine { wanted: Some(other), ..visitor('A', 1, 0) };
        let takes = |counter, share: &Share, staffed: &[CounterId]| {
            Asking { counter, share, staffed, recent: &[], regular_per_priority: 2 }.takes(&sent)
        };
        assert!(!takes(mine, &permits(), &[mine, other]));
        assert!(takes(mine, &permits(), &[mine]), "the counter asked for has closed");
        assert!(takes(other, &Share::default(), &[mine, other]), "whatever its groups");
    }

    #[test]
    fn a_visitor_who_missed_the_call_comes_after_three_others() {
        let line: Vec<_> = (1..=5).map(|n| visitor('A', n, n)).collect();
        let place = rejoin_place(line.clone(), ServiceGroup::Permits, Instant(0).plus_minutes(60));
        assert!(line[2].line_at < place && place < line[3].line_at);
        assert_eq!(rejoin_place(line[..2].to_vec(), ServiceGroup::Permits, Instant(9)), Instant(9));
    }
}
