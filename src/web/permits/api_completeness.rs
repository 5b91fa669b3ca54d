//! What a visitor still has to bring, over the API: nothing is registered or kept.

use std::collections::BTreeSet;

use rocket::{Route, post, routes};
use serde::{Deserialize, Serialize};

use super::api_files::kind_of;
use super::at_files::AtFiles;
use super::pages::print_gaps;
use super::paper::Paper;
use super::views::{RequirementJson, requirements};
use crate::catalogue::{ApplicationKind, Service};
use crate::messages::Refusal;
use crate::permits::{Brought, Fields, check_brought, still_missing};
use crate::web::body::{Body, Reply};
use crate::web::guard::Clerk;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the check.
pub fn routes() -> Vec<Route> {
    routes![check, paper]
}

/// What somebody came for, and what they have with them.
#[derive(Deserialize)]
struct BroughtBody {
    #[serde(default)]
    service: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    fields: Fields,
    #[serde(default)]
    proxied: bool,
    #[serde(default)]
    have: BTreeSet<String>,
}

#[derive(Serialize)]
struct GapsJson {
    complete: bool,
    missing: Vec<RequirementJson>,
    requirements: Vec<RequirementJson>,
}

fn read(at: &AtFiles, body: BroughtBody) -> Result<(Service, Brought), Refusal> {
    let catalogue = at.app.catalogue();
    let found = catalogue.find(&body.service).map(|found| found.service.clone()).filter(Service::is_applied_for);
    let rules = found.ok_or_else(|| Refusal::invalid("invalid-fields").field("service", "service-not-here"))?;
    let kind = kind_of(body.kind.as_deref().unwrap_or(ApplicationKind::New.word()))?;
    Ok((rules, Brought { kind, fields: body.fields, proxied: body.proxied, have: body.have }))
}

#[post("/api/v1/completeness", data = "<body>")]
async fn check(body: Body<BroughtBody>, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let (rules, brought) = read(&at, body.value)?;
    let items = check_brought(&rules, &brought);
    let missing: Vec<_> = still_missing(&items).cloned().collect();
    let (missing, all) = (requirements(&missing, visit.lang), requirements(&items, visit.lang));
    Reply::ok(&GapsJson { complete: missing.is_empty(), missing, requirements: all })
}

/// The same on a sheet to take home (A5), in the language of `?lang=`.
#[post("/api/v1/completeness/paper", data = "<body>")]
async fn paper(body: Body<BroughtBody>, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Paper, Problem> {
    let (rules, brought) = read(&at, body.value)?;
    print_gaps(&at, (&rules, &brought), visit.lang).await
}
