//! The seal by the office's own key.

use std::ops::Range;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use super::signer::{SealError, Signer};
use super::stamp::Stamper;
use super::{cms, range};
use crate::keys::{Keys, PinnedKey};

/// Bytes of a seal without a time stamp: two certificates and a signature are about 1,500.
const ROOM: usize = 2048;
/// Bytes a time stamp with the certificates of its authority may take.
const STAMP_ROOM: usize = 12 * 1024;

/// Seals at once on this machine; the same file gives the same seal, unless a time stamp is asked for. When there is no
/// stamp to be had, the seal is put on without: nobody waits for it.
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
        let stamp = self.stamper.as_ref().and_then(|stamper| match stamper.stamp(&signature) {
            Ok(stamp) => Some(stamp),
            Err(error) => {
                tracing::warn!(%error, "a permit is sealed without a time stamp");
                None
            }
        });
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
        if pdf[gap.start + 1..gap.end - 1].iter().any(|digit| *digit != b'0') {
            return Err(SealError::Refused("the file is sealed already".to_owned()));
        }
        fill(&mut pdf, &gap, &seal)?;
        Ok(pdf)
    }
}

/// Writes a seal into its room.
fn fill(pdf: &mut [u8], gap: &Range<usize>, seal: &[u8]) -> Result<(), SealError> {
    let hex = HEXLOWER.encode(seal);
    let room = &mut pdf[gap.start + 1..gap.end - 1];
    if hex.len() > room.len() {
        return Err(SealError::Refused(format!("{} bytes do not fit the room of the seal", seal.len())));
    }
    room[..hex.len()].copy_from_slice(hex.as_bytes());
    Ok(())
}

/// Whether the seal of a file carries a time stamp; whose is not asked.
pub fn is_stamped(pdf: &[u8]) -> bool {
    seal_in(pdf).is_some_and(|(_, stated)| stated.stamp.is_some())
}

/// The same sealed file with a time stamp of its signature. What is signed and the signature stay as they are.
///
/// # Errors
/// [`SealError`] when the file is not sealed by one of the keys, has no room, or there is no stamp to be had.
pub fn stamp_sealed(mut pdf: Vec<u8>, keys: &[PinnedKey], stamper: &dyn Stamper) -> Result<Vec<u8>, SealError> {
    let refused = || SealError::Refused("the file is not sealed by this office alone".to_owned());
    let (gap, stated) = seal_in(&pdf).ok_or_else(refused)?;
    let key = keys.iter().find(|key| stated.certificates.contains(&key.certificate)).ok_or_else(refused)?;
    let stamp = stamper.stamp(&stated.signature)?;
    let seal = cms::assemble(key, &range::digest(&pdf, &gap), &stated.signature, Some(&stamp));
    fill(&mut pdf, &gap, &seal.map_err(|error| SealError::Refused(error.to_string()))?)?;
    Ok(pdf)
}

/// Where the seal of a file of one revision stands, and what it states.
fn seal_in(pdf: &[u8]) -> Option<(Range<usize>, cms::Stated)> {
    let gap = range::find_gap(pdf)?;
    let mut seal = HEXLOWER.decode(&pdf[gap.start + 1..gap.end - 1]).ok()?;
    seal.truncate(cms::length(&seal).ok()?);
    Some((gap, cms::read(&seal).ok()?))
}
