//! The chain of acts: whoever changes the store behind Loket's back is found.

use loket::audit::{self, Break};
use loket::db::Db;
use serde_json::json;

use crate::support::{act_at, execute};

/// Lines written before a test tampers with them.
const LINES: i64 = 7;

async fn write_lines(db: &Db) {
    for number in 1..=LINES {
        let mut tx = db.begin().await.unwrap();
        let detail = json!({ "number": format!("A-{number:03}") });
        audit::record(&mut tx, act_at(number), "ticket.issued", number, detail).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn breaks_of(db: &Db) -> Vec<Break> {
    audit::check(&mut db.read().await.unwrap()).await.unwrap().1
}

/// Takes away the triggers that refuse changes, as a person with the database's own tools could.
async fn drop_triggers(db: &Db) {
    if db.is_sqlite() {
        execute(db, "DROP TRIGGER audit_line_kept").await;
        execute(db, "DROP TRIGGER audit_line_stays").await;
    } else {
        execute(db, "DROP TRIGGER audit_line_kept ON audit_line").await;
    }
}

/// Writes the lines, tampers, and says whether it was found.
async fn is_found(db: &Db, tampering: &[String]) -> bool {
    write_lines(db).await;
    assert_eq!(breaks_of(db).await, [], "an untouched chain is whole");
    drop_triggers(db).await;
    for statement in tampering {
        assert_eq!(execute(db, statement.clone()).await, 1, "{statement}");
    }
    !breaks_of(db).await.is_empty()
}

on_each_database! {
    async fn an_untouched_chain_is_whole_and_counts_its_lines(db: Db) {
        write_lines(&db).await;
        let (lines, breaks) = audit::check(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!((lines, breaks), (LINES, vec![]));
    }

    async fn a_change_of_any_column_of_any_line_is_found(db: Db) {
        write_lines(&db).await;
        drop_triggers(&db).await;
        for seq in 1..=LINES {
            for (column, other) in [("at", "at + 1"), ("actor", "'citizen'"), ("act", "'ticket.called'"), ("subject", "subject || 'x'"), ("detail", "'{}'")] {
                let keep = if column == "at" { "at - 1".to_owned() } else { kept(&db, column, seq).await };
                execute(&db, format!("UPDATE audit_line SET {column} = {other} WHERE seq = {seq}")).await;
                let breaks = breaks_of(&db).await;
                assert_eq!(breaks.first().map(|b| b.seq), Some(seq), "{column} of line {seq}");
                execute(&db, format!("UPDATE audit_line SET {column} = {keep} WHERE seq = {seq}")).await;
                assert_eq!(breaks_of(&db).await, [], "put back, the chain is whole again");
            }
        }
    }

    async fn a_deleted_line_is_found(db: Db) {
        assert!(is_found(&db, &["DELETE FROM audit_line WHERE seq = 4".to_owned()]).await);
    }

    async fn the_deleted_last_line_is_found(db: Db) {
        assert!(is_found(&db, &[format!("DELETE FROM audit_line WHERE seq = {LINES}")]).await);
    }

    async fn a_deleted_line_is_found_when_the_later_ones_close_the_gap(db: Db) {
        let close_gap = (5..=LINES).map(|seq| format!("UPDATE audit_line SET seq = {} WHERE seq = {seq}", seq - 1));
        let head = format!("UPDATE audit_head SET seq = {}", LINES - 1);
        let tampering: Vec<_> = ["DELETE FROM audit_line WHERE seq = 4".to_owned()].into_iter().chain(close_gap).chain([head]).collect();
        assert!(is_found(&db, &tampering).await);
    }

    async fn two_swapped_lines_are_found(db: Db) {
        let swap = [(2, 900), (5, 2), (900, 5)].map(|(from, to)| format!("UPDATE audit_line SET seq = {to} WHERE seq = {from}"));
        assert!(is_found(&db, &swap).await);
    }

    async fn a_changed_line_with_a_new_hash_of_its_own_is_found(db: Db) {
        let forged = if db.is_sqlite() { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
        assert!(is_found(&db, &[format!("UPDATE audit_line SET detail = '{{}}', hash = {forged} WHERE seq = 3")]).await);
    }

    async fn a_head_moved_back_is_found(db: Db) {
        assert!(is_found(&db, &["UPDATE audit_head SET seq = seq - 1".to_owned()]).await);
    }

    async fn the_database_itself_refuses_to_change_or_delete_a_line(db: Db) {
        write_lines(&db).await;
        for statement in ["UPDATE audit_line SET detail = '{}' WHERE seq = 2", "DELETE FROM audit_line WHERE seq = 2"] {
            let refused = match &db {
                Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer.lend().await.unwrap().connection().unwrap()).await.err(),
                Db::Postgres(pool, _) => sqlx::query(statement).execute(pool).await.err(),
            };
            assert!(refused.is_some_and(|e| e.to_string().contains("never")), "{statement}");
        }
        assert_eq!(breaks_of(&db).await, []);
    }

    async fn an_act_that_is_rolled_back_leaves_no_line_and_no_gap(db: Db) {
        write_lines(&db).await;
        let mut tx = db.begin().await.unwrap();
        audit::record(&mut tx, act_at(50), "ticket.issued", "none", json!({})).await.unwrap();
        drop(tx);
        write_lines(&db).await;
        let (lines, breaks) = audit::check(&mut db.read().await.unwrap()).await.unwrap();
        assert_eq!((lines, breaks), (2 * LINES, vec![]));
    }
}

/// The text of a column as an SQL literal.
async fn kept(db: &Db, column: &str, seq: i64) -> String {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {column} FROM audit_line WHERE seq = {seq}"));
    let text: String = match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query_scalar(sql).fetch_one(writer.lend().await.unwrap().connection().unwrap()).await.unwrap()
        }
        Db::Postgres(pool, _) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    };
    format!("'{}'", text.replace('\'', "''"))
}
