//! Requests as JSON. A NIK is masked, a telephone number not shown.

use serde::Serialize;
use serde_json::Value;

use crate::civil::{BlankKind, CivilAct, CivilRow, CivilState, CivilView, StockLine};
use crate::clock::{Day, Instant};
use crate::ids::{CivilRequestId, TicketId};
use crate::messages::{Lang, plain};
use crate::permits::{Desk, Fields};
use crate::web::permits::{RequirementJson, requirements};

/// A request with everything the desk shows.
#[derive(Serialize)]
pub struct CivilJson {
    id: CivilRequestId,
    code: String,
    state: CivilState,
    state_label: String,
    service: String,
    service_name: String,
    version: i64,
    site: String,
    applicant: PersonJson,
    fields: Fields,
    requirements: Vec<RequirementJson>,
    ticket_id: Option<TicketId>,
    blank: Option<BlankKind>,
    first: bool,
    urgent_reason: Option<String>,
    siak_number: Option<String>,
    created_at: Instant,
    submitted_at: Option<Instant>,
    due_at: Option<Instant>,
    due_date: Option<Day>,
    due_estimate: bool,
    ready_at: Option<Instant>,
    closed_at: Option<Instant>,
    slip: Option<String>,
    acts: Vec<CivilAct>,
    history: Vec<HistoryJson>,
}

#[derive(Serialize)]
struct PersonJson {
    nik: String,
    name: String,
    has_phone: bool,
}

#[derive(Serialize)]
struct HistoryJson {
    act: CivilAct,
    label: String,
    officer: Option<String>,
    from: CivilState,
    to: CivilState,
    at: Instant,
    detail: Value,
}

/// The acts of an officer that are open in a state.
pub fn open_acts(state: CivilState) -> Vec<CivilAct> {
    let by_hand = [CivilAct::Submission, CivilAct::Ready, CivilAct::Handover, CivilAct::Cancellation];
    by_hand.into_iter().filter(|act| act.lead(state).is_some()).collect()
}

impl CivilJson {
    /// What the officer at the desk sees.
    pub fn new(desk: &Desk<'_>, view: &CivilView, lang: Lang) -> CivilJson {
        let request = &view.request;
        let site = desk.sites.find_by_id(request.site);
        // Without blanks nobody can promise a date.
        let due_at = request.due_at.filter(|_| request.state != CivilState::WaitingForBlank);
        CivilJson {
            id: request.id,
            code: request.code.text().to_owned(),
            state: request.state,
            state_label: plain(lang, &format!("civil.state.{}", request.state)),
            service: request.service.clone(),
            service_name: view.rules.name.of(lang).to_owned(),
            version: request.version,
            site: site.map(|site| site.code.clone()).unwrap_or_default(),
            applicant: PersonJson {
                nik: request.nik.masked(),
                name: request.name.clone(),
                has_phone: request.phone.is_some(),
            },
            fields: request.fields.clone(),
            requirements: requirements(&view.papers, lang),
            ticket_id: request.ticket,
            blank: request.blank,
            first: request.is_first,
            urgent_reason: request.urgent_reason.clone(),
            siak_number: request.siak_number.clone(),
            created_at: request.created_at,
            submitted_at: request.submitted_at,
            due_at,
            due_date: due_at.zip(site).map(|(at, site)| at.day(site.zone)),
            due_estimate: request.due_estimate,
            ready_at: request.ready_at,
            closed_at: request.closed_at,
            slip: request.submitted_at.map(|_| format!("/api/v1/civil-requests/{}/slip", request.id)),
            acts: open_acts(request.state),
            history: history(view, lang),
        }
    }
}

fn history(view: &CivilView, lang: Lang) -> Vec<HistoryJson> {
    let line = |act: &crate::civil::CivilActRecord| HistoryJson {
        act: act.act,
        label: plain(lang, &format!("civil.done.{}", act.act)),
        officer: act.officer.and_then(|id| view.officers.get(&id).cloned()),
        from: act.from,
        to: act.to,
        at: act.at,
        detail: act.detail.clone(),
    };
    view.acts.iter().map(line).collect()
}

/// A request in a list.
#[derive(Serialize)]
pub struct CivilRowJson {
    id: CivilRequestId,
    code: String,
    service: String,
    state: CivilState,
    state_label: String,
    name: String,
    first: bool,
    created_at: Instant,
    due_at: Option<Instant>,
}

impl CivilRowJson {
    /// A line of a list.
    pub fn new(row: &CivilRow, lang: Lang) -> CivilRowJson {
        CivilRowJson {
            id: row.id,
            code: row.code.text().to_owned(),
            service: row.service.clone(),
            state: row.state,
            state_label: plain(lang, &format!("civil.state.{}", row.state)),
            name: row.name.clone(),
            first: row.is_first,
            created_at: row.created_at,
            due_at: row.due_at.filter(|_| row.state != CivilState::WaitingForBlank),
        }
    }
}

/// The stock of a kind.
#[derive(Serialize)]
pub struct StockJson {
    kind: BlankKind,
    label: String,
    on_hand: i64,
    set_aside: i64,
    waiting: i64,
    low: bool,
}

impl StockJson {
    /// A line of the stock.
    pub fn new(line: &StockLine, lang: Lang) -> StockJson {
        StockJson {
            kind: line.kind,
            label: plain(lang, &format!("civil.blank.{}", line.kind)),
            on_hand: line.on_hand,
            set_aside: line.set_aside,
            waiting: line.waiting,
            low: line.is_low(),
        }
    }
}
