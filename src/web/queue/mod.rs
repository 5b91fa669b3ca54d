//! The queue over HTTP: numbers, counters, the board, and the pages around them.

mod api_board;
mod api_counters;
mod api_tickets;
mod at_work;
mod bodies;
mod slip;
mod words;

use rocket::Route;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [api_tickets::routes(), api_counters::routes(), api_board::routes()].concat()
}
