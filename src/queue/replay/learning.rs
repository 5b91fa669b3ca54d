//! What a recorded day teaches.

use chrono::Datelike;

use super::desks::reroute;
use super::hall::play;
use super::trace::{Day, House, What};
use super::visit::Visit;
use crate::queue::estimate::{Away, Knowledge, PastDay, Turn};

/// Minutes before the last closing of a day in which every closing means the end of the day, not of a counter.
const END_OF_DAY: f64 = 30.0;
/// Past days the look-ahead is tried on to learn how far it errs.
const TRIED: usize = 20;
/// Days that must be known before a trial says anything.
const KNOWN: usize = 3;

/// Learns from recorded days, oldest first: services, staffing and priorities of each, and the errors the estimate
/// would have made on it knowing only the days before.
pub fn learn(knowledge: &mut Knowledge, house: &House, days: &[Day]) {
    for (place, day) in days.iter().enumerate() {
        for event in &day.events {
            if let What::Opens(at, services) = &event.what {
                reroute(&mut knowledge.takes, *at, services);
            }
        }
        if place >= KNOWN && days.len() - place <= TRIED {
            learn_trial(knowledge, house, day);
        }
        knowledge.learn([past_day(day, house)]);
    }
}

/// Plays a day that nothing has been learnt from and learns how far the estimate errs on it; answers its visits.
pub fn learn_trial(knowledge: &mut Knowledge, house: &House, day: &Day) -> Vec<Visit> {
    let visits = play(day, house, knowledge, &mut |_| ());
    let tried = visits.iter().filter_map(|visit| Some((visit.foretold.ok()?, visit.wait()?)));
    knowledge.calibration.learn(tried);
    visits
}

/// A recorded day as the estimate remembers it.
pub fn past_day(day: &Day, house: &House) -> PastDay {
    let weekday = day.date.weekday().number_from_monday() as u8;
    let mut past = PastDay { weekday, away: away(day, house), ..PastDay::default() };
    for event in &day.events {
        let What::Arrives(arrives) = &event.what else { continue };
        past.turns.extend(arrives.matters.iter().map(|m| Turn { service: m.service, minutes: m.minutes }));
        if arrives.priority {
            past.priorities.push((event.at, arrives.matters[0].service));
        }
    }
    past
}

/// By counter, the stretches away. A counter that closes with all the others is not away: who waits is still served.
fn away(day: &Day, house: &House) -> Vec<Vec<Away>> {
    let closes = |what: &What| matches!(what, What::Closes(_));
    let last = day.events.iter().filter(|e| closes(&e.what)).map(|e| e.at).fold(f64::NEG_INFINITY, f64::max);
    let mut since = vec![Some(f64::NEG_INFINITY); house.counters.len()];
    let mut away = vec![Vec::new(); house.counters.len()];
    for event in &day.events {
        match &event.what {
            What::Opens(at, _) => {
                if let Some(from) = since[*at].take() {
                    away[*at].push(Away { from, to: event.at });
                }
            }
            What::Closes(at) => since[*at] = Some(event.at),
            What::Arrives(_) => {}
        }
    }
    for (at, from) in since.into_iter().enumerate() {
        if let Some(from) = from.filter(|from| *from < last - END_OF_DAY) {
            away[at].push(Away { from, to: f64::INFINITY });
        }
    }
    away
}
