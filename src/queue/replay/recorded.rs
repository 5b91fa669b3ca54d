//! A day of the office as a trace: made from the stops the store keeps (pure).

use std::collections::HashMap;

use chrono::{NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

use super::trace::{Arrives, Day, Event, House, Matter, What};
use crate::clock::{self, Instant};
use crate::ids::TicketId;
use crate::queue::Priority;
use crate::queue::estimate::{Knowledge, ServiceNo};
use crate::sites::{Counter, ServiceGroup, Site};

/// Minutes between two calls within which a counter went from one visitor to the next without a stop.
const NEXT_AT_ONCE: f64 = 2.0;
/// Minutes from the end of a visit until a counter is ready for the next, where nobody waited.
const READY: f64 = 0.4;
/// Minutes somebody must have waited for a counter that called nobody: it was away.
const AWAY: f64 = 5.0;

/// A stop that was called, as the store keeps it.
#[derive(Clone, Debug)]
pub struct RecordedStop {
    /// Whose.
    pub ticket: TicketId,
    /// The matter of the visit, from 1.
    pub position: i64,
    /// Code of the service.
    pub service: String,
    /// Its line.
    pub group: ServiceGroup,
    /// Why called earlier.
    pub priority: Priority,
    /// Number of the counter.
    pub counter: i64,
    /// The arrival.
    pub line_at: Instant,
    /// The first call.
    pub called_at: Instant,
    /// The end.
    pub ended_at: Instant,
}

/// A turn of a counter in minutes of the day.
struct Turn {
    ready_at: f64,
    called_at: f64,
    ended_at: f64,
    group: ServiceGroup,
    is_quick: bool,
    counter: i64,
}

/// The trace of a local day: who came and how long each kept a counter, and when counters worked, as far as their
/// calls tell. Visitors who were never called are left out: they kept no counter.
pub fn recorded_day(
    site: &Site,
    date: clock::Day,
    stops: &[RecordedStop],
    house: &mut House,
    knowledge: &mut Knowledge,
) -> Day {
    let start = date.start(site.zone);
    let minute = |at: Instant| (at.0 - start.0) as f64 / 60e6;
    let mut ready: HashMap<TicketId, f64> = HashMap::new();
    let mut ordered: Vec<&RecordedStop> = stops.iter().collect();
    ordered.sort_by_key(|stop| (stop.line_at, stop.ticket, stop.position));
    let turns: Vec<Turn> = ordered
        .iter()
        .map(|stop| {
            let before = ready.insert(stop.ticket, minute(stop.ended_at));
            let (called_at, ended_at) = (minute(stop.called_at), minute(stop.ended_at));
            let ready_at = before.unwrap_or(minute(stop.line_at));
            let is_quick = site.is_quick(stop.group, &stop.service);
            Turn { ready_at, called_at, ended_at, group: stop.group, is_quick, counter: stop.counter }
        })
        .collect();
    let mut events = openings(site, stops, &turns, (house, knowledge));
    events.extend(arrivals(&ordered, &turns, minute, |code| house.service(knowledge, code)));
    events.sort_by(|a, b| a.at.total_cmp(&b.at));
    Day { date: date.0, offset: offset(site.zone, date.0), events }
}

fn offset(zone: Tz, date: NaiveDate) -> chrono::FixedOffset {
    zone.offset_from_utc_date(&date).fix()
}

fn arrivals(
    stops: &[&RecordedStop],
    turns: &[Turn],
    minute: impl Fn(Instant) -> f64,
    mut number: impl FnMut(&str) -> ServiceNo,
) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut last = None;
    for (stop, turn) in stops.iter().zip(turns) {
        let matter = Matter {
            service: number(&stop.service),
            minutes: occupied(turn.called_at, turn.ended_at, next_call(turn, turns)),
        };
        match events.last_mut() {
            Some(Event { what: What::Arrives(arrives), .. }) if last == Some(stop.ticket) => {
                arrives.matters.push(matter);
            }
            _ => {
                let priority = stop.priority != Priority::None;
                let arrives = Arrives { matters: vec![matter], priority, word: stop.priority.to_string() };
                events.push(Event { at: minute(stop.line_at), what: What::Arrives(arrives) });
            }
        }
        last = Some(stop.ticket);
    }
    events
}

/// How long a visitor kept the counter from the next one, in minutes: `next` is the next call of the counter, infinite
/// when there was none.
pub fn occupied(called_at: f64, ended_at: f64, next: f64) -> f64 {
    if next <= ended_at + NEXT_AT_ONCE { next - called_at } else { ended_at - called_at + READY }
}

/// The next call of the same counter.
fn next_call(turn: &Turn, turns: &[Turn]) -> f64 {
    let later = turns.iter().filter(|other| other.counter == turn.counter && other.called_at > turn.called_at);
    later.map(|other| other.called_at).fold(f64::INFINITY, f64::min)
}

/// When the counters of a site worked.
fn openings(
    site: &Site,
    stops: &[RecordedStop],
    turns: &[Turn],
    (house, knowledge): (&mut House, &mut Knowledge),
) -> Vec<Event> {
    let opens = turns.iter().map(|turn| turn.called_at).fold(f64::INFINITY, f64::min);
    let closes = turns.iter().map(|turn| turn.ended_at).fold(opens, f64::max) + NEXT_AT_ONCE;
    let mut events = Vec::new();
    for counter in &site.counters {
        let at = house.counter(&counter.number.to_string());
        let mut codes: Vec<String> = house.codes_of(&counter.groups);
        // A counter for quick matters took others while no ordinary counter was open: what it did tells.
        let did = |code: &str| stops.iter().any(|stop| stop.counter == counter.number && stop.service == code);
        codes.retain(|code| !counter.quick_only || is_quick(site, house, code) || did(code));
        let services: Vec<ServiceNo> = codes.iter().map(|code| house.service(knowledge, code)).collect();
        for (from, to) in worked(counter, turns, opens, closes) {
            events.push(Event { at: from, what: What::Opens(at, services.clone()) });
            events.push(Event { at: to, what: What::Closes(at) });
        }
    }
    events
}

fn is_quick(site: &Site, house: &House, code: &str) -> bool {
    house.groups.get(code).is_some_and(|group| site.is_quick(*group, code))
}

/// The stretches in which a counter worked: all the day but where somebody it takes waited and it called nobody.
fn worked(counter: &Counter, turns: &[Turn], opens: f64, closes: f64) -> Vec<(f64, f64)> {
    let mut own: Vec<&Turn> = turns.iter().filter(|turn| turn.counter == counter.number).collect();
    own.sort_by(|a, b| a.called_at.total_cmp(&b.called_at));
    if own.is_empty() {
        return Vec::new();
    }
    let waited = |from: f64, to: f64| {
        let is_for = |turn: &&Turn| counter.groups.contains(&turn.group) && (turn.is_quick || !counter.quick_only);
        let takes = turns.iter().filter(is_for);
        let kept = takes.map(|turn| (turn.ready_at.max(from), turn.called_at.min(to)));
        kept.filter(|(since, until)| until - since > AWAY).map(|(since, _)| since).fold(f64::INFINITY, f64::min)
    };
    let mut stretches = Vec::new();
    let (mut since, mut free) = (opens, opens);
    for turn in &own {
        let away = waited(free, turn.called_at);
        if away.is_finite() {
            if away > since {
                stretches.push((since, away));
            }
            since = turn.called_at;
        }
        free = turn.ended_at;
    }
    stretches.push((since, waited(free, closes).min(closes)));
    stretches
}
