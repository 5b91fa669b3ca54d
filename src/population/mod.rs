//! Residents, look-ups with their purpose, verdict per element.
//!
//! `source` is the trait behind which a register or Dukcapil answers; `gate` stands before it with breaker and quota;
//! `lookup` asks, `settling` asks again what could not be asked, `records` shows what is kept.

mod breaker;
mod comparison;
mod dukcapil;
mod family;
mod gate;
mod identity_code;
mod import;
mod kept;
mod kk;
mod lookup;
mod nik;
mod phone;
mod reader;
mod records;
mod regions;
mod resident;
mod settling;
mod similarity;
pub mod simulator;
mod source;
mod store;

use std::io::Read;

use serde_json::json;

use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{LookupId, ResidentId};
use crate::keys::Keys;
use crate::messages::Refusal;

pub use crate::catalogue::is_village_code;
pub use breaker::Breaker;
pub use comparison::{Agreement, Claimed, ElementVerdict};
pub use dukcapil::{Dukcapil, LinkError};
pub use family::{FamilyMember, view_family};
pub use gate::{Gate, Moment};
pub use identity_code::{CodeFault, IdentityCode, IdentityKeys, IdentityKeysError, find_code};
pub use import::{BadLine, ImportReport};
pub use kept::{KeptLookup, find_latest_of_ticket, list_tickets_of};
pub use kk::{Kk, NotAKk};
pub use lookup::{Asker, EarlierVerdict, LookupAnswer, LookupRequest, Prefill, look_up, lookup};
pub use nik::{Nik, NikWarning, NotANik, warnings};
pub use phone::{NotAPhone, Phone};
pub use reader::{ReaderFault, read_nik};
pub use records::{
    KeptVerdict, Looked, Lookup, ReviewMark, SampledLookup, Standing, find_last_verdict, find_own, find_standing,
    list_lookups_for, list_lookups_of, list_sample, reader_token, review,
};
pub use regions::{Region, RegionLevel, Regions};
pub use resident::{Address, Resident, ResidentStatus, Sex, three_digits};
pub use settling::{PendingLookup, Settled, count_of_day, count_pending, list_pending, settle_next, try_again};
pub use similarity::similarity;
pub use source::{Asking, Cause, Finding, LocalRegister, Question, Source, SourceFault, SourceKind};

crate::ids::words! {
    /// What a source says of a person.
    pub enum Verdict {
        /// Every compared element agrees.
        Match = "match",
        /// At least one element differs.
        Mismatch = "mismatch",
        /// The source does not know the NIK.
        NotFound = "not_found",
        /// The person is recorded as deceased.
        Deceased = "deceased",
        /// The record is blocked or moved.
        Inactive = "inactive",
        /// The source could not be asked; to be asked again.
        Pending = "pending",
    }
}

/// The record of a NIK. It leaves no audit line: what is shown to a person goes through [`lookup`].
pub async fn find_resident(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<Resident>, StoreError> {
    store::find_resident(tx, keys, nik).await
}

/// The people of a family card, the oldest first.
pub async fn list_family(tx: &mut Tx, keys: &Keys, kk: &Kk) -> Result<Vec<Resident>, StoreError> {
    store::list_family(tx, keys, kk).await
}

/// Everybody of the register who was born on a day. It leaves no audit line: nothing of it is shown to a person.
pub async fn list_born_on(tx: &mut Tx, keys: &Keys, day: Day) -> Result<Vec<Resident>, StoreError> {
    store::list_born_on(tx, keys, day).await
}

/// The answered look-ups of a number, by its index.
pub async fn list_answered_of(tx: &mut Tx, index: &[u8]) -> Result<Vec<LookupId>, StoreError> {
    store::list_answered_of(tx, index).await
}

/// Puts a look-up under another number, unless it is no longer under the one it is taken from; what was asked stays as
/// it was asked.
pub async fn put_lookup_under(tx: &mut Tx, id: LookupId, of: (&[u8], &[u8])) -> Result<(), StoreError> {
    store::put_lookup_under(tx, id, of).await
}

/// Takes over a file of residents. A known NIK has its record replaced; a bad line is passed over and reported.
pub async fn import(tx: &mut Tx, keys: &Keys, act: Act, reader: impl Read) -> Outcome<ImportReport> {
    let mut report = ImportReport::default();
    for (line, read) in import::read(reader)? {
        match read {
            Err(reason) => report.bad_lines.push((line, reason)),
            Ok(resident) if store::update(tx, keys, &resident).await? => report.updated += 1,
            Ok(resident) => {
                store::insert(tx, keys, ResidentId::new(act.now.0), &resident).await?;
                report.added += 1;
            }
        }
    }
    let counts = json!({ "added": report.added, "updated": report.updated, "bad": report.bad_lines.len() });
    audit::record(tx, act, "residents.imported", "residents", counts).await?;
    Ok(report)
}

/// Reads the regions in force: the built-in ones and what was imported over them.
pub async fn load_regions(tx: &mut Tx) -> Result<Regions, StoreError> {
    let imported = store::list_regions(tx).await?;
    Ok(Regions::built_in().with(imported))
}

/// The regions in force where some were imported over the built-in ones.
pub async fn load_imported_regions(tx: &mut Tx) -> Result<Option<Regions>, StoreError> {
    let imported = store::list_regions(tx).await?;
    Ok((!imported.is_empty()).then(|| Regions::built_in().with(imported)))
}

/// Imports a file of regions (`level,code,parent_code,name`) over those in force; answers how many. A line that
/// cannot be read, or a region whose parent is not known, refuses the whole file (`regions-unreadable`).
pub async fn import_regions(tx: &mut Tx, act: Act, reader: impl Read) -> Outcome<usize> {
    let unreadable = |reason: String| Refusal::invalid("regions-unreadable").with("reason", reason);
    let imported = regions::read(reader).map_err(|e| unreadable(e.to_string()))?;
    let count = imported.len();
    let all = load_regions(tx).await?.with(imported);
    if let Some(orphan) = all.find_orphan() {
        return Err(unreadable(orphan.code.clone()).into());
    }
    for region in all.list_by_level() {
        store::save_region(tx, region).await?;
    }
    audit::record(tx, act, "regions.imported", "regions", json!({ "regions": count })).await?;
    Ok(count)
}
