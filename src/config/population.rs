//! `[default.loket.population]`: who is asked about people.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which source answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PopulationKind {
    /// The register of this installation.
    Register,
    /// Dukcapil, match by element: each stated element is answered with agrees or not.
    DukcapilMatch,
    /// Dukcapil, read: the record itself, as older grants give it.
    DukcapilRead,
}

/// How the date of birth is written in a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateOrder {
    /// `17-08-1990`.
    #[serde(rename = "DD-MM-YYYY")]
    DayFirst,
    /// `1990-08-17`.
    #[serde(rename = "YYYY-MM-DD")]
    YearFirst,
}

/// The link to the population service. The password is not here: it stands in a file only its owner reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PopulationLink {
    /// Who answers.
    pub kind: PopulationKind,
    /// The whole address of the call, as the grant names it.
    pub url: String,
    /// USER_ID of the grant.
    pub user: String,
    /// The file with the password (mode 0600).
    pub password_file: PathBuf,
    /// IP_USER of the grant: the address the service knows this office by.
    pub ip: String,
    /// A PEM file with the service's own certificate, where it is not signed by a known authority. Only it is trusted
    /// then.
    pub certificate_file: Option<PathBuf>,
    /// How `TGL_LHR` is written.
    pub date_order: DateOrder,
    /// Seconds until a connection must stand.
    pub connect_seconds: u64,
    /// Seconds until the whole answer must be there; a clerk and a visitor wait for it.
    pub answer_seconds: u64,
    /// Questions a day the grant allows; 0 = the service counts by itself.
    pub daily_quota: u32,
}

impl Default for PopulationLink {
    fn default() -> Self {
        PopulationLink {
            kind: PopulationKind::Register,
            url: String::new(),
            user: String::new(),
            password_file: PathBuf::new(),
            ip: String::new(),
            certificate_file: None,
            date_order: DateOrder::DayFirst,
            connect_seconds: 2,
            answer_seconds: 6,
            daily_quota: 0,
        }
    }
}
