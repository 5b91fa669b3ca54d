//! Days on which nobody is taken, and days that have passed.

use serde_json::{Value, json};

use super::booking::{about, locked};
use super::store::{bookings, days, lanes};
use super::{Appointment, AppointmentState, Rule};
use crate::audit::{self, Act};
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::OfficerId;
use crate::messages::Refusal;
use crate::notices;
use crate::sites::Site;

/// Letters of a reason at most.
const REASON_CHARS: usize = 200;

/// Closes a day: everybody with a place is told, and may choose another one. Answers whom it concerns.
pub async fn close_day(
    tx: &mut Tx,
    act: Act,
    site: &Site,
    (day, reason): (Day, &str),
    by: OfficerId,
) -> Outcome<Vec<Appointment>> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS {
        let code = if reason.is_empty() { "required" } else { "reason-long" };
        return Err(Refusal::invalid("invalid-fields").field("reason", code).into());
    }
    if day < act.now.day(site.zone) {
        return Err(Refusal::invalid("invalid-fields").field("day", "day-over").into());
    }
    days::close(tx, (site.id, day), reason, by, act.now).await?;
    let concerned = call_off(tx, act, site, day).await?;
    let detail = json!({ "day": day, "appointments": concerned.len() });
    audit::record(tx, act, "appointment.day_closed", site.id, detail).await?;
    Ok(concerned)
}

/// Takes a closing back; who was told to stay away chooses anew.
pub async fn reopen_day(tx: &mut Tx, act: Act, site: &Site, day: Day) -> Outcome<()> {
    if days::reopen(tx, site.id, day).await? > 0 {
        audit::record(tx, act, "appointment.day_reopened", site.id, json!({ "day": day })).await?;
    }
    Ok(())
}

/// Changes how a site takes appointments from now on; what is booked stays.
pub async fn set_rule(tx: &mut Tx, act: Act, site: &Site, rule: Rule) -> Outcome<()> {
    let found = [
        ((0..=100).contains(&rule.online_percent), "online_percent", "percent-range"),
        ((1..=90).contains(&rule.days_ahead), "days_ahead", "days-range"),
        ((1..=20).contains(&rule.per_person), "per_person", "person-range"),
    ];
    let wrong = found.into_iter().filter(|(right, ..)| !right);
    let refusal =
        wrong.fold(Refusal::invalid("invalid-fields"), |refusal, (_, field, code)| refusal.field(field, code));
    if !refusal.fields.is_empty() {
        return Err(refusal.into());
    }
    days::set_rule(tx, site.id, rule).await?;
    audit::record(tx, act, "appointment.rule_set", site.id, rule_detail(rule)).await?;
    Ok(())
}

fn rule_detail(rule: Rule) -> Value {
    json!({ "online_percent": rule.online_percent, "days_ahead": rule.days_ahead, "per_person": rule.per_person })
}

/// The closed days of a site from a day on, with their reasons.
pub async fn list_closed(tx: &mut Tx, site: &Site, from: Day) -> Result<Vec<(Day, String)>, StoreError> {
    days::list_closed(tx, site.id, from).await
}

/// The appointments of a day by time.
pub async fn list_of_day(tx: &mut Tx, site: &Site, day: Day) -> Result<Vec<Appointment>, StoreError> {
    bookings::list_of_day(tx, site.id, day).await
}

/// Timed work at a site: places held in vain are free, days that have passed are closed, and a booking that slipped in
/// while its day was being closed is called off. Answers how many appointments changed.
pub async fn tidy(tx: &mut Tx, act: Act, site: &Site) -> Outcome<u64> {
    let today = act.now.day(site.zone);
    let mut changed = lanes::free_expired(tx, site.id, act.now).await?;
    for token in days::list_not_come(tx, site.id, today).await? {
        let mut appointment = locked(tx, &token).await?;
        if appointment.state == AppointmentState::Booked {
            appointment.state = AppointmentState::Missed;
            lanes::free(tx, appointment.id).await?;
            bookings::save(tx, &mut appointment).await?;
            audit::record(tx, act, "appointment.missed", appointment.id, json!({})).await?;
            changed += 1;
        }
    }
    for (day, _) in days::list_closed(tx, site.id, today).await? {
        changed += call_off(tx, act, site, day).await?.len() as u64;
    }
    Ok(changed)
}

async fn call_off(tx: &mut Tx, act: Act, site: &Site, day: Day) -> Outcome<Vec<Appointment>> {
    let mut concerned = Vec::new();
    for token in days::list_with_place(tx, site.id, day).await? {
        let mut appointment = locked(tx, &token).await?;
        let was = appointment.state;
        if !was.has_place() {
            continue;
        }
        appointment.state =
            if was == AppointmentState::Booked { AppointmentState::CalledOff } else { AppointmentState::Expired };
        lanes::free(tx, appointment.id).await?;
        bookings::save(tx, &mut appointment).await?;
        if was == AppointmentState::Booked {
            notices::leave(tx, "appointment.called_off", about(&appointment), act.now).await?;
            audit::record(tx, act, "appointment.called_off", appointment.id, json!({})).await?;
            concerned.push(appointment);
        }
    }
    Ok(concerned)
}
