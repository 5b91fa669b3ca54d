//! The national number (NIK): text of 16 digits `PPKKCC DDMMYY SSSS` (pure).

use std::fmt;

use serde::Deserialize;

/// A NIK. Its digits are never printed by `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Nik(String);

/// The only reason to refuse a NIK.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a NIK has 16 digits")]
pub struct NotANik;

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
