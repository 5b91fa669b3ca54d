//! Work left for after the commit that caused it. Written in the transaction of the act; done by a worker, again and
//! again with growing pauses, so that a dead mail server or printer never blocks a step.

mod answer;
mod store;

use serde_json::Value;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::NoticeId;

pub use answer::{AnswerFault, read_answer};

/// The longest pause between two tries, in minutes.
const LONGEST_PAUSE: i64 = 60;
/// Minutes a worker has for what it took; after that another one takes it.
const LEASE: i64 = 5;
/// Days that done work is kept.
const KEPT_DAYS: i64 = 30;

/// Work to do.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// What sort, `noun.verb`, after a colon's channel where there is one; the worker knows who does it.
    pub kind: String,
    /// What it is about; opaque here. Holds no personal data.
    pub payload: Value,
    /// Tries so far.
    pub attempts: i64,
}

/// Work that did not succeed yet.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The work.
    pub notice: Notice,
    /// Why, as a code or a server's answer without addresses.
    pub fault: String,
    /// Whether it is not tried again by itself.
    pub given_up: bool,
    /// When it is tried again.
    pub due_at: Instant,
    /// When it was left.
    pub created_at: Instant,
}

/// Leaves work to be done from now on.
pub async fn leave(tx: &mut Tx, kind: &str, payload: Value, now: Instant) -> Result<(), StoreError> {
    leave_for(tx, kind, payload, (now, now)).await
}

/// Leaves work now, to be done from a later moment on.
pub async fn leave_for(
    tx: &mut Tx,
    kind: &str,
    payload: Value,
    (now, due_at): (Instant, Instant),
) -> Result<(), StoreError> {
    store::insert(tx, NoticeId::new(now.0), kind, &payload, (now, due_at)).await
}

/// The work that is due, oldest first, at most `limit`.
pub async fn list_due(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Notice>, StoreError> {
    store::list_due(tx, now, limit).await
}

/// Takes due work for some minutes, unless another worker has it.
pub async fn claim(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<bool, StoreError> {
    store::claim(tx, id, now, now.plus_minutes(LEASE)).await
}

/// The work is done.
pub async fn done(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<(), StoreError> {
    store::set_done(tx, id, now).await
}

/// The work failed; it is tried again after a pause that doubles: 1, 2, 4 … 60 minutes.
pub async fn failed(tx: &mut Tx, notice: &Notice, fault: &str, now: Instant) -> Result<(), StoreError> {
    store::set_failed(tx, notice.id, fault, now.plus_minutes(pause_minutes(notice.attempts))).await
}

/// The work failed for good: it waits for somebody who tries it again.
pub async fn give_up(tx: &mut Tx, notice: &Notice, fault: &str, now: Instant) -> Result<(), StoreError> {
    failed(tx, notice, fault, now).await?;
    store::set_given_up(tx, notice.id).await
}

/// What did not succeed yet, newest first, at most `limit`.
pub async fn list_failed(tx: &mut Tx, limit: i64) -> Result<Vec<Failed>, StoreError> {
    store::list_failed(tx, limit).await
}

/// Lets failed work be tried at once; answers whether there was such work.
pub async fn try_again(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<bool, StoreError> {
    store::try_again(tx, id, now).await
}

/// Sweeps out work done, or given up, long ago; answers how much.
pub async fn forget_done(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    store::delete_done(tx, now.plus_minutes(-KEPT_DAYS * 24 * 60)).await
}

/// Minutes to wait after so many tries.
fn pause_minutes(attempts: i64) -> i64 {
    let doubled = 1_i64.checked_shl(u32::try_from(attempts.clamp(0, 16)).unwrap_or(16));
    doubled.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        let pauses: Vec<i64> = (0..8).map(pause_minutes).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause_minutes(1000), 60);
    }
}
