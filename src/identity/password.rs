//! Passwords: argon2id, off the async threads, a few at a time.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;

use crate::keys::fill_random;

/// Hashes that may be computed at once: each takes 19 MiB.
const MOST_AT_ONCE: usize = 2;
static AT_ONCE: Semaphore = Semaphore::const_new(MOST_AT_ONCE);

/// The working memory of earlier hashes, used again: what is given back to the allocator would not leave the process.
static SPARE: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// Compared against when the name is unknown, so that a wrong name takes as long as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MSd7rDf4YAXvcZNLHKkUkvJwBWOtvjVAbHhXgpW3u6g";

/// A password could not be hashed or compared.
#[derive(Debug, thiserror::Error)]
#[error("password hashing failed: {0}")]
pub struct PasswordError(String);

/// The argon2id hash of a password, with a fresh salt.
pub async fn hash(password: String) -> Result<String, PasswordError> {
    off_thread(move || {
        let mut salt = [0u8; Salt::RECOMMENDED_LENGTH];
        fill_random(&mut salt);
        let params = Params::default();
        let output = output(&Argon2::default(), &password, &salt, Params::DEFAULT_OUTPUT_LEN)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(failed)?,
            salt: Some(Salt::new(&salt).map_err(failed)?),
            hash: Some(output),
        };
        Ok(hash.to_string())
    })
    .await?
}

/// Whether a password belongs to a hash; `None` = the name is unknown (and the answer is no, just as slowly).
pub async fn matches(password: String, hash: Option<String>) -> Result<bool, PasswordError> {
    off_thread(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&text).map_err(failed)?;
        let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else { return Ok(false) };
        let algorithm = Algorithm::try_from(parsed.algorithm.as_str()).map_err(failed)?;
        let version = parsed.version.map(Version::try_from).transpose().map_err(failed)?.unwrap_or_default();
        let argon = Argon2::new(algorithm, version, Params::try_from(&parsed).map_err(failed)?);
        let found = output(&argon, &password, salt, expected.len())?;
        Ok(found == *expected && known)
    })
    .await?
}

/// Computes a hash in memory that was used before, if there is some.
fn output(argon: &Argon2<'_>, password: &str, salt: &[u8], length: usize) -> Result<Output, PasswordError> {
    let blocks = argon.params().block_count();
    let mut memory = spare().pop().unwrap_or_default();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let mut buffer = [0u8; Output::MAX_LENGTH];
    let out = buffer.get_mut(..length).ok_or_else(|| PasswordError("length of a hash".to_owned()))?;
    let result = argon.hash_password_into_with_memory(password.as_bytes(), salt, out, &mut memory[..blocks]);
    spare().push(memory);
    result.map_err(failed)?;
    Output::new(out).map_err(failed)
}

fn spare() -> std::sync::MutexGuard<'static, Vec<Vec<Block>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(cause: impl std::fmt::Display) -> PasswordError {
    PasswordError(cause.to_string())
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
    let _permit = AT_ONCE.acquire().await.map_err(failed)?;
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn many_sign_ins_at_once_are_answered_in_the_memory_of_two() {
        let right = hash("kata sandi uji coba".to_owned()).await.unwrap();
        let tries = (0..32).map(|number| {
            let typed = if number % 2 == 0 { "kata sandi uji coba" } else { "kata sandi yang lain" };
            tokio::spawn(matches(typed.to_owned(), Some(right.clone())))
        });
        for (number, answer) in tries.collect::<Vec<_>>().into_iter().enumerate() {
            assert_eq!(answer.await.unwrap().unwrap(), number % 2 == 0);
        }
        assert!(spare().len() <= MOST_AT_ONCE);
    }

    #[tokio::test]
    async fn an_unknown_name_is_a_no_even_with_the_password_of_nobody() {
        assert!(!matches("apa saja".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_hash_of_the_library_itself_still_matches() {
        use argon2::password_hash::PasswordHasher;
        let foreign: PasswordHash = Argon2::default().hash_password(b"kata sandi uji coba").unwrap();
        assert!(matches("kata sandi uji coba".to_owned(), Some(foreign.to_string())).await.unwrap());
    }
}
