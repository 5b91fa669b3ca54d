//! What an applicant has to be told about a file, and how they are reached.

use super::desk::rules_of;
use super::store::{self, Lock};
use super::{Application, Correction, Permit, PermitState};
use crate::catalogue::Service;
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, PermitId};
use crate::keys::Keys;
use crate::queue::appointments::Reach;

/// A file as a letter about it needs it.
pub struct Told {
    /// The file.
    pub file: Application,
    /// The rules of its filing day.
    pub rules: Service,
    /// The returns, oldest first.
    pub corrections: Vec<Correction>,
}

/// The file of a notice; `None` when there is none.
pub async fn find_told(tx: &mut Tx, keys: &Keys, id: ApplicationId) -> Result<Option<Told>, StoreError> {
    let Some(file) = store::find(tx, keys, id, Lock::No).await? else { return Ok(None) };
    let rules = rules_of(tx, &file).await?;
    Ok(Some(Told { corrections: store::list_corrections(tx, id).await?, file, rules }))
}

/// The file of a permit and the permit, while it is in force and nothing has taken its place.
pub async fn find_told_permit(tx: &mut Tx, keys: &Keys, id: PermitId) -> Result<Option<(Told, Permit)>, StoreError> {
    let permit = store::find_permit(tx, id).await?.filter(|permit| permit.state == PermitState::Issued);
    let Some(permit) = permit else { return Ok(None) };
    let told = find_told(tx, keys, permit.application).await?;
    Ok(told.map(|told| (told, permit)))
}

impl Told {
    /// Where the applicant is reached.
    pub fn reach(&self) -> Reach {
        let applicant = &self.file.applicant;
        Reach { email: applicant.person.email.clone(), phone: applicant.phone.clone() }
    }
}
