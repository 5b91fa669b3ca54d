//! Amounts in Indonesian words (terbilang), as they stand on papers about money (pure).

/// From one on; zero is a word of its own.
const UNITS: [&str; 12] =
    ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"];

/// `satu juta dua ratus lima puluh ribu rupiah`.
pub fn rupiah_in_words(amount: i64) -> String {
    let sign = if amount < 0 { "minus " } else { "" };
    let spelled = match amount.unsigned_abs() {
        0 => "nol".to_owned(),
        n => spelled(n),
    };
    format!("{sign}{spelled} rupiah")
}

fn spelled(n: u64) -> String {
    const GROUPS: [(u64, &str); 4] =
        [(1_000_000_000_000, "triliun"), (1_000_000_000, "miliar"), (1_000_000, "juta"), (1_000, "ribu")];
    if n < 1_000 {
        return hundreds(n);
    }
    let (size, word) = GROUPS.into_iter().find(|(size, _)| n >= *size).unwrap_or((1_000, "ribu"));
    let head =
        if n / size == 1 && word == "ribu" { "seribu".to_owned() } else { format!("{} {word}", spelled(n / size)) };
    joined(head, spelled_rest(n % size))
}

fn spelled_rest(n: u64) -> String {
    if n == 0 { String::new() } else { spelled(n) }
}

/// Below a thousand.
fn hundreds(n: u64) -> String {
    let unit = |n: u64| usize::try_from(n).ok().and_then(|at| UNITS.get(at)).copied().unwrap_or_default();
    match n {
        0..=11 => unit(n).to_owned(),
        12..=19 => format!("{} belas", unit(n - 10)),
        20..=99 => joined(format!("{} puluh", unit(n / 10)), hundreds(n % 10)),
        100..=199 => joined("seratus".to_owned(), hundreds(n % 100)),
        _ => joined(format!("{} ratus", unit(n / 100)), hundreds(n % 100)),
    }
}

fn joined(head: String, rest: String) -> String {
    if rest.is_empty() { head } else { format!("{head} {rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_spelled_as_a_treasurer_writes_it() {
        let cases = [
            (0, "nol rupiah"),
            (11, "sebelas rupiah"),
            (17, "tujuh belas rupiah"),
            (1_000, "seribu rupiah"),
            (101_010, "seratus satu ribu sepuluh rupiah"),
            (1_250_000, "satu juta dua ratus lima puluh ribu rupiah"),
            (1_001_000, "satu juta seribu rupiah"),
            (21_000_000_019, "dua puluh satu miliar sembilan belas rupiah"),
        ];
        for (amount, words) in cases {
            assert_eq!(rupiah_in_words(amount), words);
        }
    }
}
