//! The configuration: `Rocket.toml` under `[default.loket]`, then `LOKET_*` variables. Unknown keys are refused.

mod esign;
mod network;
mod population;

use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

pub use esign::{EsignKind, EsignLink, EsignLook};
pub use network::{Network, NetworkError};
pub use population::{DateOrder, PopulationKind, PopulationLink};

/// Everything an office sets. Secrets are not here: they are key files in the data folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the file database and the keys live.
    pub data_dir: PathBuf,
    /// `sqlite:PATH` or `postgres://…`; empty = a file in the data folder. `DATABASE_URL` wins.
    pub database_url: String,
    /// The address people type, printed in QR codes, such as `https://izin.banyuasinkab.go.id`.
    pub public_url: String,
    /// Whether cookies are marked Secure (`__Host-`): on behind TLS and on loopback, off on a plain-HTTP LAN.
    pub secure_cookies: bool,
    /// Failed sign-ins of one account within 15 minutes after which it must wait.
    pub sign_in_failures: u32,
    /// Roles that must have a second factor, such as `["admin", "head"]`; nobody when empty.
    pub second_factor_roles: Vec<String>,
    /// Requests a minute one address may make without signing in; 0 lifts this and the next two limits. A hall of a
    /// hundred telephones behind one address asks about a thousand times a minute.
    pub public_per_minute: u32,
    /// The mail server: `smtps://HOST`, `smtp://HOST:587?tls=required`, on the own machine `smtp://127.0.0.1`; empty =
    /// mail waits and is shown as not sent. The password stands in the key file `smtp-password.key`.
    pub smtp_url: String,
    /// The account at the mail server; empty = none.
    pub smtp_user: String,
    /// Who mail comes from: `DPMPTSP Banyuasin <loket@banyuasinkab.go.id>`.
    pub mail_from: String,
    /// The mailbox of the office that hears of files close to their due date; empty = they stand on the page only.
    pub warnings_email: String,
    /// Where messages to telephones are posted, signed; empty = none are sent.
    pub message_url: String,
    /// Where events are posted, signed; empty = none are sent.
    pub webhook_url: String,
    /// Who is asked about people; the local register unless another source is named.
    pub population: PopulationLink,
    /// The archive profile of permits: `a-2u`, or `a-3u` = with the words of the permit attached as JSON, for programs.
    pub permit_profile: PermitProfile,
    /// A JWK set with the public keys whose signed identity codes are believed; none = no code is.
    pub identity_keys_file: Option<PathBuf>,
    /// Who puts the national signature on permits; nobody unless a client is named.
    pub esign: EsignLink,
    /// The virus scanner that sees every file handed in: `tcp://127.0.0.1:3310` or `unix:/run/clamav/clamd.ctl`; empty =
    /// none.
    pub clamd: String,
    /// Seconds until it must have answered.
    pub clamd_seconds: u64,
    /// What happens to a file while it does not answer: `refuse`, or `later` = the file is kept as not scanned yet, asked
    /// about again, and nothing is signed on it before.
    pub clamd_silent: String,
    /// A file of mode 0600 with the passphrase of the keys that seal papers; the systemd credential
    /// `loket-key-passphrase` wins. None = the key files are protected by their mode alone.
    pub key_passphrase_file: Option<PathBuf>,
    /// Look-ups a minute of one address by something that can be guessed: status by code, permit by number; 0 = no limit.
    pub lookups_per_minute: u32,
    /// Numbers a minute one address may take; 0 = no limit. All kiosks and telephones of a hall may share one address.
    pub tickets_per_minute: u32,
    /// Proxies whose `X-Forwarded-For` is believed, such as `["127.0.0.1", "10.0.0.0/8"]`; of nobody else.
    pub trusted_proxies: Vec<Network>,
    /// Whether every page and paper carries the mark DATA UJI.
    pub demo: bool,
    /// For crash tests: ends the process after this step of issuing (`reserve`, `render`, `sign`, `store`). Only
    /// honoured in the demonstration.
    pub stop_after: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            data_dir: PathBuf::from("./loket-data"),
            database_url: String::new(),
            public_url: "http://127.0.0.1:8000".to_owned(),
            secure_cookies: true,
            sign_in_failures: 10,
            smtp_url: String::new(),
            smtp_user: String::new(),
            mail_from: String::new(),
            warnings_email: String::new(),
            message_url: String::new(),
            webhook_url: String::new(),
            second_factor_roles: Vec::new(),
            population: PopulationLink::default(),
            permit_profile: PermitProfile::A2u,
            identity_keys_file: None,
            esign: EsignLink::default(),
            clamd: String::new(),
            clamd_seconds: 20,
            clamd_silent: "refuse".to_owned(),
            key_passphrase_file: None,
            public_per_minute: 1200,
            lookups_per_minute: 10,
            tickets_per_minute: 30,
            trusted_proxies: Vec::new(),
            demo: false,
            stop_after: None,
        }
    }
}

/// Archive profiles a permit can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PermitProfile {
    /// PDF/A-2u.
    #[serde(rename = "a-2u")]
    A2u,
    /// PDF/A-3u.
    #[serde(rename = "a-3u")]
    A3u,
}

/// The configuration cannot be used; the text names the key.
#[derive(Debug, thiserror::Error)]
#[error("configuration: {0}")]
pub struct ConfigError(Box<figment::Error>);

impl Config {
    /// Reads defaults, then the `[default.loket]` table of `Rocket.toml`, then the environment.
    pub fn read() -> Result<Config, ConfigError> {
        let file = Toml::file("Rocket.toml").nested();
        let table = Figment::from(file).focus("loket");
        let figment = Figment::from(Serialized::defaults(Config::default()))
            .merge(table)
            .merge(Env::prefixed("LOKET_").ignore(&["addr", "port"]))
            .merge(Env::raw().only(&["DATABASE_URL"]));
        figment.extract().map_err(|e| ConfigError(Box::new(e)))
    }
}
