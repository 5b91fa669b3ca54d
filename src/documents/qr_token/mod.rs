//! The 86-byte token in a permit's QR code: enough to check a permit without a network.
//!
//! `docs/qr-token.md` describes every byte. The token holds no NIK and no readable name.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use chrono::{Days, NaiveDate};

mod payload;

pub use payload::{Payload, parse_payload, parse_token, payload};

/// Length of a token in bytes.
pub const TOKEN_BYTES: usize = 86;
/// The only layout so far.
const VERSION: u8 = 1;
/// Bytes under the signature.
const SIGNED_BYTES: usize = 22;
/// Serial numbers have three bytes.
const LARGEST_SERIAL: u32 = 0x00FF_FFFF;

/// What the token says about a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Code of the permit type, as published with the catalogue.
    pub permit_type: u8,
    /// Number in the register of its type and year; at most 16,777,215.
    pub serial: u32,
    /// Year of the register.
    pub year: u16,
    /// First bytes of the digest of the holder's name, see [`name_hash`].
    pub name_hash: [u8; 9],
    /// First letters of up to three words of the name, filled with spaces.
    pub initials: [u8; 3],
    /// Last day of validity, up to the year 2149; none for a permanent permit.
    pub expires_on: Option<NaiveDate>,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Wrong length or not base32.
    #[error("not a permit token")]
    Malformed,
    /// A newer layout than this program knows.
    #[error("unknown token version {0}")]
    UnknownVersion(u8),
    /// Signed by a key that is not pinned.
    #[error("unknown key {0}")]
    UnknownKey(u8),
    /// Changed after signing, or never signed by us.
    #[error("the signature does not fit")]
    BadSignature,
    /// A serial number or expiry date that the layout cannot hold.
    #[error("serial number or expiry date out of range")]
    OutOfRange,
}

impl Claims {
    /// Claims of a permit of `holder_name`, who is kept as digest and initials only.
    pub fn new(permit_type: u8, serial: u32, year: u16, holder_name: &str) -> Claims {
        let mut claims =
            Claims { permit_type, serial, year, name_hash: [0; 9], initials: initials(holder_name), expires_on: None };
        claims.name_hash = name_hash(&claims, holder_name);
        claims
    }

    /// The same claims with a last day of validity.
    pub fn expiring(self, expires_on: Option<NaiveDate>) -> Claims {
        Claims { expires_on, ..self }
    }

    /// Whether a typed name is the holder's; case and spacing do not matter.
    pub fn names(&self, typed: &str) -> bool {
        name_hash(self, typed) == self.name_hash
    }

    /// The 22 bytes under the signature.
    fn to_bytes(self, key_id: u8) -> Result<[u8; SIGNED_BYTES], TokenError> {
        let mut bytes = [0; SIGNED_BYTES];
        bytes[0] = VERSION;
        bytes[1] = key_id;
        bytes[2..8].copy_from_slice(&number_bytes(&self));
        bytes[8..17].copy_from_slice(&self.name_hash);
        bytes[17..20].copy_from_slice(&self.initials);
        bytes[20..22].copy_from_slice(&days_since_epoch(self.expires_on)?.to_be_bytes());
        if self.serial > LARGEST_SERIAL {
            return Err(TokenError::OutOfRange);
        }
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8; SIGNED_BYTES]) -> Claims {
        let [_, _, permit_type, s1, s2, s3, y1, y2, rest @ ..] = *bytes;
        let [h1, h2, h3, h4, h5, h6, h7, h8, h9, i1, i2, i3, d1, d2] = rest;
        Claims {
            permit_type,
            serial: u32::from_be_bytes([0, s1, s2, s3]),
            year: u16::from_be_bytes([y1, y2]),
            name_hash: [h1, h2, h3, h4, h5, h6, h7, h8, h9],
            initials: [i1, i2, i3],
            expires_on: date_of(u16::from_be_bytes([d1, d2])),
        }
    }
}

/// Signs the claims under the number of the key.
///
/// # Errors
/// [`TokenError::OutOfRange`] when a claim does not fit the layout.
pub fn sign(key: &Ed25519KeyPair, key_id: u8, claims: &Claims) -> Result<[u8; TOKEN_BYTES], TokenError> {
    let signed = claims.to_bytes(key_id)?;
    let mut token = [0; TOKEN_BYTES];
    token[..SIGNED_BYTES].copy_from_slice(&signed);
    token[SIGNED_BYTES..].copy_from_slice(key.sign(&signed).as_ref());
    Ok(token)
}

/// Checks a token against pinned Ed25519 public keys of 32 bytes each.
///
/// A good answer means "authentic as issued": expiry and withdrawal are the caller's to check.
///
/// # Errors
/// [`TokenError`], the first reason found.
pub fn verify(keys: &[(u8, &[u8])], token: &[u8]) -> Result<Claims, TokenError> {
    let (signed, signature) = token
        .split_first_chunk::<SIGNED_BYTES>()
        .filter(|_| token.len() == TOKEN_BYTES)
        .ok_or(TokenError::Malformed)?;
    let [version, key_id, ..] = *signed;
    if version != VERSION {
        return Err(TokenError::UnknownVersion(version));
    }
    let (_, key) = keys.iter().find(|(id, _)| *id == key_id).ok_or(TokenError::UnknownKey(key_id))?;
    UnparsedPublicKey::new(&ED25519, key).verify(signed, signature).map_err(|_| TokenError::BadSignature)?;
    Ok(Claims::from_bytes(signed))
}

/// First nine bytes of SHA-256 over type, serial and year (six bytes, as in the token) and
/// the normalised name. The number makes two permits of one person look different.
fn name_hash(claims: &Claims, name: &str) -> [u8; 9] {
    let mut input = number_bytes(claims).to_vec();
    input.extend_from_slice(normalise(name).as_bytes());
    let digest = digest(&SHA256, &input);
    let mut hash = [0; 9];
    hash.copy_from_slice(&digest.as_ref()[..9]);
    hash
}

/// Upper case as on an identity card, single spaces, no space at the ends.
fn normalise(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_uppercase()
}

fn initials(name: &str) -> [u8; 3] {
    let mut initials = [b' '; 3];
    let firsts = normalise(name);
    let firsts = firsts.split(' ').filter_map(|word| word.bytes().next());
    let letters = firsts.filter(u8::is_ascii_alphabetic);
    for (place, letter) in initials.iter_mut().zip(letters) {
        *place = letter;
    }
    initials
}

/// Type, serial (3 bytes) and year (2 bytes), most significant byte first.
fn number_bytes(claims: &Claims) -> [u8; 6] {
    let [_, s1, s2, s3] = claims.serial.to_be_bytes();
    let [y1, y2] = claims.year.to_be_bytes();
    [claims.permit_type, s1, s2, s3, y1, y2]
}

/// Days since 1 January 1970; 0 stands for a permanent permit.
fn days_since_epoch(expires_on: Option<NaiveDate>) -> Result<u16, TokenError> {
    let Some(date) = expires_on else { return Ok(0) };
    match u16::try_from((date - NaiveDate::default()).num_days()) {
        Ok(days @ 1..) => Ok(days),
        Ok(0) | Err(_) => Err(TokenError::OutOfRange),
    }
}

fn date_of(days: u16) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_days(Days::new(days.into())).filter(|_| days > 0)
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::KeyPair;

    use super::*;

    fn claims() -> Claims {
        Claims::new(7, 188, 2026, "apt. Siti Nurhaliza Rahmawati, S.Farm.")
            .expiring(NaiveDate::from_ymd_opt(2031, 11, 24))
    }

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[42; 32]).unwrap()
    }

    #[test]
    fn a_signed_token_gives_its_claims_back() {
        let pair = key();
        let keys = [(3, pair.public_key().as_ref())];
        for claims in [claims(), claims().expiring(None)] {
            let token = sign(&pair, 3, &claims).unwrap();
            assert_eq!(verify(&keys, &token), Ok(claims));
        }
    }

    #[test]
    fn any_changed_byte_is_refused() {
        let token = sign(&key(), 3, &claims()).unwrap();
        let pair = key();
        let keys = [(3, pair.public_key().as_ref())];
        for at in 0..TOKEN_BYTES {
            let mut changed = token;
            changed[at] ^= 0x10;
            assert!(verify(&keys, &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_token_of_another_key_length_or_version_is_refused() {
        let mut token = sign(&key(), 3, &claims()).unwrap();
        let pair = key();
        let public = pair.public_key().as_ref();
        assert_eq!(verify(&[(4, public)], &token), Err(TokenError::UnknownKey(3)));
        assert_eq!(verify(&[(3, public)], &token[..85]), Err(TokenError::Malformed));
        token[0] = 2;
        assert_eq!(verify(&[(3, public)], &token), Err(TokenError::UnknownVersion(2)));
    }

    #[test]
    fn the_bytes_stand_where_the_document_says() {
        let token = sign(&key(), 3, &claims()).unwrap();
        assert_eq!(token[..8], [1, 3, 7, 0, 0, 188, 0x07, 0xEA]);
        assert_eq!(&token[17..20], b"ASN");
        assert_eq!(u16::from_be_bytes([token[20], token[21]]), 22_607);
    }

    #[test]
    fn the_example_of_the_document_is_what_we_sign() {
        let document = include_str!("../../../docs/qr-token.md");
        let token = sign(&key(), 3, &claims()).unwrap();
        let code = payload("https://izin.example.go.id", "1K7QX2M", &token);
        assert!(document.contains(&code), "{code}");
        let public = data_encoding::HEXLOWER.encode(key().public_key().as_ref());
        assert!(document.contains(&public), "{public}");
    }

    #[test]
    fn a_name_is_known_again_in_other_case_and_spacing() {
        assert!(claims().names("  APT. SITI  Nurhaliza\tRahmawati, S.FARM. "));
        assert!(!claims().names("apt. Siti Nurhalisa Rahmawati, S.Farm."));
    }

    #[test]
    fn two_permits_of_one_person_carry_different_hashes() {
        let other = Claims::new(7, 189, 2026, "apt. Siti Nurhaliza Rahmawati, S.Farm.");
        assert_ne!(other.name_hash, claims().name_hash);
    }

    #[test]
    fn a_serial_or_date_beyond_the_layout_is_refused() {
        let large = Claims::new(1, 0x0100_0000, 2026, "Budi");
        assert_eq!(sign(&key(), 1, &large), Err(TokenError::OutOfRange));
        let old = claims().expiring(NaiveDate::from_ymd_opt(1969, 1, 1));
        assert_eq!(sign(&key(), 1, &old), Err(TokenError::OutOfRange));
    }
}
