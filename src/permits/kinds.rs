//! What the kinds of an application ask beyond a new permit: the permit they rest on, when they may begin, and what
//! becomes of that permit at the end.

use serde_json::json;

use super::desk::{open_file, save};
use super::filing::{hands, record};
use super::holding::check_hold;
use super::life::{self, Cause};
use super::people::{check_hands, check_role};
use super::store::{self, Lock};
use super::{
    ActName, Application, ApplicationKind, ApplicationState, Desk, Fields, Permit, PermitAct, PermitState, ReasonClass,
};
use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Db, Outcome, StoreError, Tx};
use crate::ids::ApplicationId;
use crate::keys::Keys;
use crate::messages::{self, FieldFault, Lang, Refusal, text};

/// A permit is renewed from this many days before its last day.
pub const RENEWAL_DAYS: i64 = 90;
/// Answers that say where the permit is for; a person may have one request of a service for each place.
const PLACES: [&str; 13] = [
    "practice_place",
    "institution_address",
    "building_address",
    "business_address",
    "advert_place",
    "advert_text",
    "tree_place",
    "use_place",
    "service_place",
    "activity_place",
    "research_place",
    "cemetery",
    "road_name",
];
/// Which of the up to three places of practice a permit is for (UU 17/2023).
const ORDER: &str = "practice_order";

impl ApplicationKind {
    /// Whether it rests on a permit that was issued before.
    pub fn rests_on_permit(self) -> bool {
        match self {
            ApplicationKind::New => false,
            ApplicationKind::Renewal
            | ApplicationKind::Amendment
            | ApplicationKind::Revocation
            | ApplicationKind::Duplicate
            | ApplicationKind::Erratum => true,
        }
    }

    /// Whether the permit it rests on must stand in our register; older ones on paper may be renewed and amended.
    fn needs_our_permit(self) -> bool {
        match self {
            ApplicationKind::Revocation | ApplicationKind::Duplicate | ApplicationKind::Erratum => true,
            ApplicationKind::New | ApplicationKind::Renewal | ApplicationKind::Amendment => false,
        }
    }

    /// Whether the service examines the person and the place again, with all its papers.
    pub fn is_examined(self) -> bool {
        match self {
            ApplicationKind::New | ApplicationKind::Renewal | ApplicationKind::Amendment => true,
            ApplicationKind::Revocation | ApplicationKind::Duplicate | ApplicationKind::Erratum => false,
        }
    }

    /// Whether a new permit takes the place of the old one.
    fn replaces(self) -> bool {
        match self {
            ApplicationKind::Renewal | ApplicationKind::Amendment | ApplicationKind::Erratum => true,
            ApplicationKind::New | ApplicationKind::Revocation | ApplicationKind::Duplicate => false,
        }
    }
}

/// Where a request is for, without case, points and spaces; empty when the form asks for no place.
pub(super) fn place_key(file: &Application) -> String {
    let places = PLACES.iter().filter_map(|code| file.fields.get(*code));
    let letters = places.flat_map(|place| place.chars()).filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}

/// Finds the permit a file rests on and whether the kind may begin today; answers what was stated for that permit.
///
/// # Errors
/// 422 (field `previous_number`) for a permit of somebody else, of another service, or that cannot be used;
/// 409 `renewal-early` with the first day.
pub(super) async fn link_previous(tx: &mut Tx, desk: &Desk<'_>, file: &mut Application) -> Outcome<Fields> {
    file.previous = None;
    if !file.kind.rests_on_permit() {
        file.previous_number = None;
        return Ok(Fields::new());
    }
    let Some(number) = file.previous_number.clone() else { return Ok(Fields::new()) };
    let wrong = |code| Refusal::invalid("invalid-fields").field("previous_number", code);
    let found = store::find_by_number(tx, &number).await?.filter(Permit::is_public);
    let Some(permit) = found else {
        return if file.kind.needs_our_permit() { Err(wrong("permit-not-here").into()) } else { Ok(Fields::new()) };
    };
    let old = store::find(tx, desk.keys, permit.application, Lock::No).await?;
    let old = old.filter(|old| old.applicant.nik == file.applicant.nik);
    let old = old.ok_or_else(|| wrong("permit-of-another"))?;
    if permit.register != file.service {
        return Err(wrong("permit-of-other-service").into());
    }
    if permit.state == PermitState::Revoked {
        return Err(wrong("permit-over").into());
    }
    if file.kind == ApplicationKind::Renewal {
        check_renewal(&permit, desk.now.day(desk.site_of(file)?.zone))?;
    }
    file.previous = Some(permit.id);
    Ok(old.fields)
}

fn check_renewal(permit: &Permit, today: Day) -> Result<(), Refusal> {
    let Some(last) = permit.valid_until else {
        return Err(Refusal::invalid("invalid-fields").field("previous_number", "permit-permanent"));
    };
    let first = last.plus_days(-RENEWAL_DAYS);
    if today >= first {
        return Ok(());
    }
    let early = Refusal::conflict("renewal-early").with("days", RENEWAL_DAYS);
    Err(early.worded("date", move |lang| messages::date(lang, first)))
}

/// What a kind needs before the file is complete.
pub(super) fn missing(file: &Application) -> Option<FieldFault> {
    let lacks = file.kind.rests_on_permit() && file.previous_number.is_none();
    lacks.then(|| FieldFault::new("previous_number", "required"))
}

/// One request of a person for a service and place at a time, and one permit for each place of practice.
///
/// # Errors
/// 409 `request-active` with the code of the other file, 409 `practice-order-taken` with the number of the permit.
pub(super) async fn check_alone(tx: &mut Tx, desk: &Desk<'_>, file: &Application) -> Outcome<()> {
    let index = desk.keys.index_of(file.applicant.nik.digits());
    if let Some(code) = store::find_active(tx, (&index, &file.service), &place_key(file), file.id).await? {
        return Err(Refusal::conflict("request-active").with("code", code).into());
    }
    let Some(order) = file.fields.get(ORDER).filter(|_| file.kind == ApplicationKind::New) else { return Ok(()) };
    let today = desk.now.day(desk.site_of(file)?.zone);
    for (permit, fields) in store::list_permits_of(tx, &index, Some(&file.service)).await? {
        if is_in_force(&permit, today) && fields.get(ORDER) == Some(order) {
            return Err(Refusal::conflict("practice-order-taken").with("number", &permit.number).into());
        }
    }
    Ok(())
}

/// Whether a permit holds today, suspended or not.
pub fn is_in_force(permit: &Permit, today: Day) -> bool {
    match permit.state {
        PermitState::Issued | PermitState::Suspended => permit.valid_until.is_none_or(|last| last >= today),
        PermitState::Reserved | PermitState::Void | PermitState::Revoked => false,
    }
}

/// The new permit takes the place of the old one, which is over from this moment.
pub(super) async fn supersede(tx: &mut Tx, file: &Application, permit: &Permit, act: Act) -> Outcome<()> {
    let Some(previous) = file.previous.filter(|_| file.kind.replaces()) else { return Ok(()) };
    let Some(old) = store::find_permit(tx, previous).await? else { return Ok(()) };
    if old.state == PermitState::Revoked {
        return Ok(());
    }
    let reason = text(Lang::Id, "life.superseded_by", &[("number", permit.number.clone())]);
    let class = match file.kind {
        ApplicationKind::Erratum => ReasonClass::Other,
        _ => ReasonClass::OwnRequest,
    };
    life::revoke(tx, old.clone(), (class, &reason), act).await?;
    store::set_replaced(tx, old.id, &permit.number).await?;
    let detail = json!({ "number": old.number, "by": permit.number });
    Ok(audit::record(tx, act, "permit.superseded", old.id, detail).await?)
}

/// A verified duplicate is a counted copy of the old permit.
pub(super) async fn copy_previous(tx: &mut Tx, desk: &Desk<'_>, file: &Application) -> Outcome<()> {
    let Some(previous) = file.previous.filter(|_| file.kind == ApplicationKind::Duplicate) else { return Ok(()) };
    let reason = text(Lang::Id, "life.duplicate_for", &[("code", file.code.to_string())]);
    life::add_copy(tx, previous, &reason, desk.act()).await
}

/// The head signs a revocation on request: the old permit is over, nothing is issued. `None` for a file of another kind.
pub(super) async fn sign_revocation(db: &Db, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Option<Application>> {
    let mut tx = db.begin().await?;
    let mut file = open_file(&mut tx, desk, id).await?;
    if file.kind != ApplicationKind::Revocation {
        return Ok(None);
    }
    check_role(desk.officer, ActName::Signature)?;
    if !ActName::Signature.from_states().contains(&file.state) {
        return Err(Refusal::conflict("file-in-other-state").with("state", file.state).into());
    }
    check_hands(desk.officer.id, ActName::Signature, &hands(&mut tx, id).await?)?;
    check_hold(&mut tx, desk, &file, ActName::Signature).await?;
    let gone = || StoreError::Corrupt(format!("application {id} rests on no permit"));
    let previous = file.previous.ok_or_else(gone)?;
    let reason = text(Lang::Id, "life.revoked_on_request", &[("code", file.code.to_string())]);
    let cause = Cause { reason, class: Some(ReasonClass::OwnRequest), legal_ground: None };
    let old = life::change_standing(&mut tx, desk, previous, (PermitAct::Revocation, cause)).await?;
    let from = file.state;
    file.go_to(ApplicationState::Ready);
    file.closed_at = Some(desk.now);
    save(&mut tx, desk, &file).await?;
    record(&mut tx, desk, &file, (ActName::Signature, from), json!({ "number": old.number })).await?;
    tx.commit().await?;
    Ok(Some(Application { version: file.version + 1, ..file }))
}

/// The permits of the applicant of a NIK that are in force or over, newest first, with the answers they rest on.
pub async fn list_permits_of(
    tx: &mut Tx,
    keys: &Keys,
    nik: &crate::population::Nik,
    service: Option<&str>,
) -> Result<Vec<(Permit, Fields)>, StoreError> {
    store::list_permits_of(tx, &keys.index_of(nik.digits()), service).await
}

/// Requests of a person for a service that somebody still works on: code and file.
pub async fn list_active_of(
    tx: &mut Tx,
    keys: &Keys,
    nik: &crate::population::Nik,
    service: &str,
) -> Result<Vec<(ApplicationId, super::TrackingCode, Fields)>, StoreError> {
    store::list_active_of(tx, &keys.index_of(nik.digits()), service).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn a_permit_is_renewed_from_ninety_days_before_its_last_day() {
        let permit = super::super::permit::sample(PermitState::Issued, Some("2027-03-01"));
        assert_eq!(check_renewal(&permit, day("2026-11-30")).unwrap_err().code, "renewal-early");
        assert!(check_renewal(&permit, day("2026-12-01")).is_ok());
        assert!(check_renewal(&permit, day("2027-04-01")).is_ok());
        let permanent = super::super::permit::sample(PermitState::Issued, None);
        assert_eq!(check_renewal(&permanent, day("2027-04-01")).unwrap_err().fields[0].code, "permit-permanent");
    }
}
