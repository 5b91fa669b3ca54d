//! Ways out of the house: a mail server, a gateway for messages to telephones, a receiver of events.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use serde_json::{Value, json};

use super::letters::Letter;
use crate::clock::Instant;
use crate::config::Config;
use crate::keys::Keys;
use crate::notices::Notice;

/// Seconds the other side has to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why something was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// A code, with the other side's number after a colon; never its words, which may name a person.
    pub fault: String,
    /// Whether trying again changes nothing.
    pub for_good: bool,
}

/// The ways out, by the settings.
pub struct Outlets {
    config: Config,
    keys: Arc<Keys>,
    http: Result<reqwest::Client, Unsent>,
}

impl Outlets {
    /// The ways out of an office.
    pub fn new(config: &Config, keys: Arc<Keys>) -> Outlets {
        let client = reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).build();
        Outlets { config: config.clone(), keys, http: client.map_err(|_| later("http-settings")) }
    }

    /// Sends a letter by a channel.
    pub async fn send(
        &self,
        channel: &str,
        notice: &Notice,
        event: &str,
        letter: &Letter,
        now: Instant,
    ) -> Result<(), Unsent> {
        match channel {
            "mail" => self.mail(notice, letter, now).await,
            "message" => {
                let to = letter.reach.phone.as_deref().ok_or_else(|| never("no-address"))?;
                let body = json!({ "id": notice.id, "to": to, "text": letter.brief });
                self.post(&self.config.message_url, "no-message-gateway", notice, (&body, now)).await
            }
            "event" => {
                let body = json!({ "id": notice.id, "type": event, "at": now, "subject": notice.payload });
                self.post(&self.config.webhook_url, "no-webhook", notice, (&body, now)).await
            }
            _ => Err(never("channel-unknown")),
        }
    }

    async fn mail(&self, notice: &Notice, letter: &Letter, now: Instant) -> Result<(), Unsent> {
        if self.config.smtp_url.is_empty() {
            return Err(later("no-mail-server"));
        }
        let message = self.message(notice, letter, now)?;
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.config.smtp_url)
            .map_err(|_| later("mail-settings"))?
            .timeout(Some(PATIENCE));
        if let (false, Some(password)) = (self.config.smtp_user.is_empty(), self.keys.smtp_password()) {
            server = server.credentials(Credentials::new(self.config.smtp_user.clone(), password.to_owned()));
        }
        server.build().send(message).await.map(drop).map_err(|error| refused(&error))
    }

    fn message(&self, notice: &Notice, letter: &Letter, now: Instant) -> Result<Message, Unsent> {
        let from: Mailbox = self.config.mail_from.parse().map_err(|_| later("mail-settings"))?;
        let to = letter.reach.email.as_deref().ok_or_else(|| never("no-address"))?;
        let to = Mailbox::new(None, to.parse().map_err(|_| never("no-address"))?);
        let micros = u64::try_from(now.0).unwrap_or(0);
        let message_id = format!("<{}@{}>", notice.id, from.email.domain());
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let builder = Message::builder()
            .from(from)
            .to(to)
            .subject(&letter.subject)
            .message_id(Some(message_id))
            .date(UNIX_EPOCH + Duration::from_micros(micros))
            .raw_header(automatic);
        let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(letter.body.clone()));
        if let Some(calendar) = &letter.calendar {
            let kind = ContentType::parse("text/calendar; charset=utf-8").map_err(|_| never("mail-settings"))?;
            parts = parts.singlepart(Attachment::new("janji-temu.ics".to_owned()).body(calendar.clone(), kind));
        }
        builder.multipart(parts).map_err(|_| never("mail-settings"))
    }

    /// Posts JSON with a signature over time and body, which the receiver checks with `webhook.key`.
    async fn post(
        &self,
        url: &str,
        missing: &str,
        notice: &Notice,
        (body, now): (&Value, Instant),
    ) -> Result<(), Unsent> {
        if url.is_empty() {
            return Err(later(missing));
        }
        let client = self.http.as_ref().map_err(Clone::clone)?;
        let (body, at) = (body.to_string(), now.0 / 1_000_000);
        let signature = format!("t={at},v1={}", self.keys.webhook_signature(&format!("{at}.{body}")));
        let answer = client
            .post(url)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", notice.id.to_string())
            .header("Loket-Signature", signature)
            .body(body)
            .send()
            .await;
        match answer {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(later(&format!("receiver-refused:{}", answer.status().as_u16()))),
            Err(error) if error.is_timeout() => Err(later("receiver-slow")),
            Err(_) => Err(later("receiver-unreachable")),
        }
    }
}

fn refused(error: &lettre::transport::smtp::Error) -> Unsent {
    match error.status() {
        Some(code) => Unsent { fault: format!("mail-refused:{code}"), for_good: error.is_permanent() },
        None if error.is_timeout() => later("mail-slow"),
        None => later("mail-unreachable"),
    }
}

fn later(fault: &str) -> Unsent {
    Unsent { fault: fault.to_owned(), for_good: false }
}

fn never(fault: &str) -> Unsent {
    Unsent { fault: fault.to_owned(), for_good: true }
}
