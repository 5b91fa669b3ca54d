//! JSON of appointments.

use serde::{Deserialize, Serialize};

use crate::clock::Instant;
use crate::queue::appointments::{Advice, Appointment, AppointmentState, GRID_MINUTES, Slot};
use crate::queue::{Number, Ticket, TicketState};
use crate::sites::Site;
use crate::web::app::App;

/// `POST /sites/{site}/appointments`.
#[derive(Deserialize)]
pub struct AppointmentBody {
    /// Codes of the services, in the order of the visit.
    pub services: Vec<String>,
    /// The time, one that `GET /sites/{site}/slots` named.
    pub start: Instant,
    /// A mobile number.
    pub phone: Option<String>,
    /// A NIK instead, for people without a telephone.
    pub nik: Option<String>,
    /// Where confirmation and reminder go.
    pub email: Option<String>,
    /// Mandatory papers the visitor lacks.
    pub missing: Option<i64>,
    /// `true` only keeps the place for ten minutes; it is confirmed by a PATCH.
    pub hold: Option<bool>,
}

/// `PATCH /appointments/{token}`: another time, or the confirmation of a held place.
#[derive(Deserialize)]
pub struct ChangeBody {
    /// Another time.
    pub start: Option<Instant>,
    /// Confirms the place that was held; needs a telephone number or a NIK.
    pub confirm: Option<bool>,
    /// A mobile number.
    pub phone: Option<String>,
    /// A NIK instead.
    pub nik: Option<String>,
    /// Where confirmation and reminder go.
    pub email: Option<String>,
}

/// `POST /appointments/{token}/checkin`.
#[derive(Deserialize)]
pub struct CheckInBody {
    /// A word of the priorities.
    pub priority: Option<String>,
}

/// A time that can be chosen.
#[derive(Clone, Serialize)]
pub struct SlotBody {
    start: Instant,
    end: Instant,
    minutes: i64,
    free: i64,
}

impl From<&Slot> for SlotBody {
    fn from(slot: &Slot) -> SlotBody {
        let end = slot.starts_at.plus_minutes(slot.minutes);
        SlotBody { start: slot.starts_at, end, minutes: slot.minutes, free: slot.free }
    }
}

impl SlotBody {
    /// What a cursor names it by.
    pub fn name(&self) -> String {
        self.start.to_string()
    }
}

/// `GET /sites/{site}/slots`.
#[derive(Serialize)]
pub struct Slots {
    /// Times in order.
    pub items: Vec<SlotBody>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
    /// When to come without an appointment, by weekday.
    pub advice: Vec<AdviceBody>,
}

/// When to come without an appointment.
#[derive(Serialize)]
pub struct AdviceBody {
    weekday: u32,
    from: String,
    to: String,
    wait_minutes: i64,
    visitors: usize,
}

impl AdviceBody {
    /// The advice of a weekday, 1 = Monday.
    pub fn new(weekday: u32, advice: &Advice) -> AdviceBody {
        AdviceBody {
            weekday,
            from: minute_of_day(advice.from_minute, ':'),
            to: minute_of_day(advice.to_minute, ':'),
            wait_minutes: advice.wait_minutes,
            visitors: advice.visitors,
        }
    }
}

/// `13.30` or `13:30`.
pub fn minute_of_day(minute: i64, between: char) -> String {
    format!("{:02}{between}{:02}", minute / 60, minute % 60)
}

/// An appointment as its holder sees it.
#[derive(Serialize)]
pub struct OwnAppointment {
    token: String,
    code: String,
    site: String,
    services: Vec<String>,
    state: AppointmentState,
    start: Instant,
    end: Instant,
    minutes: i64,
    slot_minutes: i64,
    hold_until: Option<Instant>,
    line_at: Instant,
    missing: i64,
    ticket: Option<TicketLink>,
    url: String,
}

/// The number an appointment became.
#[derive(Serialize)]
struct TicketLink {
    token: String,
    number: Number,
    state: TicketState,
    url: String,
}

impl OwnAppointment {
    /// The view of an appointment with its number, when it has one. `line_at` is the place in line of somebody who
    /// comes in time.
    pub fn new(app: &App, site: &Site, appointment: &Appointment, ticket: Option<&Ticket>) -> OwnAppointment {
        let link = |ticket: &Ticket| TicketLink {
            token: ticket.token.clone(),
            number: ticket.number,
            state: ticket.state,
            url: super::bodies::own_url(app, ticket),
        };
        OwnAppointment {
            token: appointment.token.clone(),
            code: appointment.code.clone(),
            site: site.code.clone(),
            services: appointment.services.clone(),
            state: appointment.state,
            start: appointment.starts_at,
            end: appointment.ends_at(),
            minutes: appointment.minutes,
            slot_minutes: GRID_MINUTES,
            hold_until: (appointment.state == AppointmentState::Held).then_some(appointment.hold_until),
            line_at: appointment.line_at(appointment.starts_at),
            missing: appointment.missing,
            ticket: ticket.map(link),
            url: appointment_url(app, appointment),
        }
    }
}

/// The address of the appointment's own page.
pub fn appointment_url(app: &App, appointment: &Appointment) -> String {
    format!("{}/janji/t/{}", app.config.public_url.trim_end_matches('/'), appointment.token)
}
