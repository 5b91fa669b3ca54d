//! `loket user`: members of staff from the command line.

use std::io::BufRead;
use std::process::ExitCode;

use super::args::{Args, UserCommand};
use super::open::{self, CliError};
use crate::audit::Act;
use crate::clock::Clock;
use crate::db::{Db, StoreError};
use crate::identity::{self, Officer, Role};
use crate::ids::OfficerId;
use crate::messages::Lang;
use crate::sites;

/// Runs a user command.
pub async fn run(args: &Args, command: UserCommand) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    let db = open::store(&config).await?;
    match command {
        UserCommand::Add { username, name, roles, site } => add(&db, username, name, roles, site).await?,
        UserCommand::Reset { username } => reset(&db, &username).await?,
        UserCommand::Grant { username, role } => set_role(&db, &username, role, true).await?,
        UserCommand::Revoke { username, role } => set_role(&db, &username, role, false).await?,
        UserCommand::List { json } => list(&db, json).await?,
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn add(db: &Db, username: String, name: String, roles: Vec<Role>, site: Option<String>) -> Result<(), CliError> {
    let now = Clock::System.now();
    let hash = hashed(read_password()?).await?;
    let mut tx = db.begin().await?;
    let site = match site {
        None => None,
        Some(code) => {
            let known = sites::load(&mut tx).await?;
            let found = known.find(&code).map(|s| s.id);
            Some(found.ok_or_else(|| CliError::Refused(format!("there is no site `{code}`")))?)
        }
    };
    let id = OfficerId::new(now.0);
    let officer = Officer { id, username, name, nip: None, position: None, rank: None, site, roles, acting: vec![] };
    identity::add(&mut tx, Act::system(now), &officer, &hash).await?;
    tx.commit().await?;
    println!("{} added", officer.username);
    Ok(())
}

async fn reset(db: &Db, username: &str) -> Result<(), CliError> {
    let hash = hashed(read_password()?).await?;
    let mut tx = db.begin().await?;
    identity::reset_password(&mut tx, Act::system(Clock::System.now()), username, &hash).await?;
    tx.commit().await?;
    println!("{username}: new password set, every session ended, second factor removed");
    Ok(())
}

async fn set_role(db: &Db, username: &str, role: Role, held: bool) -> Result<(), CliError> {
    let mut tx = db.begin().await?;
    identity::set_role(&mut tx, Act::system(Clock::System.now()), username, role, held).await?;
    tx.commit().await?;
    println!("{username}: {role} {}", if held { "granted" } else { "revoked" });
    Ok(())
}

async fn list(db: &Db, json: bool) -> Result<(), CliError> {
    let officers = identity::list(&mut db.read().await?).await?;
    if json {
        let text = serde_json::to_string(&officers).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        println!("{text}");
        return Ok(());
    }
    for officer in officers {
        let roles: Vec<&str> = officer.roles.iter().map(|role| role.word()).collect();
        println!("{:20} {:40} {}", officer.username, officer.name, roles.join(", "));
    }
    Ok(())
}

fn read_password() -> Result<String, CliError> {
    eprintln!("Password (one line on standard input):");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| CliError::Io("standard input".into(), e))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    match identity::check_password("password", &password) {
        Some(fault) => Err(CliError::Refused(fault.words(Lang::En))),
        None => Ok(password),
    }
}

async fn hashed(password: String) -> Result<String, CliError> {
    identity::password::hash(password).await.map_err(|e| CliError::Refused(e.to_string()))
}
