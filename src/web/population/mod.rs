//! Looking people up in the population register.

mod api;
mod family;
mod oversight;
mod pages;
mod regions;
mod simulator;
mod traces;
mod typed;

use rocket::Route;

pub use family::FamilyPage;
pub use oversight::OversightPage;
pub use pages::{LookupPage, ask, find_name};
pub use simulator::{serve_simulator, simulator_of};
pub use traces::{SlipPage, TracesPage};
pub use typed::{TypedNik, typed_nik};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), family::routes(), oversight::routes(), pages::routes(), regions::routes(), traces::routes()]
        .concat()
}
