//! Key files: made once, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;

use super::passphrase::is_locked;
use super::{Passphrase, fill_random};

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read or written.
    #[error("cannot use the key file {0}: {1}")]
    Io(PathBuf, #[source] std::io::Error),
    /// Others may read the file.
    #[error("the key file {0} can be read by others; give it mode 0600")]
    Open(PathBuf),
    /// The content is no such key.
    #[error("the key `{0}` is malformed")]
    Malformed(String),
    /// The file is under a passphrase, and none or another one was given.
    #[error(
        "the key `{0}` is under a passphrase: give it as the systemd credential `loket-key-passphrase` or in the file named by `key_passphrase_file`"
    )]
    Locked(String),
    /// A certificate cannot be made or read.
    #[error("{0}")]
    Other(String),
}

/// A secret of 32 bytes.
pub fn secret(folder: &Path, name: &'static str) -> Result<Vec<u8>, KeyFileError> {
    let bytes = read_or_make(folder, name, || {
        let mut fresh = vec![0u8; 32];
        fill_random(&mut fresh);
        Ok(fresh)
    })?;
    if bytes.len() == 32 { Ok(bytes) } else { Err(KeyFileError::Malformed(name.to_owned())) }
}

/// An Ed25519 key as PKCS#8.
pub fn ed25519(folder: &Path, name: &'static str) -> Result<Vec<u8>, KeyFileError> {
    read_or_make(folder, name, || {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| KeyFileError::Malformed(name.to_owned()))?;
        Ok(document.as_ref().to_vec())
    })
}

/// A secret that may be under a passphrase; a plain one is put under it once it is given.
pub fn locked(
    folder: &Path,
    name: &str,
    passphrase: Option<&Passphrase>,
    make: impl FnOnce() -> Result<Vec<u8>, KeyFileError>,
) -> Result<Vec<u8>, KeyFileError> {
    let refused = || KeyFileError::Locked(name.to_owned());
    let stored = read_or_make(folder, name, make)?;
    match passphrase {
        None if is_locked(&stored) => Err(refused()),
        None => Ok(stored),
        Some(passphrase) if is_locked(&stored) => passphrase.unlock(&stored).ok_or_else(refused),
        Some(passphrase) => {
            let under = passphrase.lock(&stored).ok_or_else(refused)?;
            write(&folder.join(format!("{name}.key")), &under, 0o600)?;
            Ok(stored)
        }
    }
}

/// A certificate; made when it is missing.
pub fn public(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Result<Vec<u8>, KeyFileError>,
) -> Result<Vec<u8>, KeyFileError> {
    if let Some(kept) = find_public(folder, name)? {
        return Ok(kept);
    }
    let bytes = make()?;
    write(&folder.join(format!("{name}.crt")), &bytes, 0o600)?;
    Ok(bytes)
}

/// A certificate, if it is there.
pub fn find_public(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, KeyFileError> {
    let path = folder.join(format!("{name}.crt"));
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(KeyFileError::Io(path, error)),
    }
}

/// Removes a secret for good; it may be gone already.
pub fn destroy(folder: &Path, name: &str) -> Result<(), KeyFileError> {
    let path = folder.join(format!("{name}.key"));
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(KeyFileError::Io(path, error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// A text that the administrator has put there: read, never made.
pub fn given_named(folder: &Path, name: &'static str) -> Result<Option<String>, KeyFileError> {
    let malformed = || KeyFileError::Malformed(name.to_owned());
    if !folder.join(format!("{name}.key")).exists() {
        return Ok(None);
    }
    let bytes = read_or_make(folder, name, || Err(malformed()))?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// A secret the office was given, such as the password of a grant: one line of a file only its owner reads.
pub fn given(path: &Path) -> Result<String, KeyFileError> {
    Ok(String::from_utf8_lossy(&read(path)?).trim().to_owned())
}

fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let io = |e| KeyFileError::Io(path.to_owned(), e);
    let mode = fs::metadata(path).map_err(io)?.permissions().mode();
    if mode & 0o077 == 0 { fs::read(path).map_err(io) } else { Err(KeyFileError::Open(path.to_owned())) }
}

fn read_or_make(
    folder: &Path,
    name: &str,
    make: impl FnOnce() -> Result<Vec<u8>, KeyFileError>,
) -> Result<Vec<u8>, KeyFileError> {
    let path = folder.join(format!("{name}.key"));
    let io = |e| KeyFileError::Io(path.clone(), e);
    if path.exists() {
        return read(&path);
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    let bytes = make()?;
    write(&path, &bytes, 0o600)?;
    Ok(bytes)
}

/// Writes a file whole or not at all.
fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), KeyFileError> {
    let fresh = path.with_extension("fresh");
    let io = |e| KeyFileError::Io(path.to_owned(), e);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&fresh).map_err(io)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)?;
    fs::rename(&fresh, path).map_err(io)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_only_and_refused_when_others_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = secret(folder.path(), "seal").unwrap();
        assert_eq!(secret(folder.path(), "seal").unwrap(), first);
        let path = folder.path().join("seal.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(secret(folder.path(), "seal"), Err(KeyFileError::Open(_))));
    }
}
