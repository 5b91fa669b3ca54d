//! Appointments: a time booked without an account, changed by link, that becomes a number in the one line.

mod advice;
mod appointment;
mod booking;
mod calendar_file;
mod check_in;
mod closing;
mod contact;
mod near;
mod slots;
mod store;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::{AppointmentId, TicketId};
use crate::keys::Keys;
use crate::sites::{ServiceGroup, Site};

pub use advice::{Advice, Wait, advise};
pub use appointment::{Appointment, AppointmentState, HEAD_START_MINUTES, HOLD_MINUTES, LATE_MINUTES};
pub use booking::{Book, Wish, cancel, change, confirm, count_places, hold, list_slots, rule};
pub use calendar_file::{CalendarEntry, calendar_file};
pub use check_in::{Arrival, check_in, mark_incomplete};
pub use closing::{close_day, list_closed, list_of_day, reopen_day, set_rule, tidy};
pub use contact::{Contact, Reach, Typed};
pub use near::{NEAR, tell_near};
pub use slots::{GRID_MINUTES, LEAD_MINUTES, Rule, Slot};

/// Days of arrivals that an advice rests on.
const HISTORY_DAYS: i64 = 90;

/// An appointment by its identity.
pub async fn find(tx: &mut Tx, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
    store::bookings::find(tx, id).await
}

/// An appointment by the secret of its page.
pub async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<Appointment>, StoreError> {
    store::bookings::find_by_token(tx, token).await
}

/// An appointment by what was typed or scanned at the kiosk: its code, or the address of its page.
pub async fn find_by_code(tx: &mut Tx, typed: &str) -> Result<Option<Appointment>, StoreError> {
    let typed = typed.trim();
    if let Some((_, token)) = typed.rsplit_once('/') {
        return store::bookings::find_by_token(tx, token).await;
    }
    let plain: String = typed.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let read: String = plain
        .chars()
        .map(|c| {
            if c == 'O' {
                '0'
            } else if matches!(c, 'I' | 'L') {
                '1'
            } else {
                c
            }
        })
        .collect();
    let Some((first, second)) = read.split_at_checked(4) else { return Ok(None) };
    store::bookings::find_by_code(tx, &format!("{first}-{second}")).await
}

/// The appointment a number came from.
pub async fn find_by_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<Appointment>, StoreError> {
    store::bookings::find_by_ticket(tx, ticket).await
}

/// Where messages about an appointment go.
pub async fn reach_of(tx: &mut Tx, keys: &Keys, id: AppointmentId) -> Result<Reach, StoreError> {
    let Some(contact) = store::bookings::find_contact(tx, id).await? else { return Ok(Reach::default()) };
    Reach::open(keys, contact.phone_sealed.as_deref(), contact.email_sealed.as_deref())
}

/// Where messages about a visit go.
pub async fn reach_of_ticket(tx: &mut Tx, keys: &Keys, ticket: TicketId) -> Result<Reach, StoreError> {
    Reach::of_ticket(keys, store::visits::find_phone(tx, ticket).await?.as_deref())
}

/// The waits of earlier visitors without an appointment, by weekday (1 = Monday).
pub async fn list_waits(
    tx: &mut Tx,
    site: &Site,
    group: ServiceGroup,
    now: Instant,
) -> Result<Vec<(u32, Wait)>, StoreError> {
    let today = now.day(site.zone);
    let since = today.plus_days(-HISTORY_DAYS);
    let waits = store::visits::list_waits(tx, site.id, group, since).await?;
    Ok(waits.into_iter().filter(|(day, _)| *day < today).map(|(day, wait)| (day.weekday(), wait)).collect())
}
