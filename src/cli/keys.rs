//! `loket keys`: the keys that seal papers.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::{Args, KeysCommand};
use super::open::{self, CliError};
use crate::clock::Day;
use crate::keys::{PaperKeys, PinnedKey};

/// Rotates or lists them.
pub fn run(args: &Args, command: KeysCommand) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    match command {
        KeysCommand::Rotate => {
            if PaperKeys::read_pinned(&config.data_dir)?.is_empty() {
                return Err(CliError::Refused("there are no keys in the data folder yet".to_owned()));
            }
            let keys = open::rotate(&config)?;
            println!("{} seals from the next start of the server on.", keys.current().id);
            println!("Publish the key set again: GET /api/v1/.well-known/jwks.json");
        }
        KeysCommand::List { json } => list(&PaperKeys::read_pinned(&config.data_dir)?, json),
    }
    Ok(ExitCode::SUCCESS)
}

fn list(pinned: &[PinnedKey], as_json: bool) {
    let newest = pinned.last().map(|key| key.id.as_str());
    let lines: Vec<Value> = pinned
        .iter()
        .map(|key| json!({ "id": key.id, "ends_on": ends_on(key), "seals": Some(key.id.as_str()) == newest }))
        .collect();
    if as_json {
        println!("{}", Value::from(lines));
        return;
    }
    for key in pinned {
        let use_now = if Some(key.id.as_str()) == newest { "seals" } else { "accepted" };
        let end = ends_on(key).map_or_else(|| "unknown".to_owned(), |day| day.to_string());
        println!("{:10} {use_now:9} certificate ends {end}", key.id);
    }
}

fn ends_on(key: &PinnedKey) -> Option<Day> {
    Some(key.ends_at()?.day(chrono_tz::Tz::Asia__Jakarta))
}
