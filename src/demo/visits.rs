//! The history of the hall: every working day of both sites, and the hall of this moment.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use super::arrivals::Habits;
use super::chance::Chance;
use super::choosing::Intake;
use super::hall::{self, Desk, Played};
use super::staff::Member;
use super::{RecordedDay, SEED, store};
use crate::audit::Entry;
use crate::calendar::Calendar;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, Tx};
use crate::queue::replay::RecordedStop;
use crate::queue::{Stop, StopState, Ticket};
use crate::sites::{ServiceGroup, Site};

/// Minutes of today's hall that have already been.
const TODAY_MINUTES: i64 = 150;
/// Counters that stay free for the accounts of the printed list.
const FREE_USERNAMES: [&str; 3] = ["petugas", "petugas2", "dukcapil"];

/// What the history needs to know.
pub struct Past<'a> {
    /// The working days, oldest first.
    pub days: &'a [Day],
    /// Today's moment; the hall of this moment is played up to it.
    pub now: Instant,
    /// Whether today's hall stays empty.
    pub empty_hall: bool,
    /// Days off.
    pub calendar: &'a Calendar,
    /// What people come for.
    pub habits: &'a Habits,
    /// Who sits where.
    pub members: &'a [Member],
}

/// What the days of a site left behind.
#[derive(Default)]
pub struct Brought {
    /// Audit lines.
    pub entries: Vec<Entry>,
    /// Visits.
    pub visits: usize,
    /// Visits at a counter for permits, not of today.
    pub intakes: Vec<Intake>,
}

/// Plays and keeps every day of a site.
pub async fn bring_in(tx: &mut Tx, past: &Past<'_>, site: &Site, part: u64) -> Outcome<Brought> {
    let mut chance = Chance::apart(SEED, part);
    let mut book = Book::default();
    for day in past.days {
        let played = play_day(past, site, &mut chance, *day)?;
        book.intakes.extend(intakes(&played));
        book.keep(tx, site, *day, played).await?;
    }
    let seated = if past.empty_hall { Vec::new() } else { today(tx, past, site, &mut chance, &mut book).await? };
    for counter in &site.counters {
        let officer = seated.iter().find(|desk| desk.counter.id == counter.id).map(|desk| desk.officer);
        store::insert_counter_desk(tx, counter.id, officer, today_from(past.now, site)).await?;
    }
    book.number(tx, site).await?;
    Ok(Brought { entries: book.entries, visits: book.visits, intakes: book.intakes })
}

/// A working day of the history.
fn play_day(past: &Past<'_>, site: &Site, chance: &mut Chance, day: Day) -> Outcome<Played> {
    let after_days_off = !past.calendar.is_working_day(day.plus_days(-1)) && day.weekday() != 1;
    let arrivals = past.habits.day(chance, site, day, after_days_off);
    let desks = desks(site, past.members, day);
    Ok(hall::play(chance, site, (day, opening(site, day)), &arrivals, &desks, None)?)
}

/// The called stops of every day of a site, as [`bring_in`] keeps them.
pub fn recorded(past: &Past<'_>, site: &Site, part: u64) -> Outcome<Vec<RecordedDay>> {
    let mut chance = Chance::apart(SEED, part);
    let day = |day: &Day| Ok((*day, recorded_stops(site, &play_day(past, site, &mut chance, *day)?)));
    past.days.iter().map(day).collect()
}

fn recorded_stops(site: &Site, played: &Played) -> Vec<RecordedStop> {
    let number = |id| site.counters.iter().find(|counter| Some(counter.id) == id).map(|counter| counter.number);
    let stops = played.tickets.iter().flat_map(|ticket| ticket.stops.iter().map(move |stop| (ticket, stop)));
    let recorded = |(ticket, stop): (&Ticket, &Stop)| {
        Some(RecordedStop {
            ticket: ticket.id,
            position: stop.position,
            service: stop.service.clone(),
            group: stop.group,
            priority: ticket.priority,
            counter: number(stop.counter)?,
            line_at: stop.line_at,
            called_at: stop.called_at?,
            ended_at: stop.ended_at?,
        })
    };
    stops.filter_map(recorded).collect()
}

/// The hall of this moment: a few counters at work and people in line. Answers the counters.
async fn today(tx: &mut Tx, past: &Past<'_>, site: &Site, chance: &mut Chance, book: &mut Book) -> Outcome<Vec<Desk>> {
    let day = past.now.day(site.zone);
    let from = today_from(past.now, site);
    let count = (past.now.minutes_since(from) * i64::try_from(site.counters.len()).unwrap_or(1) / 24).max(4);
    let arrivals = past.habits.stretch(chance, from, past.now, count);
    let free = |desk: &Desk| !past.members.iter().any(|m| m.officer.id == desk.officer && is_free(m));
    let desks: Vec<Desk> = desks(site, past.members, day)
        .into_iter()
        .filter(free)
        .map(|desk| Desk { pause: None, ..desk })
        .take(3)
        .collect();
    let played = hall::play(chance, site, (day, from), &arrivals, &desks, Some(past.now))?;
    book.keep(tx, site, day, played).await?;
    Ok(desks)
}

fn is_free(member: &Member) -> bool {
    FREE_USERNAMES.contains(&member.officer.username.as_str())
}

fn today_from(now: Instant, site: &Site) -> Instant {
    now.plus_minutes(-TODAY_MINUTES).max(now.day(site.zone).start(site.zone))
}

/// What has been kept so far.
#[derive(Default)]
struct Book {
    entries: Vec<Entry>,
    visits: usize,
    intakes: Vec<Intake>,
    last_call: i64,
    numbers: BTreeMap<(String, String), i64>,
}

impl Book {
    async fn keep(&mut self, tx: &mut Tx, site: &Site, day: Day, played: Played) -> Outcome<()> {
        store::insert_visits(tx, &played).await?;
        self.last_call = store::insert_calls(tx, site.id, self.last_call, &played.calls).await?;
        for ticket in &played.tickets {
            let scope = format!("ticket:{}:{}", site.code, ticket.number.letter);
            let last = self.numbers.entry((scope, day.to_string())).or_insert(0);
            *last = ticket.number.ordinal.max(*last);
        }
        self.visits += played.tickets.len();
        self.entries.extend(played.entries);
        Ok(())
    }

    async fn number(&self, tx: &mut Tx, site: &Site) -> Outcome<()> {
        let mut rows: Vec<(String, String, i64)> =
            self.numbers.iter().map(|((scope, period), last)| (scope.clone(), period.clone(), *last)).collect();
        rows.extend((self.last_call > 0).then(|| (format!("call:{}", site.code), String::new(), self.last_call)));
        Ok(store::insert_series(tx, &rows).await?)
    }
}

/// The stops for permits that were served.
fn intakes(played: &Played) -> Vec<Intake> {
    let stops = played.tickets.iter().flat_map(|ticket| ticket.stops.iter().map(move |stop| (ticket, stop)));
    let served = stops.filter(|(_, stop)| stop.state == StopState::Done && stop.group == ServiceGroup::Permits);
    served
        .filter_map(|(ticket, stop)| {
            Some(Intake {
                ticket: ticket.id,
                service: stop.service.clone(),
                site: ticket.site,
                officer: stop.officer?,
                started: stop.started_at?,
                ended: stop.ended_at?,
            })
        })
        .collect()
}

/// The counters of a day with who sits there and the break: in turns at noon, together on Friday.
fn desks(site: &Site, members: &[Member], day: Day) -> Vec<Desk> {
    let seated = |number: i64| members.iter().find(|m| m.officer.site == Some(site.id) && m.counter == Some(number));
    let desk = |counter: &crate::sites::Counter| {
        let member = seated(counter.number)?;
        let pause = pause(day, counter.number).map(|(from, to)| (day.at(from, site.zone), day.at(to, site.zone)));
        Some(Desk { counter: counter.clone(), officer: member.officer.id, pause })
    };
    site.counters.iter().filter_map(desk).collect()
}

fn pause(day: Day, counter: i64) -> Option<(NaiveTime, NaiveTime)> {
    let time = NaiveTime::from_hms_opt;
    let (from, to) = match (day.weekday(), counter % 2) {
        (5, _) => (time(11, 30, 0), time(13, 30, 0)),
        (_, 0) => (time(12, 0, 0), time(12, 45, 0)),
        _ => (time(12, 45, 0), time(13, 30, 0)),
    };
    from.zip(to)
}

fn opening(site: &Site, day: Day) -> Instant {
    let of_day = site.openings.iter().filter(|o| o.weekday == day.weekday()).map(|o| o.opens).min();
    day.at(of_day.unwrap_or(site.cut_off), site.zone)
}
