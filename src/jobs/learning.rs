//! Learning from past days: once a local day, and at the start.

use std::sync::Arc;
use std::time::Duration;

use crate::calendar;
use crate::catalogue::{self, Catalogue};
use crate::clock::Clock;
use crate::db::{Db, StoreError};
use crate::permits::{self, Forecaster, Paces};
use crate::queue::{Halls, estimates};
use crate::sites::{self, Site, Sites};

/// Seconds between two looks whether a new day has begun somewhere.
const PAUSE_SECONDS: u64 = 60;

/// Has the estimates of every hall and the forecasts of the files rest on the days before the present one.
pub struct Learner {
    /// The store.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// The halls that estimate.
    pub halls: Arc<Halls>,
    /// What foretells when files are ready.
    pub forecaster: Arc<Forecaster>,
}

impl Learner {
    /// Works until it is dropped; a failed round is logged and tried again.
    pub async fn work(self) {
        loop {
            if let Err(cause) = self.round().await {
                tracing::error!(%cause, "nothing was learnt from past days");
            }
            tokio::time::sleep(Duration::from_secs(PAUSE_SECONDS)).await;
        }
    }

    /// Learns for every site on whose day nobody has learnt yet; answers for how many. Until then estimates rest on
    /// what was known the day before, or on the catalogue.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let mut tx = self.db.read().await?;
        let (sites, catalogue) = (sites::load(&mut tx).await?, catalogue::load(&mut tx).await?);
        let sites = Arc::new(sites.with_quick(|minutes| catalogue.list_quick(minutes)));
        drop(tx);
        self.foretell(&sites).await?;
        let mut learnt = 0;
        for site in sites.list() {
            learnt += usize::from(self.learn(site, &catalogue).await?);
        }
        Ok(learnt)
    }

    async fn learn(&self, site: &Site, catalogue: &Catalogue) -> Result<bool, StoreError> {
        let today = self.clock.now().day(site.zone);
        if self.halls.knows(site.id, today) {
            return Ok(false);
        }
        let past = estimates::load_past(&mut self.db.read().await?, site, catalogue, today).await?;
        let (halls, site) = (Arc::clone(&self.halls), site.id);
        let learning = tokio::task::spawn_blocking(move || halls.learn(site, past.learn()));
        learning.await.map_err(|panic| StoreError::Corrupt(panic.to_string()))?;
        Ok(true)
    }

    /// Learns how long stages take, once a local day of the agency, and keeps what is foretold of each open file.
    async fn foretell(&self, sites: &Arc<Sites>) -> Result<(), StoreError> {
        let now = self.clock.now();
        let Some(zone) = sites.list().first().map(|site| site.zone) else { return Ok(()) };
        let today = now.day(zone);
        if self.forecaster.knows(today) {
            return Ok(());
        }
        let mut tx = self.db.read().await?;
        let (calendar, courses) = (calendar::load(&mut tx).await?, permits::list_learnt(&mut tx, now).await?);
        drop(tx);
        let (works, sites) = (calendar.is_working_day(today), Arc::clone(sites));
        let learning = tokio::task::spawn_blocking(move || {
            let paces = Paces::learn(&courses, (&calendar, &sites), today.start(zone));
            let foretold = permits::foretell_all(&courses, &paces, (&calendar, &sites), now);
            (paces, foretold)
        });
        let (paces, foretold) = learning.await.map_err(|panic| StoreError::Corrupt(panic.to_string()))?;
        if works {
            let mut tx = self.db.begin().await?;
            permits::keep_forecasts(&mut tx, &foretold);
            tx.commit().await?;
        }
        self.forecaster.learn(today, paces);
        Ok(())
    }
}
