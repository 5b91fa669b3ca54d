//! Whether a time stamp (RFC 3161) is by an authority that is trusted, and of which signature and moment it speaks.

use aws_lc_rs::digest;
use chrono::{DateTime, SecondsFormat, Utc};
use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{GeneralizedTime, ObjectIdentifier, OctetString};
use der::oid::db::rfc5912;
use der::{Decode, Header, Sequence, SliceReader};
use x509_cert::Certificate;
use x509_cert::ext::pkix::ExtendedKeyUsage;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::signed;
use super::stamp::STAMPED;
use crate::keys::sha256;

/// Signing of time stamps, id-kp-timeStamping.
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

#[derive(Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

/// The moment a token states for a signature (RFC 3339), when one of the authorities (certificates as DER) signed it.
pub fn check(token: &[u8], signature: &[u8], stampers: &[Vec<u8>]) -> Option<String> {
    let data: SignedData = ContentInfo::from_der(token).ok()?.content.decode_as().ok()?;
    let signer = signed::only_signer(&data)?;
    let certificate = stampers.iter().find_map(|der| {
        Certificate::from_der(der).ok().filter(|certificate| signed::is_named(&signer.sid, certificate))
    })?;
    let content = &data.encap_content_info;
    let content = content.econtent.as_ref().filter(|_| content.econtent_type == STAMPED)?;
    let content: OctetString = content.decode_as().ok()?;
    let algorithm = signed::algorithm_of(signer.digest_alg.oid)?;
    let digest = digest::digest(algorithm, content.as_bytes());
    let ours = is_stamper(&certificate) && signed::fits(signer, &certificate, digest.as_ref()).ok()?;
    let (imprint, moment) = stated(content.as_bytes()).ok()?;
    let ours = ours && imprint.algorithm.oid == rfc5912::ID_SHA_256 && imprint.digest.as_bytes() == sha256(signature);
    let moment = DateTime::<Utc>::from_timestamp(i64::try_from(moment.to_unix_duration().as_secs()).ok()?, 0)?;
    ours.then(|| moment.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// Imprint and moment of a statement (RFC 3161, 2.4.2); what follows them is optional.
fn stated(statement: &[u8]) -> der::Result<(Imprint, GeneralizedTime)> {
    let mut reader = SliceReader::new(statement)?;
    Header::decode(&mut reader)?;
    u8::decode(&mut reader)?;
    ObjectIdentifier::decode(&mut reader)?;
    let imprint = Imprint::decode(&mut reader)?;
    der::asn1::Int::decode(&mut reader)?;
    // Fractions of a second are rare and cannot be read by every reader.
    let moment = GeneralizedTime::decode(&mut reader)?;
    Ok((imprint, moment))
}

fn is_stamper(certificate: &Certificate) -> bool {
    let usage = certificate.tbs_certificate.get::<ExtendedKeyUsage>();
    usage.ok().flatten().is_some_and(|(_, usage)| usage.0.contains(&TIME_STAMPING))
}
