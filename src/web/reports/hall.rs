//! `GET /api/v1/sites/{site}/hall`: the hall as the supervisor's program sees it.

use serde::Serialize;

use super::view::Labels;
use crate::clock::Instant;
use crate::messages::{Lang, text};
use crate::queue::CounterView;
use crate::reports::{CounterNow, Hall, Idle, LineNow};
use crate::sites::{ServiceGroup, Site};

/// The hall of a site now.
#[derive(Serialize)]
pub struct HallView {
    site: String,
    at: Instant,
    waiting: i64,
    longest_minutes: i64,
    served: i64,
    no_show: i64,
    cancelled: i64,
    wait_p50_minutes: Option<i64>,
    wait_p90_minutes: Option<i64>,
    counters: Vec<CounterLine>,
    groups: Vec<GroupLine>,
    services: Vec<ServiceLine>,
    warnings: Vec<Warning>,
}

/// A counter: state, officer, visit in hand, served today; minutes without a call when that is too long.
#[derive(Serialize)]
struct CounterLine {
    #[serde(flatten)]
    counter: CounterView,
    idle_minutes: Option<i64>,
}

#[derive(Serialize)]
struct GroupLine {
    group: ServiceGroup,
    waiting: i64,
    longest_minutes: i64,
}

#[derive(Serialize)]
struct ServiceLine {
    service: String,
    name: String,
    group: ServiceGroup,
    waiting: i64,
    longest_minutes: i64,
}

/// Something a person should look at, with the next step.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    code: &'static str,
    counter: i64,
    minutes: i64,
    /// What is the matter.
    pub title: String,
    /// What to do.
    pub next_step: String,
}

impl HallView {
    /// The view of a hall.
    pub fn new(site: &Site, hall: &Hall, labels: &Labels, lang: Lang) -> HallView {
        let today = &hall.hours.totals;
        let whole = |minutes: Option<f64>| minutes.map(|minutes| minutes.round() as i64);
        let counter = |now: &CounterNow| CounterLine {
            counter: now.view.clone(),
            idle_minutes: now.idle.map(|idle| idle.minutes),
        };
        HallView {
            site: site.code.clone(),
            at: hall.at,
            waiting: hall.waiting,
            longest_minutes: hall.longest.map_or(0, |(minutes, _)| minutes),
            served: today.served,
            no_show: today.no_show,
            cancelled: today.cancelled,
            wait_p50_minutes: whole(today.wait_p50_minutes),
            wait_p90_minutes: whole(today.wait_p90_minutes),
            counters: hall.counters.iter().map(counter).collect(),
            groups: hall.lines.iter().map(group_line).collect(),
            services: hall.lines.iter().flat_map(|line| service_lines(line, labels)).collect(),
            warnings: warnings(hall, lang),
        }
    }
}

impl Warning {
    /// An example.
    pub fn sample() -> Warning {
        Warning {
            code: "help-asked",
            counter: 5,
            minutes: 16,
            title: "Loket 5 terbuka, tetapi 16 menit tanpa panggilan.".into(),
            next_step: "5 orang menunggu di antrean loket ini. Tanyakan kepada Budi DATA UJI.".into(),
        }
    }
}

/// Counters that ask for help, then open counters that call nobody, each with the next step.
pub fn warnings(hall: &Hall, lang: Lang) -> Vec<Warning> {
    let help = hall.counters.iter().filter_map(|counter| Some(help_asked(counter, counter.view.help_minutes?, lang)));
    let idle = hall.counters.iter().filter_map(|counter| counter.idle.map(|idle| (counter, idle)));
    help.chain(idle.map(|(counter, idle)| warning(counter, idle, lang))).collect()
}

fn help_asked(counter: &CounterNow, minutes: i64, lang: Lang) -> Warning {
    let args = [
        ("counter", counter.view.number.to_string()),
        ("minutes", minutes.to_string()),
        ("officer", counter.view.officer.clone().unwrap_or_default()),
    ];
    Warning {
        code: "help-asked",
        counter: counter.view.number,
        minutes,
        title: text(lang, "reports.help_asked", &args),
        next_step: text(lang, "reports.help_next", &args),
    }
}

fn warning(counter: &CounterNow, idle: Idle, lang: Lang) -> Warning {
    let args = [
        ("counter", counter.view.number.to_string()),
        ("minutes", idle.minutes.to_string()),
        ("waiting", idle.waiting.to_string()),
        ("officer", counter.view.officer.clone().unwrap_or_default()),
    ];
    let next = if idle.waiting > 0 { "reports.idle_people_wait" } else { "reports.idle_nobody_waits" };
    Warning {
        code: "counter-idle",
        counter: counter.view.number,
        minutes: idle.minutes,
        title: text(lang, "reports.idle", &args),
        next_step: text(lang, next, &args),
    }
}

fn group_line(line: &LineNow) -> GroupLine {
    GroupLine { group: line.group, waiting: line.waiting, longest_minutes: line.longest_minutes }
}

fn service_lines(line: &LineNow, labels: &Labels) -> Vec<ServiceLine> {
    let service = |(code, waiting, longest): &(String, i64, i64)| ServiceLine {
        service: code.clone(),
        name: labels.service(code),
        group: line.group,
        waiting: *waiting,
        longest_minutes: *longest,
    };
    line.services.iter().map(service).collect()
}
