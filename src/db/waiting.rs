//! Statements that wait to be sent, each with its values.

use std::pin::pin;

use futures_util::TryStreamExt;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{
    Arguments, AssertSqlSafe, Database, Either, Encode, Executor, PgConnection, Postgres, Sqlite, SqliteConnection,
    Type,
};

use super::StoreError;

/// What the statements sent gave.
pub(crate) struct Answer<D: Database> {
    /// The rows of the last.
    pub rows: Vec<D::Row>,
    /// How many rows the last wrote.
    pub touched: u64,
    /// The rows of each that was asked together with it, in their order.
    pub asked: Vec<Vec<D::Row>>,
}

impl<D: Database> Default for Answer<D> {
    fn default() -> Self {
        Answer { rows: Vec::new(), touched: 0, asked: Vec::new() }
    }
}

impl<D: Database> Answer<D> {
    /// A statement ended: its rows are kept if they were asked for.
    fn end(&mut self, promise: &Promise, touched: u64) -> Result<(), StoreError> {
        self.touched = touched;
        if promise.is_asked {
            self.asked.push(std::mem::take(&mut self.rows));
        }
        promise.check(touched)
    }
}

/// What is expected of a statement.
#[derive(Default)]
struct Promise {
    /// It writes one row, or this is wrong.
    broken: Option<String>,
    /// Its rows are wanted although it is not the last.
    is_asked: bool,
}

impl Promise {
    /// A statement that promised to write one row wrote `touched`.
    fn check(&self, touched: u64) -> Result<(), StoreError> {
        match &self.broken {
            Some(broken) if touched != 1 => Err(StoreError::Corrupt(broken.clone())),
            Some(_) | None => Ok(()),
        }
    }
}

/// Statements for SQLite, as one text of texts that all stand in the code: the driver runs them one after the other in
/// one step of its thread.
#[derive(Default)]
pub(crate) struct FileWaiting {
    text: String,
    values: SqliteArguments,
    promises: Vec<Promise>,
    /// Whether the first of them begins a transaction.
    begins: bool,
    /// Why a value could not be written as a column.
    unfit: Option<StoreError>,
}

impl FileWaiting {
    /// Adds a statement, whose values follow.
    pub fn add(&mut self, sql: &'static str) {
        match self.promises.is_empty() {
            true => self.begins = sql.starts_with("BEGIN"),
            false => self.text.push_str("; "),
        }
        push_shifted(&mut self.text, sql, self.values.len());
        self.promises.push(Promise::default());
    }

    /// Adds the next value of the statement added last.
    pub fn bind<'v, T: Encode<'v, Sqlite> + Type<Sqlite>>(&mut self, value: T) {
        if let Err(cause) = self.values.add(value) {
            self.unfit = Some(unfit(cause));
        }
    }

    /// The statement added last writes one row, or `broken` is what is wrong.
    pub fn promise_one(&mut self, broken: String) {
        self.promises.last_mut().into_iter().for_each(|promise| promise.broken = Some(broken.clone()));
    }

    /// The rows of the statement added last are wanted; answers which of those wanted they are.
    pub fn ask(&mut self) -> usize {
        self.promises.last_mut().into_iter().for_each(|promise| promise.is_asked = true);
        self.promises.iter().filter(|promise| promise.is_asked).count() - 1
    }

    /// Whether somebody wants rows of what waits.
    pub fn is_asked(&self) -> bool {
        self.promises.iter().any(|promise| promise.is_asked)
    }

    /// Puts what waits into a transaction of its own, so that all of it sees one moment.
    pub fn enclose(&mut self) {
        self.text.insert_str(0, "BEGIN; ");
        self.promises.insert(0, Promise::default());
        self.add("COMMIT");
    }

    /// Whether a transaction begins with what waits.
    pub fn begins(&self) -> bool {
        self.begins
    }

    /// How many statements wait.
    pub fn count(&self) -> usize {
        self.promises.len()
    }

    /// Sends everything; answers for the last.
    pub async fn send(&mut self, connection: &mut SqliteConnection) -> Result<Answer<Sqlite>, StoreError> {
        let FileWaiting { text, values, promises, unfit, .. } = std::mem::take(self);
        if let Some(unfit) = unfit {
            return Err(unfit);
        }
        let mut answer = Answer::default();
        if promises.is_empty() {
            return Ok(answer);
        }
        let mut at = 0;
        let mut steps = connection.fetch_many(sqlx::query_with(AssertSqlSafe(text), values));
        while let Some(step) = steps.try_next().await? {
            match step {
                Either::Left(done) => {
                    promises.get(at).map_or(Ok(()), |promise| answer.end(promise, done.rows_affected()))?;
                    at += 1;
                }
                Either::Right(row) if at + 1 == promises.len() || promises.get(at).is_some_and(|p| p.is_asked) => {
                    answer.rows.push(row);
                }
                Either::Right(_) => {}
            }
        }
        Ok(answer)
    }
}

/// Statements for PostgreSQL, whose protocol takes them one by one.
#[derive(Default)]
pub(crate) struct ServerWaiting {
    statements: Vec<(&'static str, PgArguments, Promise)>,
    unfit: Option<StoreError>,
}

impl ServerWaiting {
    /// Adds a statement, whose values follow.
    pub fn add(&mut self, sql: &'static str) {
        self.statements.push((sql, PgArguments::default(), Promise::default()));
    }

    /// Adds the next value of the statement added last.
    pub fn bind<'v, T: Encode<'v, Postgres> + Type<Postgres>>(&mut self, value: T) {
        let Some((_, values, _)) = self.statements.last_mut() else { return };
        if let Err(cause) = values.add(value) {
            self.unfit = Some(unfit(cause));
        }
    }

    /// The statement added last writes one row, or `broken` is what is wrong.
    pub fn promise_one(&mut self, broken: String) {
        self.statements.last_mut().into_iter().for_each(|(.., promise)| promise.broken = Some(broken.clone()));
    }

    /// The rows of the statement added last are wanted; answers which of those wanted they are.
    pub fn ask(&mut self) -> usize {
        self.statements.last_mut().into_iter().for_each(|(.., promise)| promise.is_asked = true);
        self.statements.iter().filter(|(.., promise)| promise.is_asked).count() - 1
    }

    /// Sends everything; answers for the last.
    pub async fn send(&mut self, connection: &mut PgConnection) -> Result<Answer<Postgres>, StoreError> {
        let ServerWaiting { statements, unfit } = std::mem::take(self);
        if let Some(unfit) = unfit {
            return Err(unfit);
        }
        let mut answer = Answer::default();
        for (sql, values, promise) in statements {
            answer.rows.clear();
            let mut touched = 0;
            let mut steps = pin!((&mut *connection).fetch_many(sqlx::query_with(sql, values)));
            while let Some(step) = steps.try_next().await? {
                match step {
                    Either::Left(done) => touched = done.rows_affected(),
                    Either::Right(row) => answer.rows.push(row),
                }
            }
            answer.end(&promise, touched)?;
        }
        Ok(answer)
    }
}

fn unfit(cause: sqlx::error::BoxDynError) -> StoreError {
    StoreError::Unavailable(sqlx::Error::Encode(cause))
}

/// Writes a statement whose values come after `before` others: `$1` of the first is `$4` of three before it.
fn push_shifted(text: &mut String, sql: &str, before: usize) {
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        text.push('$');
        match number.parse::<usize>() {
            Ok(number) => text.push_str(&(number + before).to_string()),
            Err(_) => text.push_str(number),
        }
        text.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_of_a_second_statement_follow_those_of_the_first() {
        let mut text = "UPDATE a SET b = $1 WHERE c = $2; ".to_owned();
        push_shifted(&mut text, "SELECT '$x' FROM d WHERE e = $2 AND f = $1", 2);
        assert_eq!(text, "UPDATE a SET b = $1 WHERE c = $2; SELECT '$x' FROM d WHERE e = $4 AND f = $3");
    }

    #[test]
    fn only_the_begin_of_a_transaction_is_no_work() {
        let mut waiting = FileWaiting::default();
        assert_eq!(waiting.count(), 0);
        waiting.add("BEGIN IMMEDIATE");
        assert!(waiting.begins() && waiting.count() == 1);
        waiting.add("SELECT 1");
        assert_eq!(waiting.count(), 2);
    }
}
