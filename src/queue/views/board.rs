//! The display in the hall: numbers and counters, no names.

use serde::Serialize;

use super::line::counter_number;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::queue::live::{CallNow, Hall, Halls};
use crate::queue::{DeskState, Number, StopState};
use crate::sites::{Counter, Site};

/// Calls the board shows: the one in large letters and ten before it.
const BOARD_CALLS: usize = 11;

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
    /// Numbers of the counters that pause: nobody is called to them.
    pub paused: Vec<i64>,
}

/// The board of a site.
pub async fn board(tx: &mut Tx, hall: (&Site, &Halls), now: Instant) -> Result<BoardView, StoreError> {
    let (site, halls) = hall;
    halls.look(tx, site, now, |hall| board_of(hall, site)).await
}

fn board_of(hall: &Hall, site: &Site) -> BoardView {
    let mut last_calls: Vec<BoardCall> = Vec::new();
    for call in hall.calls().filter_map(|call| shown(site, call)) {
        if last_calls.len() < BOARD_CALLS && last_calls.iter().all(|known| known.number != call.number) {
            last_calls.push(call);
        }
    }
    let serving = |counter: &Counter| {
        let (visit, stop) = hall.in_hand(counter.id)?;
        Some(NowServing { counter: counter.number, number: visit.number, state: stop.state })
    };
    let waiting = i64::try_from(hall.waiting()).unwrap_or(i64::MAX);
    let now_serving = site.counters.iter().filter_map(serving).collect();
    BoardView { now_serving, last_calls, waiting, paused: paused_of(hall, site) }
}

/// The numbers of the counters that pause.
pub async fn paused(tx: &mut Tx, hall: (&Site, &Halls), now: Instant) -> Result<Vec<i64>, StoreError> {
    let (site, halls) = hall;
    halls.look(tx, site, now, |hall| paused_of(hall, site)).await
}

fn paused_of(hall: &Hall, site: &Site) -> Vec<i64> {
    let pauses = |counter: &&Counter| hall.desk(counter.id).is_some_and(|desk| desk.state == DeskState::Paused);
    site.counters.iter().filter(pauses).map(|counter| counter.number).collect()
}

fn shown(site: &Site, call: &CallNow) -> Option<BoardCall> {
    let counter = counter_number(site, call.counter)?;
    Some(BoardCall { seq: call.seq, number: call.number, counter, at: call.at })
}

/// The calls of a site after a number, oldest first: what a board missed while it had no connection.
pub async fn calls_after(
    tx: &mut Tx,
    hall: (&Site, &Halls),
    seq: i64,
    now: Instant,
) -> Result<Vec<BoardCall>, StoreError> {
    let (site, halls) = hall;
    let missed = |hall: &Hall| {
        let mut calls: Vec<BoardCall> =
            hall.calls().take_while(|call| call.seq > seq).filter_map(|call| shown(site, call)).collect();
        calls.reverse();
        calls
    };
    halls.look(tx, site, now, missed).await
}
