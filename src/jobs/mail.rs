//! The outbox: what an act has to tell is sent after its commit, tried again with growing pauses, and sent once.

use std::sync::Arc;
use std::time::Duration;

use super::file_letters;
use super::letters::{self, Subject};
use super::outlets::{Outlets, Unsent};
use super::unexpected;
use crate::calendar;
use crate::catalogue;
use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db::{Db, StoreError};
use crate::keys::Keys;
use crate::notices::{self, Notice};
use crate::permits;
use crate::queue::Halls;
use crate::queue::appointments::{self, Book, Reach};
use crate::sites;

/// Seconds between two looks at the outbox.
const PAUSE_SECONDS: u64 = 5;
/// What one look sends at most.
const MOST: i64 = 50;
/// Tries after which somebody has to look.
const MOST_TRIES: i64 = 20;

/// Carries what is in the outbox away: mail, messages to telephones, events to other programs.
///
/// A notice of an act is first shared out to its channels, each of which then succeeds or fails on its own. Work is
/// taken for some minutes before it is sent, so that two servers do not both send it; only a crash between the other
/// side's yes and our note of it sends a letter again, under the same Message-ID.
pub struct Postman {
    db: Db,
    clock: Clock,
    keys: Arc<Keys>,
    config: Config,
    outlets: Outlets,
    halls: Arc<Halls>,
}

/// What one look at the outbox did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rounds {
    /// Sent.
    pub sent: usize,
    /// Not sent; tried again.
    pub failed: usize,
    /// No longer true, so not sent.
    pub lapsed: usize,
}

impl Postman {
    /// The postman of an office.
    pub fn new((db, halls): (Db, Arc<Halls>), clock: Clock, keys: Arc<Keys>, config: Config) -> Postman {
        let outlets = Outlets::new(&config, Arc::clone(&keys));
        Postman { db, clock, keys, config, outlets, halls }
    }

    /// Works until it is dropped; a failed round is logged and tried again.
    pub async fn work(self) {
        loop {
            if let Err(cause) = self.round().await {
                tracing::error!(%cause, "a round of the outbox failed");
            }
            tokio::time::sleep(Duration::from_secs(PAUSE_SECONDS)).await;
        }
    }

    /// Shares out and sends what is due.
    pub async fn round(&self) -> Result<Rounds, StoreError> {
        if !self.config.message_url.is_empty() {
            self.tell_near().await?;
        }
        for notice in self.due().await? {
            if letters::is_act(&notice.kind) {
                self.share_out(&notice).await?;
            }
        }
        let mut rounds = Rounds::default();
        for notice in self.due().await? {
            let Some((channel, event)) = notice.kind.split_once(':') else { continue };
            if !self.claim(&notice).await? {
                continue;
            }
            match self.letter(&notice, event).await? {
                None => rounds.lapsed += usize::from(self.settle(&notice, Ok(())).await?),
                Some(letter) => {
                    let outcome = self.outlets.send(channel, &notice, event, &letter, self.clock.now()).await;
                    let is_sent = self.settle(&notice, outcome).await?;
                    rounds.sent += usize::from(is_sent);
                    rounds.failed += usize::from(!is_sent);
                }
            }
        }
        Ok(rounds)
    }

    async fn due(&self) -> Result<Vec<Notice>, StoreError> {
        notices::list_due(&mut self.db.read().await?, self.clock.now(), MOST).await
    }

    async fn tell_near(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let (sites, catalogue) = (sites::load(&mut tx).await?, catalogue::load(&mut tx).await?);
        let calendar = calendar::load(&mut tx).await?;
        for site in sites.list() {
            let book = Book { site, halls: &self.halls, calendar: &calendar, catalogue: &catalogue };
            appointments::tell_near(&mut tx, book, now).await.map_err(unexpected)?;
        }
        tx.commit().await
    }

    /// One notice for each channel that reaches somebody, in one transaction.
    async fn share_out(&self, notice: &Notice) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if !notices::claim(&mut tx, notice.id, now).await? {
            return Ok(());
        }
        let reach = match letters::subject(&notice.payload) {
            Some(Subject::Appointment(id, _)) => appointments::reach_of(&mut tx, &self.keys, id).await?,
            Some(Subject::Ticket(id)) => appointments::reach_of_ticket(&mut tx, &self.keys, id).await?,
            Some(Subject::Application(id)) => {
                permits::find_told(&mut tx, &self.keys, id).await?.map(|told| told.reach()).unwrap_or_default()
            }
            Some(Subject::Permit(id)) => {
                let told = permits::find_told_permit(&mut tx, &self.keys, id).await?;
                told.map(|(told, _)| told.reach()).unwrap_or_default()
            }
            Some(Subject::Warned(..)) => file_letters::reach_of_office(&self.config),
            None => Reach::default(),
        };
        for channel in self.channels(&reach, &notice.kind) {
            let kind = format!("{channel}:{}", notice.kind);
            notices::leave(&mut tx, &kind, notice.payload.clone(), now).await?;
        }
        notices::done(&mut tx, notice.id, now).await?;
        tx.commit().await
    }

    /// A person with an e-mail address gets mail, else a message if there is a way to send one. That a day was called
    /// off is left undelivered rather than unsaid: somebody then has to telephone.
    fn channels(&self, reach: &Reach, event: &str) -> Vec<&'static str> {
        let by_message = !self.config.message_url.is_empty() || event == "appointment.called_off";
        let person = match (&reach.email, &reach.phone) {
            (Some(_), _) => Some("mail"),
            (None, Some(_)) => by_message.then_some("message"),
            (None, None) => None,
        };
        person.into_iter().chain((!self.config.webhook_url.is_empty()).then_some("event")).collect()
    }

    async fn claim(&self, notice: &Notice) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let is_ours = notices::claim(&mut tx, notice.id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(is_ours)
    }

    /// What is to be said now; `None` when it is no longer true.
    async fn letter(&self, notice: &Notice, event: &str) -> Result<Option<letters::Letter>, StoreError> {
        let mut tx = self.db.read().await?;
        letters::compose(&mut tx, &self.keys, &self.config, (event, &notice.payload), self.clock.now()).await
    }

    /// Notes what became of a notice; answers whether it is done.
    async fn settle(&self, notice: &Notice, outcome: Result<(), Unsent>) -> Result<bool, StoreError> {
        let now: Instant = self.clock.now();
        let mut tx = self.db.begin().await?;
        match &outcome {
            Ok(()) => notices::done(&mut tx, notice.id, now).await?,
            Err(unsent) if unsent.for_good || notice.attempts + 1 >= MOST_TRIES => {
                notices::give_up(&mut tx, notice, &unsent.fault, now).await?;
            }
            Err(unsent) => notices::failed(&mut tx, notice, &unsent.fault, now).await?,
        }
        tx.commit().await?;
        Ok(outcome.is_ok())
    }
}
