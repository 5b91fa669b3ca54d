//! The tracking code of an application: ten random characters and a check character (pure).

use std::fmt;

use crate::keys::fill_random;

/// Crockford's base 32: no I, L, O or U, so that a code read over the telephone stays the same.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters of a code.
const RANDOM: usize = 10;

/// `XXXX-XXXX-XXX`, the only thing a citizen needs to follow a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TrackingCode(String);

impl TrackingCode {
    /// A new code: fifty random bits and the check character.
    pub fn draw() -> TrackingCode {
        let mut symbols = random_symbols::<RANDOM>().to_vec();
        symbols.push(check_of(&symbols));
        TrackingCode(grouped(&symbols))
    }

    /// Reads a code as people type it: any case, spaces and dashes anywhere, O for 0 and I or L for 1.
    /// `None` when it is no code or the check character does not fit.
    pub fn parse(typed: &str) -> Option<TrackingCode> {
        let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let symbols = letters.map(symbol_of).collect::<Option<Vec<u8>>>()?;
        let (check, rest) = symbols.split_last()?;
        (rest.len() == RANDOM && check_of(rest) == *check).then(|| TrackingCode(grouped(&symbols)))
    }

    /// The code as it is printed and stored.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TrackingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The short id of a permit, as in the address behind its QR code: eight random characters.
pub fn draw_short_id() -> String {
    random_symbols::<8>().iter().map(|symbol| letter_of(*symbol)).collect()
}

fn random_symbols<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    fill_random(&mut bytes);
    bytes.map(|byte| byte & 31)
}

/// Horner's rule in the field of 32 elements: finds every single wrong character and every exchange of two
/// neighbours.
fn check_of(symbols: &[u8]) -> u8 {
    times_x(symbols.iter().fold(0, |sum, symbol| times_x(sum) ^ symbol))
}

/// Times x modulo x⁵ + x² + 1.
fn times_x(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 0x20 == 0 { shifted } else { shifted ^ 0x25 }
}

fn symbol_of(typed: char) -> Option<u8> {
    let read = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET.iter().position(|letter| char::from(*letter) == read)?;
    u8::try_from(position).ok()
}

fn letter_of(symbol: u8) -> char {
    char::from(ALPHABET[usize::from(symbol & 31)])
}

fn grouped(symbols: &[u8]) -> String {
    let groups = symbols.chunks(4).map(|group| group.iter().map(|s| letter_of(*s)).collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = TrackingCode(grouped(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 0, check_of(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 0])]));
        assert_eq!(&code.text()[..11], "0123-4567-8");
        let sloppy = code.text().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(TrackingCode::parse(&sloppy), Some(code));
    }

    #[test]
    fn every_single_wrong_character_and_every_exchange_of_neighbours_is_found() {
        for _ in 0..50 {
            let code = TrackingCode::draw();
            let letters: Vec<char> = code.text().chars().filter(|c| *c != '-').collect();
            assert_eq!(code.text().len(), 13);
            assert_eq!(TrackingCode::parse(code.text()), Some(code.clone()));
            for at in 0..letters.len() {
                for other in ALPHABET.iter().map(|b| char::from(*b)).filter(|c| *c != letters[at]) {
                    let mut wrong = letters.clone();
                    wrong[at] = other;
                    assert_eq!(TrackingCode::parse(&wrong.iter().collect::<String>()), None);
                }
                if at > 0 && letters[at] != letters[at - 1] {
                    let mut swapped = letters.clone();
                    swapped.swap(at, at - 1);
                    assert_eq!(TrackingCode::parse(&swapped.iter().collect::<String>()), None);
                }
            }
        }
    }

    #[test]
    fn what_is_no_code_is_not_read() {
        for typed in ["", "0123-4567-8", "U123-4567-890", "0123-4567-8901", "ABCD EFGH é12"] {
            assert_eq!(TrackingCode::parse(typed), None, "{typed}");
        }
    }
}
