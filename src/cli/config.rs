//! `loket config`: the settings in force.

use std::process::ExitCode;

use super::args::{Args, ConfigCommand};
use super::open::{self, CliError};
use crate::config::Config;

/// Checks or prints the settings.
pub fn run(args: &Args, command: ConfigCommand) -> Result<ExitCode, CliError> {
    let config = open::config(args)?;
    match command {
        ConfigCommand::Check => println!("The settings can be used."),
        ConfigCommand::Dump => println!("{}", dump(config)?.trim_end()),
    }
    Ok(ExitCode::SUCCESS)
}

fn dump(mut config: Config) -> Result<String, CliError> {
    config.database_url = without_password(&config.database_url);
    toml::to_string(&config).map_err(|e| CliError::Refused(e.to_string()))
}

/// `postgres://loket:secret@host/db` as `postgres://loket:***@host/db`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((account, place)) = rest.rsplit_once('@') else { return url.to_owned() };
    match account.split_once(':') {
        Some((name, _)) => format!("{scheme}://{name}:***@{place}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        assert_eq!(without_password("postgres://loket:p@ss@db/loket"), "postgres://loket:***@db/loket");
        assert_eq!(without_password("postgres://db/loket"), "postgres://db/loket");
        assert_eq!(without_password("sqlite:loket.db"), "sqlite:loket.db");
        assert_eq!(without_password(""), "");
    }
}
