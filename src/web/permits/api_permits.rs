//! Permits of the register over the API, for staff.

use std::collections::BTreeMap;

use rocket::{Route, get, post, routes};
use serde::Deserialize;
use serde_json::json;

use super::api_files::file_json;
use super::at_files::AtFiles;
use super::paper::Paper;
use super::views::PermitJson;
use crate::ids::PermitId;
use crate::permits::{self, Cause, Misprint, PermitAct, ReasonClass};
use crate::web::body::{Body, Reply};
use crate::web::guard::{Clerk, Head};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of permits.
pub fn routes() -> Vec<Route> {
    routes![view, pdf, revoke, suspend, lift, reprint, correct]
}

#[get("/api/v1/permits/<id>")]
async fn view(id: PermitId, at: AtFiles) -> Result<Reply, Problem> {
    let permit = permits::find_permit(&mut at.app.db.read().await?, &at.desk(), id).await?;
    Reply::ok(&PermitJson::new(&permit))
}

/// The signed bytes, exactly as they were kept: the newest edition, or the one asked for.
#[get("/api/v1/permits/<id>/pdf?<edition>")]
async fn pdf(id: PermitId, edition: Option<i64>, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let permit = permits::find_permit(&mut tx, &at.desk(), id).await?;
    match edition {
        Some(edition) => Ok(Paper::issued(permits::find_edition_bytes(&mut tx, &permit, edition).await?)),
        None => Ok(Paper::issued(permits::find_permit_bytes(&mut tx, &permit).await?)),
    }
}

/// Why; the class stands on the public list.
#[derive(Deserialize)]
struct CauseBody {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    class: Option<ReasonClass>,
    #[serde(default)]
    legal_ground: Option<String>,
}

#[post("/api/v1/permits/<id>/revocation", data = "<body>")]
async fn revoke(id: PermitId, body: Body<CauseBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    change(id, PermitAct::Revocation, body, at).await
}

#[post("/api/v1/permits/<id>/suspension", data = "<body>")]
async fn suspend(id: PermitId, body: Body<CauseBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    change(id, PermitAct::Suspension, body, at).await
}

#[post("/api/v1/permits/<id>/lifting", data = "<body>")]
async fn lift(id: PermitId, body: Body<CauseBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    change(id, PermitAct::Lifting, body, at).await
}

async fn change(id: PermitId, act: PermitAct, body: Body<CauseBody>, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let cause = Cause { reason: body.value.reason, class: body.value.class, legal_ground: body.value.legal_ground };
    let permit = permits::change_standing(&mut tx, &at.desk(), id, (act, cause)).await?;
    let reply = Reply::ok(&PermitJson::new(&permit))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// Counts a printed copy that is given out again.
#[post("/api/v1/permits/<id>/reprint", data = "<body>")]
async fn reprint(id: PermitId, body: Body<CauseBody>, _clerk: Clerk, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let (permit, copy) = permits::reprint(&mut tx, &at.desk(), id, &body.value.reason).await?;
    let reply = Reply::ok(&json!({ "copy": copy, "pdf": format!("/api/v1/permits/{}/pdf", permit.id) }))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// A mistake of the permit: whose, why it is one, and what is right by field.
#[derive(Deserialize)]
struct ErratumBody {
    #[serde(default)]
    cause: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    changes: BTreeMap<String, String>,
}

#[post("/api/v1/permits/<id>/erratum", data = "<body>")]
async fn correct(
    id: PermitId,
    body: Body<ErratumBody>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let ErratumBody { cause, reason, changes } = body.value;
    let file = permits::begin_erratum(&mut tx, &at.desk(), id, Misprint { cause, reason, changes }).await?;
    let reply = Reply::created(&file_json(&mut tx, &at, &file, visit.lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}
