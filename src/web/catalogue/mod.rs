//! The public catalogue: sites and services.

mod admin;
mod api;
mod pages;
mod requirement;
mod words;

use rocket::Route;

pub use admin::{EditorPage, ServiceFilesPage};
pub use pages::{ServicePage, ServicesPage};
pub use requirement::{RequirementPage, address as requirement_address};
pub use words::time;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), pages::routes(), requirement::routes(), admin::routes()].concat()
}
