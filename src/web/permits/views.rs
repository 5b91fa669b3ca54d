//! Files as JSON. A NIK is masked, a telephone number not shown.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::views_clock::{StageJson, stages};
use super::views_mistakes::{ErratumJson, RectificationJson, erratum, rectifications};
use crate::civil::CorrectionStop;
use crate::clock::{Day, Instant};
use crate::identity::Role;
use crate::ids::{ApplicationId, PermitId, TicketId};
use crate::messages::{Lang, plain};
use crate::permits::{
    ActName, Application, ApplicationKind, ApplicationState, ChecklistItem, Desk, Fields, FileView, InboxRow, Met,
    Office, Permit, PermitState, Row, VisitEvent,
};
use crate::population::{Address, Verdict};
use crate::queue::StopState;

/// A file with everything the desk shows.
#[derive(Serialize)]
pub struct FileJson {
    id: ApplicationId,
    code: String,
    state: ApplicationState,
    state_label: String,
    service: String,
    service_name: String,
    kind: ApplicationKind,
    version: i64,
    site: String,
    applicant: ApplicantJson,
    fields: Fields,
    requirements: Vec<RequirementJson>,
    registered_at: Option<Instant>,
    due_at: Option<Instant>,
    due_date: Option<Day>,
    due_estimate: bool,
    days_left: Option<i64>,
    stages: Vec<StageJson>,
    paused_at: Option<Instant>,
    closed_at: Option<Instant>,
    claimed_by: Option<String>,
    claimed_at: Option<Instant>,
    claim_note: Option<String>,
    waits_at: Option<Office>,
    rectifications: Vec<RectificationJson>,
    erratum: Option<ErratumJson>,
    officer: Option<String>,
    external_number: Option<String>,
    previous_number: Option<String>,
    receipt: Option<String>,
    permit: Option<PermitJson>,
    acts: Vec<ActName>,
    history: Vec<HistoryJson>,
    population_stop: Option<StopJson>,
    visit: Vec<VisitJson>,
}

/// The stop at the population desk that a file waits or waited for.
#[derive(Serialize)]
pub struct StopJson {
    ticket_id: TicketId,
    number: String,
    service: String,
    verdict: Verdict,
    state: StopState,
    waits: bool,
    back_in_line: bool,
    opened_at: Instant,
    ended_at: Option<Instant>,
}

impl StopJson {
    /// What staff see of it.
    pub fn new(stop: &CorrectionStop) -> StopJson {
        StopJson {
            ticket_id: stop.ticket,
            number: stop.number.to_string(),
            service: stop.service.clone(),
            verdict: stop.verdict,
            state: stop.state,
            waits: stop.is_open(),
            back_in_line: stop.is_back,
            opened_at: stop.opened_at,
            ended_at: stop.ended_at,
        }
    }
}

/// What happened around the file: number, calls, service, look-ups.
#[derive(Serialize)]
struct VisitJson {
    event: &'static str,
    at: Instant,
    officer: Option<String>,
    about: String,
}

#[derive(Serialize)]
struct ApplicantJson {
    nik: String,
    name: String,
    birth_place: String,
    birth_date: String,
    sex: String,
    address: Address,
    email: Option<String>,
    has_phone: bool,
    proxy_name: String,
    company_name: String,
    nib: String,
    npwp: String,
}

/// One line of the checklist.
#[derive(Serialize)]
pub struct RequirementJson {
    code: String,
    name: String,
    mandatory: bool,
    photo: bool,
    state: Met,
}

#[derive(Serialize)]
struct HistoryJson {
    act: ActName,
    label: String,
    office: Office,
    officer: Option<String>,
    role: Option<Role>,
    from: ApplicationState,
    to: ApplicationState,
    at: Instant,
    detail: Value,
}

/// A permit for staff.
#[derive(Serialize)]
pub struct PermitJson {
    id: PermitId,
    number: String,
    state: PermitState,
    service: String,
    holder_name: String,
    issued_on: Day,
    valid_until: Option<Day>,
    issued_at: Option<Instant>,
    application_id: ApplicationId,
    pdf: Option<String>,
    reason: Option<String>,
}

/// A file in a list.
#[derive(Serialize)]
pub struct RowJson {
    id: ApplicationId,
    code: String,
    service: String,
    kind: ApplicationKind,
    state: ApplicationState,
    state_label: String,
    applicant_name: String,
    registered_at: Option<Instant>,
    due_at: Option<Instant>,
    days_left: Option<i64>,
    stage_due_at: Option<Instant>,
    claimed_by: Option<String>,
    claimed_at: Option<Instant>,
    claim_note: Option<String>,
}

/// The lines of a checklist.
pub fn requirements(items: &[ChecklistItem], lang: Lang) -> Vec<RequirementJson> {
    let line = |item: &ChecklistItem| RequirementJson {
        code: item.code.clone(),
        name: item.name.of(lang).to_owned(),
        mandatory: item.mandatory,
        photo: item.photo,
        state: item.state,
    };
    items.iter().map(line).collect()
}

impl FileJson {
    /// What an officer at a desk sees of a file.
    pub fn new(desk: &Desk<'_>, (view, visit): (&FileView, &[VisitEvent]), lang: Lang) -> FileJson {
        let file = &view.file;
        let name_of = |id| view.officers.get(&id).cloned();
        let zone = desk.sites.find_by_id(file.site).map(|site| site.zone);
        FileJson {
            id: file.id,
            code: file.code.text().to_owned(),
            state: file.state,
            state_label: plain(lang, &format!("state.{}", file.state)),
            service: file.service.clone(),
            service_name: view.rules.name.of(lang).to_owned(),
            kind: file.kind,
            version: file.version,
            site: desk.sites.find_by_id(file.site).map(|site| site.code.clone()).unwrap_or_default(),
            applicant: applicant(file),
            fields: file.fields.clone(),
            requirements: requirements(&view.items, lang),
            registered_at: file.registered_at,
            due_at: file.due_at,
            due_date: file.due_at.zip(zone).map(|(at, zone)| at.day(zone)),
            due_estimate: file.due_estimate,
            days_left: desk.days_left(file.site, file.state, file.due_at),
            stages: stages(desk, view),
            paused_at: file.paused_at,
            closed_at: file.closed_at,
            claimed_by: file.claim.as_ref().and_then(|claim| name_of(claim.by)),
            claimed_at: file.claim.as_ref().map(|claim| claim.at),
            claim_note: file.claim.as_ref().and_then(|claim| claim.note.clone()),
            waits_at: file.waits_at(),
            rectifications: rectifications(view),
            erratum: view.erratum.as_ref().map(erratum),
            officer: name_of(file.intake_by),
            external_number: file.external_number.clone(),
            previous_number: file.previous_number.clone(),
            receipt: file.registered_at.map(|_| format!("/api/v1/applications/{}/receipt", file.id)),
            permit: view.permit.as_ref().filter(|permit| permit.is_public()).map(PermitJson::new),
            acts: view.open_acts(desk.officer, desk.now),
            history: history(view, lang),
            population_stop: None,
            visit: visit.iter().map(visit_json).collect(),
        }
    }

    /// With the stop at the population desk.
    pub fn with_stop(self, stop: Option<&CorrectionStop>) -> FileJson {
        FileJson { population_stop: stop.map(StopJson::new), ..self }
    }
}

fn applicant(file: &Application) -> ApplicantJson {
    let person = &file.applicant.person;
    ApplicantJson {
        nik: file.applicant.nik.masked(),
        name: person.name.clone(),
        birth_place: person.birth_place.clone(),
        birth_date: person.birth_date.clone(),
        sex: person.sex.clone(),
        address: person.address(),
        email: person.email.clone(),
        has_phone: file.applicant.phone.is_some(),
        proxy_name: person.proxy_name.clone(),
        company_name: person.company_name.clone(),
        nib: person.nib.clone(),
        npwp: person.npwp.clone(),
    }
}

fn visit_json(event: &VisitEvent) -> VisitJson {
    VisitJson {
        event: event.kind.word(),
        at: event.at,
        officer: event.officer.clone(),
        about: event.kind.about().to_owned(),
    }
}

fn history(view: &FileView, lang: Lang) -> Vec<HistoryJson> {
    let acts = view.acts.iter();
    acts.map(|act| HistoryJson {
        act: act.act,
        label: plain(lang, &format!("done.{}", act.act)),
        office: act.office,
        officer: act.officer.and_then(|id| view.officers.get(&id).cloned()),
        role: act.office.role(),
        from: act.from,
        to: act.to,
        at: act.at,
        detail: act.detail.clone(),
    })
    .collect()
}

impl PermitJson {
    /// What staff see of a permit.
    pub fn new(permit: &Permit) -> PermitJson {
        PermitJson {
            id: permit.id,
            number: permit.number.clone(),
            state: permit.state,
            service: permit.register.clone(),
            holder_name: permit.holder_name.clone(),
            issued_on: permit.issued_on,
            valid_until: permit.valid_until,
            issued_at: permit.issued_at,
            application_id: permit.application,
            pdf: permit.document.map(|_| format!("/api/v1/permits/{}/pdf", permit.id)),
            reason: permit.reason.clone(),
        }
    }
}

impl RowJson {
    /// A file of a search.
    pub fn found(desk: &Desk<'_>, row: &Row, lang: Lang) -> RowJson {
        RowJson::new(row, desk.days_left(row.site_id, row.running_state(), row.due_at), lang)
    }

    /// A file of the inbox.
    pub fn waiting(row: &InboxRow, lang: Lang) -> RowJson {
        RowJson::new(&row.row, row.days_left, lang)
    }

    fn new(row: &Row, days_left: Option<i64>, lang: Lang) -> RowJson {
        RowJson {
            id: row.id,
            code: row.code.text().to_owned(),
            service: row.service_code.clone(),
            kind: row.kind,
            state: row.state,
            state_label: plain(lang, &format!("state.{}", row.state)),
            applicant_name: row.applicant_name.clone(),
            registered_at: row.registered_at,
            due_at: row.due_at,
            days_left,
            stage_due_at: row.stage_due_at,
            claimed_by: row.holder.clone(),
            claimed_at: row.claimed_at,
            claim_note: row.claim_note.clone(),
        }
    }
}

/// What was sent as JSON, as the texts a form would send: numbers as digits, lists with commas.
pub fn texts(sent: serde_json::Map<String, Value>) -> BTreeMap<String, String> {
    sent.into_iter().filter_map(|(name, value)| Some((name, text_of(value)?))).collect()
}

fn text_of(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Array(items) => Some(items.into_iter().filter_map(text_of).collect::<Vec<_>>().join(", ")),
        Value::Object(_) => Some(value.to_string()),
    }
}
