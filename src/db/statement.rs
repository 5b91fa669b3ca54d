//! One statement, asked of whichever database is open.

use std::marker::PhantomData;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Encode, FromRow, Postgres, Sqlite, Type};

use super::{Connection, StoreError, Tx};

/// A value that both databases take.
pub(crate) trait Value<'v>: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> {}
impl<'v, T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres>> Value<'v> for T {}

/// A row that both databases give.
pub(crate) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow>> Row for T {}

/// A statement and the values it got so far.
pub(crate) struct Statement<'t> {
    connection: &'t mut Connection,
}

/// A question whose rows come with [`Tx::answers`].
pub(crate) struct Asked<R> {
    /// Which of the questions asked together.
    at: usize,
    row: PhantomData<fn() -> R>,
}

/// The rows of questions asked together.
pub(crate) enum Answers {
    /// Of the file.
    Sqlite(Vec<Vec<SqliteRow>>),
    /// Of the server.
    Postgres(Vec<Vec<PgRow>>),
}

impl Answers {
    /// Every row of one question.
    pub fn of<R: Row>(&self, asked: &Asked<R>) -> Result<Vec<R>, StoreError> {
        let lost = || StoreError::Corrupt("a question was asked together with others and sent without them".to_owned());
        let rows: Result<Vec<R>, sqlx::Error> = match self {
            Answers::Sqlite(answers) => answers.get(asked.at).ok_or_else(lost)?.iter().map(R::from_row).collect(),
            Answers::Postgres(answers) => answers.get(asked.at).ok_or_else(lost)?.iter().map(R::from_row).collect(),
        };
        Ok(rows?)
    }

    /// The first row of one question, if there is one.
    pub fn first_of<R: Row>(&self, asked: &Asked<R>) -> Result<Option<R>, StoreError> {
        Ok(self.of(asked)?.into_iter().next())
    }
}

impl Tx {
    /// Sends the questions that were asked together, and answers them; without a question nothing is sent.
    pub(crate) async fn answers(&mut self) -> Result<Answers, StoreError> {
        Ok(match &mut self.connection {
            Connection::Sqlite(hold) if !hold.waiting.is_asked() => Answers::Sqlite(Vec::new()),
            Connection::Sqlite(hold) => Answers::Sqlite(hold.send_together().await?.asked),
            Connection::Postgres(hold) => Answers::Postgres(hold.send().await?.asked),
        })
    }

    /// A statement whose values follow.
    pub(crate) fn statement(&mut self, sql: &'static str) -> Statement<'_> {
        self.hub.count_statement();
        match &mut self.connection {
            Connection::Sqlite(hold) => hold.waiting.add(sql),
            Connection::Postgres(hold) => hold.waiting.add(sql),
        }
        Statement { connection: &mut self.connection }
    }

    /// Sends what waits, before the bare connection is used.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        match &mut self.connection {
            Connection::Sqlite(hold) => drop(hold.send().await?),
            Connection::Postgres(hold) => drop(hold.send().await?),
        }
        Ok(())
    }
}

impl Statement<'_> {
    /// The value of the next `$n`.
    pub fn bind<'v>(self, value: impl Value<'v>) -> Self {
        match self.connection {
            Connection::Sqlite(hold) => hold.waiting.bind(value),
            Connection::Postgres(hold) => hold.waiting.bind(value),
        }
        self
    }

    /// Runs it now; answers how many rows it wrote.
    pub async fn execute(self) -> Result<u64, StoreError> {
        match self.connection {
            Connection::Sqlite(hold) => Ok(hold.send().await?.touched),
            Connection::Postgres(hold) => Ok(hold.send().await?.touched),
        }
    }

    /// Leaves it for the next statement that is asked, or the commit: nobody waits for what it does, and what it does
    /// wrong is heard then.
    pub fn later(self) {}

    /// As [`Statement::later`]; it writes one row, or the transaction fails because of `broken`.
    pub fn later_one(self, broken: String) {
        match self.connection {
            Connection::Sqlite(hold) => hold.waiting.promise_one(broken),
            Connection::Postgres(hold) => hold.waiting.promise_one(broken),
        }
    }

    /// Leaves it for [`Tx::answers`], which is the next to be sent: questions that do not wait for each other's answers
    /// cross to the database and back together.
    pub fn ask<R: Row>(self) -> Asked<R> {
        let at = match self.connection {
            Connection::Sqlite(hold) => hold.waiting.ask(),
            Connection::Postgres(hold) => hold.waiting.ask(),
        };
        Asked { at, row: PhantomData }
    }

    /// Every row.
    pub async fn fetch_all<R: Row>(self) -> Result<Vec<R>, StoreError> {
        let rows: Result<Vec<R>, sqlx::Error> = match self.connection {
            Connection::Sqlite(hold) => hold.send().await?.rows.iter().map(R::from_row).collect(),
            Connection::Postgres(hold) => hold.send().await?.rows.iter().map(R::from_row).collect(),
        };
        Ok(rows?)
    }

    /// The first row, if there is one.
    pub async fn fetch_optional<R: Row>(self) -> Result<Option<R>, StoreError> {
        Ok(self.fetch_all().await?.into_iter().next())
    }

    /// The one row there always is.
    pub async fn fetch_one<R: Row>(self) -> Result<R, StoreError> {
        self.fetch_optional().await?.ok_or_else(|| StoreError::Corrupt("a row is missing".to_owned()))
    }
}
