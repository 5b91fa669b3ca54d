//! A permit of the register: its states and what the public is told (pure).

use crate::clock::{Day, Instant};
use crate::identity::Acting;
use crate::ids::{ApplicationId, DocumentId, OfficerId, PermitId};

crate::ids::words! {
    /// What a number of the register stands for.
    pub enum PermitState {
        /// The number is taken, the paper not signed yet. Not public.
        Reserved = "reserved",
        /// In force, or expired.
        Issued = "issued",
        /// Dibekukan: not in force until the head lifts it.
        Suspended = "suspended",
        /// BATAL: the number was given up before signing and is never used again.
        Void = "void",
        /// Dicabut after it was issued.
        Revoked = "revoked",
    }
}

/// A row of the register.
#[derive(Clone, Debug)]
pub struct Permit {
    /// Identity.
    pub id: PermitId,
    /// In the address behind the QR code.
    pub short_id: String,
    /// Permit type: the register it stands in.
    pub register: String,
    /// Year of the register.
    pub year: i32,
    /// Place in the register, from 1.
    pub ordinal: i64,
    /// As printed.
    pub number: String,
    /// The file it answers.
    pub application: ApplicationId,
    /// The version of the file the sheet was frozen from.
    pub application_version: i64,
    /// What the number stands for.
    pub state: PermitState,
    /// Holder as printed.
    pub holder_name: String,
    /// Date of issue.
    pub issued_on: Day,
    /// Last day; none = without end.
    pub valid_until: Option<Day>,
    /// The head of agency who signs.
    pub signed_by: OfficerId,
    /// When the number was taken.
    pub reserved_at: Instant,
    /// When the signed bytes were kept.
    pub issued_at: Option<Instant>,
    /// The signed bytes.
    pub document: Option<DocumentId>,
    /// Why it is suspended, void or revoked.
    pub reason: Option<String>,
    /// Why the head signed while the population source had not answered about the applicant.
    pub signed_despite: Option<String>,
    /// For whom the signer acted: Plh. or Plt. of the head.
    pub signed_acting: Option<Acting>,
    /// The public class of the reason.
    pub reason_class: Option<ReasonClass>,
    /// The number of the permit that took its place.
    pub replaced_by: Option<String>,
    /// Since when it is suspended or revoked.
    pub state_since: Option<Instant>,
}

crate::ids::words! {
    /// Why a permit is not in force, as the signed list may tell anybody: never the reason itself.
    pub enum ReasonClass {
        /// Ketentuan izin dilanggar.
        Breach = "breach",
        /// Data atau persyaratan tidak benar.
        Untrue = "untrue",
        /// Atas permohonan pemegang.
        OwnRequest = "own_request",
        /// Putusan pengadilan atau instansi berwenang.
        Ruling = "ruling",
        /// Alasan lain.
        Other = "other",
    }
}

crate::ids::words! {
    /// What the public is told of a permit.
    pub enum Standing {
        /// Berlaku.
        Valid = "valid",
        /// Berakhir.
        Expired = "expired",
        /// Dibekukan.
        Suspended = "suspended",
        /// Dicabut.
        Revoked = "revoked",
        /// Dicabut karena diganti izin baru.
        Superseded = "superseded",
    }
}

impl Permit {
    /// Whether anybody outside may know of it: a reserved or void number is nobody's business.
    pub fn is_public(&self) -> bool {
        match self.state {
            PermitState::Issued | PermitState::Suspended | PermitState::Revoked => true,
            PermitState::Reserved | PermitState::Void => false,
        }
    }

    /// Whether it is in force or may be again: what a further signature may be put on.
    pub fn is_in_register(&self) -> bool {
        match self.state {
            PermitState::Issued | PermitState::Suspended => true,
            PermitState::Reserved | PermitState::Void | PermitState::Revoked => false,
        }
    }

    /// What the public is told today; `None` for a number that is reserved or void, which is nobody's business.
    pub fn standing(&self, today: Day) -> Option<Standing> {
        match self.state {
            PermitState::Reserved | PermitState::Void => None,
            PermitState::Revoked if self.replaced_by.is_some() => Some(Standing::Superseded),
            PermitState::Revoked => Some(Standing::Revoked),
            PermitState::Suspended => Some(Standing::Suspended),
            PermitState::Issued if self.valid_until.is_some_and(|last| last < today) => Some(Standing::Expired),
            PermitState::Issued => Some(Standing::Valid),
        }
    }
}

/// A permit for the tests of this noun.
#[cfg(test)]
pub(super) fn sample(state: PermitState, valid_until: Option<&str>) -> Permit {
    Permit {
        id: PermitId::new(1),
        short_id: "0123ABCD".into(),
        register: "SIPB".into(),
        year: 2026,
        ordinal: 1,
        number: "503/0001/SIPB/DPMPTSP/2026".into(),
        application: ApplicationId::new(1),
        application_version: 1,
        state,
        holder_name: "SITI DATA UJI".into(),
        issued_on: Day(chrono::NaiveDate::default()),
        valid_until: valid_until.and_then(Day::parse),
        signed_by: OfficerId::new(1),
        reserved_at: Instant(0),
        issued_at: None,
        document: None,
        reason: None,
        signed_despite: None,
        signed_acting: None,
        reason_class: None,
        replaced_by: None,
        state_since: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permit(state: PermitState, valid_until: Option<&str>) -> Permit {
        sample(state, valid_until)
    }

    #[test]
    fn a_permit_is_valid_through_its_last_day() {
        let issued = permit(PermitState::Issued, Some("2031-11-24"));
        let on = |day| issued.standing(Day::parse(day).unwrap());
        assert_eq!(on("2031-11-24"), Some(Standing::Valid));
        assert_eq!(on("2031-11-25"), Some(Standing::Expired));
        let endless = permit(PermitState::Issued, None);
        assert_eq!(endless.standing(Day::parse("2099-01-01").unwrap()), Some(Standing::Valid));
    }

    #[test]
    fn nobody_outside_hears_of_a_number_that_is_reserved_or_void() {
        let today = Day::parse("2026-11-24").unwrap();
        assert_eq!(permit(PermitState::Reserved, None).standing(today), None);
        assert_eq!(permit(PermitState::Void, None).standing(today), None);
        assert_eq!(permit(PermitState::Revoked, Some("2020-01-01")).standing(today), Some(Standing::Revoked));
    }
}
