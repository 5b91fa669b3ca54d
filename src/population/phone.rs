//! A mobile telephone number (pure).

use std::fmt;

/// A mobile number in E.164: `+6281234567890`. `Debug` shows its end only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The text is no Indonesian mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a mobile number begins with 08, 628 or +628 and has 10 to 13 digits")]
pub struct NotAPhone;

impl Phone {
    /// Reads `08…`, `628…` or `+628…`; spaces, dots, dashes and brackets are passed over. Written with 08 the number
    /// has 10 to 13 digits.
    pub fn parse(text: &str) -> Result<Phone, NotAPhone> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
        let national =
            plain.strip_prefix("+62").or_else(|| plain.strip_prefix("62")).or_else(|| plain.strip_prefix('0'));
        match national {
            Some(rest) if is_mobile(rest) => Ok(Phone(format!("+62{rest}"))),
            Some(_) | None => Err(NotAPhone),
        }
    }

    /// The whole number: for sealing and for sending a message only.
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// `+628••••••7890`.
    pub fn masked(&self) -> String {
        format!("{}••••••{}", &self.0[..4], &self.0[self.0.len() - 4..])
    }
}

fn is_mobile(national: &str) -> bool {
    national.starts_with('8') && (9..=12).contains(&national.len()) && national.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_ways_to_write_a_number_give_the_same_one() {
        for written in ["0812 3456 7890", "62812-3456-7890", "+62 812.3456.7890", "(0812) 34567890"] {
            assert_eq!(Phone::parse(written).unwrap().e164(), "+6281234567890", "{written}");
        }
    }

    #[test]
    fn a_number_too_short_too_long_or_of_a_landline_is_none() {
        assert!(Phone::parse("0812345678").is_ok());
        assert!(Phone::parse("0812345678901").is_ok());
        for wrong in ["081234567", "08123456789012", "0711 123456", "+65 81234567", "0812-ABCD-789", "", "٠٨١٢٣٤٥٦٧٨٩"]
        {
            assert_eq!(Phone::parse(wrong), Err(NotAPhone), "{wrong}");
        }
    }

    #[test]
    fn debug_hides_the_middle() {
        assert_eq!(format!("{:?}", Phone::parse("081234567890").unwrap()), "+628••••••7890");
    }
}
