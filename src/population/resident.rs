//! A person of the register (pure).

use serde::{Deserialize, Serialize};

use super::{Kk, Nik};
use crate::clock::Day;

crate::ids::words! {
    /// Sex as on the KTP.
    pub enum Sex {
        /// Laki-laki.
        Male = "L",
        /// Perempuan.
        Female = "P",
    }
}

crate::ids::words! {
    /// Whether a record can be used.
    pub enum ResidentStatus {
        /// In use.
        Active = "active",
        /// Recorded as deceased.
        Deceased = "deceased",
        /// Blocked or moved away.
        Inactive = "inactive",
    }
}

/// An address by official area code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number, hamlet.
    pub street: String,
    /// Three digits.
    pub rt: String,
    /// Three digits.
    pub rw: String,
    /// Kemendagri code such as `16.07.06.1021`.
    pub village_code: String,
}

/// A person of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// National number.
    pub nik: Nik,
    /// Number of the family card.
    pub kk: Kk,
    /// As on the KTP, without titles.
    pub name: String,
    /// Town or regency.
    pub birth_place: String,
    /// Date of birth.
    pub birth_date: Day,
    /// Sex.
    pub sex: Sex,
    /// Where the person is registered.
    pub address: Address,
    /// Whether the record can be used.
    pub status: ResidentStatus,
}

/// RT or RW as three digits: `3` and `03` become `003`.
pub fn three_digits(text: &str) -> Option<String> {
    let digits = text.trim();
    let right = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    right.then(|| format!("{digits:0>3}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::is_village_code;

    #[test]
    fn rt_and_rw_are_three_digits() {
        assert_eq!(three_digits("3").as_deref(), Some("003"));
        assert_eq!(three_digits(" 012 ").as_deref(), Some("012"));
        assert_eq!(three_digits("1234"), None);
        assert_eq!(three_digits("1a"), None);
        assert_eq!(three_digits(""), None);
    }

    #[test]
    fn a_village_code_has_its_shape() {
        assert!(is_village_code("16.07.06.1021"));
        assert!(!is_village_code("1607061021"));
        assert!(!is_village_code("16.07.06"));
        assert!(!is_village_code("16.07.6.11021"));
    }
}
