//! The store: SQLite in a file by default, PostgreSQL when several instances share it. One SQL text for both.

mod columns;
mod copy;
mod fault;
mod hub;
pub mod idempotency;
mod lock;
mod open;
pub mod series;

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

pub use columns::JsonText;
pub(crate) use columns::{column, word_column};
pub use copy::check_copy;
pub use fault::{Fault, Outcome, StoreError};
pub use hub::{HallEvent, Hub};
pub use lock::{LockError, ServerLock};
pub use series::next_number;

/// The open database.
#[derive(Clone)]
pub enum Db {
    /// One writer and a few readers on one file.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Read-only connections.
        reader: SqlitePool,
    },
    /// A shared PostgreSQL.
    Postgres(PgPool),
}

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind.
pub enum Tx {
    /// SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Expands `$body` once per database; `$conn` has that database's own type.
macro_rules! on_db {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::db::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_db;

/// Runs a statement that writes and answers the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_db!($tx, |conn| sqlx::query($sql)$(.bind($bind))*.execute(conn).await
            .map_err($crate::db::StoreError::from)?.rows_affected())
    };
}
pub(crate) use execute;

/// Reads every row as the type the caller expects.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_db!($tx, |conn| sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(conn).await
            .map_err($crate::db::StoreError::from)?)
    };
}
pub(crate) use fetch_all;

/// Reads at most one row.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $crate::db::on_db!($tx, |conn| sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(conn).await
            .map_err($crate::db::StoreError::from)?)
    };
}
pub(crate) use fetch_optional;

impl Db {
    /// Begins a transaction that writes.
    ///
    /// SQLite: takes the write lock at once, since a lock that is upgraded later fails under load.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Db::Sqlite { reader, .. } => Tx::Sqlite(reader.begin().await?),
            Db::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Whether this is the file database, which only one server may hold.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite { .. })
    }
}

impl Tx {
    /// Makes everything of this transaction durable, or nothing.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Tx::Sqlite(tx) => tx.commit().await?,
            Tx::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// The text for this database where one text cannot serve both.
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Tx::Sqlite(_) => sqlite,
            Tx::Postgres(_) => postgres,
        }
    }
}
