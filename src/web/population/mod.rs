//! Looking people up in the population register.

mod api;

use rocket::Route;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    api::routes()
}
