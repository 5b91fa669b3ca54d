//! The second factor: codes of an authenticator app (RFC 6238: SHA-1, 30 seconds, 6 digits, one step either way) and
//! ten recovery codes.

use data_encoding::BASE32_NOPAD;
use serde_json::json;
use totp_rs::{Builder, Totp};

use super::store::second as store;
use super::{Officer, Role};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::OfficerId;
use crate::keys::{Keys, fill_random};
use crate::messages::Refusal;

/// Recovery codes shown when a factor is confirmed.
const RECOVERY_CODES: usize = 10;
/// Bytes of a secret (RFC 4226: 160 bits).
const SECRET_BYTES: usize = 20;
/// What the secret is sealed for.
const COLUMN: &str = "second_factor.secret";

/// How far an officer is with the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Factor {
    /// Not set up.
    Off,
    /// A secret waits for its first code: the key to type, and the address for a QR code.
    Begun {
        /// Base 32.
        key: String,
        /// `otpauth://totp/…`.
        address: String,
    },
    /// Asked at every sign-in.
    On {
        /// Since when.
        since: Instant,
        /// Recovery codes not used yet.
        codes_left: i64,
    },
}

/// Which roles must have a second factor.
#[derive(Clone, Debug, Default)]
pub struct Demanded(Vec<Role>);

impl Demanded {
    /// From the words of the settings; answers the word that is no role.
    pub fn of_words(words: &[String]) -> Result<Demanded, String> {
        let roles = words.iter().map(|word| word.parse::<Role>().map_err(|_| word.clone()));
        roles.collect::<Result<Vec<_>, _>>().map(Demanded)
    }

    /// Whether this officer must have one.
    pub fn of(&self, officer: &Officer) -> bool {
        officer.is_any(&self.0)
    }
}

/// How far an officer is.
pub async fn find_factor(tx: &mut Tx, keys: &Keys, officer: &Officer) -> Result<Factor, StoreError> {
    let Some(row) = store::find(tx, officer.id).await? else { return Ok(Factor::Off) };
    if let Some(since) = row.confirmed_at {
        return Ok(Factor::On { since, codes_left: store::count_codes(tx, officer.id).await? });
    }
    let key = opened(keys, &row.secret)?;
    let address = format!("otpauth://totp/Loket:{}?secret={key}&issuer=Loket", escaped(&officer.username));
    Ok(Factor::Begun { key, address })
}

/// Whether codes are asked of an officer.
pub async fn has_factor(tx: &mut Tx, officer: OfficerId) -> Result<bool, StoreError> {
    Ok(store::find(tx, officer).await?.is_some_and(|row| row.confirmed_at.is_some()))
}

/// Makes a new secret that waits for its first code.
///
/// # Errors
/// `totp-on` when codes are asked already.
pub async fn begin_factor(tx: &mut Tx, act: Act, keys: &Keys, officer: OfficerId) -> Outcome<()> {
    if has_factor(tx, officer).await? {
        return Err(Refusal::conflict("totp-on").into());
    }
    let mut secret = [0u8; SECRET_BYTES];
    fill_random(&mut secret);
    let sealed = keys.sealer.seal(COLUMN, &BASE32_NOPAD.encode(&secret)).map_err(corrupt)?;
    store::replace(tx, officer, &sealed, act.now).await?;
    audit::record(tx, act, "second_factor.begun", officer, json!({})).await?;
    Ok(())
}

/// Confirms a begun factor by its first code; answers the recovery codes, which cannot be shown again.
///
/// # Errors
/// `totp-not-begun`, `totp-on`, `totp-wrong`.
pub async fn confirm_factor(
    tx: &mut Tx,
    act: Act,
    keys: &Keys,
    officer: OfficerId,
    code: &str,
) -> Outcome<Vec<String>> {
    let Some(row) = store::find(tx, officer).await? else { return Err(Refusal::conflict("totp-not-begun").into()) };
    if row.confirmed_at.is_some() {
        return Err(Refusal::conflict("totp-on").into());
    }
    if !uses_step(tx, keys, (officer, &row.secret), code, act.now).await? {
        return Err(wrong_code().into());
    }
    store::confirm(tx, officer, act.now).await?;
    let mut codes = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let code = recovery_code();
        store::insert_code(tx, officer, &code_hash(keys, &code)).await?;
        codes.push(code);
    }
    audit::record(tx, act, "second_factor.confirmed", officer, json!({})).await?;
    Ok(codes)
}

/// Turns the factor off by one of its codes.
///
/// # Errors
/// `totp-not-begun`, `totp-wrong`.
pub async fn end_factor(tx: &mut Tx, act: Act, keys: &Keys, officer: OfficerId, code: &str) -> Outcome<()> {
    if !has_factor(tx, officer).await? {
        return Err(Refusal::conflict("totp-not-begun").into());
    }
    pass(tx, act.now, keys, officer, code).await?;
    store::delete(tx, officer).await?;
    audit::record(tx, act, "second_factor.ended", officer, json!({})).await?;
    Ok(())
}

/// Lets an officer through who has no factor, or gives a right code, which is used up. A recovery code is audited.
///
/// # Errors
/// `totp-required` without a code, `totp-wrong`.
pub(super) async fn pass(tx: &mut Tx, now: Instant, keys: &Keys, officer: OfficerId, code: &str) -> Outcome<()> {
    let found = store::find(tx, officer).await?;
    let Some(row) = found.filter(|row| row.confirmed_at.is_some()) else { return Ok(()) };
    if code.is_empty() {
        return Err(Refusal::unknown("totp-required").into());
    }
    if uses_step(tx, keys, (officer, &row.secret), code, now).await? {
        return Ok(());
    }
    if !store::use_code(tx, officer, &code_hash(keys, code), now).await? {
        return Err(wrong_code().into());
    }
    audit::record(tx, Act::of(officer, now), "second_factor.recovery_used", officer, json!({})).await?;
    Ok(())
}

/// Takes the factor away, when the telephone is lost.
pub(super) async fn remove(tx: &mut Tx, act: Act, officer: OfficerId) -> Result<(), StoreError> {
    if store::delete(tx, officer).await? {
        audit::record(tx, act, "second_factor.removed", officer, json!({})).await?;
    }
    Ok(())
}

/// Whether a code is right now and its step was not used before.
async fn uses_step(
    tx: &mut Tx,
    keys: &Keys,
    factor: (OfficerId, &[u8]),
    code: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    let key = opened(keys, factor.1)?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    match step_of(&key, &digits, now)? {
        None => Ok(false),
        Some(step) => store::use_step(tx, factor.0, step).await,
    }
}

/// The step whose code this is: the present one or a neighbour.
fn step_of(key: &str, code: &str, now: Instant) -> Result<Option<i64>, StoreError> {
    let seconds = u64::try_from(now.0 / 1_000_000).map_err(corrupt)?;
    let step = totp(key)?.check(code, seconds);
    step.map(|step| i64::try_from(step).map_err(corrupt)).transpose()
}

/// The code of a key at a moment, as an authenticator app shows it.
pub fn code_at(key: &str, now: Instant) -> Result<String, StoreError> {
    let seconds = u64::try_from(now.0 / 1_000_000).map_err(corrupt)?;
    Ok(totp(key)?.generate(seconds).to_string())
}

fn totp(key: &str) -> Result<Totp, StoreError> {
    let secret = BASE32_NOPAD.decode(key.as_bytes()).map_err(corrupt)?;
    Builder::new().with_secret(secret).build().map_err(corrupt)
}

fn opened(keys: &Keys, sealed: &[u8]) -> Result<String, StoreError> {
    keys.sealer.open(COLUMN, sealed).map_err(corrupt)
}

fn corrupt(cause: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt(cause.to_string())
}

fn wrong_code() -> Refusal {
    Refusal::unknown("totp-wrong")
}

/// Fifty random bits in two groups: `K7QXM-2PADR`.
fn recovery_code() -> String {
    let mut bytes = [0u8; 7];
    fill_random(&mut bytes);
    let text = BASE32_NOPAD.encode(&bytes);
    format!("{}-{}", &text[..5], &text[5..10])
}

/// Under the key of this office: the codes cannot be tried out on a stolen database.
fn code_hash(keys: &Keys, code: &str) -> Vec<u8> {
    keys.index_of(&format!("recovery:{}", letters_of(code)))
}

/// The letters of a code as somebody copies it from paper: base 32 has no 0, 1 and 8, so these were O, I and B.
fn letters_of(code: &str) -> String {
    let meant = |letter: char| match letter.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        other => other,
    };
    code.chars().filter(char::is_ascii_alphanumeric).map(meant).collect()
}

fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|b| if plain(&b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_the_same_with_letters_that_look_like_digits() {
        assert_eq!(letters_of("o7474-bvri4"), letters_of("07474 8VR14"));
        assert_ne!(letters_of("O7474-BVRI4"), letters_of("O7474-BVRI5"));
    }

    /// RFC 6238, appendix B: the ASCII secret, its last six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let key = BASE32_NOPAD.encode(b"12345678901234567890");
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(code_at(&key, Instant(seconds * 1_000_000)).unwrap(), code);
        }
    }

    #[test]
    fn a_code_counts_one_step_early_or_late_and_no_further() {
        let key = BASE32_NOPAD.encode(b"12345678901234567890");
        let at = |seconds: i64| Instant(seconds * 1_000_000);
        let code = code_at(&key, at(3000)).unwrap();
        for (seconds, step) in [(2969, None), (2970, Some(100)), (3029, Some(100)), (3059, Some(100)), (3060, None)] {
            assert_eq!(step_of(&key, &code, at(seconds)).unwrap(), step, "at {seconds}");
        }
    }

    #[test]
    fn a_name_with_a_colon_cannot_change_the_address() {
        assert_eq!(escaped("budi:&x=1"), "budi%3A%26x%3D1");
    }
}
