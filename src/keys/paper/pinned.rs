//! Keys whose seals are accepted, and the key set (RFC 7517) in which they are published.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use der::{Decode, Encode};
use p256::ecdsa::VerifyingKey;
use p256::pkcs8::DecodePublicKey;
use serde_json::{Value, json};
use x509_cert::Certificate;

use super::certificate;
use crate::clock::Instant;

/// A key whose seals are accepted: its certificate and that of the authority, as DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinnedKey {
    /// Its name, such as `paper-1`.
    pub id: String,
    /// The certificate of the key.
    pub certificate: Vec<u8>,
    /// The certificate of the office's authority.
    pub authority: Vec<u8>,
}

/// A published key set that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// No JSON Web Key Set.
    #[error("not a key set (RFC 7517)")]
    NoSet,
    /// No sealing key in it.
    #[error("the key set holds no key with certificates (x5c)")]
    NoKey,
}

impl PinnedKey {
    /// The public key, if the certificate can be read.
    pub fn public_key(&self) -> Option<VerifyingKey> {
        let certificate = Certificate::from_der(&self.certificate).ok()?;
        let public = certificate.tbs_certificate.subject_public_key_info.to_der().ok()?;
        VerifyingKey::from_public_key_der(&public).ok()
    }

    /// When its certificate ends; `None` when that cannot be read.
    pub fn ends_at(&self) -> Option<Instant> {
        certificate::ends_at(&self.certificate).ok()
    }

    /// The key as it is published; `None` when the certificate cannot be read.
    pub fn jwk(&self) -> Option<Value> {
        let point = self.public_key()?.to_encoded_point(false);
        let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
        Some(json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.id,
            "x": part(point.x()?), "y": part(point.y()?),
            "x5c": [BASE64.encode(&self.certificate), BASE64.encode(&self.authority)],
        }))
    }

    /// The sealing keys of a published key set; others in it are left out.
    ///
    /// # Errors
    /// [`PinError`] when there is none.
    pub fn list_of(key_set: &str) -> Result<Vec<PinnedKey>, PinError> {
        let set: Value = serde_json::from_str(key_set).map_err(|_| PinError::NoSet)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(PinError::NoSet)?;
        let keys: Vec<PinnedKey> = keys.iter().filter_map(PinnedKey::read).collect();
        if keys.is_empty() { Err(PinError::NoKey) } else { Ok(keys) }
    }

    fn read(jwk: &Value) -> Option<PinnedKey> {
        let chain = jwk.get("x5c")?.as_array()?;
        let der = |at: usize| BASE64.decode(chain.get(at)?.as_str()?.as_bytes()).ok();
        let key = PinnedKey { id: jwk.get("kid")?.as_str()?.to_owned(), certificate: der(0)?, authority: der(1)? };
        // The numbers of the key and its certificate must agree.
        (key.jwk()?.get("x") == jwk.get("x")).then_some(key)
    }
}
