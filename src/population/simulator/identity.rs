//! Signed identity codes of the synthetic residents, for offices that try them out. The key is this text: DATA UJI only.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::Simulator;
use crate::clock::Instant;

/// Everybody can read it, so that nobody takes it for a secret.
const SEED: &[u8; 32] = b"DATA UJI: this key is no secret!";
/// The number of the key.
const KEY_ID: &str = "data-uji-1";
/// Who signs.
const ISSUER: &str = "DATA UJI (simulator)";

/// The public key as a JWK set, ready for `identity_keys_file`.
pub fn identity_key_set() -> Value {
    let public = pair().map(|pair| BASE64URL_NOPAD.encode(pair.public_key().as_ref())).unwrap_or_default();
    json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": KEY_ID, "x": public }] })
}

fn pair() -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_seed_unchecked(SEED).ok()
}

impl Simulator {
    /// The signed code of a resident, valid between two moments; `None` for a NIK it does not know.
    pub fn identity_code(&self, nik: &str, (from, until): (Instant, Instant)) -> Option<String> {
        let resident = self.residents.get(nik)?;
        let seconds = |at: Instant| at.utc().timestamp();
        let claims = json!({ "iss": ISSUER, "iat": seconds(from), "exp": seconds(until), "nik": nik,
            "name": resident.name, "birth_date": resident.birth_date, "sex": resident.sex });
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        let key = pair()?.to_pkcs8().ok()?;
        encode(&header, &claims, &EncodingKey::from_ed_der(key.as_ref())).ok()
    }
}
