//! `loket verify`: whether a PDF is exactly one this office issued.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::args::Args;
use super::backup::database_file;
use super::open::{self, CliError};
use crate::clock::Clock;
use crate::keys::PaperKeys;
use crate::permits::{self, PermitCheck};

/// Compares the bytes with those kept in the data folder; exit 0 genuine, 1 not. Creates nothing.
pub async fn verify(args: &Args, file: &Path, as_json: bool) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let bytes = fs::read(file).map_err(|e| CliError::Io(file.to_owned(), e))?;
    if !config.database_url.starts_with("postgres") && !database_file(&config).exists() {
        return Err(CliError::Refused("there is no office in the data folder to compare with".to_owned()));
    }
    let db = open::store(&config).await?;
    let pinned = PaperKeys::read_pinned(&config.data_dir)?;
    let found = permits::check_pdf(&mut db.read().await?, &pinned, &bytes).await?;
    db.close().await;
    say(found.as_ref(), as_json);
    Ok(if found.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn say(found: Option<&PermitCheck>, as_json: bool) {
    let today = Clock::System.now().day(chrono_tz::Tz::Asia__Jakarta);
    let standing = found.and_then(|check| check.permit.standing(today)).map_or("unknown", |standing| standing.word());
    match found {
        None if as_json => println!("{}", json!({ "genuine": false })),
        None => println!("NOT GENUINE: these are not the bytes of a permit of this office."),
        Some(PermitCheck { permit, initials }) if as_json => {
            let (number, holder) = (&permit.number, initials);
            println!("{}", json!({ "genuine": true, "number": number, "status": standing, "holder": holder }));
        }
        Some(PermitCheck { permit, initials }) => {
            println!("GENUINE: {}, {standing}, issued on {} to {initials}", permit.number, permit.issued_on);
        }
    }
}
