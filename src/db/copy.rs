//! A whole copy of the file database, taken while it is in use, and the check of such a copy.

use std::path::Path;
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::{Db, StoreError};

impl Db {
    /// Writes a whole, consistent copy to a file that does not exist yet; `false` on PostgreSQL, which has its own
    /// tools.
    pub async fn copy_to(&self, file: &Path) -> Result<bool, StoreError> {
        match self {
            Db::Sqlite { reader, .. } => {
                let path = file.display().to_string();
                sqlx::query("VACUUM INTO $1").bind(path).execute(reader.lend().await?.connection()?).await?;
                Ok(true)
            }
            Db::Postgres(..) => Ok(false),
        }
    }
}

/// What is wrong with a copy; `ok` when nothing is.
pub async fn check_copy(file: &Path) -> Result<String, StoreError> {
    let url = format!("sqlite:{}", file.display());
    let mut connection = SqliteConnectOptions::from_str(&url)?.read_only(true).immutable(true).connect().await?;
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(verdict)
}
