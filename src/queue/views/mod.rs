//! What people see of the queue: the visitor, the clerk, the board, the supervisor. Nothing here writes.

mod board;
mod counters;
mod desk;
mod line;
mod outlook;
mod own;

pub use board::{BoardCall, BoardView, NowServing, board, calls_after, paused};
pub use counters::{CounterView, VisitAtCounter, counters};
pub use desk::{DeskView, desk};
pub use line::{GroupView, OpenVisit, QueueView, queue};
pub use outlook::{GroupOutlook, outlook};
pub use own::{Shown, find, find_by_number, find_by_token, place_of, place_shown};
pub(super) use own::{left_at_arrival, people_ahead};
