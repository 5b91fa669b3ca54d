//! A permit of the register: its states and how long it is valid (pure).

use chrono::Months;

use super::Fields;
use crate::catalogue::Validity;
use crate::clock::{Day, Instant};
use crate::ids::{ApplicationId, DocumentId, OfficerId, PermitId};

crate::ids::words! {
    /// What a number of the register stands for.
    pub enum PermitState {
        /// The number is taken, the paper not signed yet. Not public.
        Reserved = "reserved",
        /// In force, or expired.
        Issued = "issued",
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
    /// Why it is void or revoked.
    pub reason: Option<String>,
}

crate::ids::words! {
    /// What the public is told of a permit.
    pub enum Standing {
        /// Berlaku.
        Valid = "valid",
        /// Berakhir.
        Expired = "expired",
        /// Dicabut.
        Revoked = "revoked",
    }
}

impl Permit {
    /// Whether anybody outside may know of it: a reserved or void number is nobody's business.
    pub fn is_public(&self) -> bool {
        match self.state {
            PermitState::Issued | PermitState::Revoked => true,
            PermitState::Reserved | PermitState::Void => false,
        }
    }

    /// What the public is told today; `None` for a number that is reserved or void, which is nobody's business.
    pub fn standing(&self, today: Day) -> Option<Standing> {
        match self.state {
            PermitState::Reserved | PermitState::Void => None,
            PermitState::Revoked => Some(Standing::Revoked),
            PermitState::Issued if self.valid_until.is_some_and(|last| last < today) => Some(Standing::Expired),
            PermitState::Issued => Some(Standing::Valid),
        }
    }
}

/// The last day of validity; `Ok(None)` = without end. The same date some years on; 29 February becomes
/// 28 February where the year has none.
///
/// # Errors
/// The code of the form field whose date decides, when it is missing or no date.
pub fn valid_until(validity: Option<&Validity>, issued_on: Day, fields: &Fields) -> Result<Option<Day>, String> {
    let months = |months: u32| Day(issued_on.0 + Months::new(months));
    match validity {
        None | Some(Validity::Permanent) => Ok(None),
        Some(Validity::Years(years)) => Ok(Some(months(years * 12))),
        Some(Validity::Months(count)) => Ok(Some(months(*count))),
        Some(Validity::Days(days)) => Ok(Some(issued_on.plus_days(i64::from(*days)))),
        Some(Validity::UntilDocumentExpiry(field) | Validity::Event(field)) => {
            let date = fields.get(field).and_then(|text| Day::parse(text));
            date.map(Some).ok_or_else(|| field.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(validity: Validity, issued_on: &str) -> String {
        let fields = Fields::from([("str_expiry".to_owned(), "2028-03-01".to_owned())]);
        let day = valid_until(Some(&validity), Day::parse(issued_on).unwrap(), &fields).unwrap();
        day.map_or("-".to_owned(), |day| day.to_string())
    }

    #[test]
    fn validity_runs_from_the_date_of_issue() {
        assert_eq!(until(Validity::Years(5), "2026-11-24"), "2031-11-24");
        assert_eq!(until(Validity::Months(1), "2027-01-31"), "2027-02-28");
        assert_eq!(until(Validity::Days(30), "2026-12-15"), "2027-01-14");
        assert_eq!(until(Validity::Permanent, "2026-11-24"), "-");
        assert_eq!(until(Validity::UntilDocumentExpiry("str_expiry".into()), "2026-11-24"), "2028-03-01");
    }

    #[test]
    fn a_permit_of_29_february_ends_on_28_february_and_in_a_leap_year_on_29() {
        assert_eq!(until(Validity::Years(1), "2028-02-29"), "2029-02-28");
        assert_eq!(until(Validity::Years(4), "2028-02-29"), "2032-02-29");
    }

    #[test]
    fn a_permit_that_ends_with_a_document_names_the_field_that_is_missing() {
        let validity = Validity::Event("ends_on".into());
        let found = valid_until(Some(&validity), Day::parse("2026-11-24").unwrap(), &Fields::new());
        assert_eq!(found, Err("ends_on".to_owned()));
    }
}
