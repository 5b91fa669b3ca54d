//! The national number (NIK): text of 16 digits `PPKKCC DDMMYY SSSS` (pure).

use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;

use super::Sex;
use crate::clock::Day;

/// A NIK. Its digits are never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Nik(String);

/// The only reason to refuse a NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a NIK has 16 digits")]
pub struct NotANik;

crate::ids::words! {
    /// What is odd about a NIK: a reason to look twice, never to refuse. The code names the place of the *first*
    /// registration, and no correction of a record ever changes it.
    pub enum NikWarning {
        /// The first four digits are no regency of today.
        UnknownRegion = "unknown_region",
        /// First registered in another regency.
        ForeignRegion = "foreign_region",
        /// The six digits of the birth date are no date.
        OddDate = "odd_date",
        /// Another birth date than the one stated.
        OtherDate = "other_date",
        /// The other sex than the one stated.
        OtherSex = "other_sex",
    }
}

/// Province and regency of this office, as they begin a NIK.
const OWN_REGION: &str = "1607";

impl Nik {
    /// Reads 16 digits; spaces, dots and dashes between them are passed over.
    pub fn parse(text: &str) -> Result<Nik, NotANik> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let right = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit());
        if right { Ok(Nik(digits)) } else { Err(NotANik) }
    }

    /// All sixteen digits: for sealing, the keyed index and the permit's body only.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `1607••••••••0001`.
    pub fn masked(&self) -> String {
        format!("{}••••••••{}", &self.0[..4], &self.0[12..])
    }

    /// The regency of first registration, as Kemendagri writes it: `16.07`.
    pub fn regency_code(&self) -> String {
        format!("{}.{}", &self.0[..2], &self.0[2..4])
    }

    /// Day (women: plus 40), month and year without century.
    fn date_digits(&self) -> (u32, u32, i32) {
        let number = |at: usize| self.0[at..at + 2].bytes().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
        (number(6), number(8), number(10).cast_signed())
    }
}

/// What is odd about a NIK, given whether its region is known and what the person or record states. The century of
/// the NIK's date is open, so only its two digits are compared.
pub fn warnings(nik: &Nik, known_region: bool, birth_date: Option<Day>, sex: Option<Sex>) -> Vec<NikWarning> {
    let (day, month, year) = nik.date_digits();
    let (day, sex_digit) = if day > 40 { (day - 40, Sex::Female) } else { (day, Sex::Male) };
    let is_date = |century: i32| NaiveDate::from_ymd_opt(century + year, month, day).is_some();
    let odd_date = !is_date(1900) && !is_date(2000);
    let same_date = |stated: Day| stated.0.format("%d%m%y").to_string() == format!("{day:02}{month:02}{year:02}");
    let found = [
        (!known_region, NikWarning::UnknownRegion),
        (known_region && !nik.0.starts_with(OWN_REGION), NikWarning::ForeignRegion),
        (odd_date, NikWarning::OddDate),
        (!odd_date && birth_date.is_some_and(|stated| !same_date(stated)), NikWarning::OtherDate),
        (!odd_date && sex.is_some_and(|stated| stated != sex_digit), NikWarning::OtherSex),
    ];
    found.into_iter().filter_map(|(odd, warning)| odd.then_some(warning)).collect()
}

impl TryFrom<String> for Nik {
    type Error = NotANik;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Nik::parse(&text)
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(nik: &str, known: bool, born: &str, sex: Sex) -> Vec<NikWarning> {
        warnings(&Nik::parse(nik).unwrap(), known, Day::parse(born), Some(sex))
    }

    #[test]
    fn only_a_wrong_length_or_a_letter_refuses_a_nik() {
        assert_eq!(Nik::parse("1607-0617.0890 0001").unwrap().digits(), "1607061708900001");
        assert!(Nik::parse("0000000000000000").is_ok());
        for wrong in ["160706170890000", "16070617089000011", "160706170890000X", ""] {
            assert_eq!(Nik::parse(wrong), Err(NotANik), "{wrong}");
        }
    }

    #[test]
    fn a_nik_that_agrees_gives_no_warning() {
        assert_eq!(odd("1607061708900001", true, "1990-08-17", Sex::Male), []);
        assert_eq!(odd("1607065708900001", true, "1990-08-17", Sex::Female), []);
    }

    #[test]
    fn the_century_of_a_nik_is_open() {
        assert_eq!(odd("1607061708100001", true, "2010-08-17", Sex::Male), []);
        assert_eq!(odd("1607061708100001", true, "1910-08-17", Sex::Male), []);
        // 29 February exists in 2000, not in 1900.
        assert_eq!(odd("1607062902000001", true, "2000-02-29", Sex::Male), []);
    }

    #[test]
    fn another_region_is_a_warning_and_an_unknown_one_another() {
        assert_eq!(odd("1671061708900001", true, "1990-08-17", Sex::Male), [NikWarning::ForeignRegion]);
        assert_eq!(odd("0000061708900001", false, "1990-08-17", Sex::Male), [NikWarning::UnknownRegion]);
    }

    #[test]
    fn another_date_another_sex_and_no_date_are_warnings() {
        assert_eq!(odd("1607061708900001", true, "1990-08-18", Sex::Male), [NikWarning::OtherDate]);
        assert_eq!(odd("1607065708900001", true, "1990-08-17", Sex::Male), [NikWarning::OtherSex]);
        assert_eq!(odd("1607063113900001", true, "1990-08-17", Sex::Female), [NikWarning::OddDate]);
        assert_eq!(odd("1607064008900001", true, "1990-08-17", Sex::Male), [NikWarning::OddDate]);
    }

    #[test]
    fn debug_and_screens_show_a_masked_nik() {
        let nik = Nik::parse("1607061708900001").unwrap();
        assert_eq!(format!("{nik:?}"), "1607••••••••0001");
        assert_eq!(nik.regency_code(), "16.07");
    }
}
