//! Connections to the file, lent one at a time.
//!
//! Not the pool of the driver: that one asks every connection that comes back whether it is still there, and so crosses
//! to the thread of SQLite and back once more for each act. A file does not go away; a connection that cannot undo its
//! transaction is not given back at all ([`Lent::discard`]).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::StoreError;

/// A few connections to one file.
#[derive(Clone)]
pub struct FilePool {
    shared: Arc<Shared>,
}

struct Shared {
    options: SqliteConnectOptions,
    turns: Arc<Semaphore>,
    most: u32,
    patience: Duration,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection that goes back to its pool when this is dropped.
pub struct Lent {
    /// `None` only while it is dropped.
    connection: Option<SqliteConnection>,
    shared: Arc<Shared>,
    _turn: OwnedSemaphorePermit,
}

impl FilePool {
    /// At most so many connections; whoever waits longer than `patience` for one is refused. The first is opened now,
    /// so that settings that do not fit are heard at once.
    pub(super) async fn open(
        options: SqliteConnectOptions,
        most: u32,
        patience: Duration,
    ) -> Result<FilePool, StoreError> {
        let first = options.connect().await?;
        let turns = Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1)));
        Ok(FilePool { shared: Arc::new(Shared { options, turns, most, patience, idle: Mutex::new(vec![first]) }) })
    }

    /// The connection given back last, or a new one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when none is given back in time, or the pool is closed.
    pub async fn lend(&self) -> Result<Lent, StoreError> {
        let turn = timeout(self.shared.patience, Arc::clone(&self.shared.turns).acquire_owned()).await;
        let turn = turn.map_err(|_| refused(sqlx::Error::PoolTimedOut))?;
        let turn = turn.map_err(|_| refused(sqlx::Error::PoolClosed))?;
        let idle = self.shared.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.shared.options.connect().await?,
        };
        Ok(Lent { connection: Some(connection), shared: Arc::clone(&self.shared), _turn: turn })
    }

    /// Waits until every connection came back, and closes them; SQLite folds its log back into the file with the last.
    pub async fn close(&self) {
        // Closed is also a pool whose last borrower does not come back in time.
        let all = timeout(self.shared.patience, self.shared.turns.acquire_many(self.shared.most)).await;
        self.shared.turns.close();
        drop(all);
        let idle = std::mem::take(&mut *self.shared.idle());
        for connection in idle {
            if let Err(cause) = connection.close().await {
                tracing::warn!(%cause, "a connection to the file did not close in order");
            }
        }
    }
}

impl Shared {
    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    /// The connection itself.
    ///
    /// # Errors
    /// Never before it is dropped.
    pub fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection.as_mut().ok_or_else(|| refused(sqlx::Error::PoolClosed))
    }

    /// Closes a connection that must not be used again; the pool opens another one in its place.
    pub fn discard(mut self) {
        self.connection = None;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.shared.turns.is_closed() {
            self.shared.idle().push(connection);
        }
    }
}

fn refused(cause: sqlx::Error) -> StoreError {
    StoreError::Unavailable(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pool(folder: &tempfile::TempDir) -> FilePool {
        let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
        FilePool::open(options, 1, Duration::from_millis(50)).await.unwrap()
    }

    #[tokio::test]
    async fn the_only_connection_is_lent_again_once_it_is_back_and_a_discarded_one_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let pool = pool(&folder).await;
        let lent = pool.lend().await.unwrap();
        assert!(matches!(pool.lend().await, Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut))));
        drop(lent);
        pool.lend().await.unwrap().discard();
        let mut lent = pool.lend().await.unwrap();
        let (one,): (i64,) = sqlx::query_as("SELECT 1").fetch_one(lent.connection().unwrap()).await.unwrap();
        assert_eq!(one, 1);
    }

    #[tokio::test]
    async fn a_closed_pool_lends_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let pool = pool(&folder).await;
        pool.close().await;
        assert!(matches!(pool.lend().await, Err(StoreError::Unavailable(sqlx::Error::PoolClosed))));
    }
}
