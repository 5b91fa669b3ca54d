//! How often a paper is sent back, from the files of the last year: what a citizen may learn from those before.

use super::{PaperFault, store};
use crate::clock::Instant;
use crate::db::{StoreError, Tx};

/// Fewer files say nothing, and might say who.
pub const FEWEST_FILES: i64 = 20;
/// A reason that fewer files share is not told.
const FEWEST_OF_REASON: i64 = 3;
/// Minutes of the year that is looked at.
const YEAR: i64 = 365 * 24 * 60;

/// What became of one paper of one service within a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentBack {
    /// Registered files that were asked for it.
    pub files: i64,
    /// Those of them in which it was sent back, once or more often.
    pub returned: i64,
    /// The reason of most of them, when it has a name.
    pub mostly: Option<PaperFault>,
}

impl SentBack {
    /// Files of a hundred in which it was sent back, rounded; less than half of one is 0.
    pub fn in_a_hundred(&self) -> i64 {
        (self.returned * 200 + self.files) / (self.files * 2)
    }

    /// From counts by reason; a file may stand under more than one reason.
    fn of(files: i64, returned: i64, reasons: &[(PaperFault, i64)]) -> Option<SentBack> {
        let told = reasons.iter().filter(|(fault, n)| *fault != PaperFault::Other && *n >= FEWEST_OF_REASON);
        let mostly = told.max_by_key(|(fault, n)| (*n, std::cmp::Reverse(*fault))).map(|(fault, _)| *fault);
        (files >= FEWEST_FILES).then_some(SentBack { files, returned, mostly })
    }
}

/// How often a requirement of a service was sent back in the year before now; `None` while fewer than
/// [`FEWEST_FILES`] files were asked for it.
pub async fn sent_back(
    tx: &mut Tx,
    (service, requirement): (&str, &str),
    now: Instant,
) -> Result<Option<SentBack>, StoreError> {
    let since = now.plus_minutes(-YEAR);
    let files = store::count_asked(tx, (service, requirement), since).await?;
    if files < FEWEST_FILES {
        return Ok(None);
    }
    let (returned, reasons) = store::list_rejected(tx, (service, requirement), since).await?;
    Ok(SentBack::of(files, returned, &reasons))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_rounded_and_few_files_say_nothing() {
        let of = |files, returned| SentBack::of(files, returned, &[]);
        assert_eq!(of(FEWEST_FILES - 1, 5), None);
        assert_eq!(of(20, 5).unwrap().in_a_hundred(), 25);
        assert_eq!(of(300, 1).unwrap().in_a_hundred(), 0);
        assert_eq!(of(200, 1).unwrap().in_a_hundred(), 1);
        assert_eq!(of(21, 21).unwrap().in_a_hundred(), 100);
    }

    #[test]
    fn the_reason_of_most_files_is_told_unless_it_has_no_name_or_few_share_it() {
        let of = |reasons: &[(PaperFault, i64)]| SentBack::of(40, 10, reasons).unwrap().mostly;
        assert_eq!(of(&[(PaperFault::Blurred, 3), (PaperFault::Expired, 6)]), Some(PaperFault::Expired));
        assert_eq!(of(&[(PaperFault::Other, 9), (PaperFault::Unsigned, 3)]), Some(PaperFault::Unsigned));
        assert_eq!(of(&[(PaperFault::Blurred, 2)]), None);
        assert_eq!(of(&[(PaperFault::Blurred, 4), (PaperFault::Expired, 4)]), Some(PaperFault::Blurred));
    }
}
