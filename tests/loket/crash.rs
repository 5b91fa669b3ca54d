//! A power cut of the program: killed at any moment, it loses no number it gave, gives none twice and leaves no gap.
//!
//! `LOKET_ISSUES=100000` numbers (and `LOKET_ROUNDS=200` cuts at least) for the full size; `LOKET_SEED=…` repeats a run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use loket::audit;
use loket::db::Db;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::office::{self, SITES};
use crate::support::{Random, Server, execute, size};

/// People at the kiosks.
const WRITERS: usize = 8;

/// A writer pauses before one number among so many, for less than so many milliseconds.
const PAUSE_AMONG: usize = 10;
const LONGEST_PAUSE: usize = 40;
/// Milliseconds between start and cut, at most.
const LONGEST_RUN: usize = 2_000;

/// MiB the program may occupy with an office of this size (a debug build needs more than a release).
const MOST_MEMORY: u64 = 120;

/// A number the visitor holds in the hand.
#[derive(Clone, Debug)]
struct Slip {
    key: String,
    id: String,
    number: String,
}

/// What came of one writer's requests: slips, and the key of the request that got no answer.
#[derive(Default)]
struct Taken {
    slips: Vec<Slip>,
    unanswered: Vec<String>,
}

/// A number as it stands in the store.
#[derive(Clone, Debug)]
struct Stored {
    id: String,
    day: String,
    letter: String,
    ordinal: i64,
}

fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_loket"))
}

/// Asks for a number under a key; `None` when no answer came.
async fn take_number(client: &Client, url: &str, key: &str) -> Option<Slip> {
    let path = format!("{url}/api/v1/sites/{}/tickets", SITES[0]);
    let request = client.post(path).header("Idempotency-Key", key).json(&json!({ "services": ["KONSUL"] }));
    let answer = request.send().await.ok()?;
    let status = answer.status();
    // A server that is being killed may cut the body short: that is no answer either.
    let body: Value = answer.json().await.ok()?;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let word = |name: &str| body[name].as_str().unwrap().to_owned();
    Some(Slip { key: key.to_owned(), id: word("id"), number: word("number") })
}

/// Takes one number after the other, now and then after a pause.
async fn write_until(stop: Arc<AtomicBool>, url: String, name: String, mut random: Random) -> Taken {
    let client = Client::new();
    let mut taken = Taken::default();
    for count in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        if random.below(PAUSE_AMONG) == 0 {
            tokio::time::sleep(Duration::from_millis(random.below(LONGEST_PAUSE) as u64)).await;
        }
        let key = format!("{name}-{count}");
        match take_number(&client, &url, &key).await {
            Some(slip) => taken.slips.push(slip),
            None => {
                taken.unanswered.push(key);
                break;
            }
        }
    }
    taken
}

/// Lets the writers run, kills the program at a random moment, and gathers what they hold.
async fn cut(server: Server, round: usize, random: &mut Random) -> Taken {
    let stop = Arc::new(AtomicBool::new(false));
    let mut writers = Vec::new();
    for n in 0..WRITERS {
        let chance = Random::of(random.below(usize::MAX) as u64);
        writers.push(tokio::spawn(write_until(
            Arc::clone(&stop),
            server.url.clone(),
            format!("r{round}-w{n}"),
            chance,
        )));
    }
    tokio::time::sleep(Duration::from_millis(30 + random.below(LONGEST_RUN) as u64)).await;
    server.kill();
    stop.store(true, Ordering::SeqCst);
    let mut all = Taken::default();
    for writer in writers {
        let taken = writer.await.unwrap();
        all.slips.extend(taken.slips);
        all.unanswered.extend(taken.unanswered);
    }
    all
}

/// Sends every unanswered request again, and some answered ones: the latter must get the number they had.
async fn ask_again(url: &str, taken: &Taken) -> Vec<Slip> {
    let client = Client::new();
    let mut late = Vec::new();
    for key in &taken.unanswered {
        let first = take_number(&client, url, key).await.expect("the server is up");
        let second = take_number(&client, url, key).await.expect("the server is up");
        assert_eq!((&first.id, &first.number), (&second.id, &second.number), "one key, one number");
        late.push(first);
    }
    for slip in taken.slips.iter().rev().take(WRITERS) {
        let again = take_number(&client, url, &slip.key).await.expect("the server is up");
        assert_eq!((&again.id, &again.number), (&slip.id, &slip.number), "one key, one number");
    }
    late
}

async fn stored(db: &Db) -> Vec<Stored> {
    let Db::Sqlite { reader, .. } = db else { panic!("the program keeps a file here") };
    let rows: Vec<(uuid::Uuid, String, String, i64)> =
        sqlx::query_as("SELECT id, local_day, letter, ordinal FROM ticket")
            .fetch_all(reader.lend().await.unwrap().connection().unwrap())
            .await
            .unwrap();
    rows.into_iter().map(|(id, day, letter, ordinal)| Stored { id: id.to_string(), day, letter, ordinal }).collect()
}

/// Everything that must hold between the slips in people's hands and the store.
fn wrongs(slips: &[Slip], stored: &[Stored]) -> Vec<String> {
    let mut wrongs = Vec::new();
    let numbers: BTreeMap<&str, String> =
        stored.iter().map(|s| (s.id.as_str(), format!("{}-{:03}", s.letter, s.ordinal))).collect();
    for slip in slips.iter().filter(|slip| numbers.get(slip.id.as_str()) != Some(&slip.number)) {
        wrongs.push(format!("lost: {} of {}", slip.number, slip.key));
    }
    let held: BTreeSet<&str> = slips.iter().map(|slip| slip.id.as_str()).collect();
    if held.len() != slips.len() {
        wrongs.push(format!("{} slips, but {} tickets: one was given twice", slips.len(), held.len()));
    }
    if held.len() != stored.len() {
        wrongs.push(format!("{} slips, but {} tickets in the store", held.len(), stored.len()));
    }
    let mut series: BTreeMap<(&str, &str), Vec<i64>> = BTreeMap::new();
    for ticket in stored {
        series.entry((&ticket.day, &ticket.letter)).or_default().push(ticket.ordinal);
    }
    for ((day, letter), mut ordinals) in series {
        ordinals.sort_unstable();
        if !ordinals.iter().copied().eq(1..=ordinals.len() as i64) {
            wrongs.push(format!("a gap or a double in {letter} of {day}"));
        }
    }
    wrongs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_program_loses_no_number_gives_none_twice_and_leaves_no_gap() {
    let mut random = Random::of(Random::seed());
    let (issues, rounds) = (size("LOKET_ISSUES", 5_000), size("LOKET_ROUNDS", 20));
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    office::fill(&db, office::COUNTERS).await;
    db.close().await;
    let mut slips: Vec<Slip> = Vec::new();
    let mut unanswered = 0;
    let mut server = Server::start(program(), folder.path()).await;
    let begun = std::time::Instant::now();
    let mut round = 0;
    while round < rounds || slips.len() < issues {
        let taken = cut(server, round, &mut random).await;
        server = Server::start(program(), folder.path()).await;
        slips.extend(ask_again(&server.url, &taken).await);
        unanswered += taken.unanswered.len();
        slips.extend(taken.slips);
        let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
        assert_eq!(wrongs(&slips, &stored(&db).await), Vec::<String>::new(), "round {round}");
        db.close().await;
        round += 1;
    }
    let memory = server.memory() / 1024;
    assert!(memory < MOST_MEMORY, "{memory} MiB");
    server.kill();
    println!("{memory} MiB of memory after the last start");
    println!(
        "{round} cuts in {} s, {} numbers held, {unanswered} unanswered and asked again: 0 lost, 0 double, 0 gap",
        begun.elapsed().as_secs(),
        slips.len()
    );
    check_the_chain_and_the_checker(folder.path(), &slips).await;
}

/// The audit chain is whole; and as a control, the same check fails once a number that somebody holds is removed.
async fn check_the_chain_and_the_checker(folder: &Path, slips: &[Slip]) {
    let db = Db::open(&Db::file_url(folder)).await.unwrap();
    let (lines, breaks) = audit::check(&mut db.read().await.unwrap()).await.unwrap();
    assert_eq!(breaks, []);
    println!("{lines} audit lines, chain whole");
    let before = stored(&db).await;
    let lost = before.iter().max_by_key(|ticket| ticket.ordinal).unwrap().id.replace('-', "");
    execute(&db, format!("DELETE FROM stop WHERE ticket_id = x'{lost}'")).await;
    assert_eq!(execute(&db, format!("DELETE FROM ticket WHERE id = x'{lost}'")).await, 1);
    assert!(!wrongs(slips, &stored(&db).await).is_empty(), "a lost number would be seen");
    db.close().await;
}

#[test]
fn a_gap_a_double_and_a_stranger_would_be_seen() {
    let slip = |n: i64| Slip { key: format!("k{n}"), id: format!("t{n}"), number: format!("D-{n:03}") };
    let stored = |n: i64| Stored { id: format!("t{n}"), day: "2026-11-24".into(), letter: "D".into(), ordinal: n };
    let slips: Vec<Slip> = (1..=3).map(slip).collect();
    let whole: Vec<Stored> = (1..=3).map(stored).collect();
    assert_eq!(wrongs(&slips, &whole), Vec::<String>::new());
    assert!(!wrongs(&slips[..2], &whole).is_empty(), "a ticket nobody holds");
    assert!(!wrongs(&slips, &whole[..2]).is_empty(), "a lost one");
    let doubled = [&slips[..], &[Slip { key: "k9".into(), ..slip(3) }]].concat();
    assert!(!wrongs(&doubled, &whole).is_empty(), "one number for two keys");
    let gap: Vec<Stored> = [1, 2, 4].map(|n| Stored { ordinal: n, ..stored(n.min(3)) }).into();
    let held: Vec<Slip> = [1, 2, 4].map(|n| Slip { number: format!("D-{n:03}"), ..slip(n.min(3)) }).into();
    assert_eq!(wrongs(&held, &gap).len(), 1, "a gap");
}
