//! A stand-in for Dukcapil: answers from a file of synthetic residents in the very words of the service, with faults
//! on demand. DATA UJI only. The HTTP around it stands in `web`.

mod answers;
mod identity;

use std::collections::HashMap;
use std::io::Read;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use identity::identity_key_set;

use super::import;
use super::{Resident, ResidentStatus};
use crate::messages::Refusal;

crate::ids::words! {
    /// What goes wrong, until told otherwise.
    pub enum SimulatedFault {
        /// Nothing.
        None = "none",
        /// The connection breaks before an answer.
        Down = "down",
        /// The answer takes longer than anybody waits.
        Slow = "slow",
        /// Status 500.
        ServerError = "server_error",
        /// Not JSON.
        Garbage = "garbage",
        /// JSON of another shape.
        OddShape = "odd_shape",
        /// An answer without end.
        Huge = "huge",
        /// Sends the caller elsewhere.
        Redirect = "redirect",
        /// `Kuota Akses Hari ini telah Habis`.
        QuotaUsed = "quota_used",
        /// `IP Address Tidak Sesuai`.
        WrongIp = "wrong_ip",
        /// `IP Client  Tidak terdaftar`, with its two spaces.
        UnknownIp = "unknown_ip",
        /// `User Tidak Aktif`.
        UserInactive = "user_inactive",
        /// `Instansi Tidak Aktif`.
        AgencyInactive = "agency_inactive",
        /// Right answers in capitals with double spaces.
        OddSpelling = "odd_spelling",
    }
}

/// What the simulator is told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What goes wrong from now on.
    pub fault: Option<SimulatedFault>,
    /// NIK with a record of its own sort: `double` or `inactive`.
    #[serde(default)]
    pub persons: HashMap<String, String>,
    /// Questions answered before the quota is used; null = any number.
    #[serde(default)]
    pub quota: Option<u64>,
}

/// How the simulator stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SimulatorState {
    /// What goes wrong.
    pub fault: SimulatedFault,
    /// Questions that came in.
    pub questions: u64,
    /// Residents it knows.
    pub residents: usize,
}

/// What goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SimulatedReply {
    /// An answer.
    Json(Value),
    /// Text that is no JSON.
    Garbage,
    /// Status 500.
    ServerError,
    /// Status 302.
    Redirect,
    /// More than anybody reads.
    Huge,
    /// Nothing for a long time.
    Slow,
    /// A connection that breaks.
    HangUp,
}

/// The credentials the simulator asks for.
#[derive(Clone, Debug)]
pub struct SimulatedGrant {
    /// USER_ID.
    pub user: String,
    /// PASSWORD.
    pub password: String,
    /// IP_USER.
    pub ip: String,
}

/// The stand-in.
pub struct Simulator {
    residents: HashMap<String, Resident>,
    grant: SimulatedGrant,
    inner: Mutex<Inner>,
}

struct Inner {
    fault: SimulatedFault,
    questions: u64,
    quota: Option<u64>,
    persons: HashMap<String, String>,
}

impl Simulator {
    /// A simulator that knows the residents of a file; lines that cannot be read are passed over.
    ///
    /// # Errors
    /// A file without the columns of residents.
    pub fn new(people: impl Read, grant: SimulatedGrant) -> Result<Simulator, Refusal> {
        let inner = Inner { fault: SimulatedFault::None, questions: 0, quota: None, persons: HashMap::new() };
        Simulator { residents: HashMap::new(), grant, inner: Mutex::new(inner) }.knowing(people)
    }

    /// The same with the residents of a further file.
    ///
    /// # Errors
    /// A file without the columns of residents.
    pub fn knowing(mut self, people: impl Read) -> Result<Simulator, Refusal> {
        let read = import::read(people)?.into_iter().filter_map(|(_, line)| line.ok());
        self.residents.extend(read.map(|resident| (resident.nik.digits().to_owned(), resident)));
        Ok(self)
    }

    /// Does what it is told.
    pub fn control(&self, told: Control) -> SimulatorState {
        let mut inner = self.inner();
        if let Some(fault) = told.fault {
            inner.fault = fault;
        }
        inner.quota = told.quota.map(|quota| inner.questions + quota);
        inner.persons.extend(told.persons);
        drop(inner);
        self.state()
    }

    /// How it stands.
    pub fn state(&self) -> SimulatorState {
        let inner = self.inner();
        SimulatorState { fault: inner.fault, questions: inner.questions, residents: self.residents.len() }
    }

    /// Match by element.
    pub fn agree(&self, body: &Value) -> SimulatedReply {
        self.reply(|inner| answers::agreement(self, inner, body))
    }

    /// The record itself.
    pub fn read(&self, body: &Value) -> SimulatedReply {
        self.reply(|inner| answers::record(self, inner, body))
    }

    fn reply(&self, answer: impl FnOnce(&Inner) -> Value) -> SimulatedReply {
        let mut inner = self.inner();
        inner.questions += 1;
        if inner.quota.is_some_and(|quota| inner.questions > quota) {
            return SimulatedReply::Json(answers::said("Kuota Akses Hari ini telah Habis"));
        }
        match inner.fault {
            SimulatedFault::None => SimulatedReply::Json(answer(&inner)),
            SimulatedFault::Down => SimulatedReply::HangUp,
            SimulatedFault::Slow => SimulatedReply::Slow,
            SimulatedFault::ServerError => SimulatedReply::ServerError,
            SimulatedFault::Garbage => SimulatedReply::Garbage,
            SimulatedFault::OddShape => SimulatedReply::Json(Value::Array(vec![Value::Null])),
            SimulatedFault::Huge => SimulatedReply::Huge,
            SimulatedFault::Redirect => SimulatedReply::Redirect,
            SimulatedFault::QuotaUsed => SimulatedReply::Json(answers::said("Kuota Akses Hari ini telah Habis")),
            SimulatedFault::WrongIp => SimulatedReply::Json(answers::said("IP Address Tidak Sesuai")),
            SimulatedFault::UnknownIp => SimulatedReply::Json(answers::said("IP Client  Tidak terdaftar")),
            SimulatedFault::UserInactive => SimulatedReply::Json(answers::said("User Tidak Aktif")),
            SimulatedFault::AgencyInactive => SimulatedReply::Json(answers::said("Instansi Tidak Aktif")),
            SimulatedFault::OddSpelling => SimulatedReply::Json(answers::oddly_spelt(answer(&inner))),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is said of a person whose record cannot be used.
fn unusable(resident: &Resident, inner: &Inner) -> Option<&'static str> {
    match inner.persons.get(resident.nik.digits()).map(String::as_str) {
        Some("double") => return Some("Data Ganda"),
        Some("inactive") => return Some("Data Tidak Aktif"),
        Some("deceased") => return Some("Data Meninggal"),
        Some(_) | None => {}
    }
    match resident.status {
        ResidentStatus::Active => None,
        ResidentStatus::Deceased => Some("Data Meninggal"),
        ResidentStatus::Inactive => Some("Data Tidak Aktif"),
    }
}
