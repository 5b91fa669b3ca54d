//! Sentences about a place in line, the same on paper, page and display.

use crate::catalogue::Catalogue;
use crate::messages::{Lang, plain, text};
use crate::queue::{NoEstimate, PauseReason, Place, Ticket};

/// The names of a visit's services.
pub fn services(catalogue: &Catalogue, ticket: &Ticket, lang: Lang) -> Vec<String> {
    ticket.stops.iter().map(|stop| service(catalogue, &stop.service, lang)).collect()
}

/// The name of a service; its code when it is no longer offered.
pub fn service(catalogue: &Catalogue, code: &str, lang: Lang) -> String {
    catalogue.find(code).map_or_else(|| code.to_owned(), |found| found.service.name.of(lang).to_owned())
}

/// How many people are ahead.
pub fn people_ahead(lang: Lang, people: i64) -> String {
    match people {
        0 => plain(lang, "ticket.ahead_none"),
        1 => plain(lang, "ticket.ahead_one"),
        _ => text(lang, "ticket.ahead", &[("people", people.to_string())]),
    }
}

/// The wait, or why there is no telling.
pub fn estimate(lang: Lang, place: Place) -> String {
    match place.estimate {
        Ok(wait) if wait.high_minutes <= 2 => plain(lang, "ticket.wait_none"),
        Ok(wait) => {
            let args = [
                ("low", wait.low_minutes.to_string()),
                ("likely", wait.likely_minutes.to_string()),
                ("high", wait.high_minutes.to_string()),
            ];
            text(lang, "ticket.wait", &args)
        }
        Err(NoEstimate::NoOpenCounter) => plain(lang, "ticket.wait_no_counter"),
        Err(NoEstimate::NotWaiting) => String::new(),
    }
}

/// What an estimate rests on: the people ahead, the open counters and the minutes of each; nothing without one.
pub fn because(lang: Lang, place: Place) -> String {
    if place.estimate.is_err() {
        return String::new();
    }
    let counters = match place.counters {
        1 => plain(lang, "ticket.because_one_counter"),
        open => text(lang, "ticket.because_counters", &[("counters", open.to_string())]),
    };
    match place.minutes_each {
        None => text(lang, "ticket.because_none_ahead", &[("counters", counters)]),
        Some(minutes) => {
            let key = if place.people_ahead == 1 { "ticket.because_one" } else { "ticket.because" };
            let args =
                [("people", place.people_ahead.to_string()), ("counters", counters), ("minutes", minutes.to_string())];
            text(lang, key, &args)
        }
    }
}

/// Why a counter pauses: the words of the list, or those typed.
pub fn pause_reason(lang: Lang, reason: &str) -> String {
    match reason.parse::<PauseReason>() {
        Ok(listed) => plain(lang, &format!("pause.{listed}")),
        Err(_) => reason.to_owned(),
    }
}
