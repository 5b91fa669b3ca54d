//! What can go wrong in a use case: the store failed, or a rule said no.

use crate::messages::Refusal;

/// A failure of the database. Never shown to a person; logged with the request.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint of this name was hit.
    #[error("unique constraint {0}")]
    Unique(String),
    /// The database is busy, full or gone: try again later.
    #[error("database unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// What is stored cannot be true.
    #[error("inconsistent store: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// Whether this is a hit on a unique constraint whose name or column contains `part`.
    pub fn is_unique(&self, part: &str) -> bool {
        matches!(self, StoreError::Unique(name) if name.contains(part))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        StoreError::Unavailable(sqlx::Error::Io(error))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) if inner.is_unique_violation() => {
                // SQLite: names the columns in the message; PostgreSQL: names the constraint.
                let name = inner.constraint().map_or_else(|| inner.message().to_owned(), str::to_owned);
                StoreError::Unique(name)
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::RowNotFound => {
                StoreError::Corrupt(error.to_string())
            }
            _ => StoreError::Unavailable(error),
        }
    }
}

/// The two ways a use case ends without its result.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed; nothing was written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule said no; nothing was written.
    #[error("refused: {0:?}")]
    Refused(#[from] Refusal),
}

/// The result of a use case.
pub type Outcome<T> = Result<T, Fault>;
