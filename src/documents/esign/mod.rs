//! The national signature: the eSign client of the authority (BSrE), which signs whole files.
//!
//! The file that goes out carries the office's own seal; the answer must be exactly that file with one further
//! revision, under a signature that covers it whole. Everything else is refused and the file stays as it was.

mod ask;
mod fault;
mod national;
pub mod simulator;
mod stamping;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, RequestBuilder, Url};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::config::{EsignKind, EsignLink, EsignLook};
use crate::keys::{self, KeyFileError};
use crate::notices::{AnswerFault, read_answer};
use crate::population::Nik;

pub use fault::{CertificateState, EsignFault};
pub use national::NationalSeal;
pub use stamping::open_stamper;

/// The largest answer that is read, in bytes: a permit has about 100,000, in base 64 a third more.
const LARGEST: usize = 16 * 1024 * 1024;

/// How long the question for a certificate may take: somebody waits for the page.
const STATUS_PATIENCE: Duration = Duration::from_secs(4);

/// The client of the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EsignLinkError {
    /// The address.
    #[error("esign.{0} is no http or https address: `{1}`")]
    Url(&'static str, String),
    /// The password.
    #[error("esign.password_file: {0}")]
    Password(#[from] KeyFileError),
    /// The certificate.
    #[error("esign.certificate_file {0}: {1}")]
    Certificate(PathBuf, String),
    /// The certificate of the time-stamp server.
    #[error("esign.time_stamp_certificate_file {0}: {1}")]
    Stamper(PathBuf, String),
    /// The TLS of the machine.
    #[error("the eSign client cannot be asked: {0}")]
    Client(String),
}

/// The official who signs. The passphrase lives in memory only, is wiped when this is dropped, and is never printed.
#[derive(Clone)]
pub struct Signatory {
    /// Who, at the authority.
    pub nik: Nik,
    /// What the official typed.
    pub passphrase: Zeroizing<String>,
}

impl fmt::Debug for Signatory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signatory(…)")
    }
}

/// How the signature shows, and what it states.
struct Mark {
    look: EsignLook,
    place: [u32; 4],
    reason: String,
    location: String,
}

/// The eSign client of the office.
pub struct EsignClient {
    kind: EsignKind,
    base: Url,
    client: Client,
    user: String,
    password: Zeroizing<String>,
    mark: Mark,
}

impl EsignClient {
    /// The client of the settings; `None` when there is none. No redirect is followed and no proxy of the environment
    /// is used: the question carries a passphrase.
    ///
    /// # Errors
    /// [`EsignLinkError`], naming the setting.
    pub fn open(link: &EsignLink) -> Result<Option<EsignClient>, EsignLinkError> {
        if link.kind == EsignKind::None {
            return Ok(None);
        }
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(link.connect_seconds.max(1)))
            .timeout(Duration::from_secs(link.answer_seconds.max(1)));
        if let Some(file) = &link.certificate_file {
            let pem = std::fs::read(file).map_err(|e| EsignLinkError::Certificate(file.clone(), e.to_string()))?;
            let own = Certificate::from_pem(&pem);
            let own = own.map_err(|e| EsignLinkError::Certificate(file.clone(), e.to_string()))?;
            client = client.tls_certs_only([own]);
        }
        Ok(Some(EsignClient {
            kind: link.kind,
            base: address("url", &link.url)?,
            client: client.build().map_err(|e| EsignLinkError::Client(e.to_string()))?,
            user: link.user.clone(),
            password: Zeroizing::new(keys::given(&link.password_file)?),
            mark: Mark {
                look: link.look,
                place: link.place,
                reason: link.reason.clone(),
                location: link.location.clone(),
            },
        }))
    }

    /// Has a file signed: answers the signed file as the client gave it, unchecked. `link` is the address of the
    /// permit, which a visible signature shows as a QR code.
    ///
    /// # Errors
    /// [`EsignFault`]; it carries neither the address nor anything that was sent.
    async fn sign(&self, pdf: &[u8], signatory: &Signatory, link: &str) -> Result<Vec<u8>, EsignFault> {
        match self.kind {
            EsignKind::BsreV2 => {
                let body = ask::json(pdf, signatory, &self.mark, link)?;
                let asked = self.post("api/v2/sign/pdf")?.header("Content-Type", "application/json");
                ask::file_of(&self.answer(asked.body(body)).await?)
            }
            EsignKind::BsreV1 | EsignKind::None => {
                let (boundary, body) = ask::multipart(pdf, signatory, &self.mark, link);
                let kind = format!("multipart/form-data; boundary={boundary}");
                let asked = self.post("api/sign/pdf")?.header("Content-Type", kind).body(body);
                self.fetched(self.answer(asked).await?).await
            }
        }
    }

    /// Where a visible signature stands: left, bottom, width and height in points; none = it does not show.
    pub fn place(&self) -> Option<[u32; 4]> {
        (self.mark.look == EsignLook::Visible).then_some(self.mark.place)
    }

    /// How the certificate of an official stands; none when the service does not answer soon or in known words: then
    /// signing itself will tell.
    pub async fn find_certificate(&self, nik: &Nik) -> Option<CertificateState> {
        let asked = match self.kind {
            EsignKind::BsreV2 => {
                self.post("api/v2/user/check/status").ok()?.json(&serde_json::json!({ "nik": nik.digits() }))
            }
            EsignKind::BsreV1 | EsignKind::None => {
                let url = self.join(&format!("api/user/status/{}", nik.digits())).ok()?;
                self.client.get(url).basic_auth(&self.user, Some(self.password.as_str()))
            }
        };
        let answer = self.answer(asked.timeout(STATUS_PATIENCE)).await.ok()?;
        ask::state_of(&answer)
    }

    /// Some installations answer with the number of the file, which is then fetched.
    async fn fetched(&self, answer: Vec<u8>) -> Result<Vec<u8>, EsignFault> {
        if answer.starts_with(b"%PDF-") {
            return Ok(answer);
        }
        let id = ask::id_of(&answer).ok_or(EsignFault::Unreadable)?;
        let url = self.join(&format!("api/sign/download/{id}"))?;
        let asked = self.client.get(url).basic_auth(&self.user, Some(self.password.as_str()));
        let answer = self.answer(asked).await?;
        if answer.starts_with(b"%PDF-") { Ok(answer) } else { Err(EsignFault::Unreadable) }
    }

    fn post(&self, path: &str) -> Result<RequestBuilder, EsignFault> {
        Ok(self.client.post(self.join(path)?).basic_auth(&self.user, Some(self.password.as_str())))
    }

    fn join(&self, path: &str) -> Result<Url, EsignFault> {
        self.base.join(path).map_err(|_| EsignFault::Unreachable)
    }

    /// Sends and reads an answer of reasonable size.
    async fn answer(&self, asked: RequestBuilder) -> Result<Vec<u8>, EsignFault> {
        let answer = asked.send().await.map_err(AnswerFault::from)?;
        let status = answer.status();
        let bytes = read_answer(answer, LARGEST).await?;
        if status.is_success() {
            return Ok(bytes);
        }
        let number = serde_json::from_slice::<Value>(&bytes).ok().and_then(|body| body.get("status_code")?.as_i64());
        let fault = EsignFault::of(status.as_u16(), number);
        tracing::warn!(status = status.as_u16(), number, %fault, "the eSign client did not sign a file");
        Err(fault)
    }
}

impl From<AnswerFault> for EsignFault {
    fn from(fault: AnswerFault) -> EsignFault {
        match fault {
            AnswerFault::TimedOut => EsignFault::TimedOut,
            AnswerFault::BrokenOff => EsignFault::Unreachable,
            AnswerFault::TooLarge => EsignFault::TooLarge,
        }
    }
}

/// An address of the settings, ready to be continued.
pub(super) fn address(name: &'static str, text: &str) -> Result<Url, EsignLinkError> {
    let wrong = || EsignLinkError::Url(name, text.to_owned());
    let url: Url = format!("{}/", text.trim_end_matches('/')).parse().map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(wrong()) }
}
