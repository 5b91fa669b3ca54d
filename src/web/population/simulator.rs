//! The stand-in for Dukcapil over HTTP: answers on loopback in the words of the service, with faults on demand. DATA
//! UJI only.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response, Result as Answer};
use rocket::serde::json::Json;
use rocket::{Build, Rocket, State, get, post, put, routes};
use serde_json::Value;

use crate::clock::Clock;
use crate::population::simulator::{Control, SimulatedReply, Simulator, SimulatorState, identity_key_set};
use crate::web::{ServeError, figment};

/// Minutes a signed identity code is valid.
const CODE_MINUTES: i64 = 5;
/// How long a slow answer takes, in seconds: longer than anybody waits.
const SLOW_SECONDS: u64 = 60;
/// Bytes of an answer without end.
const HUGE: usize = 8 * 1024 * 1024;
/// Bytes an answer promises that breaks off after the first: the connection is cut.
const PROMISED: usize = 100;

/// Answers on a loopback port until it is told to stop.
pub async fn serve_simulator(simulator: Arc<Simulator>, port: u16) -> Result<(), ServeError> {
    let ended = simulator_of(figment().merge(("port", port)), simulator).launch().await;
    ended.map(|_| ()).map_err(|e| ServeError::of(&e))
}

/// The server of a simulator: the two calls of the service, and `/control` that says what goes wrong.
pub fn simulator_of(figment: rocket::figment::Figment, simulator: Arc<Simulator>) -> Rocket<Build> {
    let figment = figment.merge(("address", "127.0.0.1"));
    rocket::custom(figment)
        .manage(simulator)
        .mount("/", routes![agree, read, control, state, identity_keys, identity_code])
}

#[post("/CALL_VERIFY_BY_ELEMEN", data = "<body>")]
async fn agree(body: Json<Value>, simulator: &State<Arc<Simulator>>) -> Reply {
    Reply::of(simulator.agree(&body)).await
}

#[post("/CALL_NIK", data = "<body>")]
async fn read(body: Json<Value>, simulator: &State<Arc<Simulator>>) -> Reply {
    Reply::of(simulator.read(&body)).await
}

#[put("/control", data = "<told>")]
fn control(told: Json<Control>, simulator: &State<Arc<Simulator>>) -> Json<SimulatorState> {
    Json(simulator.control(told.into_inner()))
}

#[get("/control")]
fn state(simulator: &State<Arc<Simulator>>) -> Json<SimulatorState> {
    Json(simulator.state())
}

/// The public key of the signed identity codes, ready for `identity_keys_file`.
#[get("/identity/keys")]
fn identity_keys() -> Json<Value> {
    Json(identity_key_set())
}

/// The signed code of a resident, as a QR code would hold it; `minutes` until it ends, negative = it has ended.
#[get("/identity/<nik>?<minutes>")]
fn identity_code(nik: &str, minutes: Option<i64>, simulator: &State<Arc<Simulator>>) -> Option<String> {
    let now = Clock::System.now();
    let ends = now.plus_minutes(minutes.unwrap_or(CODE_MINUTES).clamp(-1_000_000, 1_000_000));
    simulator.identity_code(nik, (now.plus_minutes(-1).min(ends), ends))
}

/// What goes out over HTTP.
struct Reply(SimulatedReply);

impl Reply {
    async fn of(reply: SimulatedReply) -> Reply {
        if reply == SimulatedReply::Slow {
            rocket::tokio::time::sleep(Duration::from_secs(SLOW_SECONDS)).await;
        }
        Reply(reply)
    }
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, request: &'r Request<'_>) -> Answer<'static> {
        match self.0 {
            SimulatedReply::Json(value) => Json(value).respond_to(request),
            SimulatedReply::Garbage => (ContentType::HTML, "<html><body>Layanan").respond_to(request),
            SimulatedReply::ServerError => Err(Status::InternalServerError),
            SimulatedReply::Redirect => {
                Response::build().status(Status::Found).raw_header("Location", "http://127.0.0.1:9/").ok()
            }
            SimulatedReply::Huge => (ContentType::JSON, " ".repeat(HUGE)).respond_to(request),
            SimulatedReply::Slow | SimulatedReply::HangUp => {
                Response::build().sized_body(PROMISED, Cursor::new("{")).ok()
            }
        }
    }
}
