//! Bytes whose time is over are erased; the digest and the row stay. What was erased is written down beside the
//! database too, so that a restored copy of it does not bring bytes back unnoticed.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::store;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::DocumentId;
use crate::keys::hex;

/// The list of erased documents in the data folder: one line for each, its id, digest and moment.
const LIST: &str = "erased.csv";

/// Bytes that were erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Which document.
    pub id: DocumentId,
    /// Digest of the bytes that are gone, in hexadecimal digits.
    pub sha256: String,
    /// When.
    pub at: Instant,
}

/// Erases the bytes of a document; `None` when they were gone already.
pub async fn erase(tx: &mut Tx, id: DocumentId, now: Instant) -> Result<Option<Erased>, StoreError> {
    let digest = store::erase(tx, id, now).await?;
    Ok(digest.map(|digest| Erased { id, sha256: hex(&digest), at: now }))
}

/// When the bytes of a document were erased; `None` when they are there, or there never were any.
pub async fn erased_at(tx: &mut Tx, id: DocumentId) -> Result<Option<Instant>, StoreError> {
    store::find_erased_at(tx, id).await
}

/// What was erased in this data folder, whatever database stands in it now.
#[derive(Clone, Debug)]
pub struct ErasureList(PathBuf);

impl ErasureList {
    /// The list of a data folder.
    pub fn of(data_dir: &Path) -> ErasureList {
        ErasureList(data_dir.join(LIST))
    }

    /// Writes down what is being erased, before the transaction is committed: a line too many is put right by the next
    /// round, a line too few by nobody.
    pub fn add(&self, erased: &[Erased]) -> io::Result<()> {
        if erased.is_empty() {
            return Ok(());
        }
        let lines: String = erased.iter().map(|one| format!("{},{},{}\n", one.id, one.sha256, one.at)).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(&self.0)?;
        file.write_all(lines.as_bytes())?;
        file.sync_all()
    }

    /// The ids of everything on the list; a line that was cut off by a crash is passed over.
    pub fn read(&self) -> io::Result<BTreeSet<DocumentId>> {
        let text = match fs::read_to_string(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
            Err(error) => return Err(error),
        };
        Ok(text.lines().filter_map(|line| line.split(',').next()?.parse().ok()).collect())
    }
}

/// Documents that were erased and have bytes all the same: a copy of the database from before was restored.
pub async fn list_returned(tx: &mut Tx, list: &BTreeSet<DocumentId>) -> Result<Vec<DocumentId>, StoreError> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let with_bytes = store::list_with_bytes(tx).await?;
    Ok(with_bytes.into_iter().filter(|id| list.contains(id)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_a_folder_is_read_back_and_a_line_cut_off_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let list = ErasureList::of(folder.path());
        assert!(list.read().unwrap().is_empty());
        let one = |n: u128| Erased { id: DocumentId(uuid::Uuid::from_u128(n)), sha256: "ab".into(), at: Instant(0) };
        list.add(&[one(1), one(2)]).unwrap();
        list.add(&[one(3)]).unwrap();
        let mut file = OpenOptions::new().append(true).open(folder.path().join(LIST)).unwrap();
        file.write_all(b"0190").unwrap();
        assert_eq!(list.read().unwrap(), [one(1).id, one(2).id, one(3).id].into());
    }
}
