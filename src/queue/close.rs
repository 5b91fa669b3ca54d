//! The morning after: visits of earlier days that nobody ended, and counters nobody closed.

use serde_json::json;

use super::DeskState;
use super::counters::tell;
use super::store::{desks, tickets};
use crate::audit::{self, Act};
use crate::db::{StoreError, Tx};
use crate::sites::Site;

/// Ends what earlier days left open at a site; answers how many visits.
pub async fn close_earlier_days(tx: &mut Tx, act: Act, site: &Site) -> Result<usize, StoreError> {
    let today = act.now.day(site.zone);
    let left = desks::list_left_open(tx, site.id, today.start(site.zone)).await?;
    for counter in &left {
        desks::close(tx, *counter, act.now).await?;
        tell(tx, site.id, *counter, (DeskState::Closed, None), act.now)?;
    }
    let mut ended = Vec::new();
    for id in tickets::list_left_open(tx, site.id, today).await? {
        let Some(before) = tickets::lock_ticket(tx, id).await? else { continue };
        let mut ticket = before.clone();
        ticket.expire(act.now);
        tickets::save(tx, &before, &ticket).await?;
        ended.push(id);
    }
    for counter in left {
        audit::record(tx, act, "counter.closed", counter, json!({ "left_open": true })).await?;
    }
    for id in &ended {
        audit::record(tx, act, "ticket.expired", id, json!({})).await?;
    }
    Ok(ended.len())
}
