//! Population documents over HTTP: the desk of the population officer, the API, and permits that a life event concerns.

mod api;
mod api_blanks;
mod api_events;
mod pages;
mod views;

use rocket::Route;

pub use pages::{CivilFormPage, CivilPage, DoublesPage, PopulationDeskPage, ReviewPage, StockPage};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), api_blanks::routes(), api_events::routes(), pages::routes()].concat()
}
