//! An appointment: a place held, then booked, and what may happen to it (pure).

use crate::clock::{Day, Instant};
use crate::ids::{AppointmentId, SiteId, TicketId};
use crate::messages::{Lang, Refusal};

/// Minutes a chosen place is held for somebody who has not confirmed yet.
pub const HOLD_MINUTES: i64 = 10;
/// Minutes before the appointed time at which a visitor who comes in time is placed in line.
pub const HEAD_START_MINUTES: i64 = 30;
/// Minutes after the appointed time until which somebody still is in time.
pub const LATE_MINUTES: i64 = 15;

crate::ids::words! {
    /// Where an appointment stands.
    pub enum AppointmentState {
        /// The place is kept for some minutes.
        Held = "held",
        /// Nobody confirmed in time; the place is free again.
        Expired = "expired",
        /// Confirmed.
        Booked = "booked",
        /// The visitor is here and has a number.
        Arrived = "arrived",
        /// The day has passed and nobody came.
        Missed = "missed",
        /// Given up by the visitor.
        Cancelled = "cancelled",
        /// The office closed the day; another one may be chosen.
        CalledOff = "called_off",
    }
}

impl AppointmentState {
    /// Whether the appointment has a place in the book.
    pub fn has_place(self) -> bool {
        match self {
            AppointmentState::Held | AppointmentState::Booked => true,
            AppointmentState::Expired
            | AppointmentState::Arrived
            | AppointmentState::Missed
            | AppointmentState::Cancelled
            | AppointmentState::CalledOff => false,
        }
    }
}

/// A place at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// Identity.
    pub id: AppointmentId,
    /// The secret of the visitor's own page.
    pub token: String,
    /// What the visitor types at the kiosk: `7K3M-Q2XP`.
    pub code: String,
    /// Where.
    pub site: SiteId,
    /// The local day.
    pub day: Day,
    /// Codes of the services, in the order of the visit.
    pub services: Vec<String>,
    /// Where it stands.
    pub state: AppointmentState,
    /// The appointed time.
    pub starts_at: Instant,
    /// How long the visit is expected to take.
    pub minutes: i64,
    /// Until when an unconfirmed place is kept.
    pub hold_until: Instant,
    /// When this time was chosen.
    pub chosen_at: Instant,
    /// Mandatory papers the visitor said to lack.
    pub missing: i64,
    /// The language of its messages.
    pub lang: Lang,
    /// The number, once the visitor is here.
    pub ticket: Option<TicketId>,
    /// Grows with every change.
    pub version: i64,
}

impl Appointment {
    /// When it is expected to be over.
    pub fn ends_at(&self) -> Instant {
        self.starts_at.plus_minutes(self.minutes)
    }

    /// held, expired → booked.
    pub fn confirm(&mut self) -> Result<(), Refusal> {
        match self.state {
            AppointmentState::Held | AppointmentState::Expired | AppointmentState::Booked => {
                self.state = AppointmentState::Booked;
                Ok(())
            }
            AppointmentState::Arrived
            | AppointmentState::Missed
            | AppointmentState::Cancelled
            | AppointmentState::CalledOff => Err(self.over()),
        }
    }

    /// Another time: what was booked or called off is booked, what was held is held anew.
    pub fn choose(&mut self, starts_at: Instant, day: Day, now: Instant) -> Result<(), Refusal> {
        self.state = match self.state {
            AppointmentState::Held | AppointmentState::Expired => AppointmentState::Held,
            AppointmentState::Booked | AppointmentState::CalledOff => AppointmentState::Booked,
            AppointmentState::Arrived | AppointmentState::Missed | AppointmentState::Cancelled => {
                return Err(self.over());
            }
        };
        self.starts_at = starts_at;
        self.day = day;
        self.chosen_at = now;
        self.hold_until = now.plus_minutes(HOLD_MINUTES);
        Ok(())
    }

    /// held, expired, booked, called_off → cancelled; once more changes nothing.
    pub fn cancel(&mut self) -> Result<(), Refusal> {
        match self.state {
            AppointmentState::Held
            | AppointmentState::Expired
            | AppointmentState::Booked
            | AppointmentState::Cancelled
            | AppointmentState::CalledOff => {
                self.state = AppointmentState::Cancelled;
                Ok(())
            }
            AppointmentState::Arrived | AppointmentState::Missed => Err(self.over()),
        }
    }

    /// Whether the visitor may be given a number now: booked, and for this day.
    pub fn admits(&self, today: Day) -> Result<(), Refusal> {
        match self.state {
            AppointmentState::Booked if self.day == today => Ok(()),
            AppointmentState::Booked => Err(Refusal::conflict("appointment-other-day").with("day", self.day)),
            AppointmentState::Held | AppointmentState::Expired => Err(Refusal::conflict("appointment-not-confirmed")),
            AppointmentState::Arrived
            | AppointmentState::Missed
            | AppointmentState::Cancelled
            | AppointmentState::CalledOff => Err(self.over()),
        }
    }

    /// The place in the one line of a visitor who is here now. In time: as if arrived half an hour before the
    /// appointed time, but never before the time was chosen, so that nobody is overtaken who stood in line then.
    /// Late: as everybody who arrives now.
    pub fn line_at(&self, now: Instant) -> Instant {
        if now > self.starts_at.plus_minutes(LATE_MINUTES) {
            return now;
        }
        self.starts_at.plus_minutes(-HEAD_START_MINUTES).max(self.chosen_at)
    }

    fn over(&self) -> Refusal {
        match self.state {
            AppointmentState::CalledOff => Refusal::conflict("appointment-called-off"),
            AppointmentState::Held
            | AppointmentState::Expired
            | AppointmentState::Booked
            | AppointmentState::Arrived
            | AppointmentState::Missed
            | AppointmentState::Cancelled => Refusal::conflict("appointment-over"),
        }
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// Booked on 24 November 2026 at 8.00 for 10.30 in Western Indonesia.
    pub fn booked() -> Appointment {
        let day = Day::parse("2026-11-24").unwrap();
        let midnight = day.start(chrono_tz::Tz::Asia__Jakarta);
        Appointment {
            id: AppointmentId::new(1),
            token: "rahasia".to_owned(),
            code: "7K3M-Q2XP".to_owned(),
            site: SiteId::new(1),
            day,
            services: vec!["SIPB".to_owned()],
            state: AppointmentState::Booked,
            starts_at: midnight.plus_minutes(10 * 60 + 30),
            minutes: 15,
            hold_until: midnight.plus_minutes(8 * 60 + 10),
            chosen_at: midnight.plus_minutes(8 * 60),
            missing: 0,
            lang: Lang::Id,
            ticket: None,
            version: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::booked;
    use super::*;

    #[test]
    fn who_comes_in_time_stands_half_an_hour_before_the_appointed_time() {
        let appointment = booked();
        let half_an_hour_before = appointment.starts_at.plus_minutes(-30);
        for minutes in [-120, -30, 0, 15] {
            assert_eq!(appointment.line_at(appointment.starts_at.plus_minutes(minutes)), half_an_hour_before);
        }
        let late = appointment.starts_at.plus_minutes(16);
        assert_eq!(appointment.line_at(late), late, "late: as everybody who arrives now");
    }

    #[test]
    fn nobody_is_overtaken_who_stood_in_line_when_the_time_was_chosen() {
        let chosen_at = booked().starts_at.plus_minutes(-20);
        let appointment = Appointment { chosen_at, ..booked() };
        assert_eq!(appointment.line_at(appointment.starts_at), chosen_at);
    }

    #[test]
    fn an_appointment_admits_on_its_own_day_only() {
        let appointment = booked();
        assert_eq!(appointment.admits(appointment.day), Ok(()));
        assert_eq!(appointment.admits(appointment.day.next()).unwrap_err().code, "appointment-other-day");
        let held = Appointment { state: AppointmentState::Held, ..booked() };
        assert_eq!(held.admits(held.day).unwrap_err().code, "appointment-not-confirmed");
    }

    #[test]
    fn what_is_over_stays_over() {
        for state in [AppointmentState::Arrived, AppointmentState::Missed] {
            let mut over = Appointment { state, ..booked() };
            assert_eq!(over.confirm().unwrap_err().code, "appointment-over");
            assert_eq!(over.cancel().unwrap_err().code, "appointment-over");
            let (at, day) = (over.starts_at, over.day);
            assert_eq!(over.choose(at, day, at).unwrap_err().code, "appointment-over");
        }
    }

    #[test]
    fn a_day_that_was_called_off_can_be_changed_for_another() {
        let mut appointment = Appointment { state: AppointmentState::CalledOff, ..booked() };
        let (at, day) = (appointment.starts_at.plus_minutes(24 * 60), appointment.day.next());
        appointment.choose(at, day, at).unwrap();
        assert_eq!((appointment.state, appointment.day), (AppointmentState::Booked, day));
    }
}
