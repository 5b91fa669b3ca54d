//! What the visitor states against what a source holds (pure).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::regions::written_out;
use super::similarity::similarity;
use super::{Address, Resident, ResidentStatus, Sex, Verdict};
use crate::clock::Day;

/// A name agrees from this score on (the threshold public Dukcapil integrations use).
const NAME_SCORE: i64 = 95;
/// An address agrees from this score on.
const ADDRESS_SCORE: i64 = 70;

/// What the visitor states; what is left out is not compared.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Claimed {
    /// As on the KTP.
    pub name: Option<String>,
    /// Town or regency.
    pub birth_place: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Day>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Where the person is registered.
    pub address: Option<Address>,
}

crate::ids::words! {
    /// What a source says of one element.
    pub enum Agreement {
        /// Sesuai.
        Match = "match",
        /// Tidak sesuai.
        Mismatch = "mismatch",
    }
}

/// Verdict of one element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementVerdict {
    /// Whether it agrees.
    pub verdict: Agreement,
    /// 0 to 100; an exact element has 0 or 100.
    pub score: i64,
}

impl ElementVerdict {
    fn scored(score: i64, threshold: i64) -> ElementVerdict {
        let verdict = if score >= threshold { Agreement::Match } else { Agreement::Mismatch };
        ElementVerdict { verdict, score }
    }

    pub(super) fn exact(same: bool) -> ElementVerdict {
        ElementVerdict::scored(if same { 100 } else { 0 }, 100)
    }
}

/// The verdict on a person and on each element that was stated. A record that is not in use is not compared.
pub(super) fn compare(
    found: Option<&Resident>,
    claimed: &Claimed,
) -> (Verdict, BTreeMap<&'static str, ElementVerdict>) {
    let Some(resident) = found else {
        return (Verdict::NotFound, BTreeMap::new());
    };
    match resident.status {
        ResidentStatus::Deceased => (Verdict::Deceased, BTreeMap::new()),
        ResidentStatus::Inactive => (Verdict::Inactive, BTreeMap::new()),
        ResidentStatus::Active => {
            let elements = compare_elements(resident, claimed);
            let agrees = elements.values().all(|element| element.verdict == Agreement::Match);
            (if agrees { Verdict::Match } else { Verdict::Mismatch }, elements)
        }
    }
}

fn compare_elements(resident: &Resident, claimed: &Claimed) -> BTreeMap<&'static str, ElementVerdict> {
    let named = |stated: &String, held: &str| name_agrees(similarity(stated, held));
    let elements = [
        ("name", claimed.name.as_ref().map(|name| named(name, &resident.name))),
        ("birth_place", claimed.birth_place.as_ref().map(|place| named(place, &resident.birth_place))),
        ("birth_date", claimed.birth_date.map(|day| ElementVerdict::exact(day == resident.birth_date))),
        ("sex", claimed.sex.map(|sex| ElementVerdict::exact(sex == resident.sex))),
        ("address", claimed.address.as_ref().map(|address| compare_address(address, &resident.address))),
    ];
    elements.into_iter().filter_map(|(name, verdict)| Some((name, verdict?))).collect()
}

/// Street, RT and RW by likeness.
fn compare_address(stated: &Address, held: &Address) -> ElementVerdict {
    let line = |a: &Address| format!("{} RT {:0>3} RW {:0>3}", written_out(&a.street), a.rt.trim(), a.rw.trim());
    let score = similarity(&line(stated), &line(held));
    address_agrees(score, stated.village_code == held.village_code)
}

/// The verdict on a name, or another text compared by likeness, of a score.
pub(super) fn name_agrees(score: i64) -> ElementVerdict {
    ElementVerdict::scored(score, NAME_SCORE)
}

/// The verdict on an address of a score; another village halves it.
pub(super) fn address_agrees(score: i64, same_village: bool) -> ElementVerdict {
    ElementVerdict::scored(if same_village { score } else { score / 2 }, ADDRESS_SCORE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::{Kk, Nik};

    fn home() -> Address {
        Address {
            street: "Jl. Gubernur Bastari No. 12".to_owned(),
            rt: "003".to_owned(),
            rw: "001".to_owned(),
            village_code: "16.07.06.1021".to_owned(),
        }
    }

    fn resident(status: ResidentStatus) -> Resident {
        Resident {
            nik: Nik::parse("1607065708900001").unwrap(),
            kk: Kk::parse("1607060101200001").unwrap(),
            name: "SITI AMINAH RAHAYU PUTRI".to_owned(),
            birth_place: "PALEMBANG".to_owned(),
            birth_date: Day::parse("1990-08-17").unwrap(),
            sex: Sex::Female,
            address: home(),
            status,
        }
    }

    fn verdict_of(claimed: &Claimed) -> Verdict {
        compare(Some(&resident(ResidentStatus::Active)), claimed).0
    }

    fn stated() -> Claimed {
        Claimed {
            name: Some("Siti Aminah Rahayu Putri".to_owned()),
            birth_place: Some("Palembang".to_owned()),
            birth_date: Day::parse("1990-08-17"),
            sex: Some(Sex::Female),
            address: Some(Address {
                street: "Jalan Gubernur Bastari Nomor 12".to_owned(),
                rt: "3".to_owned(),
                ..home()
            }),
        }
    }

    #[test]
    fn a_person_who_states_what_the_register_holds_matches_in_every_element() {
        let (verdict, elements) = compare(Some(&resident(ResidentStatus::Active)), &stated());
        assert_eq!(verdict, Verdict::Match);
        assert_eq!(
            elements.keys().copied().collect::<Vec<_>>(),
            ["address", "birth_date", "birth_place", "name", "sex"]
        );
        assert!(elements.values().all(|e| e.score == 100));
    }

    #[test]
    fn nothing_stated_is_nothing_compared() {
        let (verdict, elements) = compare(Some(&resident(ResidentStatus::Active)), &Claimed::default());
        assert_eq!((verdict, elements.len()), (Verdict::Match, 0));
    }

    #[test]
    fn one_letter_of_a_long_name_may_be_wrong_and_another_name_may_not() {
        let named = |name: &str| Claimed { name: Some(name.to_owned()), ..stated() };
        assert_eq!(verdict_of(&named("SITI AMINA RAHAYU PUTRI")), Verdict::Match);
        assert_eq!(verdict_of(&named("SITI AMINAH")), Verdict::Mismatch);
    }

    #[test]
    fn date_and_sex_must_agree_exactly() {
        assert_eq!(verdict_of(&Claimed { birth_date: Day::parse("1990-08-18"), ..stated() }), Verdict::Mismatch);
        assert_eq!(verdict_of(&Claimed { sex: Some(Sex::Male), ..stated() }), Verdict::Mismatch);
    }

    #[test]
    fn the_same_street_in_another_village_is_another_address() {
        let elsewhere = Address { village_code: "16.07.06.2001".to_owned(), ..home() };
        let (verdict, elements) =
            compare(Some(&resident(ResidentStatus::Active)), &Claimed { address: Some(elsewhere), ..stated() });
        assert_eq!(verdict, Verdict::Mismatch);
        assert_eq!(elements["address"], ElementVerdict { verdict: Agreement::Mismatch, score: 50 });
    }

    #[test]
    fn a_person_unknown_deceased_or_inactive_is_not_compared() {
        assert_eq!(compare(None, &stated()), (Verdict::NotFound, BTreeMap::new()));
        assert_eq!(compare(Some(&resident(ResidentStatus::Deceased)), &stated()), (Verdict::Deceased, BTreeMap::new()));
        assert_eq!(compare(Some(&resident(ResidentStatus::Inactive)), &stated()), (Verdict::Inactive, BTreeMap::new()));
    }
}
