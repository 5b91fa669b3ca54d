//! `/status`: where a file is, by its tracking code. No personal data; works without scripts.

use rocket::http::Status;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::Pill;
use super::detail::due_hint;
use crate::db::Fault;
use crate::messages::{self, Lang, plain};
use crate::permits::{self, ApplicationState, Progress, Stage, StepState};
use crate::web::app::App;
use crate::web::page::{FieldLine, Page, Rendered};
use crate::web::permits::api_public::waited_for;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the status page.
pub fn routes() -> Vec<Route> {
    routes![status]
}

/// The status page, empty or with an answer.
#[derive(Default, Serialize)]
pub struct StatusPage {
    typed: String,
    errors: Vec<FieldLine>,
    error: Option<String>,
    found: Option<FoundView>,
}

#[derive(Serialize)]
struct FoundView {
    code: String,
    heading: String,
    pill: Pill,
    service: String,
    due: Option<String>,
    due_hint: Option<String>,
    steps: Vec<StepView>,
    next: Option<String>,
    /// How the permit is signed.
    signature: Option<String>,
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
            steps: vec![
                step("Terdaftar", Some("20 November 2026"), "done"),
                step("Rekomendasi teknis", None, "now"),
                step("Siap diambil", None, "todo"),
            ],
            next: Some("Bawa tanda terima.".into()),
            signature: Some(plain(Lang::Id, "esign.status_waiting")),
        };
        let wrong = StatusPage {
            typed: "7K2M".into(),
            errors: vec![FieldLine { field: "kode".into(), message: "Kode tidak dikenal.".into() }],
            error: Some("Kode tidak dikenal.".into()),
            found: None,
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
        Err(Fault::Refused(refusal)) => {
            let message = refusal.words(visit.lang);
            let errors = vec![FieldLine { field: "kode".to_owned(), message: message.clone() }];
            let typed: String = typed.chars().take(20).collect();
            let page = StatusPage { typed, errors, error: Some(message), found: None };
            Ok(visit.page(&page)?.with_status(Status::NotFound))
        }
        Err(fault) => Err(fault.into()),
    }
}

impl FoundView {
    fn new(app: &App, progress: &Progress, lang: Lang) -> FoundView {
        let sites = app.sites();
        let site = sites.find_by_id(progress.site);
        let zone = site.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let open = progress.state.is_open();
        let due = progress.due_at.filter(|_| open && progress.state != ApplicationState::Returned);
        let left = due.map(|at| app.calendar().working_days_left(app.now().day(zone), at.day(zone)));
        let kind = plain(lang, &format!("kind.{}", progress.kind));
        let detail = |stage: Stage, state: StepState, at: Option<crate::clock::Instant>| match (stage, state, at) {
            (Stage::Registered, _, Some(at)) => {
                let place = site.map(|site| site.name.clone()).unwrap_or_default();
                Some(format!("{} · {place}", messages::date_and_time(lang, at, zone)))
            }
            (_, _, Some(at)) => Some(messages::long_date(lang, at, zone)),
            (Stage::Recommendation | Stage::Inspection, StepState::Now, None) => progress.opd.clone(),
            (_, _, None) => None,
        };
        FoundView {
            code: progress.code.text().to_owned(),
            heading: waited_for(progress, lang),
            pill: stage_pill(progress.stage, lang),
            service: format!("{} · {kind}", progress.service.of(lang)),
            due: due.map(|at| messages::long_date(lang, at, zone)),
            due_hint: due_hint(left, progress.due_estimate, lang),
            steps: progress
                .steps
                .iter()
                .map(|step| StepView {
                    label: plain(lang, &format!("stage.{}", step.stage)),
                    detail: detail(step.stage, step.state, step.at),
                    state: drawn(step.stage, step.state),
                })
                .collect(),
            next: next_of(progress.stage, lang),
            signature: progress.national.map(|state| plain(lang, &format!("esign.status_{state}"))),
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
