//! A stand-in for the eSign client of BSrE: signs really, with a test authority of its own, in the words of the
//! service and with faults on demand. DATA UJI only. The HTTP around it stands in `web`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::CertificateState;
use crate::clock::Clock;
use crate::documents::seal::{Further, append_seal};
use crate::keys::{KeyFileError, Keys, PaperSetup};

/// The passphrase every official of the simulator has.
pub const PASSPHRASE: &str = "DATA-UJI";
/// Who signs, as readers show it.
const SIGNER: &str = "PENANDA TANGAN DATA UJI";
/// The office in the certificates of the test authority.
const AUTHORITY: &str = "SIMULATOR BSrE DATA UJI";

crate::ids::words! {
    /// What goes wrong, until told otherwise.
    pub enum EsignTrouble {
        /// Nothing.
        None = "none",
        /// The connection breaks before an answer.
        Down = "down",
        /// The answer takes longer than anybody waits.
        Slow = "slow",
        /// Status 500.
        ServerError = "server_error",
        /// Neither PDF nor JSON.
        Garbage = "garbage",
        /// An answer without end.
        Huge = "huge",
        /// Sends the caller elsewhere.
        Redirect = "redirect",
        /// 2031, whatever was typed.
        WrongPassphrase = "wrong_passphrase",
        /// 2011, whoever asks.
        NotRegistered = "not_registered",
        /// A number nobody has described.
        OddCode = "odd_code",
        /// The file comes back saved anew.
        Altered = "altered",
        /// The file comes back without a signature.
        Unsigned = "unsigned",
        /// The certificate of every official is over.
        Expired = "expired",
        /// No trouble: version 1 answers with a number, and the file is fetched.
        ById = "by_id",
    }
}

/// What the simulator is told.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EsignControl {
    /// What goes wrong from now on.
    pub fault: Option<EsignTrouble>,
}

/// How the simulator stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EsignState {
    /// What goes wrong.
    pub fault: EsignTrouble,
    /// Questions that came in.
    pub questions: u64,
    /// Files it signed.
    pub signed: u64,
}

/// A file to sign, from either version of the service.
pub struct Order<'a> {
    /// The official.
    pub nik: &'a str,
    /// What was typed.
    pub passphrase: &'a str,
    /// Left, bottom, width and height of a visible signature.
    pub place: Option<[u32; 4]>,
    /// The file.
    pub pdf: &'a [u8],
}

/// What goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EsignReply {
    /// The signed file.
    File(Vec<u8>),
    /// JSON with a status.
    Json(u16, Value),
    /// Text that is neither.
    Garbage,
    /// Status 302.
    Redirect,
    /// More than anybody reads.
    Huge,
    /// Nothing for a long time.
    Slow,
    /// A connection that breaks.
    HangUp,
}

/// The stand-in.
pub struct EsignSimulator {
    keys: Keys,
    clock: Clock,
    account: String,
    inner: Mutex<Inner>,
}

struct Inner {
    fault: EsignTrouble,
    questions: u64,
    signed: u64,
    kept: HashMap<String, Vec<u8>>,
}

impl EsignSimulator {
    /// A simulator whose test authority lives in a folder; `account` is `user:password` of the office.
    ///
    /// # Errors
    /// The keys cannot be made or read.
    pub fn open(folder: &Path, clock: Clock, account: &str) -> Result<EsignSimulator, KeyFileError> {
        let keys = Keys::open(folder, PaperSetup { office: AUTHORITY, passphrase: None, now: clock.now() })?;
        let account = format!("Basic {}", BASE64.encode(account.as_bytes()));
        let inner = Inner { fault: EsignTrouble::None, questions: 0, signed: 0, kept: HashMap::new() };
        Ok(EsignSimulator { keys, clock, account, inner: Mutex::new(inner) })
    }

    /// Does what it is told.
    pub fn control(&self, told: &EsignControl) -> EsignState {
        if let Some(fault) = told.fault {
            self.inner().fault = fault;
        }
        self.state()
    }

    /// How it stands.
    pub fn state(&self) -> EsignState {
        let inner = self.inner();
        EsignState { fault: inner.fault, questions: inner.questions, signed: inner.signed }
    }

    /// The certificate its signatures carry, as DER.
    pub fn certificate(&self) -> &[u8] {
        &self.keys.papers().current().certificate
    }

    /// Version 1: the file itself, or its number.
    pub fn sign(&self, authorization: Option<&str>, order: &Order<'_>) -> EsignReply {
        let fault = self.count();
        match self.signed(fault, authorization, order) {
            Ok(signed) if fault == EsignTrouble::ById => {
                let mut inner = self.inner();
                let id = format!("uji-{}", inner.signed);
                inner.kept.insert(id.clone(), signed);
                EsignReply::Json(200, json!({ "id_dokumen": id }))
            }
            Ok(signed) => EsignReply::File(signed),
            Err(reply) => reply,
        }
    }

    /// Version 2: the file in base 64.
    pub fn sign_v2(&self, authorization: Option<&str>, order: &Order<'_>) -> EsignReply {
        let fault = self.count();
        match self.signed(fault, authorization, order) {
            Ok(signed) => EsignReply::Json(200, json!({ "file": [BASE64.encode(&signed)] })),
            Err(reply) => reply,
        }
    }

    /// How the certificate of an official stands.
    pub fn status(&self, nik: &str) -> EsignReply {
        let word = match self.inner().fault {
            EsignTrouble::Down => return EsignReply::HangUp,
            EsignTrouble::Expired => CertificateState::Expired,
            _ if nik.len() != 16 => CertificateState::NotRegistered,
            _ => CertificateState::Issue,
        };
        EsignReply::Json(200, json!({ "status": word }))
    }

    /// The file of a number.
    pub fn download(&self, authorization: Option<&str>, id: &str) -> EsignReply {
        match self.inner().kept.remove(id).filter(|_| authorization == Some(self.account.as_str())) {
            Some(file) => EsignReply::File(file),
            None => refusal(404, 404, "Dokumen tidak ditemukan"),
        }
    }

    fn count(&self) -> EsignTrouble {
        let mut inner = self.inner();
        inner.questions += 1;
        inner.fault
    }

    fn signed(
        &self,
        fault: EsignTrouble,
        authorization: Option<&str>,
        order: &Order<'_>,
    ) -> Result<Vec<u8>, EsignReply> {
        match fault {
            EsignTrouble::Down => return Err(EsignReply::HangUp),
            EsignTrouble::Slow => return Err(EsignReply::Slow),
            EsignTrouble::ServerError => return Err(refusal(500, 500, "Internal Server Error")),
            EsignTrouble::Garbage => return Err(EsignReply::Garbage),
            EsignTrouble::Huge => return Err(EsignReply::Huge),
            EsignTrouble::Redirect => return Err(EsignReply::Redirect),
            EsignTrouble::WrongPassphrase => return Err(refusal(400, 2031, "Passphrase anda salah")),
            EsignTrouble::NotRegistered => return Err(refusal(400, 2011, "User tidak terdaftar")),
            EsignTrouble::OddCode | EsignTrouble::Expired => return Err(refusal(400, 9_999, "Tidak dikenal")),
            EsignTrouble::None | EsignTrouble::Altered | EsignTrouble::Unsigned | EsignTrouble::ById => {}
        }
        if authorization != Some(self.account.as_str()) {
            return Err(refusal(401, 401, "Unauthorized"));
        }
        if order.nik.len() != 16 {
            return Err(refusal(400, 2011, "User tidak terdaftar"));
        }
        if order.passphrase != PASSPHRASE {
            return Err(refusal(400, 2031, "Passphrase anda salah"));
        }
        self.answered(fault, order)
    }

    fn answered(&self, fault: EsignTrouble, order: &Order<'_>) -> Result<Vec<u8>, EsignReply> {
        let unreadable = || refusal(500, 500, "Internal Server Error");
        if fault == EsignTrouble::Unsigned {
            return Ok(order.pdf.to_vec());
        }
        let mut pdf = order.pdf.to_vec();
        if fault == EsignTrouble::Altered {
            let mut again = Vec::new();
            let saved = lopdf::Document::load_mem(&pdf).map(|mut document| document.save_to(&mut again));
            saved.map_err(|_| unreadable())?.map_err(|_| unreadable())?;
            pdf = again;
        }
        let place = order.place.map_or([0; 4], |[x, y, width, height]| [x, y, x + width, y + height]);
        let further = Further { name: SIGNER, at: self.clock.now().utc(), place };
        let signed = append_seal(&pdf, self.keys.papers(), &further).map_err(|_| unreadable())?;
        self.inner().signed += 1;
        Ok(signed)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(status: u16, number: i64, words: &str) -> EsignReply {
    EsignReply::Json(status, json!({ "error": words, "status_code": number }))
}
