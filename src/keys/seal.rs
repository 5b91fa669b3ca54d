//! Sealing of columns: AES-256-GCM with a fresh nonce, bound to the name of the column.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::fill_random;

/// Seals and opens short texts.
pub struct Sealer(LessSafeKey);

/// The value was sealed with another key, for another column, or was changed.
#[derive(Debug, thiserror::Error)]
#[error("a sealed value cannot be opened")]
pub struct SealError;

impl Sealer {
    /// From a 32-byte key.
    pub fn new(key: &[u8]) -> Result<Sealer, SealError> {
        UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map(Sealer).map_err(|_| SealError)
    }

    /// Seals a text for a column such as `resident.nik`.
    pub fn seal(&self, column: &str, text: &str) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0u8; NONCE_LEN];
        fill_random(&mut nonce);
        let mut sealed = text.as_bytes().to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(column), &mut sealed)
            .map_err(|_| SealError)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Sealer::seal`] made for the same column.
    pub fn open(&self, column: &str, sealed: &[u8]) -> Result<String, SealError> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut body = body.to_vec();
        let text = self.0.open_in_place(nonce, Aad::from(column), &mut body).map_err(|_| SealError)?;
        String::from_utf8(text.to_vec()).map_err(|_| SealError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_text_opens_only_unchanged_and_for_its_own_column() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer.seal("resident.nik", "1607060101900001").unwrap();
        assert_eq!(sealer.open("resident.nik", &sealed).unwrap(), "1607060101900001");
        assert!(sealer.open("resident.kk", &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert!(sealer.open("resident.nik", &changed).is_err());
        assert_ne!(sealed, sealer.seal("resident.nik", "1607060101900001").unwrap());
    }
}
