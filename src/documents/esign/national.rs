//! The national signature as a second signer behind the office's own seal.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::{EsignClient, EsignFault, Signatory};
use crate::documents::seal::{SealError, Signer, check_further};

/// Signs by the eSign client in the name of one official.
pub struct NationalSeal {
    client: Arc<EsignClient>,
    signatory: Signatory,
    link: String,
}

impl NationalSeal {
    /// A signer for one file; `link` is what a visible signature shows as a QR code.
    pub fn new(client: Arc<EsignClient>, signatory: Signatory, link: String) -> NationalSeal {
        NationalSeal { client, signatory, link }
    }
}

impl Signer for NationalSeal {
    /// The service adds a revision of its own.
    fn room(&self) -> usize {
        0
    }

    fn seal(&self, pdf: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let asked = self.client.sign(&pdf, &self.signatory, &self.link);
        // Signers run off the async threads, where waiting is allowed.
        let signed = Handle::current().block_on(asked).map_err(SealError::National)?;
        match check_further(&pdf, &signed, self.client.place()) {
            Ok(_) => Ok(signed),
            Err(_) => Err(SealError::National(EsignFault::Altered)),
        }
    }
}
