//! Loket: queue, permit workflow, population link and PDF permits of a licensing counter.

pub mod documents;
