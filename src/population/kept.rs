//! What was asked about the people of a visit: the verdicts are kept, never the values of a record.

use std::collections::BTreeMap;

use super::{ElementVerdict, Nik, SourceKind, Verdict, store};
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::keys::Keys;

/// A look-up that was made before.
#[derive(Clone, Debug)]
pub struct KeptLookup {
    /// Whom, masked.
    pub nik_masked: String,
    /// On the person as a whole.
    pub verdict: Verdict,
    /// On each element that was stated.
    pub elements: BTreeMap<String, ElementVerdict>,
    /// Who answered.
    pub source: SourceKind,
    /// When.
    pub at: Instant,
}

/// The newest look-up made for a visit.
pub async fn find_latest_of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<KeptLookup>, StoreError> {
    store::find_latest_of_ticket(tx, ticket).await
}

/// The visits since a moment for which a person was looked up, the newest first.
pub async fn list_tickets_of(tx: &mut Tx, keys: &Keys, nik: &Nik, since: Instant) -> Result<Vec<TicketId>, StoreError> {
    store::list_tickets_of(tx, keys, nik, since).await
}
