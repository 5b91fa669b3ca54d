//! `loket demo`: a ready synthetic office, built once and served.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::args::{Args, DemoArgs};
use super::open::{self, CliError, DemoMark};
use super::{population_simulator, serve};
use crate::audit::Act;
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::config::{Config, PopulationKind, PopulationLink};
use crate::db::{Db, Fault, StoreError};
use crate::demo::{self, Built, Plan};
use crate::documents::LocalSeal;
use crate::identity;
use crate::keys::{Keys, random_token};
use crate::messages::{Lang, Refusal, text};
use crate::permits::Press;
use crate::web::{self, App, ServeError};
use crate::{catalogue, sites};

/// Port when none is given.
const PORT: u16 = 8000;
/// The residents for trainers and tests.
const PEOPLE_FILE: &str = "demo-people.csv";
/// The password of the simulated Dukcapil.
const GRANT_FILE: &str = "demo-population.key";
/// Residents whose record cannot be used.
const OTHER_PEOPLE_FILE: &str = "demo-people-other.csv";

/// Builds the office when the folder is empty, says where it is, and serves it until it is told to stop.
pub async fn demo(args: &Args, wanted: DemoArgs) -> Result<ExitCode, CliError> {
    let port = wanted.port.unwrap_or(PORT);
    let mut config = settings(open::config(args)?, port);
    let _lock = open::server_lock(&config)?;
    let password = prepare(&config, &wanted).await?;
    let simulated = if wanted.population { Some(simulate(&mut config, port + 1)?) } else { None };
    let app = serve::office(config).await?;
    announce(&app, password).await?;
    serve::start_log();
    let ended = web::serve(Arc::clone(&app), Some(port)).await;
    if let Some(simulated) = simulated {
        simulated.abort();
    }
    ended?;
    Ok(ExitCode::SUCCESS)
}

/// A demonstration marks everything, and lets a class of trainees share one address.
fn settings(config: Config, port: u16) -> Config {
    Config { demo: true, public_per_minute: 0, public_url: format!("http://127.0.0.1:{port}"), ..config }
}

/// Starts a simulated Dukcapil that knows the people of the demonstration, and has the office ask it.
fn simulate(config: &mut Config, port: u16) -> Result<JoinHandle<Result<(), ServeError>>, CliError> {
    let folder = config.data_dir.clone();
    let password_file = folder.join(GRANT_FILE);
    let password = random_token();
    write_private(&password_file, &password)?;
    let others = folder.join(OTHER_PEOPLE_FILE);
    let simulator = population_simulator::simulator(&folder.join(PEOPLE_FILE), &[&others], password)?;
    config.population = PopulationLink {
        kind: PopulationKind::DukcapilMatch,
        url: format!("http://127.0.0.1:{port}/CALL_VERIFY_BY_ELEMEN"),
        user: population_simulator::GRANT.to_owned(),
        password_file,
        ip: population_simulator::GRANT_IP.to_owned(),
        ..PopulationLink::default()
    };
    say("demo.simulator", &[("url", format!("http://127.0.0.1:{port}/control"))]);
    Ok(tokio::spawn(web::population::serve_simulator(simulator, port)))
}

/// A file only its owner reads.
fn write_private(file: &Path, text: &str) -> Result<(), CliError> {
    let written = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
    written.and_then(|mut open| open.write_all(text.as_bytes())).map_err(|e| CliError::Io(file.to_owned(), e))
}

/// Builds what is missing and sets the password; answers the password when one was set.
async fn prepare(config: &Config, wanted: &DemoArgs) -> Result<Option<String>, CliError> {
    let mark = open::demo_mark(&config.data_dir)?;
    if mark == Some(DemoMark::Building) && config.database_url.is_empty() {
        remove_half_built(&config.data_dir)?;
    }
    let db = open::store(config).await?;
    let keys = Arc::new(open::keys(config)?);
    let is_empty = is_empty(&db).await?;
    match mark {
        _ if is_empty => {}
        Some(DemoMark::Ready) => {}
        Some(DemoMark::Building) => return Err(Fault::from(Refusal::conflict("demo-half-built")).into()),
        None => return Err(Fault::from(Refusal::conflict("demo-real-office")).into()),
    }
    let password = if is_empty {
        say("demo.building", &[]);
        let password = wanted.password.clone().unwrap_or_else(random_token);
        let built = build(config, &db, &keys, wanted, &password).await?;
        say_built(built);
        Some(password)
    } else {
        say("demo.reused", &[("folder", config.data_dir.display().to_string())]);
        change_password(&db, wanted.password.clone()).await?
    };
    db.close().await;
    Ok(password)
}

/// What an interrupted building left; it holds nothing but DATA UJI.
fn remove_half_built(data_dir: &Path) -> Result<(), CliError> {
    for name in ["loket.db", "loket.db-wal", "loket.db-shm"] {
        let file = data_dir.join(name);
        if file.exists() {
            fs::remove_file(&file).map_err(|e| CliError::Io(file, e))?;
        }
    }
    Ok(())
}

async fn is_empty(db: &Db) -> Result<bool, StoreError> {
    let mut tx = db.read().await?;
    Ok(catalogue::load(&mut tx).await?.list().next().is_none() && sites::load(&mut tx).await?.list().is_empty())
}

/// The files and the mark of a building first: an interrupted start is thrown away by the next one.
async fn build(
    config: &Config,
    db: &Db,
    keys: &Arc<Keys>,
    wanted: &DemoArgs,
    password: &str,
) -> Result<Built, CliError> {
    let now = Clock::System.now();
    let starts = sites::built_in(now).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let today = now.day(starts[0].zone);
    let files = demo::files(today)?;
    write(&config.data_dir.join(OTHER_PEOPLE_FILE), &files.other_people)?;
    write(&config.data_dir.join(PEOPLE_FILE), &files.people)?;
    open::mark_demo(&config.data_dir, DemoMark::Building)?;
    let plan = Plan {
        now,
        password_hash: hashed(password).await?,
        press: Press {
            signer: Arc::new(LocalSeal::new(Arc::clone(keys), None)),
            public_url: config.public_url.clone(),
            demo: true,
            profile: config.permit_profile.into(),
            national: false,
            stamps: false,
            stop: None,
        },
        real_hours: wanted.real_hours,
        empty_hall: wanted.empty_hall,
    };
    let beginning = demo::beginning(&Calendar::built_in(), today, &starts[0]);
    let mut tx = db.begin().await?;
    super::start_rules(&mut tx, Act::system(beginning)).await?;
    tx.commit().await?;
    let built = demo::build(db, keys, &plan).await?;
    open::mark_demo(&config.data_dir, DemoMark::Ready)?;
    Ok(built)
}

/// Gives every account a given password, unless they have it already: a restart ends nobody's session.
async fn change_password(db: &Db, given: Option<String>) -> Result<Option<String>, CliError> {
    let Some(password) = given else { return Ok(None) };
    if demo::has_password(&mut db.read().await?, &password).await? {
        return Ok(Some(password));
    }
    let hash = hashed(&password).await?;
    let act = Act::system(Clock::System.now());
    let mut tx = db.begin().await?;
    for officer in identity::list(&mut tx).await? {
        identity::reset_password(&mut tx, act, &officer.username, &hash).await?;
    }
    tx.commit().await?;
    Ok(Some(password))
}

async fn hashed(password: &str) -> Result<String, CliError> {
    identity::password::hash(password.to_owned()).await.map_err(|e| CliError::Refused(e.to_string()))
}

/// Address, accounts and password, Indonesian first.
async fn announce(app: &App, password: Option<String>) -> Result<(), CliError> {
    say("demo.address", &[("url", app.config.public_url.clone())]);
    let mut tx = app.db.read().await?;
    for officer in identity::list(&mut tx).await? {
        let roles: Vec<&str> = officer.roles.iter().map(|role| role.word()).collect();
        let sites = app.sites();
        let site = officer.site.and_then(|id| sites.find_by_id(id)).map_or("", |site| site.code.as_str());
        println!("  {:12} {:26} {:16} {}", officer.username, roles.join(", "), site, officer.name);
    }
    match password {
        Some(password) => say("demo.password", &[("password", password)]),
        None => say("demo.password-kept", &[]),
    }
    say("demo.people", &[("file", app.config.data_dir.join(PEOPLE_FILE).display().to_string())]);
    say("demo.mark", &[]);
    Ok(())
}

fn say_built(built: Built) {
    let Built { residents, visits, files } = built;
    let counts = [("residents", residents), ("visits", visits), ("files", files)];
    say("demo.built", &counts.map(|(name, count)| (name, count.to_string())));
}

fn say(key: &str, args: &[(&str, String)]) {
    println!("{}", text(Lang::Id, key, args));
    println!("{}", text(Lang::En, key, args));
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), CliError> {
    fs::write(file, bytes).map_err(|e| CliError::Io(file.to_owned(), e))
}
