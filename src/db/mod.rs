//! The store: SQLite in a file by default, PostgreSQL when several instances share it. One SQL text for both.

mod columns;
mod copy;
mod fault;
mod file_pool;
mod hold;
mod hub;
pub mod idempotency;
mod listen;
mod lock;
mod open;
pub mod series;
mod statement;
mod waiting;

use sqlx::PgPool;

pub use columns::JsonText;
pub(crate) use columns::{column, word_column};
pub use copy::check_copy;
use hold::{FileHold, ServerHold};

pub use fault::{Fault, Outcome, StoreError};
pub use file_pool::{FilePool, Lent};
pub use hub::{HallEvent, HallNews, Hub};
pub use lock::{LockError, ServerLock};
pub use series::next_number;
pub(crate) use statement::{Answers, Asked, Row};

/// The open database.
#[derive(Clone)]
pub enum Db {
    /// One writer and a few readers on one file.
    Sqlite {
        /// The only connection that writes.
        writer: FilePool,
        /// Read-only connections.
        reader: FilePool,
        /// Who is told of what was committed.
        hub: Hub,
    },
    /// A shared PostgreSQL, and who is told of what was committed.
    Postgres(PgPool, Hub),
}

/// A transaction. Dropped without [`Tx::commit`] it leaves nothing behind and tells nobody.
pub struct Tx {
    pub(crate) connection: Connection,
    hub: Hub,
    told: Vec<HallEvent>,
}

/// The connection to one of the two databases.
pub(crate) enum Connection {
    /// SQLite.
    Sqlite(FileHold),
    /// PostgreSQL.
    Postgres(ServerHold),
}

/// Expands `$body` once per database, for what the macros below cannot say; `$conn` has that database's own type.
macro_rules! on_db {
    ($tx:expr, |$conn:ident| $body:expr) => {{
        $tx.settle().await?;
        match &mut $tx.connection {
            $crate::db::Connection::Sqlite(hold) => {
                let $conn = hold.bare()?;
                $body
            }
            $crate::db::Connection::Postgres(hold) => {
                let $conn = hold.bare();
                $body
            }
        }
    }};
}
pub(crate) use on_db;

/// Runs a statement that writes and answers the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.execute().await?
    };
}
pub(crate) use execute;

/// Leaves a statement that writes for the next one that is asked, or the commit: nobody waits for what it does. What it
/// does wrong, like a hit on a constraint, is heard then.
macro_rules! later {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.later()
    };
}
pub(crate) use later;

/// Reads every row as the type the caller expects.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.fetch_all::<$row>().await?
    };
}
pub(crate) use fetch_all;

/// Asks for the rows of a statement together with others; they come with [`Tx::answers`].
macro_rules! ask {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.ask::<$row>()
    };
}
pub(crate) use ask;

/// Reads at most one row.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.fetch_optional::<$row>().await?
    };
}
pub(crate) use fetch_optional;

/// Reads the one row there always is.
macro_rules! fetch_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        $tx.statement($sql)$(.bind($bind))*.fetch_one::<$row>().await?
    };
}
pub(crate) use fetch_one;

impl Db {
    /// Begins a transaction that writes.
    ///
    /// SQLite: it takes the write lock with its first statement, even one that reads, since a lock that is upgraded later
    /// fails under load.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(self.tx(match self {
            Db::Sqlite { writer, .. } => Connection::Sqlite(FileHold::begin_to_write(writer.lend().await?)),
            Db::Postgres(pool, _) => Connection::Postgres(ServerHold::begin(pool.begin().await?)),
        }))
    }

    /// Begins a transaction that only reads.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(self.tx(match self {
            Db::Sqlite { reader, .. } => Connection::Sqlite(FileHold::begin(reader.lend().await?, "BEGIN")),
            Db::Postgres(pool, _) => Connection::Postgres(ServerHold::begin(pool.begin().await?)),
        }))
    }

    /// For a question that is one statement: no transaction stands around it, so two statements may see two moments.
    pub async fn glance(&self) -> Result<Tx, StoreError> {
        Ok(self.tx(match self {
            Db::Sqlite { reader, .. } => Connection::Sqlite(FileHold::plain(reader.lend().await?)),
            Db::Postgres(pool, _) => Connection::Postgres(ServerHold::plain(pool.acquire().await?)),
        }))
    }

    fn tx(&self, connection: Connection) -> Tx {
        Tx { connection, hub: self.hub().clone(), told: Vec::new() }
    }

    /// Where commits are told.
    pub fn hub(&self) -> &Hub {
        match self {
            Db::Sqlite { hub, .. } | Db::Postgres(_, hub) => hub,
        }
    }

    /// Whether this is the file database, which only one server may hold.
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Db::Sqlite { .. })
    }
}

impl Tx {
    /// Has an event told to everybody who watches, in every instance, once this transaction is committed.
    pub fn tell(&mut self, event: HallEvent) {
        self.told.push(event);
    }

    /// Makes everything of this transaction durable, or nothing; then tells what it did.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        listen::notify(&mut self).await?;
        let Tx { connection, hub, told } = self;
        match connection {
            Connection::Sqlite(held) => held.commit().await?,
            Connection::Postgres(held) => held.commit().await?,
        }
        hub.tell(&told);
        Ok(())
    }

    /// Whether this is the file database.
    pub fn is_sqlite(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_))
    }

    /// Number and hash of the last line of the audit chain, where this transaction knows them: on the file, from its
    /// first question on.
    pub(crate) fn chain_end(&self) -> Option<(i64, Vec<u8>)> {
        match &self.connection {
            Connection::Sqlite(hold) => hold.chain_end(),
            Connection::Postgres(_) => None,
        }
    }

    /// A line was added to the audit chain.
    pub(crate) fn set_chain_end(&mut self, seq: i64, hash: &[u8]) {
        match &mut self.connection {
            Connection::Sqlite(hold) => hold.set_chain_end(seq, hash),
            Connection::Postgres(_) => {}
        }
    }

    /// The text for this database where one text cannot serve both.
    pub fn pick(&self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self.connection {
            Connection::Sqlite(_) => sqlite,
            Connection::Postgres(_) => postgres,
        }
    }
}
