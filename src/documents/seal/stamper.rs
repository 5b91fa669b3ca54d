//! Asks a time-stamp authority over HTTP (RFC 3161, 3.4).

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::runtime::Handle;

use super::signer::SealError;
use super::stamp::{Stamper, accept_stamp, stamp_request};
use super::token;
use crate::keys::fill_random;
use crate::notices::{AnswerFault, read_answer};

/// How long the authority may take: somebody waits for the permit.
const PATIENCE: Duration = Duration::from_secs(8);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 64 * 1024;

/// A time-stamp authority behind an address, known by its certificate.
pub struct HttpStamper {
    client: Client,
    url: Url,
    certificate: Vec<u8>,
}

impl HttpStamper {
    /// The authority at an address; its stamps must be by this certificate (DER).
    ///
    /// # Errors
    /// [`SealError::Refused`] when the machine has no TLS.
    pub fn new(url: Url, certificate: Vec<u8>) -> Result<HttpStamper, SealError> {
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(PATIENCE).build();
        let client = client.map_err(|error| SealError::Refused(error.to_string()))?;
        Ok(HttpStamper { client, url, certificate })
    }

    async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, SealError> {
        let gone = || SealError::Unreachable("the time-stamp server does not answer".to_owned());
        let asked = self.client.post(self.url.clone()).header("Content-Type", "application/timestamp-query");
        let answer = asked.body(question).send().await.map_err(|_| gone())?;
        if !answer.status().is_success() {
            return Err(SealError::Refused(format!("time stamp: status {}", answer.status().as_u16())));
        }
        read_answer(answer, LARGEST).await.map_err(|fault| match fault {
            AnswerFault::TooLarge => SealError::Refused("time stamp: too large".to_owned()),
            AnswerFault::TimedOut | AnswerFault::BrokenOff => gone(),
        })
    }
}

impl Stamper for HttpStamper {
    fn stamp(&self, signature: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut random = [0; 8];
        fill_random(&mut random);
        let nonce = u64::from_be_bytes(random) >> 1;
        let question = stamp_request(signature, nonce)?;
        // Stampers run off the async threads, where waiting is allowed.
        let answer = Handle::current().block_on(self.ask(question))?;
        let stamp = accept_stamp(&answer, signature, nonce)?;
        match token::check(&stamp, signature, std::slice::from_ref(&self.certificate)) {
            Some(_) => Ok(stamp),
            None => Err(SealError::Refused("time stamp: not by the authority of the settings".to_owned())),
        }
    }
}
