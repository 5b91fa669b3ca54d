//! What a caller holds of a database: one connection, and the statements that go out together with the next one.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{FromRow, Postgres, Sqlite, Transaction};
use tokio::runtime::Handle;

use super::waiting::{Answer, FileWaiting, ServerWaiting};
use super::{Lent, StoreError};

/// A connection to the file. A transaction begins and ends together with statements in it, so that an act of twenty
/// statements crosses to the thread of SQLite and back only where it needs an answer.
pub(crate) struct FileHold {
    /// `None` only while it is dropped.
    connection: Option<Lent>,
    /// Whether a transaction may have begun and not ended.
    is_inside: bool,
    pub(super) waiting: FileWaiting,
    /// What was read with the begin of a transaction that writes.
    end: ChainEnd,
}

/// The end of the audit chain as a transaction on the file read it with its begin: nobody else writes until it commits,
/// so it need not be asked for again.
enum ChainEnd {
    /// Not asked for.
    Unasked,
    /// Rides with the statements that wait.
    Waiting,
    /// As it is: number and hash of the last line.
    Known(i64, Vec<u8>),
}

/// A connection to the server.
pub(crate) struct ServerHold {
    line: ServerLine,
    pub(super) waiting: ServerWaiting,
}

/// All or nothing, or a connection for single questions.
enum ServerLine {
    Transaction(Transaction<'static, Postgres>),
    Plain(PoolConnection<Postgres>),
}

impl FileHold {
    /// A connection for single questions.
    pub fn plain(connection: Lent) -> FileHold {
        let waiting = FileWaiting::default();
        FileHold { connection: Some(connection), is_inside: false, waiting, end: ChainEnd::Unasked }
    }

    /// A transaction that begins with the first statement in it.
    pub fn begin(connection: Lent, begin: &'static str) -> FileHold {
        let mut hold = FileHold::plain(connection);
        hold.waiting.add(begin);
        hold
    }

    /// A transaction that writes.
    pub fn begin_to_write(connection: Lent) -> FileHold {
        let mut hold = FileHold::begin(connection, "BEGIN IMMEDIATE");
        hold.waiting.add(CHAIN_END);
        hold.waiting.ask();
        hold.end = ChainEnd::Waiting;
        hold
    }

    /// Number and hash of the last line of the audit chain, where this transaction knows them.
    pub fn chain_end(&self) -> Option<(i64, Vec<u8>)> {
        match &self.end {
            ChainEnd::Known(seq, hash) => Some((*seq, hash.clone())),
            ChainEnd::Unasked | ChainEnd::Waiting => None,
        }
    }

    /// A line was added to the chain.
    pub fn set_chain_end(&mut self, seq: i64, hash: &[u8]) {
        self.end = ChainEnd::Known(seq, hash.to_vec());
    }

    /// Sends what waits; answers for the last statement.
    pub async fn send(&mut self) -> Result<Answer<Sqlite>, StoreError> {
        let Some(connection) = &mut self.connection else { return Err(gone()) };
        self.is_inside |= self.waiting.begins();
        let answer = self.waiting.send(connection.connection()?).await?;
        if matches!(self.end, ChainEnd::Waiting) {
            self.end = read_end(&answer)?;
        }
        Ok(answer)
    }

    /// Sends questions asked together, outside a transaction in one of their own.
    pub async fn send_together(&mut self) -> Result<Answer<Sqlite>, StoreError> {
        if self.is_inside || self.waiting.begins() {
            return self.send().await;
        }
        self.waiting.enclose();
        self.is_inside = true;
        let answer = self.send().await?;
        self.is_inside = false;
        Ok(answer)
    }

    /// Ends a transaction and makes it durable; one that was never needed is not begun.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.is_inside || !self.is_unused() {
            self.waiting.add("COMMIT");
            self.send().await?;
        }
        self.is_inside = false;
        Ok(())
    }

    /// Whether nothing was asked in this transaction.
    fn is_unused(&self) -> bool {
        let own = usize::from(self.waiting.begins()) + usize::from(matches!(self.end, ChainEnd::Waiting));
        self.waiting.count() <= own
    }

    /// The bare connection. What waits must have been sent.
    pub fn bare(&mut self) -> Result<&mut sqlx::SqliteConnection, StoreError> {
        self.connection.as_mut().ok_or_else(gone)?.connection()
    }
}

/// A transaction that was not committed is undone before anybody else gets the connection; one that cannot be undone
/// (disk full, failed fsync) takes its connection with it: kept, it would refuse every later write.
impl Drop for FileHold {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take().filter(|_| self.is_inside) else { return };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(undo(connection))),
            Err(_) => connection.discard(),
        }
    }
}

async fn undo(mut lent: Lent) {
    let Ok(connection) = lent.connection() else { return };
    match sqlx::raw_sql("ROLLBACK").execute(connection).await {
        Ok(_) => {}
        Err(cause) if cause.to_string().contains("no transaction is active") => {}
        Err(cause) => {
            tracing::warn!(%cause, "a transaction could not be undone; its connection is closed");
            lent.discard();
        }
    }
}

const CHAIN_END: &str = "SELECT seq, hash FROM audit_head WHERE id = 1";

/// The end of the chain was the first question.
fn read_end(answer: &Answer<Sqlite>) -> Result<ChainEnd, StoreError> {
    let Some(row) = answer.asked.first().and_then(|rows| rows.first()) else { return Ok(ChainEnd::Unasked) };
    let (seq, hash) = <(i64, Vec<u8>)>::from_row(row)?;
    Ok(ChainEnd::Known(seq, hash))
}

fn gone() -> StoreError {
    StoreError::Unavailable(sqlx::Error::PoolClosed)
}

impl ServerHold {
    /// A connection for single questions.
    pub fn plain(connection: PoolConnection<Postgres>) -> ServerHold {
        ServerHold { line: ServerLine::Plain(connection), waiting: ServerWaiting::default() }
    }

    /// A transaction; dropped without commit, it is undone.
    pub fn begin(transaction: Transaction<'static, Postgres>) -> ServerHold {
        ServerHold { line: ServerLine::Transaction(transaction), waiting: ServerWaiting::default() }
    }

    /// Sends what waits; answers for the last statement.
    pub async fn send(&mut self) -> Result<Answer<Postgres>, StoreError> {
        let ServerHold { line, waiting } = self;
        waiting.send(line).await
    }

    /// Makes a transaction durable.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.send().await?;
        match self.line {
            ServerLine::Transaction(transaction) => Ok(transaction.commit().await?),
            ServerLine::Plain(_) => Ok(()),
        }
    }

    /// The bare connection. What waits must have been sent.
    pub fn bare(&mut self) -> &mut sqlx::PgConnection {
        &mut self.line
    }
}

impl Deref for ServerLine {
    type Target = sqlx::PgConnection;

    fn deref(&self) -> &sqlx::PgConnection {
        match self {
            ServerLine::Transaction(transaction) => transaction,
            ServerLine::Plain(connection) => connection,
        }
    }
}

impl DerefMut for ServerLine {
    fn deref_mut(&mut self) -> &mut sqlx::PgConnection {
        match self {
            ServerLine::Transaction(transaction) => transaction,
            ServerLine::Plain(connection) => connection,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::db::{Db, StoreError, Tx, ask, execute, fetch_one, later};

    const TAKE: &str = "INSERT INTO number_series (scope, period, last) VALUES ($1, '', $2)";

    async fn open() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
        (folder, db)
    }

    async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
        Ok(fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM number_series").0)
    }

    async fn take(tx: &mut Tx, scope: &str) -> Result<u64, StoreError> {
        Ok(execute!(tx, TAKE, scope, 1_i64))
    }

    #[tokio::test]
    async fn what_is_left_for_later_is_seen_by_the_next_question_and_kept_by_the_commit() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        later!(tx, TAKE, "a", 1_i64);
        later!(tx, TAKE, "b", 2_i64);
        assert_eq!(count(&mut tx).await.unwrap(), 2);
        later!(tx, TAKE, "c", 3_i64);
        tx.commit().await.unwrap();
        assert_eq!(count(&mut db.read().await.unwrap()).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn questions_asked_together_are_each_answered_with_what_was_written_before_them() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        later!(tx, TAKE, "a", 1_i64);
        let first = ask!(tx, (i64,), "SELECT last FROM number_series WHERE scope = $1", "a");
        later!(tx, TAKE, "b", 2_i64);
        let none = ask!(tx, (i64,), "SELECT last FROM number_series WHERE scope = $1", "c");
        let all = ask!(tx, (String, i64), "SELECT scope, last FROM number_series ORDER BY scope");
        let answers = tx.answers().await.unwrap();
        assert_eq!(answers.first_of(&first).unwrap(), Some((1,)));
        assert_eq!(answers.first_of(&none).unwrap(), None);
        assert_eq!(answers.of(&all).unwrap(), [("a".to_owned(), 1), ("b".to_owned(), 2)]);
        tx.commit().await.unwrap();
        assert_eq!(count(&mut db.read().await.unwrap()).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn questions_asked_together_without_a_transaction_see_one_moment_and_leave_none_open() {
        let (_folder, db) = open().await;
        let mut tx = db.glance().await.unwrap();
        let first = ask!(tx, (i64,), "SELECT COUNT(*) FROM number_series WHERE scope <> $1", "x");
        let second = ask!(tx, (i64,), "SELECT COUNT(*) + $1 FROM number_series", 5_i64);
        let answers = tx.answers().await.unwrap();
        assert_eq!((answers.of(&first).unwrap(), answers.of(&second).unwrap()), (vec![(0,)], vec![(5,)]));
        let again = ask!(tx, (i64,), "SELECT COUNT(*) FROM number_series");
        assert_eq!(tx.answers().await.unwrap().first_of(&again).unwrap(), Some((0,)));
    }

    #[tokio::test]
    async fn a_question_sent_by_another_one_has_no_answer_rather_than_a_wrong_one() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        let lost = ask!(tx, (i64,), "SELECT COUNT(*) FROM number_series");
        assert_eq!(count(&mut tx).await.unwrap(), 0);
        assert!(matches!(tx.answers().await.unwrap().of(&lost), Err(StoreError::Corrupt(_))));
    }

    #[tokio::test]
    async fn a_transaction_that_is_dropped_leaves_nothing_and_the_next_one_writes() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        take(&mut tx, "a").await.unwrap();
        later!(tx, TAKE, "b", 1_i64);
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(count(&mut tx).await.unwrap(), 0);
        take(&mut tx, "a").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&mut db.read().await.unwrap()).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn what_was_wrong_with_a_statement_left_for_later_fails_the_commit_and_keeps_nothing() {
        let (_folder, db) = open().await;
        let mut tx = db.begin().await.unwrap();
        take(&mut tx, "a").await.unwrap();
        later!(tx, TAKE, "b", 1_i64);
        later!(tx, TAKE, "a", 2_i64);
        assert!(tx.commit().await.unwrap_err().is_unique("number_series"));
        let mut tx = db.begin().await.unwrap();
        tx.statement("UPDATE number_series SET last = 9 WHERE scope = $1").bind("a").later_one("a is gone".to_owned());
        assert!(matches!(tx.commit().await, Err(StoreError::Corrupt(what)) if what == "a is gone"));
        assert_eq!(count(&mut db.begin().await.unwrap()).await.unwrap(), 0);
    }

    #[tokio::test]
    async fn a_transaction_nobody_used_is_no_work_and_holds_nobody_up() {
        let (_folder, db) = open().await;
        let unused = db.begin().await.unwrap();
        unused.commit().await.unwrap();
        drop(db.begin().await.unwrap());
        assert_eq!(take(&mut db.begin().await.unwrap(), "a").await.unwrap(), 1);
    }
}
