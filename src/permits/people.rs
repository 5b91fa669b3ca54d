//! Five people: intake, verification, recommendation, paraf and signature of one file are done by five different
//! officers (pure). Each may repeat or continue the acts of the own office; intake may hand over. Who gave a file to
//! another person as its supervisor works in none of the five.

use super::{ActName, Office};
use crate::identity::Officer;
use crate::ids::OfficerId;
use crate::messages::Refusal;

/// Who did what so far, as the five-people rule needs it.
pub type Hands = [(Office, OfficerId)];

fn is_kept_apart(office: Office) -> bool {
    match office {
        Office::Intake
        | Office::Verification
        | Office::Recommendation
        | Office::Paraf
        | Office::Signature
        | Office::Supervision => true,
        Office::Payment | Office::Handover | Office::System => false,
    }
}

/// Whether the officer holds the role of an act.
///
/// # Errors
/// 403 `wrong-role`.
pub fn check_role(officer: &Officer, act: ActName) -> Result<(), Refusal> {
    let held = act.role().is_some_and(|role| officer.is(role));
    if held { Ok(()) } else { Err(Refusal::forbidden("wrong-role")) }
}

/// The same for a file that waits at an office: it is taken by somebody of that office.
///
/// # Errors
/// 403 `wrong-role`; 409 `file-in-other-state` for taking a file that waits nowhere.
pub fn check_role_at(officer: &Officer, act: ActName, waits_at: Option<Office>) -> Result<(), Refusal> {
    if waits_at.is_none() && act.office_at(None) == Office::System && act.role().is_some() {
        return Err(Refusal::conflict("file-in-other-state"));
    }
    let held = act.role_at(waits_at).is_some_and(|role| officer.is(role));
    if held { Ok(()) } else { Err(Refusal::forbidden("wrong-role")) }
}

/// Whether the officer has kept out of every other of the five offices of this file, and of its supervision.
///
/// # Errors
/// 403 `same-person`, with the office already held.
pub fn check_hands(officer: OfficerId, act: ActName, before: &Hands) -> Result<(), Refusal> {
    check_office(officer, act.office(), before)
}

/// The same for an act of an office.
///
/// # Errors
/// 403 `same-person`, with the office already held.
pub fn check_office(officer: OfficerId, office: Office, before: &Hands) -> Result<(), Refusal> {
    if !is_kept_apart(office) {
        return Ok(());
    }
    let other = before.iter().find(|(held, by)| *by == officer && *held != office && is_kept_apart(*held));
    match other {
        None => Ok(()),
        Some((held, _)) => Err(Refusal::forbidden("same-person").with("office", held)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(n: i64) -> OfficerId {
        OfficerId::new(n)
    }

    #[test]
    fn nobody_works_in_two_of_the_five_offices_of_one_file() {
        let ana = person(1);
        let offices =
            [ActName::Registration, ActName::Verification, ActName::Recommendation, ActName::Paraf, ActName::Signature];
        for first in offices {
            for second in offices {
                let before = [(first.office(), ana)];
                let refused = check_hands(ana, second, &before).is_err();
                assert_eq!(refused, first != second, "{first} then {second}");
                assert!(check_hands(person(2), second, &before).is_ok());
            }
        }
    }

    #[test]
    fn intake_may_hand_over_and_everybody_may_continue_the_own_office() {
        let ana = person(1);
        let before = [(Office::Intake, ana)];
        assert!(check_hands(ana, ActName::Handover, &before).is_ok());
        assert!(check_hands(ana, ActName::Resubmission, &before).is_ok());
        assert!(check_hands(ana, ActName::Rejection, &before).is_err());
    }
}
