//! A recorded day played through, event by event.

use chrono::Datelike;

use super::desks::{Counter, Serving, reroute};
use super::rules::{Seen, View};
use super::trace::{Arrives, Day, Event, House, Matter, What};
use super::visit::{Call, Visit};
use crate::clock::Instant;
use crate::ids::{CounterId, StopId, TicketId};
use crate::queue::estimate::{
    self, Counters, Desk, InHand, Knowledge, Later, Scene, ServiceNo, Staffed, Today, Turn, Waiting, foretell,
};
use crate::queue::order::{Asking, InLine, in_turn};
use crate::queue::{Left, Number, Share, first_of};
use crate::sites::ServiceGroup;

/// Paths of the look-ahead a replay keeps beside the estimate; as many as the estimate's own.
const PATHS: usize = 16;

/// A visitor has just taken a number: the hall as the estimate saw it, and the visitor's place in its line.
pub struct Asked<'a> {
    /// The hall.
    pub scene: Scene<'a>,
    /// The place in its line.
    pub me: usize,
    /// The visit, with the estimate.
    pub visit: &'a Visit,
}

/// Plays a day and answers its visits in the order of arrival. The estimate sees what has happened, never the minutes
/// of a visitor who has not been served. `watch` is shown every visitor who takes a number.
pub fn play(day: &Day, house: &House, knowledge: &Knowledge, watch: &mut dyn FnMut(&Asked<'_>)) -> Vec<Visit> {
    let arrivals = day.events.iter().filter_map(|event| match &event.what {
        What::Arrives(arrives) => Some(arrives),
        What::Opens(..) | What::Closes(_) => None,
    });
    let mut hall = Hall {
        day,
        house,
        knowledge,
        arrivals: arrivals.collect(),
        takes: knowledge.takes.clone(),
        counters: vec![Counter::default(); house.counters.len()],
        ids: (0..house.counters.len()).map(|at| CounterId(uuid::Uuid::from_u128(at as u128))).collect(),
        line: Vec::new(),
        visits: Vec::new(),
        last_all: 0.0,
        last_wait: vec![0.0; ServiceGroup::ALL.len()],
        today: Today::default(),
        mean: knowledge.overall_mean(),
    };
    hall.play(watch);
    hall.visits
}

struct Hall<'a> {
    day: &'a Day,
    house: &'a House,
    knowledge: &'a Knowledge,
    arrivals: Vec<&'a Arrives>,
    takes: Vec<Counters>,
    counters: Vec<Counter>,
    ids: Vec<CounterId>,
    /// Who waits, by place in `visits`, in the order of the line.
    line: Vec<usize>,
    visits: Vec<Visit>,
    /// By group: how long the last one who entered service had waited.
    last_wait: Vec<f64>,
    /// The same of anybody.
    last_all: f64,
    today: Today,
    mean: f64,
}

impl Hall<'_> {
    fn play(&mut self, watch: &mut dyn FnMut(&Asked<'_>)) {
        let day = self.day;
        let mut events = day.events.iter().peekable();
        loop {
            let ends = self.counters.iter().enumerate().filter_map(|(at, c)| Some((c.serving?.ends(), at)));
            let first = ends.min_by(|a, b| a.0.total_cmp(&b.0));
            let now = match (first, events.peek()) {
                (Some((ends, at)), event) if event.is_none_or(|event| ends <= event.at) => {
                    self.finish(at, ends);
                    ends
                }
                (_, Some(event)) => {
                    self.happens(event, watch);
                    let at = event.at;
                    events.next();
                    at
                }
                (_, None) => return,
            };
            self.call(now);
        }
    }

    fn happens(&mut self, event: &Event, watch: &mut dyn FnMut(&Asked<'_>)) {
        match &event.what {
            What::Opens(at, services) => {
                self.counters[*at].open = true;
                reroute(&mut self.takes, *at, services);
            }
            What::Closes(at) => self.counters[*at].open = false,
            What::Arrives(arrives) => self.arrive(event.at, arrives, watch),
        }
    }

    fn arrive(&mut self, now: f64, arrives: &Arrives, watch: &mut dyn FnMut(&Asked<'_>)) {
        let group = self.house.group(arrives.matters[0].service);
        let letter = if arrives.priority { 'P' } else { group.word().chars().next().unwrap_or('A') };
        let given = self.visits.iter().filter(|visit| visit.number.letter == letter).count();
        let number = Number { letter, ordinal: i64::try_from(given).unwrap_or(i64::MAX) + 1 };
        let mut order: Vec<usize> = (0..arrives.matters.len()).collect();
        if let Some(first) = self.first_of(&arrives.matters, &order, f64::INFINITY) {
            order.swap(0, first);
        }
        let (arrival, seen) = (self.visits.len(), self.seen(now, arrives.matters[order[0]].service));
        let (place, foretold) = (estimate::Place::NOT_WAITING, Err(estimate::NoEstimate::NotWaiting));
        let visit =
            Visit { arrival, number, arrived_at: now, calls: Vec::new(), place, foretold, seen, order, done: 0 };
        self.visits.push(visit);
        let me = self.join(arrival);
        let (waiting, desks) = (self.waiting(), self.desks());
        let scene = self.scene(now, &waiting, &desks);
        let foretold = foretell(&scene, self.knowledge, me, PATHS);
        let place = estimate::stand(&scene, self.knowledge, me, foretold);
        let visit = Visit { place, foretold, ..self.visits[arrival].clone() };
        watch(&Asked { scene, me, visit: &visit });
        self.visits[arrival] = visit;
    }

    /// Which of these matters the visitor waits for first: [`route::first_of`] with the lines of those who came before.
    fn first_of(&self, matters: &[Matter], left: &[usize], came_at: f64) -> Option<usize> {
        let group = |at: usize| self.house.group(matters[at].service);
        let ahead = |at: usize| {
            let before = self.line.iter().filter(|other| self.visits[**other].arrived_at < came_at);
            before.filter(|other| self.house.group(self.matter(**other).service) == group(at)).count()
        };
        let takes = |at: usize| self.takes[usize::from(matters[at].service)];
        let open =
            |at: usize| self.counters.iter().enumerate().filter(|(c, k)| k.open && takes(at) & 1 << c != 0).count();
        let of = |at: &usize| Left {
            stop: StopId(uuid::Uuid::from_u128(*at as u128)),
            position: *at as i64,
            ahead: ahead(*at) as i64,
            counters: open(*at) as i64,
        };
        let lines: Vec<Left> = left.iter().map(of).collect();
        first_of(&lines).map(|stop| stop.0.as_u128() as usize)
    }

    /// Puts a visit in line; answers its place.
    fn join(&mut self, visit: usize) -> usize {
        let key = |at: usize| {
            let Visit { arrived_at, number, .. } = &self.visits[at];
            (*arrived_at, number.ordinal, number.letter)
        };
        let place = self.line.partition_point(|other| key(*other) < key(visit));
        self.line.insert(place, visit);
        place
    }

    fn scene<'s>(&'s self, now: f64, waiting: &'s [Waiting], desks: &'s [Desk]) -> Scene<'s> {
        let weekday = self.day.date.weekday().number_from_monday() as u8;
        Scene {
            now,
            weekday,
            waiting,
            desks,
            takes: &self.takes,
            today: self.today,
            regular_per_priority: self.house.call_rules.regular_per_priority,
        }
    }

    fn waiting(&self) -> Vec<Waiting> {
        let waits = |at: &usize| {
            let (visit, arrives) = (&self.visits[*at], self.arrivals[*at]);
            Waiting {
                line_at: visit.arrived_at,
                service: self.matter(*at).service,
                later: Later::new(visit.later().into_iter().map(|matter| arrives.matters[matter].service)),
                priority: arrives.priority,
                wanted: None,
            }
        };
        self.line.iter().map(waits).collect()
    }

    fn desks(&self) -> Vec<Desk> {
        let in_hand = |serving: Serving| {
            let (visit, arrives) = (&self.visits[serving.visit], self.arrivals[serving.visit]);
            let later = visit.later().into_iter().map(|matter| arrives.matters[matter].service);
            InHand {
                service: serving.matter.service,
                called_at: serving.called_at,
                line_at: visit.arrived_at,
                later: Later::new(later),
                priority: arrives.priority,
            }
        };
        let between = self.house.call_rules.regular_per_priority;
        let desk = |counter: &Counter| Desk {
            staffed: if counter.open { Staffed::Open } else { Staffed::Closed },
            in_hand: counter.serving.map(in_hand),
            since_priority: Desk::since_priority(&counter.recent, between),
        };
        self.counters.iter().map(desk).collect()
    }

    /// Every open counter that is free calls whoever is next.
    fn call(&mut self, now: f64) {
        for at in 0..self.counters.len() {
            if self.counters[at].open && self.counters[at].serving.is_none() {
                self.call_to(at, now);
            }
        }
    }

    fn call_to(&mut self, at: usize, now: f64) {
        let counter = &self.counters[at];
        let taken = |visit: &&usize| self.takes[usize::from(self.matter(**visit).service)] & 1 << at != 0;
        let line = self.line.iter().filter(taken).map(|visit| self.in_line(*visit)).collect();
        let asking = Asking {
            counter: self.ids[at],
            share: &Share::whole(ServiceGroup::ALL),
            staffed: &self.ids,
            recent: &counter.recent,
            regular_per_priority: self.house.call_rules.regular_per_priority,
        };
        let next = in_turn(line, &asking).into_iter().next();
        // Nobody waits for this counter: whoever waits elsewhere with a matter for it is served meanwhile.
        let early = || in_turn(self.early(at), &asking).into_iter().next();
        let Some(next) = next.or_else(early) else { return };
        let visit = next.ticket.0.as_u128() as usize;
        if let Some(matter) = self.early_matter(visit, at) {
            self.visits[visit].turn_to(matter);
        }
        self.line.retain(|other| *other != visit);
        let matter = self.matter(visit);
        self.counters[at].recent.insert(0, next.priority);
        self.counters[at].serving = Some(Serving { visit, matter, called_at: now });
        if self.visits[visit].calls.is_empty() {
            self.last_all = now - self.visits[visit].arrived_at;
            self.last_wait[next.group as usize] = now - self.visits[visit].arrived_at;
        }
        let Visit { order, done, calls, .. } = &mut self.visits[visit];
        calls.push(Call { matter: order[*done], counter: at, called_at: now, ended_at: None });
    }

    /// Those who wait for another counter and have a later matter for this one.
    fn early(&self, at: usize) -> Vec<InLine> {
        let waiting = self.line.iter().filter(|visit| self.early_matter(**visit, at).is_some());
        waiting.map(|visit| self.in_line(*visit)).collect()
    }

    /// The first later matter this counter takes, when it does not take the present one.
    fn early_matter(&self, visit: usize, at: usize) -> Option<usize> {
        let takes = |matter: Matter| self.takes[usize::from(matter.service)] & 1 << at != 0;
        if takes(self.matter(visit)) {
            return None;
        }
        self.visits[visit].later().into_iter().find(|matter| takes(self.arrivals[visit].matters[*matter]))
    }

    fn matter(&self, visit: usize) -> Matter {
        let Visit { order, done, .. } = &self.visits[visit];
        self.arrivals[visit].matters[order[*done]]
    }

    fn in_line(&self, at: usize) -> InLine {
        let visit = &self.visits[at];
        InLine {
            ticket: TicketId(uuid::Uuid::from_u128(at as u128)),
            number: visit.number,
            group: self.house.group(self.matter(at).service),
            priority: self.arrivals[at].priority,
            is_quick: false,
            line_at: Instant((visit.arrived_at * 60e6).round() as i64),
            wanted: None,
        }
    }

    fn finish(&mut self, at: usize, now: f64) {
        let Some(Serving { visit, matter, called_at }) = self.counters[at].serving.take() else { return };
        self.today.add(self.knowledge, Turn { service: matter.service, minutes: now - called_at });
        self.visits[visit].done += 1;
        if let Some(call) = self.visits[visit].calls.last_mut() {
            call.ended_at = Some(now);
        }
        let mut left = self.visits[visit].order[self.visits[visit].done..].to_vec();
        left.sort_unstable();
        let came_at = self.visits[visit].arrived_at;
        if let Some(first) = self.first_of(&self.arrivals[visit].matters, &left, came_at) {
            self.visits[visit].turn_to(first);
            self.join(visit);
        }
    }

    /// What the simple rules look at.
    fn seen(&self, now: f64, service: ServiceNo) -> Seen {
        let group = self.house.group(service);
        let same = |at: &usize| self.house.group(self.matter(*at).service) == group;
        let own: Vec<usize> = self.line.iter().copied().filter(same).collect();
        let view = |line: &[usize], takes: Counters, last: f64| View {
            people: line.len() as f64,
            counters: self.counters.iter().enumerate().filter(|(at, c)| c.open && takes & 1 << at != 0).count() as f64,
            head: line.first().map_or(0.0, |at| now - self.visits[*at].arrived_at),
            last,
        };
        Seen {
            line: view(&own, self.takes[usize::from(service)], self.last_wait[group as usize]),
            hall: view(&self.line, Counters::MAX, self.last_all),
            mean: self.mean,
        }
    }
}
