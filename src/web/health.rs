//! Whether the process lives and whether it can serve; the description of the API; the public keys.

use std::sync::Arc;

use rocket::http::{ContentType, Status};
use rocket::serde::json::Json;
use rocket::{Route, State, get, routes};
use serde_json::{Value, json};

use super::app::App;
use super::problem::Problem;
use crate::permits;

/// The description of the API, kept by hand and held against the mounted routes by a test.
pub const OPENAPI: &str = include_str!("openapi.json");

/// Routes outside the nouns.
pub fn routes() -> Vec<Route> {
    routes![alive, ready, openapi, public_keys]
}

/// The process answers.
#[get("/healthz")]
fn alive() -> &'static str {
    "ok"
}

/// The database answers, for reading and for writing.
#[get("/readyz")]
async fn ready(app: &State<Arc<App>>) -> (Status, Json<Value>) {
    let reads = app.db.read().await.map(drop);
    let writes = app.db.begin().await.map(drop);
    match reads.and(writes) {
        Ok(()) => (Status::Ok, Json(json!({ "ready": true }))),
        Err(cause) => {
            tracing::error!(%cause, "not ready");
            (Status::ServiceUnavailable, Json(json!({ "ready": false, "reason": "database" })))
        }
    }
}

#[get("/api/v1/openapi.json")]
fn openapi() -> (ContentType, &'static str) {
    (ContentType::JSON, OPENAPI)
}

#[get("/api/v1/.well-known/jwks.json")]
async fn public_keys(app: &State<Arc<App>>) -> Result<Json<Value>, Problem> {
    let national = permits::list_certificates(&mut app.db.read().await?).await?;
    let seals = app.keys.papers().trusted().with_national(national).jwks();
    let keys: Vec<Value> = [app.bearers.jwk(), app.keys.permit_jwk()].into_iter().chain(seals).collect();
    Ok(Json(json!({ "keys": keys })))
}
