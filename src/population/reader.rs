//! What a reader of cards and QR codes types into the field for the NIK (pure). Readers act as keyboards: the whole
//! content of the code arrives as one line. Only the NIK is taken; the rest is dropped at once.

use super::Nik;

/// Longest text a reader may type, in characters.
const LONGEST: usize = 4_000;
/// Digits in a row from which a run is no typing error but a line of a card.
const RUN_OF_CARD: usize = 20;
/// Province codes of the country, from Aceh to Papua Barat Daya.
const PROVINCES: std::ops::RangeInclusive<u32> = 11..=97;

/// Why no NIK is taken from a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReaderFault {
    /// None stands in it.
    #[error("no NIK stands in the text")]
    Nothing,
    /// Several could be it: nobody guesses.
    #[error("several numbers could be the NIK")]
    Several,
    /// A code only its own app can open: IKD changes its code every 90 seconds and encrypts it.
    #[error("the code is encrypted")]
    Sealed,
}

impl ReaderFault {
    /// The code of the field fault.
    pub fn code(self) -> &'static str {
        match self {
            ReaderFault::Nothing => "not-a-nik",
            ReaderFault::Several => "nik-several",
            ReaderFault::Sealed => "nik-sealed",
        }
    }
}

/// The NIK in what was typed by hand or by a reader. A value after the word NIK wins over other numbers of sixteen
/// digits, such as that of the family card; in a long row of digits only one place may look like a NIK.
///
/// # Errors
/// [`ReaderFault`]; a number with a digit too few or too many is never put right by itself.
pub fn read_nik(text: &str) -> Result<Nik, ReaderFault> {
    let text = text.trim();
    if let Ok(nik) = Nik::parse(text) {
        return Ok(nik);
    }
    if text.chars().count() > LONGEST {
        return Err(ReaderFault::Nothing);
    }
    if let Some(nik) = labelled(text) {
        return Ok(nik);
    }
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() >= 16).collect();
    let mut found: Vec<Nik> = Vec::new();
    for run in &runs {
        let niks = match run.len() {
            16 => Nik::parse(run).into_iter().collect(),
            n if n >= RUN_OF_CARD => within(run),
            _ => Vec::new(),
        };
        for nik in niks {
            if !found.contains(&nik) {
                found.push(nik);
            }
        }
    }
    match found.as_slice() {
        [nik] => Ok(nik.clone()),
        [] if is_sealed(text) => Err(ReaderFault::Sealed),
        [] => Err(ReaderFault::Nothing),
        _ => Err(ReaderFault::Several),
    }
}

/// The number after the word NIK, as `NIK: 1607…`, `"nik":"1607…"` or `nik=1607…`.
fn labelled(text: &str) -> Option<Nik> {
    let lower = text.to_ascii_lowercase();
    for (at, _) in lower.match_indices("nik") {
        let is_word = !lower[..at].ends_with(|c: char| c.is_alphanumeric());
        let rest = lower[at + 3..].trim_start_matches(|c: char| c.is_whitespace() || "\"':=|;,".contains(c));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if is_word && let Ok(nik) = Nik::parse(&digits) {
            return Some(nik);
        }
    }
    None
}

/// The places of a long row of digits that look like a NIK: a province, a birth date, a serial number.
fn within(run: &str) -> Vec<Nik> {
    let places = (0..=run.len() - 16).map(|at| &run[at..at + 16]);
    places.filter(|digits| looks_like_one(digits)).filter_map(|digits| Nik::parse(digits).ok()).collect()
}

fn looks_like_one(digits: &str) -> bool {
    let number = |at: usize, length: usize| digits[at..at + length].parse::<u32>().unwrap_or_default();
    let (day, month) = (number(6, 2), number(8, 2));
    let day = if day > 40 { day - 40 } else { day };
    PROVINCES.contains(&number(0, 2))
        && number(2, 2) > 0
        && number(4, 2) > 0
        && (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && number(12, 4) > 0
}

/// One long word of a code and no digits that could be read.
fn is_sealed(text: &str) -> bool {
    let is_code = |c: char| c.is_ascii_alphanumeric() || "+/=-_.:".contains(c);
    text.len() >= 40 && text.chars().all(is_code) && text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIK: &str = "1607061708900001";
    const KK: &str = "1607060101150002";

    fn read(text: &str) -> Result<String, ReaderFault> {
        read_nik(text).map(|nik| nik.digits().to_owned())
    }

    #[test]
    fn the_nik_is_taken_from_whatever_a_reader_types() {
        for text in [
            NIK.to_owned(),
            format!("  {NIK}\r\n"),
            "1607-0617.0890 0001".to_owned(),
            format!("NIK: {NIK}\nNama: BUDI DATA UJI"),
            format!("{{\"kk\":\"{KK}\",\"nik\":\"{NIK}\",\"nama\":\"BUDI DATA UJI\"}}"),
            format!("https://contoh.test/cek?nik={NIK}&kk={KK}"),
            format!("BUDI DATA UJI|{NIK}|PALEMBANG|17-08-1990"),
            format!("{NIK};{NIK};BUDI"),
            format!("00000099{NIK}"),
        ] {
            assert_eq!(read(&text), Ok(NIK.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_typing_error_is_never_put_right_by_itself() {
        for text in ["160706170890000", "16070617089000011", "160706170890000112", "", "NIK", "160706170890OOO1"] {
            assert_eq!(read(text), Err(ReaderFault::Nothing), "{text}");
        }
    }

    #[test]
    fn nobody_guesses_between_two_numbers_and_an_encrypted_code_is_told() {
        assert_eq!(read(&format!("{KK}|{NIK}")), Err(ReaderFault::Several));
        let ikd = "q8Zr0Tn5VwYb2LkXc7Hd1Gs9Pf4Jm6RaEuQoIyBtNvCx==";
        assert_eq!(read(ikd), Err(ReaderFault::Sealed));
        assert_eq!(read(&"A ".repeat(3_000)), Err(ReaderFault::Nothing));
    }
}
