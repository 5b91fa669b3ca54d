//! Files by the number of their applicant, for the merge of one person's two numbers.

use super::{Person, store};
use crate::db::{StoreError, Tx};
use crate::ids::ApplicationId;
use crate::keys::Keys;
use crate::population::Nik;

/// Everybody who has a file, once, as the newest file states it.
pub async fn list_applicants(tx: &mut Tx, keys: &Keys) -> Result<Vec<(Nik, Person)>, StoreError> {
    store::list_applicants(tx, keys).await
}

/// The files of a number, by its index.
pub async fn list_files_of(tx: &mut Tx, index: &[u8]) -> Result<Vec<ApplicationId>, StoreError> {
    store::list_files_of(tx, index).await
}

/// Puts a file under another number, unless it is no longer under the one it is taken from. Hits the constraint of open
/// requests when the other number has one for the same service and place.
pub async fn put_under(
    tx: &mut Tx,
    keys: &Keys,
    id: ApplicationId,
    (from, to): (&[u8], &Nik),
) -> Result<(), StoreError> {
    store::put_under(tx, keys, id, (from, to)).await
}
