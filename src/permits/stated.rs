//! What is stated of an applicant at the counter, whole or in part (pure).

use serde::Deserialize;

use super::{Applicant, Person};
use crate::messages::FieldFault;
use crate::population::{Nik, Phone, three_digits};

/// Particulars as sent: what is absent stays as it was. The address may come nested or flat.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Stated {
    /// Sixteen digits.
    pub nik: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Electronic mail.
    pub email: Option<String>,
    /// Full name.
    pub name: Option<String>,
    /// Birth place.
    pub birth_place: Option<String>,
    /// ISO date.
    pub birth_date: Option<String>,
    /// `L` or `P`.
    pub sex: Option<String>,
    /// Who came with a power of attorney.
    pub proxy_name: Option<String>,
    /// The company the permit is for.
    pub company_name: Option<String>,
    /// Its NIB.
    pub nib: Option<String>,
    /// Its NPWP.
    pub npwp: Option<String>,
    /// The address.
    pub address: Option<StatedAddress>,
    /// The address, flat.
    #[serde(flatten)]
    pub flat: StatedAddress,
}

/// An address as sent.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct StatedAddress {
    /// Street and number, hamlet.
    pub street: Option<String>,
    /// RT.
    pub rt: Option<String>,
    /// RW.
    pub rw: Option<String>,
    /// Kemendagri code.
    pub village_code: Option<String>,
}

impl Stated {
    /// The applicant after what is stated; `before` is what stood there.
    ///
    /// # Errors
    /// The fields that cannot be right. A NIK is needed from the beginning, everything else may follow.
    pub fn apply(self, before: Option<&Applicant>) -> Result<Applicant, Vec<FieldFault>> {
        let nik = match &self.nik {
            Some(typed) => Nik::parse(typed).map_err(|_| "not-a-nik"),
            None => before.map(|a| a.nik.clone()).ok_or("required"),
        };
        let phone = match self.phone.as_deref().map(str::trim) {
            None => Ok(before.and_then(|a| a.phone.clone())),
            Some("") => Ok(None),
            Some(typed) => Phone::parse(typed).map(|phone| Some(phone.e164().to_owned())).map_err(|_| "not-a-phone"),
        };
        let person = self.person(before.map(|a| a.person.clone()).unwrap_or_default());
        let mut faults = person.malformed();
        match (nik, phone) {
            (Ok(nik), Ok(phone)) if faults.is_empty() => return Ok(Applicant { nik, phone, person }),
            (nik, phone) => {
                faults.extend(nik.err().map(|code| FieldFault::new("applicant.nik", code)));
                faults.extend(phone.err().map(|code| FieldFault::new("applicant.phone", code)));
            }
        }
        Err(faults)
    }

    fn person(self, before: Person) -> Person {
        let or = |stated: Option<String>, kept: String| stated.map_or(kept, |text| text.trim().to_owned());
        let nested = self.address.unwrap_or_default();
        let email = match self.email {
            None => before.email,
            Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        };
        Person {
            name: or(self.name, before.name),
            birth_place: or(self.birth_place, before.birth_place),
            birth_date: or(self.birth_date, before.birth_date),
            sex: or(self.sex, before.sex),
            street: or(nested.street.or(self.flat.street), before.street),
            rt: padded(or(nested.rt.or(self.flat.rt), before.rt)),
            rw: padded(or(nested.rw.or(self.flat.rw), before.rw)),
            village_code: or(nested.village_code.or(self.flat.village_code), before.village_code),
            email,
            proxy_name: or(self.proxy_name, before.proxy_name),
            company_name: or(self.company_name, before.company_name),
            nib: digits(or(self.nib, before.nib)),
            npwp: digits(or(self.npwp, before.npwp)),
        }
    }
}

/// A number is typed with points, dashes and spaces.
fn digits(typed: String) -> String {
    typed.chars().filter(|c| !matches!(c, '.' | '-' | ' ')).collect()
}

/// RT and RW have three digits; what has none stays as typed and is named as wrong.
fn padded(typed: String) -> String {
    three_digits(&typed).unwrap_or(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(json: &str) -> Stated {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_nested_and_a_flat_address_say_the_same() {
        let nik = "\"nik\":\"1607060101900001\"";
        let nested = stated(&format!("{{{nik},\"address\":{{\"street\":\"Jalan A\",\"rt\":\"003\"}}}}"));
        let flat = stated(&format!("{{{nik},\"street\":\"Jalan A\",\"rt\":\"003\"}}"));
        let (nested, flat) = (nested.apply(None).ok().unwrap(), flat.apply(None).ok().unwrap());
        assert!(nested == flat);
        assert_eq!(nested.person.street, "Jalan A");
    }

    #[test]
    fn what_is_not_stated_again_stays() {
        let first = stated("{\"nik\":\"1607060101900001\",\"name\":\"BUDI DATA UJI\",\"phone\":\"0812 3456 7890\"}");
        let first = first.apply(None).ok().unwrap();
        assert_eq!(first.phone.as_deref(), Some("+6281234567890"));
        let second = stated("{\"birth_place\":\"Palembang\",\"phone\":\"\"}").apply(Some(&first)).ok().unwrap();
        assert_eq!((second.person.name.as_str(), second.person.birth_place.as_str()), ("BUDI DATA UJI", "Palembang"));
        assert_eq!(second.phone, None);
    }

    #[test]
    fn everything_that_cannot_be_right_is_named_at_once() {
        let faults = stated("{\"nik\":\"1607\",\"birth_date\":\"1990\",\"phone\":\"12\"}").apply(None).err().unwrap();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["applicant.birth_date", "applicant.nik", "applicant.phone"]);
    }
}
