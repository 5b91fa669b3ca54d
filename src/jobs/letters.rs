//! What is said: read from the store at the moment of sending, so that no letter tells what is no longer true.

use serde_json::Value;

use super::file_letters;
use crate::catalogue::{self, Catalogue};
use crate::clock::Instant;
use crate::config::Config;
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, AppointmentId, PermitId, SiteId, TicketId};
use crate::keys::Keys;
use crate::messages::{self, Lang, text};
use crate::queue::appointments::{self, Appointment, AppointmentState, CalendarEntry, Reach, calendar_file};
use crate::queue::{self, TicketState};
use crate::sites::{self, Site};

/// What a notice is about.
pub enum Subject {
    /// An appointment, in the edition of the act.
    Appointment(AppointmentId, i64),
    /// A number.
    Ticket(TicketId),
    /// A file.
    Application(ApplicationId),
    /// A permit.
    Permit(PermitId),
    /// Files of a site that were warned of at a moment.
    Warned(SiteId, Instant),
}

/// Words for a person, and where they go.
pub struct Letter {
    /// Where.
    pub reach: Reach,
    /// The first line of a mail.
    pub subject: String,
    /// The whole mail.
    pub body: String,
    /// The same in one sentence, for a telephone.
    pub brief: String,
    /// The calendar file that goes with it.
    pub calendar: Option<String>,
}

/// Whether a kind of notice is an act that has to be told.
pub fn is_act(kind: &str) -> bool {
    kind == "ticket.near"
        || kind.starts_with("appointment.")
        || kind.starts_with("application.")
        || kind.starts_with("files.")
        || kind == "permit.expiring"
}

/// What a payload is about; `None` for one that cannot be read.
pub fn subject(payload: &Value) -> Option<Subject> {
    let id = |name: &str| payload[name].as_str();
    if let Some(appointment) = id("appointment").and_then(|text| text.parse().ok()) {
        return Some(Subject::Appointment(appointment, payload["version"].as_i64()?));
    }
    if let Some(application) = id("application").and_then(|text| text.parse().ok()) {
        return Some(Subject::Application(application));
    }
    if let Some(permit) = id("permit").and_then(|text| text.parse().ok()) {
        return Some(Subject::Permit(permit));
    }
    if let Some(site) = id("files_of").and_then(|text| text.parse().ok()) {
        return Some(Subject::Warned(site, Instant(payload["at"].as_i64()?)));
    }
    id("ticket").and_then(|text| text.parse().ok()).map(Subject::Ticket)
}

/// The letter of an event, unless it is no longer true.
pub async fn compose(
    tx: &mut Tx,
    keys: &Keys,
    config: &Config,
    (event, payload): (&str, &Value),
    now: Instant,
) -> Result<Option<Letter>, StoreError> {
    let sites = sites::load(tx).await?;
    match subject(payload) {
        None => Ok(None),
        Some(Subject::Appointment(id, version)) => {
            let found = appointments::find(tx, id).await?.filter(|a| is_true(a, (event, version), now));
            let Some(appointment) = found else { return Ok(None) };
            let Some(site) = sites.find_by_id(appointment.site) else { return Ok(None) };
            let reach = appointments::reach_of(tx, keys, id).await?;
            let reason = reason_of(tx, site, &appointment).await?;
            let catalogue = catalogue::load(tx).await?;
            Ok(Some(about_appointment(&appointment, event, (site, &catalogue, config), (reach, reason), now)))
        }
        Some(Subject::Application(id)) => {
            file_letters::compose(tx, (keys, config, &sites), (event, payload), (id, now)).await
        }
        Some(Subject::Permit(id)) => file_letters::expiring(tx, (keys, config, &sites), id).await,
        Some(Subject::Warned(site, at)) => file_letters::warned(tx, (config, &sites), (site, at), now).await,
        Some(Subject::Ticket(id)) => {
            let found = queue::find(tx, id).await?.filter(|ticket| ticket.state == TicketState::Waiting);
            let Some(ticket) = found else { return Ok(None) };
            let Some(site) = sites.find_by_id(ticket.site) else { return Ok(None) };
            let reach = appointments::reach_of_ticket(tx, keys, id).await?;
            let url = format!("{}/t/{}", config.public_url.trim_end_matches('/'), ticket.token);
            let args = [("site", site.name.clone()), ("number", ticket.number.to_string()), ("url", url)];
            let brief = text(Lang::Id, "letter.ticket.near.brief", &args);
            Ok(Some(Letter { reach, subject: brief.clone(), body: brief.clone(), brief, calendar: None }))
        }
    }
}

/// A confirmation of a time that was changed since, or a reminder of what is over, is not sent.
fn is_true(appointment: &Appointment, (event, version): (&str, i64), now: Instant) -> bool {
    match event {
        "appointment.cancelled" => appointment.state == AppointmentState::Cancelled,
        "appointment.called_off" => appointment.state == AppointmentState::CalledOff,
        _ => {
            let is_same = appointment.state == AppointmentState::Booked && appointment.version == version;
            is_same && appointment.starts_at > now
        }
    }
}

async fn reason_of(tx: &mut Tx, site: &Site, appointment: &Appointment) -> Result<String, StoreError> {
    let closed = appointments::list_closed(tx, site, appointment.day).await?;
    Ok(closed.into_iter().find(|(day, _)| *day == appointment.day).map(|(_, reason)| reason).unwrap_or_default())
}

fn about_appointment(
    appointment: &Appointment,
    event: &str,
    (site, catalogue, config): (&Site, &Catalogue, &Config),
    (reach, reason): (Reach, String),
    now: Instant,
) -> Letter {
    let lang = appointment.lang;
    let url = format!("{}/janji/t/{}", config.public_url.trim_end_matches('/'), appointment.token);
    let args = [
        ("site", site.name.clone()),
        ("address", site.address.clone()),
        ("when", messages::date_and_time(lang, appointment.starts_at, site.zone)),
        ("services", service_names(appointment, catalogue, lang).join(", ")),
        ("code", appointment.code.clone()),
        ("reason", reason),
        ("url", url.clone()),
    ];
    let words = |part: &str| text(lang, &format!("letter.{event}.{part}"), &args);
    let details = text(lang, "letter.details", &args);
    let calendar = (event != "appointment.reminder").then(|| {
        let entry = calendar_entry(appointment, site, &service_names(appointment, catalogue, lang), (url, now));
        calendar_file(&entry)
    });
    Letter {
        reach,
        subject: words("subject"),
        body: format!("{}\n\n{details}\n", words("body")),
        brief: words("brief"),
        calendar,
    }
}

fn service_names(appointment: &Appointment, catalogue: &Catalogue, lang: Lang) -> Vec<String> {
    let name =
        |code: &String| catalogue.find(code).map_or_else(|| code.clone(), |p| p.service.name.of(lang).to_owned());
    appointment.services.iter().map(name).collect()
}

/// The appointment as it stands in a calendar.
pub fn calendar_entry(
    appointment: &Appointment,
    site: &Site,
    services: &[String],
    (url, now): (String, Instant),
) -> CalendarEntry {
    let lang = appointment.lang;
    let args = [("site", site.name.clone()), ("services", services.join(", ")), ("code", appointment.code.clone())];
    CalendarEntry {
        uid: format!("{}@loket", appointment.id),
        sequence: appointment.version,
        stamped_at: now,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at(),
        is_cancelled: matches!(appointment.state, AppointmentState::Cancelled | AppointmentState::CalledOff),
        summary: text(lang, "calendar_file.summary", &args),
        location: format!("{}, {}", site.name, site.address),
        description: format!("{}\n{url}", text(lang, "calendar_file.description", &args)),
        url,
        reminder: text(lang, "calendar_file.reminder", &args),
    }
}
