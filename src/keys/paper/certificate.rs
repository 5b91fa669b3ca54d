//! Certificates of the office's own authority (RFC 5280) for the keys that seal papers (RFC 9336).

use std::str::FromStr;
use std::time::Duration;

use der::asn1::{ObjectIdentifier, UtcTime};
use der::{Decode, Encode};
use p256::ecdsa::{DerSignature, SigningKey};
use x509_cert::Certificate;
use x509_cert::builder::{Builder, CertificateBuilder, Profile};
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity};

use crate::clock::Instant;
use crate::keys::fill_random;

/// Years the authority's own certificate is valid.
const AUTHORITY_YEARS: i64 = 20;
/// Years a sealing certificate is valid; a new key is made before it ends.
const PAPER_YEARS: i64 = 3;
const MINUTES_A_YEAR: i64 = 366 * 24 * 60;
/// Signing of documents, id-kp-documentSigning (RFC 9336).
const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");

/// The certificate could not be made or read.
#[derive(Debug, thiserror::Error)]
#[error("certificate: {0}")]
pub struct CertificateError(String);

impl From<der::Error> for CertificateError {
    fn from(error: der::Error) -> Self {
        CertificateError(error.to_string())
    }
}

impl From<x509_cert::builder::Error> for CertificateError {
    fn from(error: x509_cert::builder::Error) -> Self {
        CertificateError(error.to_string())
    }
}

/// The certificate of the authority, signed by itself, as DER.
pub fn authority(key: &SigningKey, office: &str, now: Instant) -> Result<Vec<u8>, CertificateError> {
    let subject = name("Otoritas Segel", office)?;
    let public = public_key(key)?;
    let validity = validity(now, AUTHORITY_YEARS)?;
    let builder = CertificateBuilder::new(Profile::Root, serial()?, validity, subject, public, key)?;
    Ok(builder.build::<DerSignature>()?.to_der()?)
}

/// The certificate of a sealing key, signed by the authority, as DER.
pub fn paper(
    key: &SigningKey,
    (authority_key, authority): (&SigningKey, &[u8]),
    office: &str,
    now: Instant,
) -> Result<Vec<u8>, CertificateError> {
    let issuer = Certificate::from_der(authority)?.tbs_certificate.subject;
    let profile = Profile::Leaf { issuer, enable_key_agreement: false, enable_key_encipherment: false };
    let subject = name("Segel Elektronik", office)?;
    let public = public_key(key)?;
    let validity = validity(now, PAPER_YEARS)?;
    let mut builder = CertificateBuilder::new(profile, serial()?, validity, subject, public, authority_key)?;
    builder.add_extension(&ExtendedKeyUsage(vec![DOCUMENT_SIGNING]))?;
    Ok(builder.build::<DerSignature>()?.to_der()?)
}

/// When a certificate ends.
pub fn ends_at(certificate: &[u8]) -> Result<Instant, CertificateError> {
    let validity = Certificate::from_der(certificate)?.tbs_certificate.validity;
    let seconds = validity.not_after.to_unix_duration().as_secs();
    Ok(Instant(0).plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1_000_000)))
}

/// The names stand in each file: characters with a meaning in RFC 4514 are escaped.
fn name(role: &str, office: &str) -> Result<Name, CertificateError> {
    let office: String = office.chars().filter(|c| !c.is_control()).collect();
    let escaped: String =
        office.chars().flat_map(|c| "\\,+\"<>;=#".contains(c).then_some('\\').into_iter().chain([c])).collect();
    Ok(Name::from_str(&format!("CN={role},O={escaped},C=ID"))?)
}

fn public_key(key: &SigningKey) -> Result<SubjectPublicKeyInfoOwned, CertificateError> {
    SubjectPublicKeyInfoOwned::from_key(*key.verifying_key()).map_err(|error| CertificateError(error.to_string()))
}

/// From a day before, for clocks that are a little behind.
fn validity(now: Instant, years: i64) -> Result<Validity, CertificateError> {
    let time = |at: Instant| -> Result<Time, CertificateError> {
        let seconds = u64::try_from(at.0 / 1_000_000).unwrap_or_default();
        Ok(Time::UtcTime(UtcTime::from_unix_duration(Duration::from_secs(seconds))?))
    };
    Ok(Validity {
        not_before: time(now.plus_minutes(-24 * 60))?,
        not_after: time(now.plus_minutes(years * MINUTES_A_YEAR))?,
    })
}

/// Sixteen random bytes, positive.
fn serial() -> Result<SerialNumber, CertificateError> {
    let mut bytes = [0; 16];
    fill_random(&mut bytes);
    bytes[0] = bytes[0] & 0x7F | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}
