//! Time stamps that could not be had when a permit was issued: asked for again, kept as a further edition.

use std::sync::Arc;

use serde_json::json;

use super::EditionKind;
use super::countersign::{keep_edition, pause_minutes};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, StoreError};
use crate::documents::{self, Stamper};
use crate::keys::Keys;
use crate::permits::{Permit, reading, store};

/// Permits asked for in one round, at most.
const MOST: i64 = 50;

/// Has the seals stamped that are due. A permit that was countersigned meanwhile keeps what it has: its first revision
/// is never changed any more. After the first question without an answer the others wait. Answers how many were
/// stamped.
pub async fn stamp_due(db: &Db, keys: &Keys, stamper: &Arc<dyn Stamper>, now: Instant) -> Result<usize, StoreError> {
    let mut stamped = 0;
    for (id, attempts) in store::list_stamping(&mut db.read().await?, now, MOST).await? {
        let mut tx = db.read().await?;
        let permit = store::find_permit(&mut tx, id).await?.filter(Permit::is_in_register);
        let untouched = store::list_editions(&mut tx, id).await?.is_empty();
        let Some(permit) = permit.filter(|_| untouched) else {
            drop(tx);
            end(db, id).await?;
            continue;
        };
        let bytes = reading::find_permit_bytes(&mut tx, &permit).await?.bytes;
        drop(tx);
        let (asked, trusted) = (Arc::clone(stamper), keys.papers().trusted());
        let work = tokio::task::spawn_blocking(move || documents::stamp_sealed(bytes, &trusted.keys, asked.as_ref()));
        match work.await.map_err(|e| StoreError::Corrupt(e.to_string()))? {
            Ok(bytes) => {
                keep(db, &permit, bytes, now).await?;
                stamped += 1;
            }
            Err(error) => {
                tracing::warn!(number = permit.number, %error, "a seal could not be stamped");
                let mut tx = db.begin().await?;
                store::set_stamping_failed(&mut tx, id, now.plus_minutes(pause_minutes(attempts + 1))).await?;
                tx.commit().await?;
                return Ok(stamped);
            }
        }
    }
    Ok(stamped)
}

/// Keeps the stamped edition, unless the national signature came first.
async fn keep(db: &Db, permit: &Permit, bytes: Vec<u8>, now: Instant) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    if store::delete_stamping(&mut tx, permit.id).await? && store::list_editions(&mut tx, permit.id).await?.is_empty() {
        let (kept, filed) = keep_edition(&mut tx, permit, (EditionKind::Stamped, (None, None)), bytes, now).await?;
        let detail = json!({ "number": permit.number, "edition": kept.edition, "document": filed.id,
            "sha256": filed.sha256 });
        audit::record(&mut tx, Act::system(now), "permit.stamped", permit.id, detail).await?;
    }
    tx.commit().await
}

async fn end(db: &Db, id: crate::ids::PermitId) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    store::delete_stamping(&mut tx, id).await?;
    tx.commit().await
}
