//! SQL of the silent call for help.

use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute};
use crate::ids::CounterId;

/// Notes that a counter asks for help; `false` when it asks already.
pub(in crate::queue) async fn ask(tx: &mut Tx, counter: CounterId, now: Instant) -> Result<bool, StoreError> {
    const ASK: &str = "UPDATE counter_desk SET help_at = $2 WHERE counter_id = $1 AND help_at IS NULL";
    Ok(execute!(tx, ASK, counter, now) == 1)
}

/// Notes that somebody comes; `false` when the counter asks for nobody.
pub(in crate::queue) async fn answer(tx: &mut Tx, counter: CounterId) -> Result<bool, StoreError> {
    const ANSWER: &str = "UPDATE counter_desk SET help_at = NULL WHERE counter_id = $1 AND help_at IS NOT NULL";
    Ok(execute!(tx, ANSWER, counter) == 1)
}
