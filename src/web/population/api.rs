//! `POST /api/v1/residents/lookup`: the NIK stands in the body, never in an address.

use std::sync::Arc;

use rocket::{Route, State, post, routes};
use serde::{Deserialize, Serialize};

use crate::ids::{ApplicationId, TicketId};
use crate::messages::{FieldFault, Refusal};
use crate::population::{self, Claimed, FamilyMember, LookupRequest, Nik};
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::guard::{DeskStaff, RegisterReader};
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![lookup, family]
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

#[derive(Serialize)]
struct FamilyPage {
    items: Vec<FamilyMember>,
    next_cursor: Option<String>,
}

/// The people of the family card, from the register of this office.
#[post("/api/v1/residents/family", data = "<body>")]
async fn family(body: Body<LookupBody>, staff: DeskStaff, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let LookupBody { nik, purpose, ticket_id, application_id, .. } = body.value;
    let nik = Nik::parse(&nik).map_err(|_| not_a_nik())?;
    let request = LookupRequest { nik, purpose, ticket_id, application_id, claimed: None };
    let officer = &staff.officer;
    let mut tx = app.db.begin().await?;
    let items = population::view_family(&mut tx, &app.keys, app.act(officer), officer.id, request).await?;
    tx.commit().await?;
    Reply::ok(&FamilyPage { items, next_cursor: None })
}

fn not_a_nik() -> Refusal {
    Refusal { fields: vec![FieldFault::new("nik", "not-a-nik")], ..Refusal::invalid("invalid-fields") }
}
