//! `POST /api/v1/residents/lookup`: the NIK stands in the body, never in an address.

use std::sync::Arc;

use rocket::{Route, State, post, routes};
use serde::Deserialize;

use crate::ids::{ApplicationId, TicketId};
use crate::messages::{FieldFault, Refusal};
use crate::population::{self, Claimed, LookupRequest, Nik};
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::guard::RegisterReader;
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![lookup]
}

#[derive(Deserialize)]
struct LookupBody {
    nik: String,
    #[serde(default)]
    purpose: String,
    ticket_id: Option<TicketId>,
    application_id: Option<ApplicationId>,
    claimed: Option<Claimed>,
}

#[post("/api/v1/residents/lookup", data = "<body>")]
async fn lookup(body: Body<LookupBody>, reader: RegisterReader, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let LookupBody { nik, purpose, ticket_id, application_id, claimed } = body.value;
    let nik = Nik::parse(&nik).map_err(|_| not_a_nik())?;
    let request = LookupRequest { nik, purpose, ticket_id, application_id, claimed };
    let asker = app.asker(&reader.officer);
    let answer = population::look_up(&app.db, &app.keys, &app.gate, asker, request).await?;
    Reply::ok(&answer)
}

fn not_a_nik() -> Refusal {
    Refusal { fields: vec![FieldFault::new("nik", "not-a-nik")], ..Refusal::invalid("invalid-fields") }
}
