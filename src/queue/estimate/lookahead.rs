//! The hall played on until a visitor is called, on a few paths that differ in what nobody can know (pure).

use super::knowledge::Knowledge;
use super::lines::{Caller, Lines};
use super::scene::{Later, Scene, ServiceNo};
use super::shape::STRATA;
use super::staffing::Outlook;
use super::strata::{middle, mix, stratum};

/// Minutes beyond which nothing is foretold.
const FURTHEST: f64 = 24.0 * 60.0 * 14.0;
/// Standard deviations of the middles of four quarters of a normal distribution.
const QUARTERS: [f64; 4] = [-1.15, -0.32, 0.32, 1.15];

/// Minutes until the visitor at a place of the line is called, on each path; infinite where it never is.
pub fn waits(scene: &Scene<'_>, knowledge: &Knowledge, me: usize, paths: usize) -> Vec<f64> {
    let lines = Lines::before(scene, me);
    let outlooks = knowledge.staffing().outlook(scene);
    let ahead = Ahead { scene, knowledge, lines: &lines, outlooks: &outlooks, regular: !scene.waiting[me].priority };
    let (pace, uncertain) = knowledge.pace(scene.today);
    let mut path = Path::default();
    (0..paths)
        .map(|number| {
            let swing = uncertain * QUARTERS[stratum(7, number) % QUARTERS.len()];
            path.begin(&ahead, number, pace * (1.0 + swing).max(0.3));
            path.play(&ahead)
        })
        .collect()
}

/// What all paths share.
struct Ahead<'a> {
    scene: &'a Scene<'a>,
    knowledge: &'a Knowledge,
    lines: &'a Lines,
    outlooks: &'a [Outlook<'a>],
    /// Whether priorities who come later are called before the visitor.
    regular: bool,
}

/// Where a counter stands in one of the two lines.
#[derive(Clone, Copy, Default)]
struct Desk {
    free: f64,
    since_priority: u8,
    regular: usize,
    priority: usize,
}

/// Somebody who joins the line after the present moment.
#[derive(Clone, Copy)]
struct Joins {
    at: f64,
    priority: bool,
    who: Caller,
}

/// Where the next visitor of a counter stands.
#[derive(Clone, Copy)]
enum Spot {
    Line(usize),
    Joined(usize),
}

#[derive(Default)]
struct Path {
    number: usize,
    pace: f64,
    desks: Vec<Desk>,
    regular_gone: Vec<bool>,
    priority_gone: Vec<bool>,
    joins: Vec<Joins>,
    next_priority: f64,
    drawn: usize,
}

impl Path {
    fn begin(&mut self, ahead: &Ahead<'_>, number: usize, pace: f64) {
        let now = ahead.scene.now;
        self.number = number;
        self.pace = pace;
        self.regular_gone.clear();
        self.regular_gone.resize(ahead.lines.regular.len(), false);
        self.priority_gone.clear();
        self.priority_gone.resize(ahead.lines.priority.len(), false);
        self.joins.clear();
        self.desks.clear();
        self.drawn = 0;
        self.next_priority = if ahead.regular { now } else { f64::INFINITY };
        self.draw_priority(ahead);
        for (at, desk) in ahead.scene.desks.iter().enumerate() {
            let free = desk.in_hand.map_or(now, |hand| {
                let lasted = (now - hand.called_at).max(0.0);
                let free =
                    now + ahead.knowledge.remaining(hand.service, lasted, pace, stratum(1000 + at, number)).max(0.1);
                self.come_back(ahead, free, (hand.line_at, hand.priority), hand.later);
                free
            });
            let free = ahead.outlooks[at].works_from(number, free);
            self.desks.push(Desk { free, since_priority: desk.since_priority, regular: 0, priority: 0 });
        }
    }

    fn play(&mut self, ahead: &Ahead<'_>) -> f64 {
        let now = ahead.scene.now;
        loop {
            let (at, free) = self.first_free();
            if free - now > FURTHEST {
                return f64::INFINITY;
            }
            let works = ahead.outlooks[at].works_from(self.number, free);
            if works > free {
                self.desks[at].free = works;
                continue;
            }
            while self.next_priority <= free {
                self.join_priority(ahead);
            }
            let Some((spot, priority)) = self.next_of(ahead, at, free) else {
                self.desks[at].free = self.next_joining(free);
                continue;
            };
            let who = self.take(ahead, spot, priority);
            if who.me {
                return free - now;
            }
            self.serve(ahead, at, free, (who, priority, spot));
        }
    }

    fn first_free(&self) -> (usize, f64) {
        let mut first = (0, f64::INFINITY);
        for (at, desk) in self.desks.iter().enumerate() {
            if desk.free < first.1 {
                first = (at, desk.free);
            }
        }
        first
    }

    /// Whom a counter calls: the rule of the live queue, one priority after some others.
    fn next_of(&mut self, ahead: &Ahead<'_>, at: usize, now: f64) -> Option<(Spot, bool)> {
        let regular = self.first(ahead, at, now, false);
        if self.desks[at].since_priority < ahead.scene.regular_per_priority && regular.is_some() {
            return regular.map(|spot| (spot, false));
        }
        let priority = self.first(ahead, at, now, true).map(|spot| (spot, true));
        priority.or(regular.map(|spot| (spot, false)))
    }

    /// The first of a line a counter may call.
    fn first(&mut self, ahead: &Ahead<'_>, at: usize, now: f64, priority: bool) -> Option<Spot> {
        let bit = 1 << at;
        let desk = &mut self.desks[at];
        let (line, gone, place) = if priority {
            (&ahead.lines.priority, &self.priority_gone, &mut desk.priority)
        } else {
            (&ahead.lines.regular, &self.regular_gone, &mut desk.regular)
        };
        while *place < line.len() && (gone[*place] || line[*place].may & bit == 0) {
            *place += 1;
        }
        let mut first = (line.get(*place).map_or(f64::INFINITY, |who| who.line_at), Spot::Line(*place));
        for (joined, joins) in self.joins.iter().enumerate() {
            let here = joins.priority == priority && joins.at <= now && joins.who.may & bit != 0;
            if here && joins.who.line_at < first.0 {
                first = (joins.who.line_at, Spot::Joined(joined));
            }
        }
        (first.0 < f64::INFINITY).then_some(first.1)
    }

    fn take(&mut self, ahead: &Ahead<'_>, spot: Spot, priority: bool) -> Caller {
        match spot {
            Spot::Line(place) if priority => {
                self.priority_gone[place] = true;
                ahead.lines.priority[place]
            }
            Spot::Line(place) => {
                self.regular_gone[place] = true;
                ahead.lines.regular[place]
            }
            Spot::Joined(place) => self.joins.swap_remove(place).who,
        }
    }

    fn serve(&mut self, ahead: &Ahead<'_>, at: usize, now: f64, (who, priority, spot): (Caller, bool, Spot)) {
        let seed = match spot {
            Spot::Line(place) => place * 2 + usize::from(priority),
            Spot::Joined(_) => {
                self.drawn += 1;
                500 + self.drawn
            }
        };
        let minutes = self.minutes(ahead, who, seed);
        let desk = &mut self.desks[at];
        desk.free = now + minutes;
        desk.since_priority = if priority { 0 } else { desk.since_priority.saturating_add(1) };
        self.come_back(ahead, now + minutes, (who.line_at, priority), who.later);
    }

    fn minutes(&self, ahead: &Ahead<'_>, who: Caller, seed: usize) -> f64 {
        let one = ahead.knowledge.minutes(who.service, stratum(seed, self.number));
        let mean = ahead.knowledge.mean(who.service);
        (mean * who.people + (one - mean) * who.people.sqrt()) * self.pace
    }

    /// Somebody with another matter is in line again, at the old place.
    fn come_back(&mut self, ahead: &Ahead<'_>, at: f64, (line_at, priority): (f64, bool), later: Later) {
        if let Some((service, later)) = later.next() {
            let may = ahead.scene.takers(service);
            self.joins.push(Joins {
                at,
                priority,
                who: Caller { line_at, may, service, later, people: 1.0, me: false },
            });
        }
    }

    fn join_priority(&mut self, ahead: &Ahead<'_>) {
        let draw = mix((self.number * 977 + self.drawn) as u64) as usize;
        let service: Option<ServiceNo> = ahead.knowledge.priority_service(draw);
        if let Some(service) = service {
            let (at, may) = (self.next_priority, ahead.scene.takers(service));
            let who = Caller { line_at: at, may, service, later: Later::default(), people: 1.0, me: false };
            self.joins.push(Joins { at, priority: true, who });
        }
        self.draw_priority(ahead);
    }

    /// Draws when the next priority comes: at the rate of each half hour.
    fn draw_priority(&mut self, ahead: &Ahead<'_>) {
        self.drawn += 1;
        let draw = if self.drawn == 1 {
            middle(stratum(2000, self.number))
        } else {
            middle(mix((self.number * 31 + self.drawn) as u64) as usize % STRATA)
        };
        let mut left = -draw.ln();
        let mut at = self.next_priority;
        while at.is_finite() && at - ahead.scene.now < FURTHEST {
            let half_hour_ends = (at / 30.0 + 1e-9).floor() * 30.0 + 30.0;
            let rate = ahead.knowledge.priority_rate(at);
            if rate * (half_hour_ends - at) >= left {
                self.next_priority = at + left / rate;
                return;
            }
            left -= rate * (half_hour_ends - at);
            at = half_hour_ends;
            if at > 24.0 * 60.0 {
                break;
            }
        }
        self.next_priority = f64::INFINITY;
    }

    fn next_joining(&self, now: f64) -> f64 {
        let later = self.joins.iter().map(|joins| joins.at).filter(|at| *at > now);
        later.fold(self.next_priority.max(now + 1e-6), f64::min)
    }
}
