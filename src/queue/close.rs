//! The morning after: visits of earlier days that nobody ended, and counters nobody closed.

use serde_json::json;

use super::counters::tell;
use super::left_over::is_promised;
use super::store::{desks, left_overs, tickets};
use super::{DeskState, Fate};
use crate::audit::{self, Act};
use crate::calendar::Calendar;
use crate::db::{StoreError, Tx};
use crate::sites::Site;

/// Ends what earlier days left open at a site; answers how many visits. Who waited or was parked and about whom nobody
/// decided keeps the place for the next day the site is open.
pub async fn close_earlier_days(tx: &mut Tx, act: Act, site: &Site, calendar: &Calendar) -> Result<usize, StoreError> {
    let today = act.now.day(site.zone);
    let left = desks::list_left_open(tx, site.id, today.start(site.zone)).await?;
    for counter in &left {
        desks::close(tx, *counter, act.now).await?;
        tell(tx, site.id, *counter, (DeskState::Closed, None), act.now)?;
    }
    let next_day = calendar.next_open_day(site, today.plus_days(-1));
    let mut ended = Vec::new();
    for id in tickets::list_left_open(tx, site.id, today).await? {
        let Some(before) = tickets::lock_ticket(tx, id).await? else { continue };
        let mut ticket = before.clone();
        ticket.expire(act.now);
        tickets::save(tx, &before, &ticket)?;
        if is_promised(&before) {
            left_overs::insert(tx, &before, &Fate::Kept(next_day), (None, act.now)).await?;
        }
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
