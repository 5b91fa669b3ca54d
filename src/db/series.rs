//! Gap-free numbers: one counter row, updated in the transaction that uses the number.

use super::{StoreError, Tx, on_db};

const NEXT: &str = "INSERT INTO number_series (scope, period, last) VALUES ($1, $2, 1) \
    ON CONFLICT (scope, period) DO UPDATE SET last = number_series.last + 1 RETURNING last";

/// Takes the next number of a series, starting at 1. It is used up only when the transaction commits.
pub async fn next_number(tx: &mut Tx, scope: &str, period: &str) -> Result<i64, StoreError> {
    let number: i64 = on_db!(tx, |conn| sqlx::query_scalar(NEXT).bind(scope).bind(period).fetch_one(conn).await?);
    Ok(number)
}
