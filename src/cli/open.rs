//! Opening the office for a command.

use std::path::{Path, PathBuf};

use super::args::Args;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::db::{Db, Fault, LockError, ServerLock, StoreError};
use crate::keys::{self, KeyFileError, Keys, PaperKeys, PaperSetup, Passphrase};
use crate::messages::{self, Lang};
use crate::web::ServeError;
use crate::web::app::OpenError;

/// The file that marks the data folder of the synthetic office.
const DEMO_MARK: &str = "data-uji";
/// The systemd credential that opens the sealing keys.
const CREDENTIAL: &str = "loket-key-passphrase";
/// What stands in it when the office is whole.
const READY: &str = "DATA UJI";

/// Why a command could not do its work, in words for the administrator.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// Configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Keys.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// Another server.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The office.
    #[error(transparent)]
    Office(#[from] OpenError),
    /// A rule said no.
    #[error("{0}")]
    Refused(String),
    /// A file.
    #[error("{0}: {1}")]
    Io(PathBuf, #[source] std::io::Error),
    /// The server.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A template.
    #[error("a template is broken: {0}")]
    Template(String),
}

impl From<Fault> for CliError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => CliError::Store(error),
            Fault::Refused(refusal) => CliError::Refused(refusal.words(Lang::En)),
        }
    }
}

/// The settings with what the command line changes.
pub fn config(args: &Args) -> Result<Config, CliError> {
    let mut config = Config::read()?;
    if let Some(folder) = &args.data_dir {
        config.data_dir.clone_from(folder);
    }
    config.demo |= is_demo(&config.data_dir);
    Ok(config)
}

/// How far the synthetic office of a data folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DemoMark {
    /// Begun.
    Building,
    /// Whole.
    Ready,
}

/// Whether a data folder holds the synthetic office: whatever serves it marks everything DATA UJI.
pub fn is_demo(data_dir: &Path) -> bool {
    data_dir.join(DEMO_MARK).exists()
}

/// The mark of a data folder, if it is the one of the synthetic office.
pub fn demo_mark(data_dir: &Path) -> Result<Option<DemoMark>, CliError> {
    let file = data_dir.join(DEMO_MARK);
    if !file.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file).map_err(|e| CliError::Io(file, e))?;
    Ok(Some(if text.trim() == READY { DemoMark::Ready } else { DemoMark::Building }))
}

/// Marks a data folder as the one of the synthetic office.
pub fn mark_demo(data_dir: &Path, mark: DemoMark) -> Result<(), CliError> {
    let file = data_dir.join(DEMO_MARK);
    let text = match mark {
        DemoMark::Building => "building\n".to_owned(),
        DemoMark::Ready => format!("{READY}\n"),
    };
    std::fs::write(&file, text).map_err(|e| CliError::Io(file, e))
}

/// The store of the settings.
pub async fn store(config: &Config) -> Result<Db, CliError> {
    std::fs::create_dir_all(&config.data_dir).map_err(|e| CliError::Io(config.data_dir.clone(), e))?;
    let url = if config.database_url.is_empty() { Db::file_url(&config.data_dir) } else { config.database_url.clone() };
    Ok(Db::open(&url).await?)
}

/// The keys of the settings.
pub fn keys(config: &Config) -> Result<Keys, CliError> {
    let passphrase = passphrase(config)?;
    let office = office();
    let setup = PaperSetup { office: &office, passphrase: passphrase.as_ref(), now: Clock::System.now() };
    Ok(Keys::open(&config.data_dir, setup)?)
}

/// Makes the next sealing key of the settings and destroys the secret of the one before.
pub fn rotate(config: &Config) -> Result<PaperKeys, CliError> {
    let passphrase = passphrase(config)?;
    let office = office();
    let setup = PaperSetup { office: &office, passphrase: passphrase.as_ref(), now: Clock::System.now() };
    Ok(Keys::rotate_papers(&config.data_dir, setup)?)
}

/// The name in the certificates.
fn office() -> String {
    ["paper.agency_1", "paper.agency_2"].map(|key| messages::plain(Lang::Id, key)).join(" ")
}

/// The passphrase of the sealing keys: the systemd credential wins over the file of the settings.
fn passphrase(config: &Config) -> Result<Option<Passphrase>, CliError> {
    let credential = std::env::var_os("CREDENTIALS_DIRECTORY").map(|folder| Path::new(&folder).join(CREDENTIAL));
    let file = credential.filter(|file| file.exists()).or_else(|| config.key_passphrase_file.clone());
    let Some(file) = file else { return Ok(None) };
    let passphrase = Passphrase::new(&keys::given(&file)?);
    passphrase.map(Some).ok_or_else(|| CliError::Refused(format!("{} holds no passphrase", file.display())))
}

/// The lock of a server: only the file database needs one.
pub fn server_lock(config: &Config) -> Result<Option<ServerLock>, CliError> {
    std::fs::create_dir_all(&config.data_dir).map_err(|e| CliError::Io(config.data_dir.clone(), e))?;
    let file_database = !config.database_url.starts_with("postgres");
    Ok(file_database.then(|| ServerLock::take(&config.data_dir)).transpose()?)
}
