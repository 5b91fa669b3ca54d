//! `POST` and `DELETE /api/v1/session`.

use std::sync::Arc;

use rocket::{Route, State, delete, post, routes};
use serde::{Deserialize, Serialize};

use crate::identity::{self, API_MINUTES, Role, SessionKind};
use crate::ids::OfficerId;
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::guard::Staff;
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![sign_in, sign_out]
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
    /// A code of the second factor.
    #[serde(default)]
    totp: String,
}

#[derive(Serialize)]
struct SessionView {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    user: UserView,
}

#[derive(Serialize)]
struct UserView {
    id: OfficerId,
    name: String,
    roles: Vec<Role>,
    site: Option<String>,
}

#[post("/api/v1/session", data = "<body>")]
async fn sign_in(body: Body<Credentials>, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let now = app.now();
    let Credentials { username, password, totp } = &body.value;
    let typed = identity::Credentials { username, password, code: totp };
    let (officer, session, _) =
        identity::sign_in(&app.db, app.tries(), &app.keys, typed, SessionKind::Api, now).await?;
    let site = officer.site.and_then(|id| app.sites().find_by_id(id).map(|s| s.code.clone()));
    Reply::ok(&SessionView {
        access_token: app.bearers.issue(&session, now).map_err(|e| Problem::failure(&e))?,
        token_type: "Bearer",
        expires_in: API_MINUTES * 60,
        user: UserView { id: officer.id, name: officer.name, roles: officer.roles, site },
    })
}

#[delete("/api/v1/session")]
async fn sign_out(staff: Staff, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let mut tx = app.db.begin().await?;
    identity::sign_out(&mut tx, app.act(&staff.officer), staff.session).await?;
    tx.commit().await?;
    Ok(Reply::none())
}
