//! Choosing a time, confirming it, changing it, giving it up.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::store::{bookings, days, lanes};
use super::{Appointment, AppointmentState, Contact, GRID_MINUTES, HOLD_MINUTES, Rule, Slot, slots};
use crate::audit::{self, Act};
use crate::calendar::Calendar;
use crate::catalogue::{Catalogue, Service};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::AppointmentId;
use crate::keys::{fill_random, random_token};
use crate::messages::{Lang, Refusal};
use crate::notices;
use crate::queue::Halls;
use crate::queue::issue::chosen;
use crate::sites::{ServiceGroup, Site};

/// Places one address may ask for within the minutes that a place is held.
const MOST_ASKED: i64 = 12;
/// Local hour of the day before at which a visitor is reminded.
const REMINDER_MINUTE: i64 = 16 * 60;
/// Letters and digits that are not mistaken for one another (Crockford).
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The book of a site: what decides which times there are.
#[derive(Clone, Copy)]
pub struct Book<'a> {
    /// The site.
    pub site: &'a Site,
    /// The halls as they are now.
    pub halls: &'a Halls,
    /// Days off.
    pub calendar: &'a Calendar,
    /// Services with their minutes.
    pub catalogue: &'a Catalogue,
}

/// What a visitor wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Codes of the services, in the order of the visit.
    pub services: Vec<String>,
    /// The time.
    pub starts_at: Instant,
    /// Mandatory papers the visitor said to lack.
    pub missing: i64,
    /// The language of messages.
    pub lang: Lang,
    /// Keyed digest of the address that asks; `None` lifts the limit of an address.
    pub asked_by: Option<Vec<u8>>,
}

/// How a site takes appointments.
pub async fn rule(tx: &mut Tx, site: &Site) -> Result<Rule, StoreError> {
    Ok(days::find_rule(tx, site.id).await?.unwrap_or_default())
}

/// The times that can still be chosen from one day to another, at most as far as one may look ahead; without `own` as
/// if that appointment were not there.
pub async fn list_slots(
    tx: &mut Tx,
    book: Book<'_>,
    services: &[String],
    (from, to): (Day, Day),
    (own, now): (Option<AppointmentId>, Instant),
) -> Outcome<Vec<Slot>> {
    let rule = rule(tx, book.site).await?;
    let today = now.day(book.site.zone);
    let (from, to) = (from.max(today), to.min(today.plus_days(rule.days_ahead)));
    let places = places(book, services, rule)?;
    let closed: BTreeSet<Day> =
        days::list_closed(tx, book.site.id, from).await?.into_iter().map(|(day, _)| day).collect();
    let range = (from.start(book.site.zone), to.next().start(book.site.zone));
    let taken = lanes::list_taken(tx, book.site.id, range, now).await?;
    let taken = taken.into_iter().filter(|(.., of)| Some(*of) != own).map(|(slot, lane, _)| (slot, lane)).collect();
    let mut found = Vec::new();
    let mut day = from;
    while day <= to {
        if !closed.contains(&day) {
            let spans = spans(book, day, today);
            found.extend(slots::free_slots(&spans, &places, &taken, now));
        }
        day = day.next();
    }
    Ok(found)
}

/// When visits can take place on a day. Where the doors never close (demonstration) all of today counts, and of every
/// day if there are no hours.
fn spans(book: Book<'_>, day: Day, today: Day) -> Vec<(Instant, Instant)> {
    if book.site.always_open && (day == today || book.site.openings.is_empty()) {
        return vec![(day.start(book.site.zone), day.next().start(book.site.zone))];
    }
    book.calendar.open_spans(book.site, day)
}

/// For each slot of a visit the lanes it may take.
fn places(book: Book<'_>, services: &[String], rule: Rule) -> Result<Vec<Vec<i64>>, Refusal> {
    let lanes = |group: &ServiceGroup| slots::lanes(book.site, *group, rule);
    Ok(needs(book.catalogue, services)?.iter().map(lanes).collect())
}

fn needs(catalogue: &Catalogue, services: &[String]) -> Result<Vec<ServiceGroup>, Refusal> {
    let published = chosen(catalogue, services)?;
    let services: Vec<&Service> = published.iter().map(|published| &published.service).collect();
    Ok(slots::needs(&services))
}

/// Keeps a place for ten minutes.
pub async fn hold(tx: &mut Tx, act: Act, book: Book<'_>, wish: &Wish) -> Outcome<Appointment> {
    if let Some(asked_by) = &wish.asked_by {
        let since = act.now.plus_minutes(-HOLD_MINUTES);
        if bookings::count_asked(tx, asked_by, since).await? >= MOST_ASKED {
            return Err(Refusal::too_many("appointments-asked").with("minutes", HOLD_MINUTES).into());
        }
    }
    let minutes = needs(book.catalogue, &wish.services)?.len() as i64 * GRID_MINUTES;
    let appointment = Appointment {
        id: AppointmentId::new(act.now.0),
        token: random_token(),
        code: fresh_code(),
        site: book.site.id,
        day: wish.starts_at.day(book.site.zone),
        services: wish.services.clone(),
        state: AppointmentState::Held,
        starts_at: wish.starts_at,
        minutes,
        hold_until: act.now.plus_minutes(HOLD_MINUTES),
        chosen_at: act.now,
        missing: wish.missing,
        lang: wish.lang,
        ticket: None,
        version: 1,
    };
    bookings::insert(tx, &appointment, wish.asked_by.as_deref()).await?;
    take_place(tx, book, &appointment, act.now).await?;
    audit::record(tx, act, "appointment.held", appointment.id, detail(&appointment)).await?;
    Ok(appointment)
}

/// Confirms a held place for a person. What was held too long is taken again if nobody else has it.
pub async fn confirm(tx: &mut Tx, act: Act, book: Book<'_>, token: &str, contact: &Contact) -> Outcome<Appointment> {
    let mut appointment = locked(tx, token).await?;
    let was = appointment.state;
    appointment.confirm()?;
    if was == AppointmentState::Booked {
        return Ok(appointment);
    }
    if was == AppointmentState::Expired || appointment.hold_until <= act.now {
        lanes::free(tx, appointment.id).await?;
        take_place(tx, book, &appointment, act.now).await?;
    }
    settle_person(tx, book, &appointment, contact).await?;
    bookings::save(tx, &mut appointment).await?;
    announce(tx, book.site, &appointment, "appointment.booked", act.now).await?;
    audit::record(tx, act, "appointment.booked", appointment.id, detail(&appointment)).await?;
    Ok(appointment)
}

/// Chooses another time; the same one again changes nothing.
pub async fn change(tx: &mut Tx, act: Act, book: Book<'_>, token: &str, starts_at: Instant) -> Outcome<Appointment> {
    let mut appointment = locked(tx, token).await?;
    let was = appointment.clone();
    appointment.choose(starts_at, starts_at.day(book.site.zone), act.now)?;
    if was.state.has_place()
        && was.starts_at == starts_at
        && (was.state, was.hold_until > act.now) != (AppointmentState::Held, false)
    {
        return Ok(was);
    }
    lanes::free(tx, appointment.id).await?;
    take_place(tx, book, &appointment, act.now).await?;
    if was.state == AppointmentState::CalledOff {
        let contact = bookings::find_contact(tx, appointment.id).await?;
        let contact = contact.ok_or_else(|| Refusal::conflict("appointment-over"))?;
        settle_person(tx, book, &appointment, &contact).await?;
    }
    bookings::save(tx, &mut appointment).await?;
    if appointment.state == AppointmentState::Booked {
        announce(tx, book.site, &appointment, "appointment.changed", act.now).await?;
    }
    audit::record(tx, act, "appointment.changed", appointment.id, detail(&appointment)).await?;
    Ok(appointment)
}

/// Gives an appointment up; a second time changes nothing.
pub async fn cancel(tx: &mut Tx, act: Act, token: &str) -> Outcome<Appointment> {
    let mut appointment = locked(tx, token).await?;
    let was = appointment.state;
    appointment.cancel()?;
    if was == AppointmentState::Cancelled {
        return Ok(appointment);
    }
    lanes::free(tx, appointment.id).await?;
    bookings::save(tx, &mut appointment).await?;
    if was == AppointmentState::Booked {
        notices::leave(tx, "appointment.cancelled", about(&appointment), act.now).await?;
    }
    audit::record(tx, act, "appointment.cancelled", appointment.id, json!({})).await?;
    Ok(appointment)
}

/// The appointment under lock.
pub(super) async fn locked(tx: &mut Tx, token: &str) -> Outcome<Appointment> {
    let found = bookings::lock(tx, token).await?;
    Ok(found.ok_or_else(|| Refusal::not_found("appointment-unknown"))?)
}

/// Takes a lane for each slot of the visit, in order of time and lane, so that two bookers never wait for each other.
async fn take_place(tx: &mut Tx, book: Book<'_>, appointment: &Appointment, now: Instant) -> Outcome<()> {
    lanes::free_expired(tx, book.site.id, now).await?;
    let (day, own) = (appointment.day, Some(appointment.id));
    let free = list_slots(tx, book, &appointment.services, (day, day), (own, now)).await?;
    let taken = || Refusal::conflict("slot-taken");
    if !free.iter().any(|slot| slot.starts_at == appointment.starts_at) {
        return Err(taken().into());
    }
    let places = places(book, &appointment.services, rule(tx, book.site).await?)?;
    for (slot, lanes) in slots::run(appointment.starts_at, places.len()).zip(places) {
        let mut has_lane = false;
        for lane in lanes {
            has_lane = lanes::take(tx, book.site.id, (slot, lane), appointment.id).await?;
            if has_lane {
                break;
            }
        }
        if !has_lane {
            return Err(taken().into());
        }
    }
    Ok(())
}

/// Gives the appointment one of the person's places; the index of the store holds against two at once.
async fn settle_person(tx: &mut Tx, book: Book<'_>, appointment: &Appointment, contact: &Contact) -> Outcome<()> {
    let most = rule(tx, book.site).await?.per_person;
    let used = bookings::list_places(tx, &contact.person, appointment.id).await?;
    let many = || Refusal::conflict("appointments-many").with("most", most);
    let place = (1..=most).find(|place| !used.contains(place)).ok_or_else(many)?;
    Ok(bookings::set_person(tx, appointment.id, contact, place).await?)
}

/// Leaves the message of an act, and the reminder of the day before.
async fn announce(
    tx: &mut Tx,
    site: &Site,
    appointment: &Appointment,
    kind: &'static str,
    now: Instant,
) -> Result<(), StoreError> {
    notices::leave(tx, kind, about(appointment), now).await?;
    let remind_at = appointment.day.plus_days(-1).start(site.zone).plus_minutes(REMINDER_MINUTE);
    if remind_at > now {
        notices::leave_for(tx, "appointment.reminder", about(appointment), (now, remind_at)).await?;
    }
    Ok(())
}

/// What a notice says of an appointment: which one, and which edition of it. No person, no address.
pub(super) fn about(appointment: &Appointment) -> Value {
    json!({ "appointment": appointment.id, "version": appointment.version })
}

fn detail(appointment: &Appointment) -> Value {
    json!({ "starts_at": appointment.starts_at, "services": appointment.services })
}

/// Forty random bits as two groups of four letters and digits.
fn fresh_code() -> String {
    let mut bytes = [0u8; 8];
    fill_random(&mut bytes);
    let letters: String = bytes.iter().map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)])).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

/// How many quarter hours of a day can be booked, and how many are taken.
pub async fn count_places(tx: &mut Tx, book: Book<'_>, day: Day, now: Instant) -> Result<(usize, usize), StoreError> {
    let rule = rule(tx, book.site).await?;
    let mut lanes: BTreeSet<i64> = BTreeSet::new();
    for group in ServiceGroup::ALL {
        lanes.extend(slots::lanes(book.site, *group, rule));
    }
    let slots: usize = spans(book, day, now.day(book.site.zone)).into_iter().map(slots::count).sum();
    let range = (day.start(book.site.zone), day.next().start(book.site.zone));
    let taken = lanes::list_taken(tx, book.site.id, range, now).await?;
    Ok((slots * lanes.len(), taken.len()))
}
