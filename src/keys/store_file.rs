//! Key files: made once, readable by their owner only.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::Ed25519KeyPair;

use super::fill_random;

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
    Malformed(&'static str),
}

/// A secret of 32 bytes.
pub fn secret(folder: &Path, name: &'static str) -> Result<Vec<u8>, KeyFileError> {
    let bytes = read_or_make(folder, name, || {
        let mut fresh = vec![0u8; 32];
        fill_random(&mut fresh);
        Ok(fresh)
    })?;
    if bytes.len() == 32 { Ok(bytes) } else { Err(KeyFileError::Malformed(name)) }
}

/// An Ed25519 key as PKCS#8.
pub fn ed25519(folder: &Path, name: &'static str) -> Result<Vec<u8>, KeyFileError> {
    read_or_make(folder, name, || {
        let document =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyFileError::Malformed(name))?;
        Ok(document.as_ref().to_vec())
    })
}

/// A text that the administrator has put there: read, never made.
pub fn given_named(folder: &Path, name: &'static str) -> Result<Option<String>, KeyFileError> {
    if !folder.join(format!("{name}.key")).exists() {
        return Ok(None);
    }
    let bytes = read_or_make(folder, name, || Err(KeyFileError::Malformed(name)))?;
    let text = String::from_utf8(bytes).map_err(|_| KeyFileError::Malformed(name))?;
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
    name: &'static str,
    make: impl FnOnce() -> Result<Vec<u8>, KeyFileError>,
) -> Result<Vec<u8>, KeyFileError> {
    let path = folder.join(format!("{name}.key"));
    let io = |e| KeyFileError::Io(path.clone(), e);
    if path.exists() {
        return read(&path);
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    let bytes = make()?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(io)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(io)?;
    Ok(bytes)
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
