//! SQL of appointments.

pub(super) mod bookings;
pub(super) mod days;
pub(super) mod lanes;
pub(super) mod visits;
