//! SQL of the audit. A trigger moves the head when a line is inserted; triggers refuse change and deletion.

use sqlx::FromRow;

use super::Line;
use crate::clock::Instant;
use crate::db::{Asked, StoreError, Tx, ask, fetch_all, fetch_one, later, on_db};

/// Lines of one act, which wait for its commit.
const FEW: usize = 4;

#[derive(FromRow)]
struct LineRow {
    seq: i64,
    at: Instant,
    actor: String,
    act: String,
    subject: String,
    detail: String,
    hash: Vec<u8>,
}

impl LineRow {
    fn parts(self) -> (Line, Vec<u8>) {
        let LineRow { seq, at, actor, act, subject, detail, hash } = self;
        (Line { seq, at, actor, act, subject, detail }, hash)
    }
}

const TAKE: &str = "UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, hash";

/// Takes the next place in the chain and the hash before it.
pub(super) fn ask_head(tx: &mut Tx) -> Asked<(i64, Vec<u8>)> {
    ask!(tx, (i64, Vec<u8>), TAKE)
}

pub(super) async fn find_head(tx: &mut Tx) -> Result<(i64, Vec<u8>), StoreError> {
    Ok(fetch_one!(tx, (i64, Vec<u8>), "SELECT seq, hash FROM audit_head WHERE id = 1"))
}

fn insert(tx: &mut Tx, line: &Line, hash: &[u8]) {
    later!(
        tx,
        "INSERT INTO audit_line (seq, at, actor, act, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        line.seq,
        line.at,
        &line.actor,
        &line.act,
        &line.subject,
        &line.detail,
        hash
    );
}

/// Writes consecutive lines and moves the head's number to the last; the trigger moves its hash.
pub(super) async fn insert_all(tx: &mut Tx, lines: &[(Line, Vec<u8>)]) -> Result<(), StoreError> {
    match lines.len() {
        0..=FEW => lines.iter().for_each(|(line, hash)| insert(tx, line, hash)),
        _ => insert_many(tx, lines).await?,
    }
    if let Some((line, hash)) = lines.last() {
        later!(tx, "UPDATE audit_head SET seq = $1 WHERE id = 1", line.seq);
        tx.set_chain_end(line.seq, hash);
    }
    Ok(())
}

async fn insert_many(tx: &mut Tx, lines: &[(Line, Vec<u8>)]) -> Result<(), StoreError> {
    for chunk in lines.chunks(200) {
        on_db!(tx, |conn| {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO audit_line (seq, at, actor, act, subject, detail, hash) ");
            insert.push_values(chunk, |mut row, (line, hash)| {
                row.push_bind(line.seq).push_bind(line.at).push_bind(&line.actor).push_bind(&line.act);
                row.push_bind(&line.subject).push_bind(&line.detail).push_bind(hash);
            });
            insert.build().execute(conn).await?;
        });
    }
    Ok(())
}

/// The next thousand lines after `seq`.
pub(super) async fn list_after(tx: &mut Tx, seq: i64) -> Result<Vec<(Line, Vec<u8>)>, StoreError> {
    let rows = fetch_all!(tx, LineRow, "SELECT * FROM audit_line WHERE seq > $1 ORDER BY seq LIMIT 1000", seq);
    Ok(rows.into_iter().map(LineRow::parts).collect())
}

pub(super) async fn list_about(tx: &mut Tx, subject: &str) -> Result<Vec<Line>, StoreError> {
    let rows = fetch_all!(tx, LineRow, "SELECT * FROM audit_line WHERE subject = $1 ORDER BY seq", subject);
    Ok(rows.into_iter().map(|row| row.parts().0).collect())
}
