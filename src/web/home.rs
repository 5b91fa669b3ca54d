//! The front page.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::page::{Page, Rendered};
use super::problem::Problem;
use super::visit::Visit;

/// Routes of the front page.
pub fn routes() -> Vec<Route> {
    routes![home]
}

/// The front page: what a citizen can do here.
#[derive(Serialize)]
pub struct HomePage {
    sites: Vec<SiteCard>,
}

#[derive(Serialize)]
struct SiteCard {
    code: String,
    name: String,
    address: String,
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "web/home.html";

    fn samples() -> Vec<Self> {
        let card = SiteCard { code: "opi".into(), name: "Gerai OPI Mall".into(), address: "Jakabaring".into() };
        vec![HomePage { sites: vec![] }, HomePage { sites: vec![card] }]
    }
}

#[get("/")]
fn home(visit: Visit<'_>) -> Result<Rendered, Problem> {
    let sites = visit.app.sites();
    let cards = sites.list().iter().map(|s| SiteCard {
        code: s.code.clone(),
        name: s.name.clone(),
        address: s.address.clone(),
    });
    visit.page(&HomePage { sites: cards.collect() })
}
