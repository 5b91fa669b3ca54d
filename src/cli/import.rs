//! `loket import`: files of residents, services, days off and regions.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Args, Import};
use super::open::{self, CliError};
use super::services;
use crate::audit::Act;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Tx;
use crate::messages::{Lang, plain};
use crate::population::BadLine;
use crate::{calendar, permits, population, sites};

/// A file of lines.
enum Table {
    Residents,
    Holidays,
    Regions,
}

/// Brings a file in, whole or not at all; lines of residents that cannot be used are listed and exit with 1.
/// With `check_only` service files are only checked.
pub async fn import(
    args: &Args,
    what: Import,
    file: &Path,
    (check_only, as_json): (bool, bool),
) -> Result<ExitCode, CliError> {
    let table = match what {
        Import::Services => return services::import(args, file, check_only, as_json).await,
        Import::Residents => Table::Residents,
        Import::Holidays => Table::Holidays,
        Import::Regions => Table::Regions,
    };
    let config = open::config(args)?;
    let bytes = fs::read(file).map_err(|e| CliError::Io(file.to_owned(), e))?;
    let db = open::store(&config).await?;
    let mut tx = db.begin().await?;
    let report = take_in(&mut tx, &config, table, &bytes).await?;
    tx.commit().await?;
    db.close().await;
    Ok(say(&report, as_json))
}

async fn take_in(tx: &mut Tx, config: &Config, table: Table, bytes: &[u8]) -> Result<Value, CliError> {
    let act = Act::system(Clock::System.now());
    Ok(match table {
        Table::Residents => {
            let report = population::import(tx, &open::keys(config)?, act, bytes).await?;
            let bad = report.bad_lines.iter();
            let bad: Vec<Value> = bad.map(|(line, why)| bad_line(*line, *why)).collect();
            json!({ "added": report.added, "updated": report.updated, "bad_lines": bad })
        }
        Table::Holidays => {
            let days = calendar::import(tx, act, bytes).await?;
            let (calendar, sites) = (calendar::load(tx).await?, sites::load(tx).await?);
            let moved = permits::recompute_promises(tx, act, (&calendar, &sites)).await?;
            json!({ "days": days, "promises_moved": moved })
        }
        Table::Regions => json!({ "regions": population::import_regions(tx, act, bytes).await? }),
    })
}

/// Where a line is to be put right, and how.
fn bad_line(line: u64, why: BadLine) -> Value {
    let words = |lang| plain(lang, &format!("import-line.{why}"));
    json!({ "line": line, "column": why.column(), "why": why, "id": words(Lang::Id), "en": words(Lang::En) })
}

fn say(report: &Value, as_json: bool) -> ExitCode {
    let bad = report["bad_lines"].as_array().cloned().unwrap_or_default();
    if as_json {
        println!("{report}");
    } else {
        for (name, count) in report.as_object().into_iter().flatten().filter(|(_, value)| value.is_number()) {
            println!("{name}: {count}");
        }
        for line in &bad {
            let text = |name: &str| line[name].as_str().unwrap_or("–");
            println!("baris / line {}, {}: {} / {}", line["line"], text("column"), text("id"), text("en"));
        }
    }
    if bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
