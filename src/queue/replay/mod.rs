//! Recorded days played again with the rules of the live queue: order, routing, estimate (pure).

mod desks;
mod generated;
mod hall;
mod learning;
mod recorded;
mod rules;
mod staffed;
mod summary;
mod trace;
mod visit;

pub use generated::{Scenario, generate};
pub use hall::{Asked, play};
pub use learning::{learn, learn_trial, past_day};
pub use recorded::{RecordedStop, occupied, recorded_day};
pub use rules::{Rule, Seen, View};
pub use staffed::with_counters;
pub use summary::{Score, Summary, summarise};
pub use trace::{Arrives, BadTrace, Day, Event, House, Matter, What, read};
pub use visit::{Call, Visit};
