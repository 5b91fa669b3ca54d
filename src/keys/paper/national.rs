//! Certificates of national signatures in the published key set: whoever pins it accepts these signatures too, behind
//! the office's own seal.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use der::asn1::Uint;
use der::oid::db::rfc5912;
use der::{Decode, Encode, Sequence};
use p256::ecdsa::VerifyingKey;
use p256::pkcs8::DecodePublicKey;
use serde_json::{Value, json};
use x509_cert::Certificate;

use crate::keys::sha256;

/// How the id of such a certificate begins in a key set.
const PREFIX: &str = "national-";

/// An RSA key (RFC 8017, appendix A.1.1).
#[derive(Sequence)]
struct RsaKey {
    modulus: Uint,
    exponent: Uint,
}

/// A certificate as it is published; `None` when its key is neither RSA nor on P-256.
pub fn national_jwk(certificate: &[u8]) -> Option<Value> {
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
    jwk["kid"] = json!(format!("{PREFIX}{}", HEXLOWER.encode(&sha256(certificate)[..8])));
    jwk["x5c"] = json!([BASE64.encode(certificate)]);
    Some(jwk)
}

/// The certificates of national signatures in a published key set, as DER; others in it are left out.
pub fn list_national(key_set: &str) -> Vec<Vec<u8>> {
    let read = |jwk: &Value| {
        let certificate = BASE64.decode(jwk.get("x5c")?.get(0)?.as_str()?.as_bytes()).ok()?;
        // Name and numbers must be those of the certificate.
        (national_jwk(&certificate).as_ref() == Some(jwk)).then_some(certificate)
    };
    let set: Option<Value> = serde_json::from_str(key_set).ok();
    let keys = set.as_ref().and_then(|set| set.get("keys")?.as_array());
    keys.into_iter().flatten().filter_map(read).collect()
}
