//! The stock of blanks over the API.

use rocket::{Route, get, post, routes};
use serde::{Deserialize, Serialize};

use super::views::StockJson;
use crate::civil::{self, StockChange};
use crate::ids::SiteId;
use crate::messages::{FieldFault, Refusal};
use crate::web::body::{Body, Reply};
use crate::web::guard::PopulationOfficer;
use crate::web::permits::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the stock.
pub fn routes() -> Vec<Route> {
    routes![list, change]
}

#[derive(Serialize)]
struct Stock {
    items: Vec<StockJson>,
    next_cursor: Option<String>,
}

/// The site of the officer; one without a site has no stock.
pub fn site_of(at: &AtFiles) -> Result<SiteId, Refusal> {
    at.staff.officer.site.ok_or_else(|| Refusal::forbidden("officer-without-site"))
}

#[get("/api/v1/blanks")]
async fn list(_officer: PopulationOfficer, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let lines = civil::list_stock(&mut at.app.db.read().await?, site_of(&at)?).await?;
    let items = lines.iter().map(|line| StockJson::new(line, visit.lang)).collect();
    Reply::ok(&Stock { items, next_cursor: None })
}

#[derive(Deserialize)]
struct ChangeBody {
    kind: String,
    r#move: String,
    quantity: i64,
    #[serde(default)]
    reason: String,
}

/// A change of the stock of typed words.
pub fn stated(kind: &str, step: &str, quantity: i64, reason: String) -> Result<StockChange, Refusal> {
    let (blank, moved) = (kind.parse(), step.parse());
    let mut faults = Vec::new();
    if blank.is_err() {
        faults.push(FieldFault::new("kind", "choice"));
    }
    if moved.is_err() {
        faults.push(FieldFault::new("move", "choice"));
    }
    match (blank, moved) {
        (Ok(kind), Ok(step)) => Ok(StockChange { kind, step, quantity, reason }),
        _ => Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }),
    }
}

#[post("/api/v1/blanks", data = "<body>")]
async fn change(
    body: Body<ChangeBody>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let ChangeBody { kind, r#move, quantity, reason } = body.value;
    let change = stated(&kind, &r#move, quantity, reason)?;
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let line = civil::change_stock(&mut tx, &at.desk(), change).await?;
    let reply = Reply::ok(&StockJson::new(&line, visit.lang))?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}
