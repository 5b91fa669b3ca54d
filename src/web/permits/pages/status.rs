//! `/status`: where a file is, by its tracking code, and the own permit for its holder. No personal data; works without
//! scripts.

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use super::detail::due_hint;
use super::status_clock::{ExpectedView, StatusClock};
use crate::civil::{self, CivilProgress, CivilState};
use crate::db::Fault;
use crate::messages::{self, Kind, Lang, plain, text};
use crate::permits::{self, ApplicationState, OwnPermit, Progress, Stage, StepState};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered};
use crate::web::permits::api_public::{give_own, waited_for};
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the status page.
pub fn routes() -> Vec<Route> {
    routes![status, own_permit]
}

/// The status page, empty or with an answer.
#[derive(Default, Serialize)]
pub struct StatusPage {
    typed: String,
    errors: Vec<FieldLine>,
    error: Option<String>,
    found: Option<FoundView>,
    /// The typed birth date, when the permit could not be given.
    birth_date: String,
    birth_error: Option<String>,
}

#[derive(Serialize)]
struct FoundView {
    code: String,
    heading: String,
    pill: Pill,
    service: String,
    due: Option<String>,
    due_hint: Option<String>,
    /// When it may be ready.
    expected: Option<ExpectedView>,
    steps: Vec<StepView>,
    next: Option<String>,
    /// Whether changes are told while the page is open.
    live: bool,
    /// How the permit is signed.
    signature: Option<String>,
    /// Whether its holder may have it here.
    own: bool,
}

#[derive(Serialize)]
struct StepView {
    label: String,
    detail: Option<String>,
    state: &'static str,
}

impl Page for StatusPage {
    const TEMPLATE: &'static str = "permits/status.html";

    fn samples() -> Vec<Self> {
        let step = |label: &str, detail: Option<&str>, state| StepView {
            label: label.into(),
            detail: detail.map(Into::into),
            state,
        };
        let found = FoundView {
            code: "7K2M-94QX-PD3".into(),
            heading: "Menunggu rekomendasi Dinas Kesehatan".into(),
            pill: Pill::new("now", "Dalam proses".into()),
            service: "Surat Izin Praktik Bidan · baru".into(),
            due: Some("Jumat, 27 November 2026".into()),
            due_hint: Some("3 hari kerja lagi".into()),
            expected: Some(ExpectedView::sample()),
            steps: vec![
                step("Terdaftar", Some("20 November 2026"), "done"),
                step("Rekomendasi teknis", None, "now"),
                step("Siap diambil", None, "todo"),
            ],
            next: Some("Bawa tanda terima.".into()),
            live: true,
            signature: Some(plain(Lang::Id, "esign.status_waiting")),
            own: true,
        };
        let wrong = StatusPage {
            typed: "7K2M".into(),
            errors: vec![FieldLine { field: "kode".into(), message: "Kode tidak dikenal.".into() }],
            error: Some("Kode tidak dikenal.".into()),
            ..StatusPage::default()
        };
        vec![StatusPage::default(), StatusPage { found: Some(found), ..StatusPage::default() }, wrong]
    }
}

#[get("/status?<kode>")]
async fn status(kode: Option<&str>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let Some(typed) = kode.map(str::trim).filter(|typed| !typed.is_empty()) else {
        return visit.page(&StatusPage::default());
    };
    let app = visit.app;
    match permits::progress(&mut app.db.glance().await?, &app.keys, &app.catalogue(), typed).await {
        Ok(progress) => {
            let found = Some(FoundView::new(app, &progress, visit.lang));
            visit.page(&StatusPage { found, ..StatusPage::default() })
        }
        Err(Fault::Refused(refusal)) if refusal.kind == Kind::NotFound => {
            if let Some(found) = find_civil(app, typed, visit.lang).await? {
                return visit.page(&StatusPage { found: Some(found), ..StatusPage::default() });
            }
            let message = refusal.words(visit.lang);
            let errors = vec![FieldLine { field: "kode".to_owned(), message: message.clone() }];
            let typed: String = typed.chars().take(20).collect();
            let page = StatusPage { typed, errors, error: Some(message), ..StatusPage::default() };
            Ok(visit.page(&page)?.with_status(Status::NotFound))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The holder's own permit, by code and birth date; the page again when it cannot be given.
#[post("/status/izin", data = "<posted>")]
async fn own_permit(posted: Posted, visit: Visit<'_>) -> Result<Result<Paper, Rendered>, Problem> {
    let own = OwnPermit { code: posted.get("kode").to_owned(), birth_date: posted.get("birth_date").to_owned() };
    let problem = match give_own(visit.app, &own).await {
        Ok(paper) => return Ok(Ok(paper)),
        Err(problem) if problem.status == Status::ServiceUnavailable => return Err(problem),
        Err(problem) => problem,
    };
    let refusal = &problem.refusal;
    let message = refusal.fields.first().map_or_else(|| refusal.words(visit.lang), |fault| fault.words(visit.lang));
    let app = visit.app;
    let progress = permits::progress(&mut app.db.glance().await?, &app.keys, &app.catalogue(), &own.code).await;
    let found = progress.ok().map(|progress| FoundView { own: true, ..FoundView::new(app, &progress, visit.lang) });
    let page = StatusPage {
        typed: own.code.chars().take(20).collect(),
        errors: vec![FieldLine {
            field: if found.is_some() { "birth_date" } else { "kode" }.to_owned(),
            message: message.clone(),
        }],
        error: Some(message.clone()).filter(|_| found.is_none()),
        birth_error: Some(message).filter(|_| found.is_some()),
        birth_date: own.birth_date,
        found,
    };
    Ok(Err(visit.page(&page)?.with_status(problem.status)))
}

/// The request for a population document behind a code.
async fn find_civil(app: &App, typed: &str, lang: Lang) -> Result<Option<FoundView>, Problem> {
    match civil::progress(&mut app.db.read().await?, &app.keys, typed).await {
        Ok(progress) => Ok(Some(FoundView::of_civil(app, &progress, lang))),
        Err(Fault::Refused(_)) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

impl FoundView {
    fn of_civil(app: &App, progress: &CivilProgress, lang: Lang) -> FoundView {
        let sites = app.sites();
        let site = sites.find_by_id(progress.site);
        let zone = site.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let left = progress.due_at.map(|at| app.calendar().working_days_left(app.now().day(zone), at.day(zone)));
        let (kind, key) = match progress.state {
            CivilState::Draft | CivilState::Submitted => ("now", "status.running"),
            CivilState::WaitingForBlank => ("wait", "status.paused"),
            CivilState::Ready | CivilState::HandedOver => ("ok", "status.done"),
            CivilState::Cancelled => ("late", "status.ended"),
        };
        let place = site.map(|site| site.name.clone()).unwrap_or_default();
        let next = match progress.state {
            CivilState::Ready => Some(text(lang, "civil.next_ready", &[("site", place)])),
            CivilState::WaitingForBlank => Some(plain(lang, "civil.next_blank")),
            CivilState::Draft | CivilState::Submitted | CivilState::HandedOver | CivilState::Cancelled => None,
        };
        let step = |step: &civil::CivilStep| StepView {
            label: plain(lang, &format!("civil.state.{}", step.stage)),
            detail: step.at.map(|at| messages::long_date(lang, at, zone)),
            state: if step.stage == CivilState::Cancelled { "late" } else { step.state.word() },
        };
        FoundView {
            code: progress.code.text().to_owned(),
            heading: plain(lang, &format!("civil.waited.{}", progress.state)),
            pill: Pill::new(kind, plain(lang, key)),
            service: progress.service.of(lang).to_owned(),
            due: progress.due_at.map(|at| messages::long_date(lang, at, zone)),
            due_hint: due_hint(left, progress.due_estimate, lang),
            expected: None,
            steps: progress.steps.iter().map(step).collect(),
            next,
            live: false,
            signature: None,
            own: false,
        }
    }

    fn new(app: &App, progress: &Progress, lang: Lang) -> FoundView {
        let sites = app.sites();
        let site = sites.find_by_id(progress.site);
        let zone = site.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let open = progress.state.is_open();
        let due = progress.due_at.filter(|_| open && progress.state != ApplicationState::Returned);
        let left = due.map(|at| app.calendar().working_days_left(app.now().day(zone), at.day(zone)));
        let kind = plain(lang, &format!("kind.{}", progress.kind));
        let clock = StatusClock::new(app, progress, site.map(|site| &**site), lang);
        let detail = |step: &permits::Step| match (step.stage, step.at) {
            (Stage::Registered, Some(at)) => {
                let place = site.map(|site| site.name.clone()).unwrap_or_default();
                Some(format!("{} · {place}", messages::date_and_time(lang, at, zone)))
            }
            (stage, at) => clock.detail(stage, step.state, at),
        };
        FoundView {
            code: progress.code.text().to_owned(),
            heading: waited_for(progress, lang),
            pill: stage_pill(progress.stage, lang),
            service: format!("{} · {kind}", progress.service.of(lang)),
            due: due.map(|at| messages::long_date(lang, at, zone)),
            due_hint: due_hint(left, progress.due_estimate, lang),
            expected: clock.expected(),
            steps: progress
                .steps
                .iter()
                .map(|step| StepView {
                    label: plain(lang, &format!("stage.{}", step.stage)),
                    detail: detail(step),
                    state: drawn(step.stage, step.state),
                })
                .collect(),
            next: next_of(progress.stage, lang),
            live: progress.state != ApplicationState::HandedOver,
            signature: progress.national.map(|state| plain(lang, &format!("esign.status_{state}"))),
            own: progress.given_out,
        }
    }
}

/// A file that ended without a permit is drawn as stopped.
fn drawn(stage: Stage, state: StepState) -> &'static str {
    match (stage, state) {
        (Stage::Rejected | Stage::Withdrawn | Stage::Lapsed, _) => "late",
        (_, state) => state.word(),
    }
}

fn stage_pill(stage: Stage, lang: Lang) -> Pill {
    let (kind, key) = match stage {
        Stage::Registered
        | Stage::Verification
        | Stage::Inspection
        | Stage::Recommendation
        | Stage::Drafting
        | Stage::Signature => ("now", "status.running"),
        Stage::Correction | Stage::Payment => ("wait", "status.paused"),
        Stage::Ready | Stage::HandedOver => ("ok", "status.done"),
        Stage::Rejected | Stage::Withdrawn | Stage::Lapsed => ("late", "status.ended"),
    };
    Pill::new(kind, plain(lang, key))
}

/// What the citizen should do now, when there is something.
fn next_of(stage: Stage, lang: Lang) -> Option<String> {
    let key = match stage {
        Stage::Correction => "status.next_correction",
        Stage::Payment => "status.next_payment",
        Stage::Ready => "status.next_ready",
        Stage::Rejected => "status.next_rejected",
        Stage::Registered
        | Stage::Verification
        | Stage::Inspection
        | Stage::Recommendation
        | Stage::Drafting
        | Stage::Signature
        | Stage::HandedOver
        | Stage::Withdrawn
        | Stage::Lapsed => return None,
    };
    Some(plain(lang, key))
}
