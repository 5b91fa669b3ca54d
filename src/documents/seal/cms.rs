//! The seal itself: signed data (RFC 5652) of the level B-B (ETSI EN 319 122-1), in the one form we write.

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::oid::db::{rfc5911, rfc5912};
use der::{Decode, Encode, Sequence};
use x509_cert::Certificate;
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::keys::{PinnedKey, sha256};

/// Signing certificate, version 2 (RFC 5035).
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
/// Time stamp of the signature (RFC 3161, appendix A).
const TIME_STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.14");

/// Names the certificate by its SHA-256, the digest that is left out of the encoding.
#[derive(Sequence)]
struct CertificateId {
    digest: OctetString,
}

#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<CertificateId>,
}

/// What is signed: the attributes with the digest of the file and of the certificate.
pub fn to_sign(key: &PinnedKey, digest: &[u8; 32]) -> der::Result<Vec<u8>> {
    attributes(key, digest)?.to_der()
}

fn attributes(key: &PinnedKey, digest: &[u8; 32]) -> der::Result<Attributes> {
    let named = CertificateId { digest: OctetString::new(sha256(&key.certificate))? };
    let named = SigningCertificate { certificates: vec![named] };
    let mut attributes = Attributes::default();
    attributes.insert(attribute(rfc5911::ID_CONTENT_TYPE, Any::encode_from(&rfc5911::ID_DATA)?)?)?;
    attributes.insert(attribute(rfc5911::ID_MESSAGE_DIGEST, Any::encode_from(&OctetString::new(*digest)?)?)?)?;
    attributes.insert(attribute(SIGNING_CERTIFICATE, Any::encode_from(&named)?)?)?;
    Ok(attributes)
}

fn attribute(oid: ObjectIdentifier, value: Any) -> der::Result<Attribute> {
    let mut values = SetOfVec::new();
    values.insert(value)?;
    Ok(Attribute { oid, values })
}

/// The whole seal from its signature and, if there is one, the time stamp of the signature.
pub fn assemble(key: &PinnedKey, digest: &[u8; 32], signature: &[u8], stamp: Option<&[u8]>) -> der::Result<Vec<u8>> {
    let certificate = Certificate::from_der(&key.certificate)?;
    let sha256 = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: None };
    let signer = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(IssuerAndSerialNumber {
            issuer: certificate.tbs_certificate.issuer.clone(),
            serial_number: certificate.tbs_certificate.serial_number.clone(),
        }),
        digest_alg: sha256.clone(),
        signed_attrs: Some(attributes(key, digest)?),
        signature_algorithm: AlgorithmIdentifierOwned { oid: rfc5912::ECDSA_WITH_SHA_256, parameters: None },
        signature: OctetString::new(signature)?,
        unsigned_attrs: stamp.map(stamped).transpose()?,
    };
    let authority = Certificate::from_der(&key.authority)?;
    let chain = vec![CertificateChoices::Certificate(certificate), CertificateChoices::Certificate(authority)];
    let signed = SignedData {
        version: CmsVersion::V1,
        digest_algorithms: vec![sha256].try_into()?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: rfc5911::ID_DATA, econtent: None },
        certificates: Some(CertificateSet(chain.try_into()?)),
        crls: None,
        signer_infos: SignerInfos(vec![signer].try_into()?),
    };
    ContentInfo { content_type: rfc5911::ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
}

fn stamped(stamp: &[u8]) -> der::Result<Attributes> {
    let mut attributes = Attributes::default();
    attributes.insert(attribute(TIME_STAMP, Any::from_der(stamp)?)?)?;
    Ok(attributes)
}

/// What a seal states about itself; nothing of it is trusted.
pub struct Stated {
    /// The certificates in it, as DER.
    pub certificates: Vec<Vec<u8>>,
    /// The signature, as DER.
    pub signature: Vec<u8>,
    /// The time stamp of the signature, as DER.
    pub stamp: Option<Vec<u8>>,
}

/// Reads a seal.
pub fn read(seal: &[u8]) -> der::Result<Stated> {
    let content = ContentInfo::from_der(seal)?;
    let signed: SignedData = content.content.decode_as()?;
    let chain = signed.certificates.iter().flat_map(|set| set.0.iter());
    let certificates = chain.map(Encode::to_der).collect::<der::Result<_>>()?;
    let signer = signed.signer_infos.0.get(0).ok_or(der::ErrorKind::Failed)?;
    let unsigned = signer.unsigned_attrs.iter().flat_map(|attributes| attributes.iter());
    let stamp = unsigned.filter(|attribute| attribute.oid == TIME_STAMP).find_map(|attribute| attribute.values.get(0));
    let stamp = stamp.map(Encode::to_der).transpose()?;
    Ok(Stated { certificates, signature: signer.signature.as_bytes().to_vec(), stamp })
}

/// The length of a seal at the start of its room, by its own header.
pub fn length(room: &[u8]) -> der::Result<usize> {
    let mut reader = der::SliceReader::new(room)?;
    let header = der::Header::decode(&mut reader)?;
    usize::try_from((header.encoded_len()? + header.length)?)
}
