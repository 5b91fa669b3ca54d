//! Files sent in pieces by a script, over a line that breaks: by the applicant behind the link of a return, and at the
//! desk. Without the script, or on a page without TLS, the plain form does the same in one go.

use rocket::data::ToByteUnit;
use rocket::http::Status;
use rocket::outcome::try_outcome;
use rocket::request::{FromRequest, Outcome as RequestOutcome, Request};
use rocket::response::{Responder, Result as Answer};
use rocket::{Data, Route, get, patch, post, routes};
use serde::{Deserialize, Serialize};

use super::at_files::AtFiles;
use super::pages::is_photo;
use super::upload;
use crate::db::{Outcome, Tx};
use crate::documents::Upload;
use crate::documents::transfer::{self, Announced, LARGEST_PIECE, Transfer};
use crate::ids::{ApplicationId, TransferId};
use crate::messages::{Lang, Refusal};
use crate::permits::{self, Answering, Proof};
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::form::Scripted;
use crate::web::guard::Clerk;
use crate::web::problem::Problem;
use crate::web::visit::{Visit, lang_of};

/// Routes of both ways.
pub fn routes() -> Vec<Route> {
    let link = routes![begin_answer, answer_state, answer_piece, finish_answer];
    let desk = routes![begin_paper, paper_state, paper_piece, finish_paper];
    [link, desk].concat()
}

/// A script at the desk, with the token of its page.
struct AtDesk {
    at: AtFiles,
    lang: Lang,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AtDesk {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> RequestOutcome<Self, Problem> {
        let _clerk = try_outcome!(Clerk::from_request(request).await);
        let _scripted = try_outcome!(Scripted::from_request(request).await);
        let at = try_outcome!(AtFiles::from_request(request).await);
        RequestOutcome::Success(AtDesk { at, lang: lang_of(request) })
    }
}

/// A problem for a script, also outside the API.
struct Told(Problem, Lang);

impl<'r> Responder<'r, 'static> for Told {
    fn respond_to(self, _: &'r Request<'_>) -> Answer<'static> {
        self.0.json(self.1)
    }
}

type Next = Result<Reply, Told>;

/// What a script says of a file before it sends it.
#[derive(Deserialize)]
struct Announcement {
    name: String,
    size: i64,
    sha256: String,
}

/// How far a file is.
#[derive(Serialize)]
struct StateJson {
    id: TransferId,
    size: i64,
    received: i64,
    done: bool,
}

/// The file is kept; where to go on.
#[derive(Serialize)]
struct KeptJson {
    next: String,
}

fn state(transfer: &Transfer) -> StateJson {
    let Transfer { id, size, received, done_at, .. } = transfer;
    StateJson { id: *id, size: *size, received: *received, done: done_at.is_some() }
}

async fn begin(app: &App, scope: &str, file: Announcement) -> Result<Reply, Problem> {
    let sha256 = data_encoding::HEXLOWER_PERMISSIVE.decode(file.sha256.as_bytes()).unwrap_or_default();
    let announced = Announced { file_name: file.name, size: file.size, sha256 };
    let mut tx = app.db.begin().await?;
    let transfer = transfer::begin(&mut tx, scope, announced, app.now()).await?;
    tx.commit().await?;
    Reply::created(&state(&transfer))
}

async fn find(app: &App, scope: &str, id: TransferId) -> Result<Reply, Problem> {
    Reply::ok(&state(&transfer::find(&mut app.db.read().await?, scope, id, app.now()).await?))
}

/// A piece counts only when it came whole.
async fn take(app: &App, scope: &str, (id, from): (TransferId, i64), data: Data<'_>) -> Result<Reply, Problem> {
    let body = data.open((LARGEST_PIECE + 1).bytes()).into_bytes().await;
    let body = body.map_err(|_| Problem::of_status(Status::BadRequest))?;
    if !body.is_complete() {
        return Err(Problem::too_large());
    }
    let mut tx = app.db.begin().await?;
    let transfer = transfer::take_piece(&mut tx, scope, (id, app.now()), (from, body.into_inner())).await?;
    tx.commit().await?;
    Reply::ok(&state(&transfer))
}

/// The whole file, looked through; `None` when it was kept before. One that is refused is forgotten.
async fn arrived(app: &App, scope: &str, id: TransferId, photo: bool) -> Result<Option<Upload>, Problem> {
    let mut tx = app.db.read().await?;
    let transfer = transfer::find(&mut tx, scope, id, app.now()).await?;
    if transfer.done_at.is_some() {
        return Ok(None);
    }
    let whole = transfer::whole(&mut tx, &transfer).await;
    drop(tx);
    let checked = match whole {
        Ok(bytes) => upload::check_bytes(app, (bytes, transfer.file_name), photo).await,
        Err(fault) => Err(fault.into()),
    };
    match checked {
        Ok(upload) => Ok(Some(upload)),
        Err(problem) => {
            if problem.status == Status::UnprocessableEntity {
                let mut tx = app.db.begin().await?;
                transfer::discard(&mut tx, id).await?;
                tx.commit().await?;
            }
            Err(problem)
        }
    }
}

/// Whether the last step is still to be done; locks it.
async fn is_open(tx: &mut Tx, app: &App, scope: &str, id: TransferId) -> Outcome<bool> {
    Ok(transfer::find_locked(tx, scope, id, app.now()).await?.done_at.is_none())
}

/// What a file behind a link is for; whether it must be a photograph.
async fn answer_scope(app: &App, token: &str, place: i64) -> Result<(String, bool), Problem> {
    let (back, _, rules) = permits::find_returned(&mut app.db.read().await?, &app.keys, token).await?;
    let item = back.items.iter().find(|item| item.place == place);
    let item = item.ok_or_else(|| Refusal::not_found("correction-over"))?;
    Ok((format!("answer:{}:{}:{place}", back.application, back.round), is_photo(&rules, &item.target)))
}

#[post("/perbaikan/<token>/berkas/<place>/kiriman", data = "<body>")]
async fn begin_answer(
    token: &str,
    place: i64,
    _scripted: Scripted,
    body: Body<Announcement>,
    visit: Visit<'_>,
) -> Next {
    let begun = async {
        let (scope, _) = answer_scope(visit.app, token, place).await?;
        begin(visit.app, &scope, body.value).await
    };
    begun.await.map_err(|problem| Told(problem, visit.lang))
}

#[get("/perbaikan/<token>/berkas/<place>/kiriman/<transfer>")]
async fn answer_state(token: &str, place: i64, transfer: TransferId, visit: Visit<'_>) -> Next {
    let found = async {
        let (scope, _) = answer_scope(visit.app, token, place).await?;
        find(visit.app, &scope, transfer).await
    };
    found.await.map_err(|problem| Told(problem, visit.lang))
}

#[patch("/perbaikan/<token>/berkas/<place>/kiriman/<transfer>?<from>", data = "<data>")]
async fn answer_piece(
    token: &str,
    place: i64,
    transfer: TransferId,
    from: i64,
    _scripted: Scripted,
    data: Data<'_>,
    visit: Visit<'_>,
) -> Next {
    let taken = async {
        let (scope, _) = answer_scope(visit.app, token, place).await?;
        take(visit.app, &scope, (transfer, from), data).await
    };
    taken.await.map_err(|problem| Told(problem, visit.lang))
}

#[post("/perbaikan/<token>/berkas/<place>/kiriman/<transfer>/selesai")]
async fn finish_answer(token: &str, place: i64, transfer: TransferId, _scripted: Scripted, visit: Visit<'_>) -> Next {
    keep_answer(visit.app, (token, place), transfer).await.map_err(|problem| Told(problem, visit.lang))
}

async fn keep_answer(app: &App, (token, place): (&str, i64), id: TransferId) -> Result<Reply, Problem> {
    let next = KeptJson { next: format!("/perbaikan/{token}#item-{place}") };
    let (scope, photo) = answer_scope(app, token, place).await?;
    let Some(upload) = arrived(app, &scope, id, photo).await? else { return Reply::ok(&next) };
    let mut tx = app.db.begin().await?;
    if is_open(&mut tx, app, &scope, id).await? {
        let (sites, calendar) = (app.sites(), app.calendar());
        let at = Answering { keys: &app.keys, sites: &sites, calendar: &calendar, now: app.now() };
        transfer::end(&mut tx, id, at.now).await?;
        permits::answer_with_file(&mut tx, &at, (token, place), upload).await?;
        tx.commit().await?;
    }
    Reply::ok(&next)
}

/// What a file at the desk is for; whether it must be a photograph.
async fn paper_scope(at: &AtFiles, id: ApplicationId, code: &str) -> Result<(String, bool), Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let item = view.items.iter().find(|item| item.code == code);
    let item = item.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    Ok((format!("paper:{id}:{code}"), item.photo))
}

#[post("/permohonan/<id>/berkas/<code>/kiriman", data = "<body>")]
async fn begin_paper(id: ApplicationId, code: &str, desk: AtDesk, body: Body<Announcement>) -> Next {
    let begun = async {
        let (scope, _) = paper_scope(&desk.at, id, code).await?;
        begin(&desk.at.app, &scope, body.value).await
    };
    begun.await.map_err(|problem| Told(problem, desk.lang))
}

#[get("/permohonan/<id>/berkas/<code>/kiriman/<transfer>")]
async fn paper_state(id: ApplicationId, code: &str, transfer: TransferId, desk: AtDesk) -> Next {
    let found = async {
        let (scope, _) = paper_scope(&desk.at, id, code).await?;
        find(&desk.at.app, &scope, transfer).await
    };
    found.await.map_err(|problem| Told(problem, desk.lang))
}

#[patch("/permohonan/<id>/berkas/<code>/kiriman/<transfer>?<from>", data = "<data>")]
async fn paper_piece(
    id: ApplicationId,
    code: &str,
    transfer: TransferId,
    from: i64,
    desk: AtDesk,
    data: Data<'_>,
) -> Next {
    let taken = async {
        let (scope, _) = paper_scope(&desk.at, id, code).await?;
        take(&desk.at.app, &scope, (transfer, from), data).await
    };
    taken.await.map_err(|problem| Told(problem, desk.lang))
}

#[post("/permohonan/<id>/berkas/<code>/kiriman/<transfer>/selesai")]
async fn finish_paper(id: ApplicationId, code: &str, transfer: TransferId, desk: AtDesk) -> Next {
    keep_paper(&desk.at, (id, code), transfer).await.map_err(|problem| Told(problem, desk.lang))
}

async fn keep_paper(at: &AtFiles, (id, code): (ApplicationId, &str), transfer: TransferId) -> Result<Reply, Problem> {
    let next = KeptJson { next: format!("/permohonan/{id}#berkas-{code}") };
    let (scope, photo) = paper_scope(at, id, code).await?;
    let Some(upload) = arrived(&at.app, &scope, transfer, photo).await? else { return Reply::ok(&next) };
    let mut tx = at.app.db.begin().await?;
    if is_open(&mut tx, &at.app, &scope, transfer).await? {
        transfer::end(&mut tx, transfer, at.now).await?;
        permits::put_requirement(&mut tx, &at.desk(), id, code, Proof::File(upload)).await?;
        tx.commit().await?;
    }
    Reply::ok(&next)
}
