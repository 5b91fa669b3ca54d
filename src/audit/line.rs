//! One link of the chain (pure).

use crate::clock::Instant;
use crate::keys::sha256;

/// One recorded act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Place in the chain, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// Who, as text.
    pub actor: String,
    /// What, as `noun.verb`.
    pub act: String,
    /// On what: an id.
    pub subject: String,
    /// JSON text.
    pub detail: String,
}

/// A place where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The line.
    pub seq: i64,
    /// What is wrong.
    pub what: &'static str,
}

/// The hash of a line: SHA-256 over the previous hash and every part, each with its length before it, so that no
/// two different lines give the same bytes.
pub fn link(previous: &[u8], line: &Line) -> Vec<u8> {
    let mut bytes = previous.to_vec();
    bytes.extend(line.seq.to_be_bytes());
    bytes.extend(line.at.0.to_be_bytes());
    for part in [&line.actor, &line.act, &line.subject, &line.detail] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    sha256(&bytes)
}

/// Checks consecutive lines after line `last`, whose hash is `previous`; leaves the hash of the final line there.
pub fn check_page(page: &[(Line, Vec<u8>)], mut last: i64, previous: &mut Vec<u8>, breaks: &mut Vec<Break>) {
    for (line, hash) in page {
        if line.seq != last + 1 {
            breaks.push(Break { seq: line.seq, what: "lines before it are missing" });
        }
        if link(previous, line) != *hash {
            breaks.push(Break { seq: line.seq, what: "the line or one before it was changed" });
        }
        last = line.seq;
        previous.clone_from(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(count: i64) -> Vec<(Line, Vec<u8>)> {
        let mut previous = vec![0; 32];
        (1..=count)
            .map(|seq| {
                let line = Line {
                    seq,
                    at: Instant(seq * 1000),
                    actor: "system".into(),
                    act: "ticket.issued".into(),
                    subject: format!("t{seq}"),
                    detail: "{}".into(),
                };
                previous = link(&previous, &line);
                (line, previous.clone())
            })
            .collect()
    }

    fn breaks_of(page: &[(Line, Vec<u8>)]) -> usize {
        let mut breaks = Vec::new();
        check_page(page, 0, &mut vec![0; 32], &mut breaks);
        breaks.len()
    }

    #[test]
    fn any_change_removal_or_exchange_of_a_line_shows() {
        let whole = chain(6);
        assert_eq!(breaks_of(&whole), 0);
        let mut changed = whole.clone();
        changed[2].0.detail = "{\"x\":1}".into();
        assert!(breaks_of(&changed) > 0);
        let mut removed = whole.clone();
        removed.remove(3);
        assert!(breaks_of(&removed) > 0);
        let mut exchanged = whole.clone();
        exchanged.swap(1, 2);
        assert!(breaks_of(&exchanged) > 0);
    }
}
