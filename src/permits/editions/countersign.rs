//! Asking for the national signature: one permit at a time, never twice at once, with growing pauses.

use std::sync::Arc;

use serde_json::json;

use super::{Edition, EditionKind, Held, National, Waiting};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, StoreError, Tx};
use crate::documents::esign::{EsignFault, NationalSeal};
use crate::documents::{self, Filed, FurtherSeal, SealError, Signer, check_further};
use crate::identity;
use crate::ids::PermitId;
use crate::permits::{Permit, reading, store};

/// Minutes nobody else asks for the same permit.
const LEASE: i64 = 5;
/// The longest pause between two tries, in minutes.
const LONGEST_PAUSE: i64 = 60;

/// How asking ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Countersigned {
    /// A new edition is kept.
    Yes,
    /// Not yet, and why.
    NotYet(EsignFault),
    /// Somebody else asks for it, it is signed already, or the permit is not in force.
    NotDue,
}

/// Has one permit signed in the name of an official. The new edition is kept, or the fault.
///
/// # Errors
/// The store; a fault of the service is no error.
pub async fn countersign(
    db: &Db,
    national: &National,
    held: &Held,
    permit: PermitId,
    now: Instant,
) -> Result<Countersigned, StoreError> {
    let mut tx = db.begin().await?;
    let Some(work) = take(&mut tx, held, permit, now).await? else { return Ok(Countersigned::NotDue) };
    tx.commit().await?;
    let signer = NationalSeal::new(Arc::clone(&national.client), held.signatory.clone(), work.link.clone());
    let (base, place) = (work.bytes.clone(), national.client.place());
    let asked = tokio::task::spawn_blocking(move || {
        let signed = signer.seal(base.clone())?;
        let further = check_further(&base, &signed, place).map_err(|_| SealError::National(EsignFault::Altered))?;
        Ok::<_, SealError>((signed, further))
    });
    let asked = asked.await.map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let mut tx = db.begin().await?;
    let ended = match asked {
        Ok(signed) => keep(&mut tx, &work.permit, signed, Act::of(held.officer, now)).await?,
        Err(error) => {
            let fault = fault_of(&error);
            let next_at = fault.passes().then(|| now.plus_minutes(pause_minutes(work.attempts)));
            store::set_signing_failed(&mut tx, permit, fault, next_at).await?;
            Countersigned::NotYet(fault)
        }
    };
    tx.commit().await?;
    if ended == Countersigned::NotYet(EsignFault::WrongPassphrase) {
        national.vault.forget(held.session);
    }
    Ok(ended)
}

/// A permit that was taken to be signed.
struct Work {
    permit: Permit,
    bytes: Vec<u8>,
    link: String,
    attempts: i64,
}

async fn take(tx: &mut Tx, held: &Held, id: PermitId, now: Instant) -> Result<Option<Work>, StoreError> {
    let attempts = store::take_signing(tx, id, held.officer, (now, now.plus_minutes(LEASE))).await?;
    let Some(attempts) = attempts else { return Ok(None) };
    let permit = store::find_permit(tx, id).await?.filter(Permit::is_in_register);
    let Some(permit) = permit else { return Ok(None) };
    let sheet = store::find_sheet(tx, id).await?;
    let link = sheet.map(|sheet| sheet.qr_payload).unwrap_or_default();
    let bytes = reading::find_permit_bytes(tx, &permit).await?.bytes;
    Ok(Some(Work { permit, bytes, link, attempts }))
}

/// Keeps the new edition, unless somebody else was faster.
async fn keep(
    tx: &mut Tx,
    permit: &Permit,
    (bytes, further): (Vec<u8>, FurtherSeal),
    act: Act,
) -> Result<Countersigned, StoreError> {
    if !store::set_signing_done(tx, permit.id, act.now).await? {
        return Ok(Countersigned::NotDue);
    }
    let signer = (Some(further.signer.clone()), Some(further.certificate));
    let (kept, filed) = keep_edition(tx, permit, (EditionKind::National, signer), bytes, act.now).await?;
    let detail = json!({ "number": permit.number, "edition": kept.edition, "document": filed.id,
        "sha256": filed.sha256, "signer": further.signer });
    audit::record(tx, act, "permit.countersigned", permit.id, detail).await?;
    Ok(Countersigned::Yes)
}

/// Keeps bytes as the next edition.
pub(super) async fn keep_edition(
    tx: &mut Tx,
    permit: &Permit,
    (kind, (signer, certificate)): (EditionKind, (Option<String>, Option<Vec<u8>>)),
    bytes: Vec<u8>,
    now: Instant,
) -> Result<(Edition, Filed), StoreError> {
    let edition = store::list_editions(tx, permit.id).await?.last().map_or(2, |last| last.edition + 1);
    let name = format!("{}-{edition}.pdf", permit.number.replace('/', "-"));
    let filed = documents::keep_permit(tx, &name, bytes, now).await?;
    let kept = Edition { edition, document: filed.id, kind, signer, certificate, made_at: now };
    store::insert_edition(tx, permit.id, &kept).await?;
    Ok((kept, filed))
}

fn fault_of(error: &SealError) -> EsignFault {
    match error {
        SealError::National(fault) => *fault,
        SealError::Unreachable(_) => EsignFault::Unreachable,
        SealError::Refused(_) => EsignFault::Refused,
    }
}

/// 1, 2, 4 … 60 minutes.
pub(super) fn pause_minutes(attempts: i64) -> i64 {
    let doublings = attempts.saturating_sub(1).clamp(0, 6);
    (1_i64 << doublings).min(LONGEST_PAUSE)
}

/// Has everything signed that is due, in the name of those whose passphrase is in memory and whose session lives.
/// After the first permit the service does not answer for, the others wait for the next round. Answers how many were
/// signed.
pub async fn countersign_due(db: &Db, national: &National, now: Instant) -> Result<usize, StoreError> {
    let mut signed = 0;
    for held in national.vault.list(now) {
        if identity::find_live(&mut db.read().await?, held.session, now).await?.is_none() {
            national.vault.forget(held.session);
            continue;
        }
        let waiting = store::list_waiting(&mut db.read().await?).await?;
        let due = |one: &&Waiting| one.officer == held.officer && one.next_at.is_some_and(|at| at <= now);
        for one in waiting.iter().filter(due) {
            match countersign(db, national, &held, one.permit, now).await? {
                Countersigned::Yes => signed += 1,
                Countersigned::NotDue => {}
                Countersigned::NotYet(fault) if fault.is_outage() => return Ok(signed),
                Countersigned::NotYet(EsignFault::WrongPassphrase) => break,
                Countersigned::NotYet(_) => {}
            }
        }
    }
    Ok(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_doubles_up_to_an_hour() {
        let pauses: Vec<i64> = (0..9).map(pause_minutes).collect();
        assert_eq!(pauses, [1, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(pause_minutes(i64::MAX), 60);
    }
}
