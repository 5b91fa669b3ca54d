//! Work left for after the commit that caused it. Written in the transaction of the act; done by a worker, again and
//! again with growing pauses, so that a dead mail server or printer never blocks a step.

mod store;

use serde_json::Value;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::NoticeId;

/// The longest pause between two tries, in minutes.
const LONGEST_PAUSE: i64 = 60;

/// Work to do.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Identity.
    pub id: NoticeId,
    /// What sort, `noun.verb`; the worker knows who does it.
    pub kind: String,
    /// What it is about; opaque here. Holds no personal data.
    pub payload: Value,
    /// Tries so far.
    pub attempts: i64,
}

/// Leaves work to be done from now on.
pub async fn leave(tx: &mut Tx, kind: &'static str, payload: Value, now: Instant) -> Result<(), StoreError> {
    store::insert(tx, NoticeId::new(now.0), kind, &payload, now).await
}

/// The work that is due, oldest first, at most `limit`.
pub async fn list_due(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<Notice>, StoreError> {
    store::list_due(tx, now, limit).await
}

/// The work is done.
pub async fn done(tx: &mut Tx, id: NoticeId, now: Instant) -> Result<(), StoreError> {
    store::set_done(tx, id, now).await
}

/// The work failed; it is tried again after a pause that doubles: 1, 2, 4 … 60 minutes.
pub async fn failed(tx: &mut Tx, notice: &Notice, fault: &str, now: Instant) -> Result<(), StoreError> {
    store::set_failed(tx, notice.id, fault, now.plus_minutes(pause_minutes(notice.attempts))).await
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
