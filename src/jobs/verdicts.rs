//! Verdicts that are still pending: asked again, until the source answers no more or nothing is due.

use crate::db::{Db, StoreError};
use crate::keys::Keys;
use crate::population::{self, Gate, Moment, Settled};

/// Questions asked again in one round, at most: the other work of the round does not wait long.
const MOST: usize = 200;

/// Settles what is due; answers how many verdicts came in.
pub async fn settle_due(db: &Db, keys: &Keys, gate: &Gate, at: Moment) -> Result<usize, StoreError> {
    let mut settled = 0;
    while settled < MOST && population::settle_next(db, keys, gate, at).await? == Settled::Yes {
        settled += 1;
    }
    Ok(settled)
}
