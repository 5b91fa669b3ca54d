//! Signing in and out, and the first administrator.

mod api;
mod pages;

use rocket::Route;

pub use pages::{SetUpPage, SignInPage};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), pages::routes()].concat()
}
