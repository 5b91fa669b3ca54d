//! Blanks (blangko): what is printed on one, and who has them when there are few (pure).

use crate::clock::Instant;
use crate::ids::CivilRequestId;
use crate::permits::Fields;

crate::ids::words! {
    /// A blank that is counted. Family cards and certificates are plain paper.
    pub enum BlankKind {
        /// Blangko KTP-el.
        KtpEl = "ktp_el",
        /// Blangko Kartu Identitas Anak.
        Kia = "kia",
    }
}

crate::ids::words! {
    /// How the stock moved.
    pub enum BlankMove {
        /// Blanks came.
        Received = "received",
        /// One was printed for a request.
        Used = "used",
        /// Some were spoiled.
        Spoiled = "spoiled",
        /// The safe was counted.
        Counted = "counted",
    }
}

/// A stock that is not larger than this is shown as low.
pub const LOW_STOCK: i64 = 10;

/// The blank a service prints on. Recording ends with a first card, so it needs one too.
pub fn blank_of(service: &str) -> Option<BlankKind> {
    match service {
        "KTP-R" | "KTP-C" => Some(BlankKind::KtpEl),
        "KIA" => Some(BlankKind::Kia),
        _ => None,
    }
}

/// Whether the person has never had the card: new recordings come first when blanks are short, as they did in 2019.
pub fn is_new_recording(service: &str, fields: &Fields) -> bool {
    service == "KTP-R" || (service == "KTP-C" && fields.get("reason").is_some_and(|reason| reason == "Baru"))
}

/// A request that is in SIAK and not printed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which.
    pub request: CivilRequestId,
    /// New recording or urgent.
    pub is_first: bool,
    /// When it was sent into SIAK.
    pub since: Instant,
    /// Whether a blank is set aside for it.
    pub holds: bool,
}

/// What follows from a stock: who gets a blank set aside, in order, and whose is taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Waiting requests that get one.
    pub given: Vec<CivilRequestId>,
    /// Requests that lose theirs, because blanks were spoiled or miscounted: the last in order.
    pub taken: Vec<CivilRequestId>,
}

/// Sets blanks aside: the first requests in order have them, and nobody loses one to somebody who came later.
pub fn balance(on_hand: i64, claims: &[Claim]) -> Balance {
    let on_hand = usize::try_from(on_hand).unwrap_or(0);
    let in_order = |holds: bool| {
        let mut some: Vec<&Claim> = claims.iter().filter(|claim| claim.holds == holds).collect();
        some.sort_by_key(|claim| (!claim.is_first, claim.since, claim.request));
        some.into_iter().map(|claim| claim.request).collect::<Vec<_>>()
    };
    let (holders, waiting) = (in_order(true), in_order(false));
    let free = on_hand.saturating_sub(holders.len());
    Balance {
        given: waiting.into_iter().take(free).collect(),
        taken: holders.into_iter().skip(on_hand).rev().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claims() -> impl Strategy<Value = Vec<Claim>> {
        prop::collection::vec((any::<bool>(), 0..20i64, any::<bool>()), 0..12).prop_map(|all| {
            let claim = |(place, (is_first, since, holds)): (i64, (bool, i64, bool))| Claim {
                request: CivilRequestId(uuid::Uuid::from_u128(place.unsigned_abs().into())),
                is_first,
                since: Instant(since),
                holds,
            };
            (1..).zip(all).map(claim).collect()
        })
    }

    proptest! {
        #[test]
        fn blanks_that_are_set_aside_are_there_and_none_lies_idle(on_hand in 0i64..15, claims in claims()) {
            let balance = balance(on_hand, &claims);
            let held = claims.iter().filter(|claim| claim.holds).count() + balance.given.len() - balance.taken.len();
            prop_assert!(held <= usize::try_from(on_hand).unwrap());
            let waits = claims.len() - held;
            prop_assert!(waits == 0 || held == usize::try_from(on_hand).unwrap());
        }
    }

    #[test]
    fn new_recordings_and_urgent_cases_have_the_first_blanks_then_whoever_came_first() {
        let claim = |id: i64, is_first, since| Claim {
            request: CivilRequestId::new(id),
            is_first,
            since: Instant(since),
            holds: false,
        };
        let claims = [claim(1, false, 1), claim(2, false, 2), claim(3, true, 3)];
        let given = balance(2, &claims).given;
        assert_eq!(given, [claims[2].request, claims[0].request]);
    }

    #[test]
    fn a_first_card_is_a_new_recording_and_a_lost_one_is_not() {
        let reason = |word: &str| Fields::from([("reason".to_owned(), word.to_owned())]);
        assert!(is_new_recording("KTP-C", &reason("Baru")) && is_new_recording("KTP-R", &Fields::new()));
        assert!(!is_new_recording("KTP-C", &reason("Hilang")) && !is_new_recording("KIA", &Fields::new()));
        assert_eq!((blank_of("KK-B"), blank_of("KIA")), (None, Some(BlankKind::Kia)));
    }
}
