//! Signing in and out, and the first administrator.

mod api;
mod delegations;
mod factor;
mod pages;

use rocket::Route;

pub use delegations::DelegationsPage;
pub use factor::FactorPage;
pub use pages::{SetUpPage, SignInPage};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), delegations::routes(), factor::routes(), pages::routes()].concat()
}
