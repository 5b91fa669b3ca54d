//! Whether a file is one of ours with exactly one further signature behind it, and nothing else changed.

use aws_lc_rs::digest::Algorithm;
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use data_encoding::HEXLOWER_PERMISSIVE;
use der::{Decode, Encode};

use super::{SealFault, cms as ours, pages, range, signed};

/// A further signature that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FurtherSeal {
    /// Whose, as the certificate names it.
    pub signer: String,
    /// The certificate, as DER.
    pub certificate: Vec<u8>,
}

/// Anywhere on a page, in points.
const ANYWHERE: [u32; 4] = [0, 0, 100_000, 100_000];

/// Checks that `longer` is `base`, unchanged, with one further revision under a signature that covers the whole file.
/// The pages may carry nothing new but the field of the signature, within `place` (left, bottom, width, height in
/// points) or, without one, nowhere. Who signed is answered, not judged.
///
/// # Errors
/// [`SealFault`], the first reason found.
pub fn check_further(base: &[u8], longer: &[u8], place: Option<[u32; 4]>) -> Result<FurtherSeal, SealFault> {
    if longer.len() <= base.len() || !longer.starts_with(base) {
        return Err(SealFault::NotWhole);
    }
    let further = check_signature(base.len(), longer)?;
    if pages::is_same_but_signature(base, longer, place) { Ok(further) } else { Err(SealFault::Changed) }
}

/// The same for a file somebody brings: the further signature must be by one of the certificates, before anything
/// else of the file is read.
pub(super) fn check_pinned(base: &[u8], longer: &[u8], certificates: &[Vec<u8>]) -> Result<FurtherSeal, SealFault> {
    let further = check_signature(base.len(), longer)?;
    if !certificates.contains(&further.certificate) {
        return Err(SealFault::UnknownKey);
    }
    let same = pages::is_same_but_signature(base, longer, Some(ANYWHERE));
    if same { Ok(further) } else { Err(SealFault::Changed) }
}

/// The signature behind `start`, which must cover the whole file.
fn check_signature(start: usize, longer: &[u8]) -> Result<FurtherSeal, SealFault> {
    let gap = range::find_last_gap(longer).filter(|gap| gap.start >= start).ok_or(SealFault::NotWhole)?;
    let room = &longer[gap.start + 1..gap.end - 1];
    let mut der = HEXLOWER_PERMISSIVE.decode(room).map_err(|_| SealFault::Changed)?;
    let length = ours::length(&der).ok().filter(|length| *length <= der.len()).ok_or(SealFault::Changed)?;
    if der.split_off(length).iter().any(|byte| *byte != 0) {
        return Err(SealFault::Changed);
    }
    let further = signed_by(&der, |algorithm| range::digest_by(algorithm, longer, &gap));
    further.map_err(|_| SealFault::Changed)?.ok_or(SealFault::Changed)
}

/// The one signer of signed data over a content; `None` when the signature does not fit.
fn signed_by(der: &[u8], digest: impl FnOnce(&'static Algorithm) -> Vec<u8>) -> der::Result<Option<FurtherSeal>> {
    let data: SignedData = ContentInfo::from_der(der)?.content.decode_as()?;
    let Some(signer) = signed::only_signer(&data) else { return Ok(None) };
    let Some(certificate) = signed::certificate_of(&data, signer)? else { return Ok(None) };
    let Some(algorithm) = signed::algorithm_of(signer.digest_alg.oid) else { return Ok(None) };
    if !signed::fits(signer, &certificate, &digest(algorithm))? {
        return Ok(None);
    }
    let signer = certificate.tbs_certificate.subject.to_string();
    Ok(Some(FurtherSeal { signer, certificate: certificate.to_der()? }))
}
