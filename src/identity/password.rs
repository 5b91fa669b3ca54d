//! Passwords: argon2id, off the async threads, a few at a time.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use tokio::sync::Semaphore;

/// Hashes that may be computed at once: each takes 19 MiB.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

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
        let hashed = Argon2::default().hash_password(password.as_bytes());
        hashed.map(|hash| hash.to_string()).map_err(|e| PasswordError(e.to_string()))
    })
    .await?
}

/// Whether a password belongs to a hash; `None` = the name is unknown (and the answer is no, just as slowly).
pub async fn matches(password: String, hash: Option<String>) -> Result<bool, PasswordError> {
    off_thread(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.to_owned());
        let parsed = PasswordHash::new(&text).map_err(|e| PasswordError(e.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PasswordError> {
    let _permit = AT_ONCE.acquire().await.map_err(|e| PasswordError(e.to_string()))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| PasswordError(e.to_string()))
}
