//! A request is begun at the counter, and its papers are looked at.

use serde_json::json;

use super::blank::{blank_of, is_new_recording};
use super::{CivilAct, CivilActRecord, CivilRequest, CivilState, desk_site, in_other_state, store, subject, unknown};
use crate::audit;
use crate::catalogue::{ApplicationKind, Matter, Published, ServiceKind, check_fields};
use crate::db::{Outcome, Tx};
use crate::ids::{CivilRequestId, TicketId};
use crate::messages::{FieldFault, Refusal};
use crate::permits::{Desk, Fields, TrackingCode};
use crate::population::{Nik, Phone};
use crate::queue;
use crate::sites::Site;

/// The longest name, as KTP and KK allow.
const NAME_LENGTH: usize = 60;
/// The longest reason for urgency, in characters.
const REASON_LENGTH: usize = 200;

/// What is stated at the counter.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// Code of the service.
    pub service: String,
    /// Whose document it is.
    pub nik: String,
    /// As on the record.
    pub name: String,
    /// Empty = none.
    pub phone: String,
    /// Answers of the form.
    pub fields: Fields,
    /// The visit.
    pub ticket: Option<TicketId>,
    /// Why it comes before others; empty = it does not.
    pub urgent_reason: String,
    /// Codes of the papers whose originals were seen.
    pub sighted: Vec<String>,
}

/// Begins a request.
///
/// # Errors
/// 403 `wrong-role`; 422 with every field that cannot be right.
pub async fn open(tx: &mut Tx, desk: &Desk<'_>, opening: Opening) -> Outcome<CivilRequest> {
    let site = desk_site(desk)?;
    let published = find_service(desk, &opening.service)?;
    let fields = trimmed(&opening.fields);
    let mut faults = faults_of(&opening, published, &fields);
    if let Some(ticket) = opening.ticket
        && queue::find(tx, ticket).await?.is_none_or(|found| found.site != site.id)
    {
        faults.push(FieldFault::new("ticket_id", "ticket-unknown"));
    }
    let nik =
        Nik::parse(&opening.nik).map_err(|_| Refusal::invalid("invalid-fields").field("applicant.nik", "not-a-nik"));
    Refusal::of_fields(faults)?;
    let request = begun(desk, site, published, (nik?, fields), &opening);
    store::insert(tx, desk.keys, &request).await?;
    for code in &opening.sighted {
        put_paper(tx, desk, (&request, published), code).await?;
    }
    let record = CivilActRecord {
        act: CivilAct::Opening,
        officer: Some(desk.officer.id),
        from: CivilState::Draft,
        to: CivilState::Draft,
        at: desk.now,
        detail: json!({}),
    };
    store::insert_act(tx, request.id, &record).await?;
    let detail = json!({ "service": request.service, "urgent": request.urgent_reason });
    audit::record(tx, desk.act(), "civil.opened", subject(request.id), detail).await?;
    Ok(request)
}

fn begun(
    desk: &Desk<'_>,
    site: &Site,
    published: &Published,
    (nik, fields): (Nik, Fields),
    opening: &Opening,
) -> CivilRequest {
    let service = published.service.code.clone();
    let urgent_reason = Some(opening.urgent_reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    CivilRequest {
        id: CivilRequestId::new(desk.now.0),
        code: TrackingCode::draw(),
        service_version: published.version,
        state: CivilState::Draft,
        version: 1,
        site: site.id,
        ticket: opening.ticket,
        nik,
        name: opening.name.trim().to_owned(),
        phone: Phone::parse(&opening.phone).ok().map(|phone| phone.e164().to_owned()),
        blank: blank_of(&service),
        is_first: urgent_reason.is_some() || is_new_recording(&service, &fields),
        urgent_reason,
        service,
        fields,
        siak_number: None,
        due_at: None,
        due_estimate: false,
        opened_by: desk.officer.id,
        created_at: desk.now,
        submitted_at: None,
        ready_at: None,
        closed_at: None,
    }
}

/// Only documents of the population office are opened here.
fn find_service<'a>(desk: &Desk<'a>, code: &str) -> Result<&'a Published, Refusal> {
    let published = desk.catalogue.find(code).map(|published| &**published);
    let found = published.filter(|published| published.service.kind == ServiceKind::Population);
    found.ok_or_else(|| Refusal::invalid("invalid-fields").field("service", "service-not-civil"))
}

fn trimmed(fields: &Fields) -> Fields {
    let trimmed = fields.iter().map(|(code, text)| (code.clone(), text.trim().to_owned()));
    trimmed.filter(|(_, text)| !text.is_empty()).collect()
}

fn faults_of(opening: &Opening, published: &Published, fields: &Fields) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if Nik::parse(&opening.nik).is_err() {
        faults.push(FieldFault::new("applicant.nik", "not-a-nik"));
    }
    match opening.name.trim().chars().count() {
        0 => faults.push(FieldFault::new("applicant.name", "required")),
        1..=NAME_LENGTH => {}
        _ => faults.push(FieldFault::new("applicant.name", "text-long")),
    }
    if !opening.phone.trim().is_empty() && Phone::parse(&opening.phone).is_err() {
        faults.push(FieldFault::new("applicant.phone", "not-a-phone"));
    }
    if opening.urgent_reason.chars().count() > REASON_LENGTH {
        faults.push(FieldFault::new("urgent_reason", "text-long"));
    }
    let service = &published.service;
    let unknown = fields.keys().filter(|code| !service.fields.iter().any(|field| field.code == **code));
    faults.extend(unknown.map(|code| FieldFault::new(format!("fields.{code}"), "field-unknown")));
    faults.extend(check_fields(service, Matter { kind: ApplicationKind::New, fields }));
    faults
}

/// Marks papers of a draft as seen.
///
/// # Errors
/// 404 `requirement-unknown`; 409 once it was sent into SIAK.
pub async fn sight(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId, codes: &[String]) -> Outcome<CivilRequest> {
    let (request, rules) = draft(tx, desk, id).await?;
    for code in codes {
        put_paper(tx, desk, (&request, &rules), code).await?;
    }
    audit::record(tx, desk.act(), "civil.papers-seen", subject(id), json!({ "papers": codes })).await?;
    Ok(request)
}

async fn draft(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId) -> Outcome<(CivilRequest, Published)> {
    let site = desk_site(desk)?;
    let request =
        store::lock(tx, desk.keys, id).await?.filter(|request| request.site == site.id).ok_or_else(unknown)?;
    if request.state != CivilState::Draft {
        return Err(in_other_state(&request).into());
    }
    let service = super::reading::rules_of(tx, &request).await?;
    let version = request.service_version;
    Ok((request, Published { version, service }))
}

pub(super) async fn put_paper(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (request, rules): (&CivilRequest, &Published),
    code: &str,
) -> Outcome<()> {
    let asked = rules.service.requirements.iter().find(|asked| asked.code == code);
    let asked = asked.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    Ok(store::put_paper(tx, request.id, &asked.code, (desk.officer.id, desk.now)).await?)
}
