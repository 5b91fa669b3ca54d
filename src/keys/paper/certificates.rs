//! Certificates of others in the published key set: of national signatures and of time-stamp authorities.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use der::asn1::Uint;
use der::oid::db::rfc5912;
use der::{Decode, Encode, Sequence};
use p256::ecdsa::VerifyingKey;
use p256::pkcs8::DecodePublicKey;
use serde_json::{Value, json};
use x509_cert::Certificate;

use crate::keys::sha256;

/// An RSA key (RFC 8017, appendix A.1.1).
#[derive(Sequence)]
struct RsaKey {
    modulus: Uint,
    exponent: Uint,
}

/// A certificate as it is published; `None` when its key is neither RSA nor on P-256.
pub fn certificate_jwk(prefix: &str, certificate: &[u8]) -> Option<Value> {
    let read = Certificate::from_der(certificate).ok()?.tbs_certificate.subject_public_key_info;
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let mut jwk = if read.algorithm.oid == rfc5912::RSA_ENCRYPTION {
        let key = RsaKey::from_der(read.subject_public_key.as_bytes()?).ok()?;
        json!({ "kty": "RSA", "alg": "RS256", "n": part(key.modulus.as_bytes()), "e": part(key.exponent.as_bytes()) })
    } else {
        let point = VerifyingKey::from_public_key_der(&read.to_der().ok()?).ok()?.to_encoded_point(false);
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "x": part(point.x()?), "y": part(point.y()?) })
    };
    jwk["use"] = json!("sig");
    jwk["kid"] = json!(format!("{prefix}{}", HEXLOWER.encode(&sha256(certificate)[..8])));
    jwk["x5c"] = json!([BASE64.encode(certificate)]);
    Some(jwk)
}

/// The certificates of one sort in a published key set, as DER; others in it are left out.
pub fn list_certificates(key_set: &str, prefix: &str) -> Vec<Vec<u8>> {
    let read = |jwk: &Value| {
        let certificate = BASE64.decode(jwk.get("x5c")?.get(0)?.as_str()?.as_bytes()).ok()?;
        // Name and numbers must be those of the certificate.
        (certificate_jwk(prefix, &certificate).as_ref() == Some(jwk)).then_some(certificate)
    };
    let set: Option<Value> = serde_json::from_str(key_set).ok();
    let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array());
    keys.into_iter().flatten().filter_map(read).collect()
}
