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
    /// Files that are registered first, whose status is then asked for.
    #[arg(long, default_value_t = 100)]
    files: usize,
    /// Whoever took a number gives it up at once, so that a hall gives many in a day; nothing else is measured then.
    #[arg(long)]
    leave: bool,
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
    let start = (Instant::now(), processor_time(server));
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
    all.report(name, start.0.elapsed(), processor_time(server) - start.1);
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

    fn report(&mut self, name: &str, elapsed: Duration, processor: Duration) {
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
            processor.as_secs_f64() * 1e3 / count as f64,
        );
    }

    /// How many answers repeat a value that another answer has.
    fn doubles(&self, name: &str) -> usize {
        let values: Vec<&str> = self.answers.iter().filter_map(|answer| answer[name].as_str()).collect();
        values.len() - values.iter().collect::<HashSet<_>>().len()
    }
}

/// Processor time of the server so far, its own and the system's for it, in steps of 10 ms as Linux counts it.
fn processor_time(server: &Server) -> Duration {
    let stat = server.figures("stat");
    let after_name = stat.rsplit(')').next().unwrap();
    let fields: Vec<u64> = after_name.split_whitespace().skip(11).take(2).map(|field| field.parse().unwrap()).collect();
    Duration::from_millis(10 * fields.iter().sum::<u64>())
}

/// Clerks open a counter each, call at the same moment, begin to serve at the same moment, and so on until nobody
/// waits. In one round a clerk ends the service before calling, in the next the call ends it.
async fn call_everybody(server: &Server, load: &Load) {
    let clerks = at_their_counters(server, load.clerks).await;
    let [mut free, mut ending, mut starts, mut finishes] = <[Acts; 4]>::default();
    for round in 0.. {
        let calls = if round % 2 == 0 { &mut free } else { &mut ending };
        let called = calls
            .on(server, clerks.iter().map(|(clerk, counter)| clerk.clone().timed(format!("/counters/{counter}/next"))))
            .await;
        let pairs = clerks.iter().zip(called).filter(|(_, (status, _))| *status != StatusCode::NO_CONTENT);
        let in_hand: Vec<_> = pairs.map(|((clerk, _), (_, ticket))| (clerk, ticket["id"].clone())).collect();
        if in_hand.is_empty() {
            break;
        }
        let act = |name: &'static str| {
            let path = move |id: &Value| format!("/tickets/{}/{name}", id.as_str().unwrap_or_default());
            in_hand.iter().map(move |(clerk, id)| (*clerk).clone().timed(path(id)))
        };
        starts.on(server, act("start")).await;
        if round % 2 == 1 {
            finishes.on(server, act("finish")).await;
        }
    }
    free.report("call next, counter free");
    ending.report("call next, ends a service");
    let mut called = std::mem::take(&mut free.phase);
    called.merge(std::mem::take(&mut ending.phase));
    called.answers.retain(|answer| !answer.is_null());
    println!("  {} called, {} called twice", called.answers.len(), called.doubles("id"));
    starts.report("begin to serve");
    finishes.report("finish");
}

/// Acts of one kind over several rounds.
#[derive(Default)]
struct Acts {
    phase: Phase,
    elapsed: Duration,
    processor: Duration,
}

impl Acts {
    /// Sends them at the same moment, and answers what came back in their order.
    async fn on<R>(&mut self, server: &Server, requests: impl Iterator<Item = R>) -> Vec<(StatusCode, Value)>
    where
        R: Future<Output = (Duration, StatusCode, Value)> + Send + 'static,
    {
        let start = (Instant::now(), processor_time(server));
        let tasks: Vec<_> = requests.map(tokio::spawn).collect();
        let mut answers = Vec::with_capacity(tasks.len());
        for task in tasks {
            let (time, status, body) = task.await.unwrap();
            self.phase.add(time, status, body.clone());
            answers.push((status, body));
        }
        self.elapsed += start.0.elapsed();
        self.processor += processor_time(server) - start.1;
        answers
    }

    fn report(&mut self, name: &str) {
        self.phase.report(name, self.elapsed, self.processor);
    }
}

async fn at_their_counters(server: &Server, clerks: i64) -> Vec<(Caller, String)> {
    let counters = Caller::new(server).signed_in("petugas").await.send(Method::GET, "/counters", None).await.1;
    let counters = counters["items"].as_array().expect("a list of counters").clone();
    let further = (office::COUNTERS + 1..=clerks).map(|number| format!("loket-{number}"));
    let names = ["petugas", "petugas2", "dukcapil"].map(str::to_owned).into_iter().chain(further);
    let mut seated = Vec::new();
    for (name, counter) in names.zip(counters) {
        let clerk = Caller::new(server).signed_in(&name).await;
        let counter = counter["id"].as_str().unwrap().to_owned();
        let opened = clerk.post(&format!("/counters/{counter}/open"), json!({})).await;
        assert!(opened.0.is_success(), "{name}: {}", opened.1);
        seated.push((clerk, counter));
    }
    seated
}

impl Caller {
    async fn signed_in(self, username: &str) -> Caller {
        let (status, body) = self.post("/session", json!({ "username": username, "password": PASSWORD })).await;
        assert!(status.is_success(), "{username}: {body}");
        Caller { token: body["access_token"].as_str().map(str::to_owned), ..self }
    }

    /// Sends an act without arguments, and says how long the answer took.
    async fn timed(self, path: String) -> (Duration, StatusCode, Value) {
        let begun = Instant::now();
        let (status, body) = self.post(&path, json!({})).await;
        (begun.elapsed(), status, body)
    }
}

/// Registers files at the counter, and answers their tracking codes. DATA UJI.
async fn register_files(server: &Server, count: usize) -> Vec<Value> {
    let clerk = Caller::new(server).signed_in("petugas").await;
    let mut codes = Vec::new();
    for number in 0..count {
        let (status, draft) = clerk.post("/applications", felling_of_a_tree(number)).await;
        assert!(status.is_success(), "{draft}");
        let path = format!("/applications/{}", draft["id"].as_str().unwrap());
        for asked in draft["requirements"].as_array().unwrap() {
            let requirement = format!("{path}/requirements/{}", asked["code"].as_str().unwrap());
            clerk.send(Method::PUT, &requirement, Some(json!({ "sighted": true }))).await;
        }
        let (status, file) = clerk.post(&format!("{path}/registration"), json!({})).await;
        assert!(status.is_success(), "{file}");
        codes.push(file["code"].clone());
    }
    codes
}

fn felling_of_a_tree(number: usize) -> Value {
    json!({
        "service": "POHON", "kind": "new",
        "applicant": {
            "nik": format!("160701411292{number:04}"), "name": "WARGA DATA UJI", "birth_place": "Pangkalan Balai",
            "birth_date": "1992-12-01", "sex": "P", "phone": "081234567890",
            "address": { "street": "Jalan Contoh 1", "rt": "3", "rw": "1", "village_code": "16.07.06.2001" }
        },
        "fields": {
            "tree_place": "Jalan Contoh 1", "tree_kind": "Angsana", "tree_count": "1", "tree_girth": "90",
            "work_kind": "Penebangan", "reason": "Membahayakan keselamatan", "felling_until": "2027-06-30", "seedlings": "3"
        }
    })
}

/// Citizens who follow their files.
async fn follow_files(server: &Server, load: &Load) {
    if load.files == 0 {
        return;
    }
    let codes = Arc::new(register_files(server, load.files).await);
    rush(server, load, "status of a file", load.looks, move |caller, at| {
        let body = json!({ "code": codes[at % codes.len()] });
        async move { caller.post("/status", body).await }
    })
    .await;
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
    let taken = take_numbers(&server, &load).await;
    println!("  {} numbers, {} given twice", taken.answers.len(), taken.doubles("number"));
    if !load.leave {
        follow_the_day(&server, &load, &taken).await;
    }
    println!("{} MiB at the end", server.memory() / 1024);
    server.kill();
}

/// Visitors at the kiosks.
async fn take_numbers(server: &Server, load: &Load) -> Phase {
    let leave = load.leave;
    rush(server, load, "take a number", load.tickets, move |caller, at| async move {
        let service = SERVICES[at % SERVICES.len()].0;
        let given = caller.post(&format!("/sites/{}/tickets", SITES[0]), json!({ "services": [service] })).await;
        if leave && given.0.is_success() {
            let path = format!("/tickets/{}", given.1["token"].as_str().unwrap_or_default());
            let left = caller.send(Method::DELETE, &path, None).await;
            return if left.0.is_success() { given } else { left };
        }
        given
    })
    .await
}

/// Those who wait look at their place, citizens follow their files, and clerks call everybody.
async fn follow_the_day(server: &Server, load: &Load, taken: &Phase) {
    let tokens: Arc<Vec<String>> =
        Arc::new(taken.answers.iter().filter_map(|t| t["token"].as_str().map(str::to_owned)).collect());
    rush(server, load, "own place in line", load.looks, move |caller, at| {
        let path = format!("/tickets/{}", tokens[at % tokens.len()]);
        async move { caller.send(Method::GET, &path, None).await }
    })
    .await;
    rush(server, load, "board", load.looks, |caller, _| async move {
        caller.send(Method::GET, &format!("/sites/{}/board", SITES[0]), None).await
    })
    .await;
    follow_files(server, load).await;
    call_everybody(server, load).await;
}
