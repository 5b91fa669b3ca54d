//! Residents, look-ups with their purpose, verdict per element.

mod nik;

use serde::{Deserialize, Serialize};

pub use nik::{Nik, NotANik};

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

/// An address by official area code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number, hamlet.
    pub street: String,
    /// Three digits.
    pub rt: String,
    /// Three digits.
    pub rw: String,
    /// Kemendagri code such as `16.07.06.1021`.
    pub village_code: String,
}
