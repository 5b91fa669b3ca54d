//! `loket esign-simulator`: the stand-in for the eSign client of BSrE on a loopback port. DATA UJI only.

use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Args, EsignSimulatorArgs};
use super::open::{self, CliError};
use crate::clock::Clock;
use crate::documents::esign::simulator::{EsignControl, EsignSimulator, PASSPHRASE};
use crate::{keys, web};

/// The account of the office; its password is this too unless a file holds another.
const ACCOUNT: &str = "DATA-UJI";
/// The folder of the test authority, in the data folder.
const FOLDER: &str = "esign-simulator";

/// Answers until it is told to stop.
pub async fn run(args: &Args, asked: &EsignSimulatorArgs) -> Result<ExitCode, CliError> {
    let password = match &asked.password_file {
        Some(file) => keys::given(file)?,
        None => ACCOUNT.to_owned(),
    };
    let folder = open::config(args)?.data_dir.join(FOLDER);
    let simulator = EsignSimulator::open(&folder, Clock::System, &format!("{ACCOUNT}:{password}"))?;
    simulator.control(&EsignControl { fault: Some(asked.faults) });
    println!("http://127.0.0.1:{}  {ACCOUNT}  passphrase {PASSPHRASE}", asked.port);
    web::permits::serve_esign_simulator(Arc::new(simulator), asked.port).await?;
    Ok(ExitCode::SUCCESS)
}
