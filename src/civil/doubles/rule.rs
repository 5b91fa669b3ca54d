//! Who may be one person under two numbers (pure). Nobody is merged by a rule: it only says whom to look at.

use crate::population::{Nik, similarity};

crate::ids::words! {
    /// Why two numbers may be one person.
    pub enum DoubleReason {
        /// The numbers differ by one digit, or by two neighbours that changed places, and the names are alike.
        NikSlip = "nik_slip",
        /// Name, birth date, birth place and sex are alike.
        SamePerson = "same_person",
    }
}

crate::ids::words! {
    /// What was decided.
    pub enum DoubleState {
        /// Nothing yet.
        Found = "found",
        /// One person: everything stands under the number that was kept.
        Merged = "merged",
        /// Two people.
        Dismissed = "dismissed",
    }
}

/// Names as alike as this, of a hundred, with a slip in the number.
const ALIKE_WITH_SLIP: i64 = 80;
/// Names as alike as this with the same birth date.
const ALIKE: i64 = 92;
/// Birth places as alike as this.
const PLACES_ALIKE: i64 = 85;

/// What is known of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// The number.
    pub nik: Nik,
    /// Name.
    pub name: String,
    /// ISO date, or empty.
    pub birth_date: String,
    /// Birth place.
    pub birth_place: String,
    /// `L`, `P`, or empty.
    pub sex: String,
    /// Whether the population register has the number.
    pub in_register: bool,
}

/// The place, from 1, at which two numbers differ when a slip of the hand explains it: one digit is another, or it and
/// the next changed places.
pub fn slip(a: &Nik, b: &Nik) -> Option<usize> {
    let (a, b) = (a.digits().as_bytes(), b.digits().as_bytes());
    let differing: Vec<usize> = (0..a.len().min(b.len())).filter(|at| a[*at] != b[*at]).collect();
    match differing[..] {
        [at] => Some(at + 1),
        [at, next] if next == at + 1 && a[at] == b[next] && a[next] == b[at] => Some(at + 1),
        _ => None,
    }
}

/// Why two may be one; `None` = nothing says so. Two records of the register are two people to it, so only a whole
/// likeness counts there: twins and neighbours often differ by one digit.
pub fn probable(a: &Sketch, b: &Sketch) -> Option<DoubleReason> {
    if a.nik == b.nik {
        return None;
    }
    let names = similarity(&a.name, &b.name);
    let both_registered = a.in_register && b.in_register;
    if !both_registered && names >= ALIKE_WITH_SLIP && slip(&a.nik, &b.nik).is_some() {
        return Some(DoubleReason::NikSlip);
    }
    let same_birth = !a.birth_date.is_empty() && a.birth_date == b.birth_date && a.sex == b.sex;
    let same_place = !a.birth_place.is_empty() && similarity(&a.birth_place, &b.birth_place) >= PLACES_ALIKE;
    (same_birth && same_place && names >= ALIKE).then_some(DoubleReason::SamePerson)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(nik: &str, name: &str, born: &str) -> Sketch {
        Sketch {
            nik: Nik::parse(nik).unwrap(),
            name: name.to_owned(),
            birth_date: born.to_owned(),
            birth_place: "Palembang".to_owned(),
            sex: "P".to_owned(),
            in_register: false,
        }
    }

    fn of(a: &Sketch, b: &Sketch) -> Option<&'static str> {
        assert_eq!(probable(a, b), probable(b, a));
        probable(a, b).map(DoubleReason::word)
    }

    #[test]
    fn one_wrong_digit_or_two_that_changed_places_is_a_slip_and_more_is_not() {
        let nik = |digits: &str| Nik::parse(digits).unwrap();
        let right = nik("1607065708900001");
        assert_eq!(slip(&right, &nik("1607065708900007")), Some(16));
        assert_eq!(slip(&right, &nik("1607067508900001")), Some(7));
        assert_eq!(slip(&right, &nik("1607065708900019")), None);
        assert_eq!(slip(&right, &right), None);
    }

    #[test]
    fn a_slip_counts_with_a_name_that_is_alike_and_a_whole_likeness_without_one() {
        let siti = sketch("1607065708900001", "SITI UJI AMINAH", "1990-08-17");
        assert_eq!(of(&siti, &sketch("1607065708900007", "SITI UJI AMINA", "1991-01-01")), Some("nik_slip"));
        assert_eq!(of(&siti, &sketch("1607065708900007", "BUDI SANTOSO", "1990-08-17")), None);
        assert_eq!(of(&siti, &sketch("1671016707890022", "Siti Uji Aminah", "1990-08-17")), Some("same_person"));
        assert_eq!(of(&siti, &sketch("1671016707890022", "Siti Uji Aminah", "1990-08-18")), None);
        assert_eq!(of(&siti, &siti), None);
    }

    #[test]
    fn twins_of_the_register_are_two_people() {
        let twin = |nik: &str, name: &str| Sketch { in_register: true, ..sketch(nik, name, "1990-08-17") };
        assert_eq!(
            of(&twin("1607065708900001", "SITI UJI AMINAH"), &twin("1607065708900002", "SITI UJI AMINIA")),
            None
        );
    }
}
