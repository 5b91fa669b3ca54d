//! Permits of the register over the API, for staff.

use rocket::{Route, get, post, routes};
use serde::Deserialize;

use super::at_files::AtFiles;
use super::paper::Paper;
use super::views::PermitJson;
use crate::ids::PermitId;
use crate::permits;
use crate::web::body::{Body, Reply};
use crate::web::guard::Head;
use crate::web::problem::Problem;

/// Routes of permits.
pub fn routes() -> Vec<Route> {
    routes![view, pdf, revoke]
}

#[get("/api/v1/permits/<id>")]
async fn view(id: PermitId, at: AtFiles) -> Result<Reply, Problem> {
    let permit = permits::find_permit(&mut at.app.db.read().await?, &at.desk(), id).await?;
    Reply::ok(&PermitJson::new(&permit))
}

/// The signed bytes, exactly as they were kept.
#[get("/api/v1/permits/<id>/pdf")]
async fn pdf(id: PermitId, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let permit = permits::find_permit(&mut tx, &at.desk(), id).await?;
    Ok(permits::find_permit_bytes(&mut tx, &permit).await?.into())
}

#[derive(Deserialize)]
struct RevocationBody {
    #[serde(default)]
    reason: String,
}

#[post("/api/v1/permits/<id>/revocation", data = "<body>")]
async fn revoke(id: PermitId, body: Body<RevocationBody>, _head: Head, at: AtFiles) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let permit = permits::revoke(&mut tx, &at.desk(), id, &body.value.reason).await?;
    let reply = Reply::ok(&PermitJson::new(&permit))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now)).await?;
    tx.commit().await?;
    Ok(reply)
}
