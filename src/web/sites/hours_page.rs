//! `/jam-layanan`: when a site gives numbers, and how many.

mod samples;

use std::collections::BTreeMap;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::calling::CallingFields;
use super::devices_page::{SiteLink, site_links, site_of};
use super::hours_typed::as_typed;
use crate::calendar::{Calendar, Said};
use crate::clock::{Day, Instant};
use crate::db::StoreError;
use crate::identity::Officer;
use crate::messages::{Lang, weekday_date};
use crate::queue;
use crate::sites::Site;
use crate::web::guard::Supervisor;
use crate::web::page::{FieldLine, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![page]
}

/// Days shown ahead.
const DAYS_SHOWN: i64 = 14;

/// The hours of one site.
#[derive(Serialize)]
pub struct HoursPage {
    site: String,
    site_name: String,
    sites: Vec<SiteLink>,
    always_open: bool,
    is_open: bool,
    now: Said,
    days: Vec<DayLine>,
    specials: Vec<SpecialLine>,
    limits: Vec<LimitLine>,
    services: Vec<ServiceChoice>,
    usual: Vec<WeekdayField>,
    ramadan: Vec<WeekdayField>,
    open_on_joint_leave: bool,
    calling: CallingFields,
    errors: Vec<FieldLine>,
    values: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct DayLine {
    day: String,
    /// Hours, or why there are none.
    hours: String,
    is_closed: bool,
    is_special: bool,
    is_ramadan: bool,
}

#[derive(Serialize)]
struct SpecialLine {
    on: Day,
    day: String,
    hours: Option<String>,
    reason: String,
}

#[derive(Serialize)]
struct LimitLine {
    service: String,
    quota: Option<i64>,
    cut_off: Option<String>,
    is_open: bool,
    state: String,
}

#[derive(Serialize)]
struct ServiceChoice {
    value: String,
    label: String,
}

/// One weekday of the form: the field's name, the weekday's number, and what stands there.
#[derive(Serialize)]
struct WeekdayField {
    name: String,
    weekday: u32,
    value: String,
}

#[get("/jam-layanan?<site>")]
async fn page(site: Option<&str>, officer: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let site = site_of(visit.app, &officer.officer, site)?;
    visit.page(&of_site(&visit, &officer.officer, &site).await?)
}

/// The page of a site.
pub async fn of_site(visit: &Visit<'_>, officer: &Officer, site: &Site) -> Result<HoursPage, StoreError> {
    let (app, lang) = (visit.app, visit.lang);
    let (calendar, now) = (app.calendar(), app.now());
    let opening = calendar.opening(site, now, None);
    let page = HoursPage {
        site: site.code.clone(),
        site_name: site.name.clone(),
        sites: site_links(app, officer),
        always_open: site.always_open,
        is_open: opening.is_open(),
        now: opening.said(lang, site, now),
        days: day_lines(&calendar, site, now, lang),
        specials: special_lines(&calendar, site, now, lang),
        limits: limit_lines(visit, site, &calendar, now).await?,
        services: service_choices(visit),
        usual: weekday_fields("usual", &site.openings),
        ramadan: weekday_fields("ramadan", &site.ramadan_openings),
        open_on_joint_leave: site.open_on_joint_leave,
        calling: CallingFields::new(site.call_rules, &site.counters),
        errors: Vec::new(),
        values: BTreeMap::new(),
    };
    Ok(page)
}

impl HoursPage {
    /// The same with a form that has to be put right.
    pub fn with_faults(mut self, errors: Vec<FieldLine>, values: BTreeMap<String, String>) -> HoursPage {
        for field in self.usual.iter_mut().chain(&mut self.ramadan) {
            if let Some(typed) = values.get(&field.name) {
                field.value.clone_from(typed);
            }
        }
        self.calling.keep(&values);
        HoursPage { errors, values, ..self }
    }
}

fn day_lines(calendar: &Calendar, site: &Site, now: Instant, lang: Lang) -> Vec<DayLine> {
    let today = now.day(site.zone);
    let specials = calendar.list_exceptional_days(site.id, today);
    let line = |day: Day| {
        let hours = calendar.hours_of(site, day);
        DayLine {
            day: weekday_date(lang, day),
            is_closed: hours.is_err(),
            hours: hours.map_or_else(|why| why.brief(lang), |hours| written(&hours)),
            is_special: specials.iter().any(|special| special.on == day),
            is_ramadan: calendar.is_ramadan(day),
        }
    };
    (0..DAYS_SHOWN).map(|ahead| line(today.plus_days(ahead))).collect()
}

fn written(hours: &[(chrono::NaiveTime, chrono::NaiveTime)]) -> String {
    let each = hours.iter().map(|(opens, closes)| format!("{}–{}", opens.format("%H.%M"), closes.format("%H.%M")));
    each.collect::<Vec<_>>().join(", ")
}

fn special_lines(calendar: &Calendar, site: &Site, now: Instant, lang: Lang) -> Vec<SpecialLine> {
    let all = calendar.list_exceptional_days(site.id, now.day(site.zone));
    let line = |special: &crate::calendar::ExceptionalDay| SpecialLine {
        on: special.on,
        day: weekday_date(lang, special.on),
        hours: special.hours.map(|hours| written(&[hours])),
        reason: special.reason.clone(),
    };
    all.into_iter().map(line).collect()
}

async fn limit_lines(
    visit: &Visit<'_>,
    site: &Site,
    calendar: &Calendar,
    now: Instant,
) -> Result<Vec<LimitLine>, StoreError> {
    let states = queue::list_limited(&mut visit.app.db.read().await?, site, calendar, now).await?;
    let catalogue = visit.app.catalogue();
    let name = |code: &str| {
        catalogue.find(code).map_or_else(|| code.to_owned(), |found| found.service.name.of(visit.lang).to_owned())
    };
    let line = |(code, opening): (String, crate::calendar::Opening)| {
        let limit = calendar.find_limit(site.id, &code);
        LimitLine {
            service: name(&code),
            quota: limit.and_then(|limit| limit.quota),
            cut_off: limit.and_then(|limit| limit.cut_off).map(|time| time.format("%H.%M").to_string()),
            is_open: opening.is_open(),
            state: opening.said(visit.lang, site, now).title,
        }
    };
    Ok(states.into_iter().map(line).collect())
}

fn service_choices(visit: &Visit<'_>) -> Vec<ServiceChoice> {
    let catalogue = visit.app.catalogue();
    let all = catalogue.list().map(|published| &published.service);
    let mut choices: Vec<ServiceChoice> = all
        .map(|service| ServiceChoice { value: service.code.clone(), label: service.name.of(visit.lang).to_owned() })
        .collect();
    choices.sort_by(|a, b| a.label.cmp(&b.label));
    choices
}

fn weekday_fields(season: &str, openings: &[crate::sites::Opening]) -> Vec<WeekdayField> {
    let field =
        |weekday| WeekdayField { name: format!("{season}_{weekday}"), weekday, value: as_typed(openings, weekday) };
    (1..=7).map(field).collect()
}
