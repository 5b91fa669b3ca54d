//! SQL of single appointments.

use sqlx::FromRow;

use super::super::{Appointment, AppointmentState, Contact};
use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{AppointmentId, SiteId, TicketId};
use crate::messages::Lang;

word_column!(AppointmentState);
word_column!(Lang);

#[derive(FromRow)]
struct Row {
    id: AppointmentId,
    token: String,
    code: String,
    site_id: SiteId,
    local_day: Day,
    services: JsonText<Vec<String>>,
    state: AppointmentState,
    starts_at: Instant,
    minutes: i64,
    hold_until: Instant,
    chosen_at: Instant,
    missing: i64,
    lang: Lang,
    ticket_id: Option<TicketId>,
    version: i64,
}

impl From<Row> for Appointment {
    fn from(row: Row) -> Appointment {
        Appointment {
            id: row.id,
            token: row.token,
            code: row.code,
            site: row.site_id,
            day: row.local_day,
            services: row.services.0,
            state: row.state,
            starts_at: row.starts_at,
            minutes: row.minutes,
            hold_until: row.hold_until,
            chosen_at: row.chosen_at,
            missing: row.missing,
            lang: row.lang,
            ticket: row.ticket_id,
            version: row.version,
        }
    }
}

pub(in super::super) async fn find(tx: &mut Tx, id: AppointmentId) -> Result<Option<Appointment>, StoreError> {
    Ok(fetch_optional!(tx, Row, "SELECT * FROM appointment WHERE id = $1", id).map(Appointment::from))
}

pub(in super::super) async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<Appointment>, StoreError> {
    Ok(fetch_optional!(tx, Row, "SELECT * FROM appointment WHERE token = $1", token).map(Appointment::from))
}

pub(in super::super) async fn find_by_code(tx: &mut Tx, code: &str) -> Result<Option<Appointment>, StoreError> {
    Ok(fetch_optional!(tx, Row, "SELECT * FROM appointment WHERE code = $1", code).map(Appointment::from))
}

pub(in super::super) async fn find_by_ticket(tx: &mut Tx, id: TicketId) -> Result<Option<Appointment>, StoreError> {
    Ok(fetch_optional!(tx, Row, "SELECT * FROM appointment WHERE ticket_id = $1", id).map(Appointment::from))
}

/// PostgreSQL: the row is locked, so that two acts on one appointment follow each other.
pub(in super::super) async fn lock(tx: &mut Tx, token: &str) -> Result<Option<Appointment>, StoreError> {
    let sql =
        tx.pick("SELECT * FROM appointment WHERE token = $1", "SELECT * FROM appointment WHERE token = $1 FOR UPDATE");
    Ok(fetch_optional!(tx, Row, sql, token).map(Appointment::from))
}

/// The appointments of a day by time, without places that were only held.
pub(in super::super) async fn list_of_day(tx: &mut Tx, site: SiteId, day: Day) -> Result<Vec<Appointment>, StoreError> {
    const OF_DAY: &str = "SELECT * FROM appointment WHERE site_id = $1 AND local_day = $2 \
        AND state NOT IN ('held', 'expired') ORDER BY starts_at, id";
    Ok(fetch_all!(tx, Row, OF_DAY, site, day).into_iter().map(Appointment::from).collect())
}

pub(in super::super) async fn insert(
    tx: &mut Tx,
    appointment: &Appointment,
    asked_by: Option<&[u8]>,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO appointment (id, token, code, site_id, local_day, services, state, starts_at, minutes, hold_until, \
         chosen_at, missing, lang, asked_by, version, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $11)",
        appointment.id,
        &appointment.token,
        &appointment.code,
        appointment.site,
        appointment.day,
        JsonText(&appointment.services),
        appointment.state,
        appointment.starts_at,
        appointment.minutes,
        appointment.hold_until,
        appointment.chosen_at,
        appointment.missing,
        appointment.lang,
        asked_by,
        appointment.version
    );
    Ok(())
}

/// Writes what may change; the version grows.
pub(in super::super) async fn save(tx: &mut Tx, appointment: &mut Appointment) -> Result<(), StoreError> {
    let touched = execute!(
        tx,
        "UPDATE appointment SET local_day = $3, state = $4, starts_at = $5, hold_until = $6, chosen_at = $7, \
         ticket_id = $8, version = version + 1 WHERE id = $1 AND version = $2",
        appointment.id,
        appointment.version,
        appointment.day,
        appointment.state,
        appointment.starts_at,
        appointment.hold_until,
        appointment.chosen_at,
        appointment.ticket
    );
    if touched != 1 {
        return Err(StoreError::Corrupt(format!("appointment {} changed under its lock", appointment.id)));
    }
    appointment.version += 1;
    Ok(())
}

/// The places (1, 2 …) that a person's open appointments take; the one named is left out.
pub(in super::super) async fn list_places(
    tx: &mut Tx,
    person: &[u8],
    without: AppointmentId,
) -> Result<Vec<i64>, StoreError> {
    const PLACES: &str =
        "SELECT person_place FROM appointment WHERE person_index = $1 AND state = 'booked' AND id <> $2";
    Ok(fetch_all!(tx, (i64,), PLACES, person, without).into_iter().map(|(place,)| place).collect())
}

/// Whose appointment it is, with the place it takes among the person's own.
pub(in super::super) async fn set_person(
    tx: &mut Tx,
    id: AppointmentId,
    contact: &Contact,
    place: i64,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE appointment SET person_index = $2, person_place = $3, phone_sealed = $4, email_sealed = $5 WHERE id = $1",
        id,
        &contact.person,
        place,
        contact.phone_sealed.as_deref(),
        contact.email_sealed.as_deref()
    );
    Ok(())
}

/// The person of an appointment, once it was confirmed.
pub(in super::super) async fn find_contact(tx: &mut Tx, id: AppointmentId) -> Result<Option<Contact>, StoreError> {
    const CONTACT: &str = "SELECT person_index, phone_sealed, email_sealed FROM appointment \
        WHERE id = $1 AND person_index IS NOT NULL";
    type ContactRow = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);
    let found = fetch_optional!(tx, ContactRow, CONTACT, id);
    Ok(found.map(|(person, phone_sealed, email_sealed)| Contact { person, phone_sealed, email_sealed }))
}

/// How many places an address has asked for since a moment.
pub(in super::super) async fn count_asked(tx: &mut Tx, asked_by: &[u8], since: Instant) -> Result<i64, StoreError> {
    const ASKED: &str = "SELECT COUNT(*) FROM appointment WHERE asked_by = $1 AND created_at >= $2";
    Ok(fetch_optional!(tx, (i64,), ASKED, asked_by, since).map_or(0, |(count,)| count))
}
