//! The queue against a model of it: the same random days on SQLite, on PostgreSQL and in plain lists, act by act.
//!
//! `LOKET_MODEL_OPERATIONS=100000` for a long run; `LOKET_SEED=…` repeats one.

mod acts;
mod hall;

use loket::audit;
use loket::db::Db;
use loket::sites::CallRules;
use tokio::sync::mpsc;

use crate::support::{Random, office, on_postgres, on_sqlite, size};
use acts::{Act, Day};
use hall::{Hall, Rules};

/// Acts between two comparisons of everything that is stored.
const BETWEEN_LOOKS: usize = 250;

/// Lives the same random days in the model and in the store; answers what happened, line by line.
async fn live(db: Db, seed: u64, operations: usize) -> Vec<String> {
    let mut random = Random::of(seed);
    let calling = CallRules {
        most_calls: 1 + random.below(5) as i64,
        regular_per_priority: 1 + random.below(5) as u8,
        quick_minutes: 10,
    };
    let quick_counters: Vec<usize> = (0..office::COUNTERS as usize).filter(|_| random.below(3) == 0).collect();
    let mut day = Day::begin(db.clone(), calling, &quick_counters).await;
    let (calls, between) = (calling.most_calls, usize::from(calling.regular_per_priority));
    let mut hall = Hall::new(day.groups(), Rules { calls, between, quick_counters, quick: day.quick() });
    let mut history = Vec::with_capacity(operations);
    for count in 1..=operations {
        day.let_time_pass(&mut random);
        hall.clock(day.now(), &day.date());
        let act = Act::choose(&hall, &mut random);
        let expected = act.in_model(&mut hall);
        let found = day.act(&act).await;
        assert_eq!(found.as_ref().ok(), expected.as_ref().ok(), "act {count}: {act:?} ({found:?})");
        history.push(format!("{act:?}: {found:?}"));
        if count % BETWEEN_LOOKS == 0 || count == operations {
            assert_eq!(day.rows().await, hall.rows(), "after act {count}");
            let (kept, stored) = day.hall().await;
            assert_eq!(kept, stored, "the hall in memory after act {count}");
        }
    }
    let (lines, breaks) = audit::check(&mut db.read().await.unwrap()).await.unwrap();
    assert_eq!(breaks, []);
    println!("{operations} acts, {} visits, {lines} audit lines: as the model says", hall.visits.len());
    history
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_queue_does_what_its_model_does_on_both_databases() {
    let seed = Random::seed();
    let operations = size("LOKET_MODEL_OPERATIONS", 5_000);
    let (tell, mut told) = mpsc::unbounded_channel();
    let tell_too = tell.clone();
    on_sqlite(|db| async move { tell.send(live(db, seed, operations).await).unwrap() }).await;
    on_postgres("the_queue_does_what_its_model_does", |db| async move {
        tell_too.send(live(db, seed, operations).await).unwrap();
    })
    .await;
    let sqlite = told.recv().await.unwrap();
    let refusals = sqlite.iter().filter(|line| line.contains("Err(")).count();
    println!("{refusals} of {operations} acts were refused");
    assert!(refusals * 2 < operations, "most acts are possible ones: {refusals} were refused");
    if let Ok(postgres) = told.try_recv() {
        let differs = sqlite.iter().zip(&postgres).position(|(one, other)| one != other);
        assert_eq!(differs, None, "the first act that differs between the databases");
        println!("the histories of both databases are the same");
    }
}

#[test]
fn two_priorities_in_a_row_and_a_double_call_would_be_seen() {
    let rules = Rules { calls: 3, between: 2, quick_counters: vec![], quick: vec![] };
    let mut hall = Hall::new(vec![vec!['A'], vec!['A']], rules);
    hall.clock(1, "2026-11-24");
    for is_priority in [false, true, true, false] {
        hall.issue(&[("SIPB", 'A')], is_priority).unwrap();
    }
    hall.open(0, 0).unwrap();
    hall.open(1, 1).unwrap();
    assert_eq!(hall.next(0, 0), Ok("P-001 called".to_owned()));
    assert_eq!(hall.next(0, 0), Err(()), "one is in hand");
    hall.start(1, 0).unwrap();
    assert_eq!(hall.next(0, 0), Ok("A-001 called".to_owned()));
    assert_eq!(hall.next(1, 1), Ok("P-002 called".to_owned()), "each counter counts for itself");
}
