//! Life events and the permits they concern, and the way of a permit's visitor over the population desk.

use rocket::{Route, get, post, routes};
use serde::{Deserialize, Serialize};

use crate::civil::{self, FlagDecision, LifeEventKind, PermitFlag, Review, StatedEvent};
use crate::clock::{Day, Instant};
use crate::ids::{ApplicationId, LifeEventId, PermitId};
use crate::messages::{Refusal, plain};
use crate::permits::{Cause, PermitState};
use crate::web::body::{Body, Reply};
use crate::web::guard::{Clerk, PopulationOfficer, Reviewer};
use crate::web::permits::{AtFiles, StopJson};
use crate::web::problem::Problem;
use crate::web::queue::AtWork;
use crate::web::visit::Visit;

/// Routes of events.
pub fn routes() -> Vec<Route> {
    routes![record, list, review, open_stop]
}

#[derive(Deserialize)]
struct EventBody {
    #[serde(default)]
    nik: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    happened_on: String,
    #[serde(default)]
    note: String,
}

#[derive(Serialize)]
struct EventJson {
    id: LifeEventId,
    nik: String,
    kind: LifeEventKind,
    happened_on: Day,
    recorded_at: Instant,
    permits_flagged: usize,
}

#[post("/api/v1/life-events", data = "<body>")]
async fn record(body: Body<EventBody>, _officer: PopulationOfficer, at: AtFiles) -> Result<Reply, Problem> {
    let EventBody { nik, kind, happened_on, note } = body.value;
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let stated = StatedEvent { nik, kind, happened_on, note };
    let (event, permits_flagged) = civil::record_event(&mut tx, &at.desk(), stated).await?;
    let reply = Reply::created(&EventJson {
        id: event.id,
        nik: event.nik.masked(),
        kind: event.kind,
        happened_on: event.happened_on,
        recorded_at: event.recorded_at,
        permits_flagged,
    })?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

#[derive(Serialize)]
struct FlagJson {
    event_id: LifeEventId,
    kind: LifeEventKind,
    label: String,
    happened_on: Day,
    note: String,
    recorded_at: Instant,
    permit_id: PermitId,
    number: String,
    holder_name: String,
    service: String,
    state: PermitState,
    application_id: ApplicationId,
}

#[derive(Serialize)]
struct Flags {
    items: Vec<FlagJson>,
    next_cursor: Option<String>,
}

#[get("/api/v1/permit-flags")]
async fn list(_reviewer: Reviewer, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let flags = civil::list_flags(&mut at.app.db.read().await?, &at.desk()).await?;
    let json = |flag: PermitFlag| FlagJson {
        label: plain(visit.lang, &format!("civil.event.{}", flag.kind)),
        event_id: flag.event,
        kind: flag.kind,
        happened_on: flag.happened_on,
        note: flag.note,
        recorded_at: flag.recorded_at,
        permit_id: flag.permit,
        number: flag.number,
        holder_name: flag.holder,
        service: flag.register,
        state: flag.state,
        application_id: flag.application,
    };
    Reply::ok(&Flags { items: flags.into_iter().map(json).collect(), next_cursor: None })
}

#[derive(Deserialize)]
struct ReviewBody {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    class: Option<String>,
}

#[derive(Serialize)]
struct ReviewJson {
    permit_id: PermitId,
    decision: FlagDecision,
    flags_decided: u64,
}

#[post("/api/v1/permits/<id>/review", data = "<body>")]
async fn review(id: PermitId, body: Body<ReviewBody>, _reviewer: Reviewer, at: AtFiles) -> Result<Reply, Problem> {
    let review = stated_review(&body.value.decision, body.value.reason, body.value.class.as_deref())?;
    let decision = review.decision;
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let flags_decided = civil::review_permit(&mut tx, &at.desk(), id, review).await?;
    let reply = Reply::ok(&ReviewJson { permit_id: id, decision, flags_decided })?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// A decision of typed words.
pub fn stated_review(decision: &str, reason: String, class: Option<&str>) -> Result<Review, Refusal> {
    let wrong = |field: &'static str| Refusal::invalid("invalid-fields").field(field, "choice");
    let decision = decision.parse().map_err(|_| wrong("decision"))?;
    let class = class.filter(|word| !word.is_empty()).map(|word| word.parse().map_err(|_| wrong("class")));
    Ok(Review { decision, cause: Cause { reason, class: class.transpose()?, legal_ground: None } })
}

#[derive(Deserialize)]
struct StopBody {
    #[serde(default)]
    reason: Option<String>,
}

/// The visitor of a permit goes to the population desk first and keeps the place in line.
#[post("/api/v1/applications/<id>/population-stop", data = "<body>")]
async fn open_stop(
    id: ApplicationId,
    body: Body<StopBody>,
    _clerk: Clerk,
    work: AtWork,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let reason = body.value.reason.unwrap_or_else(|| plain(visit.lang, "civil.stop_reason"));
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let stop = civil::open_correction_stop(&mut tx, &at.desk(), work.clerk(), (id, &reason)).await?;
    let reply = Reply::ok(&StopJson::new(&stop))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}
