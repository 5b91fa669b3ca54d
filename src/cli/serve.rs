//! `loket serve`: the server of the data folder.

use std::process::ExitCode;
use std::sync::Arc;

use super::args::Args;
use super::open::{self, CliError};
use crate::audit::Act;
use crate::clock::Clock;
use crate::config::Config;
use crate::identity;
use crate::web::{self, App};

/// Serves until it is told to stop.
pub async fn serve(args: &Args) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let _lock = open::server_lock(&config)?;
    let app = office(config).await?;
    announce_setup(&app).await?;
    start_log();
    web::serve(app, None).await?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the office and publishes the built-in services on an empty store.
pub async fn office(config: Config) -> Result<Arc<App>, CliError> {
    web::page::check_templates().map_err(CliError::Template)?;
    let db = open::store(&config).await?;
    let keys = open::keys(&config)?;
    let app = Arc::new(App::open(config, Clock::System, db, keys).await?);
    first_start(&app).await?;
    Ok(app)
}

async fn first_start(app: &App) -> Result<(), CliError> {
    if app.catalogue().list().next().is_some() {
        return Ok(());
    }
    let act = Act::system(app.now());
    let mut tx = app.db.begin().await?;
    super::start_rules(&mut tx, act).await?;
    tx.commit().await?;
    app.reload().await?;
    Ok(())
}

/// Prints the one-time link while nobody can sign in.
async fn announce_setup(app: &App) -> Result<(), CliError> {
    let mut tx = app.db.begin().await?;
    let token = identity::make_setup_link(&mut tx, app.now()).await?;
    tx.commit().await?;
    if let Some(token) = token {
        println!("Belum ada pengguna. Buat administrator pertama di / Make the first administrator at:");
        println!("  {}/penyiapan/{token}", app.config.public_url);
    }
    Ok(())
}

/// JSON lines on standard error; `RUST_LOG` chooses, warnings and failures by default.
pub fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first log.
    drop(log.try_init());
}
