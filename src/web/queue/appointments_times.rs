//! Days and times to choose from, as the booking and the change of an appointment show them.

use serde::Serialize;

use super::appointments_api::advice;
use super::appointments_asker::Shelf;
use super::appointments_bodies::minute_of_day;
use crate::clock::{Day, Instant};
use crate::db::Tx;
use crate::ids::AppointmentId;
use crate::messages::{self, Lang, text};
use crate::queue::appointments::{self, Slot};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::problem::Problem;

/// Days shown at once.
const DAYS: usize = 8;
/// Parts of the day: name and local hour it ends before.
const PARTS: [(&str, u32); 5] = [("night", 6), ("morning", 11), ("noon", 15), ("afternoon", 18), ("evening", 24)];

/// Days and the times of one of them.
#[derive(Serialize)]
pub struct Times {
    days: Vec<DayLink>,
    later: Option<String>,
    chosen: Option<String>,
    parts: Vec<Part>,
    advice: Vec<String>,
}

#[derive(Serialize)]
struct DayLink {
    label: String,
    free: usize,
    href: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct Part {
    name: &'static str,
    slots: Vec<SlotButton>,
}

#[derive(Serialize)]
struct SlotButton {
    value: String,
    label: String,
}

/// What is looked for.
pub struct Look<'a> {
    /// Codes of the services.
    pub services: &'a [String],
    /// The first day shown.
    pub from: Option<Day>,
    /// The day whose times are shown; the first with a free time by default.
    pub chosen: Option<Day>,
    /// An appointment that is changed: its own place counts as free.
    pub own: Option<AppointmentId>,
    /// The address without day.
    pub address: &'a str,
}

impl Times {
    /// Reads the free times of a site.
    pub async fn read(tx: &mut Tx, app: &App, site: &Site, look: Look<'_>, lang: Lang) -> Result<Times, Problem> {
        let (now, shelf) = (app.now(), Shelf::of(app));
        let from = look.from.unwrap_or(now.day(site.zone));
        let range = (from, from.plus_days(365));
        let slots = appointments::list_slots(tx, shelf.book(site), look.services, range, (look.own, now)).await?;
        let mut days: Vec<Day> = slots.iter().map(|slot| slot.starts_at.day(site.zone)).collect();
        days.dedup();
        let chosen = look.chosen.filter(|day| days.contains(day)).or(days.first().copied());
        let later = days.get(DAYS).map(|day| format!("{}dari={day}", look.address));
        let of_day = |day: Day| slots.iter().filter(move |slot| slot.starts_at.day(site.zone) == day);
        let advice = advice(tx, app, site, look.services).await?;
        let said = advice.iter().filter(|(weekday, _)| chosen.is_some_and(|day| day.weekday() == *weekday));
        Ok(Times {
            days: days.iter().take(DAYS).map(|day| link(*day, of_day(*day).count(), chosen, &look, lang)).collect(),
            later,
            chosen: chosen.map(|day| messages::weekday_date(lang, day)),
            parts: chosen.map_or_else(Vec::new, |day| parts(&of_day(day).collect::<Vec<_>>(), site)),
            advice: said.map(|(_, advice)| words(advice, lang)).collect(),
        })
    }

    /// An example for the test that renders every page.
    pub fn sample() -> Times {
        let day = |label: &str, is_chosen| DayLink {
            label: label.into(),
            free: 12,
            href: "?hari=2026-11-25".into(),
            is_chosen,
        };
        let slots = |hour: u32| {
            let slot = |minute: u32| SlotButton {
                value: format!("2026-11-25T{hour:02}:{minute:02}:00Z"),
                label: format!("{hour:02}.{minute:02}"),
            };
            [0, 15, 30, 45].map(slot).into()
        };
        Times {
            days: vec![day("Rabu 25 November", true), day("Kamis 26 November", false)],
            later: Some("?dari=2026-12-07".into()),
            chosen: Some("Rabu, 25 November 2026".into()),
            parts: vec![Part { name: "morning", slots: slots(9) }, Part { name: "noon", slots: slots(13) }],
            advice: vec!["Datang antara 13.00–13.30: biasanya menunggu paling lama 10 menit.".into()],
        }
    }

    /// An example without any free time.
    pub fn none() -> Times {
        Times { days: vec![], later: None, chosen: None, parts: vec![], advice: vec![] }
    }
}

fn link(day: Day, free: usize, chosen: Option<Day>, look: &Look<'_>, lang: Lang) -> DayLink {
    let from = look.from.map(|from| format!("&dari={from}")).unwrap_or_default();
    let whole = messages::weekday_date(lang, day);
    DayLink {
        label: whole.rsplit_once(' ').map_or(whole.clone(), |(short, _)| short.replace(',', "")),
        free,
        href: format!("{}hari={day}{from}", look.address),
        is_chosen: chosen == Some(day),
    }
}

fn parts(slots: &[&Slot], site: &Site) -> Vec<Part> {
    let part_of = |at: Instant| PARTS.iter().position(|(_, end)| at.hour(site.zone) < *end).unwrap_or(PARTS.len() - 1);
    let button = |slot: &&&Slot| SlotButton {
        value: slot.starts_at.to_string(),
        label: messages::clock_time(slot.starts_at, site.zone).split(' ').next().unwrap_or_default().to_owned(),
    };
    let part = |(at, (name, _)): (usize, &(&'static str, u32))| Part {
        name,
        slots: slots.iter().filter(|slot| part_of(slot.starts_at) == at).map(|slot| button(&slot)).collect(),
    };
    PARTS.iter().enumerate().map(part).filter(|part| !part.slots.is_empty()).collect()
}

/// `Datang antara 13.00–13.30: biasanya menunggu paling lama 10 menit (34 pengunjung).`
fn words(advice: &appointments::Advice, lang: Lang) -> String {
    let args = [
        ("from", minute_of_day(advice.from_minute, '.')),
        ("to", minute_of_day(advice.to_minute, '.')),
        ("minutes", advice.wait_minutes.max(1).to_string()),
        ("visitors", advice.visitors.to_string()),
    ];
    text(lang, "appointment.advice", &args)
}
