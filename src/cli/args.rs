//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::clock::Day;
use crate::documents::esign::simulator::EsignTrouble;
use crate::identity::Role;
use crate::population::simulator::SimulatedFault;

/// Loket: queue, permit workflow, population link and PDF permits for a public-service counter.
#[derive(Parser, Clone, Debug)]
#[command(name = "loket", version, about)]
pub struct Args {
    /// Where the file database and the keys live.
    #[arg(long, global = true, env = "LOKET_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// What to do; `serve` when left out.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// A command.
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Serve the office of the data folder.
    Serve,
    /// Members of staff.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Check the store: register gaps, audit chain, stored bytes. Exit 1 and a list when something is wrong.
    Check {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Build a ready synthetic office in the data folder (all of it DATA UJI) and serve it; run again, it is reused.
    Demo(DemoArgs),
    /// Bring a file into the office.
    Import {
        /// What the file holds.
        what: Import,
        /// The file (CSV; TOML for services, or a folder of such files).
        file: PathBuf,
        /// Only for services: say what is wrong and change nothing.
        #[arg(long)]
        check: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Write what the office has set up into a folder.
    Export {
        /// What to write.
        what: Export,
        /// The folder.
        folder: PathBuf,
    },
    /// Print the due date of a file complete on a date, by the built-in calendar. Needs no database.
    Due(DueArgs),
    /// Play a recorded day again with the rules of the live queue: waits, estimates and how far they erred. Needs no
    /// database; without a trace, a made-up morning rush is played.
    Simulate(SimulateArgs),
    /// Stand in for Dukcapil on a loopback port, with faults on demand. DATA UJI only; needs no database.
    PopulationSimulator(PopulationSimulatorArgs),
    /// Stand in for the eSign client of BSrE on a loopback port, with faults on demand. Signs with a test authority.
    EsignSimulator(EsignSimulatorArgs),
    /// The settings.
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Check keys, database, calendar, audit chain and free disk. Exit 1 when something is wrong.
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// The keys that seal papers.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Say whether a PDF is exactly one this office issued. Exit 0 genuine, 1 not.
    Verify {
        /// The PDF.
        file: PathBuf,
        /// A key set, as a saved file or as the address of the office (`https://…`): only the seal is checked, without
        /// a database.
        #[arg(long)]
        keys: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Copy the database to a file while the office runs. Keys are not part of it: keep their folder apart.
    Backup {
        /// The copy; its digest is written beside it.
        file: PathBuf,
    },
    /// Put a copy in place of the database of the data folder. The server must be stopped.
    Restore {
        /// What `loket backup` wrote.
        file: PathBuf,
        /// Put it in place of the database that is there; that one is kept beside it.
        #[arg(long)]
        force: bool,
    },
    /// Print the description of the API (OpenAPI 3.1).
    Openapi,
}

/// How the synthetic office is wanted.
#[derive(clap::Args, Clone, Debug)]
pub struct DemoArgs {
    /// The password of every account; a random one is printed when left out.
    #[arg(long)]
    pub password: Option<String>,
    /// The port on 127.0.0.1.
    #[arg(long)]
    pub port: Option<u16>,
    /// Keep the opening hours of the sites instead of opening them at every hour.
    #[arg(long)]
    pub real_hours: bool,
    /// Begin with nobody in the hall and every counter closed.
    #[arg(long)]
    pub empty_hall: bool,
    /// Ask a simulated Dukcapil (on the next port) instead of the own register.
    #[arg(long)]
    pub population: bool,
}

/// How the stand-in for Dukcapil is wanted.
#[derive(clap::Args, Clone, Debug)]
pub struct PopulationSimulatorArgs {
    /// The residents it knows (CSV, as for `loket import residents`).
    pub people: PathBuf,
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8001)]
    pub port: u16,
    /// What goes wrong: none, down, slow, server_error, garbage, odd_shape, huge, redirect, quota_used, wrong_ip,
    /// unknown_ip, user_inactive, agency_inactive, odd_spelling. `PUT /control` changes it while it runs.
    #[arg(long, default_value_t = SimulatedFault::None)]
    pub faults: SimulatedFault,
    /// A file of mode 0600 with the password of the grant; `DATA-UJI` when left out.
    #[arg(long)]
    pub password_file: Option<PathBuf>,
}

/// How the stand-in for the eSign client is wanted.
#[derive(clap::Args, Clone, Debug)]
pub struct EsignSimulatorArgs {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 8002)]
    pub port: u16,
    /// What goes wrong: none, down, slow, server_error, garbage, huge, redirect, wrong_passphrase, not_registered,
    /// odd_code, altered, unsigned, expired, by_id. `PUT /control` changes it while it runs.
    #[arg(long, default_value_t = EsignTrouble::None)]
    pub faults: EsignTrouble,
    /// A file of mode 0600 with the password of the office's account; `DATA-UJI` when left out.
    #[arg(long)]
    pub password_file: Option<PathBuf>,
}

/// A date and a number of working days.
#[derive(clap::Args, Clone, Debug)]
pub struct DueArgs {
    /// The date on which the file is complete, such as 2026-03-13.
    #[arg(value_parser = day)]
    pub date: Day,
    /// Working days.
    #[arg(value_parser = clap::value_parser!(i64).range(0..=1000))]
    pub days: i64,
    /// Code of the site.
    #[arg(long, default_value = "opi")]
    pub site: String,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write the date as 2026-03-13".to_owned())
}

/// A day to play again.
#[derive(clap::Args, Clone, Debug)]
pub struct SimulateArgs {
    /// The day (CSV: at,event,counter,services,priority,minutes; events open, close and arrive).
    #[arg(long)]
    pub trace: Option<PathBuf>,
    /// Past days in the same form, from which the estimate may learn.
    #[arg(long)]
    pub history: Option<PathBuf>,
    /// What if so many counters had been open: the first ones, or copies of them.
    #[arg(long, value_parser = counters)]
    pub counters: Option<usize>,
    /// Print JSON: every visitor and the summary.
    #[arg(long)]
    pub json: bool,
}

fn counters(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=64).contains(n)).ok_or_else(|| "write a number from 1 to 64".to_owned())
}

/// What a file holds.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// nik, kk, name, birth_place, birth_date, sex, street, rt, rw, village_code and, if wanted, status.
    Residents,
    /// A service file, or a folder of them.
    Services,
    /// date, kind, name, basis.
    Holidays,
    /// level, code, parent_code, name.
    Regions,
}

/// What is written into a folder.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// The service files in force.
    Services,
}

/// What to do with the settings.
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum ConfigCommand {
    /// Say whether they can be used; exit 1 and the key when not.
    Check,
    /// Print them as they are in force; a password in the database address is left out.
    Dump,
}

/// What to do with the keys that seal papers.
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum KeysCommand {
    /// Make a new key and destroy the secret of the one in use; what it sealed stays genuine. The server uses the new
    /// one after its next start.
    Rotate,
    /// List the keys whose seals are accepted, with the day their certificates end.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// What to do with members of staff. Passwords are read from standard input, never from the command line.
#[derive(Subcommand, Clone, Debug)]
pub enum UserCommand {
    /// Add one.
    Add {
        /// The name typed at sign-in.
        username: String,
        /// Full name.
        #[arg(long)]
        name: String,
        /// Roles, several times.
        #[arg(long = "role", required = true)]
        roles: Vec<Role>,
        /// Code of the site for site-bound roles.
        #[arg(long)]
        site: Option<String>,
    },
    /// Give one a new password and end every session.
    Reset {
        /// The name typed at sign-in.
        username: String,
    },
    /// Give one a further role, such as `out_of_order` (may call people out of order).
    Grant {
        /// The name typed at sign-in.
        username: String,
        /// The role.
        role: Role,
    },
    /// Take a role away.
    Revoke {
        /// The name typed at sign-in.
        username: String,
        /// The role.
        role: Role,
    },
    /// List the active ones.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}
