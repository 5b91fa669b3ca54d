//! A request moves on: sent into SIAK, made, handed over, or given up. Each act is loaded under lock, decided by the
//! rules, saved and recorded; the stock is balanced in the same transaction.

use serde_json::{Value, json};

use super::event::{LifeEventKind, note_event};
use super::opening::put_paper;
use super::request::pauses;
use super::{
    BlankMove, CivilAct, CivilActRecord, CivilRequest, CivilState, desk_site, in_other_state, reading, stock, store,
    subject, unknown,
};
use crate::audit;
use crate::catalogue::Published;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{CivilRequestId, OfficerId};
use crate::messages::{FieldFault, Refusal};
use crate::permits::{Desk, Met, RELATIONS};
use crate::sites::Site;

/// The longest SIAK number or reason, in characters.
const LONGEST: usize = 200;

/// Sends a complete request into SIAK: the promise runs from here and the code becomes public. Without a blank it
/// waits for one.
///
/// # Errors
/// 409 in another state; 422 `incomplete` with every paper that was not seen.
pub async fn submit(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: CivilRequestId,
    (siak_number, sighted): (&str, &[String]),
) -> Outcome<CivilRequest> {
    let (mut request, site) = opened(tx, desk, id).await?;
    let from = lead(&mut request, CivilAct::Submission)?;
    let rules = reading::rules_of(tx, &request).await?;
    let published = Published { version: request.service_version, service: rules };
    for code in sighted {
        put_paper(tx, desk, (&request, &published), code).await?;
    }
    check_papers(tx, &request, &published).await?;
    set_siak_number(&mut request, siak_number)?;
    let (due_at, estimate) = desk.calendar.due_at(desk.now, site, &published.service.sla, &[]);
    request.submitted_at = Some(desk.now);
    request.due_at = Some(due_at);
    request.due_estimate = estimate;
    save(tx, &request).await?;
    record(tx, desk, &request, (CivilAct::Submission, from), json!({ "due_at": due_at })).await?;
    // Whoever comes last waits, however urgent: a blank that is set aside stays where it is.
    if let Some(kind) = request.blank
        && stock::is_short(tx, (site.id, kind)).await?
    {
        turn(tx, desk, (site, id), CivilAct::BlanksOut).await?;
    }
    again(tx, desk, id).await
}

async fn check_papers(tx: &mut Tx, request: &CivilRequest, rules: &Published) -> Outcome<()> {
    let items = reading::papers(tx, request, &rules.service).await?;
    let missing = items.iter().filter(|item| item.mandatory && item.state == Met::Missing);
    let faults: Vec<FieldFault> = missing
        .map(|item| FieldFault {
            field: format!("requirements.{}", item.code),
            code: "requirement-missing",
            args: vec![("requirement", item.name.id.clone())],
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal { fields: faults, ..Refusal::invalid("incomplete") }.into()) }
}

/// The document is made: a blank is used, and permits that the event behind it concerns are flagged.
///
/// # Errors
/// 409 in another state, also while it waits for a blank.
pub async fn make_ready(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId, siak_number: &str) -> Outcome<CivilRequest> {
    let (mut request, site) = opened(tx, desk, id).await?;
    if request.state == CivilState::WaitingForBlank {
        return Err(Refusal::conflict("blanks-out").with("code", &request.code).into());
    }
    let from = lead(&mut request, CivilAct::Ready)?;
    set_siak_number(&mut request, siak_number)?;
    request.ready_at = Some(desk.now);
    save(tx, &request).await?;
    if let Some(kind) = request.blank {
        let used = stock::Moved { step: BlankMove::Used, change: -1, request: Some(id), reason: None };
        stock::move_stock(tx, (site.id, kind), &used, (desk.officer.id, desk.now)).await?;
    }
    record(tx, desk, &request, (CivilAct::Ready, from), json!({})).await?;
    if let Some(kind) = LifeEventKind::of_service(&request.service) {
        note_event(tx, desk, (site, &request), kind).await?;
    }
    again(tx, desk, id).await
}

/// Who takes the document along.
#[derive(Clone, Debug, Default)]
pub struct Handover {
    /// Name on the identity that was seen.
    pub name: String,
    /// `self`, `family` or `proxy`.
    pub relation: String,
    /// Whether the identity was seen.
    pub identity_seen: bool,
}

/// The document is handed over to a person whose identity was seen.
///
/// # Errors
/// 409 when it is not ready; 422 without name, relation or a seen identity.
pub async fn hand_over(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId, to: Handover) -> Outcome<CivilRequest> {
    let (mut request, _) = opened(tx, desk, id).await?;
    let from = lead(&mut request, CivilAct::Handover)?;
    let mut faults = Vec::new();
    let name = to.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST {
        faults.push(FieldFault::new("name", if name.is_empty() { "required" } else { "text-long" }));
    }
    if !RELATIONS.contains(&to.relation.as_str()) {
        faults.push(FieldFault::new("relation", if to.relation.is_empty() { "required" } else { "choice" }));
    }
    if !to.identity_seen {
        faults.push(FieldFault::new("identity_seen", "identity-unseen"));
    }
    Refusal::of_fields(faults)?;
    request.closed_at = Some(desk.now);
    save(tx, &request).await?;
    let detail = json!({ "name": name, "relation": to.relation, "identity_seen": true });
    record(tx, desk, &request, (CivilAct::Handover, from), detail).await?;
    again(tx, desk, id).await
}

/// The person gives it up, or it was opened in error. A blank that was set aside goes to the next.
///
/// # Errors
/// 409 when it is over; 422 without a reason.
pub async fn cancel(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId, reason: &str) -> Outcome<CivilRequest> {
    let (mut request, site) = opened(tx, desk, id).await?;
    let from = lead(&mut request, CivilAct::Cancellation)?;
    let reason = checked_reason(reason)?;
    request.closed_at = Some(desk.now);
    save(tx, &request).await?;
    record(tx, desk, &request, (CivilAct::Cancellation, from), json!({ "reason": reason })).await?;
    stock::balance_of(tx, desk, (site, request.blank)).await?;
    again(tx, desk, id).await
}

pub(super) fn checked_reason(reason: &str) -> Result<&str, Refusal> {
    let reason = reason.trim();
    let code = match reason.chars().count() {
        0 => "required",
        1..=LONGEST => return Ok(reason),
        _ => "text-long",
    };
    Err(Refusal::invalid("invalid-fields").field("reason", code))
}

/// The request under lock. The stock it rests on is locked before it, as everywhere.
async fn opened<'a>(tx: &mut Tx, desk: &Desk<'a>, id: CivilRequestId) -> Outcome<(CivilRequest, &'a Site)> {
    let site = desk_site(desk)?;
    let seen = store::find(tx, desk.keys, id).await?.filter(|request| request.site == site.id).ok_or_else(unknown)?;
    if let Some(kind) = seen.blank {
        store::lock_stock(tx, (site.id, kind)).await?;
    }
    Ok((store::lock(tx, desk.keys, id).await?.ok_or_else(unknown)?, site))
}

async fn again(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId) -> Outcome<CivilRequest> {
    Ok(store::find(tx, desk.keys, id).await?.ok_or_else(unknown)?)
}

fn lead(request: &mut CivilRequest, act: CivilAct) -> Result<CivilState, Refusal> {
    let from = request.state;
    request.state = act.lead(from).ok_or_else(|| in_other_state(request))?;
    Ok(from)
}

fn set_siak_number(request: &mut CivilRequest, typed: &str) -> Result<(), Refusal> {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST {
        return Err(Refusal::invalid("invalid-fields").field("siak_number", "text-long"));
    }
    if !typed.is_empty() {
        request.siak_number = Some(typed.to_owned());
    }
    Ok(())
}

async fn save(tx: &mut Tx, request: &CivilRequest) -> Outcome<()> {
    if store::save(tx, request).await? {
        return Ok(());
    }
    Err(Refusal::conflict("changed-meanwhile").with("code", &request.code).into())
}

async fn record(
    tx: &mut Tx,
    desk: &Desk<'_>,
    request: &CivilRequest,
    (act, from): (CivilAct, CivilState),
    detail: Value,
) -> Result<(), StoreError> {
    write_act(tx, (request, desk.now), (act, from, Some(desk.officer.id)), detail).await?;
    let detail = json!({ "act": act, "from": from, "to": request.state });
    audit::record(tx, desk.act(), "civil.act", subject(request.id), detail).await
}

async fn write_act(
    tx: &mut Tx,
    (request, at): (&CivilRequest, Instant),
    (act, from, officer): (CivilAct, CivilState, Option<OfficerId>),
    detail: Value,
) -> Result<(), StoreError> {
    let record = CivilActRecord { act, officer, from, to: request.state, at, detail };
    store::insert_act(tx, request.id, &record).await
}

/// Loket itself gives a blank to a request or takes it back; the promise moves by the time without one.
pub(super) async fn turn(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (site, id): (&Site, CivilRequestId),
    act: CivilAct,
) -> Outcome<()> {
    let mut request = store::lock(tx, desk.keys, id).await?.ok_or_else(unknown)?;
    let from = lead(&mut request, act)?;
    write_act(tx, (&request, desk.now), (act, from, None), json!({})).await?;
    if let Some(submitted_at) = request.submitted_at {
        let rules = reading::rules_of(tx, &request).await?;
        let paused = pauses(&store::list_acts(tx, id).await?);
        let (due_at, estimate) = desk.calendar.due_at(submitted_at, site, &rules.sla, &paused);
        request.due_at = Some(due_at);
        request.due_estimate = estimate;
    }
    save(tx, &request).await?;
    let detail = json!({ "act": act, "from": from, "to": request.state });
    Ok(audit::record(tx, desk.act(), "civil.act", subject(id), detail).await?)
}
