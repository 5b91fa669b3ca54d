//! Whether a file is exactly one that a pinned key sealed.

use data_encoding::HEXLOWER;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Verifier;

use super::{cms, further, range, token};
use crate::keys::{PinnedKey, Trusted};

/// A file that is as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that sealed it.
    pub key_id: String,
    /// Who put the national signature behind the seal, if somebody did.
    pub national: Option<String>,
    /// The time stamp of the seal (RFC 3339), if it has one by an authority that is trusted.
    pub stamped_at: Option<String>,
}

/// Why a file is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealFault {
    /// No seal, or one that leaves out a part of the file: something was added or cut off.
    #[error("no seal covers the whole file")]
    NotWhole,
    /// Sealed by a key that is not pinned.
    #[error("the seal is not by a known key")]
    UnknownKey,
    /// The file or the seal was changed.
    #[error("the file was changed after it was sealed")]
    Changed,
}

/// Checks a file against pinned keys. Every byte counts: also those of the seal itself and of its padding. A time stamp
/// is not accepted.
///
/// # Errors
/// [`SealFault`], the first reason found.
pub fn check_seal(pdf: &[u8], keys: &[PinnedKey]) -> Result<Sealed, SealFault> {
    check_first(pdf, keys, &[])
}

/// Checks a file that may carry a time stamp by one of the authorities, and one further signature behind the seal by
/// one of the national certificates.
///
/// # Errors
/// [`SealFault`], the first reason found.
pub fn check_edition(pdf: &[u8], trusted: &Trusted) -> Result<Sealed, SealFault> {
    match check_first(pdf, &trusted.keys, &trusted.stampers) {
        Err(SealFault::NotWhole) => {}
        decided => return decided,
    }
    let end = range::first_end(pdf).ok_or(SealFault::NotWhole)?;
    let sealed = check_first(&pdf[..end], &trusted.keys, &trusted.stampers)?;
    let further = further::check_pinned(&pdf[..end], pdf, &trusted.national)?;
    Ok(Sealed { national: Some(further.signer), ..sealed })
}

/// The first revision: the seal of the office, with or without a time stamp.
fn check_first(pdf: &[u8], keys: &[PinnedKey], stampers: &[Vec<u8>]) -> Result<Sealed, SealFault> {
    let gap = range::find_gap(pdf).ok_or(SealFault::NotWhole)?;
    let seal = unpadded(&pdf[gap.start + 1..gap.end - 1]).ok_or(SealFault::Changed)?;
    let stated = cms::read(&seal).map_err(|_| SealFault::Changed)?;
    let key = keys.iter().find(|key| stated.certificates.contains(&key.certificate)).ok_or(SealFault::UnknownKey)?;
    let digest = range::digest(pdf, &gap);
    let stamped_at = match &stated.stamp {
        None => None,
        // A time stamp is not under the signature: anybody could have put one there that nobody vouches for.
        Some(stamp) => Some(token::check(stamp, &stated.signature, stampers).ok_or(SealFault::Changed)?),
    };
    let ours = cms::assemble(key, &digest, &stated.signature, stated.stamp.as_deref());
    let signed = cms::to_sign(key, &digest).map_err(|_| SealFault::Changed)?;
    if ours.is_ok_and(|ours| ours == seal) && is_signed(key, &signed, &stated.signature) {
        Ok(Sealed { key_id: key.id.clone(), national: None, stamped_at })
    } else {
        Err(SealFault::Changed)
    }
}

/// The seal without its padding; `None` unless it stands in lower-case hexadecimal followed by zeros only.
fn unpadded(room: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = HEXLOWER.decode(room).ok()?;
    let padding = bytes.split_off(cms::length(&bytes).ok().filter(|length| *length <= bytes.len())?);
    padding.iter().all(|byte| *byte == 0).then_some(bytes)
}

/// Of the two forms of a signature only the lower one counts, in its only encoding.
fn is_signed(key: &PinnedKey, bytes: &[u8], der: &[u8]) -> bool {
    let (Some(public), Ok(signature)) = (key.public_key(), Signature::from_der(der)) else { return false };
    signature.normalize_s().is_none()
        && signature.to_der().as_bytes() == der
        && public.verify(bytes, &signature).is_ok()
}
