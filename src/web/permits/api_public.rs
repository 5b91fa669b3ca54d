//! What anybody may ask: the status of a tracking code, whether a permit is genuine, which permits are revoked.

use std::sync::Arc;

use rocket::form::Form;
use rocket::{Data, Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::pages::StatusClock;
use super::paper::Paper;
use super::upload::{self, Sent};
use crate::civil::{self, CivilProgress, CivilState};
use crate::clock::{Day, Instant};
use crate::db::Fault;
use crate::documents::LARGEST;
use crate::messages::{Kind, Lang, Refusal, plain, text};
use crate::permits::{
    self, LetterCheck, OutgoingKind, OwnPermit, Permit, PermitCheck, Progress, Stage, Standing, StepState,
};
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::limits::Asker;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use rocket::data::ToByteUnit;

/// Routes of the public part.
pub fn routes() -> Vec<Route> {
    routes![status, own_permit, verify_file, verify_pdf, verify, revocations]
}

#[derive(Deserialize)]
struct StatusBody {
    code: String,
}

/// The public view of a file.
#[derive(Serialize)]
pub struct StatusJson {
    code: String,
    service: String,
    kind: String,
    stage: &'static str,
    label: String,
    waited_for: String,
    due_at: Option<Instant>,
    due_date: Option<Day>,
    due_estimate: bool,
    /// The office that has it, never a person.
    holder: Option<String>,
    held_since: Option<Instant>,
    expected: Option<ExpectedJson>,
    timeline: Vec<StepJson>,
}

/// When a file may be ready: a forecast, not a promise.
#[derive(Serialize)]
struct ExpectedJson {
    likely_on: Day,
    late_on: Day,
    /// The chance to be late, 0 to 1.
    chance_late: f64,
}

#[derive(Serialize)]
struct StepJson {
    stage: &'static str,
    label: String,
    state: StepState,
    at: Option<Instant>,
}

#[post("/api/v1/status", data = "<body>")]
async fn status(body: Body<StatusBody>, visit: Visit<'_>) -> Result<Reply, Problem> {
    let app = visit.app;
    let mut tx = app.db.glance().await?;
    match permits::progress(&mut tx, &app.keys, &app.catalogue(), &body.value.code).await {
        Ok(progress) => Reply::ok(&StatusJson::new(app, &progress, visit.lang)),
        Err(Fault::Refused(refusal)) if refusal.kind == Kind::NotFound => {
            let progress = civil::progress(&mut tx, &app.keys, &body.value.code).await?;
            Reply::ok(&StatusJson::of_civil(app, &progress, visit.lang))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The holder's own permit, exactly as it was kept. None of what is asked stands in an address.
#[post("/api/v1/status/permit", data = "<body>")]
async fn own_permit(body: Body<OwnPermit>, visit: Visit<'_>) -> Result<Paper, Problem> {
    give_own(visit.app, &body.value).await
}

/// Looks for the own permit and keeps that somebody asked, whatever came of it.
pub async fn give_own(app: &App, own: &OwnPermit) -> Result<Paper, Problem> {
    let mut tx = app.db.begin().await?;
    let given = match permits::find_own_permit(&mut tx, &app.keys, app.now(), own).await {
        Err(Fault::Store(error)) => return Err(error.into()),
        decided => decided,
    };
    tx.commit().await?;
    Ok(Paper::saved(given?))
}

impl StatusJson {
    fn of_civil(app: &App, progress: &CivilProgress, lang: Lang) -> StatusJson {
        let zone = app.sites().find_by_id(progress.site).map(|site| site.zone);
        let label = |state: CivilState| plain(lang, &format!("civil.state.{state}"));
        let step = |step: &civil::CivilStep| StepJson {
            stage: step.stage.word(),
            label: label(step.stage),
            state: step.state,
            at: step.at,
        };
        StatusJson {
            code: progress.code.text().to_owned(),
            service: progress.service.of(lang).to_owned(),
            kind: plain(lang, "civil.kind"),
            stage: progress.state.word(),
            label: label(progress.state),
            waited_for: plain(lang, &format!("civil.waited.{}", progress.state)),
            due_at: progress.due_at,
            due_date: progress.due_at.zip(zone).map(|(at, zone)| at.day(zone)),
            due_estimate: progress.due_estimate,
            holder: None,
            held_since: None,
            expected: None,
            timeline: progress.steps.iter().map(step).collect(),
        }
    }

    fn new(app: &App, progress: &Progress, lang: Lang) -> StatusJson {
        let sites = app.sites();
        let site = sites.find_by_id(progress.site).map(|site| &**site);
        let zone = site.map(|site| site.zone);
        let clock = StatusClock::new(app, progress, site, lang);
        let (holder, held_since) = clock.holder().unzip();
        let expected = clock.forecast().map(|forecast| ExpectedJson {
            likely_on: forecast.likely_on,
            late_on: forecast.late_on,
            chance_late: forecast.thousandths() as f64 / 1000.0,
        });
        let label = |stage: Stage| plain(lang, &format!("stage.{stage}"));
        let steps = progress.steps.iter();
        StatusJson {
            code: progress.code.text().to_owned(),
            service: progress.service.of(lang).to_owned(),
            kind: plain(lang, &format!("kind.{}", progress.kind)),
            stage: progress.stage.word(),
            label: label(progress.stage),
            waited_for: waited_for(progress, lang),
            due_at: progress.due_at,
            due_date: progress.due_at.zip(zone).map(|(at, zone)| at.day(zone)),
            due_estimate: progress.due_estimate,
            holder,
            held_since,
            expected,
            timeline: steps
                .map(|s| StepJson { stage: s.stage.word(), label: label(s.stage), state: s.state, at: s.at })
                .collect(),
        }
    }
}

/// What is waited for, in words.
pub fn waited_for(progress: &Progress, lang: Lang) -> String {
    let opd = progress.opd.clone().unwrap_or_else(|| plain(lang, "waited.opd"));
    text(lang, &format!("waited.{}", progress.stage), &[("opd", opd)])
}

/// The answer about a permit.
#[derive(Default, Serialize)]
pub struct CheckJson {
    genuine: bool,
    status: Option<Standing>,
    number: Option<String>,
    r#type: Option<String>,
    type_name: Option<String>,
    issued_on: Option<Day>,
    valid_until: Option<Day>,
    holder_initials: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter: Option<OutgoingKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    national_signer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name_matches: Option<bool>,
}

/// A token or QR content, or a number with the holder's name.
#[derive(Deserialize)]
struct CheckBody {
    #[serde(default)]
    token: Option<String>,
    #[serde(default)]
    number: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

#[post("/api/v1/verification", data = "<body>", rank = 3)]
async fn verify(body: Body<CheckBody>, visit: Visit<'_>, asker: Asker<'_>) -> Result<Reply, Problem> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    match body.value {
        CheckBody { token: Some(token), .. } => {
            let check = permits::check_token(&mut tx, &app.keys, &token).await?;
            Reply::ok(&CheckJson::of(app, check.as_ref(), visit.lang))
        }
        CheckBody { number: Some(number), name, .. } => {
            asker.count_look_up()?;
            let name = name.ok_or_else(|| Refusal::invalid("invalid-fields").field("name", "required"))?;
            let check = permits::check_number(&mut tx, &number, &name).await?;
            let status = check.as_ref().and_then(|c| c.permit.standing(today(app)));
            let matches = check.is_some_and(|c| c.name_matches);
            Reply::ok(&CheckJson {
                genuine: matches,
                status,
                number: Some(number),
                name_matches: Some(matches),
                ..CheckJson::default()
            })
        }
        CheckBody { token: None, number: None, .. } => {
            Err(Refusal::invalid("invalid-fields").field("token", "required").into())
        }
    }
}

#[post("/api/v1/verification", format = "multipart/form-data", data = "<sent>")]
async fn verify_file(sent: Form<Sent<'_>>, visit: Visit<'_>) -> Result<Reply, Problem> {
    let (bytes, _) = upload::read(&sent).await?;
    check_bytes(&visit, &bytes).await
}

#[post("/api/v1/verification", format = "application/pdf", data = "<data>", rank = 2)]
async fn verify_pdf(data: Data<'_>, visit: Visit<'_>) -> Result<Reply, Problem> {
    let bytes = data.open(LARGEST.bytes()).into_bytes().await.map_err(|e| Problem::malformed(&e.to_string()))?;
    if !bytes.is_complete() {
        return Err(Problem::too_large());
    }
    check_bytes(&visit, &bytes).await
}

async fn check_bytes(visit: &Visit<'_>, bytes: &[u8]) -> Result<Reply, Problem> {
    let mut tx = visit.app.db.read().await?;
    if let Some(letter) = permits::check_letter(&mut tx, bytes).await? {
        return Reply::ok(&CheckJson::of_letter(&letter, visit.lang));
    }
    let check = permits::check_pdf(&mut tx, visit.app.keys.papers().trusted(), bytes).await?;
    Reply::ok(&CheckJson::of(visit.app, check.as_ref(), visit.lang))
}

impl CheckJson {
    /// What the public is told of a permit that was found genuine, or of nothing found.
    pub fn of(app: &App, check: Option<&PermitCheck>, lang: Lang) -> CheckJson {
        let Some(PermitCheck { permit, initials, national }) = check else { return CheckJson::default() };
        CheckJson {
            genuine: true,
            status: permit.standing(today(app)),
            number: Some(permit.number.clone()),
            r#type: Some(permit.register.clone()),
            type_name: Some(type_name(app, permit, lang)),
            issued_on: Some(permit.issued_on),
            valid_until: permit.valid_until,
            holder_initials: Some(initials.clone()),
            national_signer: national.clone(),
            ..CheckJson::default()
        }
    }

    /// What the public is told of a letter that was found genuine: `status` is that of permits only.
    fn of_letter(check: &LetterCheck, lang: Lang) -> CheckJson {
        let letter = &check.letter;
        CheckJson {
            genuine: true,
            number: Some(letter.number.clone()),
            r#type: Some(check.service.clone()),
            type_name: Some(letter.kind.words(lang)),
            issued_on: Some(letter.dated),
            holder_initials: Some(check.initials.clone()),
            letter: Some(letter.kind),
            ..CheckJson::default()
        }
    }
}

/// Name of a permit's type.
pub fn type_name(app: &App, permit: &Permit, lang: Lang) -> String {
    let catalogue = app.catalogue();
    catalogue.find(&permit.register).map_or_else(|| permit.register.clone(), |p| p.service.name.of(lang).to_owned())
}

/// Today where the agency is.
pub fn today(app: &App) -> Day {
    let sites = app.sites();
    let zone = sites.list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    app.now().day(zone)
}

/// The permits that are suspended or revoked, and the same list signed with the permit key as a compact JWS.
#[get("/api/v1/revocations")]
async fn revocations(app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let dated = (app.now(), today(app));
    let mut tx = app.db.read().await?;
    let (ended, list) = permits::signed_list(&mut tx, &app.keys, &app.catalogue(), dated).await?;
    let numbers: Vec<&str> = ended.iter().map(|permit| permit.number.as_str()).collect();
    Reply::ok(&json!({ "items": numbers, "next_cursor": null, "issued_at": dated.0, "permits": ended, "jws": list }))
}
