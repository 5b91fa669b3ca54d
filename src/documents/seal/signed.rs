//! Whether the one signer of signed data (RFC 5652) is who a certificate says, over the digest of a content.

use aws_lc_rs::digest::{self, Algorithm};
use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use cms::signed_data::{SignedData, SignerIdentifier, SignerInfo};
use der::asn1::{ObjectIdentifier, OctetString};
use der::oid::db::{rfc5911, rfc5912};
use der::{Decode, Encode};
use x509_cert::Certificate;

/// The digest a signer names; `None` for any but SHA-2.
pub fn algorithm_of(oid: ObjectIdentifier) -> Option<&'static Algorithm> {
    [
        (rfc5912::ID_SHA_256, &digest::SHA256),
        (rfc5912::ID_SHA_384, &digest::SHA384),
        (rfc5912::ID_SHA_512, &digest::SHA512),
    ]
    .into_iter()
    .find_map(|(known, algorithm)| (known == oid).then_some(algorithm))
}

/// The only signer.
pub fn only_signer(signed: &SignedData) -> Option<&SignerInfo> {
    match signed.signer_infos.0.as_slice() {
        [signer] => Some(signer),
        _ => None,
    }
}

/// The certificate in the signed data that its signer names.
pub fn certificate_of(signed: &SignedData, signer: &SignerInfo) -> der::Result<Option<Certificate>> {
    for choice in signed.certificates.iter().flat_map(|set| set.0.iter()) {
        let certificate = Certificate::from_der(&choice.to_der()?)?;
        if is_named(&signer.sid, &certificate) {
            return Ok(Some(certificate));
        }
    }
    Ok(None)
}

/// Whether a signer names a certificate, by issuer and serial number.
pub fn is_named(sid: &SignerIdentifier, certificate: &Certificate) -> bool {
    match sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == certificate.tbs_certificate.issuer
                && named.serial_number == certificate.tbs_certificate.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(_) => false,
    }
}

/// Whether the signer signed a content of this digest (by the algorithm it names) with the key of the certificate:
/// RSA (PKCS #1) or ECDSA on P-256 or P-384.
pub fn fits(signer: &SignerInfo, certificate: &Certificate, content: &[u8]) -> der::Result<bool> {
    let Some(attributes) = &signer.signed_attrs else { return Ok(false) };
    let stated = attributes.iter().find(|attribute| attribute.oid == rfc5911::ID_MESSAGE_DIGEST);
    let Some(value) = stated.and_then(|attribute| attribute.values.get(0)) else { return Ok(false) };
    let stated: OctetString = value.decode_as()?;
    let key = &certificate.tbs_certificate.subject_public_key_info;
    let kind = verification(key.algorithm.oid, signer.digest_alg.oid, key.subject_public_key.raw_bytes().len());
    let (Some(kind), Some(bits)) = (kind, key.subject_public_key.as_bytes()) else { return Ok(false) };
    let signed = attributes.to_der()?;
    let verified = UnparsedPublicKey::new(kind, bits).verify(&signed, signer.signature.as_bytes());
    Ok(stated.as_bytes() == content && verified.is_ok())
}

/// Bytes of an uncompressed point on P-256 and P-384.
const P256_POINT: usize = 65;
const P384_POINT: usize = 97;

fn verification(
    key: ObjectIdentifier,
    digest: ObjectIdentifier,
    length: usize,
) -> Option<&'static dyn VerificationAlgorithm> {
    const RSA: ObjectIdentifier = rfc5912::RSA_ENCRYPTION;
    const EC: ObjectIdentifier = rfc5912::ID_EC_PUBLIC_KEY;
    const SHA_256: ObjectIdentifier = rfc5912::ID_SHA_256;
    const SHA_384: ObjectIdentifier = rfc5912::ID_SHA_384;
    const SHA_512: ObjectIdentifier = rfc5912::ID_SHA_512;
    match (key, digest, length) {
        (RSA, SHA_256, _) => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        (RSA, SHA_384, _) => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        (RSA, SHA_512, _) => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        (EC, SHA_256, P256_POINT) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (EC, SHA_384, P384_POINT) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}
