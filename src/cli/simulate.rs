//! `loket simulate`: a recorded or made-up day played again with the rules of the live queue. Needs no database.

use std::fs::File;
use std::path::Path;
use std::process::ExitCode;

use chrono::{Duration, NaiveTime, TimeZone};
use serde_json::{Value, json};

use super::args::SimulateArgs;
use super::open::CliError;
use crate::catalogue;
use crate::queue::estimate::Knowledge;
use crate::queue::replay::{self, Day, House, Scenario, Summary, Visit, What};

/// Days made up as history when no trace is given.
const MADE_UP_DAYS: u64 = 20;

/// Plays the days of the trace, or a made-up rush when none is given, and prints what became of everybody.
pub fn simulate(asked: &SimulateArgs) -> Result<ExitCode, CliError> {
    let services = catalogue::built_in();
    let guesses = services.iter().map(|service| (service.code.as_str(), service.counter_minutes as f64));
    let mut knowledge = Knowledge::new(guesses);
    let groups = services.iter().map(|service| (service.code.clone(), service.group)).collect();
    let mut house = House { groups, ..House::default() };
    let (history, mut days) = days(asked, &mut house, &mut knowledge)?;
    if let Some(counters) = asked.counters {
        days.iter_mut().for_each(|day| replay::with_counters(day, &mut house, counters));
    }
    replay::learn(&mut knowledge, &house, &history);
    let mut visits: Vec<(&Day, Visit)> = Vec::new();
    for day in &days {
        visits.extend(replay::play(day, &house, &knowledge, &mut |_| ()).into_iter().map(|visit| (day, visit)));
    }
    let all: Vec<Visit> = visits.iter().map(|(_, visit)| visit.clone()).collect();
    let summary = replay::summarise(&all);
    if asked.json {
        let visitors: Vec<Value> = visits.iter().map(|(day, visit)| visitor(day, &house, visit)).collect();
        println!("{}", json!({ "visitors": visitors, "summary": summary }));
    } else {
        say(&summary, all.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn days(asked: &SimulateArgs, house: &mut House, knowledge: &mut Knowledge) -> Result<(Vec<Day>, Vec<Day>), CliError> {
    let mut history = match &asked.history {
        Some(file) => read(file, house, knowledge)?,
        None => Vec::new(),
    };
    let days = match &asked.trace {
        Some(file) => read(file, house, knowledge)?,
        None => {
            let mut made_up = |number| replay::generate(Scenario::Rush, number, house, knowledge).0;
            if asked.history.is_none() {
                history = (0..MADE_UP_DAYS).map(&mut made_up).collect();
            }
            vec![made_up(MADE_UP_DAYS)]
        }
    };
    Ok((history, days))
}

fn read(file: &Path, house: &mut House, knowledge: &mut Knowledge) -> Result<Vec<Day>, CliError> {
    let bad = |error: String| CliError::Refused(format!("{}: {error}", file.display()));
    let open = File::open(file).map_err(|error| bad(error.to_string()))?;
    replay::read(open, house, knowledge).map_err(|error| bad(error.to_string()))
}

fn visitor(day: &Day, house: &House, visit: &Visit) -> Value {
    let arrives = day.events.iter().filter_map(|event| match &event.what {
        What::Arrives(arrives) => Some(arrives),
        What::Opens(..) | What::Closes(_) => None,
    });
    let arrives = arrives.into_iter().nth(visit.arrival);
    let services: Vec<&str> = arrives.iter().flat_map(|a| &a.matters).map(|m| house.code(m.service)).collect();
    json!({
        "number": visit.number,
        "arrived_at": moment(day, visit.arrived_at),
        "started_at": visit.called_at().map(|at| moment(day, at)),
        "wait_minutes": visit.wait(),
        "estimate": visit.place.estimate.ok(),
        "services": services,
        "priority": arrives.map(|arrives| arrives.word.as_str()),
        "left": visit.called_at().is_none(),
    })
}

/// A minute of the day as RFC 3339 in the zone of the trace.
fn moment(day: &Day, minute: f64) -> Option<String> {
    let midnight = day.offset.from_local_datetime(&day.date.and_time(NaiveTime::MIN)).single()?;
    let at = midnight + Duration::microseconds((minute * 60e6).round() as i64);
    Some(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false))
}

fn say(summary: &Summary, visitors: usize) {
    println!("visitors {visitors}, served {}", summary.served);
    println!("wait: mean {:.1}, median {:.1}, p90 {:.1} minutes", summary.mean, summary.p50, summary.p90);
    println!(
        "estimate: mean absolute error {:.1}, bias {:+.1} minutes, {:.0} % of waits within the interval",
        summary.mae,
        summary.bias,
        summary.coverage * 100.0
    );
}
