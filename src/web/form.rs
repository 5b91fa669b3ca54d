//! Forms of pages: read whole, checked for their token, kept for redisplay.

use std::collections::BTreeMap;

use rocket::Request;
use rocket::data::{Data, FromData, Outcome, ToByteUnit};
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome as RequestOutcome};

use super::problem::Problem;
use super::visit::{fail, is_form_token, remember};
use crate::messages::Refusal;

/// A posted form (`application/x-www-form-urlencoded`) whose token is this visitor's.
#[derive(Clone, Debug, Default)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The trimmed value of a field; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a field that may be left empty.
    pub fn find(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// Every value of a field that may be sent several times.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim()).collect()
    }

    /// The fields whose names begin with a prefix, without it: `fields.place` under `fields.` is `place`.
    pub fn under(&self, prefix: &str) -> BTreeMap<String, String> {
        let named = self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(prefix)?, value)));
        named.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
    }

    /// Everything typed, for the page that shows it again.
    pub fn values(&self) -> BTreeMap<String, String> {
        self.0.iter().filter(|(name, _)| name != "csrf").cloned().collect()
    }
}

#[rocket::async_trait]
impl<'r> FromData<'r> for Posted {
    type Error = Problem;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> Outcome<'r, Self> {
        match read(request, data).await {
            Ok(posted) => Outcome::Success(posted),
            Err(problem) => Outcome::Error((problem.status, remember(request, problem))),
        }
    }
}

async fn read(request: &Request<'_>, data: Data<'_>) -> Result<Posted, Problem> {
    let body = data.open(256.kibibytes()).into_string().await.map_err(|_| Problem::of_status(Status::BadRequest))?;
    if !body.is_complete() {
        return Err(Problem::too_large());
    }
    let posted = Posted(pairs(&body));
    if !same_origin(request) || !is_form_token(request, posted.get("csrf")) {
        return Err(Refusal::forbidden("form-expired").into());
    }
    Ok(posted)
}

/// A script of one of our pages, with the form token of this visitor in the header `X-Form-Token`.
pub struct Scripted;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Scripted {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> RequestOutcome<Self, Problem> {
        let token = request.headers().get_one("X-Form-Token").unwrap_or_default();
        if same_origin(request) && is_form_token(request, token) {
            RequestOutcome::Success(Scripted)
        } else {
            fail(request, Refusal::forbidden("form-expired").into())
        }
    }
}

/// The fields of a urlencoded body, decoded.
pub fn pairs(body: &str) -> Vec<(String, String)> {
    let fields = rocket::form::Form::values(body);
    fields.map(|field| (decoded(field.name.source().as_str()), decoded(field.value))).collect()
}

fn decoded(raw: &str) -> String {
    rocket::http::RawStr::new(raw).url_decode_lossy().into_owned()
}

/// A browser says where a form comes from; another host is refused even with a right token.
fn same_origin(request: &Request<'_>) -> bool {
    let Some(origin) = request.headers().get_one("Origin") else { return true };
    let host = request.headers().get_one("Host").unwrap_or("");
    origin.split_once("://").is_some_and(|(_, of)| of == host)
}
