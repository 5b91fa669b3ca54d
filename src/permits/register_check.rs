//! Whether the register is whole.

use super::{outgoing, register, store};
use crate::db::series::{self, Used};
use crate::db::{StoreError, Tx};

/// What is wrong with the registers of permits and letters, in words: gaps, or counter rows that do not agree with the numbers in use.
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
    let mut faults = series::faults_of(tx, "permit:", &used).await?;
    faults.extend(check_letters(tx).await?);
    Ok(faults)
}

/// The same of the register of letters.
async fn check_letters(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let rows = store::list_used_letters(tx).await?;
    let used = rows.into_iter().map(|(year, count, lowest, highest)| Used {
        scope: outgoing::SERIES.to_owned(),
        period: year.to_string(),
        count,
        lowest,
        highest,
    });
    series::faults_of(tx, outgoing::SERIES, &used.collect::<Vec<_>>()).await
}
