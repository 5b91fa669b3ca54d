//! The seam between a finished file and its electronic seal.

use crate::documents::esign::EsignFault;

/// Why a file could not be sealed; the permit then stays reserved and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key, device or remote provider does not answer.
    #[error("the signer cannot be reached: {0}")]
    Unreachable(String),
    /// The signer answers, but will not sign this file.
    #[error("the signer refused: {0}")]
    Refused(String),
    /// The national service did not sign.
    #[error("the national service did not sign: {0}")]
    National(EsignFault),
}

/// Seals a finished PDF. Implementations block: call them off the async threads.
pub trait Signer: Send + Sync {
    /// Bytes to keep free for the seal when the file is written.
    fn room(&self) -> usize;

    /// Returns the sealed file; the bytes given must be a complete PDF with room for the seal.
    ///
    /// # Errors
    /// [`SealError`] when nothing was sealed. A file is never returned half sealed.
    fn seal(&self, pdf: Vec<u8>) -> Result<Vec<u8>, SealError>;
}
