//! SQL of the queue.

pub(super) mod desks;
pub(super) mod hall;
pub(super) mod limits;
pub(super) mod tickets;
