//! Paper folders over the API, for staff.

use rocket::{Route, get, post, routes};
use serde::{Deserialize, Serialize};

use super::at_files::AtFiles;
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::ids::ApplicationId;
use crate::permits::{self, FolderMove, FolderMoveKind, FolderOut, Shelving};
use crate::web::body::{Body, Reply};
use crate::web::guard::FolderWatch;
use crate::web::problem::Problem;

/// Routes of folders.
pub fn routes() -> Vec<Route> {
    routes![moves, put, out]
}

#[derive(Serialize)]
struct List<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct MoveJson {
    kind: FolderMoveKind,
    place: String,
    note: String,
    officer: String,
    at: Instant,
}

impl From<FolderMove> for MoveJson {
    fn from(one: FolderMove) -> MoveJson {
        MoveJson { kind: one.kind, place: one.place, note: one.note, officer: one.officer, at: one.at }
    }
}

#[derive(Serialize)]
struct OutJson {
    application_id: ApplicationId,
    code: String,
    service: String,
    applicant_name: String,
    with: String,
    note: String,
    since: Instant,
}

impl From<FolderOut> for OutJson {
    fn from(one: FolderOut) -> OutJson {
        OutJson {
            application_id: one.file,
            code: one.code.text().to_owned(),
            service: one.service,
            applicant_name: one.applicant,
            with: one.with,
            note: one.note,
            since: one.since,
        }
    }
}

async fn list(tx: &mut Tx, at: &AtFiles, id: ApplicationId) -> Outcome<List<MoveJson>> {
    let moves = permits::list_folder(tx, &at.desk(), id).await?;
    Ok(List { items: moves.into_iter().map(MoveJson::from).collect(), next_cursor: None })
}

/// Where the folder is (the first) and was.
#[get("/api/v1/applications/<id>/folder")]
async fn moves(id: ApplicationId, at: AtFiles) -> Result<Reply, Problem> {
    Reply::ok(&list(&mut at.app.db.read().await?, &at, id).await?)
}

/// Where the folder went.
#[derive(Deserialize)]
struct MoveBody {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    note: String,
}

#[post("/api/v1/applications/<id>/folder", data = "<body>")]
async fn put(id: ApplicationId, body: Body<MoveBody>, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let MoveBody { kind, place, note } = body.value;
    permits::move_folder(&mut tx, &at.desk(), id, Shelving { kind, place, note }).await?;
    let reply = Reply::ok(&list(&mut tx, &at, id).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// The folders that are out, longest first.
#[get("/api/v1/folders/out")]
async fn out(_watch: FolderWatch, at: AtFiles) -> Result<Reply, Problem> {
    let out = permits::list_folders_out(&mut at.app.db.read().await?, &at.desk()).await?;
    Reply::ok(&List { items: out.into_iter().map(OutJson::from).collect::<Vec<_>>(), next_cursor: None })
}
