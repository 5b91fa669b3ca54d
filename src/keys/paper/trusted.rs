//! Everything a seal may rest on: the office's own keys, certificates of national signatures, time-stamp authorities.

use std::path::Path;

use serde_json::Value;

use super::{PinError, PinnedKey, certificate_jwk, list_certificates, stampers};
use crate::keys::KeyFileError;

/// How the ids of certificates that are not ours begin in a key set.
const NATIONAL: &str = "national-";
const STAMPER: &str = "stamp-";

/// What is accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trusted {
    /// The keys of the office.
    pub keys: Vec<PinnedKey>,
    /// Certificates of national signatures, as DER.
    pub national: Vec<Vec<u8>>,
    /// Certificates of time-stamp authorities, as DER.
    pub stampers: Vec<Vec<u8>>,
}

impl Trusted {
    /// What a data folder accepts, from certificates alone: no secret is needed, nothing is made.
    pub fn read(data_dir: &Path) -> Result<Trusted, KeyFileError> {
        let folder = data_dir.join("keys");
        let keys = super::read_pinned(&folder)?;
        Ok(Trusted { keys, national: Vec::new(), stampers: stampers::read(&folder)? })
    }

    /// What a published key set accepts.
    ///
    /// # Errors
    /// [`PinError`] when it holds no key of an office.
    pub fn of_key_set(text: &str) -> Result<Trusted, PinError> {
        Ok(Trusted {
            keys: PinnedKey::list_of(text)?,
            national: list_certificates(text, NATIONAL),
            stampers: list_certificates(text, STAMPER),
        })
    }

    /// The same as it is published.
    pub fn jwks(&self) -> Vec<Value> {
        let national = self.national.iter().filter_map(|certificate| certificate_jwk(NATIONAL, certificate));
        let stampers = self.stampers.iter().filter_map(|certificate| certificate_jwk(STAMPER, certificate));
        self.keys.iter().filter_map(PinnedKey::jwk).chain(national).chain(stampers).collect()
    }

    /// The same with certificates of national signatures.
    pub fn with_national(self, national: Vec<Vec<u8>>) -> Trusted {
        Trusted { national, ..self }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::keys::Keys;

    #[test]
    fn a_published_key_set_gives_back_what_was_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let [own, other] = ["own", "other"].map(|name| Keys::load_or_make(&folder.path().join(name)).unwrap());
        let foreign = other.papers().current().certificate.clone();
        let trusted =
            Trusted { keys: own.papers().pinned().to_vec(), national: vec![foreign.clone()], stampers: vec![foreign] };
        let set = json!({ "keys": trusted.jwks() }).to_string();
        assert_eq!(Trusted::of_key_set(&set).unwrap(), trusted);
        assert!(Trusted::of_key_set(&set.replace("national-", "lain-")).unwrap().national.is_empty());
    }
}
