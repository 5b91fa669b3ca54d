//! The queue written down once more, as plainly as possible: lists and loops, no database, nothing shared with the
//! product but the words of states. What this hall says must happen is what must happen.

use std::collections::BTreeMap;

use loket::queue::StopState;

/// People called before somebody who missed the call and came back.
const BEFORE_LATECOMER: usize = 3;

/// How a site calls people.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Calls of one person to a counter.
    pub calls: i64,
    /// Visitors without a priority between two with one.
    pub between: usize,
    /// Counters for quick matters only.
    pub quick_counters: Vec<usize>,
    /// Quick matters.
    pub quick: Vec<&'static str>,
}

/// One matter of a visit.
#[derive(Clone, Debug)]
pub struct Matter {
    pub service: &'static str,
    pub group: char,
    pub state: StopState,
    pub counter: Option<usize>,
    pub wanted: Option<usize>,
    pub line_at: i64,
    pub calls: i64,
}

/// One visit.
#[derive(Clone, Debug)]
pub struct Visit {
    pub day: String,
    pub letter: char,
    pub ordinal: i64,
    pub matters: Vec<Matter>,
}

/// A counter somebody sits at.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    pub clerk: usize,
    pub is_open: bool,
    pub since: i64,
}

/// What a counter ended last.
#[derive(Clone, Copy, Debug)]
struct Ended {
    visit: usize,
    matter: usize,
    was: StopState,
    counter: usize,
}

/// The hall.
pub struct Hall {
    pub visits: Vec<Visit>,
    pub desks: Vec<Option<Desk>>,
    groups: Vec<Vec<char>>,
    rules: Rules,
    ended: Vec<Ended>,
    first_calls: Vec<Vec<(String, bool)>>,
    given: BTreeMap<(String, char), i64>,
    now: i64,
    today: String,
}

/// What an act gives: words to compare, or a no.
pub type Said = Result<String, ()>;

impl Visit {
    pub fn name(&self) -> String {
        format!("{}-{:03}", self.letter, self.ordinal)
    }

    /// The matter the visit is at.
    pub fn present(&self) -> Option<usize> {
        use StopState::{Called, OnHold, Serving, Waiting};
        self.matters.iter().position(|m| matches!(m.state, Waiting | Called | Serving | OnHold))
    }

    /// The state of the visit is that of its first matter that is neither over nor still to come.
    pub fn state(&self) -> &'static str {
        let first = self.matters.iter().find(|m| !matches!(m.state, StopState::Pending | StopState::Done));
        first.map_or("done", |m| m.state.word())
    }

    fn says(&self) -> Said {
        Ok(format!("{} {}", self.name(), self.state()))
    }
}

impl Matter {
    fn stand_in_line(&mut self) {
        self.state = StopState::Waiting;
        self.counter = None;
        self.calls = 0;
    }

    fn sit(&mut self, state: StopState, counter: usize) {
        self.state = state;
        self.counter = Some(counter);
        self.wanted = None;
    }
}

impl Hall {
    pub fn new(groups: Vec<Vec<char>>, rules: Rules) -> Hall {
        let counters = groups.len();
        Hall {
            visits: vec![],
            desks: vec![None; counters],
            groups,
            rules,
            ended: vec![],
            first_calls: vec![vec![]; counters],
            given: BTreeMap::new(),
            now: 0,
            today: String::new(),
        }
    }

    pub fn clock(&mut self, now: i64, today: &str) {
        self.now = now;
        today.clone_into(&mut self.today);
    }

    pub fn issue(&mut self, services: &[(&'static str, char)], has_priority: bool) -> Said {
        let is_twice = (0..services.len()).any(|at| services[..at].contains(&services[at]));
        if services.is_empty() || is_twice {
            return Err(());
        }
        let letter = if has_priority { 'P' } else { services[0].1 };
        let ordinal = self.given.entry((self.today.clone(), letter)).or_default();
        *ordinal += 1;
        let matter = |(at, (service, group)): (usize, &(&'static str, char))| Matter {
            service,
            group: *group,
            state: if at == 0 { StopState::Waiting } else { StopState::Pending },
            counter: None,
            wanted: None,
            line_at: self.now,
            calls: 0,
        };
        let matters = services.iter().enumerate().map(matter).collect();
        let ordinal = *ordinal;
        self.visits.push(Visit { day: self.today.clone(), letter, ordinal, matters });
        self.go_to_the_shortest_line(self.visits.len() - 1, |_, _| true);
        self.visits[self.visits.len() - 1].says()
    }

    pub fn open(&mut self, counter: usize, clerk: usize) -> Said {
        if self.desks[counter].is_some_and(|desk| desk.clerk != clerk) {
            return Err(());
        }
        self.desks[counter] = Some(Desk { clerk, is_open: true, since: self.now });
        Ok("open".to_owned())
    }

    pub fn pause(&mut self, counter: usize, clerk: usize) -> Said {
        self.own_desk(counter, clerk)?;
        self.desks[counter] = Some(Desk { clerk, is_open: false, since: self.now });
        Ok("paused".to_owned())
    }

    pub fn close(&mut self, counter: usize, clerk: usize) -> Said {
        self.own_desk(counter, clerk)?;
        if self.in_hand(counter).is_some() {
            return Err(());
        }
        self.desks[counter] = None;
        Ok("closed".to_owned())
    }

    pub fn next(&mut self, counter: usize, clerk: usize) -> Said {
        if !self.own_desk(counter, clerk)?.is_open {
            return Err(());
        }
        if let Some(visit) = self.in_hand(counter) {
            let at = self.present(visit)?;
            if self.visits[visit].matters[at].state != StopState::Serving {
                return Err(());
            }
            self.end(visit, at, StopState::Done, counter);
        }
        let Some(visit) = self.whose_turn(counter).or_else(|| self.who_waits_elsewhere(counter)) else {
            return Ok("nobody".to_owned());
        };
        let at = self.present(visit)?;
        let matter = &mut self.visits[visit].matters[at];
        matter.sit(StopState::Called, counter);
        matter.calls += 1;
        if matter.calls == 1 {
            let is_priority = self.visits[visit].letter == 'P';
            self.first_calls[counter].push((self.today.clone(), is_priority));
        }
        self.visits[visit].says()
    }

    pub fn recall(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.at_own_counter(visit, clerk, &[StopState::Called])?;
        if self.visits[visit].matters[at].calls >= self.rules.calls {
            return Err(());
        }
        self.visits[visit].matters[at].calls += 1;
        self.visits[visit].says()
    }

    pub fn start(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.at_own_counter(visit, clerk, &[StopState::Called])?;
        self.visits[visit].matters[at].state = StopState::Serving;
        self.visits[visit].says()
    }

    pub fn hold(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.at_own_counter(visit, clerk, &[StopState::Serving])?;
        self.visits[visit].matters[at].state = StopState::OnHold;
        self.visits[visit].says()
    }

    pub fn resume(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.present(visit)?;
        if self.visits[visit].matters[at].state != StopState::OnHold {
            return Err(());
        }
        let is_mine = |c: &usize| self.desks[*c].is_some_and(|d| d.clerk == clerk && d.is_open);
        let parked_at = self.visits[visit].matters[at].counter.filter(|c| is_mine(c));
        let longest_open = || (0..self.desks.len()).filter(is_mine).min_by_key(|c| self.desks[*c].map(|d| d.since));
        let seat = parked_at.or_else(longest_open).ok_or(())?;
        if self.in_hand(seat).is_some() {
            return Err(());
        }
        self.visits[visit].matters[at].sit(StopState::Serving, seat);
        self.visits[visit].says()
    }

    pub fn no_show(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.at_own_counter(visit, clerk, &[StopState::Called, StopState::OnHold])?;
        let counter = self.visits[visit].matters[at].counter.ok_or(())?;
        self.end(visit, at, StopState::NoShow, counter);
        self.visits[visit].says()
    }

    pub fn rejoin(&mut self, visit: usize) -> Said {
        let missed = self.visits[visit].matters.iter().position(|m| m.state == StopState::NoShow).ok_or(())?;
        let group = self.visits[visit].matters[missed].group;
        let mut places: Vec<i64> =
            self.line(&self.visits[visit].day).filter(|(_, m)| m.group == group).map(|(_, m)| m.line_at).collect();
        places.sort_unstable();
        let place = places.get(BEFORE_LATECOMER - 1).map_or(self.now, |third| third + 1);
        let matter = &mut self.visits[visit].matters[missed];
        matter.stand_in_line();
        matter.line_at = place;
        self.visits[visit].says()
    }

    pub fn send_to_counter(&mut self, visit: usize, clerk: usize, counter: usize) -> Said {
        if self.desks[counter].is_none() {
            return Err(());
        }
        let at = self.in_reach(visit, clerk)?;
        let matter = &mut self.visits[visit].matters[at];
        matter.stand_in_line();
        matter.wanted = Some(counter);
        self.visits[visit].says()
    }

    pub fn send_to_service(&mut self, visit: usize, clerk: usize, service: (&'static str, char)) -> Said {
        let at = self.in_reach(visit, clerk)?;
        let matter = &mut self.visits[visit].matters[at];
        matter.stand_in_line();
        matter.wanted = None;
        (matter.service, matter.group) = service;
        self.visits[visit].says()
    }

    pub fn finish(&mut self, visit: usize, clerk: usize) -> Said {
        let at = self.at_own_counter(visit, clerk, &[StopState::Serving])?;
        let counter = self.visits[visit].matters[at].counter.ok_or(())?;
        self.end(visit, at, StopState::Done, counter);
        self.visits[visit].says()
    }

    pub fn undo(&mut self, visit: usize, clerk: usize) -> Said {
        let ended = self.ended.iter().find(|e| e.visit == visit).copied().ok_or(())?;
        let is_mine = self.desks[ended.counter].is_some_and(|desk| desk.clerk == clerk);
        if !is_mine || self.in_hand(ended.counter).is_some() {
            return Err(());
        }
        let over = matches!(self.visits[visit].matters[ended.matter].state, StopState::Done | StopState::NoShow);
        let present = self.visits[visit].present();
        let is_called = present.is_some_and(|at| self.visits[visit].matters[at].state != StopState::Waiting);
        if !over || is_called || self.visits[visit].state() == "cancelled" {
            return Err(());
        }
        if let Some(at) = present {
            self.visits[visit].matters[at].state = StopState::Pending;
        }
        self.visits[visit].matters[ended.matter].sit(ended.was, ended.counter);
        self.ended.retain(|e| e.visit != visit && e.counter != ended.counter);
        self.visits[visit].says()
    }

    pub fn cancel(&mut self, visit: usize) -> Said {
        let at = self.present(visit)?;
        if !matches!(self.visits[visit].matters[at].state, StopState::Waiting | StopState::Called) {
            return Err(());
        }
        for matter in &mut self.visits[visit].matters {
            if !matches!(matter.state, StopState::Done | StopState::NoShow | StopState::Cancelled) {
                matter.state = StopState::Cancelled;
            }
        }
        self.visits[visit].says()
    }

    /// Everything the store should hold, one line per matter, in order.
    pub fn rows(&self) -> Vec<String> {
        let mut rows: Vec<String> = self
            .visits
            .iter()
            .flat_map(|visit| {
                visit.matters.iter().zip(1..).map(move |(m, position)| {
                    let counter = m.counter.map_or_else(|| "-".to_owned(), |c| (c + 1).to_string());
                    format!(
                        "{} {} {} | {position} {} {} {} {} {counter}",
                        visit.day,
                        visit.name(),
                        visit.state(),
                        m.state,
                        m.service,
                        m.calls,
                        m.line_at
                    )
                })
            })
            .collect();
        rows.sort();
        rows
    }

    fn present(&self, visit: usize) -> Result<usize, ()> {
        self.visits[visit].present().ok_or(())
    }

    fn own_desk(&self, counter: usize, clerk: usize) -> Result<Desk, ()> {
        self.desks[counter].filter(|desk| desk.clerk == clerk).ok_or(())
    }

    fn in_hand(&self, counter: usize) -> Option<usize> {
        let holds =
            |m: &Matter| m.counter == Some(counter) && matches!(m.state, StopState::Called | StopState::Serving);
        self.visits.iter().position(|visit| visit.matters.iter().any(holds))
    }

    fn at_own_counter(&self, visit: usize, clerk: usize, allowed: &[StopState]) -> Result<usize, ()> {
        let at = self.present(visit)?;
        let matter = &self.visits[visit].matters[at];
        self.own_desk(matter.counter.ok_or(())?, clerk)?;
        if allowed.contains(&matter.state) { Ok(at) } else { Err(()) }
    }

    /// Whoever waits or is parked can be sent on by anybody; whoever is at a counter only by its clerk.
    fn in_reach(&self, visit: usize, clerk: usize) -> Result<usize, ()> {
        let at = self.present(visit)?;
        let matter = &self.visits[visit].matters[at];
        if matches!(matter.state, StopState::Called | StopState::Serving) {
            self.own_desk(matter.counter.ok_or(())?, clerk)?;
        }
        Ok(at)
    }

    fn end(&mut self, visit: usize, at: usize, state: StopState, counter: usize) {
        let was = self.visits[visit].matters[at].state;
        self.visits[visit].matters[at].state = state;
        if state == StopState::Done
            && let Some(next) = self.visits[visit].matters.iter_mut().find(|m| m.state == StopState::Pending)
        {
            next.stand_in_line();
            self.go_to_the_shortest_line(visit, |other, mine| other < mine);
        }
        self.ended.retain(|e| e.visit != visit && e.counter != counter);
        self.ended.push(Ended { visit, matter: at, was, counter });
    }

    /// Of the matters left, the visit waits for the one with the fewest people before it for each counter at work.
    fn go_to_the_shortest_line(&mut self, visit: usize, is_before: impl Fn(i64, i64) -> bool) {
        let is_left = |m: &Matter| matches!(m.state, StopState::Waiting | StopState::Pending);
        let length = |m: &Matter| {
            let line = self.line(&self.visits[visit].day).filter(|(other, _)| *other != visit);
            let ahead = line.filter(|(_, o)| o.group == m.group && is_before(o.line_at, m.line_at)).count();
            let is_for = |c: usize| !self.is_for_quick(c) || self.rules.quick.contains(&m.service);
            let at_work = |c: &usize| self.desks[*c].is_some() && self.groups[*c].contains(&m.group) && is_for(*c);
            let counters = (0..self.desks.len()).filter(at_work).count();
            if counters == 0 { f64::MAX } else { ahead as f64 / counters as f64 }
        };
        let mut best: Option<(f64, usize)> = None;
        for (at, matter) in self.visits[visit].matters.iter().enumerate().filter(|(_, m)| is_left(m)) {
            if best.is_none_or(|(shortest, _)| length(matter) < shortest) {
                best = Some((length(matter), at));
            }
        }
        if let Some((_, at)) = best {
            self.wait_first_for(visit, at);
        }
    }

    fn wait_first_for(&mut self, visit: usize, at: usize) {
        for (other, matter) in self.visits[visit].matters.iter_mut().enumerate() {
            if other == at && matter.state == StopState::Pending {
                matter.stand_in_line();
            } else if other != at && matter.state == StopState::Waiting {
                matter.state = StopState::Pending;
            }
        }
    }

    /// A counter with nobody in line takes whoever waits elsewhere and has a matter for it, unless sent to one counter.
    fn who_waits_elsewhere(&mut self, counter: usize) -> Option<usize> {
        let is_here = |m: &&Matter| m.state == StopState::Pending && self.takes(counter, m);
        let free = self.line(&self.today).filter(|(_, m)| m.wanted.is_none()).map(|(at, _)| at);
        let with_place = free.filter_map(|at| {
            let place = self.visits[at].matters.iter().filter(is_here).map(|m| m.line_at).min()?;
            Some((place, self.visits[at].ordinal, self.visits[at].letter, at))
        });
        let visit = self.first_in_turn(counter, with_place.collect())?;
        let matter = self.visits[visit].matters.iter().position(|m| is_here(&m))?;
        self.wait_first_for(visit, matter);
        Some(visit)
    }

    /// Everybody in line on a day.
    fn line<'a>(&'a self, day: &'a str) -> impl Iterator<Item = (usize, &'a Matter)> {
        let waits = |m: &&Matter| m.state == StopState::Waiting;
        self.visits
            .iter()
            .enumerate()
            .filter(move |(_, v)| v.day == day && v.state() == "waiting")
            .filter_map(move |(at, visit)| visit.matters.iter().find(waits).map(|matter| (at, matter)))
    }

    fn whose_turn(&self, counter: usize) -> Option<usize> {
        let is_for_me = |m: &Matter| match m.wanted {
            Some(wanted) if wanted == counter => true,
            Some(wanted) if self.desks[wanted].is_some() => false,
            Some(_) | None => self.takes(counter, m),
        };
        let mine = self
            .line(&self.today)
            .filter(|(_, m)| is_for_me(m))
            .map(|(at, m)| (m.line_at, self.visits[at].ordinal, self.visits[at].letter, at));
        self.first_in_turn(counter, mine.collect())
    }

    fn is_for_quick(&self, counter: usize) -> bool {
        self.rules.quick_counters.contains(&counter)
    }

    /// A counter for quick matters takes a long one only while no ordinary counter of the group calls people.
    fn takes(&self, counter: usize, matter: &Matter) -> bool {
        let calls = |c: usize| self.desks[c].is_some_and(|desk| desk.is_open) && self.groups[c].contains(&matter.group);
        let is_left_to_others = || (0..self.desks.len()).any(|c| !self.is_for_quick(c) && calls(c));
        let is_quick = self.rules.quick.contains(&matter.service);
        self.groups[counter].contains(&matter.group)
            && (!self.is_for_quick(counter) || is_quick || !is_left_to_others())
    }

    fn first_in_turn(&self, counter: usize, mut mine: Vec<(i64, i64, char, usize)>) -> Option<usize> {
        mine.sort_unstable();
        let first = |wants_priority: bool| mine.iter().find(|v| (v.2 == 'P') == wants_priority).map(|v| v.3);
        let today = self.first_calls[counter].iter().rev().filter(|(day, _)| *day == self.today);
        let priority_is_due = !today.take(self.rules.between).any(|(_, is_priority)| *is_priority);
        if priority_is_due { first(true).or(first(false)) } else { first(false).or(first(true)) }
    }
}
