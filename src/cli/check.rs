//! `loket check`: whether the store still tells the truth.

use std::process::ExitCode;

use serde_json::json;

use super::args::Args;
use super::open::{self, CliError};
use crate::documents::ErasureList;
use crate::{audit, documents, permits, queue};

/// Checks everything that must never break; exit 1 when something is wrong.
pub async fn check(args: &Args, as_json: bool) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let db = open::store(&config).await?;
    let mut tx = db.read().await?;
    let (lines, breaks) = audit::check(&mut tx).await?;
    let mut found: Vec<String> = breaks.iter().map(|b| format!("audit line {}: {}", b.seq, b.what)).collect();
    found.extend(queue::check_numbers(&mut tx).await?);
    found.extend(permits::check_register(&mut tx).await?);
    found.extend(documents::check(&mut tx).await?);
    let erased = ErasureList::of(&config.data_dir).read().map_err(|e| CliError::Io(config.data_dir.clone(), e))?;
    let returned = documents::list_returned(&mut tx, &erased).await?;
    found.extend(returned.iter().map(|id| format!("document {id}: was erased and is back, by a restored copy")));
    drop(tx);
    db.close().await;
    report(lines, &found, as_json);
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(lines: i64, found: &[String], as_json: bool) {
    if as_json {
        println!("{}", json!({ "audit_lines": lines, "found": found }));
        return;
    }
    for line in found {
        println!("WRONG  {line}");
    }
    let verdict = if found.is_empty() { "nothing wrong" } else { "see the list" };
    println!("{lines} audit lines checked: {verdict}");
}
