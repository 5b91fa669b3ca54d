//! `/kependudukan`: the desk of the population officer; for others the look-up.

use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::pill;
use super::stock::{StockView, stock_views};
use crate::civil::{self, CivilRow, CivilState, LifeEventKind, StatedEvent};
use crate::db::{Fault, Tx};
use crate::identity::Role;
use crate::messages::{self, Lang, plain, text};
use crate::queue::{self, StopState};
use crate::sites::{ServiceGroup, Site};
use crate::web::form::Posted;
use crate::web::guard::{PopulationOfficer, RegisterReader};
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::{AtFiles, OptionView, Pill};
use crate::web::population;
use crate::web::problem::Problem;
use crate::web::queue::AtWork;
use crate::web::visit::Visit;
use rocket::Either;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome};

/// Routes of the desk.
pub fn routes() -> Vec<Route> {
    routes![desk, record]
}

/// Who waits, my requests, what is ready, the blanks.
#[derive(Default, Serialize)]
pub struct PopulationDeskPage {
    /// People in line for the population desk.
    waiting: usize,
    /// The visit in hand.
    visit: Option<VisitLine>,
    corrections: Vec<CorrectionLine>,
    drafts: Vec<RowView>,
    submitted: Vec<RowView>,
    without_blank: Vec<RowView>,
    ready: Vec<RowView>,
    stock: Vec<StockView>,
    kinds: Vec<OptionView>,
    kind: String,
    happened_on: String,
    note: String,
    errors: Vec<FieldLine>,
    done: Option<String>,
}

/// The visitor at the counter of the officer.
#[derive(Serialize)]
struct VisitLine {
    ticket: String,
    number: String,
    service: String,
    /// The code of the service when it is one of this desk.
    code: String,
    request: Option<String>,
}

/// A permit that waits for this desk.
#[derive(Serialize)]
struct CorrectionLine {
    number: String,
    service: String,
    verdict: String,
    state: String,
}

/// A request in a list.
#[derive(Serialize)]
struct RowView {
    id: String,
    code: String,
    name: String,
    service: String,
    pill: Pill,
    first: bool,
    /// Due, or since when it waits.
    when: String,
    mine: bool,
    late: bool,
}

impl Page for PopulationDeskPage {
    const TEMPLATE: &'static str = "civil/desk.html";

    fn samples() -> Vec<Self> {
        let row = |state: CivilState, late: bool| RowView {
            id: "1".into(),
            code: "7K2M-94QX-PD3".into(),
            name: "RAHMA DATA UJI".into(),
            service: "Cetak KTP-el".into(),
            pill: pill(state, Lang::Id),
            first: !late,
            when: "25 November 2026".into(),
            mine: late,
            late,
        };
        let correction = CorrectionLine {
            number: "A-007".into(),
            service: "KK ubah data".into(),
            verdict: plain(Lang::Id, "verdict.mismatch"),
            state: plain(Lang::Id, "stop.state.waiting"),
        };
        let visit = |request| VisitLine {
            ticket: "1".into(),
            number: "B-012".into(),
            service: "Cetak KTP-el".into(),
            code: "KTP-C".into(),
            request,
        };
        let busy = PopulationDeskPage {
            waiting: 4,
            visit: Some(visit(None)),
            corrections: vec![correction],
            drafts: vec![row(CivilState::Draft, false)],
            submitted: vec![row(CivilState::Submitted, true)],
            without_blank: vec![row(CivilState::WaitingForBlank, false)],
            ready: vec![row(CivilState::Ready, false)],
            stock: StockView::samples(),
            kinds: kinds(Lang::Id),
            done: Some("Tercatat. 1 izin perlu ditinjau.".into()),
            ..PopulationDeskPage::default()
        };
        let wrong = PopulationDeskPage {
            visit: Some(visit(Some("1".into()))),
            kinds: kinds(Lang::Id),
            errors: vec![FieldLine { field: "event_nik".into(), message: "NIK terdiri atas 16 angka.".into() }],
            ..PopulationDeskPage::default()
        };
        vec![PopulationDeskPage::default(), busy, wrong]
    }
}

fn kinds(lang: Lang) -> Vec<OptionView> {
    let option = |kind: &LifeEventKind| OptionView::new(kind.word(), plain(lang, &format!("civil.event.{kind}")));
    LifeEventKind::ALL.iter().map(option).collect()
}

/// Population officers with a site; for everybody else there is no desk.
pub struct DeskWork(Option<AtWork>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for DeskWork {
    type Error = Problem;

    async fn from_request(request: &'r rocket::Request<'_>) -> Outcome<Self, Problem> {
        Outcome::Success(DeskWork(AtWork::from_request(request).await.succeeded()))
    }
}

#[get("/kependudukan?<tiket>&<tercatat>")]
async fn desk(
    tiket: Option<&str>,
    tercatat: Option<i64>,
    reader: RegisterReader,
    work: DeskWork,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let Some(work) = work.0.filter(|_| reader.officer.is(Role::PopulationOfficer) && tiket.is_none()) else {
        return population::ask(&visit, tiket);
    };
    let done = tercatat.map(|n| text(visit.lang, "civil.event_done", &[("n", n.to_string())]));
    let page = load(&at, &work, visit.lang).await?;
    visit.page(&PopulationDeskPage { done, ..page })
}

async fn load(at: &AtFiles, work: &AtWork, lang: Lang) -> Result<PopulationDeskPage, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = queue::desk(&mut tx, work.clerk(), &at.app.halls).await?;
    let in_line =
        |visit: &&queue::OpenVisit| visit.group == ServiceGroup::Population && visit.state == StopState::Waiting;
    let visit = match &view.in_hand {
        Some(ticket) => Some(visit_line(&mut tx, at, ticket, lang).await?),
        None => None,
    };
    let corrections = civil::list_correction_stops(&mut tx, work.site.id).await?;
    let correction = |stop: &civil::CorrectionStop| CorrectionLine {
        number: stop.number.to_string(),
        service: service_name(at, &stop.service, lang),
        verdict: plain(lang, &format!("verdict.{}", stop.verdict)),
        state: plain(lang, &format!("stop.state.{}", stop.state)),
    };
    Ok(PopulationDeskPage {
        waiting: view.queue.visits.iter().filter(in_line).count(),
        visit,
        corrections: corrections.iter().map(correction).collect(),
        drafts: rows(&mut tx, (at, work), CivilState::Draft, lang).await?,
        submitted: rows(&mut tx, (at, work), CivilState::Submitted, lang).await?,
        without_blank: rows(&mut tx, (at, work), CivilState::WaitingForBlank, lang).await?,
        ready: rows(&mut tx, (at, work), CivilState::Ready, lang).await?,
        stock: stock_views(&civil::list_stock(&mut tx, work.site.id).await?, lang),
        kinds: kinds(lang),
        ..PopulationDeskPage::default()
    })
}

/// The name of a service of the catalogue.
pub fn service_name(at: &AtFiles, code: &str, lang: Lang) -> String {
    let catalogue = at.desk().catalogue;
    catalogue.find(code).map_or_else(|| code.to_owned(), |found| found.service.name.of(lang).to_owned())
}

async fn visit_line(tx: &mut Tx, at: &AtFiles, ticket: &queue::Ticket, lang: Lang) -> Result<VisitLine, Problem> {
    let code = ticket.current().map(|stop| stop.service.clone()).unwrap_or_default();
    let request = civil::find_of_visit(tx, ticket.id).await?;
    Ok(VisitLine {
        ticket: ticket.id.to_string(),
        number: ticket.number.to_string(),
        service: service_name(at, &code, lang),
        code,
        request: request.map(|id| id.to_string()),
    })
}

async fn rows(
    tx: &mut Tx,
    (at, work): (&AtFiles, &AtWork),
    state: CivilState,
    lang: Lang,
) -> Result<Vec<RowView>, Problem> {
    let rows = civil::list_open(tx, &at.desk(), state).await?;
    let site: &Site = &work.site;
    let view = |row: &CivilRow| {
        let promised = row.due_at.filter(|_| state == CivilState::Submitted);
        RowView {
            id: row.id.to_string(),
            code: row.code.text().to_owned(),
            name: row.name.clone(),
            service: service_name(at, &row.service, lang),
            pill: pill(row.state, lang),
            first: row.is_first,
            when: messages::date(lang, promised.unwrap_or(row.created_at).day(site.zone)),
            mine: row.opened_by == at.staff.officer.id,
            late: promised.is_some_and(|due| due < at.now),
        }
    };
    Ok(rows.iter().map(view).collect())
}

/// The look-up on the same page has a NIK of its own.
fn on_page(line: FieldLine) -> FieldLine {
    if line.field == "nik" { FieldLine { field: "event_nik".to_owned(), ..line } } else { line }
}

#[post("/kependudukan/peristiwa", data = "<posted>")]
async fn record(
    posted: Posted,
    _officer: PopulationOfficer,
    work: AtWork,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let of = |name: &str| posted.get(name).to_owned();
    let stated =
        StatedEvent { nik: of("event_nik"), kind: of("kind"), happened_on: of("happened_on"), note: of("note") };
    let mut tx = at.app.db.begin().await?;
    match civil::record_event(&mut tx, &at.desk(), stated).await {
        Ok((_, flagged)) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(format!("/kependudukan?tercatat={flagged}"))))
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            let page = PopulationDeskPage {
                kind: of("kind"),
                happened_on: of("happened_on"),
                note: of("note"),
                errors: refusal_lines(&refusal, visit.lang).into_iter().map(on_page).collect(),
                ..load(&at, &work, visit.lang).await?
            };
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}
