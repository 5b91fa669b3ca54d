//! `loket doctor`: whether this installation can be relied on.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use serde::Serialize;

use super::args::Args;
use super::open::{self, CliError};
use crate::clock::{Clock, Day};
use crate::config::Config;
use crate::db::{Db, StoreError};
use crate::documents::Scanner;
use crate::documents::esign::{EsignClient, open_stamper};
use crate::keys::PaperKeys;
use crate::{audit, calendar};

/// Free disk below which the doctor warns, in mebibytes.
const LITTLE_DISK: u64 = 1024;
/// Days before the end of a certificate at which a start of the server replaces its key.
const RENEWAL_DAYS: i64 = 90;
/// Free disk below which writes may soon fail.
const NO_DISK: u64 = 100;

/// How a finding stands.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    /// As it should be.
    Fine,
    /// To be looked at.
    Warning,
    /// Wrong.
    Wrong,
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Fine => "fine",
            Verdict::Warning => "warning",
            Verdict::Wrong => "wrong",
        }
    }
}

#[derive(Serialize)]
struct Finding {
    name: &'static str,
    verdict: Verdict,
    detail: String,
}

fn finding(name: &'static str, verdict: Verdict, detail: impl Into<String>) -> Finding {
    Finding { name, verdict, detail: detail.into() }
}

/// Looks at everything and says so; exit 1 when something is wrong.
pub async fn doctor(args: &Args, as_json: bool) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let mut findings =
        vec![keys(&config.data_dir), certificate(&config.data_dir), signing(&config), disk(&config.data_dir)];
    findings.push(scanner(&config).await);
    findings.extend(store(&config).await);
    if as_json {
        println!("{}", serde_json::to_string(&findings).map_err(|e| CliError::Refused(e.to_string()))?);
    } else {
        for found in &findings {
            println!("{:8} {:14} {}", found.verdict.word(), found.name, found.detail);
        }
    }
    let wrong = findings.iter().any(|found| found.verdict == Verdict::Wrong);
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The key files are there and only their owner reads them.
fn keys(data_dir: &Path) -> Finding {
    let folder = data_dir.join("keys");
    let Ok(entries) = fs::read_dir(&folder) else {
        return finding("keys", Verdict::Wrong, format!("there is no folder {}", folder.display()));
    };
    let open: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.metadata().is_ok_and(|m| m.permissions().mode() & 0o077 != 0))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    if open.is_empty() {
        finding("keys", Verdict::Fine, "only their owner reads them")
    } else {
        finding("keys", Verdict::Wrong, format!("others can read {}; give mode 0600", open.join(", ")))
    }
}

/// The certificate of the key that seals papers has time left.
fn certificate(data_dir: &Path) -> Finding {
    const NAME: &str = "certificate";
    let pinned = match PaperKeys::read_pinned(data_dir) {
        Ok(pinned) => pinned,
        Err(error) => return finding(NAME, Verdict::Wrong, error.to_string()),
    };
    let ends_at = pinned.last().and_then(|key| Some((key, key.ends_at()?)));
    let Some((key, ends_at)) = ends_at else {
        return finding(NAME, Verdict::Wrong, "there is no key that seals papers");
    };
    let days = ends_at.minutes_since(Clock::System.now()) / (24 * 60);
    let detail = format!("{} ends in {days} days", key.id);
    match days {
        ..=0 => {
            finding(NAME, Verdict::Wrong, format!("{detail}; run `loket keys rotate`, then start the server again"))
        }
        1..RENEWAL_DAYS => {
            finding(NAME, Verdict::Warning, format!("{detail}; the next start of the server makes a new one"))
        }
        _ => finding(NAME, Verdict::Fine, detail),
    }
}

/// The settings of the national signature can be used. Nobody is asked.
fn signing(config: &Config) -> Finding {
    let asked = EsignClient::open(&config.esign);
    match asked.and_then(|client| open_stamper(&config.esign).map(|_| client)) {
        Ok(None) => finding("esign", Verdict::Fine, "no national signature; permits carry the seal of the office"),
        Ok(Some(_)) => finding("esign", Verdict::Fine, format!("asks {}", config.esign.url)),
        Err(error) => finding("esign", Verdict::Wrong, error.to_string()),
    }
}

/// The virus scanner is asked whether it answers.
async fn scanner(config: &Config) -> Finding {
    const NAME: &str = "scanner";
    match Scanner::open(config) {
        Ok(None) => finding(NAME, Verdict::Warning, "none; files that are handed in are not scanned for viruses"),
        Ok(Some(scanner)) => match scanner.ping().await {
            Ok(()) => finding(NAME, Verdict::Fine, format!("{} answers", config.clamd)),
            Err(fault) => finding(NAME, Verdict::Wrong, format!("{}: {fault}", config.clamd)),
        },
        Err(error) => finding(NAME, Verdict::Wrong, error.to_string()),
    }
}

/// Free space as `df` tells it: the only portable way without a further dependency.
fn disk(data_dir: &Path) -> Finding {
    let asked = Command::new("df").args(["-Pk"]).arg(data_dir).output();
    let text = asked.map(|out| String::from_utf8_lossy(&out.stdout).into_owned());
    let line = text.ok().and_then(|text| text.lines().nth(1).map(str::to_owned));
    let free = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok()).map(|kib| kib / 1024);
    match free {
        None => finding("disk", Verdict::Warning, "the free space cannot be read"),
        Some(mib) if mib < NO_DISK => finding("disk", Verdict::Wrong, format!("{mib} MiB free")),
        Some(mib) if mib < LITTLE_DISK => finding("disk", Verdict::Warning, format!("{mib} MiB free")),
        Some(mib) => finding("disk", Verdict::Fine, format!("{mib} MiB free")),
    }
}

/// Database, calendar and audit. A database that does not exist yet is not made.
async fn store(config: &Config) -> Vec<Finding> {
    if config.database_url.is_empty() && !config.data_dir.join("loket.db").exists() {
        return vec![finding("database", Verdict::Wrong, "there is none in the data folder yet")];
    }
    let db = match open::store(config).await {
        Ok(db) => db,
        Err(error) => return vec![finding("database", Verdict::Wrong, error.to_string())],
    };
    let mut findings = vec![finding("database", Verdict::Fine, "reachable, its schema is up to date")];
    let looked = [calendar_of(&db).await, audit_of(&db).await];
    findings.extend(
        looked
            .into_iter()
            .map(|found| found.unwrap_or_else(|error| finding("database", Verdict::Wrong, error.to_string()))),
    );
    db.close().await;
    findings
}

/// Whether the holidays of this and the next year are decreed.
async fn calendar_of(db: &Db) -> Result<Finding, StoreError> {
    let known = calendar::load(&mut db.read().await?).await?;
    let year = Clock::System.now().day(chrono_tz::Tz::Asia__Jakarta).year();
    let is_open = |year: i32| Day::parse(&format!("{year}-12-31")).is_none_or(|day| known.due(day, 0).estimate);
    Ok(match (is_open(year), is_open(year + 1)) {
        (true, _) => {
            finding("calendar", Verdict::Wrong, format!("the holidays of {year} are not decreed; import them"))
        }
        (false, true) => {
            finding("calendar", Verdict::Warning, format!("the holidays of {} rest on estimates", year + 1))
        }
        (false, false) => finding("calendar", Verdict::Fine, format!("{year} and {} are decreed", year + 1)),
    })
}

async fn audit_of(db: &Db) -> Result<Finding, StoreError> {
    let (lines, breaks) = audit::check(&mut db.read().await?).await?;
    Ok(match breaks.first() {
        None => finding("audit", Verdict::Fine, format!("{lines} lines, unbroken")),
        Some(first) => finding("audit", Verdict::Wrong, format!("line {}: {}", first.seq, first.what)),
    })
}
