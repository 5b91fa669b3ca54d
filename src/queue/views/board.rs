//! The display in the hall: numbers and counters, no names.

use serde::Serialize;

use super::line::counter_number;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::queue::store::{desks, hall as rows};
use crate::queue::{Number, StopState, TicketState};
use crate::sites::Site;

/// Calls the board shows: the one in large letters and ten before it.
const BOARD_CALLS: usize = 11;
/// Calls read for it: recalls of one number are shown once.
const CALLS_READ: i64 = 48;

/// A call on the board: no name, nothing but number and counter.
#[derive(Clone, Debug, Serialize)]
pub struct BoardCall {
    /// Counts up per site; differs for a recall.
    pub seq: i64,
    /// The number called.
    pub number: Number,
    /// The number of the counter.
    pub counter: i64,
    /// When.
    pub at: Instant,
}

/// A counter with its visitor.
#[derive(Clone, Debug, Serialize)]
pub struct NowServing {
    /// The number of the counter.
    pub counter: i64,
    /// The number it serves.
    pub number: Number,
    /// `called` or `serving`.
    pub state: StopState,
}

/// What the display shows.
#[derive(Clone, Debug, Serialize)]
pub struct BoardView {
    /// Counters with a visitor.
    pub now_serving: Vec<NowServing>,
    /// The last calls of today, newest first, each number once.
    pub last_calls: Vec<BoardCall>,
    /// How many wait.
    pub waiting: i64,
}

/// The board of a site.
pub async fn board(tx: &mut Tx, site: &Site, now: Instant) -> Result<BoardView, StoreError> {
    let day = now.day(site.zone);
    let mut last_calls: Vec<BoardCall> = Vec::new();
    for row in desks::list_calls(tx, site.id, day.start(site.zone), CALLS_READ).await? {
        let call = BoardCall { seq: row.seq, number: row.number()?, counter: row.counter, at: row.at };
        if last_calls.len() < BOARD_CALLS && last_calls.iter().all(|shown| shown.number != call.number) {
            last_calls.push(call);
        }
    }
    let serving = |desk: desks::Desk| {
        let visit = desk.in_hand?;
        Some(NowServing { counter: counter_number(site, desk.counter)?, number: visit.number, state: visit.state })
    };
    let now_serving = desks::list_desks(tx, site.id).await?.into_iter().filter_map(serving).collect();
    let waiting = rows::count_states(tx, site.id, day).await?;
    let waiting = waiting.iter().find(|(state, _)| *state == TicketState::Waiting).map_or(0, |(_, count)| *count);
    Ok(BoardView { now_serving, last_calls, waiting })
}

/// The calls of a site after a number, oldest first: what a board missed while it had no connection.
pub async fn calls_after(tx: &mut Tx, site: &Site, seq: i64, now: Instant) -> Result<Vec<BoardCall>, StoreError> {
    let since = now.day(site.zone).start(site.zone);
    let mut missed = Vec::new();
    for row in desks::list_calls(tx, site.id, since, CALLS_READ).await?.into_iter().filter(|row| row.seq > seq) {
        missed.push(BoardCall { seq: row.seq, number: row.number()?, counter: row.counter, at: row.at });
    }
    missed.reverse();
    Ok(missed)
}
