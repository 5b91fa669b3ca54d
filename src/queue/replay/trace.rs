//! A recorded day: who came for what, when counters opened and closed.

use std::collections::BTreeMap;
use std::io::Read;

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};

use crate::queue::estimate::{Knowledge, ServiceNo};
use crate::sites::{CallRules, ServiceGroup};

/// Why a trace cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadTrace {
    /// The file is no CSV with the columns of a trace.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// A row says something that cannot be.
    #[error("row {row}: {what}")]
    Row {
        /// The line of the file.
        row: usize,
        /// What is wrong.
        what: String,
    },
}

/// One matter of a visitor and how long it truly takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matter {
    /// What for.
    pub service: ServiceNo,
    /// Minutes at the counter.
    pub minutes: f64,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A counter opens and takes these services; an empty list means all.
    Opens(usize, Vec<ServiceNo>),
    /// A counter closes; whom it has it serves to the end.
    Closes(usize),
    /// A visitor comes.
    Arrives(Arrives),
}

/// A visitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrives {
    /// The matters, in order.
    pub matters: Vec<Matter>,
    /// Whether called earlier.
    pub priority: bool,
    /// The word for it.
    pub word: String,
}

/// Something that happens at a minute of the local day.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The minute of the local day.
    pub at: f64,
    /// What happens.
    pub what: What,
}

/// A recorded day.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// The local date.
    pub date: NaiveDate,
    /// The zone of its times.
    pub offset: FixedOffset,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// The names behind the small numbers: services and counters of a trace and its history.
#[derive(Clone, Debug, Default)]
pub struct House {
    /// Names of counters.
    pub counters: Vec<String>,
    /// Names of services by number.
    pub services: Vec<String>,
    /// Groups of the services the catalogue knows.
    pub groups: BTreeMap<String, ServiceGroup>,
    /// How the site calls people.
    pub call_rules: CallRules,
}

impl House {
    /// The group of a service; a permit when the catalogue does not know it.
    pub fn group(&self, service: ServiceNo) -> ServiceGroup {
        let code = self.services.get(usize::from(service));
        code.and_then(|code| self.groups.get(code)).copied().unwrap_or(ServiceGroup::Permits)
    }

    /// The code of a service.
    pub fn code(&self, service: ServiceNo) -> &str {
        self.services.get(usize::from(service)).map_or("", String::as_str)
    }

    /// The codes of the services of groups.
    pub fn codes_of(&self, groups: &[ServiceGroup]) -> Vec<String> {
        self.groups.iter().filter(|(_, group)| groups.contains(group)).map(|(code, _)| code.clone()).collect()
    }

    /// The place of a counter.
    pub fn counter(&mut self, name: &str) -> usize {
        let known = self.counters.iter().position(|counter| counter == name);
        known.unwrap_or_else(|| {
            self.counters.push(name.to_owned());
            self.counters.len() - 1
        })
    }

    /// The number of a service.
    pub fn service(&mut self, knowledge: &mut Knowledge, code: &str) -> ServiceNo {
        let number = knowledge.number_or_new(code);
        let place = usize::from(number);
        if self.services.len() <= place {
            self.services.resize(place + 1, String::new());
        }
        code.clone_into(&mut self.services[place]);
        number
    }
}

#[derive(serde::Deserialize)]
struct Row {
    at: String,
    event: String,
    #[serde(default)]
    counter: String,
    #[serde(default)]
    services: String,
    #[serde(default)]
    priority: String,
    #[serde(default)]
    minutes: String,
}

/// Reads a trace; one of several dates gives several days, oldest first.
pub fn read(file: impl Read, house: &mut House, knowledge: &mut Knowledge) -> Result<Vec<Day>, BadTrace> {
    let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(file);
    for (line, row) in (2..).zip(reader.deserialize::<Row>()) {
        let row = row?;
        let bad = |what: String| BadTrace::Row { row: line, what };
        let at = DateTime::parse_from_rfc3339(&row.at).map_err(|e| bad(format!("`{}`: {e}", row.at)))?;
        let what = what(&row, house, knowledge).map_err(bad)?;
        let time = at.time();
        let minute = f64::from(time.num_seconds_from_midnight()) / 60.0 + f64::from(time.nanosecond()) / 60e9;
        let new = || Day { date: at.date_naive(), offset: *at.offset(), events: Vec::new() };
        days.entry(at.date_naive()).or_insert_with(new).events.push(Event { at: minute, what });
    }
    let mut days: Vec<Day> = days.into_values().collect();
    days.iter_mut().for_each(|day| day.events.sort_by(|a, b| a.at.total_cmp(&b.at)));
    Ok(days)
}

fn what(row: &Row, house: &mut House, knowledge: &mut Knowledge) -> Result<What, String> {
    match row.event.as_str() {
        "open" => {
            let takes = codes(&row.services).map(|code| house.service(knowledge, code)).collect();
            Ok(What::Opens(counter(row, house)?, takes))
        }
        "close" => Ok(What::Closes(counter(row, house)?)),
        "arrive" => {
            let matters = matters(row, house, knowledge)?;
            let word = if row.priority.is_empty() { "none" } else { row.priority.as_str() };
            Ok(What::Arrives(Arrives { matters, priority: word != "none", word: word.to_owned() }))
        }
        other => Err(format!("`{other}` is neither open, close nor arrive")),
    }
}

fn counter(row: &Row, house: &mut House) -> Result<usize, String> {
    if row.counter.is_empty() {
        return Err("the counter is not named".to_owned());
    }
    let counter = house.counter(&row.counter);
    if counter < 64 { Ok(counter) } else { Err("more than 64 counters".to_owned()) }
}

fn codes(joined: &str) -> impl Iterator<Item = &str> {
    joined.split('+').map(str::trim).filter(|code| !code.is_empty())
}

fn matters(row: &Row, house: &mut House, knowledge: &mut Knowledge) -> Result<Vec<Matter>, String> {
    let services: Vec<ServiceNo> = codes(&row.services).map(|code| house.service(knowledge, code)).collect();
    let minutes: Vec<f64> = codes(&row.minutes)
        .map(|text| text.parse::<f64>().ok().filter(|minutes| minutes.is_finite() && *minutes >= 0.0))
        .collect::<Option<_>>()
        .ok_or_else(|| format!("`{}` are no minutes", row.minutes))?;
    if services.is_empty() || services.len() != minutes.len() {
        return Err("services and minutes are not equally many, or none".to_owned());
    }
    Ok(services.into_iter().zip(minutes).map(|(service, minutes)| Matter { service, minutes }).collect())
}
