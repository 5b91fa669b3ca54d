//! Whether a file is one of ours with exactly one further signature behind it, and nothing else changed.

use aws_lc_rs::signature::{self, UnparsedPublicKey};
use cms::content_info::ContentInfo;
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use data_encoding::HEXLOWER_PERMISSIVE;
use der::asn1::{ObjectIdentifier, OctetString};
use der::oid::db::{rfc5911, rfc5912};
use der::{Decode, Encode};
use x509_cert::Certificate;

use super::{SealFault, cms as ours, pages, range};

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
    let further = signed_by(&der, &range::digest(longer, &gap));
    further.map_err(|_| SealFault::Changed)?.ok_or(SealFault::Changed)
}

/// The one signer of signed data over a digest; `None` when the signature does not fit.
fn signed_by(der: &[u8], digest: &[u8; 32]) -> der::Result<Option<FurtherSeal>> {
    let signed: SignedData = ContentInfo::from_der(der)?.content.decode_as()?;
    let [signer] = signed.signer_infos.0.as_slice() else { return Ok(None) };
    let chain = signed.certificates.iter().flat_map(|set| set.0.iter());
    let mut own = None;
    for choice in chain {
        let certificate = Certificate::from_der(&choice.to_der()?)?;
        if is_named(&signer.sid, &certificate) {
            own = Some(certificate);
        }
    }
    let Some(certificate) = own else { return Ok(None) };
    if !states_digest(signer, digest)? || !fits(signer, &certificate)? {
        return Ok(None);
    }
    let signer = certificate.tbs_certificate.subject.to_string();
    Ok(Some(FurtherSeal { signer, certificate: certificate.to_der()? }))
}

fn is_named(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == certificate.tbs_certificate.issuer
                && named.serial_number == certificate.tbs_certificate.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(_) => false,
    }
}

/// The signed attributes hold the digest of the file, by SHA-256.
fn states_digest(signer: &SignerInfo, digest: &[u8; 32]) -> der::Result<bool> {
    let Some(attributes) = &signer.signed_attrs else { return Ok(false) };
    let stated = attributes.iter().find(|attribute| attribute.oid == rfc5911::ID_MESSAGE_DIGEST);
    let Some(value) = stated.and_then(|attribute| attribute.values.get(0)) else { return Ok(false) };
    let stated: OctetString = value.decode_as()?;
    Ok(signer.digest_alg.oid == rfc5912::ID_SHA_256 && stated.as_bytes() == digest)
}

/// The signature over the attributes fits the certificate's key: RSA (PKCS #1) or ECDSA on P-256, with SHA-256.
fn fits(signer: &SignerInfo, certificate: &Certificate) -> der::Result<bool> {
    const RSA: ObjectIdentifier = rfc5912::RSA_ENCRYPTION;
    const EC: ObjectIdentifier = rfc5912::ID_EC_PUBLIC_KEY;
    let Some(attributes) = &signer.signed_attrs else { return Ok(false) };
    let signed = attributes.to_der()?;
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let Some(bits) = key.subject_public_key.as_bytes() else { return Ok(false) };
    let algorithm: &dyn signature::VerificationAlgorithm = match key.algorithm.oid {
        RSA => &signature::RSA_PKCS1_2048_8192_SHA256,
        EC => &signature::ECDSA_P256_SHA256_ASN1,
        _ => return Ok(false),
    };
    Ok(UnparsedPublicKey::new(algorithm, bits).verify(&signed, signer.signature.as_bytes()).is_ok())
}
