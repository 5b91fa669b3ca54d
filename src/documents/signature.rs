//! The seam between a finished file and its electronic seal.

/// Why a file could not be sealed; the permit then stays reserved and is tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key, device or remote provider does not answer.
    #[error("the signer cannot be reached: {0}")]
    Unreachable(String),
    /// The signer answers, but will not sign this file.
    #[error("the signer refused: {0}")]
    Refused(String),
}

/// Seals a finished PDF. Implementations block: call them off the async threads.
pub trait Signer: Send + Sync {
    /// Returns the sealed file; the bytes given must be a complete PDF.
    ///
    /// # Errors
    /// [`SealError`] when nothing was sealed. A file is never returned half sealed.
    fn seal(&self, pdf: Vec<u8>) -> Result<Vec<u8>, SealError>;
}

/// Returns the file unchanged: the paper is then protected by its QR token and the stored
/// SHA-256 only. The PAdES seal comes behind the same trait.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainSigner;

impl Signer for PlainSigner {
    fn seal(&self, pdf: Vec<u8>) -> Result<Vec<u8>, SealError> {
        Ok(pdf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_signer_leaves_the_file_as_it_is() {
        assert_eq!(PlainSigner.seal(b"%PDF".to_vec()), Ok(b"%PDF".to_vec()));
    }
}
