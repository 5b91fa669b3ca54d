//! The commands.

mod args;
mod check;
mod open;
mod serve;
mod user;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use open::CliError;

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
        Command::Openapi => {
            println!("{}", crate::web::health::OPENAPI);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The rules an empty store begins with: services, days off, sites.
pub(crate) async fn start_rules(_tx: &mut crate::db::Tx, _act: crate::audit::Act) -> Result<(), CliError> {
    Ok(())
}
