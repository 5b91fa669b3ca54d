//! What changes in a person's life, as far as the permits of that person are concerned: they are flagged and looked at
//! by supervisor or head. No permit is ever touched by itself.

use serde_json::json;

use super::moving::checked_reason;
use super::{CivilRequest, desk_site, store};
use crate::audit;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::Role;
use crate::ids::{ApplicationId, CivilRequestId, LifeEventId, OfficerId, PermitId, SiteId};
use crate::messages::{FieldFault, Lang, Refusal, text};
use crate::permits::{self, Cause, Desk, PermitAct, PermitState};
use crate::population::Nik;
use crate::sites::Site;

/// The answer of a death certificate that says when.
const DEATH_DATE: &str = "death_date";
/// The longest note, in characters.
const NOTE_LENGTH: usize = 500;

crate::ids::words! {
    /// What happened.
    pub enum LifeEventKind {
        /// The person died.
        Death = "death",
        /// The person moved away.
        MoveOut = "move_out",
        /// The record was corrected.
        Correction = "correction",
    }
}

impl LifeEventKind {
    /// The event that a finished document stands for.
    pub fn of_service(service: &str) -> Option<LifeEventKind> {
        match service {
            "AK-M" => Some(LifeEventKind::Death),
            "PINDAH" => Some(LifeEventKind::MoveOut),
            "KK-U" => Some(LifeEventKind::Correction),
            _ => None,
        }
    }
}

crate::ids::words! {
    /// What was decided about a flagged permit.
    pub enum FlagDecision {
        /// It stays in force.
        Keep = "keep",
        /// It was revoked.
        Revoke = "revoke",
    }
}

/// What is stated of an event.
#[derive(Clone, Debug, Default)]
pub struct StatedEvent {
    /// Whose.
    pub nik: String,
    /// `death`, `move_out` or `correction`.
    pub kind: String,
    /// When it happened, as a date.
    pub happened_on: String,
    /// What the papers say.
    pub note: String,
}

/// An event that was recorded.
#[derive(Clone, Debug)]
pub struct LifeEvent {
    /// Identity.
    pub id: LifeEventId,
    /// Whose; the digits are kept as a keyed digest only.
    pub nik: Nik,
    /// What.
    pub kind: LifeEventKind,
    /// When it happened.
    pub happened_on: Day,
    /// What the papers say.
    pub note: String,
    /// The request it came from.
    pub request: Option<CivilRequestId>,
    /// Where it was recorded.
    pub site: SiteId,
    /// By whom.
    pub recorded_by: OfficerId,
    /// When it was recorded.
    pub recorded_at: Instant,
}

/// A permit to be looked at.
#[derive(Clone, Debug)]
pub struct PermitFlag {
    /// The event.
    pub event: LifeEventId,
    /// What happened.
    pub kind: LifeEventKind,
    /// When.
    pub happened_on: Day,
    /// What the papers say.
    pub note: String,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// The permit.
    pub permit: PermitId,
    /// Its number.
    pub number: String,
    /// Its holder.
    pub holder: String,
    /// Its type.
    pub register: String,
    /// Whether it is in force.
    pub state: PermitState,
    /// The file behind it.
    pub application: ApplicationId,
    /// Where that was filed.
    pub site: SiteId,
    /// What was decided, why, by whom and when.
    pub decision: Option<(FlagDecision, String, String, Instant)>,
}

/// What supervisor or head decides about a permit.
#[derive(Clone, Debug)]
pub struct Review {
    /// Keep or revoke.
    pub decision: FlagDecision,
    /// Why, in words, and for a revocation its public class.
    pub cause: Cause,
}

/// Records an event and flags the permits in force of that person; answers the event and how many.
///
/// # Errors
/// 403 `wrong-role`; 422 with every field that cannot be right.
pub async fn record_event(tx: &mut Tx, desk: &Desk<'_>, stated: StatedEvent) -> Outcome<(LifeEvent, usize)> {
    let site = desk_site(desk)?;
    let nik = Nik::parse(&stated.nik).ok();
    let kind = stated.kind.parse::<LifeEventKind>().ok();
    let today = desk.now.day(site.zone);
    let day = Day::parse(stated.happened_on.trim()).filter(|day| *day <= today);
    let note = stated.note.trim();
    let mut faults = Vec::new();
    for (is_wrong, field, code) in [
        (nik.is_none(), "nik", "not-a-nik"),
        (kind.is_none(), "kind", "choice"),
        (day.is_none(), "happened_on", "date-not-past"),
        (note.chars().count() > NOTE_LENGTH, "note", "text-long"),
    ] {
        if is_wrong {
            faults.push(FieldFault::new(field, code));
        }
    }
    Refusal::of_fields(faults)?;
    let (Some(nik), Some(kind), Some(happened_on)) = (nik, kind, day) else {
        return Err(Refusal::invalid("invalid-fields").into());
    };
    let event = LifeEvent {
        id: LifeEventId::new(desk.now.0),
        nik,
        kind,
        happened_on,
        note: note.to_owned(),
        request: None,
        site: site.id,
        recorded_by: desk.officer.id,
        recorded_at: desk.now,
    };
    let flagged = keep_event(tx, desk, &event, today).await?;
    Ok((event, flagged))
}

/// The event behind a document that was just made.
pub(super) async fn note_event(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (site, request): (&Site, &CivilRequest),
    kind: LifeEventKind,
) -> Outcome<()> {
    let today = desk.now.day(site.zone);
    let stated = request.fields.get(DEATH_DATE).and_then(|text| Day::parse(text));
    let event = LifeEvent {
        id: LifeEventId::new(desk.now.0),
        nik: request.nik.clone(),
        kind,
        happened_on: stated.filter(|day| *day <= today).unwrap_or(today),
        note: text(Lang::Id, "civil.event_note", &[("code", request.code.to_string())]),
        request: Some(request.id),
        site: site.id,
        recorded_by: desk.officer.id,
        recorded_at: desk.now,
    };
    keep_event(tx, desk, &event, today).await?;
    Ok(())
}

async fn keep_event(tx: &mut Tx, desk: &Desk<'_>, event: &LifeEvent, today: Day) -> Outcome<usize> {
    store::insert_event(tx, desk.keys, event).await?;
    let held = permits::list_permits_of(tx, desk.keys, &event.nik, None).await?;
    let mut flagged = 0;
    for (permit, _) in held.iter().filter(|(permit, _)| permits::is_in_force(permit, today)) {
        store::insert_flag(tx, event.id, permit.id).await?;
        flagged += 1;
    }
    let detail = json!({ "kind": event.kind, "happened_on": event.happened_on.to_string(), "permits": flagged });
    audit::record(tx, desk.act(), "life-event.recorded", event.id, detail).await?;
    Ok(flagged)
}

/// Permits in force that nobody has decided about and the officer may see, the oldest first.
pub async fn list_flags(tx: &mut Tx, desk: &Desk<'_>) -> Result<Vec<PermitFlag>, StoreError> {
    let mut flags = store::list_flags(tx).await?;
    flags.retain(|flag| desk.reach().is_none_or(|site| site == flag.site));
    Ok(flags)
}

/// Every flag of a permit, the newest first.
pub async fn list_flags_of(tx: &mut Tx, permit: PermitId) -> Result<Vec<PermitFlag>, StoreError> {
    store::list_flags_of(tx, permit).await
}

/// Supervisor or head decides about every open flag of a permit; only the head revokes, by the act there is for it.
/// Answers how many flags were decided.
///
/// # Errors
/// 403 `wrong-role`; 404 `permit-unknown`; 409 `nothing-to-review`; 422 without a reason.
pub async fn review_permit(tx: &mut Tx, desk: &Desk<'_>, permit: PermitId, review: Review) -> Outcome<u64> {
    if !desk.officer.is_any(&[Role::Supervisor, Role::Head]) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let reason = checked_reason(&review.cause.reason)?.to_owned();
    let found = permits::find_permit(tx, desk, permit).await?;
    let decided = store::decide_flags(tx, permit, (review.decision, &reason), (desk.officer.id, desk.now)).await?;
    if decided == 0 {
        return Err(Refusal::conflict("nothing-to-review").with("number", &found.number).into());
    }
    if review.decision == FlagDecision::Revoke {
        // What the population office recorded is a ground of its own: nobody is warned of it.
        let cause = Cause { legal_ground: Some(reason.clone()), ..review.cause };
        permits::change_standing(tx, desk, permit, (PermitAct::Revocation, cause)).await?;
    }
    let detail = json!({ "decision": review.decision, "reason": reason, "flags": decided });
    audit::record(tx, desk.act(), "permit.reviewed", permit, detail).await?;
    Ok(decided)
}
