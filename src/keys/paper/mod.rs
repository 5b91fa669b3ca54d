//! The keys that seal papers: P-256, certified by an authority the office keeps itself.
//!
//! In the folder of the keys: `authority.key` and `authority.crt`; for each sealing key `paper-N.crt`, and for the
//! one in use `paper-N.key`. Certificates stay for good: what was sealed with an earlier key stays genuine.

mod certificate;
mod certificates;
mod pinned;
mod stampers;
mod trusted;

use std::path::{Path, PathBuf};

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};

use super::store_file::{self, KeyFileError};
use super::{Passphrase, fill_random};
use crate::clock::Instant;

use certificates::{certificate_jwk, list_certificates};
pub use pinned::{PinError, PinnedKey};
pub use trusted::Trusted;

/// Minutes before the end of its certificate at which a key is replaced: 90 days.
const RENEWAL: i64 = 90 * 24 * 60;
const AUTHORITY: &str = "authority";

/// What keys of papers are made with.
#[derive(Clone, Copy)]
pub struct PaperSetup<'a> {
    /// Name of the office in the certificates.
    pub office: &'a str,
    /// Opens the key files; none = they are only protected by their mode.
    pub passphrase: Option<&'a Passphrase>,
    /// The present moment.
    pub now: Instant,
}

/// The key in use and every key whose seals are accepted.
pub struct PaperKeys {
    key: SigningKey,
    /// The newest is the last.
    pinned: Vec<PinnedKey>,
    stampers: Vec<Vec<u8>>,
}

impl PaperKeys {
    /// Reads the keys of a folder; makes those that are missing, and a new one when the certificate soon ends.
    pub(super) fn load_or_make(folder: &Path, setup: PaperSetup<'_>) -> Result<PaperKeys, KeyFileError> {
        let keys = PaperKeys::open(folder, setup)?;
        if keys.ends_at()?.plus_minutes(-RENEWAL) < setup.now { PaperKeys::rotate(folder, setup) } else { Ok(keys) }
    }

    fn open(folder: &Path, setup: PaperSetup<'_>) -> Result<PaperKeys, KeyFileError> {
        let number = newest(folder)?.unwrap_or(1);
        let key = read_or_make_key(folder, &id_of(number), setup)?;
        let authority_key = read_or_make_key(folder, AUTHORITY, setup)?;
        let authority = store_file::public(folder, AUTHORITY, || {
            certificate::authority(&authority_key, setup.office, setup.now)
                .map_err(|e| KeyFileError::Other(e.to_string()))
        })?;
        store_file::public(folder, &id_of(number), || {
            let issuer = (&authority_key, authority.as_slice());
            certificate::paper(&key, issuer, setup.office, setup.now).map_err(|e| KeyFileError::Other(e.to_string()))
        })?;
        let keys = PaperKeys { key, pinned: read_pinned(folder)?, stampers: stampers::read(folder)? };
        let fits = keys.current().public_key().as_ref() == Some(keys.key.verifying_key());
        if fits { Ok(keys) } else { Err(KeyFileError::Malformed(id_of(number))) }
    }

    /// Every key whose seals are accepted, from certificates alone: no secret is needed, nothing is made.
    pub fn read_pinned(data_dir: &Path) -> Result<Vec<PinnedKey>, KeyFileError> {
        read_pinned(&data_dir.join("keys"))
    }

    /// Makes the next key and destroys the secret part of the one before; its seals stay genuine.
    pub(super) fn rotate(folder: &Path, setup: PaperSetup<'_>) -> Result<PaperKeys, KeyFileError> {
        let before = newest(folder)?.unwrap_or(0);
        read_or_make_key(folder, &id_of(before + 1), setup)?;
        let keys = PaperKeys::open(folder, setup)?;
        store_file::destroy(folder, &id_of(before))?;
        Ok(keys)
    }

    /// The key in use, as others know it.
    pub fn current(&self) -> &PinnedKey {
        // `open` reads at least the certificate it has just made or found.
        &self.pinned[self.pinned.len() - 1]
    }

    /// Every key whose seals are accepted, the one in use last.
    pub fn pinned(&self) -> &[PinnedKey] {
        &self.pinned
    }

    /// Everything seals of this office may rest on, but for national signatures.
    pub fn trusted(&self) -> Trusted {
        Trusted { keys: self.pinned.clone(), national: Vec::new(), stampers: self.stampers.clone() }
    }

    pub(super) fn keep_stamper(&mut self, folder: &Path, certificate: &[u8]) -> Result<(), KeyFileError> {
        stampers::keep(folder, certificate)?;
        if !self.stampers.iter().any(|kept| kept == certificate) {
            self.stampers.push(certificate.to_vec());
        }
        Ok(())
    }

    /// When the certificate of the key in use ends.
    pub fn ends_at(&self) -> Result<Instant, KeyFileError> {
        certificate::ends_at(&self.current().certificate).map_err(|e| KeyFileError::Other(e.to_string()))
    }

    /// Signs with the key in use (ECDSA with SHA-256, RFC 6979, the lower of both forms): the same bytes give the
    /// same signature, in DER.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(bytes);
        signature.normalize_s().unwrap_or(signature).to_der().as_bytes().to_vec()
    }
}

fn id_of(number: u32) -> String {
    format!("paper-{number}")
}

/// The number of the newest key of which there is a secret or a certificate.
fn newest(folder: &Path) -> Result<Option<u32>, KeyFileError> {
    Ok(numbers(folder)?.into_iter().max())
}

/// The numbers of all sealing keys, in order.
fn numbers(folder: &Path) -> Result<Vec<u32>, KeyFileError> {
    let io = |error| KeyFileError::Io(folder.to_owned(), error);
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut numbers = Vec::new();
    for entry in entries {
        let path = PathBuf::from(entry.map_err(io)?.file_name());
        let number: Option<u32> = path.file_stem().and_then(|stem| stem.to_str()?.strip_prefix("paper-")?.parse().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn read_pinned(folder: &Path) -> Result<Vec<PinnedKey>, KeyFileError> {
    let mut pinned = Vec::new();
    for number in numbers(folder)? {
        let id = id_of(number);
        if let Some(certificate) = store_file::find_public(folder, &id)? {
            let authority = store_file::find_public(folder, AUTHORITY)?;
            let authority = authority.ok_or_else(|| KeyFileError::Malformed(AUTHORITY.to_owned()))?;
            pinned.push(PinnedKey { id, certificate, authority });
        }
    }
    Ok(pinned)
}

fn read_or_make_key(folder: &Path, name: &str, setup: PaperSetup<'_>) -> Result<SigningKey, KeyFileError> {
    let malformed = || KeyFileError::Malformed(name.to_owned());
    let pkcs8 = store_file::locked(folder, name, setup.passphrase, || {
        let document = fresh_key().to_pkcs8_der().map_err(|_| malformed())?;
        Ok(document.as_bytes().to_vec())
    })?;
    SigningKey::from_pkcs8_der(&pkcs8).map_err(|_| malformed())
}

/// Random bytes are a key but for a chance of 1 in 2³²: then others are drawn.
fn fresh_key() -> SigningKey {
    let mut bytes = [0; 32];
    loop {
        fill_random(&mut bytes);
        if let Ok(key) = SigningKey::from_slice(&bytes) {
            return key;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const NOW: Instant = Instant(1_795_000_000_000_000);

    fn setup(passphrase: Option<&Passphrase>) -> PaperSetup<'_> {
        PaperSetup { office: "Dinas Uji, DATA UJI", passphrase, now: NOW }
    }

    #[test]
    fn the_first_start_makes_an_authority_and_a_key_for_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        assert_eq!(keys.current().id, "paper-1");
        for name in ["authority.key", "paper-1.key"] {
            let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        let again = PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        assert_eq!(again.pinned(), keys.pinned());
        assert_eq!(again.sign(b"paper"), keys.sign(b"paper"));
    }

    #[test]
    fn a_new_key_keeps_the_certificates_and_destroys_the_old_secret() {
        let folder = tempfile::tempdir().unwrap();
        let first = PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        let second = PaperKeys::rotate(folder.path(), setup(None)).unwrap();
        assert_eq!((second.pinned().len(), second.current().id.as_str()), (2, "paper-2"));
        assert_eq!(second.pinned()[0], *first.current());
        assert!(!folder.path().join("paper-1.key").exists());
    }

    #[test]
    fn a_key_is_replaced_before_its_certificate_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        let late = PaperSetup { now: first.ends_at().unwrap().plus_minutes(-RENEWAL + 1), ..setup(None) };
        assert_eq!(PaperKeys::load_or_make(folder.path(), late).unwrap().current().id, "paper-2");
    }

    #[test]
    fn keys_under_a_passphrase_open_only_with_it_and_plain_ones_are_put_under_it() {
        let folder = tempfile::tempdir().unwrap();
        let plain = PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        let passphrase = Passphrase::new("kata sandi uji").unwrap();
        let locked = PaperKeys::load_or_make(folder.path(), setup(Some(&passphrase))).unwrap();
        assert_eq!(plain.pinned(), locked.pinned());
        assert!(matches!(PaperKeys::load_or_make(folder.path(), setup(None)), Err(KeyFileError::Locked(_))));
        let other = Passphrase::new("kata lain").unwrap();
        assert!(matches!(PaperKeys::load_or_make(folder.path(), setup(Some(&other))), Err(KeyFileError::Locked(_))));
    }

    #[test]
    fn a_published_key_set_gives_the_pinned_keys_back() {
        let folder = tempfile::tempdir().unwrap();
        PaperKeys::load_or_make(folder.path(), setup(None)).unwrap();
        let keys = PaperKeys::rotate(folder.path(), setup(None)).unwrap();
        let set = serde_json::json!({ "keys": keys.pinned().iter().map(PinnedKey::jwk).collect::<Vec<_>>() });
        assert_eq!(PinnedKey::list_of(&set.to_string()).unwrap(), keys.pinned());
        assert!(matches!(PinnedKey::list_of("{\"keys\":[]}"), Err(PinError::NoKey)));
        assert!(matches!(PinnedKey::list_of("halo"), Err(PinError::NoSet)));
    }
}
