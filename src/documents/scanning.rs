//! Kept bytes the scanner has not answered for are asked about again.

use serde_json::json;

use super::{Finding, Kept, Scan, Scanner, store};
use crate::audit::{self, Act};
use crate::db::{Db, StoreError};

/// Files asked about in one round.
const A_ROUND: i64 = 20;

/// Asks the scanner about what waits for it, oldest first; answers how many it answered for. A scanner that does not
/// answer ends the round. No transaction is open while it is asked.
pub async fn scan_waiting(db: &Db, scanner: &Scanner, act: Act) -> Result<usize, StoreError> {
    let waiting = store::list_waiting(&mut db.read().await?, A_ROUND).await?;
    let mut answered = 0;
    for kept in waiting {
        let finding = match scanner.scan(&kept.bytes).await {
            Ok(finding) => finding,
            Err(fault) => {
                tracing::warn!(%fault, "files still wait for the virus scanner");
                return Ok(answered);
            }
        };
        keep_finding(db, &kept, finding, act).await?;
        answered += 1;
    }
    Ok(answered)
}

async fn keep_finding(db: &Db, kept: &Kept, finding: Finding, act: Act) -> Result<(), StoreError> {
    let (scan, virus) = match finding {
        Finding::Clean => (Scan::Clean, None),
        Finding::Infected(name) => (Scan::Infected, Some(name)),
    };
    let mut tx = db.begin().await?;
    if store::set_scanned(&mut tx, kept.id, scan).await? {
        audit::record(&mut tx, act, "document.scanned", kept.id, json!({ "scan": scan, "virus": virus })).await?;
    }
    tx.commit().await
}
