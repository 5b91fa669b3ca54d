//! Loket: the software of an integrated public-service counter.
//!
//! The map. Each noun may use only those before it; `tests/loket/layers.rs` holds this list against the code.
//!
//! `config ids clock keys messages db | audit | notices | sites | calendar | identity | catalogue | population |
//! documents | queue | permits | civil | feedback | reports | demo | jobs | web | cli`
//!
//! - `config` settings · `ids` one type per noun · `clock` time as the office means it · `keys` secrets, sealing,
//!   keyed index · `messages` the Indonesian and English texts · `db` one store on SQLite or PostgreSQL
//! - `audit` the chained record of acts · `notices` work for after a commit · `sites` malls, counters, openings
//! - `calendar` working days · `identity` staff, roles, sessions · `catalogue` services and their rules
//! - `population` residents, look-ups, verdicts · `documents` PDF, QR token, stored bytes
//! - `queue` tickets, order, estimate, board · `permits` applications, acts, register
//! - `civil` population documents on their way, blanks, what changes a permit's holder
//! - `reports` throughput and the hall · `demo` the synthetic office · `jobs` timed work
//! - `web` everything HTTP · `cli` the commands

pub mod audit;
pub mod calendar;
pub mod catalogue;
pub mod civil;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod documents;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod keys;
pub mod messages;
pub mod notices;
pub mod permits;
pub mod population;
pub mod queue;
pub mod reports;
pub mod sites;
pub mod web;
