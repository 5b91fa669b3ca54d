//! Estimates kept and measured, and what past days teach the next one.

use super::estimate::{Knowledge, Place};
use super::replay::{self, House, RecordedStop};
use super::store::{estimates, past};
use super::{Known, Scored, Ticket};
use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::ids::TicketId;
use crate::sites::Site;

/// Local days the estimate learns from.
const LEARNT_DAYS: i64 = 60;

/// Keeps what was told with a number, in the transaction that gives it; nothing was told while no counter was open.
/// Told anew before anybody has heard it, the later estimate is the one that counts.
pub fn keep(tx: &mut Tx, ticket: &Ticket, place: &Place) {
    match place.estimate {
        Ok(told) => estimates::insert(tx, ticket, told, (place.people_ahead, place.counters)),
        Err(_) => {}
    }
}

/// Notes that the person is called: what was told can be measured. A later call changes nothing.
pub fn score(tx: &mut Tx, ticket: TicketId, now: Instant) {
    estimates::note_call(tx, ticket, now);
}

/// Estimates of a site's local days, both included, whose people were called.
pub async fn list_scored(tx: &mut Tx, site: &Site, days: (Day, Day)) -> Result<Vec<Scored>, StoreError> {
    estimates::list_scored(tx, site.id, days).await
}

/// The days of a site as traces, oldest first; `house` and `knowledge` give names their numbers.
pub async fn list_days(
    tx: &mut Tx,
    site: &Site,
    days: (Day, Day),
    house: &mut House,
    knowledge: &mut Knowledge,
) -> Result<Vec<replay::Day>, StoreError> {
    let stops = past::list_recorded(tx, site.id, days).await?;
    let by_day = stops.chunk_by(|a, b| a.0 == b.0);
    let day = |chunk: &[(Day, RecordedStop)]| {
        let stops: Vec<RecordedStop> = chunk.iter().map(|(_, stop)| stop.clone()).collect();
        replay::recorded_day(site, chunk[0].0, &stops, house, knowledge)
    };
    Ok(by_day.map(day).collect())
}

/// The recorded days of a site, from which is to be learnt.
pub struct Past {
    today: Day,
    house: House,
    knowledge: Knowledge,
    days: Vec<replay::Day>,
}

impl Past {
    /// What the days teach. This takes seconds after a busy month: not for a thread that answers people.
    pub fn learn(mut self) -> Known {
        replay::learn(&mut self.knowledge, &self.house, &self.days);
        Known::new(self.today, &self.house, self.knowledge)
    }
}

/// Reads the past days of a site, the day itself not included; to be done once a day.
pub async fn load_past(tx: &mut Tx, site: &Site, catalogue: &Catalogue, today: Day) -> Result<Past, StoreError> {
    let (mut house, mut knowledge) = start(site, catalogue);
    let days = (today.plus_days(-LEARNT_DAYS), today.plus_days(-1));
    let days = list_days(tx, site, days, &mut house, &mut knowledge).await?;
    Ok(Past { today, house, knowledge, days })
}

/// What is known where nobody has learnt from past days yet.
pub fn nothing_learnt(site: &Site, catalogue: &Catalogue, today: Day) -> Known {
    let (house, knowledge) = start(site, catalogue);
    Known::new(today.plus_days(-1), &house, knowledge)
}

/// Keeps what would have been told on the last recorded days of a made-up past, each day foretold from those before
/// it; answers how many estimates. In an office at work, estimates are kept when they are told.
pub async fn keep_replayed(
    tx: &mut Tx,
    site: &Site,
    catalogue: &Catalogue,
    today: Day,
    last: usize,
) -> Result<usize, StoreError> {
    let (mut house, mut knowledge) = start(site, catalogue);
    let stops = past::list_recorded(tx, site.id, (today.plus_days(-LEARNT_DAYS), today)).await?;
    let days: Vec<&[(Day, RecordedStop)]> = stops.chunk_by(|a, b| a.0 == b.0).collect();
    let mut kept = 0;
    for (place, chunk) in days.iter().enumerate() {
        let stops: Vec<RecordedStop> = chunk.iter().map(|(_, stop)| stop.clone()).collect();
        let day = replay::recorded_day(site, chunk[0].0, &stops, &mut house, &mut knowledge);
        if days.len() - place <= last {
            let firsts = stops.chunk_by(|a, b| a.ticket == b.ticket).map(|of_ticket| &of_ticket[0]);
            for (visit, stop) in replay::learn_trial(&mut knowledge, &house, &day).iter().zip(firsts) {
                kept += usize::from(visit.place.estimate.is_ok());
                estimates::insert_replayed(tx, site.id, chunk[0].0, stop, &visit.place).await?;
            }
        }
        knowledge.learn([replay::past_day(&day, &house)]);
    }
    Ok(kept)
}

/// An office without a past: its services with the catalogue's guesses, its counters in order.
pub fn start(site: &Site, catalogue: &Catalogue) -> (House, Knowledge) {
    let services = || catalogue.list().map(|published| &published.service);
    let mut knowledge = Knowledge::new(services().map(|s| (s.code.as_str(), s.counter_minutes as f64)));
    let groups = services().map(|service| (service.code.clone(), service.group)).collect();
    let mut house = House { groups, call_rules: site.call_rules, ..House::default() };
    for counter in &site.counters {
        house.counter(&counter.number.to_string());
    }
    for service in services() {
        house.service(&mut knowledge, &service.code);
    }
    (house, knowledge)
}
