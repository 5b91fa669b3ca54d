//! SQL of the queue.

pub(super) mod desks;
pub(super) mod hall;
pub(super) mod tickets;
