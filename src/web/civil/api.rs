//! Requests over the API: opened, sent into SIAK, made, handed over.

use rocket::{Route, get, post, put, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pages::printed_slip;
use super::views::{CivilJson, CivilRowJson};
use crate::civil::{self, CivilState, Handover, Opening};
use crate::db::{Outcome, Tx};
use crate::ids::{CivilRequestId, TicketId};
use crate::messages::{Lang, Refusal};
use crate::web::body::{Body, Reply};
use crate::web::guard::PopulationOfficer;
use crate::web::permits::{AtFiles, Paper, texts};
use crate::web::population::find_name;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of requests.
pub fn routes() -> Vec<Route> {
    routes![create, list, view, sight, submit, make_ready, hand_over, cancel, slip]
}

#[derive(Default, Deserialize)]
struct PersonBody {
    #[serde(default)]
    nik: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

#[derive(Deserialize)]
struct OpeningBody {
    service: String,
    #[serde(default)]
    applicant: PersonBody,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    ticket_id: Option<String>,
    #[serde(default)]
    urgent_reason: String,
    #[serde(default)]
    sighted: Vec<String>,
}

#[post("/api/v1/civil-requests", data = "<body>")]
async fn create(
    body: Body<OpeningBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let unknown = |_| Refusal::invalid("invalid-fields").field("ticket_id", "ticket-unknown");
    let ticket = body.value.ticket_id.as_deref().map(|id| id.parse::<TicketId>().map_err(unknown)).transpose()?;
    let stated = body.value;
    let name =
        find_name(&visit, &at.staff.officer, (&stated.applicant.nik, &stated.applicant.name), &stated.service).await?;
    let opening = Opening {
        service: stated.service,
        nik: stated.applicant.nik,
        name,
        phone: stated.applicant.phone,
        fields: texts(stated.fields),
        ticket,
        urgent_reason: stated.urgent_reason,
        sighted: stated.sighted,
    };
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let request = civil::open(&mut tx, &at.desk(), opening).await?;
    let reply = Reply::created(&json_of(&mut tx, &at, request.id, visit.lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

async fn json_of(tx: &mut Tx, at: &AtFiles, id: CivilRequestId, lang: Lang) -> Outcome<CivilJson> {
    Ok(CivilJson::new(&at.desk(), &civil::view(tx, &at.desk(), id).await?, lang))
}

#[derive(Serialize)]
struct Page {
    items: Vec<CivilRowJson>,
    next_cursor: Option<String>,
}

/// The open requests of the own site; of one state, or all.
#[get("/api/v1/civil-requests?<state>&<limit>&<cursor>")]
async fn list(
    state: Option<&str>,
    limit: Option<usize>,
    cursor: Option<usize>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let wrong = |_| Refusal::invalid("invalid-fields").field("state", "choice");
    let asked = state.map(|word| word.parse::<CivilState>().map_err(wrong)).transpose()?;
    let states = asked.map_or_else(|| CivilState::ALL.iter().copied().filter(|s| s.is_open()).collect(), |s| vec![s]);
    let mut tx = at.app.db.read().await?;
    let mut rows = Vec::new();
    for state in states {
        rows.extend(civil::list_open(&mut tx, &at.desk(), state).await?);
    }
    let (from, limit) = (cursor.unwrap_or(0), limit.unwrap_or(50).clamp(1, 100));
    let more = rows.len() > from.saturating_add(limit);
    Reply::ok(&Page {
        items: rows.iter().skip(from).take(limit).map(|row| CivilRowJson::new(row, visit.lang)).collect(),
        next_cursor: more.then(|| (from + limit).to_string()),
    })
}

#[get("/api/v1/civil-requests/<id>")]
async fn view(
    id: CivilRequestId,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    Reply::ok(&json_of(&mut at.app.db.read().await?, &at, id, visit.lang).await?)
}

#[derive(Deserialize)]
struct SightedBody {
    #[serde(default)]
    sighted: bool,
}

#[put("/api/v1/civil-requests/<id>/requirements/<code>", data = "<body>")]
async fn sight(
    id: CivilRequestId,
    code: &str,
    body: Body<SightedBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    if !body.value.sighted {
        return Err(Refusal::invalid("invalid-fields").field("sighted", "required").into());
    }
    let mut tx = at.app.db.begin().await?;
    civil::sight(&mut tx, &at.desk(), id, &[code.to_owned()]).await?;
    let reply = Reply::ok(&json_of(&mut tx, &at, id, visit.lang).await?)?;
    tx.commit().await?;
    Ok(reply)
}

#[derive(Default, Deserialize)]
struct ActBody {
    #[serde(default)]
    siak_number: String,
    #[serde(default)]
    sighted: Vec<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    relation: String,
    #[serde(default)]
    identity_seen: bool,
    #[serde(default)]
    reason: String,
}

/// An act on a request, as its path names it.
#[derive(Clone, Copy)]
enum Deed {
    Submit,
    MakeReady,
    HandOver,
    Cancel,
}

async fn perform(
    at: &AtFiles,
    (id, deed): (CivilRequestId, Deed),
    body: Body<ActBody>,
    lang: Lang,
) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let (desk, stated) = (at.desk(), body.value);
    match deed {
        Deed::Submit => civil::submit(&mut tx, &desk, id, (&stated.siak_number, &stated.sighted)).await?,
        Deed::MakeReady => civil::make_ready(&mut tx, &desk, id, &stated.siak_number).await?,
        Deed::HandOver => {
            let ActBody { name, relation, identity_seen, .. } = stated;
            civil::hand_over(&mut tx, &desk, id, Handover { name, relation, identity_seen }).await?
        }
        Deed::Cancel => civil::cancel(&mut tx, &desk, id, &stated.reason).await?,
    };
    let reply = Reply::ok(&json_of(&mut tx, at, id, lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

#[post("/api/v1/civil-requests/<id>/submission", data = "<body>")]
async fn submit(
    id: CivilRequestId,
    body: Body<ActBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    perform(&at, (id, Deed::Submit), body, visit.lang).await
}

#[post("/api/v1/civil-requests/<id>/ready", data = "<body>")]
async fn make_ready(
    id: CivilRequestId,
    body: Body<ActBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    perform(&at, (id, Deed::MakeReady), body, visit.lang).await
}

#[post("/api/v1/civil-requests/<id>/handover", data = "<body>")]
async fn hand_over(
    id: CivilRequestId,
    body: Body<ActBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    perform(&at, (id, Deed::HandOver), body, visit.lang).await
}

#[post("/api/v1/civil-requests/<id>/cancel", data = "<body>")]
async fn cancel(
    id: CivilRequestId,
    body: Body<ActBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    perform(&at, (id, Deed::Cancel), body, visit.lang).await
}

#[get("/api/v1/civil-requests/<id>/slip")]
async fn slip(id: CivilRequestId, _officer: PopulationOfficer, at: AtFiles) -> Result<Paper, Problem> {
    printed_slip(&at, id).await
}
