//! Editions of a permit: the office's own seal at once, the national signature as a further edition when the service
//! is reachable and the official has given the passphrase. Earlier editions are kept and stay genuine.

mod countersign;
mod stamping;
mod vault;

use std::sync::Arc;

use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::documents::esign::{EsignClient, EsignFault};
use crate::ids::{ApplicationId, DocumentId, OfficerId, PermitId, SessionId};
use crate::keys::Keys;
use crate::population::Nik;
use serde_json::json;

use super::{Permit, store};

pub use countersign::{Countersigned, countersign, countersign_due};
pub use stamping::stamp_due;
pub use vault::{Held, Vault};

/// The way to the national signature.
pub struct National {
    /// The eSign client of the office.
    pub client: Arc<EsignClient>,
    /// Passphrases of officials, in memory.
    pub vault: Vault,
}

crate::ids::words! {
    /// What a further edition adds to the one before.
    pub enum EditionKind {
        /// The time stamp of the office's seal.
        Stamped = "stamped",
        /// The national signature.
        National = "national",
    }
}

/// A further edition of a permit.
#[derive(Clone, Debug)]
pub struct Edition {
    /// From 2 on; the first is sealed by the office alone.
    pub edition: i64,
    /// The bytes.
    pub document: DocumentId,
    /// What was added.
    pub kind: EditionKind,
    /// Who signed, as the certificate names it; none for a time stamp.
    pub signer: Option<String>,
    /// The certificate of the signature, as DER.
    pub certificate: Option<Vec<u8>>,
    /// When it was made.
    pub made_at: Instant,
}

/// A permit in force that waits for the national signature.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The permit.
    pub permit: PermitId,
    /// The file it answers.
    pub application: ApplicationId,
    /// Its number.
    pub number: String,
    /// Its holder.
    pub holder_name: String,
    /// The official who must sign.
    pub officer: OfficerId,
    /// The same by name.
    pub officer_name: String,
    /// When it was issued.
    pub queued_at: Instant,
    /// Tries so far.
    pub attempts: i64,
    /// What went wrong the last time.
    pub fault: Option<EsignFault>,
    /// When it is tried again by itself; none = when the official says so.
    pub next_at: Option<Instant>,
}

crate::ids::words! {
    /// Whether a permit has the national signature.
    pub enum NationalState {
        /// In force by the office's seal; the national signature follows.
        Waiting = "waiting",
        /// There.
        Signed = "signed",
    }
}

/// Has an issued permit wait for the national signature of the official who signed it.
pub(super) async fn queue(tx: &mut Tx, permit: &Permit, now: Instant) -> Result<(), StoreError> {
    store::insert_signing(tx, permit.id, permit.signed_by, now).await
}

/// Has a permit wait for the time stamp of its seal.
pub(super) async fn queue_stamp(tx: &mut Tx, permit: &Permit, now: Instant) -> Result<(), StoreError> {
    store::insert_stamping(tx, permit.id, now.plus_minutes(1)).await
}

/// Every permit in force that waits for the national signature, oldest first.
pub async fn list_waiting(tx: &mut Tx) -> Result<Vec<Waiting>, StoreError> {
    store::list_waiting(tx).await
}

/// Whether a permit waits for the national signature or has it; none when it was never asked for.
pub async fn find_national(tx: &mut Tx, permit: PermitId) -> Result<Option<NationalState>, StoreError> {
    store::find_signing(tx, permit).await
}

/// The further editions of a permit, oldest first.
pub async fn list_editions(tx: &mut Tx, permit: PermitId) -> Result<Vec<Edition>, StoreError> {
    store::list_editions(tx, permit).await
}

/// Every certificate of a national signature on a kept edition, as DER: pinned for those who verify offline.
pub async fn list_certificates(tx: &mut Tx) -> Result<Vec<Vec<u8>>, StoreError> {
    store::list_certificates(tx).await
}

/// Who an official is at the national authority, if that was told.
pub async fn find_signer(tx: &mut Tx, keys: &Keys, officer: OfficerId) -> Result<Option<Nik>, StoreError> {
    store::find_signer(tx, keys, officer).await
}

/// Keeps who an official is at the national authority.
pub async fn keep_signer(
    tx: &mut Tx,
    keys: &Keys,
    act: Act,
    (officer, nik): (OfficerId, &Nik),
) -> Result<(), StoreError> {
    store::put_signer(tx, keys, officer, nik).await?;
    audit::record(tx, act, "officer.national_identity_kept", officer, json!({})).await
}

impl National {
    /// Forgets the passphrase of a session that ends.
    pub fn forget(&self, session: SessionId) {
        self.vault.forget(session);
    }
}
