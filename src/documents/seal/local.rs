//! The seal by the office's own key.

use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::signer::{SealError, Signer};
use super::stamp::Stamper;
use super::{cms, range};
use crate::keys::Keys;

/// Bytes of a seal without a time stamp: two certificates and a signature are about 1,500.
const ROOM: usize = 2048;
/// Bytes a time stamp with the certificates of its authority may take.
const STAMP_ROOM: usize = 12 * 1024;

/// Seals at once on this machine; the same file gives the same seal, unless a time stamp is asked for.
pub struct LocalSeal {
    keys: Arc<Keys>,
    stamper: Option<Arc<dyn Stamper>>,
}

impl LocalSeal {
    /// A seal by the key in use, with a time stamp when there is somebody to give one.
    pub fn new(keys: Arc<Keys>, stamper: Option<Arc<dyn Stamper>>) -> LocalSeal {
        LocalSeal { keys, stamper }
    }

    fn seal_of(&self, digest: &[u8; 32]) -> Result<Vec<u8>, SealError> {
        let refused = |error: der::Error| SealError::Refused(error.to_string());
        let papers = self.keys.papers();
        let signature = papers.sign(&cms::to_sign(papers.current(), digest).map_err(refused)?);
        let stamp = self.stamper.as_ref().map(|stamper| stamper.stamp(&signature)).transpose()?;
        cms::assemble(papers.current(), digest, &signature, stamp.as_deref()).map_err(refused)
    }
}

impl Signer for LocalSeal {
    fn room(&self) -> usize {
        if self.stamper.is_some() { ROOM + STAMP_ROOM } else { ROOM }
    }

    fn seal(&self, mut pdf: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let gap =
            range::find_gap(&pdf).ok_or_else(|| SealError::Refused("the file has no room for a seal".to_owned()))?;
        let seal = self.seal_of(&range::digest(&pdf, &gap))?;
        let hex = HEXLOWER.encode(&seal);
        let room = &mut pdf[gap.start + 1..gap.end - 1];
        if hex.len() > room.len() || room.iter().any(|digit| *digit != b'0') {
            return Err(SealError::Refused(format!("{} bytes do not fit the room of the seal", seal.len())));
        }
        room[..hex.len()].copy_from_slice(hex.as_bytes());
        Ok(pdf)
    }
}
