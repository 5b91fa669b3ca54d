//! Opening a database: settings that keep a promise on power loss, and the migrations.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::{Db, FilePool, Hub, StoreError};

/// Statements a connection keeps prepared: more than there are.
const STATEMENTS: usize = 1_000;
/// Seconds a write waits for a foreign lock before it is refused.
const BUSY_SECONDS: u64 = 5;
/// Connections that read the file at the same moment.
const READERS: u32 = 4;

impl Db {
    /// Opens the database of a URL (`sqlite:PATH` or `postgres://…`) and brings its schema up to date.
    pub async fn open(url: &str) -> Result<Db, StoreError> {
        let db = if url.starts_with("postgres") {
            Db::Postgres(open_postgres(url).await?, Hub::new())
        } else {
            open_sqlite(url).await?
        };
        db.migrate().await?;
        Ok(db)
    }

    /// The URL of the default file under a data folder.
    pub fn file_url(data_dir: &Path) -> String {
        format!("sqlite:{}", data_dir.join("loket.db").display())
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let result = match self {
            Db::Sqlite { writer, .. } => {
                sqlx::migrate!("migrations/sqlite").run_direct(None, writer.lend().await?.connection()?, false).await
            }
            Db::Postgres(pool, _) => sqlx::migrate!("migrations/postgres").run(pool).await,
        };
        result.map_err(|e| StoreError::Unavailable(sqlx::Error::Migrate(Box::new(e))))
    }

    /// Closes every connection; SQLite folds its write-ahead log back into the file.
    pub async fn close(&self) {
        match self {
            Db::Sqlite { writer, reader, .. } => {
                reader.close().await;
                fold(writer).await;
                writer.close().await;
            }
            Db::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// Folds the write-ahead log into the file and empties it. SQLite does so itself when the last connection closes, unless
/// that is one that may only read: then what was erased would still stand in the log.
async fn fold(writer: &FilePool) {
    let folded = async {
        let mut lent = writer.lend().await?;
        sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(lent.connection()?).await?;
        Ok::<_, StoreError>(())
    };
    if let Err(cause) = folded.await {
        tracing::warn!(%cause, "the write-ahead log was not folded into the file; the next start does it");
    }
}

async fn open_postgres(url: &str) -> Result<sqlx::PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)?;
    let pool = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(BUSY_SECONDS));
    Ok(pool.connect_with(options).await?)
}

async fn open_sqlite(url: &str) -> Result<Db, StoreError> {
    let writer_options = sqlite_options(url)?.create_if_missing(true);
    let patience = Duration::from_secs(BUSY_SECONDS);
    let writer = FilePool::open(writer_options, 1, patience).await?;
    // Statistics are written on closing; only the writer can.
    let reader_options = sqlite_options(url)?.read_only(true).optimize_on_close(false, None);
    let reader = FilePool::open(reader_options, READERS, patience).await?;
    Ok(Db::Sqlite { writer, reader, hub: Hub::new() })
}

/// SQLite: FULL, since NORMAL loses acknowledged tickets on power loss. What is deleted is overwritten, since an erased
/// paper must not stay in a free page of the file.
fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, StoreError> {
    Ok(SqliteConnectOptions::from_str(url)?
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        .optimize_on_close(true, None)
        .statement_cache_capacity(STATEMENTS)
        .busy_timeout(Duration::from_secs(BUSY_SECONDS)))
}
