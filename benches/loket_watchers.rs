//! Open pages and boards against the real program on the loopback address: how late they know of a call, and what
//! memory they cost. Each of them is a connection: `ulimit -n` must be above their sum.
//!
//! `cargo bench --bench loket_watchers -- --phones 2000 --boards 1000`

#![expect(clippy::unwrap_used, reason = "a measurement stops at the first surprise")]

#[path = "../tests/loket/support/office.rs"]
mod office;
#[path = "../tests/loket/support/server.rs"]
mod server;
#[path = "../tests/loket/support/watching.rs"]
mod watching;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use loket::db::Db;

use server::Server;
use watching::{Desk, Watchers, call_before, share};

/// A bounded load, on this machine only.
#[derive(Parser)]
struct Load {
    /// The program; the one of this build when left out.
    #[arg(long, default_value = env!("CARGO_BIN_EXE_loket"))]
    binary: PathBuf,
    /// Open pages of people in line.
    #[arg(long, default_value_t = 2_000)]
    phones: usize,
    /// Displays.
    #[arg(long, default_value_t = 1_000)]
    boards: usize,
    /// People called while all watch.
    #[arg(long, default_value_t = 10)]
    calls: usize,
    /// People who come and go afterwards in each of ten parts, while the boards stay open.
    #[arg(long, default_value_t = 300)]
    visits: usize,
    /// What cargo adds by itself.
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() {
    let load = Load::parse();
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    office::fill(&db, office::COUNTERS).await;
    db.close().await;
    let server = Server::start(&load.binary, folder.path()).await;
    let desk = Desk::open(&server).await;
    let tokens = desk.admit(load.phones).await;
    println!("{} people in line, {} MiB", load.phones, server.memory() / 1024);
    let mut boards = Watchers::boards(&server, load.boards).await;
    println!("{} boards open, {} MiB", load.boards, server.memory() / 1024);
    let mut phones = Watchers::phones(&server, &tokens).await;
    println!("{} pages open, {} MiB", load.phones, server.memory() / 1024);
    report("pages", &call_before(&mut phones, load.phones, &desk, load.calls).await);
    drop(phones);
    boards.quiet().await;
    let (ticket, answered) = desk.call().await;
    let mut told = boards.delays(0..load.boards, answered).await;
    told.sort_unstable();
    report("boards", &told);
    desk.begin(&ticket).await;
    come_and_go(&server, &desk, load.visits).await;
    server.kill();
}

fn report(name: &str, delays: &[Duration]) {
    let at = |of: f64| share(delays, of).as_secs_f64() * 1e3;
    let count = delays.len();
    println!("{name:<8} {count:>7} told  p50 {:>6.0} ms  p99 {:>6.0} ms  last {:>6.0} ms", at(0.5), at(0.99), at(1.0));
}

/// Days of a hall in a row: the memory after each part must stay as it was.
async fn come_and_go(server: &Server, desk: &Desk, visits: usize) {
    for part in 1..=10 {
        desk.admit(visits).await;
        for _ in 0..visits {
            let (ticket, _) = desk.call().await;
            desk.begin(&ticket).await;
        }
        println!("after {:>6} visits {:>4} MiB", part * visits, server.memory() / 1024);
    }
}
