//! `loket backup` and `loket restore`: the file database as one file, with its digest beside it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::args::Args;
use super::open::{self, CliError};
use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db;
use crate::documents::{self, ErasureList};
use crate::keys::{hex, sha256};

/// What stands beside a copy, as `<copy>.manifest.json`.
#[derive(Serialize, Deserialize)]
struct Manifest {
    made_at: Instant,
    loket_version: String,
    bytes: u64,
    sha256: String,
}

/// Copies the database; the office may be running.
pub async fn backup(args: &Args, file: &Path) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    refuse_if(config.database_url.starts_with("postgres"), "PostgreSQL: take the backup with pg_dump")?;
    refuse_if(!database_file(&config).exists(), "there is no database in the data folder")?;
    refuse_if(file.exists(), "the file exists already; give another name")?;
    let store = open::store(&config).await?;
    store.copy_to(file).await?;
    store.close().await;
    let bytes = read(file)?;
    let manifest = Manifest {
        made_at: Clock::System.now(),
        loket_version: env!("CARGO_PKG_VERSION").to_owned(),
        bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        sha256: hex(&sha256(&bytes)),
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|e| CliError::Refused(e.to_string()))?;
    let beside = manifest_of(file);
    fs::write(&beside, text).map_err(|e| CliError::Io(beside, e))?;
    sync(file)?;
    println!("{} ({} bytes, SHA-256 {})", file.display(), manifest.bytes, manifest.sha256);
    println!("The keys are not part of it. Keep a copy of {} apart:", config.data_dir.join("keys").display());
    println!("without them NIK, KK and telephone numbers cannot be opened.");
    Ok(ExitCode::SUCCESS)
}

/// Puts a checked copy in place of the database, under the lock of the server.
pub async fn restore(args: &Args, file: &Path, force: bool) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    refuse_if(config.database_url.starts_with("postgres"), "PostgreSQL: restore with pg_restore")?;
    let _lock = open::server_lock(&config)?;
    let target = database_file(&config);
    refuse_if(target.exists() && !force, "the data folder has a database; `--force` puts the copy in its place")?;
    check(file).await?;
    let fresh = config.data_dir.join("loket.db.restoring");
    fs::copy(file, &fresh).map_err(|e| CliError::Io(fresh.clone(), e))?;
    sync(&fresh)?;
    if target.exists() {
        put_aside(&target)?;
    }
    fs::rename(&fresh, &target).map_err(|e| CliError::Io(target.clone(), e))?;
    sync(&config.data_dir)?;
    println!("{} restored from {}", target.display(), file.display());
    say_returned(&config).await?;
    if !config.data_dir.join("keys").exists() {
        println!("Put the folder `keys` of that office here before it is served.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Says how many papers that were erased since came back with the copy.
async fn say_returned(config: &Config) -> Result<(), CliError> {
    let erased = ErasureList::of(&config.data_dir).read().map_err(|e| CliError::Io(config.data_dir.clone(), e))?;
    let store = open::store(config).await?;
    let returned = documents::list_returned(&mut store.read().await?, &erased).await?.len();
    store.close().await;
    if returned > 0 {
        println!(
            "{returned} papers that were erased since are back with this copy. They are erased again on the first"
        );
        println!("round of the served office; until then `loket check` names them.");
    }
    Ok(())
}

/// Refuses a copy whose digest differs from its manifest, or that SQLite finds broken.
async fn check(file: &Path) -> Result<(), CliError> {
    let bytes = read(file)?;
    let beside = manifest_of(file);
    if beside.exists() {
        let text = fs::read(&beside).map_err(|e| CliError::Io(beside, e))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| CliError::Refused(e.to_string()))?;
        refuse_if(
            manifest.sha256 != hex(&sha256(&bytes)),
            "the copy is not the one of its manifest; nothing was changed",
        )?;
    } else {
        eprintln!("There is no manifest beside the copy; only its structure is checked.");
    }
    let verdict = db::check_copy(file).await?;
    refuse_if(verdict != "ok", "the copy is damaged; nothing was changed")
}

/// Keeps the database that was there, with its log, under other names.
fn put_aside(target: &Path) -> Result<(), CliError> {
    for ending in ["", "-wal", "-shm"] {
        let from = PathBuf::from(format!("{}{ending}", target.display()));
        if from.exists() {
            let to = PathBuf::from(format!("{}.before-restore{ending}", target.display()));
            fs::rename(&from, &to).map_err(|e| CliError::Io(to, e))?;
        }
    }
    Ok(())
}

/// The file of the file database.
pub fn database_file(config: &Config) -> PathBuf {
    match config.database_url.strip_prefix("sqlite:") {
        Some(path) => PathBuf::from(path),
        None => config.data_dir.join("loket.db"),
    }
}

fn manifest_of(file: &Path) -> PathBuf {
    PathBuf::from(format!("{}.manifest.json", file.display()))
}

fn read(file: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(file).map_err(|e| CliError::Io(file.to_owned(), e))
}

fn sync(path: &Path) -> Result<(), CliError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|e| CliError::Io(path.to_owned(), e))
}

fn refuse_if(wrong: bool, words: &str) -> Result<(), CliError> {
    if wrong { Err(CliError::Refused(words.to_owned())) } else { Ok(()) }
}
