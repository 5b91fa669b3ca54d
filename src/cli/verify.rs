//! `loket verify`: whether a PDF is exactly one an office issued.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::args::Args;
use super::backup::database_file;
use super::key_set;
use super::open::{self, CliError};
use crate::clock::Clock;
use crate::documents;
use crate::keys::Trusted;
use crate::messages::Lang;
use crate::permits::{self, LetterCheck, PermitCheck};

/// Exit 0 genuine, 1 not. Creates nothing. With an office in the data folder the bytes must also be those kept there;
/// with a key set, or with the keys of the folder alone, the seal decides.
pub async fn verify(args: &Args, file: &Path, key_set: Option<&str>, as_json: bool) -> Result<ExitCode, CliError> {
    let bytes = fs::read(file).map_err(|e| CliError::Io(file.to_owned(), e))?;
    if let Some(place) = key_set {
        let text = key_set::read(place).await?;
        let trusted = Trusted::of_key_set(&text).map_err(|e| CliError::Refused(format!("{place}: {e}")))?;
        return Ok(by_seal(&bytes, &trusted, as_json));
    }
    let config = open::config(args)?;
    let trusted = Trusted::read(&config.data_dir)?;
    if !config.database_url.starts_with("postgres") && !database_file(&config).exists() {
        if trusted.keys.is_empty() {
            return Err(CliError::Refused(
                "there are no keys in the data folder; give a key set with --keys".to_owned(),
            ));
        }
        return Ok(by_seal(&bytes, &trusted, as_json));
    }
    let db = open::store(&config).await?;
    let mut tx = db.read().await?;
    if let Some(letter) = permits::check_letter(&mut tx, &bytes).await? {
        drop(tx);
        db.close().await;
        say_letter(&letter, as_json);
        return Ok(ExitCode::SUCCESS);
    }
    let found = permits::check_pdf(&mut tx, trusted, &bytes).await?;
    drop(tx);
    db.close().await;
    say(found.as_ref(), as_json);
    Ok(if found.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The verdict of the seal alone: authentic as issued, whatever became of the permit since.
fn by_seal(bytes: &[u8], trusted: &Trusted, as_json: bool) -> ExitCode {
    let verdict = documents::check_edition(bytes, trusted);
    let title = verdict.is_ok().then(|| documents::title_of(bytes)).flatten();
    match &verdict {
        Ok(sealed) if as_json => {
            let (key, signer, stamped) = (&sealed.key_id, &sealed.national, &sealed.stamped_at);
            println!(
                "{}",
                json!({ "genuine": true, "title": title, "key": key, "national": signer, "stamped_at": stamped, "status": null })
            );
        }
        Ok(sealed) => {
            println!("GENUINE as issued: sealed by {}. Whether it was revoked since is not known here.", sealed.key_id);
            if let Some(title) = title {
                println!("What it is: {title}");
            }
            if let Some(signer) = &sealed.national {
                println!("National signature: {signer}");
            }
            if let Some(stamped) = &sealed.stamped_at {
                println!("Time stamp: {stamped}");
            }
        }
        Err(fault) if as_json => println!("{}", json!({ "genuine": false, "reason": fault.to_string() })),
        Err(fault) => println!("NOT GENUINE: {fault}."),
    }
    if verdict.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn say_letter(LetterCheck { letter, service, initials }: &LetterCheck, as_json: bool) {
    let (kind, number) = (letter.kind, &letter.number);
    if as_json {
        println!("{}", json!({ "genuine": true, "letter": kind, "number": number, "holder": initials }));
    } else {
        let name = kind.words(Lang::En);
        println!("GENUINE: letter {number} ({name}, {service}), dated {}, about {initials}", letter.dated);
    }
}

fn say(found: Option<&PermitCheck>, as_json: bool) {
    let today = Clock::System.now().day(chrono_tz::Tz::Asia__Jakarta);
    let standing = found.and_then(|check| check.permit.standing(today)).map_or("unknown", |standing| standing.word());
    match found {
        None if as_json => println!("{}", json!({ "genuine": false })),
        None => println!("NOT GENUINE: these are not the bytes of a permit or letter of this office."),
        Some(PermitCheck { permit, initials, .. }) if as_json => {
            let (number, holder) = (&permit.number, initials);
            println!("{}", json!({ "genuine": true, "number": number, "status": standing, "holder": holder }));
        }
        Some(PermitCheck { permit, initials, national }) => {
            println!("GENUINE: {}, {standing}, issued on {} to {initials}", permit.number, permit.issued_on);
            if let Some(signer) = national {
                println!("National signature: {signer}");
            }
        }
    }
}
