//! The supervisor's screens and reports.

mod answer;
mod api;
mod asked;
mod file;
mod hall;
mod registers;
mod report;
mod supervisor;
mod view;

use rocket::Route;

pub use report::ReportPage;
pub use supervisor::SupervisorPage;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api::routes(), registers::routes(), supervisor::routes(), report::routes()].concat()
}
