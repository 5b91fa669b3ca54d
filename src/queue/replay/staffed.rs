//! The same day with other counters: what if (pure).

use super::trace::{Day, Event, House, What};

/// Leaves the first counters of a day, or adds copies of those there are, with their services and hours.
pub fn with_counters(day: &mut Day, house: &mut House, wanted: usize) {
    let mut order: Vec<usize> = Vec::new();
    for event in &day.events {
        if let What::Opens(at, _) = event.what
            && !order.contains(&at)
        {
            order.push(at);
        }
    }
    let (there, kept) = (order.len(), &order[..order.len().min(wanted)]);
    let is_kept = |event: &Event| match event.what {
        What::Opens(at, _) | What::Closes(at) => kept.contains(&at),
        What::Arrives(_) => true,
    };
    day.events.retain(is_kept);
    if there == 0 {
        return;
    }
    for copy in there..wanted.min(64) {
        let (of, new) = (order[copy % there], house.counter(&format!("+{}", copy + 1)));
        let again = |event: &Event| match &event.what {
            What::Opens(at, services) if *at == of => Some(What::Opens(new, services.clone())),
            What::Closes(at) if *at == of => Some(What::Closes(new)),
            What::Opens(..) | What::Closes(_) | What::Arrives(_) => None,
        };
        let copies: Vec<Event> =
            day.events.iter().filter_map(|event| Some(Event { at: event.at, what: again(event)? })).collect();
        day.events.extend(copies);
    }
    day.events.sort_by(|a, b| a.at.total_cmp(&b.at));
}
