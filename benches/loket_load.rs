//! A morning rush against the real program on the loopback address: how many, how fast, how much processor time.
//!
//! `cargo bench --bench loket_load -- --tickets 20000 --clients 64`

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a measurement stops at the first surprise")]

#[path = "../tests/loket/support/office.rs"]
mod office;
#[path = "../tests/loket/support/server.rs"]
mod server;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use loket::db::Db;
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use office::{PASSWORD, SERVICES, SITES};
use server::Server;

/// Clock ticks in a second, as `/proc` counts them on Linux.
const TICKS: f64 = 100.0;

/// A bounded load, on this machine only.
#[derive(Parser)]
struct Load {
    /// The program; the one of this build when left out.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_loket"))]
    binary: PathBuf,
    /// People at the kiosks at the same moment.
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// Numbers they take.
    #[arg(long, default_value_t = 6_400)]
    tickets: usize,
    /// Clerks who call.
    #[arg(long, default_value_t = 32)]
    clerks: i64,
    /// Looks at the own place in line.
    #[arg(long, default_value_t = 6_400)]
    looks: usize,
    /// What cargo adds by itself.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What one phase gave.
#[derive(Default)]
struct Phase {
    times: Vec<Duration>,
    errors: usize,
    answers: Vec<Value>,
}

/// One client of the server.
#[derive(Clone)]
struct Caller {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Caller {
    fn new(server: &Server) -> Caller {
        Caller { client: Client::new(), url: format!("{}/api/v1", server.url), token: None }
    }

    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send(Method::POST, path, Some(body)).await
    }
}

/// Runs `count` requests by `clients` callers, taking turns, and reports.
async fn rush<F, R>(server: &Server, load: &Load, name: &str, count: usize, request: F) -> Phase
where
    F: Fn(Caller, usize) -> R + Clone + Send + 'static,
    R: Future<Output = (StatusCode, Value)> + Send,
{
    let turn = Arc::new(AtomicUsize::new(0));
    let start = (Instant::now(), ticks(server));
    let mut tasks = Vec::new();
    for _ in 0..load.clients {
        let (caller, turn, request) = (Caller::new(server), Arc::clone(&turn), request.clone());
        tasks.push(tokio::spawn(async move {
            let mut phase = Phase::default();
            loop {
                let at = turn.fetch_add(1, Ordering::Relaxed);
                if at >= count {
                    return phase;
                }
                let begun = Instant::now();
                let (status, body) = request(caller.clone(), at).await;
                phase.add(begun.elapsed(), status, body);
            }
        }));
    }
    let mut all = Phase::default();
    for task in tasks {
        all.merge(task.await.unwrap());
    }
    all.report(name, start.0.elapsed(), ticks(server) - start.1);
    all
}

impl Phase {
    fn add(&mut self, time: Duration, status: StatusCode, body: Value) {
        self.times.push(time);
        if status.is_success() { self.answers.push(body) } else { self.errors += 1 }
    }

    fn merge(&mut self, other: Phase) {
        self.times.extend(other.times);
        self.errors += other.errors;
        self.answers.extend(other.answers);
    }

    fn report(&mut self, name: &str, elapsed: Duration, ticks: f64) {
        self.times.sort_unstable();
        let count = self.times.len().max(1);
        let at =
            |share: f64| self.times.get(((count - 1) as f64 * share) as usize).map_or(0.0, |t| t.as_secs_f64() * 1e3);
        println!(
            "{name:<24} {count:>7} requests  {:>3} errors  {:>7.0}/s  p50 {:>7.2} ms  p99 {:>7.2} ms  {:>6.3} ms CPU each",
            self.errors,
            count as f64 / elapsed.as_secs_f64(),
            at(0.5),
            at(0.99),
            ticks / TICKS * 1e3 / count as f64,
        );
    }

    /// How many answers repeat a value that another answer has.
    fn doubles(&self, name: &str) -> usize {
        let values: Vec<&str> = self.answers.iter().filter_map(|answer| answer[name].as_str()).collect();
        values.len() - values.iter().collect::<HashSet<_>>().len()
    }
}

/// Processor time of the server so far, its own and the system's for it.
fn ticks(server: &Server) -> f64 {
    let stat = server.figures("stat");
    let after_name = stat.rsplit(')').next().unwrap();
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()
}

/// Clerks sign in, open a counter each, and call until nobody waits.
async fn call_everybody(server: &Server, load: &Load) {
    let counters = Caller::new(server).signed_in("petugas").await.send(Method::GET, "/counters", None).await.1;
    let ids: Vec<String> = counters["items"]
        .as_array()
        .expect("a list of counters")
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    let names = ["petugas", "petugas2", "dukcapil"]
        .map(str::to_owned)
        .into_iter()
        .chain((office::COUNTERS + 1..=load.clerks).map(|n| format!("loket-{n}")));
    let mut clerks = Vec::new();
    for (name, counter) in names.zip(ids) {
        let clerk = Caller::new(server).signed_in(&name).await;
        let opened = clerk.post(&format!("/counters/{counter}/open"), json!({})).await;
        assert!(opened.0.is_success(), "{name}: {}", opened.1);
        clerks.push((clerk, counter));
    }
    let start = (Instant::now(), ticks(server));
    let tasks: Vec<_> =
        clerks.into_iter().map(|(clerk, counter)| tokio::spawn(call_until_empty(clerk, counter))).collect();
    let mut all = Phase::default();
    for task in tasks {
        all.merge(task.await.unwrap());
    }
    all.report("call next (and start)", start.0.elapsed(), ticks(server) - start.1);
    println!("  {} called, {} called twice", all.answers.len(), all.doubles("id"));
}

async fn call_until_empty(clerk: Caller, counter: String) -> Phase {
    let mut phase = Phase::default();
    loop {
        let begun = Instant::now();
        let (status, ticket) = clerk.post(&format!("/counters/{counter}/next"), json!({})).await;
        if status == StatusCode::NO_CONTENT {
            return phase;
        }
        let id = ticket["id"].as_str().unwrap_or_default().to_owned();
        phase.add(begun.elapsed(), status, ticket);
        if !status.is_success() {
            return phase;
        }
        clerk.post(&format!("/tickets/{id}/start"), json!({})).await;
    }
}

impl Caller {
    async fn signed_in(self, username: &str) -> Caller {
        let (status, body) = self.post("/session", json!({ "username": username, "password": PASSWORD })).await;
        assert!(status.is_success(), "{username}: {body}");
        Caller { token: body["access_token"].as_str().map(str::to_owned), ..self }
    }
}

#[tokio::main]
async fn main() {
    let load = Load::parse();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    office::fill(&db, load.clerks).await;
    db.close().await;
    let begun = Instant::now();
    let server = Server::start(&load.binary, folder.path()).await;
    println!("ready after {} ms, {} MiB idle", begun.elapsed().as_millis(), server.memory() / 1024);
    let taken = rush(&server, &load, "take a number", load.tickets, |caller, at| async move {
        let service = SERVICES[at % SERVICES.len()].0;
        caller.post(&format!("/sites/{}/tickets", SITES[0]), json!({ "services": [service] })).await
    })
    .await;
    println!("  {} numbers, {} given twice", taken.answers.len(), taken.doubles("number"));
    let tokens: Arc<Vec<String>> =
        Arc::new(taken.answers.iter().filter_map(|t| t["token"].as_str().map(str::to_owned)).collect());
    rush(&server, &load, "own place in line", load.looks, move |caller, at| {
        let path = format!("/tickets/{}", tokens[at % tokens.len()]);
        async move { caller.send(Method::GET, &path, None).await }
    })
    .await;
    rush(&server, &load, "board", load.looks, |caller, _| async move {
        caller.send(Method::GET, &format!("/sites/{}/board", SITES[0]), None).await
    })
    .await;
    call_everybody(&server, &load).await;
    println!("{} MiB at the end", server.memory() / 1024);
    server.kill();
}
