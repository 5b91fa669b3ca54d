//! Key files under a passphrase: AES-256-GCM under a key that argon2id makes of it.

use argon2::Argon2;

use super::fill_random;
use super::seal::Sealer;

/// Begins a key file under a passphrase.
const MAGIC: &[u8] = b"loket-locked-key-1\n";
const SALT: usize = 16;
/// What the key is sealed for.
const COLUMN: &str = "key-file";

/// Opens the key files of papers. Typed by nobody at the counter: it comes from a systemd credential or a file.
pub struct Passphrase(String);

impl Passphrase {
    /// Without the white space around it, such as the end of the line; `None` when nothing is left.
    pub fn new(text: &str) -> Option<Passphrase> {
        let text = text.trim();
        (!text.is_empty()).then(|| Passphrase(text.to_owned()))
    }

    /// Puts the bytes of a key under the passphrase; `None` when the machine cannot.
    pub(super) fn lock(&self, key: &[u8]) -> Option<Vec<u8>> {
        let mut salt = [0; SALT];
        fill_random(&mut salt);
        let text = data_encoding::BASE64.encode(key);
        let sealed = self.sealer(&salt)?.seal(COLUMN, &text).ok()?;
        Some([MAGIC, &salt, &sealed].concat())
    }

    /// The bytes of a key under the passphrase; `None` for another passphrase or a changed file.
    pub(super) fn unlock(&self, file: &[u8]) -> Option<Vec<u8>> {
        let (salt, sealed) = file.strip_prefix(MAGIC)?.split_at_checked(SALT)?;
        let text = self.sealer(salt)?.open(COLUMN, sealed).ok()?;
        data_encoding::BASE64.decode(text.as_bytes()).ok()
    }

    fn sealer(&self, salt: &[u8]) -> Option<Sealer> {
        let mut key = [0; 32];
        Argon2::default().hash_password_into(self.0.as_bytes(), salt, &mut key).ok()?;
        Sealer::new(&key).ok()
    }
}

/// Whether a key file is under a passphrase.
pub(super) fn is_locked(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_key_opens_only_with_its_passphrase_and_unchanged() {
        let passphrase = Passphrase::new("kata sandi uji\n").unwrap();
        let locked = passphrase.lock(b"secret").unwrap();
        assert!(is_locked(&locked) && !locked.windows(6).any(|part| part == b"secret"));
        assert_eq!(passphrase.unlock(&locked).as_deref(), Some(&b"secret"[..]));
        assert_eq!(Passphrase::new("kata lain").unwrap().unlock(&locked), None);
        let mut changed = locked.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(passphrase.unlock(&changed), None);
        assert!(Passphrase::new(" \n").is_none());
    }
}
