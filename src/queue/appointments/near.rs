//! "Your turn is near": a message to visitors who left a telephone number, once for each.

use serde_json::json;

use super::booking::Book;
use super::store::visits;
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::notices;
use crate::queue::store::tickets;
use crate::queue::views;

/// People ahead at which a visitor is told to come back to the hall.
pub const NEAR: i64 = 3;

/// Leaves a message for everybody in line with a telephone number and at most three people ahead; answers how many.
/// May be called after every call of a number, and is called by the timed work.
pub async fn tell_near(tx: &mut Tx, book: Book<'_>, now: Instant) -> Outcome<usize> {
    let mut told = 0;
    for id in visits::list_untold(tx, book.site.id, now.day(book.site.zone)).await? {
        let Some(ticket) = tickets::find(tx, id).await? else { continue };
        let ahead = views::people_ahead(tx, (book.site, book.halls), book.catalogue, &ticket, now).await?;
        if ahead <= NEAR && visits::mark_told(tx, id, now).await? {
            notices::leave(tx, "ticket.near", json!({ "ticket": id }), now).await?;
            told += 1;
        }
    }
    Ok(told)
}
