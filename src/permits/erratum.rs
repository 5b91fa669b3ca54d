//! A mistake of an issued permit, ours or the holder's: a clerk says what is wrong and what is right, a verifier who is
//! somebody else checks it before and after, the section head and the head follow as on every permit. The corrected
//! permit has a number of its own, cites the old one and takes its place; it holds no day longer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::correction::value_of;
use super::desk::{rules_of, save};
use super::filing::{record, register};
use super::kinds::is_in_force;
use super::moving::close;
use super::people::check_role;
use super::rectifying::{check_way, corrected, items_of};
use super::store::{self, Lock};
use super::{
    ActName, ActRecord, Application, ApplicationKind, ApplicationState, Desk, FileStep, Permit, PermitState,
    RectifiedItem, TrackingCode, reading, rectifiable_fields,
};
use crate::audit;
use crate::catalogue::Service;
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{ApplicationId, PermitId, SiteId};
use crate::keys::Keys;
use crate::messages::{FieldFault, Refusal};

/// The longest reason, in characters.
const REASON_LENGTH: usize = 2_000;

crate::ids::words! {
    /// Whose mistake it was.
    pub enum ErratumCause {
        /// The office typed it wrong.
        Office = "office",
        /// The holder stated it wrong.
        Holder = "holder",
    }
}

/// A mistake of a permit that a file puts right.
#[derive(Clone, Debug)]
pub struct Erratum {
    /// The permit that is wrong.
    pub number: String,
    /// Whose mistake it was.
    pub cause: ErratumCause,
    /// Why it is one.
    pub reason: String,
    /// What stands there and what is right, field by field.
    pub items: Vec<RectifiedItem>,
}

/// What a clerk states.
#[derive(Clone, Debug, Default)]
pub struct Misprint {
    /// Whose mistake it was; a word of [`ErratumCause`].
    pub cause: String,
    /// Why it is one.
    pub reason: String,
    /// What is right, by field; what stands there already is passed over.
    pub changes: BTreeMap<String, String>,
}

/// What a corrected permit goes back to: the first permit that was no correction.
pub(super) struct Ground {
    /// The acts of its file: the recommendation is cited again.
    pub acts: Vec<ActRecord>,
    /// Its validity is counted from this day.
    pub issued_on: Day,
    /// What was asked for then.
    pub kind: ApplicationKind,
}

/// Begins the correction of a permit: a registered file that waits for the verifier.
///
/// # Errors
/// 403 `wrong-role`; 404 `permit-unknown`; 409 `permit-in-other-state` unless the permit is in force, `request-active`
/// while another request of the holder is open; 422 with every field that cannot be right, `rectification-empty`, and
/// `erratum-too-much` when what is right would have led the file another way or to another fee.
pub async fn begin_erratum(tx: &mut Tx, desk: &Desk<'_>, id: PermitId, stated: Misprint) -> Outcome<Application> {
    check_role(desk.officer, ActName::Creation)?;
    let site = desk.officer.site.ok_or_else(|| Refusal::forbidden("officer-without-site"))?;
    let permit = reading::find_permit(tx, desk, id).await?;
    let old = file_of(tx, desk.keys, &permit).await?;
    let today = desk.now.day(desk.site_of(&old)?.zone);
    if permit.state != PermitState::Issued || !is_in_force(&permit, today) {
        return Err(Refusal::conflict("permit-in-other-state").with("number", &permit.number).into());
    }
    let rules = rules_of(tx, &old).await?;
    let (cause, reason, items) = checked(&rules, &old, &stated)?;
    check_way(&rules, &old, &items).map_err(|_| Refusal::invalid("erratum-too-much"))?;
    let file = corrected_file(desk, (&old, &permit), site, &items);
    store::insert(tx, desk.keys, &file).await?;
    store::copy_handed(tx, old.id, file.id).await?;
    store::insert_erratum(tx, (file.id, permit.id), (cause, &reason)).await?;
    record(tx, desk, &file, (ActName::Creation, ApplicationState::Draft), json!({ "reason": reason })).await?;
    let fields: Vec<&str> = items.iter().map(|item| item.target.as_str()).collect();
    let detail = json!({ "number": permit.number, "application": file.id, "cause": cause, "fields": fields });
    audit::record(tx, desk.act(), "permit.erratum-begun", permit.id, detail).await?;
    register(tx, desk, file.id).await
}

/// Everything that was stated, or every field that is wrong.
fn checked(
    rules: &Service,
    old: &Application,
    stated: &Misprint,
) -> Result<(ErratumCause, String, Vec<RectifiedItem>), Refusal> {
    let mut faults = Vec::new();
    let cause = stated.cause.parse::<ErratumCause>();
    if cause.is_err() {
        faults.push(FieldFault::new("cause", "choice"));
    }
    let reason = stated.reason.trim();
    match reason.chars().count() {
        0 => faults.push(FieldFault::new("reason", "required")),
        n if n > REASON_LENGTH => faults.push(FieldFault::new("reason", "too-long")),
        _ => {}
    }
    let items = items_of(rules, old, &stated.changes);
    match (cause, items) {
        (Ok(cause), Ok(items)) if faults.is_empty() => Ok((cause, reason.to_owned(), items)),
        (_, items) => {
            faults.extend(items.err().unwrap_or_default());
            Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") })
        }
    }
}

/// The file of the corrected permit: as the old one, with what is right.
fn corrected_file(
    desk: &Desk<'_>,
    (old, permit): (&Application, &Permit),
    site: SiteId,
    items: &[RectifiedItem],
) -> Application {
    Application {
        id: ApplicationId::new(desk.now.0),
        code: TrackingCode::draw(),
        kind: ApplicationKind::Erratum,
        state: ApplicationState::Draft,
        version: 1,
        site,
        ticket: None,
        external_number: None,
        previous_number: Some(permit.number.clone()),
        previous: Some(permit.id),
        intake_by: desk.officer.id,
        claim: None,
        advice: None,
        created_at: desk.now,
        registered_at: None,
        due_at: None,
        due_estimate: false,
        paused_at: None,
        answered_at: None,
        closed_at: None,
        ..corrected(old, items)
    }
}

async fn file_of(tx: &mut Tx, keys: &Keys, permit: &Permit) -> Result<Application, StoreError> {
    let file = store::find(tx, keys, permit.application, Lock::No).await?;
    file.ok_or_else(|| StoreError::Corrupt(format!("permit {} has no file", permit.id)))
}

/// What a file puts right, as it stands now; none for a file of another kind.
pub(super) async fn erratum_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (file, rules): (&Application, &Service),
) -> Result<Option<Erratum>, StoreError> {
    if file.kind != ApplicationKind::Erratum {
        return Ok(None);
    }
    let Some((permit, cause, reason)) = store::find_erratum(tx, file.id).await? else { return Ok(None) };
    let gone = || StoreError::Corrupt(format!("application {} corrects no permit", file.id));
    let permit = store::find_permit(tx, permit).await?.ok_or_else(gone)?;
    let old = file_of(tx, desk.keys, &permit).await?;
    let changed = |target: String| {
        let (before, after) = (value_of(&old, &target), value_of(file, &target));
        (before != after).then_some(RectifiedItem { target, before, after })
    };
    let items = rectifiable_fields(rules).into_iter().filter_map(changed).collect();
    Ok(Some(Erratum { number: permit.number, cause, reason, items }))
}

/// The first permit a corrected one goes back to; none for a file of another kind.
pub(super) async fn ground_of(tx: &mut Tx, keys: &Keys, file: &Application) -> Result<Option<Ground>, StoreError> {
    let mut of = file.clone();
    let mut ground = None;
    while of.kind == ApplicationKind::Erratum {
        let gone = || StoreError::Corrupt(format!("application {} corrects no permit", file.id));
        let previous = of.previous.ok_or_else(gone)?;
        let permit = store::find_permit(tx, previous).await?.ok_or_else(gone)?;
        of = file_of(tx, keys, &permit).await?;
        ground = Some((permit.issued_on, of.id, of.kind));
    }
    let Some((issued_on, first, kind)) = ground else { return Ok(None) };
    Ok(Some(Ground { acts: store::list_acts(tx, first).await?, issued_on, kind }))
}

/// The verifier found no mistake: the file is closed, the permit stays as it is.
pub(super) async fn dismiss(
    tx: &mut Tx,
    desk: &Desk<'_>,
    mut file: Application,
    (to, step): (ApplicationState, &FileStep),
) -> Outcome<Application> {
    let from = file.state;
    close(tx, desk, &mut file, step.act).await?;
    file.go_to(to);
    save(tx, desk, &file).await?;
    let note = step.find("note").map(Value::from);
    record(tx, desk, &file, (step.act, from), json!({ "note": note })).await?;
    Ok(Application { version: file.version + 1, ..file })
}
