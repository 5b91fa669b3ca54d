//! The answer to one request too many: a problem for a program, for a person a page that keeps what was typed.

use rocket::data::{Data, ToByteUnit};
use rocket::http::{ContentType, Method, Status};
use rocket::{Request, route};
use serde::Serialize;

use crate::web::page::{self, Page};
use crate::web::problem::Problem;
use crate::web::visit::{lang_of, wants_json};

/// The page of a person who must wait.
#[derive(Serialize)]
pub struct TooManyPage {
    detail: String,
    /// Where the same request goes again.
    again: String,
    is_form: bool,
    kept: Vec<KeptField>,
}

/// A field that was typed.
#[derive(Serialize)]
struct KeptField {
    name: String,
    value: String,
}

impl Page for TooManyPage {
    const TEMPLATE: &'static str = "web/too_many.html";

    fn samples() -> Vec<Self> {
        let detail = "Tunggu 6 detik, lalu coba lagi.".to_owned();
        let kept = vec![KeptField { name: "number".into(), value: "503/0001/SIPB/DPMPTSP/2026".into() }];
        let link =
            TooManyPage { detail: detail.clone(), again: "/status?kode=7K2M".into(), is_form: false, kept: vec![] };
        vec![link, TooManyPage { detail, again: "/verifikasi".into(), is_form: true, kept }]
    }
}

/// The answer.
pub async fn answer<'r>(request: &'r Request<'_>, data: Data<'r>, problem: Problem) -> route::Outcome<'r> {
    if wants_json(request) {
        return route::Outcome::from(request, problem);
    }
    let is_form = request.method() == Method::Post && request.content_type() == Some(&ContentType::Form);
    let kept = if is_form { kept_fields(data).await } else { Vec::new() };
    let page = TooManyPage { detail: problem.refusal.words(lang_of(request)), again: again(request), is_form, kept };
    let retry_after = problem.retry_after();
    let answer = page::respond(request, &page, Status::TooManyRequests).map(|mut response| {
        response.set_raw_header("Retry-After", retry_after);
        response
    });
    match answer {
        Ok(response) => route::Outcome::Success(response),
        Err(status) => route::Outcome::Error(status),
    }
}

/// The same address; a file cannot be kept, so an upload goes back to the page it came from.
fn again(request: &Request<'_>) -> String {
    let uri = request.uri().to_string();
    match (request.method(), request.content_type()) {
        (Method::Post, Some(kind)) if kind != &ContentType::Form => {
            uri.rsplit_once('/').map_or_else(|| uri.clone(), |(parent, _)| parent.to_owned())
        }
        (_, _) => uri,
    }
}

/// What was typed, except passwords. A body that is too long or unreadable is not kept.
async fn kept_fields(data: Data<'_>) -> Vec<KeptField> {
    let Ok(body) = data.open(256.kibibytes()).into_string().await else { return Vec::new() };
    let fields = crate::web::form::pairs(&body);
    let kept = fields.into_iter().filter(|(name, _)| body.is_complete() && !name.starts_with("password"));
    kept.map(|(name, value)| KeptField { name, value }).collect()
}
