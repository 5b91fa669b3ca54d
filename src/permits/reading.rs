//! Reading files: the searches, a permit and its bytes, the register.

use serde::Deserialize;
use serde_json::json;

use super::desk::read_file;
use super::store::{self, Page};
use super::{Desk, Permit, Row, TrackingCode};
use crate::audit;
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::{self, Kept, PermitSheet};
use crate::ids::{ApplicationId, PermitId};
use crate::messages::Refusal;
use crate::population::Nik;

/// The longest reason for seeing a whole NIK, in characters.
const REVEAL_LENGTH: usize = 200;

/// The whole NIK of a file's applicant, for a stated reason; leaves an audit line.
///
/// # Errors
/// 422 without reason (field `reveal_reason`).
pub async fn reveal_nik(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, reason: &str) -> Outcome<Nik> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::invalid("invalid-fields").field("reveal_reason", "required").into());
    }
    if reason.chars().count() > REVEAL_LENGTH {
        return Err(Refusal::invalid("invalid-fields").field("reveal_reason", "too-long").into());
    }
    let file = read_file(tx, desk, id).await?;
    audit::record(tx, desk.act(), "nik.revealed", id, json!({ "reason": reason })).await?;
    Ok(file.applicant.nik)
}

/// What is looked for. In a body, so that no NIK stands in an address.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// A code, a NIK, a number or a part of a name; Loket finds out which.
    pub q: Option<String>,
    /// Part of a name.
    pub name: Option<String>,
    /// Tracking code.
    pub code: Option<String>,
    /// Permit number, or the number of another system.
    pub number: Option<String>,
    /// Sixteen digits.
    pub nik: Option<String>,
    /// Begin after this file of the page before.
    pub cursor: Option<ApplicationId>,
    /// At most so many, up to 100.
    pub limit: Option<i64>,
}

/// What was found, and where the next page begins.
pub struct Found {
    /// The files, newest first.
    pub rows: Vec<Row>,
    /// The last file of this page when there may be more.
    pub next: Option<ApplicationId>,
}

/// Looks for files. A search by NIK leaves an audit line, without the NIK.
pub async fn search(tx: &mut Tx, desk: &Desk<'_>, search: &Search) -> Outcome<Found> {
    let limit = search.limit.unwrap_or(20).clamp(1, 100);
    let page = Page { site: desk.reach(), before: search.cursor, limit: limit + 1 };
    let mut rows = match term(search)? {
        Term::Code(code) => store::list_by_code(tx, page, &code).await?,
        Term::Number(number) => store::list_by_number(tx, page, &number).await?,
        Term::Name(name) => store::list_by_name(tx, page, &name).await?,
        Term::Nik(nik) => {
            let rows = store::list_by_nik(tx, page, &desk.keys.index_of(nik.digits())).await?;
            let detail = json!({ "found": rows.len() });
            audit::record(tx, desk.act(), "application.searched-by-nik", desk.officer.id, detail).await?;
            rows
        }
    };
    let more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(100));
    Ok(Found { next: rows.last().filter(|_| more).map(|row| row.id), rows })
}

enum Term {
    Code(TrackingCode),
    Number(String),
    Nik(Nik),
    Name(String),
}

fn term(search: &Search) -> Result<Term, Refusal> {
    let given = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let wrong = |field: &'static str, code| Refusal::invalid("invalid-fields").field(field, code);
    if let Some(nik) = given(&search.nik) {
        return Nik::parse(&nik).map(Term::Nik).map_err(|_| wrong("nik", "not-a-nik"));
    }
    if let Some(code) = given(&search.code) {
        return TrackingCode::parse(&code).map(Term::Code).ok_or_else(|| wrong("code", "tracking-code"));
    }
    if let Some(number) = given(&search.number) {
        return Ok(Term::Number(number.to_uppercase()));
    }
    if let Some(name) = given(&search.name) {
        return Ok(Term::Name(name.to_uppercase()));
    }
    let q = given(&search.q).ok_or_else(|| wrong("q", "required"))?;
    Ok(guess(&q))
}

fn guess(q: &str) -> Term {
    if let Ok(nik) = Nik::parse(q) {
        Term::Nik(nik)
    } else if let Some(code) = TrackingCode::parse(q) {
        Term::Code(code)
    } else if q.contains('/') {
        Term::Number(q.to_uppercase())
    } else {
        Term::Name(q.to_uppercase())
    }
}

/// A permit the officer may know of, by its id; 404 while it is only reserved.
pub async fn find_permit(tx: &mut Tx, desk: &Desk<'_>, id: PermitId) -> Outcome<Permit> {
    let unknown = || Refusal::not_found("permit-unknown");
    let permit = store::find_permit(tx, id).await?.filter(Permit::is_public).ok_or_else(unknown)?;
    read_file(tx, desk, permit.application).await?;
    Ok(permit)
}

/// The signed bytes of a permit, exactly as they were kept.
pub async fn find_permit_bytes(tx: &mut Tx, permit: &Permit) -> Result<Kept, StoreError> {
    let newest = store::list_editions(tx, permit.id).await?.last().map(|last| last.document);
    let document = newest.or(permit.document);
    let document = document.ok_or_else(|| StoreError::Corrupt(format!("{} has no bytes", permit.number)))?;
    let kept = documents::find(tx, document).await?;
    kept.ok_or_else(|| StoreError::Corrupt(format!("the bytes of {} are gone", permit.number)))
}

/// The kept bytes of one edition: 1 is sealed by the office alone.
///
/// # Errors
/// 404 `edition-unknown`.
pub async fn find_edition_bytes(tx: &mut Tx, permit: &Permit, edition: i64) -> Outcome<Kept> {
    let later = store::list_editions(tx, permit.id).await?.into_iter().find(|one| one.edition == edition);
    let document = if edition == 1 { permit.document } else { later.map(|one| one.document) };
    let unknown = || Refusal::not_found("edition-unknown").with("number", &permit.number);
    let kept = documents::find(tx, document.ok_or_else(unknown)?).await?;
    Ok(kept.ok_or_else(|| StoreError::Corrupt(format!("the bytes of {} are gone", permit.number)))?)
}

/// The register of a permit type and year, by number: issued, revoked, reserved, and void (BATAL).
pub async fn list_register(tx: &mut Tx, code: &str, year: i32) -> Result<Vec<Permit>, StoreError> {
    store::list_register(tx, code, i64::from(year)).await
}

/// The content of a permit's paper, frozen with its number.
pub async fn find_sheet(tx: &mut Tx, id: PermitId) -> Result<Option<PermitSheet>, StoreError> {
    store::find_sheet(tx, id).await
}
