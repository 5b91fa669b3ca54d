//! Whether the numbers of every day are whole.

use super::issue;
use super::store::tickets;
use crate::db::series::{self, Used};
use crate::db::{StoreError, Tx};

/// What is wrong with the numbers given, in words: gaps, or counter rows that do not agree with them.
pub async fn check_numbers(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let rows = tickets::list_used(tx).await?;
    let used: Vec<Used> = rows
        .into_iter()
        .map(|(site, letter, period, count, lowest, highest)| Used {
            scope: issue::scope(&site, &letter),
            period,
            count,
            lowest,
            highest,
        })
        .collect();
    series::faults_of(tx, "ticket:", &used).await
}
