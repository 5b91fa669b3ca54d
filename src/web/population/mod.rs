//! Looking people up in the population register.

mod api;
mod pages;

use rocket::Route;

pub use pages::LookupPage;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), pages::routes()].concat()
}
