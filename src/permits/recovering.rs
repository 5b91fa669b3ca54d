//! A tracking code that was lost: the person at the counter says the NIK and one more fact, and gets the receipt again.

use serde_json::json;

use super::store::{self, Lock, Page};
use super::{Application, Desk, Row};
use crate::audit::{self, Entry};
use crate::clock::Day;
use crate::db::{Outcome, Tx};
use crate::identity::Role;
use crate::messages::{FieldFault, Refusal};
use crate::population::{Nik, Phone};

/// The newest files of a person that are looked at.
const MOST: i64 = 20;

/// What the person says. In a body, so that no NIK stands in an address.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Lost {
    /// Sixteen digits.
    pub nik: String,
    /// The birth date, ISO …
    pub birth_date: String,
    /// … or the telephone number of the file.
    pub phone: String,
}

/// What is compared beside the NIK.
enum Fact {
    BirthDate(String),
    Phone(String),
}

impl Fact {
    fn name(&self) -> &'static str {
        match self {
            Fact::BirthDate(_) => "birth_date",
            Fact::Phone(_) => "phone",
        }
    }

    fn fits(&self, file: &Application) -> bool {
        match self {
            Fact::BirthDate(date) => file.applicant.person.birth_date == *date,
            Fact::Phone(phone) => file.applicant.phone.as_ref() == Some(phone),
        }
    }
}

/// The registered files of a person whose second fact is right, the newest first; empty when the NIK is unknown or the
/// fact is another: nobody learns which. Leaves an audit line in either case, so the caller commits.
///
/// # Errors
/// 403 for anybody but a clerk; 422 without NIK or second fact.
pub async fn recover_code(tx: &mut Tx, desk: &Desk<'_>, lost: &Lost) -> Outcome<Vec<Row>> {
    if !desk.officer.is(Role::Clerk) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let (nik, fact) = read(lost)?;
    let page = Page { site: desk.reach(), before: None, limit: MOST };
    let mut found = Vec::new();
    for row in store::list_by_nik(tx, page, &desk.keys.index_of(nik.digits())).await? {
        let file = store::find(tx, desk.keys, row.id, Lock::No).await?;
        if row.registered_at.is_some() && file.is_some_and(|file| fact.fits(&file)) {
            found.push(row);
        }
    }
    let detail = json!({ "found": found.len(), "fact": fact.name() });
    let mut lines = vec![Entry::new(desk.act(), "application.code-sought", desk.officer.id, detail)];
    let recovered =
        |row: &Row| Entry::new(desk.act(), "application.code-recovered", row.id, json!({ "fact": fact.name() }));
    lines.extend(found.iter().map(recovered));
    audit::record_all(tx, &lines).await?;
    Ok(found)
}

fn read(lost: &Lost) -> Result<(Nik, Fact), Refusal> {
    let (birth, phone) = (lost.birth_date.trim(), lost.phone.trim());
    let mut faults = Vec::new();
    let nik = Nik::parse(&lost.nik).map_err(|_| faults.push(FieldFault::new("nik", "not-a-nik"))).ok();
    let fact = match (birth, phone) {
        ("", "") => Err(FieldFault::new("birth_date", "required")),
        ("", typed) => Phone::parse(typed)
            .map(|phone| Fact::Phone(phone.e164().to_owned()))
            .map_err(|_| FieldFault::new("phone", "not-a-phone")),
        (typed, _) => Day::parse(typed)
            .map(|day| Fact::BirthDate(day.to_string()))
            .ok_or_else(|| FieldFault::new("birth_date", "date")),
    };
    let fact = fact.map_err(|fault| faults.push(fault)).ok();
    match (nik, fact) {
        (Some(nik), Some(fact)) => Ok((nik, fact)),
        _ => Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }),
    }
}
