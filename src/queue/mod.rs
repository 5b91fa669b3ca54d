//! The queue: one number for all matters of a visit, called counter by counter.

mod acts;
mod admission;
pub mod appointments;
mod calling;
mod close;
mod counters;
mod detour;
pub mod estimate;
pub mod estimates;
mod help;
mod issue;
mod left_over;
mod live;
mod lost;
mod number;
mod numbers_check;
mod order;
mod overrule;
pub mod printing;
mod quick;
mod relieve;
pub mod replay;
mod route;
mod stop;
mod store;
mod ticket;
mod unfinished;
mod views;

use crate::audit::Act;
use crate::clock::{Day, Instant};
use crate::ids::OfficerId;
use crate::sites::Site;

pub use acts::{detour, finish, hold, no_show, recall, rejoin, resume, start, transfer, undo};
pub use admission::list_limited;
pub use calling::next;
pub use close::close_earlier_days;
pub use counters::{close, open, pause};
pub use estimate::{Estimate, NoEstimate, Place};
pub use help::{answer_help, ask_help};
pub use issue::{Issued, TicketRequest, cancel, issue, receive};
pub use left_over::{
    Fate, LeftOver, dismiss, find_left_over, keep_place, list_in_hall, list_kept, list_left_over, welcome_back,
};
pub use live::{Halls, Known, Visit};
pub use lost::list_by_person;
pub use number::Number;
pub use numbers_check::check_numbers;
pub use order::{Asking, InLine, REJOIN_AFTER, in_turn, rejoin_place};
pub use overrule::{Overrule, OverruleKind, call, list_overrules};
pub use quick::{Share, share_of};
pub use relieve::{end_forgotten, free_counter};
pub use route::{Left, first_of};
pub use stop::{Seat, Stop, StopState};
pub use store::estimates::ScoredEstimate as Scored;
pub use ticket::{Channel, Onward, Priority, Ticket, TicketState};
pub use views::{
    BoardCall, BoardView, CounterView, DeskView, GroupOutlook, GroupView, NowServing, OpenVisit, QueueView, Shown,
    VisitAtCounter, board, calls_after, counters as list_counters, desk, find, find_by_number, find_by_token, outlook,
    paused, place_of, place_shown, queue,
};

crate::ids::words! {
    /// Whether a counter is at work.
    pub enum DeskState {
        /// Calls people.
        Open = "open",
        /// Its officer is away for a moment.
        Paused = "paused",
        /// Nobody sits there.
        Closed = "closed",
    }
}

crate::ids::words! {
    /// Why a counter pauses.
    pub enum PauseReason {
        /// Rest.
        Rest = "rest",
        /// Prayer.
        Prayer = "prayer",
        /// The printer fails.
        Printer = "printer",
        /// The population service does not answer.
        Population = "population",
        /// Something else, in typed words.
        Other = "other",
    }
}

/// A member of staff at work: who, in which site, when.
#[derive(Clone, Copy, Debug)]
pub struct Clerk<'a> {
    /// Who.
    pub officer: OfficerId,
    /// The site of the member of staff; nothing of another site can be seen or done.
    pub site: &'a Site,
    /// Whether counters and visitors of others may be taken over (supervisor).
    pub relieves: bool,
    /// Whether somebody may be called out of order.
    pub chooses: bool,
    /// When.
    pub now: Instant,
}

impl Clerk<'_> {
    fn act(self) -> Act {
        Act::of(self.officer, self.now)
    }

    fn today(self) -> Day {
        self.now.day(self.site.zone)
    }

    fn midnight(self) -> Instant {
        self.today().start(self.site.zone)
    }
}

/// A visitor called to a counter.
#[derive(Clone, Debug)]
pub struct Called {
    /// The visit.
    pub ticket: Ticket,
    /// The number of the call within the site: the event id of the board.
    pub seq: i64,
}
