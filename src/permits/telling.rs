//! What an applicant has to be told about a file, and how they are reached.

use super::desk::rules_of;
use super::store::{self, Lock};
use super::{Application, Correction};
use crate::catalogue::Service;
use crate::db::{StoreError, Tx};
use crate::ids::ApplicationId;
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

impl Told {
    /// Where the applicant is reached.
    pub fn reach(&self) -> Reach {
        let applicant = &self.file.applicant;
        Reach { email: applicant.person.email.clone(), phone: applicant.phone.clone() }
    }
}
