//! Numbers of tickets and permits: no gap and none twice, however many take them at once.

use loket::db::{Db, next_number};

use crate::support::scalar;

/// People at the kiosks at the same moment.
const TASKS: i64 = 64;
/// Numbers each of them tries to take.
const TRIES: i64 = 6;

/// Takes numbers; every third try is given up after the number was taken.
async fn take(db: Db, task: i64, scope: &'static str) -> Vec<i64> {
    let mut kept = Vec::new();
    for attempt in 0..TRIES {
        let mut tx = db.begin().await.unwrap();
        let number = next_number(&mut tx, scope, "2026-11-24").await.unwrap();
        if (task + attempt) % 3 == 0 {
            drop(tx);
        } else {
            tx.commit().await.unwrap();
            kept.push(number);
        }
    }
    kept
}

async fn take_by_all(db: &Db, scope: &'static str) -> Vec<i64> {
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(take(db.clone(), task, scope))).collect();
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.extend(task.await.unwrap());
    }
    numbers.sort_unstable();
    numbers
}

on_each_database! {
    async fn sixty_four_takers_with_rollbacks_leave_no_gap_and_no_double(db: Db) {
        let numbers = take_by_all(&db, "ticket").await;
        let expected: Vec<i64> = (1..=TASKS * TRIES * 2 / 3).collect();
        assert_eq!(numbers, expected);
        println!("{} numbers kept, {} given up", numbers.len(), TASKS * TRIES - numbers.len() as i64);
        assert_eq!(scalar(&db, "SELECT last FROM number_series WHERE scope = 'ticket'").await, expected.len() as i64);
    }

    async fn each_series_and_each_period_counts_for_itself_from_one(db: Db) {
        let mut tx = db.begin().await.unwrap();
        for (scope, period, expected) in [("a", "2026", 1), ("a", "2026", 2), ("b", "2026", 1), ("a", "2027", 1), ("a", "2026", 3)] {
            assert_eq!(next_number(&mut tx, scope, period).await.unwrap(), expected, "{scope} {period}");
        }
        tx.commit().await.unwrap();
    }

    async fn a_number_taken_in_an_act_that_fails_is_taken_again(db: Db) {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(next_number(&mut tx, "permit", "2026").await.unwrap(), 1);
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(next_number(&mut tx, "permit", "2026").await.unwrap(), 1);
        tx.commit().await.unwrap();
    }
}
