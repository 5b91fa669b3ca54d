//! How a person is reached and told apart: sealed in the store, found again by a keyed digest.

use std::str::FromStr;

use crate::db::StoreError;
use crate::keys::Keys;
use crate::messages::{FieldFault, Refusal};
use crate::population::{Nik, Phone};

/// Columns the values are sealed for.
const PHONE: &str = "appointment.phone";
const EMAIL: &str = "appointment.email";
const TICKET_PHONE: &str = "ticket.phone";

/// What a person typed.
#[derive(Clone, Copy, Default)]
pub struct Typed<'a> {
    /// A mobile number.
    pub phone: &'a str,
    /// A NIK, for people without a telephone. Only its keyed digest is kept.
    pub nik: &'a str,
    /// Where confirmations and reminders go.
    pub email: &'a str,
}

/// A person as the store keeps them.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Keyed digest of the telephone number, or of the NIK.
    pub person: Vec<u8>,
    /// The telephone number.
    pub phone_sealed: Option<Vec<u8>>,
    /// The e-mail address.
    pub email_sealed: Option<Vec<u8>>,
}

impl Contact {
    /// Reads what was typed: a telephone number or a NIK must be there; the e-mail address may be left out.
    pub fn of(keys: &Keys, typed: Typed<'_>) -> Result<Contact, Refusal> {
        let mut faults = Vec::new();
        let phone = parsed(typed.phone, "phone", "phone-mobile", &mut faults, |text| Phone::parse(text).ok());
        let nik = parsed(typed.nik, "nik", "not-a-nik", &mut faults, |text| Nik::parse(text).ok());
        let email =
            parsed(typed.email, "email", "email-wrong", &mut faults, |text| lettre::Address::from_str(text).ok());
        let person = match (&phone, &nik) {
            (Some(phone), _) => keys.index_of(&format!("phone:{}", phone.e164())),
            (None, Some(nik)) => keys.index_of(&format!("nik:{}", nik.digits())),
            (None, None) => {
                if faults.is_empty() {
                    faults.push(FieldFault::new("phone", "phone-or-nik"));
                }
                Vec::new()
            }
        };
        Refusal::of_fields(faults)?;
        let seal =
            |column, text: &str| keys.sealer.seal(column, text).map_err(|_| Refusal::unavailable("store-unavailable"));
        Ok(Contact {
            person,
            phone_sealed: phone.map(|phone| seal(PHONE, phone.e164())).transpose()?,
            email_sealed: email.map(|email| seal(EMAIL, email.as_ref())).transpose()?,
        })
    }
}

fn parsed<T>(
    text: &str,
    field: &str,
    code: &'static str,
    faults: &mut Vec<FieldFault>,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = text.trim();
    let value = if text.is_empty() { None } else { read(text) };
    if value.is_none() && !text.is_empty() {
        faults.push(FieldFault::new(field, code));
    }
    value
}

/// Where a message goes: read when it is sent, never before.
#[derive(Clone, Default)]
pub struct Reach {
    /// The telephone number in E.164.
    pub phone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

impl Reach {
    /// Opens the sealed columns of an appointment.
    pub fn open(keys: &Keys, phone: Option<&[u8]>, email: Option<&[u8]>) -> Result<Reach, StoreError> {
        Ok(Reach { phone: opened(keys, PHONE, phone)?, email: opened(keys, EMAIL, email)? })
    }

    /// Opens the sealed telephone number of a ticket.
    pub fn of_ticket(keys: &Keys, phone: Option<&[u8]>) -> Result<Reach, StoreError> {
        Ok(Reach { phone: opened(keys, TICKET_PHONE, phone)?, email: None })
    }
}

fn opened(keys: &Keys, column: &str, sealed: Option<&[u8]>) -> Result<Option<String>, StoreError> {
    let open = |sealed| keys.sealer.open(column, sealed).map_err(|e| StoreError::Corrupt(format!("{column}: {e}")));
    sealed.map(open).transpose()
}

/// The telephone number of an appointment, sealed anew for its ticket.
pub(super) fn phone_of_ticket(keys: &Keys, phone: Option<&[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
    let phone = opened(keys, PHONE, phone)?;
    let seal = |phone: String| keys.sealer.seal(TICKET_PHONE, &phone).map_err(|e| StoreError::Corrupt(e.to_string()));
    phone.map(seal).transpose()
}
