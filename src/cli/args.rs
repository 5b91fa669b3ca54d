//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::identity::Role;

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
    /// Print the description of the API (OpenAPI 3.1).
    Openapi,
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
    /// List the active ones.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}
