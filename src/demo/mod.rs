//! The synthetic office: staff, residents and sixty working days of history, all of it DATA UJI.

mod chance;
mod people;
mod staff;
