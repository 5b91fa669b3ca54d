//! Bodies and replies of the API, and the same POST sent twice.

use rocket::Request;
use rocket::data::{Data, FromData, Outcome as DataOutcome, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::request::{FromRequest, Outcome};
use rocket::response::{Responder, Response, Result as Answer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;
use super::visit::{fail, remember, signed_in};
use crate::clock::Instant;
use crate::db::idempotency::{self, Key};
use crate::db::{Outcome as UseCase, Tx};
use crate::keys::sha256;
use crate::messages::{FieldFault, Refusal};

/// A JSON body with its bytes, for the digest of the idempotency key.
pub struct Body<T> {
    /// The content.
    pub value: T,
    /// SHA-256 of the bytes.
    pub digest: Vec<u8>,
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Body<T> {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> DataOutcome<'r, Self> {
        match read(data).await {
            Ok(body) => DataOutcome::Success(body),
            Err(problem) => DataOutcome::Error((problem.status, remember(request, problem))),
        }
    }
}

async fn read<T: DeserializeOwned>(data: Data<'_>) -> Result<Body<T>, Problem> {
    let bytes = data.open(1.mebibytes()).into_bytes().await.map_err(|_| Problem::of_status(Status::BadRequest))?;
    if !bytes.is_complete() {
        return Err(Problem::too_large());
    }
    // An act without arguments may come without a body.
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| refused(&e))?;
    reader.end().map_err(|e| Problem::malformed(&e.to_string()))?;
    Ok(Body { value, digest: sha256(&bytes) })
}

/// Broken JSON is 400; a missing or wrong field is 422 and named by its path, such as `applicant.nik`.
fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let words = error.inner().to_string();
    match error.inner().classify() {
        Category::Io | Category::Syntax | Category::Eof => Problem::malformed(&words),
        Category::Data => {
            let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
            let code = if missing.is_some() { "required" } else { "wrong-type" };
            let field = field_name(&error.path().to_string(), missing);
            Refusal { fields: vec![FieldFault::new(field, code)], ..Refusal::invalid("invalid-fields") }.into()
        }
    }
}

/// The path to the value, and the name of the field missing there; `body` when the whole is of the wrong kind.
fn field_name(path: &str, missing: Option<&str>) -> String {
    match (path, missing) {
        (".", None) => "body".to_owned(),
        (".", Some(name)) => name.to_owned(),
        (path, None) => path.to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
    }
}

/// A JSON reply that can be kept under an idempotency key.
#[derive(Clone, Debug)]
pub struct Reply {
    status: Status,
    body: String,
}

impl Reply {
    /// 200 with a body.
    pub fn ok(view: &impl Serialize) -> Result<Reply, Problem> {
        Reply::with(Status::Ok, view)
    }

    /// 201 with a body.
    pub fn created(view: &impl Serialize) -> Result<Reply, Problem> {
        Reply::with(Status::Created, view)
    }

    /// 204.
    pub fn none() -> Reply {
        Reply { status: Status::NoContent, body: String::new() }
    }

    fn with(status: Status, view: &impl Serialize) -> Result<Reply, Problem> {
        let body = serde_json::to_string(view).map_err(|e| Problem::failure(&e))?;
        Ok(Reply { status, body })
    }
}

impl<'r> Responder<'r, 'static> for Reply {
    fn respond_to(self, _: &'r Request<'_>) -> Answer<'static> {
        let mut response = Response::build();
        response.status(self.status).raw_header("Cache-Control", "no-store");
        if self.status != Status::NoContent {
            response.header(ContentType::JSON).sized_body(self.body.len(), std::io::Cursor::new(self.body));
        }
        response.ok()
    }
}

/// The `Idempotency-Key` of a request, when it carries one.
pub struct Once {
    key: Option<String>,
    scope: Option<String>,
    route: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Once {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let key = request.headers().get_one("Idempotency-Key").map(str::to_owned);
        if key.as_ref().is_some_and(|k| k.is_empty() || k.len() > 200) {
            return fail(request, Refusal::invalid("key-too-long").into());
        }
        let scope = match signed_in(request).await {
            Ok(staff) => staff.as_ref().map(|s| format!("officer:{}", s.officer.id)),
            Err(problem) => return fail(request, problem.clone()),
        };
        Outcome::Success(Once { key, scope, route: format!("{} {}", request.method(), request.uri().path()) })
    }
}

impl Once {
    /// The reply given before to the same request, in the transaction that would do the act. Anonymous requests are
    /// told apart by `site`.
    pub async fn find(&self, tx: &mut Tx, site: &str, digest: &[u8], now: Instant) -> UseCase<Option<Reply>> {
        let Some(key) = self.key(site, digest) else { return Ok(None) };
        let kept = idempotency::find(tx, &key, now).await?;
        Ok(kept.map(|reply| Reply { status: Status::new(reply.status), body: reply.body }))
    }

    /// Keeps the reply of the act done in this transaction.
    pub fn keep(&self, tx: &mut Tx, site: &str, digest: &[u8], reply: (&Reply, Instant)) {
        let Some(key) = self.key(site, digest) else { return };
        let (reply, now) = reply;
        let kept = idempotency::Reply { status: reply.status.code, body: reply.body.clone() };
        idempotency::keep(tx, &key, &kept, now);
    }

    fn key(&self, site: &str, digest: &[u8]) -> Option<Key> {
        let key = self.key.clone()?;
        let scope = self.scope.clone().unwrap_or_else(|| format!("site:{site}"));
        Some(Key { scope, route: self.route.clone(), key, body_hash: digest.to_vec() })
    }
}
