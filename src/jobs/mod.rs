//! Timed work: what a crash left open is ended, what has expired is swept out.

mod file_letters;
mod learning;
mod letters;
mod mail;
mod outlets;
mod verdicts;

use std::sync::Arc;
use std::time::Duration;

use crate::audit::Act;
use crate::calendar;
use crate::civil;
use crate::clock::{Clock, Day, Instant};
use crate::db::{self, Db, Fault, StoreError};
use crate::documents::{self, ErasureList, Scanner, Stamper};
use crate::identity;
use crate::keys::Keys;
use crate::notices;
use crate::permits::{self, National, Press};
use crate::population::{Gate, Moment};
use crate::queue::{self, appointments};
use crate::sites::{self, Sites};

pub use learning::Learner;
pub use letters::calendar_entry;
pub use mail::{Postman, Rounds};

/// Seconds between two rounds.
const PAUSE_SECONDS: u64 = 30;

/// What the worker needs.
#[derive(Clone)]
pub struct Worker {
    /// The store.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// Secrets.
    pub keys: Arc<Keys>,
    /// What prints and signs.
    pub press: Press,
    /// The way to the population source.
    pub gate: Arc<Gate>,
    /// The way to the national signature, if there is one.
    pub national: Option<Arc<National>>,
    /// The time-stamp server, if there is one.
    pub stamper: Option<Arc<dyn Stamper>>,
    /// The virus scanner, if there is one.
    pub scanner: Option<Arc<Scanner>>,
    /// What was erased in the data folder.
    pub erasures: ErasureList,
}

/// What one round did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Reserved permits that are issued now.
    pub issued: usize,
    /// Visits of earlier days that nobody had ended.
    pub closed: usize,
    /// Appointments that lapsed, were missed or fell on a closed day.
    pub appointments: u64,
    /// Verdicts that were pending and came in.
    pub settled: usize,
    /// Warnings of files close to their due date.
    pub warned: usize,
    /// Holders who are told that their permit ends.
    pub reminded: usize,
    /// Permits that got the national signature.
    pub countersigned: usize,
    /// Seals that got their time stamp.
    pub stamped: usize,
    /// Files the virus scanner answered for, after it was silent.
    pub scanned: usize,
    /// Papers whose time was over and that are erased.
    pub erased: usize,
    /// Pairs of numbers that may be one person, newly found.
    pub doubles: usize,
    /// Expired sessions, replies and pieces of files that were swept out.
    pub swept: u64,
}

impl Worker {
    /// Works until it is dropped; a failed round is logged and tried again.
    pub async fn work(self) {
        loop {
            if let Err(cause) = self.round().await {
                tracing::error!(%cause, "a round of timed work failed");
            }
            tokio::time::sleep(Duration::from_secs(PAUSE_SECONDS)).await;
        }
    }

    /// One round.
    pub async fn round(&self) -> Result<Round, StoreError> {
        let now = self.clock.now();
        let sites = sites::load(&mut self.db.read().await?).await?;
        let issued = permits::resume_reserved(&self.db, &self.keys, &sites, &self.press, now).await?;
        let closed = self.close_earlier_days(&sites, now).await?;
        let appointments = self.tidy_appointments(&sites, now).await?;
        let warned = self.warn(&sites, now).await?;
        let zone = sites.list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let reminded = self.remind(now.day(zone), now).await?;
        let swept = self.sweep(now).await?;
        let settled = verdicts::settle_due(&self.db, &self.keys, &self.gate, Moment::at(now, zone)).await?;
        let stamped = match &self.stamper {
            Some(stamper) => permits::stamp_due(&self.db, &self.keys, stamper, now).await?,
            None => 0,
        };
        let scanned = match &self.scanner {
            Some(scanner) => documents::scan_waiting(&self.db, scanner, Act::system(now)).await?,
            None => 0,
        };
        let countersigned = match &self.national {
            Some(national) => permits::countersign_due(&self.db, national, now).await?,
            None => 0,
        };
        let erased = permits::erase_due(&self.db, &self.erasures, (now.day(zone), zone), now).await?;
        let doubles = civil::find_daily(&self.db, &self.keys, (Act::system(now), now.day(zone))).await?;
        Ok(Round {
            doubles,
            issued,
            closed,
            appointments,
            settled,
            warned,
            reminded,
            countersigned,
            stamped,
            scanned,
            erased,
            swept,
        })
    }

    async fn close_earlier_days(&self, sites: &Sites, now: Instant) -> Result<usize, StoreError> {
        let mut closed = 0;
        for site in sites.list() {
            let mut tx = self.db.begin().await?;
            let calendar = calendar::load(&mut tx).await?;
            closed += queue::close_earlier_days(&mut tx, Act::system(now), site, &calendar).await?;
            tx.commit().await?;
        }
        Ok(closed)
    }

    async fn tidy_appointments(&self, sites: &Sites, now: Instant) -> Result<u64, StoreError> {
        let mut changed = 0;
        for site in sites.list() {
            let mut tx = self.db.begin().await?;
            changed += appointments::tidy(&mut tx, Act::system(now), site).await.map_err(unexpected)?;
            tx.commit().await?;
        }
        Ok(changed)
    }

    async fn warn(&self, sites: &Sites, now: Instant) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let calendar = calendar::load(&mut tx).await?;
        let warned = permits::raise_warnings(&mut tx, Act::system(now), (&calendar, sites)).await?;
        tx.commit().await?;
        Ok(warned)
    }

    async fn remind(&self, today: Day, now: Instant) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let reminded = permits::remind_of_ends(&mut tx, Act::system(now), today).await?;
        tx.commit().await?;
        Ok(reminded)
    }

    async fn sweep(&self, now: Instant) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let swept = identity::end_expired(&mut tx, now).await? + db::idempotency::forget_old(&mut tx, now).await?;
        let swept = swept + notices::forget_done(&mut tx, now).await?;
        let swept = swept + documents::transfer::forget_old(&mut tx, now).await?;
        tx.commit().await?;
        Ok(swept)
    }
}

/// Timed work breaks no rule; if one says no all the same, what is stored cannot be true.
fn unexpected(fault: Fault) -> StoreError {
    match fault {
        Fault::Store(error) => error,
        Fault::Refused(refusal) => StoreError::Corrupt(refusal.code.to_owned()),
    }
}
