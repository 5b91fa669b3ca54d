//! The same POST sent twice acts once: the first reply is kept with the key, in the transaction of the act.

use super::{Fault, Outcome, StoreError, Tx, execute, fetch_optional, later};
use crate::clock::Instant;
use crate::messages::Refusal;

/// How long a reply is kept.
const HOURS: i64 = 24;

/// A key as the client sent it, with the scope it is valid in.
#[derive(Clone, Debug)]
pub struct Key {
    /// Who asks: an officer, or the site for an anonymous visitor.
    pub scope: String,
    /// Method and path.
    pub route: String,
    /// The client's own text.
    pub key: String,
    /// Digest of the body, to tell another request under the same key.
    pub body_hash: Vec<u8>,
}

/// A reply given before.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// JSON text.
    pub body: String,
}

/// The reply kept under this key, or `None` when the act is to be done now.
pub async fn find(tx: &mut Tx, key: &Key, now: Instant) -> Outcome<Option<Reply>> {
    let oldest = now.plus_minutes(-HOURS * 60);
    let found = fetch_optional!(
        tx,
        (Vec<u8>, i64, String, Instant),
        "SELECT body_hash, status, reply, created_at FROM idempotency_key WHERE scope = $1 AND route = $2 AND key = $3",
        &key.scope,
        &key.route,
        &key.key
    );
    match found {
        None => Ok(None),
        Some((.., created_at)) if created_at < oldest => {
            execute!(
                tx,
                "DELETE FROM idempotency_key WHERE scope = $1 AND route = $2 AND key = $3",
                &key.scope,
                &key.route,
                &key.key
            );
            Ok(None)
        }
        Some((hash, ..)) if hash != key.body_hash => Err(Fault::Refused(Refusal::invalid("key-reused"))),
        Some((_, status, body, _)) => {
            let status = u16::try_from(status).map_err(|e| StoreError::Corrupt(e.to_string()))?;
            Ok(Some(Reply { status, body }))
        }
    }
}

/// Keeps the reply of an act done in this transaction.
pub fn keep(tx: &mut Tx, key: &Key, reply: &Reply, now: Instant) {
    later!(
        tx,
        "INSERT INTO idempotency_key (scope, route, key, body_hash, status, reply, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &key.scope,
        &key.route,
        &key.key,
        &key.body_hash,
        i64::from(reply.status),
        &reply.body,
        now
    );
}

/// Sweeps out replies older than a day; answers how many.
pub async fn forget_old(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    let oldest = now.plus_minutes(-HOURS * 60);
    Ok(execute!(tx, "DELETE FROM idempotency_key WHERE created_at < $1", oldest))
}
