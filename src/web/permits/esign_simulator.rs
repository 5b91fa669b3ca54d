//! The stand-in for the eSign client over HTTP, on loopback: both versions of the service, and `/control`. DATA UJI
//! only.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64;
use rocket::form::{Form, FromForm};
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{Responder, Response, Result as Answer};
use rocket::serde::json::Json;
use rocket::{Build, Rocket, State, get, post, put, routes};
use serde::Deserialize;

use crate::documents::esign::simulator::{EsignControl, EsignReply, EsignSimulator, EsignState, Order};
use crate::web::{ServeError, figment};

/// How long a slow answer takes, in seconds: longer than anybody waits.
const SLOW_SECONDS: u64 = 300;
/// Bytes of an answer without end.
const HUGE: usize = 32 * 1024 * 1024;
/// Bytes an answer promises that breaks off after the first: the connection is cut.
const PROMISED: usize = 100;

/// Answers on a loopback port until it is told to stop.
pub async fn serve_esign_simulator(simulator: Arc<EsignSimulator>, port: u16) -> Result<(), ServeError> {
    let ended = esign_simulator_of(figment().merge(("port", port)), simulator).launch().await;
    ended.map(|_| ()).map_err(|e| ServeError::of(&e))
}

/// The server of a simulator.
pub fn esign_simulator_of(figment: rocket::figment::Figment, simulator: Arc<EsignSimulator>) -> Rocket<Build> {
    let figment = figment.merge(("address", "127.0.0.1")).merge(("limits.json", "16MiB"));
    let figment = figment.merge(("limits.data-form", "16MiB")).merge(("limits.bytes", "16MiB"));
    rocket::custom(figment)
        .manage(simulator)
        .mount("/", routes![sign, download, sign_v2, status, status_v2, control, state])
}

/// The account of the office, as it was sent.
struct Account(Option<String>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Account {
    type Error = std::convert::Infallible;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(Account(request.headers().get_one("Authorization").map(str::to_owned)))
    }
}

/// A file of version 1.
#[derive(FromForm)]
#[expect(non_snake_case, reason = "the names of the service")]
struct Fields<'r> {
    file: &'r [u8],
    nik: &'r str,
    passphrase: &'r str,
    tampilan: &'r str,
    xAxis: Option<u32>,
    yAxis: Option<u32>,
    width: Option<u32>,
    height: Option<u32>,
}

#[post("/api/sign/pdf", data = "<form>")]
async fn sign(form: Form<Fields<'_>>, account: Account, simulator: &State<Arc<EsignSimulator>>) -> Reply {
    let place = || Some([form.xAxis?, form.yAxis?, form.width?, form.height?]);
    let place = (form.tampilan == "visible").then(place).flatten();
    let order = Order { nik: form.nik, passphrase: form.passphrase, place, pdf: form.file };
    Reply::of(simulator.sign(account.0.as_deref(), &order)).await
}

#[get("/api/sign/download/<id>")]
async fn download(id: &str, account: Account, simulator: &State<Arc<EsignSimulator>>) -> Reply {
    Reply::of(simulator.download(account.0.as_deref(), id)).await
}

#[get("/api/user/status/<nik>")]
async fn status(nik: &str, simulator: &State<Arc<EsignSimulator>>) -> Reply {
    Reply::of(simulator.status(nik)).await
}

#[derive(Deserialize)]
struct Who {
    nik: String,
}

#[post("/api/v2/user/check/status", data = "<who>")]
async fn status_v2(who: Json<Who>, simulator: &State<Arc<EsignSimulator>>) -> Reply {
    Reply::of(simulator.status(&who.nik)).await
}

/// A file of version 2.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    nik: String,
    passphrase: String,
    signature_properties: Vec<Property>,
    file: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    tampilan: String,
    origin_x: Option<u32>,
    origin_y: Option<u32>,
    width: Option<u32>,
    height: Option<u32>,
}

#[post("/api/v2/sign/pdf", data = "<body>")]
async fn sign_v2(body: Json<Body>, account: Account, simulator: &State<Arc<EsignSimulator>>) -> Reply {
    let shown = body.signature_properties.first().filter(|property| property.tampilan == "VISIBLE");
    let place = shown.and_then(|p| Some([p.origin_x?, p.origin_y?, p.width?, p.height?]));
    let file = body.file.first().and_then(|file| BASE64.decode(file.as_bytes()).ok());
    let Some(pdf) = file else { return Reply(EsignReply::Garbage) };
    let order = Order { nik: &body.nik, passphrase: &body.passphrase, place, pdf: &pdf };
    Reply::of(simulator.sign_v2(account.0.as_deref(), &order)).await
}

#[put("/control", data = "<told>")]
fn control(told: Json<EsignControl>, simulator: &State<Arc<EsignSimulator>>) -> Json<EsignState> {
    Json(simulator.control(&told))
}

#[get("/control")]
fn state(simulator: &State<Arc<EsignSimulator>>) -> Json<EsignState> {
    Json(simulator.state())
}

/// What goes out over HTTP.
struct Reply(EsignReply);

impl Reply {
    async fn of(reply: EsignReply) -> Reply {
        if reply == EsignReply::Slow {
            rocket::tokio::time::sleep(Duration::from_secs(SLOW_SECONDS)).await;
        }
        Reply(reply)
    }
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, request: &'r Request<'_>) -> Answer<'static> {
        match self.0 {
            EsignReply::File(file) => (ContentType::PDF, file).respond_to(request),
            EsignReply::Json(status, body) => {
                let mut answer = Json(body).respond_to(request)?;
                answer.set_status(Status::new(status));
                Ok(answer)
            }
            EsignReply::Garbage => (ContentType::HTML, "<html><body>Layanan").respond_to(request),
            EsignReply::Redirect => {
                Response::build().status(Status::Found).raw_header("Location", "http://127.0.0.1:9/").ok()
            }
            EsignReply::Huge => (ContentType::PDF, " ".repeat(HUGE)).respond_to(request),
            EsignReply::Slow | EsignReply::HangUp => Response::build().sized_body(PROMISED, Cursor::new("{")).ok(),
        }
    }
}
