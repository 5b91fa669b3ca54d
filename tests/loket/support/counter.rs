//! The synthetic office with its doors open, and callers that come in.

use std::collections::HashMap;
use std::sync::Arc;

use loket::clock::{Clock, Instant};
use loket::config::Config;
use loket::db::Db;
use loket::keys::Keys;
use loket::web::{self, App};
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::morning_clock;
use super::office::{self, PASSWORD};

/// Minutes a bearer token is used again.
const TOKEN_MINUTES: i64 = 5;

/// The office.
pub struct TestCounter {
    /// The running office.
    pub app: Arc<App>,
    /// Moves only when a test says so.
    pub clock: Clock,
    client: Client,
    tokens: tokio::sync::Mutex<HashMap<String, (Instant, String)>>,
    _folder: TempDir,
}

impl TestCounter {
    /// An office on this store at nine in the morning, with the built-in services.
    pub async fn new(db: Db) -> TestCounter {
        TestCounter::with(db, |_| {}).await
    }

    /// The same with settings of the test's own.
    pub async fn with(db: Db, change: impl FnOnce(&mut Config)) -> TestCounter {
        office::fill(&db, office::COUNTERS).await;
        let folder = tempfile::tempdir().unwrap();
        let mut config =
            Config { data_dir: folder.path().to_owned(), public_per_minute: 0, demo: true, ..Config::default() };
        change(&mut config);
        let clock = morning_clock();
        let keys = Keys::load_or_make(folder.path()).unwrap();
        let app = Arc::new(App::open(config, clock.clone(), db, keys).await.unwrap());
        let client = Client::untracked(web::build(web::figment(), Arc::clone(&app))).await.unwrap();
        TestCounter { app, clock, client, tokens: tokio::sync::Mutex::default(), _folder: folder }
    }

    /// Moves the clock forward.
    pub fn wait_minutes(&self, minutes: i64) {
        self.clock.set(self.clock.now().plus_minutes(minutes));
    }

    /// The office's store.
    pub fn db(&self) -> &Db {
        &self.app.db
    }

    /// Somebody who is not signed in.
    pub fn as_visitor(&self) -> Caller<'_> {
        Caller { counter: self, token: None }
    }

    /// A member of staff with a bearer token; signs in the first time, and again when the clock has moved on.
    pub async fn as_officer(&self, username: &str) -> Caller<'_> {
        let mut tokens = self.tokens.lock().await;
        let fresh = |(at, _): &(Instant, String)| self.app.now().minutes_since(*at) < TOKEN_MINUTES;
        if !tokens.get(username).is_some_and(fresh) {
            let answer =
                self.as_visitor().post("/api/v1/session", json!({ "username": username, "password": PASSWORD })).await;
            let token = answer.is(Status::Ok).body["access_token"].as_str().unwrap().to_owned();
            tokens.insert(username.to_owned(), (self.app.now(), token));
        }
        Caller { counter: self, token: tokens.get(username).map(|(_, token)| token.clone()) }
    }

    /// The names of the acts recorded about a subject, oldest first.
    pub async fn acts_about(&self, subject: &str) -> Vec<String> {
        let lines = loket::audit::list_about(&mut self.db().read().await.unwrap(), subject).await.unwrap();
        lines.into_iter().map(|line| line.act).collect()
    }
}

/// One side of a conversation with the office.
#[derive(Clone)]
pub struct Caller<'a> {
    counter: &'a TestCounter,
    token: Option<String>,
}

impl<'a> Caller<'a> {
    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::Get, path)).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::Post, path).header(ContentType::JSON).body(body.to_string())).await
    }

    /// POST with JSON under an idempotency key.
    pub async fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        let request = self.request(Method::Post, path).header(ContentType::JSON);
        self.send(request.header(Header::new("Idempotency-Key", key.to_owned())).body(body.to_string())).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::Patch, path).header(ContentType::JSON).body(body.to_string())).await
    }

    /// PUT with JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::Put, path).header(ContentType::JSON).body(body.to_string())).await
    }

    /// PUT of a file as the multipart field `file`.
    pub async fn put_file(&self, path: &str, file_name: &str, media_type: &str, bytes: &[u8]) -> Answer {
        let boundary = "batas-data-uji";
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\nContent-Type: {media_type}\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let kind = Header::new("Content-Type", format!("multipart/form-data; boundary={boundary}"));
        self.send(self.request(Method::Put, path).header(kind).body(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::Delete, path)).await
    }

    /// A request as this caller, to be finished by the test.
    pub fn request(&self, method: Method, path: &str) -> LocalRequest<'a> {
        let request = self.counter.client.req(method, path.to_owned());
        match &self.token {
            Some(token) => request.header(Header::new("Authorization", format!("Bearer {token}"))),
            None => request,
        }
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: LocalRequest<'a>) -> Answer {
        let label = request.to_string();
        let response = request.dispatch().await;
        let headers =
            response.headers().iter().map(|h| (h.name().to_string().to_lowercase(), h.value().to_owned())).collect();
        let cookies = response.headers().get("set-cookie").map(str::to_owned).collect();
        let status = response.status();
        let bytes = response.into_bytes().await.unwrap_or_default();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { label, status, headers, cookies, bytes, body }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    label: String,
    /// Status.
    pub status: Status,
    /// Headers by name in lower case.
    pub headers: HashMap<String, String>,
    /// Every cookie that was set.
    pub cookies: Vec<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The bytes as JSON, or null.
    pub body: Value,
}

impl Answer {
    /// Insists on a status.
    #[track_caller]
    pub fn is(self, status: Status) -> Answer {
        assert_eq!(self.status, status, "{}: {}", self.label, self.text());
        self
    }

    /// Insists on a refusal: a status and `urn:loket:<code>`, with words for a person and no code shown.
    #[track_caller]
    pub fn refused_with(self, status: Status, code: &str) -> Answer {
        let answer = self.is(status);
        assert_eq!(answer.body["type"], format!("urn:loket:{code}"), "{}: {}", answer.label, answer.text());
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(!detail.is_empty() && !detail.contains('⟦') && !detail.contains('{'), "{}: {detail}", answer.label);
        answer
    }

    /// Insists that a field is named with a code, in a refusal.
    #[track_caller]
    pub fn names_field(self, field: &str, code: &str) -> Answer {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let named = errors.iter().any(|e| e["field"] == field && e["code"] == code);
        assert!(named, "{}: {field} {code} is not among {errors:?}", self.label);
        self
    }

    /// A text of the body.
    #[track_caller]
    pub fn word(&self, name: &str) -> String {
        let found = self.body[name].as_str().map(str::to_owned);
        found.unwrap_or_else(|| panic!("{}: no text `{name}` in {}", self.label, self.text()))
    }

    /// The bytes as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}
