//! Everything HTTP. The route table is [`routes`], readable top to bottom.

pub mod app;
pub mod assets;
pub mod body;
pub mod catalogue;
pub mod civil;
pub mod form;
pub mod guard;
mod headers;
pub mod health;
pub mod home;
pub mod identity;
pub mod limits;
pub mod notices;
pub mod page;
mod param;
pub mod permits;
pub mod population;
pub mod problem;
pub mod queue;
pub mod reports;
pub mod samples;
mod serve;
pub mod sites;
pub mod visit;

use std::sync::Arc;

use rocket::http::Status;
use rocket::{Build, Request, Rocket, Route, catch, catchers};

pub use app::App;
use problem::Problem;
pub use serve::{ServeError, learner, serve, spooler, worker};

/// The server of an office.
pub fn build(figment: rocket::figment::Figment, app: Arc<App>) -> Rocket<Build> {
    rocket::custom(permits::with_limits(figment))
        .manage(app)
        .manage(queue::LiveHalls::default())
        .attach(headers::Headers)
        .mount("/", limits::limited(routes()))
        .register("/", catchers![refused])
}

fn routes() -> Vec<Route> {
    [
        assets::routes(),
        health::routes(),
        home::routes(),
        identity::routes(),
        notices::routes(),
        catalogue::routes(),
        population::routes(),
        queue::routes(),
        sites::routes(),
        reports::routes(),
        permits::routes(),
        civil::routes(),
    ]
    .concat()
}

/// Rocket's settings for tests and tools: no log of its own, no signal traps, one worker per core.
pub fn figment() -> rocket::figment::Figment {
    rocket::Config::figment().merge(("log_level", "off")).merge(("ident", false))
}

/// Every refusal that did not come from a handler.
#[catch(default)]
fn refused(status: Status, request: &Request<'_>) -> Problem {
    visit::remembered(request).unwrap_or_else(|| Problem::of_status(status))
}
