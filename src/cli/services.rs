//! `loket import services` and `loket export services`: service files in and out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::args::Args;
use super::open::{self, CliError};
use crate::audit::Act;
use crate::catalogue::{self, FileFault, ServiceFile};
use crate::clock::Clock;
use crate::messages::Lang;

/// Publishes a file, or every TOML file of a folder: all of them or none. With `check_only` nothing is written. What
/// is wrong is listed by file, line and field, and the exit is 1.
pub async fn import(args: &Args, from: &Path, check_only: bool, as_json: bool) -> Result<ExitCode, CliError> {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for path in files_of(from)? {
        let text = fs::read_to_string(&path).map_err(|e| CliError::Io(path.clone(), e))?;
        match catalogue::read_service(&text) {
            Ok(file) => files.push(file),
            Err(found) => faults.extend(found.into_iter().map(|fault| (path.clone(), fault))),
        }
    }
    if faults.is_empty() && !check_only {
        publish(args, &files).await?;
    }
    say(files.len(), &faults, as_json);
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes the text of every service in force into a folder, one file each.
pub async fn export(args: &Args, into: &Path) -> Result<ExitCode, CliError> {
    let db = open::store(&open::config(args)?).await?;
    let mut tx = db.read().await?;
    fs::create_dir_all(into).map_err(|e| CliError::Io(into.to_owned(), e))?;
    let in_force = catalogue::load(&mut tx).await?;
    for published in in_force.list() {
        let code = &published.service.code;
        let Some(text) = catalogue::find_text(&mut tx, code, published.version).await? else { continue };
        let path = into.join(format!("{}.toml", code.to_lowercase()));
        fs::write(&path, text).map_err(|e| CliError::Io(path.clone(), e))?;
    }
    println!("services: {}", in_force.list().count());
    Ok(ExitCode::SUCCESS)
}

fn files_of(from: &Path) -> Result<Vec<PathBuf>, CliError> {
    if !from.is_dir() {
        return Ok(vec![from.to_owned()]);
    }
    let wrong = |e| CliError::Io(from.to_owned(), e);
    let paths = fs::read_dir(from).map_err(wrong)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<PathBuf>, _>>().map_err(wrong)?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    paths.sort();
    Ok(paths)
}

async fn publish(args: &Args, files: &[ServiceFile]) -> Result<(), CliError> {
    let db = open::store(&open::config(args)?).await?;
    let mut tx = db.begin().await?;
    catalogue::import(&mut tx, Act::system(Clock::System.now()), files).await?;
    tx.commit().await?;
    db.close().await;
    Ok(())
}

fn say(read: usize, faults: &[(PathBuf, FileFault)], as_json: bool) {
    let line = |(path, at): &(PathBuf, FileFault)| -> Value {
        json!({ "file": path, "line": at.line, "field": at.fault.field, "why": at.fault.code,
            "id": at.words(Lang::Id), "en": at.words(Lang::En) })
    };
    if as_json {
        println!("{}", json!({ "services": read, "faults": faults.iter().map(line).collect::<Vec<_>>() }));
        return;
    }
    println!("services: {read}");
    for (path, at) in faults {
        println!("{}: {} / {}", path.display(), at.words(Lang::Id), at.words(Lang::En));
    }
}
