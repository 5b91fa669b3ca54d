//! Looking people up in the population register.

mod api;
mod oversight;
mod pages;
mod simulator;
mod traces;

use rocket::Route;

pub use oversight::OversightPage;
pub use pages::LookupPage;
pub use simulator::{serve_simulator, simulator_of};
pub use traces::{SlipPage, TracesPage};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), oversight::routes(), pages::routes(), traces::routes()].concat()
}
