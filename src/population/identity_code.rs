//! A signed QR code of an identity, checked without a network: a compact JWS (EdDSA or ES256) whose keys are pinned in
//! the settings. It tells who stands at the counter while the population source is silent; the record is asked all the
//! same.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use super::{Nik, Sex};
use crate::clock::{Day, Instant};

/// Longest code, in characters: more does not fit a QR code.
const LONGEST: usize = 4_000;
/// Minutes a foreign clock may be ahead of ours.
const AHEAD_MINUTES: i64 = 5;

/// What a code says, once its signature was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityCode {
    /// Who.
    pub nik: Nik,
    /// Name as on the card.
    pub name: Option<String>,
    /// Birth date.
    pub birth_date: Option<Day>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Who signed it, as the code says.
    pub issuer: String,
    /// Until when it may be used.
    pub expires_at: Instant,
}

/// Why a code is not accepted. They are told apart, since each has another next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Signed by a key that is not pinned here.
    #[error("the key is not pinned")]
    Foreign,
    /// Names a pinned key, but was changed or signed by another.
    #[error("the signature does not fit")]
    Forged,
    /// Was right, and its time is over.
    #[error("the code has expired")]
    Expired,
    /// Its time has not begun: a clock is wrong.
    #[error("the code is not valid yet")]
    Early,
    /// Signed rightly, but without a NIK or an end.
    #[error("the code lacks a NIK or an end")]
    Lacking,
}

impl CodeFault {
    /// The code of the field fault.
    pub fn code(self) -> &'static str {
        match self {
            CodeFault::Foreign => "identity-foreign",
            CodeFault::Forged => "identity-forged",
            CodeFault::Expired => "identity-expired",
            CodeFault::Early => "identity-early",
            CodeFault::Lacking => "identity-lacking",
        }
    }
}

/// The file of pinned keys cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("identity_keys_file: {0}")]
pub struct IdentityKeysError(String);

/// The keys that sign identities, by their number (`kid`).
#[derive(Default)]
pub struct IdentityKeys(BTreeMap<String, (Algorithm, DecodingKey)>);

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: String,
    exp: Option<i64>,
    nbf: Option<i64>,
    iat: Option<i64>,
    nik: Option<String>,
    name: Option<String>,
    birth_date: Option<String>,
    sex: Option<String>,
}

impl IdentityKeys {
    /// Reads a JWK set from a file; none = no key is pinned.
    pub fn open(file: Option<&Path>) -> Result<IdentityKeys, IdentityKeysError> {
        let Some(file) = file else { return Ok(IdentityKeys::default()) };
        let text = std::fs::read_to_string(file).map_err(|e| IdentityKeysError(format!("{}: {e}", file.display())))?;
        IdentityKeys::read(&text)
    }

    /// Reads a JWK set: each key with a number, Ed25519 or P-256.
    pub fn read(text: &str) -> Result<IdentityKeys, IdentityKeysError> {
        let set: JwkSet = serde_json::from_str(text).map_err(|e| IdentityKeysError(e.to_string()))?;
        let mut keys = BTreeMap::new();
        for jwk in &set.keys {
            let wrong = |what: &str| IdentityKeysError(what.to_owned());
            let id = jwk.common.key_id.clone().ok_or_else(|| wrong("a key has no `kid`"))?;
            let algorithm = match &jwk.algorithm {
                AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => Algorithm::EdDSA,
                AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Algorithm::ES256,
                _ => return Err(wrong("only Ed25519 and P-256 keys are taken")),
            };
            let key = DecodingKey::from_jwk(jwk).map_err(|e| IdentityKeysError(format!("key `{id}`: {e}")))?;
            if keys.insert(id.clone(), (algorithm, key)).is_some() {
                return Err(IdentityKeysError(format!("two keys are called `{id}`")));
            }
        }
        Ok(IdentityKeys(keys))
    }

    /// Checks a code and reads who it names.
    ///
    /// # Errors
    /// [`CodeFault`], the first reason found.
    pub fn check(&self, code: &str, now: Instant) -> Result<IdentityCode, CodeFault> {
        let header = jsonwebtoken::decode_header(code).map_err(|_| CodeFault::Forged)?;
        let pinned = header.kid.as_ref().and_then(|id| self.0.get(id));
        let (algorithm, key) = pinned.ok_or(CodeFault::Foreign)?;
        // The algorithm is the pinned key's, never the one the code asks for.
        let mut rules = Validation::new(*algorithm);
        (rules.validate_exp, rules.validate_nbf, rules.validate_aud) = (false, false, false);
        rules.required_spec_claims.clear();
        let claims = decode::<Claims>(code, key, &rules).map_err(|_| CodeFault::Forged)?.claims;
        claims.identity(now)
    }
}

impl Claims {
    fn identity(self, now: Instant) -> Result<IdentityCode, CodeFault> {
        let at = |seconds: i64| seconds.checked_mul(1_000_000).map(Instant).ok_or(CodeFault::Lacking);
        let nik = self.nik.as_deref().and_then(|nik| Nik::parse(nik).ok()).ok_or(CodeFault::Lacking)?;
        let expires_at = at(self.exp.ok_or(CodeFault::Lacking)?)?;
        let begins_at = at(self.nbf.or(self.iat).unwrap_or_default())?;
        if begins_at > now.plus_minutes(AHEAD_MINUTES) {
            return Err(CodeFault::Early);
        }
        if expires_at <= now {
            return Err(CodeFault::Expired);
        }
        Ok(IdentityCode {
            nik,
            name: self.name.filter(|name| !name.trim().is_empty()),
            birth_date: self.birth_date.as_deref().and_then(Day::parse),
            sex: self.sex.and_then(|sex| sex.parse().ok()),
            issuer: self.iss,
            expires_at,
        })
    }
}

/// The signed code in what a reader typed: three parts of base64 whose first is a header in JSON.
pub fn find_code(text: &str) -> Option<&str> {
    let code = text.trim();
    let parts: Vec<&str> = code.split('.').collect();
    let is_part =
        |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let [header, _, _] = parts.as_slice() else { return None };
    let shaped = code.len() <= LONGEST && parts.iter().all(is_part);
    let is_header = shaped && BASE64URL_NOPAD.decode(header.as_bytes()).is_ok_and(|bytes| bytes.starts_with(b"{"));
    is_header.then_some(code)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: Instant = Instant(1_795_485_600_000_000);
    const NIK: &str = "1607061708900001";

    /// A signer and its public key.
    struct Signer(Algorithm, EncodingKey, Value);

    fn ed25519() -> Signer {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let public = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap();
        let x = BASE64URL_NOPAD.encode(public.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "kid": "uji-1", "x": x });
        Signer(Algorithm::EdDSA, EncodingKey::from_ed_der(pkcs8.as_ref()), jwk)
    }

    fn p256() -> Signer {
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref()).unwrap();
        let point = pair.public_key().as_ref();
        let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "kid": "uji-1", "x": x, "y": y });
        Signer(Algorithm::ES256, EncodingKey::from_ec_der(pkcs8.as_ref()), jwk)
    }

    impl Signer {
        fn keys(&self) -> IdentityKeys {
            IdentityKeys::read(&json!({ "keys": [self.2] }).to_string()).unwrap()
        }

        fn sign(&self, kid: &str, claims: &Value) -> String {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(self.0) };
            encode(&header, claims, &self.1).unwrap()
        }
    }

    fn claims(from: i64, until: i64) -> Value {
        let at = |minutes: i64| NOW.plus_minutes(minutes).0 / 1_000_000;
        json!({ "iss": "DATA UJI", "iat": at(from), "exp": at(until), "nik": NIK, "name": "BUDI DATA UJI",
            "birth_date": "1990-08-17", "sex": "L" })
    }

    #[test]
    fn a_code_of_a_pinned_key_says_who_it_is() {
        for signer in [ed25519(), p256()] {
            let code = signer.sign("uji-1", &claims(-1, 10));
            assert_eq!(find_code(&format!(" {code}\r\n")), Some(code.as_str()));
            let found = signer.keys().check(&code, NOW).unwrap();
            assert_eq!((found.nik.digits(), found.name.as_deref()), (NIK, Some("BUDI DATA UJI")));
            assert_eq!((found.birth_date, found.issuer.as_str()), (Day::parse("1990-08-17"), "DATA UJI"));
        }
    }

    #[test]
    fn expired_foreign_and_forged_codes_are_told_apart() {
        for signer in [ed25519(), p256()] {
            let keys = signer.keys();
            let good = signer.sign("uji-1", &claims(-1, 10));
            assert_eq!(keys.check(&good, NOW.plus_minutes(10)), Err(CodeFault::Expired));
            assert_eq!(keys.check(&signer.sign("uji-1", &claims(60, 90)), NOW), Err(CodeFault::Early));
            assert_eq!(keys.check(&signer.sign("lain", &claims(-1, 10)), NOW), Err(CodeFault::Foreign));
            assert_eq!(IdentityKeys::default().check(&good, NOW), Err(CodeFault::Foreign));
            assert_eq!(keys.check(&ed25519().sign("uji-1", &claims(-1, 10)), NOW), Err(CodeFault::Forged));
            assert_eq!(keys.check(&p256().sign("uji-1", &claims(-1, 10)), NOW), Err(CodeFault::Forged));
            let (signed, signature) = good.rsplit_once('.').unwrap();
            let other = BASE64URL_NOPAD.encode(claims(-1, 99_999).to_string().as_bytes());
            let header = signed.split('.').next().unwrap();
            assert_eq!(keys.check(&format!("{header}.{other}.{signature}"), NOW), Err(CodeFault::Forged));
            assert_eq!(keys.check(&signer.sign("uji-1", &json!({ "nik": NIK })), NOW), Err(CodeFault::Lacking));
        }
    }

    #[test]
    fn a_code_cannot_choose_how_it_is_checked() {
        let signer = ed25519();
        let public = signer.2["x"].as_str().unwrap();
        let secret = EncodingKey::from_secret(&BASE64URL_NOPAD.decode(public.as_bytes()).unwrap());
        let header = Header { kid: Some("uji-1".to_owned()), ..Header::new(Algorithm::HS256) };
        let confused = encode(&header, &claims(-1, 10), &secret).unwrap();
        assert_eq!(signer.keys().check(&confused, NOW), Err(CodeFault::Forged));
        let none = BASE64URL_NOPAD.encode(br#"{"alg":"none","kid":"uji-1"}"#);
        let body = BASE64URL_NOPAD.encode(claims(-1, 10).to_string().as_bytes());
        assert_eq!(signer.keys().check(&format!("{none}.{body}.AAAA"), NOW), Err(CodeFault::Forged));
    }

    #[test]
    fn other_keys_and_two_of_one_number_are_refused_at_the_start() {
        let key = ed25519().2;
        let twice = json!({ "keys": [key, key] }).to_string();
        for text in [twice.as_str(), "[]", r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"}]}"#] {
            assert!(IdentityKeys::read(text).is_err(), "{text}");
        }
        assert!(find_code("a.b.c").is_none() && find_code("1607061708900001").is_none());
    }
}
