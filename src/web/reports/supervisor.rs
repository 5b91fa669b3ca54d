//! `/penyelia`: the hall now, and what needs somebody to act.

mod samples;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::asked;
use super::hall::{Warning, warnings};
use super::view::Labels;
use crate::messages::{Lang, clock_time, plain, text};
use crate::queue::{CounterView, DeskState, StopState, VisitAtCounter};
use crate::reports::{self, CounterNow, FileRecord, Hall, Idle, Promise, RowKey, WAIT_AIM_MINUTES};
use crate::sites::Site;
use crate::web::guard::Supervisor;
use crate::web::page::Rendered;
use crate::web::problem::Problem;
use crate::web::queue::pause_reason;
use crate::web::visit::Visit;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![supervisor]
}

/// Most late files and services named on the page.
const MOST_LINES: usize = 8;

/// The supervisor's screen.
#[derive(Serialize)]
pub struct SupervisorPage {
    site: String,
    site_name: String,
    sites: Vec<SiteLink>,
    at: String,
    waiting: i64,
    longest: Option<String>,
    wait: Option<String>,
    wait_is_long: bool,
    aim: i64,
    served: i64,
    missed: String,
    late: usize,
    nearly_late: usize,
    warnings: Vec<Warning>,
    hours: Vec<Bars>,
    hour_max: i64,
    hour_ticks: Vec<i64>,
    counters: Vec<CounterLine>,
    waits: Vec<WaitLine>,
    wait_max: i64,
    files: Vec<FileLine>,
    more_files: usize,
}

#[derive(Serialize)]
pub(super) struct SiteLink {
    pub(super) code: String,
    pub(super) name: String,
}

#[derive(Serialize)]
struct Bars {
    label: String,
    values: [i64; 2],
}

#[derive(Serialize)]
struct CounterLine {
    number: i64,
    officer: Option<String>,
    /// Pill in place of a visitor: kind and words.
    state: Option<(&'static str, String)>,
    ticket: Option<String>,
    service: Option<String>,
    minutes: Option<i64>,
    is_long: bool,
    is_idle: bool,
    served: i64,
}

#[derive(Serialize)]
struct WaitLine {
    label: String,
    value: i64,
    text: String,
    late: bool,
}

#[derive(Serialize)]
struct FileLine {
    id: String,
    code: String,
    service: String,
    stage: String,
    promise: String,
    is_late: bool,
}

#[get("/penyelia?<site>")]
async fn supervisor(site: Option<&str>, officer: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (app, now) = (visit.app, visit.app.now());
    let site = asked::site(app, &officer.officer, site)?;
    let mut tx = app.db.read().await?;
    let hall = reports::hall(&mut tx, asked::asker(app, &officer.officer, &site)).await?;
    let files = reports::list_pressing(&mut tx, &site, &app.calendar(), now).await?;
    let words = Words { labels: Labels::new(app, visit.lang), lang: visit.lang };
    let all = asked::sites(app, &officer.officer, None)?;
    let mut page = words.page(&site, &hall, &files);
    page.sites = site_links(&all);
    page.counters =
        hall.counters.iter().map(|counter| words.counter(counter, |code| usual_minutes(&visit, code))).collect();
    visit.page(&page)
}

/// Links to each site, when there is more than one to choose from.
pub(super) fn site_links(sites: &[std::sync::Arc<Site>]) -> Vec<SiteLink> {
    let links = sites.iter().map(|site| SiteLink { code: site.code.clone(), name: site.name.clone() });
    if sites.len() > 1 { links.collect() } else { Vec::new() }
}

/// Minutes a service usually takes at the counter.
fn usual_minutes(visit: &Visit<'_>, code: &str) -> Option<i64> {
    visit.app.catalogue().find(code).map(|found| found.service.counter_minutes)
}

/// Turns the hall into words.
struct Words {
    labels: Labels,
    lang: Lang,
}

impl Words {
    fn page(&self, site: &Site, hall: &Hall, files: &[(FileRecord, Promise)]) -> SupervisorPage {
        let today = &hall.hours.totals;
        let late = files.iter().filter(|(_, promise)| matches!(promise, Promise::Late(_))).count();
        let hours = hour_bars(hall);
        let hour_max = hours.iter().flat_map(|bars| bars.values).max().unwrap_or(0);
        let waits = self.waits(hall);
        SupervisorPage {
            site: site.code.clone(),
            site_name: site.name.clone(),
            sites: Vec::new(),
            at: clock_time(hall.at, site.zone),
            waiting: hall.waiting,
            longest: hall.longest.map(|(minutes, group)| {
                self.say("reports.longest", &[("minutes", minutes.to_string()), ("group", group.to_string())])
            }),
            wait: today.wait_p50_minutes.zip(today.wait_p90_minutes).map(|(p50, p90)| format!("{p50:.0} · {p90:.0}")),
            wait_is_long: today.wait_p90_minutes.is_some_and(|p90| p90 > WAIT_AIM_MINUTES),
            aim: WAIT_AIM_MINUTES as i64,
            served: today.served,
            missed: self.say(
                "reports.missed",
                &[("missed", today.no_show.to_string()), ("cancelled", today.cancelled.to_string())],
            ),
            late,
            nearly_late: files.len() - late,
            warnings: warnings(hall, self.lang),
            hour_ticks: ticks(hour_max),
            hours,
            hour_max,
            counters: Vec::new(),
            wait_max: waits.iter().map(|line| line.value).max().unwrap_or(0),
            waits,
            files: files.iter().take(MOST_LINES).map(|(file, promise)| self.file(file, *promise)).collect(),
            more_files: files.len().saturating_sub(MOST_LINES),
        }
    }

    fn counter(&self, counter: &CounterNow, usual: impl Fn(&str) -> Option<i64>) -> CounterLine {
        let CounterView { number, officer, visit, served, .. } = &counter.view;
        let long = |visit: &VisitAtCounter| usual(&visit.service).is_some_and(|m| visit.minutes > 2 * m.max(5));
        CounterLine {
            number: *number,
            officer: officer.clone(),
            state: self.counter_state(&counter.view, counter.idle),
            ticket: visit.as_ref().map(|visit| visit.number.to_string()),
            service: visit.as_ref().map(|visit| self.labels.service(&visit.service)),
            minutes: visit.as_ref().map(|visit| visit.minutes),
            is_long: visit.as_ref().is_some_and(long),
            is_idle: counter.idle.is_some(),
            served: *served,
        }
    }

    /// The pill of a counter; none while it serves.
    fn counter_state(&self, view: &CounterView, idle: Option<Idle>) -> Option<(&'static str, String)> {
        let words = |kind, key| Some((kind, plain(self.lang, key)));
        match (view.state, idle, view.visit.as_ref().map(|visit| visit.state)) {
            (_, _, Some(StopState::Called)) => words("now", "reports.state_called"),
            (_, _, Some(_)) => None,
            (DeskState::Open, Some(idle), None) => {
                let args = [("minutes", idle.minutes.to_string())];
                Some(("late", self.say("reports.state_idle", &args)))
            }
            (DeskState::Open, None, None) => words("ok", "reports.state_free"),
            (DeskState::Paused, _, None) => match &view.reason {
                Some(reason) => {
                    let args = [("reason", pause_reason(self.lang, reason))];
                    Some(("wait", self.say("reports.state_paused_for", &args)))
                }
                None => words("wait", "reports.state_paused"),
            },
            (DeskState::Closed, _, None) => words("", "reports.state_closed"),
        }
    }

    /// The longest waits of today by service, with who waits now.
    fn waits(&self, hall: &Hall) -> Vec<WaitLine> {
        let now = |code: &str| {
            let services = hall.lines.iter().flat_map(|line| &line.services);
            services.filter(|(service, _, _)| service == code).map(|(_, waiting, _)| waiting).sum::<i64>()
        };
        let measured = hall.services.rows.iter().filter_map(|(key, figures)| match key {
            RowKey::Service(code) => Some((code, figures.wait_p90_minutes?)),
            RowKey::Hour(_) | RowKey::Day(_) | RowKey::Counter(_) | RowKey::Clerk(_) | RowKey::Booking(_) => None,
        });
        let line = |(code, p90): (&String, f64)| WaitLine {
            label: self.labels.service(code),
            value: p90.round() as i64,
            text: self
                .say("reports.wait_line", &[("minutes", format!("{p90:.0}")), ("waiting", now(code).to_string())]),
            late: p90 > WAIT_AIM_MINUTES,
        };
        let mut lines: Vec<WaitLine> = measured.map(line).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.value));
        lines.truncate(MOST_LINES);
        lines
    }

    fn file(&self, file: &FileRecord, promise: Promise) -> FileLine {
        FileLine {
            id: file.id.to_string(),
            code: file.code.clone(),
            service: self.labels.service(&file.service),
            stage: plain(self.lang, &format!("state.{}", file.state)),
            promise: self.promise(promise),
            is_late: matches!(promise, Promise::Late(_)),
        }
    }

    fn promise(&self, promise: Promise) -> String {
        let (key, days) = match promise {
            Promise::Late(0) => ("reports.late_today", 0),
            Promise::Late(days) => ("reports.late_days", days),
            Promise::NearlyLate(0) => ("reports.due_today", 0),
            Promise::NearlyLate(days) => ("reports.due_in", days),
            Promise::OnTime | Promise::Stopped => ("reports.on_time", 0),
        };
        self.say(key, &[("days", days.to_string())])
    }

    fn say(&self, key: &str, args: &[(&str, String)]) -> String {
        text(self.lang, key, args)
    }
}

/// Arrived and served for every hour from the first with something to the last.
fn hour_bars(hall: &Hall) -> Vec<Bars> {
    let counted: Vec<(u32, [i64; 2])> = hall
        .hours
        .rows
        .iter()
        .filter_map(|(key, figures)| match key {
            RowKey::Hour(hour) => Some((*hour, [figures.arrived, figures.served])),
            RowKey::Day(_) | RowKey::Service(_) | RowKey::Counter(_) | RowKey::Clerk(_) | RowKey::Booking(_) => None,
        })
        .collect();
    let (Some((first, _)), Some((last, _))) = (counted.first(), counted.last()) else { return Vec::new() };
    let of = |hour: u32| counted.iter().find(|(h, _)| *h == hour).map_or([0, 0], |(_, values)| *values);
    (*first..=*last).map(|hour| Bars { label: format!("{hour:02}"), values: of(hour) }).collect()
}

/// Lines of a chart at round values, at most four.
fn ticks(max: i64) -> Vec<i64> {
    let steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
    let step = steps.into_iter().find(|step| step * 4 >= max).unwrap_or(1000);
    (1..=4).map(|n| n * step).filter(|tick| *tick <= max).collect()
}
