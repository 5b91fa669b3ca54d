//! Letters of files and warnings about permits over the API, for staff.

use rocket::{Route, get, post, routes};
use serde::{Deserialize, Serialize};

use super::at_files::AtFiles;
use super::pages::print;
use super::paper::Paper;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, Tx};
use crate::ids::{ApplicationId, PermitId};
use crate::messages::{Lang, Refusal};
use crate::permits::{self, FileView, Outgoing, OutgoingKind, Rebuke, Reprimand, next_step};
use crate::web::body::{Body, Reply};
use crate::web::guard::Head;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of letters and warnings.
pub fn routes() -> Vec<Route> {
    routes![list, pdf, list_warnings, warn, comply]
}

/// A letter of the register.
#[derive(Serialize)]
struct LetterJson {
    kind: OutgoingKind,
    label: String,
    number: Option<String>,
    dated: Option<Day>,
    about_at: Instant,
    pdf: String,
    /// Behind the code on the paper: anybody may ask which letter it is.
    url: Option<String>,
}

#[derive(Serialize)]
struct List<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

fn letters(base: &str, view: &FileView, lang: Lang) -> Vec<LetterJson> {
    let one = |kind: &OutgoingKind| {
        let (about_at, _) = kind.find_moment(view)?;
        let known = view.letters.iter().find(|letter| letter.kind == *kind && letter.about_at == about_at);
        Some(LetterJson {
            kind: *kind,
            label: kind.words(lang),
            number: known.map(|letter| letter.number.clone()),
            dated: known.map(|letter| letter.dated),
            about_at,
            pdf: format!("/api/v1/applications/{}/letters/{kind}", view.file.id),
            url: known.map(|letter| format!("{base}/surat/{}", letter.short_id)),
        })
    };
    OutgoingKind::ALL.iter().filter_map(one).collect()
}

/// The letters there are about a file and its permit.
#[get("/api/v1/applications/<id>/letters")]
async fn list(id: ApplicationId, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    Reply::ok(&List {
        items: letters(at.app.config.public_url.trim_end_matches('/'), &view, visit.lang),
        next_cursor: None,
    })
}

/// The latest letter of a kind, sealed.
#[get("/api/v1/applications/<id>/letters/<kind>?<language>")]
async fn pdf(id: ApplicationId, kind: &str, language: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    let kind = kind.parse().map_err(|_| Refusal::not_found("letter-unknown"))?;
    print(id, (kind, language), &at).await
}

/// A warning.
#[derive(Serialize)]
struct WarningJson {
    series: i64,
    step: i64,
    number: Option<String>,
    breach: String,
    remedy: String,
    working_days: i64,
    issued_at: Instant,
    due_on: Day,
    ended_at: Option<Instant>,
    end_note: Option<String>,
    pdf: String,
}

impl WarningJson {
    fn new(file: ApplicationId, one: &Reprimand, letter: Option<&Outgoing>) -> WarningJson {
        WarningJson {
            series: one.series,
            step: one.step,
            number: letter.map(|letter| letter.number.clone()),
            breach: one.breach.clone(),
            remedy: one.remedy.clone(),
            working_days: one.working_days,
            issued_at: one.issued_at,
            due_on: one.due_on,
            ended_at: one.ended_at,
            end_note: one.end_note.clone(),
            pdf: format!("/api/v1/applications/{file}/letters/warning_{}", one.step),
        }
    }
}

/// The warnings of a permit, oldest first, and the step that may be taken today.
#[derive(Serialize)]
struct WarningsJson {
    items: Vec<WarningJson>,
    next_cursor: Option<String>,
    next_step: Option<i64>,
}

async fn warnings(tx: &mut Tx, at: &AtFiles, id: PermitId) -> Outcome<WarningsJson> {
    let permit = permits::find_permit(tx, &at.desk(), id).await?;
    let view = permits::view(tx, &at.desk(), permit.application).await?;
    let one = |one: &Reprimand| {
        let letter = view.letters.iter().find(|letter| letter.is_about(one));
        WarningJson::new(permit.application, one, letter)
    };
    let next_step = next_step(&view.reprimands, at.today()).ok().filter(|_| permit.is_in_register());
    Ok(WarningsJson { items: view.reprimands.iter().map(one).collect(), next_cursor: None, next_step })
}

#[get("/api/v1/permits/<id>/warnings")]
async fn list_warnings(id: PermitId, at: AtFiles) -> Result<Reply, Problem> {
    Reply::ok(&warnings(&mut at.app.db.read().await?, &at, id).await?)
}

/// A warning as it is stated.
#[derive(Deserialize)]
struct WarningBody {
    #[serde(default)]
    step: Option<i64>,
    #[serde(default)]
    breach: String,
    #[serde(default)]
    remedy: String,
    #[serde(default)]
    working_days: i64,
}

#[post("/api/v1/permits/<id>/warnings", data = "<body>")]
async fn warn(id: PermitId, body: Body<WarningBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let WarningBody { step, breach, remedy, working_days } = body.value;
    let stated = Rebuke { step, breach, remedy, working_days };
    let (permit, one, letter) = permits::reprimand(&mut tx, &at.desk(), id, stated).await?;
    let reply = Reply::created(&WarningJson::new(permit.application, &one, Some(&letter)))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// How what was asked for was done.
#[derive(Deserialize)]
struct NoteBody {
    #[serde(default)]
    note: String,
}

#[post("/api/v1/permits/<id>/compliance", data = "<body>")]
async fn comply(id: PermitId, body: Body<NoteBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    permits::end_reprimand(&mut tx, &at.desk(), id, &body.value.note).await?;
    let reply = Reply::ok(&warnings(&mut tx, &at, id).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}
