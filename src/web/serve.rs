//! Running the server until it is told to stop.

use std::sync::Arc;

use super::{App, build};
use crate::documents::ErasureList;
use crate::jobs::{Learner, Postman, Worker};
use crate::queue::printing::{Patience, Spooler};

/// The server could not start or ended badly.
#[derive(Debug, thiserror::Error)]
#[error("the server cannot start: {0}")]
pub struct ServeError(String);

impl ServeError {
    /// What Rocket says.
    pub(super) fn of(error: &rocket::Error) -> ServeError {
        ServeError(error.to_string())
    }
}

/// Serves an office at the address of the settings, or on a loopback port when one is given.
pub async fn serve(app: Arc<App>, loopback_port: Option<u16>) -> Result<(), ServeError> {
    let mut figment = rocket::Config::figment().merge(("log_level", "off")).merge(("ident", false));
    if let Some(port) = loopback_port {
        figment = figment.merge(("address", "127.0.0.1")).merge(("port", port));
    }
    let db = app.db.clone();
    let worker = tokio::spawn(worker(&app).work());
    let postman = tokio::spawn(postman(&app).work());
    let spooler = tokio::spawn(spooler(&app).work());
    let learner = tokio::spawn(learner(&app).work());
    let listener = tokio::spawn(listen(Arc::clone(&app)));
    let ended = build(figment, app).launch().await;
    worker.abort();
    postman.abort();
    spooler.abort();
    learner.abort();
    listener.abort();
    db.close().await;
    ended.map(|_| ()).map_err(|e| ServeError::of(&e))
}

/// Follows what other instances do in the halls of a shared store.
async fn listen(app: Arc<App>) {
    let sites = || app.sites().list().iter().map(|site| site.id).collect();
    app.db.clone().listen(sites).await;
}

/// What does the timed work of an office.
pub fn worker(app: &App) -> Worker {
    let press = super::permits::press(app);
    Worker {
        db: app.db.clone(),
        clock: app.clock.clone(),
        keys: Arc::clone(&app.keys),
        press,
        gate: Arc::clone(&app.gate),
        national: app.national.clone(),
        stamper: app.stamper.clone(),
        scanner: app.scanner.clone(),
        erasures: ErasureList::of(&app.config.data_dir),
    }
}

fn postman(app: &App) -> Postman {
    Postman::new((app.db.clone(), Arc::clone(&app.halls)), app.clock.clone(), Arc::clone(&app.keys), app.config.clone())
}

/// What learns from past days.
pub fn learner(app: &App) -> Learner {
    Learner {
        db: app.db.clone(),
        clock: app.clock.clone(),
        halls: Arc::clone(&app.halls),
        forecaster: Arc::clone(&app.forecaster),
    }
}

/// What prints the slips of an office.
pub fn spooler(app: &App) -> Spooler {
    Spooler {
        db: app.db.clone(),
        clock: app.clock.clone(),
        hub: app.db.hub().clone(),
        bell: app.printing.clone(),
        patience: Patience::default(),
    }
}
