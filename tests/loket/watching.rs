//! Many who watch one hall, on the real program: every open page knows of a call within a second, and a board costs
//! little memory.
//!
//! `LOKET_PHONES=2000 LOKET_BOARDS=1000` for the full size; `cargo bench --bench loket_watchers` prints the figures of a
//! release build.

use std::path::Path;
use std::time::Duration;

use loket::db::Db;

use crate::support::watching::{Desk, Watchers, call_before, share};
use crate::support::{Server, office, size};

/// How late an open page may be.
const LATE: Duration = Duration::from_secs(1);
/// KiB of memory one board may cost: a thousand stay below 100 MB.
const MOST_BOARD: u64 = 100;
/// People called while all watch.
const CALLS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_open_pages_know_of_a_call_within_a_second_and_two_hundred_boards_stay_small() {
    let (people, boards) = (size("LOKET_PHONES", 500), size("LOKET_BOARDS", 200));
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    office::fill(&db, office::COUNTERS).await;
    db.close().await;
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_loket")), folder.path()).await;
    let desk = Desk::open(&server).await;
    let tokens = desk.admit(people).await;
    let before = server.memory();
    let mut displays = Watchers::boards(&server, boards).await;
    let each = server.memory().saturating_sub(before) / boards as u64;
    let mut phones = Watchers::phones(&server, &tokens).await;

    let delays = call_before(&mut phones, people, &desk, CALLS).await;
    let (median, most, longest) = (share(&delays, 0.5), share(&delays, 0.99), share(&delays, 1.0));
    println!("{people} open pages, {CALLS} calls: p50 {median:?}, p99 {most:?}, longest {longest:?}");
    assert!(longest < LATE, "an open page knew of a call after {longest:?}");

    displays.quiet().await;
    let (_, answered) = desk.call().await;
    let told = displays.delays(0..boards, answered).await;
    let longest = told.iter().max().copied().unwrap_or_default();
    println!(
        "{boards} boards: {each} KiB each, the last heard the call after {longest:?}; {} MiB",
        server.memory() / 1024
    );
    assert!(longest < LATE, "a board heard the call after {longest:?}");
    assert!(each <= MOST_BOARD, "{each} KiB for each board");
    server.kill();
}
