//! Where the paper folder of a file lies: on which shelf, or with whom. Loket moves no paper; people say where it went.

use serde_json::json;

use super::desk::{open_file, read_file};
use super::{Desk, TrackingCode, store};
use crate::audit;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::ApplicationId;
use crate::messages::{FieldFault, Refusal};

/// The longest place or name, and the longest note, in characters.
const LONGEST: (usize, usize) = (120, 500);
/// Folders on one list.
const MOST: i64 = 500;

crate::ids::words! {
    /// What became of a folder.
    pub enum FolderMoveKind {
        /// Put on a shelf.
        Shelved = "shelved",
        /// Taken by somebody.
        Taken = "taken",
    }
}

/// A move of a folder.
#[derive(Clone, Debug)]
pub struct FolderMove {
    /// Put away or taken.
    pub kind: FolderMoveKind,
    /// The shelf, or who took it.
    pub place: String,
    /// What for.
    pub note: String,
    /// Who said so.
    pub officer: String,
    /// When.
    pub at: Instant,
}

/// A folder that is not on its shelf.
#[derive(Clone, Debug)]
pub struct FolderOut {
    /// The file.
    pub file: ApplicationId,
    /// Its code.
    pub code: TrackingCode,
    /// Code of its service.
    pub service: String,
    /// The applicant.
    pub applicant: String,
    /// Who has it.
    pub with: String,
    /// What for.
    pub note: String,
    /// Since when.
    pub since: Instant,
}

/// Where a folder went, as it is stated.
#[derive(Clone, Debug, Default)]
pub struct Shelving {
    /// A word of [`FolderMoveKind`].
    pub kind: String,
    /// The shelf, or who took it.
    pub place: String,
    /// What for; may be empty.
    pub note: String,
}

/// Says where the folder of a file went.
///
/// # Errors
/// 404 `application-unknown`; 422 with every field.
pub async fn move_folder(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, stated: Shelving) -> Outcome<()> {
    let file = open_file(tx, desk, id).await?;
    let (place, note) = (stated.place.trim(), stated.note.trim());
    let kind = stated.kind.parse::<FolderMoveKind>();
    let mut faults = Vec::new();
    if kind.is_err() {
        faults.push(FieldFault::new("kind", "choice"));
    }
    if place.is_empty() {
        faults.push(FieldFault::new("place", "required"));
    }
    for (name, text, longest) in [("place", place, LONGEST.0), ("note", note, LONGEST.1)] {
        if text.chars().count() > longest {
            faults.push(FieldFault::new(name, "too-long"));
        }
    }
    let Some(kind) = kind.ok().filter(|_| faults.is_empty()) else {
        return Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }.into());
    };
    store::insert_folder_move(tx, file.id, (kind, place, note), (desk.officer.id, desk.now)).await?;
    let detail = json!({ "kind": kind, "place": place });
    Ok(audit::record(tx, desk.act(), "folder.moved", file.id, detail).await?)
}

/// Every move of a file's folder, newest first.
///
/// # Errors
/// 404 `application-unknown`.
pub async fn list_folder(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Vec<FolderMove>> {
    let file = read_file(tx, desk, id).await?;
    Ok(store::list_folder_moves(tx, file.id).await?)
}

/// The folders that are out, longest first: of the site of the reader, or of the whole agency.
pub async fn list_folders_out(tx: &mut Tx, desk: &Desk<'_>) -> Result<Vec<FolderOut>, StoreError> {
    store::list_out(tx, desk.reach(), MOST).await
}
