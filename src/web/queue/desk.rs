//! `/loket`: the clerk's desk.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::at_work::AtWork;
use super::desk_file::{self, FileCard};
use super::desk_person::{self, PersonCard, VerdictCard};
use super::words;
use crate::catalogue::Catalogue;
use crate::clock::Instant;
use crate::ids::{CounterId, TicketId};
use crate::keys::random_token;
use crate::messages::{Lang, date, plain, text};
use crate::queue::{
    self, CounterView, DeskState, DeskView, GroupView, OpenVisit, PauseReason, Priority, StopState, Ticket, TicketState,
};
use crate::sites::ServiceGroup;
use crate::web::page::{FieldLine, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the desk.
pub fn routes() -> Vec<Route> {
    routes![desk]
}

/// The desk: who waits, the visitor in hand, the person.
#[derive(Serialize)]
pub struct DeskPage {
    pub(super) site: String,
    pub(super) counter: Option<CounterLine>,
    pub(super) counters: Vec<CounterLine>,
    /// Counters of others that pause.
    pub(super) paused: Vec<PausedLine>,
    /// Other counters that ask for help; shown to a clerk who has no counter, so that no visitor reads it.
    pub(super) help: Vec<i64>,
    pub(super) waiting: i64,
    pub(super) groups: Vec<GroupView>,
    pub(super) next: Vec<String>,
    pub(super) on_hold: Vec<Parked>,
    pub(super) undoable: Option<Ended>,
    pub(super) ticket: Option<TicketCard>,
    pub(super) person: Option<PersonCard>,
    pub(super) file: Option<FileCard>,
    pub(super) form: Option<Form>,
    pub(super) services: Vec<Choice>,
    /// Whom the clerk may call out of order; none for one who may not.
    pub(super) waiting_numbers: Option<Vec<Choice>>,
    pub(super) pause_reasons: Vec<Choice>,
    /// Visits found by a telephone number or a NIK, when there are several.
    pub(super) found: Vec<FoundLine>,
    /// Places kept for today whose visitors have not come yet.
    pub(super) kept: Vec<FoundLine>,
    pub(super) fault: Option<String>,
    pub(super) key: String,
}

/// A form opened on the desk.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    Hold,
    Transfer,
    Take,
    Find,
    OutOfOrder,
    Pause,
}

#[derive(Serialize)]
pub(super) struct CounterLine {
    pub(super) id: CounterId,
    pub(super) number: i64,
    pub(super) groups: Vec<&'static str>,
    pub(super) quick_only: bool,
    pub(super) state: DeskState,
    pub(super) officer: Option<String>,
    pub(super) mine: bool,
}

/// A counter that pauses.
#[derive(Serialize)]
pub(super) struct PausedLine {
    pub(super) number: i64,
    pub(super) reason: String,
    pub(super) minutes: i64,
}

#[derive(Serialize)]
pub(super) struct Parked {
    pub(super) id: TicketId,
    pub(super) number: String,
    pub(super) reason: String,
    pub(super) minutes: i64,
}

#[derive(Serialize)]
pub(super) struct Ended {
    pub(super) id: TicketId,
    pub(super) number: String,
}

#[derive(Serialize)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
}

/// A visit in a list.
#[derive(Serialize)]
pub(super) struct FoundLine {
    pub(super) id: TicketId,
    pub(super) number: String,
    pub(super) services: String,
    /// Where it stands, or the day of its number.
    pub(super) words: String,
}

/// A visit as staff see it.
#[derive(Serialize)]
pub(super) struct TicketCard {
    pub(super) id: TicketId,
    pub(super) number: String,
    pub(super) state: TicketState,
    pub(super) priority: Priority,
    pub(super) minutes: i64,
    pub(super) wait_minutes: Option<i64>,
    pub(super) calls: i64,
    pub(super) received: bool,
    pub(super) may_recall: bool,
    /// Whether a finished document is collected.
    pub(super) picks_up: bool,
    pub(super) stops: Vec<StopCard>,
}

#[derive(Serialize)]
pub(super) struct StopCard {
    pub(super) position: i64,
    pub(super) name: String,
    pub(super) state: StopState,
    pub(super) is_current: bool,
    pub(super) counter: Option<i64>,
}

/// What is shown on the desk beside what is kept.
#[derive(Default)]
pub struct Shown {
    pub(super) form: Option<Form>,
    pub(super) fault: Option<String>,
    /// Visits of one person, to choose from.
    pub(super) found: Vec<Ticket>,
    /// The answer to a look-up, with the record.
    pub verdict: Option<VerdictCard>,
    /// What is wrong in the form of the look-up.
    pub person_errors: Vec<FieldLine>,
}

#[get("/loket?<form>")]
async fn desk(form: Option<&str>, visit: Visit<'_>, at: AtWork) -> Result<Rendered, Problem> {
    let form = match form {
        Some("tahan") => Some(Form::Hold),
        Some("alihkan") => Some(Form::Transfer),
        Some("ambil") => Some(Form::Take),
        Some("cari") => Some(Form::Find),
        Some("jeda") => Some(Form::Pause),
        Some("urutan") if at.clerk().chooses => Some(Form::OutOfOrder),
        Some(_) | None => None,
    };
    draw(&visit, &at, Shown { form, ..Shown::default() }).await
}

/// The desk again, with what went wrong in words.
pub async fn with_fault(visit: &Visit<'_>, at: &AtWork, problem: Problem) -> Result<Rendered, Problem> {
    let fault = Some(fault_words(visit, &problem));
    Ok(draw(visit, at, Shown { fault, ..Shown::default() }).await?.with_status(problem.status))
}

/// What went wrong, with the fields, as one text.
pub fn fault_words(visit: &Visit<'_>, problem: &Problem) -> String {
    let fields = problem.refusal.fields.iter().map(|field| field.words(visit.lang));
    std::iter::once(problem.refusal.words(visit.lang)).chain(fields).collect::<Vec<_>>().join(" ")
}

/// The desk as it stands now.
pub async fn draw(visit: &Visit<'_>, at: &AtWork, shown: Shown) -> Result<Rendered, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = queue::desk(&mut tx, at.clerk(), &at.app.halls).await?;
    let (mut person, mut file) = (None, None);
    if let Some(ticket) = &view.in_hand {
        let found = desk_file::find(&mut tx, at, ticket.id).await?;
        person = desk_person::card(&mut tx, at, ticket, found.as_ref(), visit.lang).await?;
        if let Some(found) = &found {
            file = Some(desk_file::card(&mut tx, at, found, visit.lang).await?);
        }
    }
    if let Some(person) = &mut person {
        person.verdict = shown.verdict.or(person.verdict.take());
        person.errors = shown.person_errors;
    }
    let kept = match shown.form {
        Some(Form::Find) => queue::list_kept(&mut tx, at.clerk()).await?,
        Some(_) | None => Vec::new(),
    };
    let kept = kept.iter().map(|(ticket, left)| found_line(at, visit.lang, ticket, date(visit.lang, left.day)));
    let stands = |ticket: &Ticket| plain(visit.lang, &format!("ticket.state.{}", ticket.state));
    let found = shown.found.iter().map(|ticket| found_line(at, visit.lang, ticket, stands(ticket)));
    let (found, kept) = (found.collect(), kept.collect());
    let page = page(view, at, visit.lang, (shown.form, shown.fault));
    visit.page(&DeskPage { person, file, found, kept, ..page })
}

fn found_line(at: &AtWork, lang: Lang, ticket: &Ticket, words: String) -> FoundLine {
    let services = words::services(&at.app.catalogue(), ticket, lang).join(" · ");
    FoundLine { id: ticket.id, number: ticket.number.to_string(), services, words }
}

fn page(view: DeskView, at: &AtWork, lang: Lang, shown: (Option<Form>, Option<String>)) -> DeskPage {
    let catalogue = at.app.catalogue();
    let card = |ticket: &Ticket| ticket_card(at, &catalogue, ticket, lang);
    DeskPage {
        site: at.site.code.clone(),
        counter: view.mine().map(counter_line),
        counters: view.counters.iter().map(counter_line).collect(),
        paused: paused_lines(&view.counters, lang),
        help: match view.mine() {
            None => view.counters.iter().filter(|c| c.help_minutes.is_some()).map(|c| c.number).collect(),
            Some(_) => Vec::new(),
        },
        waiting: view.queue.groups.iter().map(|group| group.waiting).sum(),
        on_hold: view.queue.visits.iter().filter(|v| v.state == StopState::OnHold).map(parked).collect(),
        waiting_numbers: at.clerk().chooses.then(|| waiting_numbers(&view.queue.visits, lang)),
        groups: view.queue.groups,
        next: view.next.iter().map(ToString::to_string).collect(),
        undoable: view.undoable.map(|ticket| Ended { id: ticket.id, number: ticket.number.to_string() }),
        ticket: view.in_hand.as_ref().map(card),
        person: None,
        file: None,
        form: shown.0,
        services: service_choices(&catalogue, lang),
        pause_reasons: PauseReason::ALL.iter().map(|why| pause_choice(*why, lang)).collect(),
        found: Vec::new(),
        kept: Vec::new(),
        fault: shown.1,
        key: random_token(),
    }
}

fn counter_line(counter: &CounterView) -> CounterLine {
    CounterLine {
        id: counter.id,
        number: counter.number,
        groups: counter.groups.iter().map(|group| group.word()).collect(),
        quick_only: counter.quick_only,
        state: counter.state,
        officer: counter.officer.clone(),
        mine: counter.mine,
    }
}

/// The counters of others that pause, so that nobody is sent to wait before one.
pub(super) fn paused_lines(counters: &[CounterView], lang: Lang) -> Vec<PausedLine> {
    let paused = counters.iter().filter(|counter| counter.state == DeskState::Paused && !counter.mine);
    let line = |counter: &CounterView| PausedLine {
        number: counter.number,
        reason: counter.reason.as_deref().map_or_else(String::new, |reason| words::pause_reason(lang, reason)),
        minutes: counter.minutes,
    };
    paused.map(line).collect()
}

fn parked(visit: &OpenVisit) -> Parked {
    Parked {
        id: visit.id,
        number: visit.number.to_string(),
        reason: visit.reason.clone().unwrap_or_default(),
        minutes: visit.minutes,
    }
}

fn pause_choice(why: PauseReason, lang: Lang) -> Choice {
    Choice { value: why.to_string(), label: plain(lang, &format!("pause.{why}")) }
}

/// Those in line, to choose from.
pub(super) fn waiting_numbers(visits: &[OpenVisit], lang: Lang) -> Vec<Choice> {
    let line = |visit: &OpenVisit| Choice {
        value: visit.id.to_string(),
        label: text(
            lang,
            "desk.out_of_order_line",
            &[("number", visit.number.to_string()), ("minutes", visit.minutes.to_string())],
        ),
    };
    visits.iter().filter(|visit| visit.state == StopState::Waiting).map(line).collect()
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
        received: current.is_some_and(|stop| stop.received_at.is_some()),
        may_recall: current.is_some_and(|stop| stop.calls < at.site.call_rules.most_calls),
        picks_up: current.is_some_and(|stop| stop.group == ServiceGroup::PickUp),
        stops: ticket.stops.iter().map(stop_card).collect(),
    }
}
