//! SQL of the queue.

pub(super) mod desks;
pub mod estimates;
pub(super) mod hall;
pub(super) mod help;
pub(super) mod left_overs;
pub(super) mod limits;
pub(super) mod lost;
pub(super) mod overrules;
pub(super) mod past;
pub(super) mod tickets;
