//! Every refusal and failure as an answer: problem+json (RFC 9457) under `/api`, a page for people. The only file with
//! status codes of refusals.

use rocket::Request;
use rocket::http::uri::Absolute;
use rocket::http::{ContentType, Header, Method, Status};
use rocket::response::{Responder, Response, Result as Answer};
use serde::Serialize;

use super::page::{self, Page};
use super::visit::{lang_of, wants_json};
use crate::db::{Fault, StoreError};
use crate::keys;
use crate::messages::{FieldFault, Kind, Lang, Refusal};

/// A refusal or failure on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: Status,
    /// What the rule said.
    pub refusal: Refusal,
    /// Names the failure in the log; only for failures of ours.
    pub request_id: Option<String>,
}

/// The body of a problem.
#[derive(Serialize)]
struct ProblemBody {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(Serialize)]
struct FieldBody {
    field: String,
    code: &'static str,
    message: String,
}

/// The page a person sees.
#[derive(Serialize)]
pub struct ProblemPage {
    status: u16,
    detail: String,
    fields: Vec<String>,
    request_id: Option<String>,
}

impl Page for ProblemPage {
    const TEMPLATE: &'static str = "web/problem.html";

    fn samples() -> Vec<Self> {
        let detail = Refusal::not_found("not-found").words(Lang::Id);
        vec![
            ProblemPage { status: 404, detail: detail.clone(), fields: vec![], request_id: None },
            ProblemPage { status: 500, detail, fields: vec!["a".into()], request_id: Some("0a1b2c3d".into()) },
        ]
    }
}

impl Problem {
    /// The answer for a bare status, from Rocket itself.
    pub fn of_status(status: Status) -> Problem {
        let refusal = match status.code {
            400 => Refusal::invalid("malformed"),
            401 => Refusal::unknown("sign-in-needed"),
            403 => Refusal::forbidden("not-allowed"),
            404 => Refusal::not_found("not-found"),
            406 => Refusal::invalid("not-acceptable"),
            413 => Refusal::invalid("too-large"),
            422 => Refusal::invalid("invalid-fields"),
            _ => return Problem::failure(&format!("status {status}")),
        };
        Problem { status, refusal, request_id: None }
    }

    /// A body that cannot be read.
    pub fn malformed(detail: &str) -> Problem {
        let refusal = Refusal::invalid("malformed").with("reason", detail);
        Problem { status: Status::BadRequest, refusal, request_id: None }
    }

    /// A body over the limit.
    pub fn too_large() -> Problem {
        Problem::of_status(Status::PayloadTooLarge)
    }

    /// The problem of one item of a batch, as JSON.
    pub fn brief(&self, lang: Lang) -> serde_json::Value {
        serde_json::json!({
            "type": format!("urn:loket:{}", self.refusal.code),
            "status": self.status.code,
            "detail": self.refusal.words(lang),
        })
    }

    /// A failure of ours: logged with an id, of which the client sees only the id.
    pub fn failure(cause: &dyn std::fmt::Display) -> Problem {
        let mut id = [0u8; 4];
        keys::fill_random(&mut id);
        let request_id = keys::hex(&id);
        tracing::error!(request_id, %cause, "request failed");
        Problem {
            status: Status::InternalServerError,
            refusal: Refusal::unavailable("failure").with("id", &request_id),
            request_id: Some(request_id),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            Kind::NotFound => Status::NotFound,
            Kind::Conflict => Status::Conflict,
            Kind::Unknown => Status::Unauthorized,
            Kind::Forbidden => Status::Forbidden,
            Kind::Invalid => Status::UnprocessableEntity,
            Kind::TooMany => Status::TooManyRequests,
            Kind::Unavailable => Status::ServiceUnavailable,
        };
        Problem { status, refusal, request_id: None }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::error!(%cause, "database unavailable");
                Refusal::unavailable("store-unavailable").into()
            }
            // Two requests did the same at once; the other one was first.
            StoreError::Unique(name) => {
                tracing::warn!(name, "lost a race for a unique value");
                Refusal::conflict("somebody-was-faster").into()
            }
            StoreError::Corrupt(cause) => Problem::failure(&cause),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error.into(),
            Fault::Refused(refusal) => refusal.into(),
        }
    }
}

impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, request: &'r Request<'_>) -> Answer<'static> {
        let lang = lang_of(request);
        let mut response = if wants_json(request) {
            self.json(lang)?
        } else if self.status == Status::Unauthorized {
            return sign_in_first(request);
        } else {
            page::respond(request, &self.page(lang), self.status)?
        };
        if matches!(self.status.code, 429 | 503) {
            response.set_header(Header::new("Retry-After", self.retry_after()));
        }
        Ok(response)
    }
}

impl Problem {
    /// Seconds until another try makes sense: what the refusal says, else a few.
    pub fn retry_after(&self) -> String {
        let said = |name: &str, unit: u64| {
            let (_, value) = self.refusal.args.iter().find(|(n, _)| *n == name)?;
            value.parse::<u64>().ok().map(|count| count * unit)
        };
        said("seconds", 1).or_else(|| said("minutes", 60)).unwrap_or(5).to_string()
    }

    /// As `problem+json`.
    pub fn json(&self, lang: Lang) -> Answer<'static> {
        let detail = self.refusal.words(lang);
        let body = ProblemBody {
            r#type: format!("urn:loket:{}", self.refusal.code),
            title: self.status.reason_lossy().to_owned(),
            status: self.status.code,
            detail,
            errors: self.refusal.fields.iter().map(|f| field_body(f, lang)).collect(),
            request_id: self.request_id.clone(),
        };
        let text = serde_json::to_string(&body).map_err(|_| Status::InternalServerError)?;
        Response::build()
            .status(self.status)
            .header(ContentType::new("application", "problem+json"))
            .sized_body(text.len(), std::io::Cursor::new(text))
            .ok()
    }

    fn page(&self, lang: Lang) -> ProblemPage {
        ProblemPage {
            status: self.status.code,
            detail: self.refusal.words(lang),
            fields: self.refusal.fields.iter().map(|f| f.words(lang)).collect(),
            request_id: self.request_id.clone(),
        }
    }
}

fn field_body(fault: &FieldFault, lang: Lang) -> FieldBody {
    FieldBody { field: fault.field.clone(), code: fault.code, message: fault.words(lang) }
}

/// A page that needs sign-in sends there, and back afterwards; a form, to the page it was typed on.
fn sign_in_first(request: &Request<'_>) -> Answer<'static> {
    let back = match request.method() {
        Method::Get => request.uri().to_string(),
        _ => page_of_form(request).unwrap_or_default(),
    };
    // An address holds only characters that are safe in a query, except these.
    let back = back.replace('%', "%25").replace('&', "%26").replace('+', "%2B").replace('#', "%23");
    Response::build().status(Status::SeeOther).header(Header::new("Location", format!("/masuk?ke={back}"))).ok()
}

/// Path and query of the page that sent a form; where it was is not followed, only which page of ours it names.
fn page_of_form(request: &Request<'_>) -> Option<String> {
    let page = Absolute::parse(request.headers().get_one("Referer")?).ok()?;
    let query = page.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{}{query}", page.path()))
}
