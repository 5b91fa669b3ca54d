//! Letters the office signs: each takes the next number of the one register of letters when what it tells of is done,
//! is sealed when it is printed, and is known again by what was printed.

mod fee_papers;
mod life_papers;
mod printing;
mod request;
mod telling;

use serde_json::Value;

use super::checking::initials;
use super::code::draw_short_id;
use super::{ActName, ActRecord, ApplicationState, Desk, FileView, PermitAct, Reprimand, store};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, next_number};
use crate::identity::{Acting, Role};
use crate::ids::{ApplicationId, OfficerId};
use crate::keys::sha256;
use crate::messages::{Lang, plain, text};

pub use printing::print_letter;
pub(super) use telling::Telling;

/// The series of the register.
pub(super) const SERIES: &str = "letter";

crate::ids::words! {
    /// What letter it is.
    pub enum OutgoingKind {
        /// Surat pengembalian berkas.
        Return = "return",
        /// Surat penolakan.
        Rejection = "rejection",
        /// Surat permohonan rekomendasi to the technical OPD.
        Request = "request",
        /// Surat tugas.
        Order = "order",
        /// Berita acara pemeriksaan.
        Report = "report",
        /// SKRD: the fee that is due.
        Assessment = "assessment",
        /// Tanda bukti pembayaran.
        Payment = "payment",
        /// Surat peringatan pertama.
        Warning1 = "warning_1",
        /// Surat peringatan kedua.
        Warning2 = "warning_2",
        /// Surat peringatan ketiga.
        Warning3 = "warning_3",
        /// Keputusan pencabutan.
        Revocation = "revocation",
    }
}

/// A letter of the register.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Year of the register.
    pub year: i64,
    /// Place in it, from 1.
    pub ordinal: i64,
    /// As printed.
    pub number: String,
    /// In the address behind the code on the paper.
    pub short_id: String,
    /// What letter it is.
    pub kind: OutgoingKind,
    /// The file it belongs to.
    pub application: ApplicationId,
    /// The moment of what it tells of.
    pub about_at: Instant,
    /// Who signed it.
    pub signed_by: OfficerId,
    /// For whom the signer acted.
    pub signed_acting: Option<Acting>,
    /// Its date.
    pub dated: Day,
}

impl OutgoingKind {
    /// The letter an act on a file makes; none for most.
    pub(super) fn of_act(act: ActName, to: ApplicationState) -> Option<OutgoingKind> {
        Some(match act {
            ActName::Return => OutgoingKind::Return,
            ActName::Rejection => OutgoingKind::Rejection,
            ActName::Verification if is_asked_of_opd(to) => OutgoingKind::Request,
            ActName::Assignment => OutgoingKind::Order,
            ActName::Inspection => OutgoingKind::Report,
            ActName::Assessment => OutgoingKind::Assessment,
            ActName::Payment => OutgoingKind::Payment,
            _ => return None,
        })
    }

    /// The letter of a warning.
    pub(super) fn of_step(step: i64) -> OutgoingKind {
        match step {
            1 => OutgoingKind::Warning1,
            2 => OutgoingKind::Warning2,
            _ => OutgoingKind::Warning3,
        }
    }

    /// Which warning it is.
    fn step(self) -> Option<i64> {
        match self {
            OutgoingKind::Warning1 => Some(1),
            OutgoingKind::Warning2 => Some(2),
            OutgoingKind::Warning3 => Some(3),
            _ => None,
        }
    }

    /// The office whose head signs it, for those who act for somebody.
    fn role(self) -> Role {
        match self {
            OutgoingKind::Return | OutgoingKind::Request => Role::Verifier,
            OutgoingKind::Order => Role::SectionHead,
            OutgoingKind::Report => Role::TechnicalOfficer,
            OutgoingKind::Assessment | OutgoingKind::Payment => Role::Treasurer,
            OutgoingKind::Rejection
            | OutgoingKind::Warning1
            | OutgoingKind::Warning2
            | OutgoingKind::Warning3
            | OutgoingKind::Revocation => Role::Head,
        }
    }

    /// The latest act of a file that makes the letter.
    pub(super) fn find_act(self, view: &FileView) -> Option<&ActRecord> {
        view.acts.iter().rev().find(|act| OutgoingKind::of_act(act.act, act.to) == Some(self))
    }

    /// When what the letter tells of was done last, and by whom; `None` when it never was.
    pub fn find_moment(self, view: &FileView) -> Option<(Instant, OfficerId)> {
        if let Some(step) = self.step() {
            let told = view.reprimands.iter().rev().find(|one| one.step == step)?;
            return Some((told.issued_at, told.signed_by));
        }
        if self == OutgoingKind::Revocation {
            let line = view.life.iter().rev().find(|line| line.act == PermitAct::Revocation)?;
            let replaced = view.permit.as_ref().is_some_and(|permit| permit.replaced_by.is_some());
            return Some((line.at, line.officer.filter(|_| !replaced)?));
        }
        let act = self.find_act(view)?;
        Some((act.at, act.officer?))
    }

    /// Its name, for people.
    pub fn words(self, lang: Lang) -> String {
        plain(lang, &format!("outgoing.{self}"))
    }
}

impl Outgoing {
    /// Whether it is the letter of a warning.
    pub fn is_about(&self, one: &Reprimand) -> bool {
        self.kind.step() == Some(one.step) && self.about_at == one.issued_at
    }
}

fn is_asked_of_opd(to: ApplicationState) -> bool {
    matches!(to, ApplicationState::InInspection | ApplicationState::InRecommendation)
}

/// The next number of the register for a letter about what this officer does now.
pub(super) async fn number(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (application, kind): (ApplicationId, OutgoingKind),
) -> Result<Outgoing, StoreError> {
    let acting = desk.officer.acting_as(kind.role()).cloned();
    take(tx, desk, (application, kind), (desk.now, desk.officer.id, acting)).await
}

async fn take(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (application, kind): (ApplicationId, OutgoingKind),
    (about_at, signed_by, signed_acting): (Instant, OfficerId, Option<Acting>),
) -> Result<Outgoing, StoreError> {
    let zone = desk.sites.list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let dated = desk.now.day(zone);
    let year = i64::from(dated.year());
    let ordinal = next_number(tx, SERIES, &year.to_string()).await?;
    let args = [
        ("ordinal", format!("{ordinal:04}")),
        ("code", plain(Lang::Id, &format!("outgoing.code_{kind}"))),
        ("year", year.to_string()),
    ];
    let letter = Outgoing {
        year,
        ordinal,
        number: text(Lang::Id, "outgoing.number", &args),
        short_id: draw_short_id(),
        kind,
        application,
        about_at,
        signed_by,
        signed_acting,
        dated,
    };
    store::insert_letter(tx, &letter).await?;
    Ok(letter)
}

/// The number of the letter an act makes, into what the history keeps of the act.
pub(super) async fn numbered(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (file, act, to): (ApplicationId, ActName, ApplicationState),
    mut detail: Value,
) -> Result<Value, StoreError> {
    let Some(kind) = OutgoingKind::of_act(act, to) else { return Ok(detail) };
    let letter = number(tx, desk, (file, kind)).await?;
    if let Some(stated) = detail.as_object_mut() {
        stated.insert("letter".to_owned(), Value::from(letter.number));
    }
    Ok(detail)
}

/// A letter that was found genuine, and whom it is about: only letters of the name.
#[derive(Clone, Debug)]
pub struct LetterCheck {
    /// The letter.
    pub letter: Outgoing,
    /// Code of the service.
    pub service: String,
    /// First letters of the applicant's name.
    pub initials: String,
}

/// The letter that was printed as exactly these bytes.
pub async fn check_letter(tx: &mut Tx, bytes: &[u8]) -> Result<Option<LetterCheck>, StoreError> {
    let found = store::find_printed(tx, &sha256(bytes)).await?;
    told(tx, found).await
}

/// The letter behind the code on its paper.
pub async fn find_letter(tx: &mut Tx, short_id: &str) -> Result<Option<LetterCheck>, StoreError> {
    let found = store::find_letter(tx, &short_id.to_uppercase()).await?;
    told(tx, found).await
}

async fn told(tx: &mut Tx, found: Option<Outgoing>) -> Result<Option<LetterCheck>, StoreError> {
    let Some(letter) = found else { return Ok(None) };
    let whom = store::find_whom(tx, letter.application).await?;
    Ok(whom.map(|(service, name)| LetterCheck { initials: initials(&name), service, letter }))
}
