//! `/loket`: the clerk's desk.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::at_work::AtWork;
use super::words;
use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::ids::{CounterId, TicketId};
use crate::keys::random_token;
use crate::messages::Lang;
use crate::queue::{
    self, CounterView, DeskState, DeskView, GroupView, OpenVisit, Priority, StopState, Ticket, TicketState,
};
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the desk.
pub fn routes() -> Vec<Route> {
    routes![desk]
}

/// The desk: who waits, the visitor in hand, the person.
#[derive(Serialize)]
pub struct DeskPage {
    site: String,
    counter: Option<CounterLine>,
    counters: Vec<CounterLine>,
    waiting: i64,
    groups: Vec<GroupView>,
    next: Vec<String>,
    on_hold: Vec<Parked>,
    undoable: Option<Ended>,
    ticket: Option<TicketCard>,
    form: Option<Form>,
    services: Vec<Choice>,
    fault: Option<String>,
    key: String,
}

/// A form opened on the desk.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    Hold,
    Transfer,
    Take,
    Find,
}

#[derive(Serialize)]
struct CounterLine {
    id: CounterId,
    number: i64,
    groups: Vec<&'static str>,
    state: DeskState,
    officer: Option<String>,
    mine: bool,
}

#[derive(Serialize)]
struct Parked {
    id: TicketId,
    number: String,
    reason: String,
    minutes: i64,
}

#[derive(Serialize)]
struct Ended {
    id: TicketId,
    number: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

/// A visit as staff see it.
#[derive(Serialize)]
pub(super) struct TicketCard {
    id: TicketId,
    number: String,
    state: TicketState,
    priority: Priority,
    minutes: i64,
    wait_minutes: Option<i64>,
    calls: i64,
    stops: Vec<StopCard>,
}

#[derive(Serialize)]
struct StopCard {
    position: i64,
    name: String,
    state: StopState,
    is_current: bool,
    counter: Option<i64>,
}

#[get("/loket?<form>")]
async fn desk(form: Option<&str>, visit: Visit<'_>, at: AtWork) -> Result<Rendered, Problem> {
    let form = match form {
        Some("tahan") => Some(Form::Hold),
        Some("alihkan") => Some(Form::Transfer),
        Some("ambil") => Some(Form::Take),
        Some("cari") => Some(Form::Find),
        Some(_) | None => None,
    };
    draw(&visit, &at, form, None).await
}

/// The desk again, with what went wrong in words.
pub async fn with_fault(visit: &Visit<'_>, at: &AtWork, problem: Problem) -> Result<Rendered, Problem> {
    let fields = problem.refusal.fields.iter().map(|field| field.words(visit.lang));
    let words = std::iter::once(problem.refusal.words(visit.lang)).chain(fields).collect::<Vec<_>>().join(" ");
    Ok(draw(visit, at, None, Some(words)).await?.with_status(problem.status))
}

async fn draw(visit: &Visit<'_>, at: &AtWork, form: Option<Form>, fault: Option<String>) -> Result<Rendered, Problem> {
    let view = queue::desk(&mut at.app.db.read().await?, at.clerk(), &at.app.halls).await?;
    visit.page(&page(view, at, visit.lang, (form, fault)))
}

fn page(view: DeskView, at: &AtWork, lang: Lang, shown: (Option<Form>, Option<String>)) -> DeskPage {
    let catalogue = at.app.catalogue();
    let card = |ticket: &Ticket| ticket_card(at, &catalogue, ticket, lang);
    DeskPage {
        site: at.site.code.clone(),
        counter: view.mine().map(counter_line),
        counters: view.counters.iter().map(counter_line).collect(),
        waiting: view.queue.groups.iter().map(|group| group.waiting).sum(),
        on_hold: view.queue.visits.iter().filter(|v| v.state == StopState::OnHold).map(parked).collect(),
        groups: view.queue.groups,
        next: view.next.iter().map(ToString::to_string).collect(),
        undoable: view.undoable.map(|ticket| Ended { id: ticket.id, number: ticket.number.to_string() }),
        ticket: view.in_hand.as_ref().map(card),
        form: shown.0,
        services: service_choices(&catalogue, lang),
        fault: shown.1,
        key: random_token(),
    }
}

fn counter_line(counter: &CounterView) -> CounterLine {
    CounterLine {
        id: counter.id,
        number: counter.number,
        groups: counter.groups.iter().map(|group| group.word()).collect(),
        state: counter.state,
        officer: counter.officer.clone(),
        mine: counter.mine,
    }
}

fn parked(visit: &OpenVisit) -> Parked {
    Parked {
        id: visit.id,
        number: visit.number.to_string(),
        reason: visit.reason.clone().unwrap_or_default(),
        minutes: visit.minutes,
    }
}

fn service_choices(catalogue: &Catalogue, lang: Lang) -> Vec<Choice> {
    let services = catalogue.list().map(|published| &published.service);
    let choice = |service: &crate::catalogue::Service| Choice {
        value: service.code.clone(),
        label: format!("{} · {}", service.group, service.name.of(lang)),
    };
    let mut choices: Vec<Choice> = services.map(choice).collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

/// A visit with its stops.
pub(super) fn ticket_card(at: &AtWork, catalogue: &Catalogue, ticket: &Ticket, lang: Lang) -> TicketCard {
    let current = ticket.current();
    let since: Instant = current.and_then(|stop| stop.started_at.or(stop.called_at)).unwrap_or(ticket.issued_at);
    let stop_card = |stop: &queue::Stop| StopCard {
        position: stop.position,
        name: words::service(catalogue, &stop.service, lang),
        state: stop.state,
        is_current: stop.state.is_current(),
        counter: stop.counter.and_then(|id| at.site.counters.iter().find(|c| c.id == id)).map(|c| c.number),
    };
    TicketCard {
        id: ticket.id,
        number: ticket.number.to_string(),
        state: ticket.state,
        priority: ticket.priority,
        minutes: at.now.minutes_since(since),
        wait_minutes: current.and_then(|stop| Some(stop.called_at?.minutes_since(ticket.issued_at))),
        calls: current.map_or(0, |stop| stop.calls),
        stops: ticket.stops.iter().map(stop_card).collect(),
    }
}

impl TicketCard {
    /// An example for the tests.
    pub(super) fn sample(state: TicketState, name: &str) -> TicketCard {
        let stop = |position, state| StopCard {
            position,
            name: name.into(),
            state,
            is_current: position == 1,
            counter: (position == 1).then_some(3),
        };
        TicketCard {
            id: TicketId::new(1),
            number: "A-012".into(),
            state,
            priority: Priority::Elderly,
            minutes: 7,
            wait_minutes: Some(19),
            calls: 2,
            stops: vec![stop(1, StopState::Serving), stop(2, StopState::Pending), stop(3, StopState::Pending)],
        }
    }
}

impl Page for DeskPage {
    const TEMPLATE: &'static str = "queue/desk.html";

    fn samples() -> Vec<Self> {
        let counter = |number, state, mine: bool| CounterLine {
            id: CounterId::new(number),
            number,
            groups: vec!["A", "C"],
            state,
            officer: mine.then(|| "Petugas DATA UJI".to_owned()),
            mine,
        };
        let page = |ticket, form, state| DeskPage {
            site: "opi".into(),
            counter: Some(counter(3, state, true)),
            counters: vec![counter(3, state, true), counter(4, DeskState::Open, false)],
            waiting: 17,
            groups: vec![GroupView { letter: 'A', waiting: 17, longest_minutes: 22 }],
            next: vec!["P-004".into(), "A-013".into()],
            on_hold: vec![Parked {
                id: TicketId::new(1),
                number: "A-009".into(),
                reason: "fotokopi".into(),
                minutes: 4,
            }],
            undoable: Some(Ended { id: TicketId::new(1), number: "A-011".into() }),
            ticket,
            form,
            services: vec![Choice { value: "SIPB".into(), label: "A · SIP Bidan".into() }],
            fault: None,
            key: "kunci".into(),
        };
        let long = "Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali";
        let card = |state| Some(TicketCard::sample(state, long));
        let shut = page(None, None, DeskState::Closed);
        let nothing = DeskPage {
            counter: None,
            next: vec![],
            on_hold: vec![],
            groups: vec![],
            undoable: None,
            fault: Some("Loket 3 sedang dipakai petugas lain.".into()),
            ..shut
        };
        vec![
            nothing,
            page(None, None, DeskState::Open),
            page(None, Some(Form::Take), DeskState::Paused),
            page(None, Some(Form::Find), DeskState::Open),
            page(card(TicketState::Called), None, DeskState::Open),
            page(card(TicketState::Serving), None, DeskState::Open),
            page(card(TicketState::Serving), Some(Form::Hold), DeskState::Open),
            page(card(TicketState::Serving), Some(Form::Transfer), DeskState::Open),
        ]
    }
}
