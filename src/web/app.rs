//! What every request needs: the store, the clock, the keys, and the rules read once and shared.

use std::sync::{Arc, PoisonError, RwLock};

use super::limits::Limits;
use crate::audit::Act;
use crate::calendar::{self, Calendar};
use crate::catalogue::{self, Catalogue};
use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db::{Db, StoreError};
use crate::documents::esign::{EsignClient, EsignLinkError, open_stamper};
use crate::documents::{Scanner, ScannerSettingError, Stamper};
use crate::identity::{Bearers, Demanded, FailureLimiter, Officer, Tries};
use crate::keys::{KeyFileError, Keys};
use crate::permits::{Forecaster, National, Vault};
use crate::population::{self, Asker, Gate, IdentityKeys, IdentityKeysError, LinkError};
use crate::queue::Halls;
use crate::queue::printing::Bell;
use crate::sites::{self, Sites};

/// The running office.
pub struct App {
    /// Settings.
    pub config: Config,
    /// The one clock.
    pub clock: Clock,
    /// The store.
    pub db: Db,
    /// Secrets.
    pub keys: Arc<Keys>,
    /// The way to the population source.
    pub gate: Arc<Gate>,
    /// The way to the national signature, if there is one.
    pub national: Option<Arc<National>>,
    /// The time-stamp server, if there is one.
    pub stamper: Option<Arc<dyn Stamper>>,
    /// The virus scanner, if there is one.
    pub scanner: Option<Arc<Scanner>>,
    /// The halls as they are now.
    pub halls: Arc<Halls>,
    /// What foretells when files are ready.
    pub forecaster: Arc<Forecaster>,
    /// Wakes what prints slips.
    pub printing: Bell,
    /// Keys whose signed identity codes are believed.
    pub identity_keys: IdentityKeys,
    /// Bearer tokens.
    pub bearers: Bearers,
    /// Failed sign-ins.
    pub limiter: FailureLimiter,
    /// Who must have a second factor.
    pub demanded: Demanded,
    /// Requests without signing in.
    pub limits: Limits,
    shelf: RwLock<Shelf>,
}

/// Data that rarely changes.
#[derive(Clone, Default)]
struct Shelf {
    catalogue: Arc<Catalogue>,
    sites: Arc<Sites>,
    calendar: Arc<Calendar>,
}

/// The office cannot open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The population source.
    #[error(transparent)]
    Population(#[from] LinkError),
    /// The pinned keys of identity codes.
    #[error(transparent)]
    IdentityKeys(#[from] IdentityKeysError),
    /// The eSign client.
    #[error(transparent)]
    Esign(#[from] EsignLinkError),
    /// The virus scanner.
    #[error(transparent)]
    Scanner(#[from] ScannerSettingError),
    /// A certificate cannot be kept.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The session key.
    #[error("the session key cannot be used")]
    SessionKey,
    /// A setting names a role that does not exist.
    #[error("second_factor_roles: there is no role `{0}`")]
    Role(String),
}

impl App {
    /// Opens the office on a store, reading the shared rules.
    pub async fn open(config: Config, clock: Clock, db: Db, keys: Keys) -> Result<App, OpenError> {
        let bearers = Bearers::new(keys.session_pkcs8()).map_err(|_| OpenError::SessionKey)?;
        let demanded = Demanded::of_words(&config.second_factor_roles).map_err(OpenError::Role)?;
        let mut keys = keys;
        let stamper = stamper(&config, &mut keys)?;
        let keys = Arc::new(keys);
        let gate = Arc::new(Gate::open(&config.population, db.clone(), Arc::clone(&keys))?);
        let national = EsignClient::open(&config.esign)?.map(|client| {
            Arc::new(National { client: Arc::new(client), vault: Vault::new(config.esign.passphrase_minutes) })
        });
        let scanner = Scanner::open(&config)?.map(Arc::new);
        let halls = Halls::following(&db);
        let identity_keys = IdentityKeys::open(config.identity_keys_file.as_deref())?;
        let app = App {
            limits: Limits::new(&config, &clock),
            config,
            clock,
            db,
            gate,
            national,
            stamper,
            scanner,
            halls,
            keys,
            forecaster: Arc::default(),
            printing: Bell::default(),
            identity_keys,
            bearers,
            limiter: FailureLimiter::default(),
            demanded,
            shelf: RwLock::default(),
        };
        app.reload().await?;
        Ok(app)
    }

    /// Reads the shared rules again, after they were changed.
    pub async fn reload(&self) -> Result<(), StoreError> {
        let mut tx = self.db.read().await?;
        let catalogue = catalogue::load(&mut tx).await?;
        let fresh = Shelf {
            sites: Arc::new(sites::load(&mut tx).await?.with_quick(|minutes| catalogue.list_quick(minutes))),
            catalogue: Arc::new(catalogue),
            calendar: Arc::new(calendar::load(&mut tx).await?),
        };
        let regions = population::load_imported_regions(&mut tx).await?;
        if let Some(regions) = regions {
            regions.put_in_force();
        }
        *self.shelf.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The services in force.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        Arc::clone(&self.shelf.read().unwrap_or_else(PoisonError::into_inner).catalogue)
    }

    /// The sites.
    pub fn sites(&self) -> Arc<Sites> {
        Arc::clone(&self.shelf.read().unwrap_or_else(PoisonError::into_inner).sites)
    }

    /// The days off.
    pub fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.shelf.read().unwrap_or_else(PoisonError::into_inner).calendar)
    }

    /// The present moment.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// The failed sign-ins and their limit.
    pub fn tries(&self) -> Tries<'_> {
        (&self.limiter, self.config.sign_in_failures)
    }

    /// An act of a member of staff, now.
    pub fn act(&self, officer: &Officer) -> Act {
        Act::of(officer.id, self.now())
    }

    /// A member of staff who asks about a person, now, in the zone of the own site.
    pub fn asker(&self, officer: &Officer) -> Asker {
        let sites = self.sites();
        let own = officer.site.and_then(|id| sites.find_by_id(id)).or_else(|| sites.list().first());
        let zone = own.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        Asker { officer: officer.id, now: self.now(), zone }
    }
}

/// The time-stamp server of the settings; its certificate is accepted for good.
fn stamper(config: &Config, keys: &mut Keys) -> Result<Option<Arc<dyn Stamper>>, OpenError> {
    let Some((stamper, certificate)) = open_stamper(&config.esign)? else { return Ok(None) };
    keys.keep_stamper(&config.data_dir, &certificate)?;
    Ok(Some(Arc::new(stamper)))
}
