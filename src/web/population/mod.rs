//! Looking people up in the population register.

mod api;
mod family;
mod oversight;
mod pages;
mod simulator;
mod traces;

use rocket::Route;

pub use family::FamilyPage;
pub use oversight::OversightPage;
pub use pages::{LookupPage, ask, find_name};
pub use simulator::{serve_simulator, simulator_of};
pub use traces::{SlipPage, TracesPage};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), family::routes(), oversight::routes(), pages::routes(), traces::routes()].concat()
}
