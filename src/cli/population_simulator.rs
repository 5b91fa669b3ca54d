//! `loket population-simulator`: the stand-in for Dukcapil on a loopback port. DATA UJI only.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::PopulationSimulatorArgs;
use super::open::CliError;
use crate::db::Fault;
use crate::population::simulator::{Control, SimulatedGrant, Simulator};
use crate::{keys, web};

/// What the grant of the simulator is called; its password is this too unless a file holds another.
pub const GRANT: &str = "DATA-UJI";
/// The address the simulator knows its office by.
pub const GRANT_IP: &str = "127.0.0.1";

/// Answers until it is told to stop.
pub async fn run(asked: &PopulationSimulatorArgs) -> Result<ExitCode, CliError> {
    let password = match &asked.password_file {
        Some(file) => keys::given(file).map_err(|e| CliError::Refused(e.to_string()))?,
        None => GRANT.to_owned(),
    };
    let simulator = simulator(&asked.people, &[], password)?;
    simulator.control(Control { fault: Some(asked.faults), ..Control::default() });
    let known = simulator.state().residents;
    println!("http://127.0.0.1:{}/CALL_VERIFY_BY_ELEMEN  USER_ID {GRANT}  IP_USER {GRANT_IP}", asked.port);
    println!("http://127.0.0.1:{}/CALL_NIK", asked.port);
    println!("DATA UJI: {known}");
    web::population::serve_simulator(simulator, asked.port).await?;
    Ok(ExitCode::SUCCESS)
}

/// A simulator that knows the residents of a file and of others.
pub fn simulator(people: &Path, others: &[&Path], password: String) -> Result<Arc<Simulator>, CliError> {
    let open = |path: &Path| File::open(path).map_err(|e| CliError::Io(path.to_owned(), e));
    let grant = SimulatedGrant { user: GRANT.to_owned(), password, ip: GRANT_IP.to_owned() };
    let mut simulator = Simulator::new(open(people)?, grant).map_err(Fault::from)?;
    for path in others {
        simulator = simulator.knowing(open(path)?).map_err(Fault::from)?;
    }
    Ok(Arc::new(simulator))
}
