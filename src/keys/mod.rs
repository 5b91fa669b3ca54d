//! The secrets of an installation: made on first start in files only their owner reads, never printed.

mod paper;
mod passphrase;
mod seal;
mod store_file;

use std::path::Path;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use aws_lc_rs::{digest, hmac};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde_json::{Value, json};

use crate::clock::Clock;

pub use paper::{PaperKeys, PaperSetup, PinError, PinnedKey, Trusted};
pub use passphrase::Passphrase;
pub use seal::{SealError, Sealer};
pub use store_file::{KeyFileError, given};

/// The number by which a QR token names the permit key; grows when the key is changed.
pub const PERMIT_KEY_ID: u8 = 1;

/// Every key of this installation.
pub struct Keys {
    /// Seals NIK, KK and telephone numbers in the database.
    pub sealer: Sealer,
    index: hmac::Key,
    csrf: hmac::Key,
    webhook: hmac::Key,
    smtp_password: Option<String>,
    permit: Ed25519KeyPair,
    session_pkcs8: Vec<u8>,
    papers: PaperKeys,
}

impl Keys {
    /// Reads the keys of a data folder; makes those that are missing (mode 0600). Without a passphrase.
    pub fn load_or_make(data_dir: &Path) -> Result<Keys, KeyFileError> {
        Keys::open(data_dir, PaperSetup { office: "Loket", passphrase: None, now: Clock::System.now() })
    }

    /// Reads the keys of a data folder; makes those that are missing (mode 0600).
    pub fn open(data_dir: &Path, setup: PaperSetup<'_>) -> Result<Keys, KeyFileError> {
        let folder = data_dir.join("keys");
        let permit_pkcs8 = store_file::ed25519(&folder, "permit")?;
        let permit = Ed25519KeyPair::from_pkcs8(&permit_pkcs8).map_err(|_| malformed("permit"))?;
        Ok(Keys {
            sealer: Sealer::new(&store_file::secret(&folder, "seal")?).map_err(|_| malformed("seal"))?,
            index: hmac::Key::new(hmac::HMAC_SHA256, &store_file::secret(&folder, "index")?),
            csrf: hmac::Key::new(hmac::HMAC_SHA256, &store_file::secret(&folder, "csrf")?),
            webhook: hmac::Key::new(hmac::HMAC_SHA256, &store_file::secret(&folder, "webhook")?),
            smtp_password: store_file::given_named(&folder, "smtp-password")?,
            permit,
            session_pkcs8: store_file::ed25519(&folder, "session")?,
            papers: PaperKeys::load_or_make(&folder, setup)?,
        })
    }

    /// Replaces the key that seals papers; a running server uses the new one after its next start.
    pub fn rotate_papers(data_dir: &Path, setup: PaperSetup<'_>) -> Result<PaperKeys, KeyFileError> {
        PaperKeys::rotate(&data_dir.join("keys"), setup)
    }

    /// Accepts the stamps of a time-stamp authority from now on, by its certificate (DER).
    pub fn keep_stamper(&mut self, data_dir: &Path, certificate: &[u8]) -> Result<(), KeyFileError> {
        self.papers.keep_stamper(&data_dir.join("keys"), certificate)
    }

    /// The keys that seal papers.
    pub fn papers(&self) -> &PaperKeys {
        &self.papers
    }

    /// The keyed digest by which a sealed value is found again. Without the key 16 digits cannot be tried out.
    pub fn index_of(&self, value: &str) -> Vec<u8> {
        hmac::sign(&self.index, value.as_bytes()).as_ref().to_vec()
    }

    /// The form token that belongs to a session or visitor token.
    pub fn form_token(&self, of: &str) -> String {
        BASE64URL_NOPAD.encode(hmac::sign(&self.csrf, of.as_bytes()).as_ref())
    }

    /// Whether a form token belongs to a session or visitor token; takes the same time for every wrong one.
    pub fn is_form_token(&self, of: &str, token: &str) -> bool {
        let decoded = BASE64URL_NOPAD.decode(token.as_bytes());
        decoded.is_ok_and(|bytes| hmac::verify(&self.csrf, of.as_bytes(), &bytes).is_ok())
    }

    /// The signature of what is posted to other programs: hexadecimal HMAC-SHA-256 under the key file `webhook.key`.
    pub fn webhook_signature(&self, of: &str) -> String {
        hex(hmac::sign(&self.webhook, of.as_bytes()).as_ref())
    }

    /// The password of the mail server, when the administrator has put one into the folder.
    pub fn smtp_password(&self) -> Option<&str> {
        self.smtp_password.as_deref()
    }

    /// The key that signs the QR codes of permits.
    pub fn permit_key(&self) -> &Ed25519KeyPair {
        &self.permit
    }

    /// A compact JWS (EdDSA) by the permit key over a JSON value; `kind` says what is signed and stands in the header.
    pub fn sign_jws(&self, kind: &str, payload: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": format!("permit-{PERMIT_KEY_ID}"), "typ": kind });
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(payload));
        let signature = BASE64URL_NOPAD.encode(self.permit.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }

    /// The public key of permit QR codes as a JWK.
    pub fn permit_jwk(&self) -> Value {
        let x = BASE64URL_NOPAD.encode(self.permit.public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": format!("permit-{PERMIT_KEY_ID}"), "x": x })
    }

    /// The key that signs bearer tokens, as PKCS#8.
    pub fn session_pkcs8(&self) -> &[u8] {
        &self.session_pkcs8
    }
}

fn malformed(name: &str) -> KeyFileError {
    KeyFileError::Malformed(name.to_owned())
}

/// Fills a buffer from the operating system's generator.
///
/// # Panics
/// When the operating system has no randomness: nothing safe can be done then.
pub fn fill_random(buffer: &mut [u8]) {
    assert!(SystemRandom::new().fill(buffer).is_ok(), "the operating system gives no random bytes");
}

/// A token of 128 random bits, for links and sessions.
pub fn random_token() -> String {
    let mut bytes = [0u8; 16];
    fill_random(&mut bytes);
    BASE64URL_NOPAD.encode(&bytes)
}

/// SHA-256 of bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}
