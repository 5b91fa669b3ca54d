//! Bearer tokens of the API: Ed25519 JWTs that name a session, so that a sign-out ends them at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Session;
use crate::clock::Instant;
use crate::ids::{OfficerId, SessionId};

const AUDIENCE: &str = "loket-api";
/// Tokens that are known to be ours; more than are in use at once.
const MOST_KNOWN: usize = 4_096;
const KEY_ID: &str = "session-1";

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: OfficerId,
    sid: SessionId,
    aud: String,
    iat: i64,
    exp: i64,
}

/// The token is not one of ours, was changed, or has ended.
#[derive(Debug, thiserror::Error)]
#[error("bearer token refused")]
pub struct BearerError;

/// Makes and reads bearer tokens.
pub struct Bearers {
    encoding: EncodingKey,
    decoding: DecodingKey,
    public: Vec<u8>,
    /// The sessions of tokens whose signature was found right before, by their digest: a signature does not change, and
    /// to check it takes longer than the whole look at the session.
    known: Mutex<HashMap<Vec<u8>, SessionId>>,
}

impl Bearers {
    /// From the session key.
    pub fn new(pkcs8: &[u8]) -> Result<Bearers, BearerError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| BearerError)?;
        let public = pair.public_key().as_ref().to_vec();
        let (encoding, decoding) = (EncodingKey::from_ed_der(pkcs8), DecodingKey::from_ed_der(&public));
        Ok(Bearers { encoding, decoding, public, known: Mutex::default() })
    }

    /// The token of an API session.
    pub fn issue(&self, session: &Session, now: Instant) -> Result<String, BearerError> {
        let claims = Claims {
            sub: session.officer,
            sid: session.id,
            aud: AUDIENCE.to_owned(),
            iat: now.utc().timestamp(),
            exp: session.expires_at.utc().timestamp(),
        };
        let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, &self.encoding).map_err(|_| BearerError)
    }

    /// The session a token names. Whether it still lives is the store's to say, by the office's clock.
    pub fn read(&self, token: &str) -> Result<SessionId, BearerError> {
        let of_token = digest(&SHA256, token.as_bytes());
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = known().get(of_token.as_ref()) {
            return Ok(*session);
        }
        let session = self.check(token)?;
        let mut known = known();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(of_token.as_ref().to_vec(), session);
        Ok(session)
    }

    fn check(&self, token: &str) -> Result<SessionId, BearerError> {
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.validate_exp = false;
        decode::<Claims>(token, &self.decoding, &rules).map(|t| t.claims.sid).map_err(|_| BearerError)
    }

    /// The public key as a JWK.
    pub fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KEY_ID, "x": BASE64URL_NOPAD.encode(&self.public) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::SessionKind;
    use aws_lc_rs::rand::SystemRandom;

    #[test]
    fn a_bearer_token_names_its_session_and_a_changed_or_foreign_one_is_refused() {
        let key = || Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap().as_ref().to_vec();
        let bearers = Bearers::new(&key()).unwrap();
        let now = Instant(1_800_000_000_000_000);
        let session = Session {
            id: SessionId::new(now.0),
            officer: OfficerId::new(now.0),
            kind: SessionKind::Api,
            expires_at: now.plus_minutes(60),
        };
        let token = bearers.issue(&session, now).unwrap();
        assert_eq!(bearers.read(&token).unwrap(), session.id);
        assert_eq!(bearers.read(&token).unwrap(), session.id);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let turned: String = signature.chars().rev().collect();
        assert!(bearers.read(&format!("{signed}.{turned}")).is_err());
        assert!(Bearers::new(&key()).unwrap().read(&token).is_err());
        let unsigned =
            format!("{}.{}.", BASE64URL_NOPAD.encode(br#"{"alg":"none"}"#), token.split('.').nth(1).unwrap());
        assert!(bearers.read(&unsigned).is_err());
    }
}
