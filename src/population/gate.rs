//! The one way to the source: breaker and quota before it, and what the supervisor may know of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono_tz::Tz;

use super::dukcapil::{Dukcapil, LinkError};
use super::{Breaker, Cause, Finding, LocalRegister, Question, Source, SourceFault, SourceKind};
use crate::clock::{Day, Instant};
use crate::config::{PopulationKind, PopulationLink};
use crate::db::Db;
use crate::keys::Keys;

/// A moment with the local day it lies in: verdicts and quota are counted by day.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Now.
    pub now: Instant,
    /// The local day.
    pub today: Day,
    /// The first moment of the next one.
    pub tomorrow: Instant,
}

impl Moment {
    /// A moment in a zone.
    pub fn at(now: Instant, zone: Tz) -> Moment {
        let today = now.day(zone);
        Moment { now, today, tomorrow: today.next().start(zone) }
    }
}

/// The way to the source of this office.
pub struct Gate {
    source: Box<dyn Source>,
    breaker: Mutex<Breaker>,
    daily_quota: u32,
}

impl Gate {
    /// The way the settings name.
    ///
    /// # Errors
    /// [`LinkError`] when the address, the password or the certificate cannot be used.
    pub fn open(link: &PopulationLink, db: Db, keys: Arc<Keys>) -> Result<Gate, LinkError> {
        let source: Box<dyn Source> = match link.kind {
            PopulationKind::Register => Box::new(LocalRegister { db, keys }),
            PopulationKind::DukcapilMatch | PopulationKind::DukcapilRead => Box::new(Dukcapil::open(link)?),
        };
        Ok(Gate { source, breaker: Mutex::default(), daily_quota: link.daily_quota })
    }

    /// Asks the source, unless it is left alone or its quota is used (`used` questions went out today).
    pub async fn ask(&self, question: &Question, used: i64, at: Moment) -> Result<Finding, SourceFault> {
        if self.daily_quota > 0 && used >= i64::from(self.daily_quota) {
            self.breaker().rest(Cause::QuotaUsed, at.now, at.tomorrow);
        }
        self.breaker().admit(at.now).map_err(SourceFault::Link)?;
        let answer = self.source.ask(question).await;
        match &answer {
            Ok(_) => self.breaker().answered(at.now),
            Err(SourceFault::Link(Cause::QuotaUsed)) => self.breaker().rest(Cause::QuotaUsed, at.now, at.tomorrow),
            Err(SourceFault::Link(cause)) => self.breaker().failed(*cause, at.now),
            Err(SourceFault::Store(_)) => {}
        }
        answer
    }

    /// Who is asked.
    pub fn kind(&self) -> SourceKind {
        self.source.kind()
    }

    /// What is known of the source.
    pub fn standing(&self) -> Breaker {
        self.breaker().clone()
    }

    /// Questions a day; 0 = not limited here.
    pub fn daily_quota(&self) -> u32 {
        self.daily_quota
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
