//! Questions that could not be asked: asked again by themselves, and shown to the supervisor until they are.

use serde_json::json;

use super::gate::Moment;
use super::{Cause, Gate, SourceFault, store};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, Outcome, StoreError, Tx};
use crate::ids::LookupId;
use crate::keys::Keys;

/// The longest pause between two tries of one question, in minutes.
const LONGEST_PAUSE: i64 = 30;

/// A question that waits for its source.
#[derive(Clone, Debug)]
pub struct PendingLookup {
    /// Which.
    pub lookup: LookupId,
    /// Whom.
    pub nik_masked: String,
    /// What for.
    pub purpose: String,
    /// Tries after the first.
    pub tries: i64,
    /// What went wrong last.
    pub cause: Cause,
    /// When it was asked first.
    pub asked_at: Instant,
    /// When it was tried last.
    pub tried_at: Instant,
}

/// What became of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Its verdict is kept.
    Yes,
    /// The source did not answer; no other question is worth a try now.
    NotYet,
    /// Nothing is due.
    Nothing,
}

/// Asks the question that is due longest. No transaction stands open while the source is waited for.
pub async fn settle_next(db: &Db, keys: &Keys, gate: &Gate, at: Moment) -> Result<Settled, StoreError> {
    let mut tx = db.read().await?;
    let next = store::find_next(&mut tx, keys, at.now).await?;
    let used = store::count_of_day(&mut tx, gate.kind(), at.today).await?;
    drop(tx);
    let Some(next) = next else { return Ok(Settled::Nothing) };
    let answer = gate.ask(&next.question, used, at).await;
    let mut tx = db.begin().await?;
    let settled = match answer {
        Ok(finding) => {
            // Another instance may have been quicker.
            if store::remove_pending(&mut tx, next.lookup).await? {
                store::settle(&mut tx, next.lookup, &finding, (at.now, at.today)).await?;
                store::count_question(&mut tx, gate.kind(), at.today).await?;
                let detail = json!({ "verdict": finding.verdict, "cause": finding.cause, "source": gate.kind() });
                audit::record(&mut tx, Act::system(at.now), "lookup.settled", next.lookup, detail).await?;
            }
            Settled::Yes
        }
        Err(SourceFault::Link(cause)) => {
            let due = next_try(gate, next.tries, at.now);
            store::postpone(&mut tx, next.lookup, cause, (at.now, due)).await?;
            Settled::NotYet
        }
        Err(SourceFault::Store(error)) => return Err(error),
    };
    tx.commit().await?;
    Ok(settled)
}

/// When a question is tried again: not before the source may be asked, and later each time.
fn next_try(gate: &Gate, tries: i64, now: Instant) -> Instant {
    let later = now.plus_minutes(pause_minutes(tries));
    let resting = gate.standing().closed_until(now);
    // While the breaker is open the question waits for it, whatever the count of its own tries.
    resting.unwrap_or(later)
}

fn pause_minutes(tries: i64) -> i64 {
    let doubled = 1_i64.checked_shl(u32::try_from(tries.clamp(0, 16)).unwrap_or(16));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// The questions that wait, longest first.
pub async fn list_pending(tx: &mut Tx, limit: i64) -> Result<Vec<PendingLookup>, StoreError> {
    store::list_pending(tx, limit).await
}

/// How many questions wait.
pub async fn count_pending(tx: &mut Tx) -> Result<i64, StoreError> {
    store::count_pending(tx).await
}

/// Questions the source answered today.
pub async fn count_of_day(tx: &mut Tx, gate: &Gate, at: Moment) -> Result<i64, StoreError> {
    store::count_of_day(tx, gate.kind(), at.today).await
}

/// Somebody who knows that the link stands again has every question asked in the next round.
pub async fn try_again(tx: &mut Tx, act: Act) -> Outcome<u64> {
    let due = store::make_due(tx, act.now).await?;
    audit::record(tx, act, "lookups.retried", "lookups", json!({ "due": due })).await?;
    Ok(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_tried_again_later_each_time_up_to_half_an_hour() {
        let pauses: Vec<i64> = (0..7).map(pause_minutes).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30]);
    }
}
