//! Dukcapil over HTTP: match by element, and read. Nothing that comes back is kept but verdict, score and time.

mod link;
mod names;
mod question;
mod reply;

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};
use serde_json::Value;

use super::source::Asking;
use super::{Cause, Finding, Question, Source, SourceFault, SourceKind};
use crate::config::{DateOrder, PopulationKind, PopulationLink};
use crate::keys;
use crate::notices::{AnswerFault, read_answer};

pub use link::LinkError;
pub(super) use names::{FEMALE, MALE};

/// The largest answer that is read, in bytes: a record has about one thousand.
const LARGEST: usize = 64 * 1024;

/// Who asks: the names and the password of the grant.
struct Grant {
    user: String,
    password: String,
    ip: String,
    date_order: DateOrder,
}

/// Dukcapil as a source.
pub struct Dukcapil {
    kind: SourceKind,
    url: Url,
    client: Client,
    grant: Grant,
}

impl Dukcapil {
    /// The service of the settings. No redirect is followed and no proxy of the environment is used: the question
    /// carries a password.
    pub(super) fn open(link: &PopulationLink) -> Result<Dukcapil, LinkError> {
        let url: Url = link.url.parse().map_err(|_| LinkError::Url(link.url.clone()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(LinkError::Url(link.url.clone()));
        }
        let mut client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(link.connect_seconds.max(1)))
            .timeout(Duration::from_secs(link.answer_seconds.max(1)));
        if let Some(file) = &link.certificate_file {
            let pem = std::fs::read(file).map_err(|e| LinkError::Certificate(file.clone(), e.to_string()))?;
            let own = Certificate::from_pem(&pem).map_err(|e| LinkError::Certificate(file.clone(), e.to_string()))?;
            client = client.tls_certs_only([own]);
        }
        Ok(Dukcapil {
            kind: match link.kind {
                PopulationKind::DukcapilRead => SourceKind::DukcapilRead,
                PopulationKind::DukcapilMatch | PopulationKind::Register => SourceKind::DukcapilMatch,
            },
            url,
            client: client.build().map_err(|e| LinkError::Client(e.to_string()))?,
            grant: Grant {
                user: link.user.clone(),
                password: keys::given(&link.password_file)?,
                ip: link.ip.clone(),
                date_order: link.date_order,
            },
        })
    }

    async fn fetch(&self, question: &Question) -> Result<Finding, Cause> {
        let reads = self.kind == SourceKind::DukcapilRead;
        let body = if reads { self.grant.read(question) } else { self.grant.matching(question) };
        let bytes = self.post(&body).await?;
        let reply: Value = serde_json::from_slice(&bytes).map_err(|_| Cause::Unreadable)?;
        if reads { reply::record(&reply, question) } else { reply::agreement(&reply, question) }
    }

    /// Sends a question and reads an answer of reasonable size. The cause never carries the address or the body.
    async fn post(&self, body: &Value) -> Result<Vec<u8>, Cause> {
        let asked = self.client.post(self.url.clone()).json(body);
        let answer = asked.send().await.map_err(AnswerFault::from)?;
        if answer.status().is_redirection() {
            return Err(Cause::Redirected);
        }
        if !answer.status().is_success() {
            return Err(Cause::BadStatus);
        }
        Ok(read_answer(answer, LARGEST).await?)
    }
}

impl From<AnswerFault> for Cause {
    fn from(fault: AnswerFault) -> Cause {
        match fault {
            AnswerFault::TimedOut => Cause::TimedOut,
            AnswerFault::BrokenOff => Cause::NoAnswer,
            AnswerFault::TooLarge => Cause::TooLarge,
        }
    }
}

impl Source for Dukcapil {
    fn kind(&self) -> SourceKind {
        self.kind
    }

    fn ask<'a>(&'a self, question: &'a Question) -> Asking<'a> {
        Box::pin(async move { self.fetch(question).await.map_err(SourceFault::Link) })
    }
}
