//! Who can be asked about a person: one trait, so that the counter does not know which office answers.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use super::comparison::compare;
use super::{Claimed, ElementVerdict, Nik, Prefill, Resident, ResidentStatus, Verdict, is_village_code, store};
use crate::db::{Db, StoreError};
use crate::keys::Keys;

crate::ids::words! {
    /// Who answered.
    pub enum SourceKind {
        /// The register of this installation.
        LocalRegister = "local_register",
        /// Dukcapil, match by element.
        DukcapilMatch = "dukcapil_match",
        /// Dukcapil, the record itself.
        DukcapilRead = "dukcapil_read",
    }
}

crate::ids::words! {
    /// Why there is no match: the first four are about the person, the others about the link. The words for the clerk,
    /// with the next step, stand under `cause.<word>`.
    pub enum Cause {
        /// No such NIK.
        Unknown = "unknown",
        /// Two records carry the NIK (data ganda).
        Double = "double",
        /// The record is blocked or moved (tidak aktif).
        Blocked = "blocked",
        /// Recorded as deceased.
        Deceased = "deceased",
        /// No connection, or one that broke.
        NoAnswer = "no_answer",
        /// The answer took too long.
        TimedOut = "timed_out",
        /// An HTTP status that is no success.
        BadStatus = "bad_status",
        /// The service sent us elsewhere; passwords do not go there.
        Redirected = "redirected",
        /// More than an answer can be.
        TooLarge = "too_large",
        /// Not the answer to the question, or none that is known.
        Unreadable = "unreadable",
        /// Login gagal.
        LoginFailed = "login_failed",
        /// The grant names another address than ours.
        AddressRefused = "address_refused",
        /// The questions of the day are used up.
        QuotaUsed = "quota_used",
        /// Our user was switched off.
        UserInactive = "user_inactive",
        /// Our agency was switched off.
        AgencyInactive = "agency_inactive",
        /// The service misses a parameter.
        Incomplete = "incomplete",
    }
}

impl Cause {
    /// Whether it says nothing about the person: the question must be asked again.
    pub fn is_link(self) -> bool {
        !matches!(self, Cause::Unknown | Cause::Double | Cause::Blocked | Cause::Deceased)
    }
}

/// Whom, and what the visitor states.
#[derive(Clone, Debug)]
pub struct Question {
    /// The national number.
    pub nik: Nik,
    /// What is to be compared.
    pub claimed: Claimed,
}

impl Question {
    /// A question without what says nothing: empty texts, an address without a village.
    pub fn new(nik: Nik, claimed: Claimed) -> Question {
        let some = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        let claimed = Claimed {
            name: some(claimed.name),
            birth_place: some(claimed.birth_place),
            address: claimed.address.filter(|address| is_village_code(&address.village_code)),
            ..claimed
        };
        Question { nik, claimed }
    }
}

/// What a source says of a person. The record is for the eyes of the officer who asked; it is never kept.
#[derive(Clone, Debug)]
pub struct Finding {
    /// On the person as a whole; never pending.
    pub verdict: Verdict,
    /// On each element that was stated.
    pub elements: BTreeMap<&'static str, ElementVerdict>,
    /// What the form of an application is filled with.
    pub record: Option<Prefill>,
    /// Why there is no match with a record in use.
    pub cause: Option<Cause>,
}

impl Finding {
    /// What a record says of a statement.
    pub(super) fn of_record(found: Option<&Resident>, claimed: &Claimed) -> Finding {
        let (verdict, elements) = compare(found, claimed);
        let cause = match found.map(|resident| resident.status) {
            None => Some(Cause::Unknown),
            Some(ResidentStatus::Deceased) => Some(Cause::Deceased),
            Some(ResidentStatus::Inactive) => Some(Cause::Blocked),
            Some(ResidentStatus::Active) => None,
        };
        let record = found.filter(|resident| resident.status == ResidentStatus::Active).map(Prefill::of);
        Finding { verdict, elements, record, cause }
    }

    /// What a source says of a person without a record to compare.
    pub(super) fn of_cause(verdict: Verdict, cause: Cause) -> Finding {
        Finding { verdict, elements: BTreeMap::new(), record: None, cause: Some(cause) }
    }
}

/// A source did not answer the question.
#[derive(Debug, thiserror::Error)]
pub enum SourceFault {
    /// The link: the question is kept and asked again.
    #[error("the population service: {0}")]
    Link(Cause),
    /// Our own store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An answer on its way.
pub type Asking<'a> = Pin<Box<dyn Future<Output = Result<Finding, SourceFault>> + Send + 'a>>;

/// Whoever can be asked about a person.
pub trait Source: Send + Sync {
    /// Its name in the record of look-ups.
    fn kind(&self) -> SourceKind;

    /// Asks. Never inside a transaction: the answer may take seconds.
    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a>;
}

/// The register of this installation: a file of residents that was imported.
pub struct LocalRegister {
    /// The store.
    pub db: Db,
    /// Opens sealed columns.
    pub keys: Arc<Keys>,
}

impl Source for LocalRegister {
    fn kind(&self) -> SourceKind {
        SourceKind::LocalRegister
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        Box::pin(async move {
            let found = store::find_resident(&mut self.db.read().await?, &self.keys, &question.nik).await?;
            Ok(Finding::of_record(found.as_ref(), &question.claimed))
        })
    }
}
