//! How long the papers of a file are kept (pure). Personal data whose time is over is destroyed by the schedule of the
//! archive (articles 43 and 44 of UU 27/2022; UU 43/2009 on archives); the office sets the years.

use std::collections::BTreeMap;

use chrono::Months;

use crate::clock::Day;
use crate::permits::{ApplicationState, PermitState};

crate::ids::words! {
    /// A class of papers with one term.
    pub enum PaperClass {
        /// Papers handed in with a file.
        Paper = "paper",
        /// Those of them that tell of health, crime, a child or the like (data spesifik).
        Sensitive = "sensitive",
        /// Papers that were replaced, and answers to a return.
        Replaced = "replaced",
        /// Photographs of a place that was visited.
        SitePhoto = "site_photo",
        /// Issued permits and letters.
        Permit = "permit",
    }
}

impl PaperClass {
    /// Years until the office sets others; `None` = for good.
    pub fn usual_years(self) -> Option<u32> {
        match self {
            PaperClass::Paper | PaperClass::SitePhoto => Some(5),
            PaperClass::Sensitive => Some(2),
            PaperClass::Replaced => Some(1),
            PaperClass::Permit => None,
        }
    }
}

/// The years of each class in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(pub BTreeMap<PaperClass, Option<u32>>);

impl Terms {
    /// Years after the end; `None` = for good.
    pub fn years(&self, class: PaperClass) -> Option<u32> {
        self.0.get(&class).copied().unwrap_or_else(|| class.usual_years())
    }
}

/// How long something is needed in itself, before its term begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The file is open or its permit in force without an end: nobody knows how long.
    Open,
    /// To this day.
    Until(Day),
}

/// One use of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaperUse {
    /// As what.
    pub class: PaperClass,
    /// How long.
    pub needed: Needed,
}

/// How long a file needs its papers: to its end, and to the end of its permit. `permit` = state, last day of validity,
/// and since when it is suspended or revoked.
pub fn need_of(
    (state, closed_on): (ApplicationState, Option<Day>),
    permit: Option<(PermitState, Option<Day>, Option<Day>)>,
) -> Needed {
    use ApplicationState::*;
    let closed = match state {
        HandedOver | Rejected | Withdrawn | Lapsed => closed_on,
        Draft | Registered | InVerification | Returned | InRecommendation | InInspection | AwaitingPayment
        | InDrafting | AwaitingSignature | Issued | Ready => None,
    };
    let Some(closed) = closed else { return Needed::Open };
    let ended = match permit {
        None | Some((PermitState::Void, _, _)) => Some(closed),
        Some((PermitState::Reserved, _, _)) => None,
        Some((PermitState::Issued | PermitState::Suspended, last, _)) => last,
        Some((PermitState::Revoked, _, since)) => since,
    };
    ended.map_or(Needed::Open, |ended| Needed::Until(ended.max(closed)))
}

/// The first day a paper is not kept any more, and the class that says so: the longest of its uses counts, and nothing
/// goes while one of them is open. `reusable_until` = the last day it may be handed in again. `None` = it stays.
pub fn due_on(uses: &[PaperUse], reusable_until: Option<Day>, terms: &Terms) -> Option<(Day, PaperClass)> {
    let mut latest: Option<(Day, PaperClass)> = None;
    for one in uses {
        let Needed::Until(end) = one.needed else { return None };
        let years = terms.years(one.class)?;
        let due = Day(end.0.checked_add_months(Months::new(years.checked_mul(12)?))?).next();
        latest = latest.max(Some((due, one.class)));
    }
    let (due, class) = latest?;
    Some((reusable_until.map_or(due, |last| due.max(last.next())), class))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn handed_over(permit: Option<(PermitState, Option<&str>, Option<&str>)>) -> Needed {
        let permit = permit.map(|(state, last, since)| (state, last.map(day), since.map(day)));
        need_of((ApplicationState::HandedOver, Some(day("2026-11-24"))), permit)
    }

    #[test]
    fn a_file_needs_its_papers_while_it_is_open_or_its_permit_in_force() {
        let closed = Some(day("2026-11-24"));
        for state in ApplicationState::ALL {
            let ended = ["handed_over", "rejected", "withdrawn", "lapsed"].contains(&state.word());
            let expected = if ended { Needed::Until(day("2026-11-24")) } else { Needed::Open };
            assert_eq!(need_of((*state, closed), None), expected, "{state}");
        }
        assert_eq!(handed_over(Some((PermitState::Issued, None, None))), Needed::Open);
        assert_eq!(handed_over(Some((PermitState::Suspended, None, Some("2027-01-01")))), Needed::Open);
        assert_eq!(handed_over(Some((PermitState::Reserved, None, None))), Needed::Open);
        let to = |text| Needed::Until(day(text));
        assert_eq!(handed_over(Some((PermitState::Issued, Some("2031-11-24"), None))), to("2031-11-24"));
        assert_eq!(handed_over(Some((PermitState::Revoked, None, Some("2028-03-01")))), to("2028-03-01"));
        assert_eq!(handed_over(Some((PermitState::Issued, Some("2026-11-01"), None))), to("2026-11-24"));
    }

    #[test]
    fn the_longest_use_counts_and_one_that_is_open_or_for_good_keeps_everything() {
        let terms = Terms::default();
        let used = |class, to: &str| PaperUse { class, needed: Needed::Until(day(to)) };
        let paper = used(PaperClass::Paper, "2026-11-24");
        assert_eq!(due_on(&[paper], None, &terms), Some((day("2031-11-25"), PaperClass::Paper)));
        let both = [paper, used(PaperClass::Replaced, "2026-11-24")];
        assert_eq!(due_on(&both, None, &terms), Some((day("2031-11-25"), PaperClass::Paper)));
        let open = PaperUse { class: PaperClass::Paper, needed: Needed::Open };
        assert_eq!(due_on(&[paper, open], None, &terms), None);
        assert_eq!(due_on(&[used(PaperClass::Permit, "2026-11-24")], None, &terms), None);
        assert_eq!(due_on(&[], None, &terms), None);
        let again = due_on(&[paper], Some(day("2033-01-31")), &terms);
        assert_eq!(again, Some((day("2033-02-01"), PaperClass::Paper)), "it may still be handed in again");
    }

    #[test]
    fn the_years_are_those_the_office_set() {
        let set = Terms([(PaperClass::Paper, Some(10)), (PaperClass::Permit, Some(30))].into());
        let used = |class| [PaperUse { class, needed: Needed::Until(day("2028-02-29")) }];
        assert_eq!(due_on(&used(PaperClass::Paper), None, &set).unwrap().0, day("2038-03-01"));
        assert_eq!(due_on(&used(PaperClass::Permit), None, &set).unwrap().0, day("2058-03-01"));
        assert_eq!(set.years(PaperClass::Sensitive), Some(2));
    }
}
