//! Time stamps (RFC 3161): the question to the authority, and whether its answer speaks of our signature.

use cms::content_info::ContentInfo;
use cms::signed_data::SignedData;
use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::oid::db::rfc5912;
use der::{Decode, Encode, Sequence};
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::signer::SealError;
use crate::keys::sha256;

/// Content of a time stamp, id-ct-TSTInfo.
pub(super) const STAMPED: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Asks a time-stamp authority; blocks until it answers.
pub trait Stamper: Send + Sync {
    /// The token for a signature, as DER.
    ///
    /// # Errors
    /// [`SealError`] when there is none; the seal is put on without.
    fn stamp(&self, signature: &[u8]) -> Result<Vec<u8>, SealError>;
}

#[derive(Sequence)]
struct Imprint {
    algorithm: AlgorithmIdentifierOwned,
    digest: OctetString,
}

#[derive(Sequence)]
struct Request {
    version: u8,
    imprint: Imprint,
    nonce: u64,
    with_certificates: bool,
}

#[derive(Sequence)]
struct Status {
    status: u8,
    #[asn1(optional = "true")]
    words: Option<Any>,
    #[asn1(optional = "true")]
    failure: Option<Any>,
}

#[derive(Sequence)]
struct Reply {
    status: Status,
    #[asn1(optional = "true")]
    token: Option<ContentInfo>,
}

/// The question for a signature, as DER; the nonce comes back in the answer.
///
/// # Errors
/// [`SealError::Refused`] when it cannot be encoded.
pub fn stamp_request(signature: &[u8], nonce: u64) -> Result<Vec<u8>, SealError> {
    let encode = || -> der::Result<Vec<u8>> {
        let algorithm = AlgorithmIdentifierOwned { oid: rfc5912::ID_SHA_256, parameters: None };
        let imprint = Imprint { algorithm, digest: OctetString::new(sha256(signature))? };
        Request { version: 1, imprint, nonce, with_certificates: true }.to_der()
    };
    encode().map_err(|error| SealError::Refused(error.to_string()))
}

/// The token of an answer.
///
/// # Errors
/// [`SealError::Refused`] when the authority refuses, or its token speaks of another signature or question.
pub fn accept_stamp(answer: &[u8], signature: &[u8], nonce: u64) -> Result<Vec<u8>, SealError> {
    let refused = |why: &str| SealError::Refused(format!("time stamp: {why}"));
    let reply = Reply::from_der(answer).map_err(|_| refused("the answer cannot be read"))?;
    let token = reply.token.filter(|_| reply.status.status <= 1).ok_or_else(|| refused("not granted"))?;
    let signed: SignedData = token.content.decode_as().map_err(|_| refused("no signed data"))?;
    let content = signed.encap_content_info;
    let stated = content.econtent.filter(|_| content.econtent_type == STAMPED);
    let stated = stated.and_then(|content| content.decode_as::<OctetString>().ok());
    let stated = stated.ok_or_else(|| refused("no statement"))?;
    // The statement is a sequence in DER: our digest and our nonce stand in it as they were asked.
    let parts = [OctetString::new(sha256(signature)).and_then(|digest| digest.to_der()), nonce.to_der()];
    let ours = parts
        .into_iter()
        .all(|part| part.is_ok_and(|part| stated.as_bytes().windows(part.len()).any(|window| window == part)));
    if ours { token.to_der().map_err(|_| refused("cannot be kept")) } else { Err(refused("for something else")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_holds_the_digest_of_the_signature() {
        let request = stamp_request(b"signature", 7).unwrap();
        let digest = sha256(b"signature");
        assert!(request.windows(32).any(|window| window == digest));
        assert_ne!(request, stamp_request(b"signature", 8).unwrap());
    }

    #[test]
    fn an_answer_without_a_token_is_refused() {
        // Status 2 (rejection), nothing else.
        let answer = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        let refused = accept_stamp(&answer, b"signature", 7).unwrap_err();
        assert!(refused.to_string().contains("not granted"), "{refused}");
        assert!(accept_stamp(b"halo", b"signature", 7).is_err());
    }
}
