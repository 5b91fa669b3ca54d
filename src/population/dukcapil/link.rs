//! Why the service of the settings cannot be asked at all.

use std::path::PathBuf;

use crate::keys::KeyFileError;

/// The settings under `[default.loket.population]` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The address.
    #[error("population.url is no http or https address: `{0}`")]
    Url(String),
    /// The password.
    #[error("population.password_file: {0}")]
    Password(#[from] KeyFileError),
    /// The certificate.
    #[error("population.certificate_file {0}: {1}")]
    Certificate(PathBuf, String),
    /// The TLS of the machine.
    #[error("the population service cannot be asked: {0}")]
    Client(String),
}
