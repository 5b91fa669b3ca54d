//! `GET /api/v1/regions`: provinces, regencies, districts and villages by official code, for forms of others.

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::messages::Refusal;
use crate::population::{RegionLevel, Regions};
use crate::web::body::Reply;
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![list]
}

#[derive(Serialize)]
struct List {
    items: Vec<Item>,
    /// A part is never cut: no region has a hundred below it.
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct Item {
    code: String,
    level: RegionLevel,
    name: String,
    /// As it is printed: `Kelurahan Jakabaring Selatan`.
    full_name: String,
}

/// What lies in a region; without one, the provinces.
#[get("/api/v1/regions?<parent>")]
fn list(parent: Option<&str>) -> Result<Reply, Problem> {
    let regions = Regions::in_force();
    if parent.is_some_and(|code| regions.find_name(code).is_none()) {
        return Err(Refusal::not_found("region-unknown").into());
    }
    let item = |region: &crate::population::Region| Item {
        code: region.code.clone(),
        level: region.level,
        name: region.name.clone(),
        full_name: regions.full_name(region),
    };
    let items = regions.list_in(parent).into_iter().map(item).collect();
    Reply::ok(&List { items, next_cursor: None })
}
