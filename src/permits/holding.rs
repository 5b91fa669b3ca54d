//! A file in the hand of one person: taken, laid back, and given to somebody else by the supervisor.

use serde_json::json;

use super::application::Claim;
use super::desk::{open_file, save};
use super::filing::{hands, record};
use super::people::{Hands, check_office, check_role};
use super::{ActName, ActRecord, Application, Desk, FileStep, Office};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::{self, Officer, Role};
use crate::ids::ApplicationId;
use crate::messages::{self, Lang, Refusal};

/// A file that somebody has in hand is worked on by nobody else. Who is no longer on the staff holds nothing.
///
/// # Errors
/// 409 `claimed-by-another` with the name and since when.
pub(super) async fn check_hold(tx: &mut Tx, desk: &Desk<'_>, file: &Application, act: ActName) -> Outcome<()> {
    let Some(claim) = &file.claim else { return Ok(()) };
    if claim.by == desk.officer.id || act.passes_hold() {
        return Ok(());
    }
    let Some(holder) = identity::find(tx, claim.by).await? else { return Ok(()) };
    let zone = desk.site_of(file)?.zone;
    let since = |lang: Lang| messages::date_and_time(lang, claim.at, zone);
    Err(Refusal::conflict("claimed-by-another").with("name", holder.name).worded("since", since).into())
}

/// Who has the file in hand after an act that gives it to somebody; `None` leaves that as it is.
pub(super) fn claim_after(
    desk: &Desk<'_>,
    file: &Application,
    act: ActName,
    acts: &[ActRecord],
) -> Result<Option<Claim>, Refusal> {
    let taken = |by| Claim { by, at: desk.now, note: None };
    let held = file.claim.as_ref().filter(|claim| claim.by == desk.officer.id);
    match act {
        ActName::Claim => Ok(Some(held.cloned().unwrap_or_else(|| taken(desk.officer.id)))),
        ActName::Release if held.is_none() => Err(Refusal::conflict("file-not-claimed")),
        // It comes back to the verifier who asked for it.
        ActName::Resubmission => {
            let asked = acts.iter().rev().find(|done| done.act == ActName::Return);
            Ok(asked.and_then(|done| done.officer).map(taken))
        }
        _ => Ok(None),
    }
}

/// The supervisor gives a file to another person of the office it waits at, with a reason. The new person finds it
/// among the own files; who had it before loses it. Whoever does this decides nothing on the file.
///
/// # Errors
/// 403 `wrong-role`, `same-person`; 409 in a state that waits for nobody; 422 without a reason, or for a person who may
/// not work on it (`officer`).
pub async fn reassign(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    sent: &std::collections::BTreeMap<String, String>,
) -> Outcome<Application> {
    let mut file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Reassignment)?;
    let office = file.waits_at();
    let office = office.ok_or_else(|| Refusal::conflict("file-in-other-state").with("state", file.state))?;
    let done = hands(tx, id).await?;
    check_office(desk.officer.id, Office::Supervision, &done)?;
    let step = FileStep::read(ActName::Reassignment, sent)?;
    let named = step.find("officer").unwrap_or_default();
    let fit = fitting(identity::list_working(tx, desk.now).await?, (&file, office), &done);
    let new = fit.into_iter().find(|one| one.username == named || one.id.to_string() == named);
    let new = new.ok_or_else(|| Refusal::invalid("invalid-fields").field("officer", "officer-not-fitting"))?;
    let before = file.claim.as_ref().map(|claim| claim.by);
    let reason = step.find("reason").unwrap_or_default().to_owned();
    file.claim = Some(Claim { by: new.id, at: desk.now, note: Some(reason.clone()) });
    save(tx, desk, &file).await?;
    let detail = json!({ "officer": new.name, "reason": reason, "officer_id": new.id, "before": before });
    let from = file.state;
    record(tx, desk, &file, (ActName::Reassignment, from), detail).await?;
    Ok(Application { version: file.version + 1, ..file })
}

/// Who may be given a file where it waits now.
pub async fn list_fitting(
    tx: &mut Tx,
    now: Instant,
    file: &Application,
    acts: &[ActRecord],
) -> Result<Vec<Officer>, StoreError> {
    let Some(office) = file.waits_at() else { return Ok(Vec::new()) };
    let done: Vec<_> = acts.iter().filter_map(|act| Some((act.office, act.officer?))).collect();
    Ok(fitting(identity::list_working(tx, now).await?, (file, office), &done))
}

/// Those who hold the role of the office, reach the file, and have no other office on it.
fn fitting(staff: Vec<Officer>, (file, office): (&Application, Office), done: &Hands) -> Vec<Officer> {
    let fits = |officer: &Officer| {
        let at_home = office.role() != Some(Role::Clerk) || officer.site == Some(file.site);
        let holds = file.claim.as_ref().is_some_and(|claim| claim.by == officer.id);
        let has_role = office.role().is_some_and(|role| officer.is(role));
        has_role && at_home && !holds && check_office(officer.id, office, done).is_ok()
    };
    staff.into_iter().filter(fits).collect()
}
