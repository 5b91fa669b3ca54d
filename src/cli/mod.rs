//! The commands.

mod args;
mod backup;
mod check;
mod config;
mod demo;
mod doctor;
mod due;
mod esign_simulator;
mod import;
mod key_set;
mod keys;
mod open;
mod population_simulator;
mod serve;
mod services;
mod simulate;
mod user;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use open::CliError;

use crate::audit::Act;
use crate::catalogue;
use crate::db::{StoreError, Tx};
use crate::sites;

/// Reads the arguments, runs the command, says in words what went wrong.
pub async fn main() -> ExitCode {
    let args = Args::parse();
    let command = args.command.clone().unwrap_or(Command::Serve);
    match run(args, command).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("loket: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args, command: Command) -> Result<ExitCode, CliError> {
    match command {
        Command::Serve => serve::serve(&args).await,
        Command::User { command } => user::run(&args, command).await,
        Command::Check { json } => check::check(&args, json).await,
        Command::Demo(wanted) => demo::demo(&args, wanted).await,
        Command::Import { what, file, check, json } => import::import(&args, what, &file, (check, json)).await,
        Command::Export { what: args::Export::Services, folder } => services::export(&args, &folder).await,
        Command::Due(asked) => due::due(&asked),
        Command::Simulate(asked) => simulate::simulate(&asked),
        Command::PopulationSimulator(asked) => population_simulator::run(&asked).await,
        Command::EsignSimulator(asked) => esign_simulator::run(&args, &asked).await,
        Command::Config { command } => config::run(&args, command),
        Command::Doctor { json } => doctor::doctor(&args, json).await,
        Command::Keys { command } => keys::run(&args, command),
        Command::Verify { file, keys, json } => verify::verify(&args, &file, keys.as_deref(), json).await,
        Command::Backup { file } => backup::backup(&args, &file).await,
        Command::Restore { file, force } => backup::restore(&args, &file, force).await,
        Command::Openapi => {
            println!("{}", crate::web::health::OPENAPI);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The rules an empty store begins with: services and sites. Days off and regions are built in until the office
/// imports its own.
pub(crate) async fn start_rules(tx: &mut Tx, act: Act) -> Result<(), CliError> {
    catalogue::publish_missing(tx, act).await?;
    if !sites::load(tx).await?.list().is_empty() {
        return Ok(());
    }
    for site in sites::built_in(act.now).map_err(|e| StoreError::Corrupt(e.to_string()))? {
        sites::add(tx, &site).await?;
    }
    Ok(())
}
