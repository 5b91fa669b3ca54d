//! The family card number (Nomor KK): text of 16 digits (pure).

use std::fmt;

/// A Nomor KK. Its digits are never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Kk(String);

/// The only reason to refuse a Nomor KK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Nomor KK has 16 digits")]
pub struct NotAKk;

impl Kk {
    /// Reads 16 digits; spaces, dots and dashes between them are passed over.
    pub fn parse(text: &str) -> Result<Kk, NotAKk> {
        let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let right = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_digit());
        if right { Ok(Kk(digits)) } else { Err(NotAKk) }
    }

    /// All sixteen digits: for sealing and the keyed index only.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// `1607••••••••0001`.
    pub fn masked(&self) -> String {
        format!("{}••••••••{}", &self.0[..4], &self.0[12..])
    }
}

impl fmt::Debug for Kk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_card_number_is_16_digits_and_debug_hides_them() {
        let kk = Kk::parse("1607 0601.0120-0001").unwrap();
        assert_eq!(kk.digits(), "1607060101200001");
        assert_eq!(format!("{kk:?}"), "1607••••••••0001");
        assert_eq!(Kk::parse("160706010120000"), Err(NotAKk));
        assert_eq!(Kk::parse("16070601012OOOO1"), Err(NotAKk));
    }
}
