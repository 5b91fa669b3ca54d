//! A day in the hall, played with the rules of the live queue: no counter serves two at once (pure).

use serde_json::json;

use super::arrivals::{Arrival, Want};
use super::chance::Chance;
use crate::audit::{Act, Actor, Entry};
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, OfficerId, StopId, TicketId};
use crate::keys::random_token;
use crate::messages::Refusal;
use crate::queue::{Asking, Channel, InLine, Number, Priority, Seat, Stop, Ticket, TicketState, in_turn, share_of};
use crate::sites::{Counter, Site};

/// Seconds between two looks at the hall.
const STEP: i64 = 20;
/// Seconds after which a called visitor who is not there is called again, and after three calls given up.
const RECALL: i64 = 60;
/// Hours after which nobody is left in the hall.
const LONGEST: i64 = 12 * 60;

/// A counter at work on a day.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The counter.
    pub counter: Counter,
    /// Who sits there.
    pub officer: OfficerId,
    /// The break.
    pub pause: Option<(Instant, Instant)>,
}

/// A call of a visitor to a counter.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// Whom.
    pub ticket: TicketId,
    /// Where to.
    pub counter: CounterId,
    /// 1 = first call.
    pub calls: i64,
    /// When.
    pub at: Instant,
}

/// What a day left behind.
#[derive(Default)]
pub struct Played {
    /// The visits.
    pub tickets: Vec<Ticket>,
    /// Minutes of waiting told to each visitor.
    pub estimates: Vec<i64>,
    /// The calls, in order.
    pub calls: Vec<Call>,
    /// The audit lines.
    pub entries: Vec<Entry>,
}

/// What a counter is doing.
enum Hands {
    Free(Instant),
    Walking(usize, Instant),
    Missing(usize, Instant),
    Serving(usize, Instant),
}

struct Table<'a> {
    desk: &'a Desk,
    hands: Hands,
    recent: Vec<bool>,
}

/// Plays a day from the opening until everybody is served, or until a moment.
pub fn play(
    chance: &mut Chance,
    site: &Site,
    (day, opens): (Day, Instant),
    arrivals: &[Arrival],
    desks: &[Desk],
    until: Option<Instant>,
) -> Result<Played, Refusal> {
    let tables = desks.iter().map(|desk| Table { desk, hands: Hands::Free(opens), recent: Vec::new() }).collect();
    let staffed = desks.iter().map(|desk| desk.counter.id).collect();
    let mut hall = Hall { chance, site, day, arrivals, staffed, line: Vec::new(), played: Played::default() };
    hall.play(tables, opens, until)?;
    Ok(hall.played)
}

struct Hall<'a> {
    chance: &'a mut Chance,
    site: &'a Site,
    day: Day,
    arrivals: &'a [Arrival],
    staffed: Vec<CounterId>,
    /// Who waits, by place in `played.tickets`.
    line: Vec<usize>,
    played: Played,
}

impl Hall<'_> {
    fn play(&mut self, mut tables: Vec<Table<'_>>, opens: Instant, until: Option<Instant>) -> Result<(), Refusal> {
        let end = until.unwrap_or(opens.plus_minutes(LONGEST));
        for table in &tables {
            self.desk_entry(table, opens, "counter.opened");
        }
        let mut now = self.arrivals.first().map_or(opens, |first| first.at.min(opens));
        while now <= end {
            self.admit(now);
            self.give_up(now)?;
            for table in &mut tables {
                self.attend(table, now)?;
            }
            if until.is_none() && self.is_over(&tables) {
                break;
            }
            now = now.plus_seconds(STEP);
        }
        for table in tables.iter().filter(|_| until.is_none()) {
            self.desk_entry(table, now, "counter.closed");
        }
        Ok(())
    }

    fn is_over(&self, tables: &[Table<'_>]) -> bool {
        let idle = tables.iter().all(|table| matches!(table.hands, Hands::Free(_)));
        idle && self.line.is_empty() && self.played.tickets.len() == self.arrivals.len()
    }

    /// Gives a number to everybody who has come by now.
    fn admit(&mut self, now: Instant) {
        while let Some(arrival) = self.arrivals.get(self.played.tickets.len()).filter(|arrival| arrival.at <= now) {
            let ticket = self.ticket(arrival);
            let services: Vec<&str> = ticket.stops.iter().map(|stop| stop.service.as_str()).collect();
            let detail =
                json!({ "number": ticket.number.to_string(), "services": services, "channel": ticket.channel });
            let act = Act { actor: Actor::Visitor(self.site.id), now: arrival.at };
            self.played.entries.push(Entry::new(act, "ticket.issued", ticket.id, detail));
            self.played.estimates.push(self.guess(&arrival.wants[0]));
            self.line.push(self.played.tickets.len());
            self.played.tickets.push(ticket);
        }
    }

    fn ticket(&mut self, arrival: &Arrival) -> Ticket {
        let group = arrival.wants[0].group;
        let by_group = group.word().chars().next().unwrap_or('A');
        let letter = if arrival.priority == Priority::None { by_group } else { 'P' };
        let given = self.played.tickets.iter().filter(|ticket| ticket.number.letter == letter).count();
        let stop = |(position, want): (i64, &Want)| {
            Stop::new(StopId::new(arrival.at.0), position, &want.service, want.group, arrival.at)
        };
        Ticket {
            id: TicketId::new(arrival.at.0),
            token: random_token(),
            site: self.site.id,
            day: self.day,
            number: Number { letter, ordinal: i64::try_from(given).unwrap_or(i64::MAX) + 1 },
            priority: arrival.priority,
            state: TicketState::Waiting,
            channel: if self.chance.is(80) { Channel::Kiosk } else { Channel::Greeter },
            version: 1,
            issued_at: arrival.at,
            closed_at: None,
            stops: (1..).zip(&arrival.wants).map(stop).collect(),
        }
    }

    /// Minutes of waiting as the kiosk would say them: the work of those ahead shared by the counters of the line.
    fn guess(&self, want: &Want) -> i64 {
        let counters =
            self.site.counters.iter().filter(|c| self.staffed.contains(&c.id) && c.groups.contains(&want.group));
        let same = |at: &&usize| self.played.tickets[**at].current().is_some_and(|stop| stop.group == want.group);
        let ahead = i64::try_from(self.line.iter().filter(same).count()).unwrap_or(0);
        let servers = i64::try_from(counters.count()).unwrap_or(1).max(1);
        (ahead * want.seconds / 60 + want.seconds / 120) / servers
    }

    /// Visitors whose patience is at its end give the number back.
    fn give_up(&mut self, now: Instant) -> Result<(), Refusal> {
        let (arrivals, tickets) = (self.arrivals, &self.played.tickets);
        let tired = |at: &usize| {
            now.minutes_since(arrivals[*at].at) >= arrivals[*at].patience && tickets[*at].stops[0].called_at.is_none()
        };
        let leaving: Vec<usize> = self.line.iter().copied().filter(tired).collect();
        for at in leaving {
            self.line.retain(|waiting| *waiting != at);
            let ticket = &mut self.played.tickets[at];
            ticket.cancel(now)?;
            ticket.version += 1;
            let act = Act { actor: Actor::Visitor(self.site.id), now };
            self.played.entries.push(Entry::new(act, "ticket.cancelled", ticket.id, json!({})));
        }
        Ok(())
    }

    /// One counter: what it is doing goes on, or it calls the next visitor.
    fn attend(&mut self, table: &mut Table<'_>, now: Instant) -> Result<(), Refusal> {
        match table.hands {
            Hands::Walking(visit, starts) if starts <= now => self.start(table, visit, starts),
            Hands::Missing(visit, called) if called.plus_seconds(RECALL) <= now => {
                self.call_again(table, visit, called.plus_seconds(RECALL))
            }
            Hands::Serving(visit, ends) if ends <= now => self.finish(table, visit, ends),
            Hands::Free(since) if since <= now && !self.line.is_empty() && !in_pause(table.desk, now) => {
                self.call_next(table, now)
            }
            Hands::Free(_) | Hands::Walking(..) | Hands::Missing(..) | Hands::Serving(..) => Ok(()),
        }
    }

    fn call_next(&mut self, table: &mut Table<'_>, now: Instant) -> Result<(), Refusal> {
        let counter = &table.desk.counter;
        let share = share_of(counter, &self.site.counters, |id| self.staffed.contains(&id));
        let asking = Asking {
            counter: counter.id,
            share: &share,
            staffed: &self.staffed,
            recent: &table.recent,
            regular_per_priority: self.site.call_rules.regular_per_priority,
        };
        let line: Vec<InLine> =
            self.line.iter().filter_map(|at| in_line(self.site, &self.played.tickets[*at])).collect();
        let Some(next) = in_turn(line, &asking).into_iter().next() else { return Ok(()) };
        let found = self.line.iter().position(|at| self.played.tickets[*at].id == next.ticket);
        let Some(visit) = found.map(|place| self.line.remove(place)) else { return Ok(()) };
        let seat = Seat { counter: counter.id, officer: table.desk.officer };
        let ticket = &mut self.played.tickets[visit];
        ticket.call(seat, now)?;
        ticket.version += 1;
        table.recent.insert(0, next.priority);
        self.announce(table, visit, now, "ticket.called");
        let first = self.played.tickets[visit].stops[0].ended_at.is_none();
        table.hands = if first && !self.arrivals[visit].comes {
            Hands::Missing(visit, now)
        } else {
            Hands::Walking(visit, now.plus_seconds(self.chance.between(15, 70)))
        };
        Ok(())
    }

    fn start(&mut self, table: &mut Table<'_>, visit: usize, at: Instant) -> Result<(), Refusal> {
        let ticket = &mut self.played.tickets[visit];
        ticket.start(at)?;
        ticket.version += 1;
        let position = ticket.stops.iter().position(|stop| stop.ended_at.is_none()).unwrap_or(0);
        let ends = at.plus_seconds(self.arrivals[visit].wants[position].seconds);
        self.clerk_entry(table, visit, at, "ticket.started");
        table.hands = Hands::Serving(visit, ends);
        Ok(())
    }

    fn finish(&mut self, table: &mut Table<'_>, visit: usize, at: Instant) -> Result<(), Refusal> {
        let ticket = &mut self.played.tickets[visit];
        ticket.finish(at)?;
        ticket.version += 1;
        if ticket.state == TicketState::Waiting {
            self.line.push(visit);
        }
        self.clerk_entry(table, visit, at, "ticket.finished");
        table.hands = Hands::Free(at.plus_seconds(self.chance.between(5, 45)));
        Ok(())
    }

    /// Calls a visitor who is not there up to three times, then moves on.
    fn call_again(&mut self, table: &mut Table<'_>, visit: usize, at: Instant) -> Result<(), Refusal> {
        let most = self.site.call_rules.most_calls;
        let ticket = &mut self.played.tickets[visit];
        ticket.version += 1;
        if ticket.current().is_some_and(|stop| stop.calls < most) {
            ticket.recall(most)?;
            self.announce(table, visit, at, "ticket.recalled");
            table.hands = Hands::Missing(visit, at);
        } else {
            ticket.no_show(at)?;
            self.clerk_entry(table, visit, at, "ticket.missed");
            table.hands = Hands::Free(at);
        }
        Ok(())
    }

    fn announce(&mut self, table: &Table<'_>, visit: usize, at: Instant, name: &'static str) {
        let ticket = &self.played.tickets[visit];
        let calls = ticket.current().map_or(1, |stop| stop.calls);
        self.played.calls.push(Call { ticket: ticket.id, counter: table.desk.counter.id, calls, at });
        self.clerk_entry(table, visit, at, name);
    }

    fn clerk_entry(&mut self, table: &Table<'_>, visit: usize, at: Instant, name: &'static str) {
        let detail = json!({ "counter": table.desk.counter.number });
        let act = Act::of(table.desk.officer, at);
        self.played.entries.push(Entry::new(act, name, self.played.tickets[visit].id, detail));
    }

    fn desk_entry(&mut self, table: &Table<'_>, at: Instant, name: &'static str) {
        let detail = json!({ "counter": table.desk.counter.number });
        self.played.entries.push(Entry::new(Act::of(table.desk.officer, at), name, table.desk.counter.id, detail));
    }
}

fn in_pause(desk: &Desk, now: Instant) -> bool {
    desk.pause.is_some_and(|(from, to)| from <= now && now < to)
}

fn in_line(site: &Site, ticket: &Ticket) -> Option<InLine> {
    ticket.current().map(|stop| InLine {
        ticket: ticket.id,
        number: ticket.number,
        group: stop.group,
        priority: ticket.priority != Priority::None,
        is_quick: site.is_quick(stop.group, &stop.service),
        line_at: stop.line_at,
        wanted: stop.wanted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites::{self, ServiceGroup};

    fn played() -> Played {
        let day = Day::parse("2026-11-23").unwrap();
        let site = &sites::built_in(Instant(0)).unwrap()[0];
        let opens = day.start(site.zone).plus_minutes(8 * 60);
        let mut chance = Chance::apart(1, 1);
        let arrivals: Vec<Arrival> = (0..60)
            .map(|minute| Arrival {
                at: opens.plus_minutes(minute * 2),
                priority: if minute % 9 == 0 { Priority::Elderly } else { Priority::None },
                wants: vec![Want { service: "SIPB".to_owned(), group: ServiceGroup::Permits, seconds: 500 }],
                patience: if minute % 20 == 19 { 10 } else { 600 },
                comes: minute % 13 != 12,
            })
            .collect();
        let desks: Vec<Desk> = site.counters[..3]
            .iter()
            .map(|counter| Desk { counter: counter.clone(), officer: OfficerId::new(counter.number), pause: None })
            .collect();
        play(&mut chance, site, (day, opens), &arrivals, &desks, None).unwrap()
    }

    #[test]
    fn the_same_chance_plays_the_same_day_and_leaves_nobody_in_the_hall() {
        let (first, second) = (played(), played());
        let story = |p: &Played| p.tickets.iter().map(|t| (t.number, t.state, t.closed_at)).collect::<Vec<_>>();
        assert_eq!(story(&first), story(&second));
        assert!(first.tickets.iter().all(|t| t.closed_at.is_some()));
        for state in [TicketState::Done, TicketState::NoShow, TicketState::Cancelled] {
            assert!(first.tickets.iter().any(|t| t.state == state), "{state}");
        }
    }

    #[test]
    fn no_counter_serves_two_at_once() {
        let stops: Vec<Stop> = played().tickets.into_iter().flat_map(|t| t.stops).collect();
        let served: Vec<&Stop> = stops.iter().filter(|s| s.started_at.is_some()).collect();
        for (place, one) in served.iter().enumerate() {
            for other in served[place + 1..].iter().filter(|s| s.counter == one.counter) {
                assert!(one.ended_at <= other.called_at || other.ended_at <= one.called_at);
            }
        }
    }
}
