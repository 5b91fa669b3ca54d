//! A small synthetic office with a door: two sites, counters, staff for every role, and clients that come in.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveTime;
use chrono_tz::Tz;
use loket::audit::Act;
use loket::clock::Clock;
use loket::config::Config;
use loket::db::Db;
use loket::identity::{Officer, Role, password};
use loket::ids::{CounterId, OfficerId, SiteId};
use loket::keys::Keys;
use loket::sites::{Counter, ServiceGroup, Site};
use loket::web::{self, App};
use loket::{identity, sites};
use rocket::http::{ContentType, Header, Method, Status};
use rocket::local::asynchronous::{Client, LocalRequest};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{morning, morning_clock};

/// The password of every member of the test staff.
pub const PASSWORD: &str = "kata sandi uji coba";

/// Staff of the office: name, site, role.
const STAFF: [(&str, Option<usize>, Role); 11] = [
    ("petugas", Some(0), Role::Clerk),
    ("petugas2", Some(0), Role::Clerk),
    ("petugas-lain", Some(1), Role::Clerk),
    ("dukcapil", Some(0), Role::PopulationOfficer),
    ("verifikator", None, Role::Verifier),
    ("teknis", None, Role::TechnicalOfficer),
    ("kabid", None, Role::SectionHead),
    ("kadis", None, Role::Head),
    ("bendahara", None, Role::Treasurer),
    ("penyelia", Some(0), Role::Supervisor),
    ("admin", None, Role::Admin),
];

/// Codes of the two sites.
pub const SITES: [&str; 2] = ["opi", "pangkalan-balai"];

/// The office.
pub struct TestCounter {
    /// The running office.
    pub app: Arc<App>,
    /// Moves only when a test says so.
    pub clock: Clock,
    client: Client,
    tokens: tokio::sync::Mutex<HashMap<String, String>>,
    _folder: TempDir,
}

impl TestCounter {
    /// An office on this store at nine in the morning, without services yet.
    pub async fn new(db: Db) -> TestCounter {
        TestCounter::with(db, |_| {}).await
    }

    /// The same with settings of the test's own.
    pub async fn with(db: Db, change: impl FnOnce(&mut Config)) -> TestCounter {
        fill(&db).await;
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

    /// A member of staff with a bearer token; signs in the first time.
    pub async fn as_officer(&self, username: &str) -> Caller<'_> {
        let mut tokens = self.tokens.lock().await;
        if !tokens.contains_key(username) {
            let answer =
                self.as_visitor().post("/api/v1/session", json!({ "username": username, "password": PASSWORD })).await;
            let token = answer.is(Status::Ok).body["access_token"].as_str().unwrap().to_owned();
            tokens.insert(username.to_owned(), token);
        }
        Caller { counter: self, token: tokens.get(username).cloned() }
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
        let status = response.status();
        let bytes = response.into_bytes().await.unwrap_or_default();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { label, status, headers, bytes, body }
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

async fn fill(db: &Db) {
    let act = Act::system(morning().plus_minutes(-60));
    let mut tx = db.begin().await.unwrap();
    let sites: Vec<Site> = SITES.iter().map(|code| site(code)).collect();
    for site in &sites {
        sites::add(&mut tx, site).await.unwrap();
    }
    for (username, place, role) in STAFF {
        let officer = officer(username, place.map(|index| sites[index].id), role);
        identity::add(&mut tx, act, &officer, &password_hash().await).await.unwrap();
    }
    tx.commit().await.unwrap();
}

fn site(code: &str) -> Site {
    use ServiceGroup::{Complaint, Consultation, Permits, PickUp, Population};
    let groups =
        [vec![Permits, PickUp, Consultation], vec![Permits, Population], vec![Population, Complaint], vec![PickUp]];
    let counters =
        groups.into_iter().zip(1..).map(|(groups, number)| Counter { id: CounterId::new(fresh()), number, groups });
    Site {
        id: SiteId::new(fresh()),
        code: code.to_owned(),
        name: format!("Gerai {code} DATA UJI"),
        address: "Jalan Contoh 1, Banyuasin".to_owned(),
        zone: Tz::Asia__Jakarta,
        always_open: true,
        cut_off: NaiveTime::from_hms_opt(15, 0, 0).unwrap(),
        openings: vec![],
        counters: counters.collect(),
    }
}

fn officer(username: &str, site: Option<SiteId>, role: Role) -> Officer {
    Officer {
        id: OfficerId::new(fresh()),
        username: username.to_owned(),
        name: format!("{username} DATA UJI"),
        nip: Some("198001012005011001".to_owned()),
        position: Some("Jabatan Contoh".to_owned()),
        rank: Some("Penata (III/c)".to_owned()),
        site,
        roles: vec![role],
    }
}

/// A moment of its own for each new id, so that ids sort as they were made.
fn fresh() -> i64 {
    static COUNT: AtomicI64 = AtomicI64::new(0);
    morning().plus_minutes(-120).0 + COUNT.fetch_add(1, Ordering::Relaxed)
}

/// Hashing is slow on purpose: once for the whole test run.
async fn password_hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async { password::hash(PASSWORD.to_owned()).await.unwrap() }).await.clone()
}
