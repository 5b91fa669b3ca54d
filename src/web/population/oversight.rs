//! `/penyelia/kependudukan`: how the population source stands, which questions wait for it, and the day's sample of
//! look-ups.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::clock::Instant;
use crate::db::Fault;
use crate::identity::{Officer, Role};
use crate::ids::{LookupId, SiteId};
use crate::messages::{self, FieldFault, Lang, Refusal, plain, text};
use crate::population::{self, Breaker, Moment, PendingLookup, ReviewMark, SampledLookup};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::guard::Supervisor;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Waiting questions shown at most.
const MOST: i64 = 100;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![oversight, retry, mark]
}

/// The source, what waits for it, and the sample.
#[derive(Default, Serialize)]
pub struct OversightPage {
    source: String,
    state: (&'static str, String),
    explanation: String,
    last_answer: String,
    last_fault: Option<String>,
    used: String,
    waiting_count: i64,
    waiting: Vec<WaitingLine>,
    sample: Vec<SampleLine>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct WaitingLine {
    nik: String,
    purpose: String,
    since: String,
    tries: i64,
    tried_at: String,
    cause: String,
}

#[derive(Serialize)]
struct SampleLine {
    id: LookupId,
    at: String,
    officer: String,
    nik: String,
    purpose: String,
    has_visit: bool,
    mark: Option<(&'static str, String)>,
}

impl Page for OversightPage {
    const TEMPLATE: &'static str = "population/oversight.html";

    fn samples() -> Vec<Self> {
        let waiting = WaitingLine {
            nik: "1607••••••••0007".into(),
            purpose: "Permohonan SIPB".into(),
            since: "24 November 2026, 09.12 WIB".into(),
            tries: 3,
            tried_at: "09.40 WIB".into(),
            cause: plain(Lang::Id, "cause.timed_out"),
        };
        let sampled = |mark| SampleLine {
            id: LookupId::new(1),
            at: "24 November 2026, 09.12 WIB".into(),
            officer: "Petugas DATA UJI".into(),
            nik: "1607••••••••0007".into(),
            purpose: "Permohonan SIPB dengan keperluan yang ditulis sangat panjang oleh petugas".into(),
            has_visit: false,
            mark,
        };
        let down = OversightPage {
            source: plain(Lang::Id, "source.dukcapil_match"),
            state: ("late", plain(Lang::Id, "link.open")),
            explanation: plain(Lang::Id, "link.open-hint"),
            last_answer: "24 November 2026, 08.50 WIB".into(),
            last_fault: Some(plain(Lang::Id, "cause.timed_out")),
            used: "12 / 100".into(),
            waiting_count: 101,
            waiting: vec![waiting],
            sample: vec![sampled(None), sampled(Some(("ok", plain(Lang::Id, "mark.in_order"))))],
            errors: field_lines(&[FieldFault::new("note", "required")], Lang::Id),
        };
        vec![OversightPage::default(), down]
    }
}

#[get("/penyelia/kependudukan")]
async fn oversight(officer: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(visit.app, &officer.officer, visit.lang).await?)
}

async fn load(app: &App, officer: &Officer, lang: Lang) -> Result<OversightPage, Problem> {
    let at = moment(app, officer);
    let words = Words { lang, zone: app.asker(officer).zone };
    let mut tx = app.db.read().await?;
    let used = population::count_of_day(&mut tx, &app.gate, at).await?;
    let waiting = population::list_pending(&mut tx, MOST).await?;
    let waiting_count = population::count_pending(&mut tx).await?;
    let sample = population::list_sample(&mut tx, &app.keys, reach(officer), at).await?;
    let page = words.link(&app.gate.standing(), at.now);
    Ok(OversightPage {
        source: plain(lang, &format!("source.{}", app.gate.kind())),
        used: words.used(used, app.gate.daily_quota()),
        waiting_count,
        waiting: waiting.into_iter().map(|line| words.waiting(line)).collect(),
        sample: sample.into_iter().map(|line| words.sampled(line)).collect(),
        ..page
    })
}

fn moment(app: &App, officer: &Officer) -> Moment {
    let asker = app.asker(officer);
    Moment::at(asker.now, asker.zone)
}

/// Whose look-ups a supervisor is shown: those of the own site; an administrator all.
fn reach(officer: &Officer) -> Option<SiteId> {
    officer.site.filter(|_| !officer.is(Role::Admin))
}

/// Somebody knows that the link stands again: every question is due in the next round.
#[post("/penyelia/kependudukan/ulang", data = "<_posted>")]
async fn retry(_posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let mut tx = visit.app.db.begin().await?;
    population::try_again(&mut tx, visit.app.act(&officer.officer)).await?;
    tx.commit().await?;
    Ok(Redirect::to("/penyelia/kependudukan"))
}

#[post("/penyelia/kependudukan/<id>", data = "<posted>")]
async fn mark(
    id: LookupId,
    posted: Posted,
    officer: Supervisor,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let (app, officer) = (visit.app, &officer.officer);
    let marked = posted.get("mark").parse::<ReviewMark>();
    let marked = marked.map_err(|_| Refusal::invalid("invalid-fields").field("mark", "required"))?;
    let mut tx = app.db.begin().await?;
    let site = reach(officer);
    let at = moment(app, officer);
    match population::review(&mut tx, (officer.id, site), id, (marked, posted.get("note")), at).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to("/penyelia/kependudukan")))
        }
        Err(Fault::Refused(refusal)) if !refusal.fields.is_empty() => {
            drop(tx);
            let page = load(app, officer, visit.lang).await?;
            let again = OversightPage { errors: field_lines(&refusal.fields, visit.lang), ..page };
            Ok(Either::Right(visit.page(&again)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Turns what is known into words.
struct Words {
    lang: Lang,
    zone: chrono_tz::Tz,
}

impl Words {
    fn link(&self, standing: &Breaker, now: Instant) -> OversightPage {
        let closed_until = standing.closed_until(now);
        let (kind, word) = match (closed_until, standing.is_doubtful()) {
            (Some(_), _) => ("late", "open"),
            (None, true) => ("wait", "half"),
            (None, false) => ("ok", "closed"),
        };
        let until = closed_until.map_or_else(String::new, |until| messages::date_and_time(self.lang, until, self.zone));
        let fault = standing.last_fault().map(|(cause, at)| {
            let when = messages::date_and_time(self.lang, at, self.zone);
            format!("{when} · {}", plain(self.lang, &format!("cause.{cause}")))
        });
        OversightPage {
            state: (kind, plain(self.lang, &format!("link.{word}"))),
            explanation: text(self.lang, &format!("link.{word}-hint"), &[("until", until)]),
            last_answer: standing.last_answer().map_or_else(
                || plain(self.lang, "link.no-answer-yet"),
                |at| {
                    let when = messages::date_and_time(self.lang, at, self.zone);
                    text(self.lang, "link.age", &[("when", when), ("minutes", minutes(at, now).to_string())])
                },
            ),
            last_fault: fault,
            ..OversightPage::default()
        }
    }

    fn used(&self, used: i64, quota: u32) -> String {
        if quota == 0 {
            return text(self.lang, "link.used", &[("used", used.to_string())]);
        }
        let left = (i64::from(quota) - used).max(0);
        let args = [("used", used.to_string()), ("quota", quota.to_string()), ("left", left.to_string())];
        text(self.lang, "link.used-of", &args)
    }

    fn waiting(&self, line: PendingLookup) -> WaitingLine {
        WaitingLine {
            nik: line.nik_masked,
            purpose: line.purpose,
            since: messages::date_and_time(self.lang, line.asked_at, self.zone),
            tries: line.tries,
            tried_at: messages::clock_time(line.tried_at, self.zone),
            cause: plain(self.lang, &format!("cause.{}", line.cause)),
        }
    }

    fn sampled(&self, line: SampledLookup) -> SampleLine {
        let mark = line.mark.map(|mark| match mark {
            ReviewMark::InOrder => ("ok", plain(self.lang, "mark.in_order")),
            ReviewMark::Ask => ("wait", plain(self.lang, "mark.ask")),
        });
        SampleLine {
            id: line.id,
            at: messages::date_and_time(self.lang, line.at, self.zone),
            officer: line.officer,
            nik: line.nik_masked,
            purpose: line.purpose,
            has_visit: line.has_visit,
            mark,
        }
    }
}

fn minutes(from: Instant, to: Instant) -> i64 {
    (to.0 - from.0) / 60_000_000
}
