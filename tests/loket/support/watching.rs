//! A hall that many watch: phones and boards as open event streams over plain connections, cheap enough for thousands,
//! and a clerk who calls.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::office::{PASSWORD, SERVICES, SITES};
use super::server::Server;

/// Nothing heard for so long: everybody knows.
const QUIET: Duration = Duration::from_millis(900);
/// Whoever has heard nothing by then counts as this late.
const LATEST: Duration = Duration::from_secs(15);

/// A clerk at the first counter of the first site.
pub struct Desk {
    client: Client,
    api: String,
    token: String,
    counter: String,
}

impl Desk {
    /// Signs in and opens the counter.
    pub async fn open(server: &Server) -> Desk {
        let api = format!("{}/api/v1", server.url);
        let mut desk = Desk { client: Client::new(), api, token: String::new(), counter: String::new() };
        let who = json!({ "username": "petugas", "password": PASSWORD });
        desk.token = word(&desk.send(Method::POST, "/session", who).await, "access_token");
        let counters = desk.send(Method::GET, "/counters", Value::Null).await;
        desk.counter = word(&counters["items"][0], "id");
        desk.send(Method::POST, &format!("/counters/{}/open", desk.counter), json!({})).await;
        desk
    }

    /// People take numbers for the same service one after the other; answers the secrets of their pages, in order.
    pub async fn admit(&self, people: usize) -> Vec<String> {
        let path = format!("/sites/{}/tickets", SITES[0]);
        let mut tokens = Vec::with_capacity(people);
        for _ in 0..people {
            let taken = self.send(Method::POST, &path, json!({ "services": [SERVICES[0].0] })).await;
            tokens.push(word(&taken, "token"));
        }
        tokens
    }

    /// Calls the next; answers the ticket, and when the answer came.
    pub async fn call(&self) -> (String, Instant) {
        let called = self.send(Method::POST, &format!("/counters/{}/next", self.counter), json!({})).await;
        (word(&called, "id"), Instant::now())
    }

    /// Begins to serve somebody who was called; the next call ends it.
    pub async fn begin(&self, ticket: &str) {
        self.send(Method::POST, &format!("/tickets/{ticket}/start"), json!({})).await;
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Value {
        let mut request = self.client.request(method, format!("{}{path}", self.api));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let answer = request.json(&body).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {body}");
        body
    }
}

fn word(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {body}")).to_owned()
}

/// Open pages, and when each of them heard something.
pub struct Watchers {
    heard: UnboundedReceiver<(usize, Instant)>,
    _streams: JoinSet<()>,
}

impl Watchers {
    /// Opens the pages of numbers; each has heard its place when this returns.
    pub async fn phones(server: &Server, tokens: &[String]) -> Watchers {
        let paths = tokens.iter().map(|token| format!("/api/v1/tickets/{token}/events")).collect();
        let mut phones = Watchers::open(server, paths, "place").await;
        let told = phones.delays(0..tokens.len(), Instant::now()).await;
        assert!(told.iter().all(|delay| *delay < LATEST), "every page hears its place at once");
        phones
    }

    /// Opens boards of the first site.
    pub async fn boards(server: &Server, count: usize) -> Watchers {
        Watchers::open(server, vec![format!("/api/v1/sites/{}/events", SITES[0]); count], "call").await
    }

    async fn open(server: &Server, paths: Vec<String>, event: &'static str) -> Watchers {
        let (tell, heard) = unbounded_channel();
        let mut streams = JoinSet::new();
        for (watcher, path) in paths.iter().enumerate() {
            let lines = connect(server, path).await;
            streams.spawn(listen(lines, event, watcher, tell.clone()));
        }
        Watchers { heard, _streams: streams }
    }

    /// Waits until nothing is told any more.
    pub async fn quiet(&mut self) {
        while timeout(QUIET, self.heard.recv()).await.is_ok() {}
    }

    /// How long after a moment each of these watchers heard something first.
    pub async fn delays(&mut self, of: std::ops::Range<usize>, since: Instant) -> Vec<Duration> {
        let mut first: HashMap<usize, Duration> = HashMap::new();
        while first.len() < of.len() {
            let left = LATEST.saturating_sub(since.elapsed());
            let Ok(Some((watcher, at))) = timeout(left, self.heard.recv()).await else { break };
            if of.contains(&watcher) {
                first.entry(watcher).or_insert(at.saturating_duration_since(since));
            }
        }
        of.map(|watcher| first.get(&watcher).copied().unwrap_or(LATEST)).collect()
    }
}

async fn connect(server: &Server, path: &str) -> Lines<BufReader<TcpStream>> {
    let host = server.url.trim_start_matches("http://");
    let mut line = TcpStream::connect(host).await.unwrap();
    // HTTP/1.0: the events come bare, not cut into chunks.
    line.write_all(format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    let mut lines = BufReader::with_capacity(1024, line).lines();
    let status = lines.next_line().await.unwrap().unwrap();
    assert!(status.contains(" 200 "), "{path}: {status}");
    lines
}

async fn listen(
    mut lines: Lines<BufReader<TcpStream>>,
    event: &'static str,
    watcher: usize,
    tell: UnboundedSender<(usize, Instant)>,
) {
    while let Ok(Some(line)) = lines.next_line().await {
        // Nobody listens any more when the measurement is over.
        if line.strip_prefix("event: ") == Some(event) && tell.send((watcher, Instant::now())).is_err() {
            break;
        }
    }
}

/// Calls people one after the other; answers how long after the answer to the clerk each open page knew, of everybody
/// who was still in line.
pub async fn call_before(phones: &mut Watchers, people: usize, desk: &Desk, calls: usize) -> Vec<Duration> {
    let mut delays = Vec::new();
    for called in 0..calls {
        phones.quiet().await;
        let (ticket, answered) = desk.call().await;
        delays.extend(phones.delays(called..people, answered).await);
        desk.begin(&ticket).await;
    }
    delays.sort_unstable();
    delays
}

/// The delay that this share of all stays below, of sorted ones.
pub fn share(delays: &[Duration], share: f64) -> Duration {
    let last = delays.len().saturating_sub(1);
    delays.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}
