//! Certificates of time-stamp authorities: `tsa-*.crt` in the folder of the keys. They stay for good, so that earlier
//! stamps stay genuine.

use std::path::Path;

use data_encoding::HEXLOWER;

use super::store_file::{self, KeyFileError};
use crate::keys::sha256;

const PREFIX: &str = "tsa-";

/// Every certificate, as DER.
pub fn read(folder: &Path) -> Result<Vec<Vec<u8>>, KeyFileError> {
    let io = |error| KeyFileError::Io(folder.to_owned(), error);
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(io)?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(io)?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".crt").filter(|name| name.starts_with(PREFIX)).map(str::to_owned));
    }
    names.sort_unstable();
    let certificates = names.iter().map(|name| store_file::find_public(folder, name));
    certificates.filter_map(Result::transpose).collect()
}

/// Keeps a certificate, given as DER.
pub fn keep(folder: &Path, certificate: &[u8]) -> Result<(), KeyFileError> {
    let name = format!("{PREFIX}{}", HEXLOWER.encode(&sha256(certificate)[..8]));
    store_file::public(folder, &name, || Ok(certificate.to_vec())).map(drop)
}
