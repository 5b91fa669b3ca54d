//! The silent call for help from a counter, and who answers it.

use serde_json::json;

use super::Clerk;
use super::counters::{lock_seat, own_counter};
use super::store::help;
use crate::audit;
use crate::db::{HallEvent, Outcome, Tx};
use crate::ids::CounterId;
use crate::messages::Refusal;

/// Asks for help at the clerk's counter, without a sound. Asking again changes nothing.
pub async fn ask_help(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<()> {
    let counter = own_counter(clerk, id)?;
    lock_seat(tx, clerk, counter).await?;
    if help::ask(tx, id, clerk.now).await? {
        tx.tell(HallEvent { site: clerk.site.id, call: None, change: None });
        audit::record(tx, clerk.act(), "help.asked", id, json!({ "counter": counter.number })).await?;
    }
    Ok(())
}

/// Somebody goes there: the call ends for everybody.
pub async fn answer_help(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId) -> Outcome<()> {
    let counter = own_counter(clerk, id)?;
    if !help::answer(tx, id).await? {
        return Err(Refusal::conflict("help-not-asked").with("counter", counter.number).into());
    }
    tx.tell(HallEvent { site: clerk.site.id, call: None, change: None });
    audit::record(tx, clerk.act(), "help.answered", id, json!({ "counter": counter.number })).await?;
    Ok(())
}
