//! `GET /api/v1/sites/{site}/hall`: the hall as the supervisor's program sees it.

use serde::Serialize;

use super::view::Labels;
use crate::clock::Instant;
use crate::ids::CounterId;
use crate::messages::{Lang, text};
use crate::reports::{CounterNow, DeskState, Figures, Hall, Idle, StopState};
use crate::sites::{ServiceGroup, Site};

/// The hall of a site now.
#[derive(Serialize)]
pub struct HallView {
    site: String,
    at: Instant,
    waiting: i64,
    longest_wait_minutes: Option<i64>,
    counters: Vec<CounterView>,
    groups: Vec<GroupView>,
    today: Figures,
    warnings: Vec<Warning>,
}

/// A counter: state, who serves, whom and for how long.
#[derive(Serialize)]
struct CounterView {
    id: CounterId,
    number: i64,
    state: DeskState,
    officer: Option<String>,
    ticket: Option<TicketView>,
    served_today: i64,
}

#[derive(Serialize)]
struct TicketView {
    number: String,
    state: StopState,
    service: String,
    service_name: String,
    minutes: i64,
}

#[derive(Serialize)]
struct GroupView {
    group: ServiceGroup,
    waiting: i64,
    longest_wait_minutes: i64,
    services: Vec<ServiceView>,
}

#[derive(Serialize)]
struct ServiceView {
    service: String,
    name: String,
    waiting: i64,
    longest_wait_minutes: i64,
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
        HallView {
            site: site.code.clone(),
            at: hall.at,
            waiting: hall.waiting,
            longest_wait_minutes: hall.longest.map(|(minutes, _)| minutes),
            counters: hall.counters.iter().map(|counter| counter_view(counter, labels)).collect(),
            groups: hall.lines.iter().map(|line| group_view(line, labels)).collect(),
            today: hall.hours.totals.clone(),
            warnings: warnings(hall, lang),
        }
    }
}

impl Warning {
    /// An example.
    pub fn sample() -> Warning {
        Warning {
            code: "counter-idle",
            counter: 5,
            minutes: 16,
            title: "Loket 5 terbuka, tetapi 16 menit tanpa panggilan.".into(),
            next_step: "5 orang menunggu di antrean loket ini. Tanyakan kepada Budi DATA UJI.".into(),
        }
    }
}

/// Open counters that call nobody, each with the next step.
pub fn warnings(hall: &Hall, lang: Lang) -> Vec<Warning> {
    let idle = hall.counters.iter().filter_map(|counter| counter.idle.map(|idle| (counter, idle)));
    idle.map(|(counter, idle)| warning(counter, idle, lang)).collect()
}

fn warning(counter: &CounterNow, idle: Idle, lang: Lang) -> Warning {
    let args = [
        ("counter", counter.number.to_string()),
        ("minutes", idle.minutes.to_string()),
        ("waiting", idle.waiting.to_string()),
        ("officer", counter.officer.clone().unwrap_or_default()),
    ];
    let next = if idle.waiting > 0 { "reports.idle_people_wait" } else { "reports.idle_nobody_waits" };
    Warning {
        code: "counter-idle",
        counter: counter.number,
        minutes: idle.minutes,
        title: text(lang, "reports.idle", &args),
        next_step: text(lang, next, &args),
    }
}

fn counter_view(counter: &CounterNow, labels: &Labels) -> CounterView {
    let ticket = counter.in_hand.as_ref().map(|hand| TicketView {
        number: hand.number.clone(),
        state: hand.state,
        service: hand.service.clone(),
        service_name: labels.service(&hand.service),
        minutes: hand.minutes,
    });
    CounterView {
        id: counter.counter,
        number: counter.number,
        state: counter.state,
        officer: counter.officer.clone(),
        ticket,
        served_today: counter.served,
    }
}

fn group_view(line: &crate::reports::LineNow, labels: &Labels) -> GroupView {
    let services = line.services.iter().map(|(code, waiting, longest)| ServiceView {
        service: code.clone(),
        name: labels.service(code),
        waiting: *waiting,
        longest_wait_minutes: *longest,
    });
    GroupView {
        group: line.group,
        waiting: line.waiting,
        longest_wait_minutes: line.longest_minutes,
        services: services.collect(),
    }
}
