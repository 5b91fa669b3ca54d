//! Permits that end: their holders are reminded before, each time once, and may renew from then on.

use serde_json::json;

use super::kinds::RENEWAL_DAYS;
use super::store;
use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::notices;

/// Days before the last day on which a holder is reminded; the first is the day from which a permit is renewed.
const REMINDERS: [i64; 3] = [RENEWAL_DAYS, 30, 7];

/// Leaves a reminder for every permit that has come within one of the terms; answers how many. A permit that comes
/// within several at once, such as one of a short life, is told of once.
pub async fn remind_of_ends(tx: &mut Tx, act: Act, today: Day) -> Result<usize, StoreError> {
    let mut reminded = 0;
    for (permit, last) in store::list_ending(tx, (today, today.plus_days(RENEWAL_DAYS))).await? {
        let mut is_new = false;
        for days in REMINDERS.into_iter().filter(|days| last.plus_days(-days) <= today) {
            is_new |= store::insert_reminder(tx, permit, days, act.now).await?;
        }
        if is_new {
            notices::leave(tx, "permit.expiring", json!({ "permit": permit }), act.now).await?;
            reminded += 1;
        }
    }
    if reminded > 0 {
        audit::record(tx, act, "permits.reminded", "permits", json!({ "permits": reminded })).await?;
    }
    Ok(reminded)
}
