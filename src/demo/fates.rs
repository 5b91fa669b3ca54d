//! What becomes of an application of the demonstration: the next act and when it is done (pure).

use chrono::NaiveTime;

use super::chance::Chance;
use crate::calendar::Calendar;
use crate::clock::Instant;
use crate::permits::{ActName, ApplicationState};
use crate::sites::Site;

/// How an application ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Issued and handed over.
    Granted,
    /// Returned once, put right, issued.
    Corrected,
    /// Ready, but nobody has collected it.
    Uncollected,
    /// Refused by the technical OPD or the head.
    Rejected,
    /// Withdrawn by the applicant.
    Withdrawn,
    /// Returned, never answered, lapsed.
    Lapsed,
    /// Withdrawn after its number was taken: BATAL.
    Voided,
    /// Handed over and revoked later.
    Revoked,
    /// Stays where it comes to this state.
    Stays(ApplicationState),
}

/// How far an application has come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// It was returned before.
    pub returned: bool,
    /// The fee was counted.
    pub assessed: bool,
    /// A team was sent to the place.
    pub assigned: bool,
    /// The technical OPD said no.
    pub refused: bool,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// An act of the workflow.
    Act(ActName),
    /// The head signs.
    Sign,
    /// The head's number is taken and given up.
    Void,
    /// The application lapses.
    Lapse,
    /// The permit is revoked.
    Revoke,
}

impl Fate {
    /// What happens next in a state; `None` = nothing.
    pub fn next(self, state: ApplicationState, so_far: Progress) -> Option<Next> {
        use ApplicationState as S;
        if self == Fate::Stays(state) {
            return None;
        }
        let returns = matches!(self, Fate::Corrected | Fate::Lapsed | Fate::Stays(S::Returned));
        Some(match state {
            S::Draft => Next::Act(ActName::Registration),
            S::Registered => Next::Act(ActName::Claim),
            S::InVerification if returns && !so_far.returned => Next::Act(ActName::Return),
            S::InVerification if self == Fate::Withdrawn => Next::Act(ActName::Withdrawal),
            S::InVerification => Next::Act(ActName::Verification),
            S::Returned if self == Fate::Lapsed => Next::Lapse,
            S::Returned => Next::Act(ActName::Resubmission),
            S::InInspection if so_far.assigned => Next::Act(ActName::Inspection),
            S::InInspection => Next::Act(ActName::Assignment),
            S::InRecommendation => Next::Act(ActName::Recommendation),
            S::AwaitingPayment if so_far.assessed => Next::Act(ActName::Payment),
            S::AwaitingPayment => Next::Act(ActName::Assessment),
            S::InDrafting if self == Fate::Rejected || so_far.refused => Next::Act(ActName::Rejection),
            S::InDrafting => Next::Act(ActName::Paraf),
            S::AwaitingSignature if self == Fate::Voided => Next::Void,
            S::AwaitingSignature => Next::Sign,
            S::Ready if self == Fate::Uncollected => return None,
            S::Ready => Next::Act(ActName::Handover),
            S::HandedOver if self == Fate::Revoked => Next::Revoke,
            S::Issued | S::HandedOver | S::Rejected | S::Withdrawn | S::Lapsed => return None,
        })
    }
}

/// Working days until an act is done, from and to.
pub fn pace(next: Next) -> (i64, i64) {
    match next {
        Next::Act(ActName::Claim) => (0, 1),
        Next::Act(ActName::Return) => (0, 1),
        Next::Act(ActName::Resubmission) => (1, 5),
        Next::Act(ActName::Inspection) => (1, 2),
        Next::Act(ActName::Recommendation) => (1, 2),
        Next::Act(ActName::Payment) => (0, 3),
        Next::Act(ActName::Handover) => (0, 6),
        Next::Act(
            ActName::Creation
            | ActName::Registration
            | ActName::Verification
            | ActName::Assignment
            | ActName::Assessment
            | ActName::Paraf
            | ActName::Signature
            | ActName::Sealing
            | ActName::Rejection
            | ActName::Withdrawal
            | ActName::Lapse
            | ActName::Release
            | ActName::Reassignment
            | ActName::Rectification
            | ActName::Confirmation
            | ActName::Dismissal,
        )
        | Next::Sign
        | Next::Void => (0, 1),
        Next::Lapse => (20, 20),
        Next::Revoke => (4, 9),
    }
}

/// A moment of office hours some working days later; on the same day at least a quarter of an hour later.
pub fn later(chance: &mut Chance, calendar: &Calendar, site: &Site, from: Instant, days: i64) -> Instant {
    let mut left = days;
    let mut day = from.day(site.zone);
    if left == 0 {
        let soon = from.plus_minutes(chance.between(15, 150));
        if calendar.is_working_day(day) && soon.time(site.zone) < office_ends() && soon.day(site.zone) == day {
            return soon;
        }
        left = 1;
    }
    while left > 0 {
        day = day.next();
        left -= i64::from(calendar.is_working_day(day));
    }
    day.start(site.zone).plus_minutes(8 * 60 + chance.between(10, 390))
}

fn office_ends() -> NaiveTime {
    NaiveTime::from_hms_opt(15, 0, 0).unwrap_or(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_stayed_in_and_every_fate_ends() {
        for state in ApplicationState::ALL {
            assert_eq!(Fate::Stays(*state).next(*state, Progress::default()), None);
        }
        let done = Progress { returned: true, assessed: true, ..Progress::default() };
        assert_eq!(Fate::Granted.next(ApplicationState::AwaitingSignature, done), Some(Next::Sign));
        assert_eq!(
            Fate::Corrected.next(ApplicationState::InVerification, done),
            Some(Next::Act(ActName::Verification))
        );
        assert_eq!(Fate::Granted.next(ApplicationState::HandedOver, done), None);
    }

    #[test]
    fn the_next_act_falls_on_a_working_day_in_office_hours() {
        let site = &crate::sites::built_in(Instant(0)).unwrap()[0];
        let calendar = Calendar::built_in();
        let mut chance = Chance::apart(1, 1);
        let friday = crate::clock::Day::parse("2026-08-14").unwrap();
        for minutes in [8 * 60, 14 * 60 + 55] {
            for days in 0..4 {
                let at = later(&mut chance, &calendar, site, friday.start(site.zone).plus_minutes(minutes), days);
                assert!(calendar.is_working_day(at.day(site.zone)));
                assert!((8..15).contains(&at.hour(site.zone)));
            }
        }
    }
}
