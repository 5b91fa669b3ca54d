//! Whether the register is whole.

use super::{register, store};
use crate::db::series::{self, Used};
use crate::db::{StoreError, Tx};

/// What is wrong with the register, in words: gaps, or counter rows that do not agree with the numbers in use.
pub async fn check_register(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let rows = store::list_used(tx).await?;
    let used: Vec<Used> = rows
        .into_iter()
        .map(|(code, year, count, lowest, highest)| Used {
            scope: register::scope(&code),
            period: year.to_string(),
            count,
            lowest,
            highest,
        })
        .collect();
    series::faults_of(tx, "permit:", &used).await
}
