//! The clerk's desk.

use super::counters::{CounterView, counters};
use super::line::{QueueView, queue};
use crate::db::{StoreError, Tx};
use crate::queue::calling::in_turn;
use crate::queue::store::{desks, tickets};
use crate::queue::{Clerk, Halls, Number, Ticket};

/// Visitors of each line read to show who would be next.
const NEXT_SHOWN: i64 = 4;

/// Everything a clerk's desk shows.
#[derive(Clone, Debug)]
pub struct DeskView {
    /// The counters of the site.
    pub counters: Vec<CounterView>,
    /// The visit in hand, with its stops.
    pub in_hand: Option<Ticket>,
    /// Who is in the hall.
    pub queue: QueueView,
    /// Who would be called next, at most two.
    pub next: Vec<Number>,
    /// The visit the counter ended last, if that can be taken back.
    pub undoable: Option<Ticket>,
}

impl DeskView {
    /// The counter the clerk has.
    pub fn mine(&self) -> Option<&CounterView> {
        let mut held = self.counters.iter().filter(|counter| counter.mine);
        held.clone().find(|counter| counter.visit.is_some()).or_else(|| held.next())
    }
}

/// The clerk's desk.
pub async fn desk(tx: &mut Tx, clerk: Clerk<'_>, halls: &Halls) -> Result<DeskView, StoreError> {
    let mut view = DeskView {
        counters: counters(tx, clerk).await?,
        in_hand: None,
        queue: queue(tx, (clerk.site, halls), clerk.now).await?,
        next: Vec::new(),
        undoable: None,
    };
    let Some((counter, visit)) = view.mine().map(|mine| (mine.id, mine.visit.as_ref().map(|visit| visit.id))) else {
        return Ok(view);
    };
    view.in_hand = match visit {
        Some(id) => tickets::find(tx, id).await?,
        None => None,
    };
    if let Some(counter) = clerk.site.counters.iter().find(|known| known.id == counter) {
        let front = in_turn(tx, clerk, counter, NEXT_SHOWN).await?;
        view.next = front.turn.into_iter().take(2).map(|visitor| visitor.number).collect();
    }
    view.undoable = match desks::find_undoable(tx, counter).await? {
        Some(id) if visit.is_none() => tickets::find(tx, id).await?,
        Some(_) | None => None,
    };
    Ok(view)
}
