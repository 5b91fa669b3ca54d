//! The people of one family card, from the register of this office: asked for with a purpose, kept like every look-up.

use serde::Serialize;
use serde_json::json;

use super::{LookupRequest, Nik, Resident, ResidentStatus, Sex, lookup, store};
use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Outcome, Tx};
use crate::ids::OfficerId;
use crate::keys::Keys;

/// One person of the card. The numbers are masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FamilyMember {
    /// Masked.
    pub nik: String,
    /// As on the record.
    pub name: String,
    /// Date of birth.
    pub birth_date: Day,
    /// Sex.
    pub sex: Sex,
    /// Whether the record can be used.
    pub status: ResidentStatus,
    /// Whether this is the person who was asked about.
    pub asked: bool,
}

impl FamilyMember {
    fn of(resident: &Resident, asked: &Nik) -> FamilyMember {
        FamilyMember {
            nik: resident.nik.masked(),
            name: resident.name.clone(),
            birth_date: resident.birth_date,
            sex: resident.sex,
            status: resident.status,
            asked: resident.nik == *asked,
        }
    }
}

/// The family of a person, the oldest first; empty when this register does not know the NIK. Other sources are never
/// asked for a family: Loket keeps no family cards of theirs (Permendagri 102/2019).
///
/// # Errors
/// 422 without purpose (field `purpose`).
pub async fn view_family(
    tx: &mut Tx,
    keys: &Keys,
    act: Act,
    officer: OfficerId,
    request: LookupRequest,
) -> Outcome<Vec<FamilyMember>> {
    let nik = request.nik.clone();
    let answer = lookup(tx, keys, act, officer, request).await?;
    let found = store::find_resident(tx, keys, &nik).await?;
    let family = match &found {
        Some(person) => store::list_family(tx, keys, &person.kk).await?,
        None => Vec::new(),
    };
    audit::record(tx, act, "family.viewed", answer.id, json!({ "members": family.len() })).await?;
    Ok(family.iter().map(|member| FamilyMember::of(member, &nik)).collect())
}
