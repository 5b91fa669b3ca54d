//! A hall in the small numbers of the estimate (pure): made once after each change, shared by everybody who looks.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Datelike;

use super::change::{DeskNow, Visit};
use super::hall::{Hall, Spot};
use super::known::Known;
use crate::clock::Instant;
use crate::ids::{CounterId, TicketId};
use crate::queue::estimate::{self, Desk, InHand, Later, Scene, Staffed, Today, Turn, Waiting};
use crate::queue::{DeskState, Number, Place, Priority, Stop, StopState, Ticket};
use crate::sites::{CallRules, Counter, ServiceGroup, Site};

/// Calls of one counter that tell whether a priority is due.
const RECENT: usize = CallRules::REGULAR_AT_MOST as usize;

/// Who asks for a place.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    id: TicketId,
    number: Number,
    priority: Priority,
    stops: &'a [Stop],
}

impl<'a> From<&'a Ticket> for Standing<'a> {
    fn from(ticket: &'a Ticket) -> Standing<'a> {
        Standing { id: ticket.id, number: ticket.number, priority: ticket.priority, stops: &ticket.stops }
    }
}

impl<'a> From<&'a Visit> for Standing<'a> {
    fn from(visit: &'a Visit) -> Standing<'a> {
        Standing { id: visit.id, number: visit.number, priority: visit.priority, stops: &visit.stops }
    }
}

/// The hall as the estimate sees it; the present moment is added by who looks.
#[derive(Debug)]
pub struct Picture {
    known: Arc<Known>,
    midnight: Instant,
    weekday: u8,
    counters: Vec<Counter>,
    call_rules: CallRules,
    quick_services: Arc<BTreeSet<String>>,
    waiting: Vec<Waiting>,
    /// Whose the places of `waiting` are.
    spots: Vec<(Spot, TicketId)>,
    lines: Vec<ServiceGroup>,
    desks: Vec<Desk>,
    takes: Vec<estimate::Counters>,
    today: Today,
}

impl Picture {
    /// The picture of a hall.
    pub fn of(hall: &Hall, site: &Site, known: &Arc<Known>) -> Picture {
        let mut picture = Picture {
            known: Arc::clone(known),
            midnight: hall.day().start(site.zone),
            weekday: hall.day().0.weekday().number_from_monday() as u8,
            counters: site.counters.clone(),
            call_rules: site.call_rules,
            quick_services: Arc::clone(&site.quick_services),
            waiting: Vec::with_capacity(hall.waiting()),
            spots: Vec::with_capacity(hall.waiting()),
            lines: Vec::with_capacity(hall.waiting()),
            desks: Vec::new(),
            takes: known.takes(site, |id| hall.desk(id).is_some_and(|desk| desk.state == DeskState::Open)),
            today: Today::default(),
        };
        for visit in hall.present() {
            if let Some((spot, waiting, line)) = picture.in_line(visit.into()) {
                picture.waiting.push(waiting);
                picture.spots.push((spot, visit.id));
                picture.lines.push(line);
            }
        }
        picture.desks = site.counters.iter().map(|counter| picture.desk(hall, counter.id)).collect();
        for (code, minutes) in hall.turns() {
            let service = known.knowledge.number(code).unwrap_or(estimate::UNKNOWN_SERVICE);
            picture.today.add(&known.knowledge, Turn { service, minutes });
        }
        picture
    }

    /// Whether the counters and rules are still those of the site.
    pub fn is_of(&self, site: &Site) -> bool {
        if self.call_rules != site.call_rules || self.quick_services != site.quick_services {
            return false;
        }
        let alike = |(a, b): (&Counter, &Counter)| a.id == b.id && a.groups == b.groups && a.quick_only == b.quick_only;
        self.counters.len() == site.counters.len() && self.counters.iter().zip(&site.counters).all(alike)
    }

    /// Where a visitor stands, in this hall already or about to be.
    pub fn place(&self, visitor: Standing<'_>, now: Instant) -> Place {
        let Some((waiting, me)) = self.line_with(visitor) else { return Place::NOT_WAITING };
        estimate::place(&self.scene(&waiting, now), &self.known.knowledge, me)
    }

    /// The same without looking ahead: the estimate told before is kept.
    pub fn place_told(&self, visitor: Standing<'_>, now: Instant, told: &Place) -> Place {
        let Some((waiting, me)) = self.line_with(visitor) else { return Place::NOT_WAITING };
        estimate::at(&self.scene(&waiting, now), &self.known.knowledge, me, told.estimate)
    }

    /// The place of somebody who comes now for a service of a group.
    pub fn newcomer(&self, group: ServiceGroup, now: Instant) -> Place {
        let (service, later) = (self.known.any(group), Later::default());
        let newcomer = Waiting { line_at: self.minute(now), service, later, priority: false, wanted: None };
        let mut waiting = self.waiting.clone();
        waiting.push(newcomer);
        estimate::place(&self.scene(&waiting, now), &self.known.knowledge, waiting.len() - 1)
    }

    /// How many wait for a group, those called earlier included.
    pub fn waiting_for(&self, group: ServiceGroup) -> i64 {
        i64::try_from(self.lines.iter().filter(|line| **line == group).count()).unwrap_or(i64::MAX)
    }

    fn scene<'s>(&'s self, waiting: &'s [Waiting], now: Instant) -> Scene<'s> {
        let (desks, takes) = (&self.desks, &self.takes);
        let regular_per_priority = self.call_rules.regular_per_priority;
        let (now, weekday, today) = (self.minute(now), self.weekday, self.today);
        Scene { now, weekday, waiting, desks, takes, today, regular_per_priority }
    }

    /// The line with a visitor as the visitor says, and the place in it; none for somebody who does not wait.
    fn line_with(&self, visitor: Standing<'_>) -> Option<(Vec<Waiting>, usize)> {
        let (spot, mine, _) = self.in_line(visitor)?;
        let mut waiting = self.waiting.clone();
        let mut place = self.spots.partition_point(|(other, _)| *other < spot);
        let known = self.spots.get(place).is_some_and(|(_, id)| *id == visitor.id).then_some(place);
        if let Some(before) = known.or_else(|| self.spots.iter().position(|(_, id)| *id == visitor.id)) {
            waiting.remove(before);
            place -= usize::from(before < place);
        }
        waiting.insert(place, mine);
        Some((waiting, place))
    }

    fn in_line(&self, visitor: Standing<'_>) -> Option<(Spot, Waiting, ServiceGroup)> {
        let stop = visitor.stops.iter().find(|stop| stop.state == StopState::Waiting)?;
        let wanted = stop.wanted.and_then(|wanted| self.counters.iter().position(|counter| counter.id == wanted));
        let waiting = Waiting {
            line_at: self.minute(stop.line_at),
            service: self.known.number(stop),
            later: self.later(visitor.stops),
            priority: visitor.priority != Priority::None,
            wanted: wanted.and_then(|wanted| u8::try_from(wanted).ok()),
        };
        Some((Spot::of(stop, visitor.number), waiting, stop.group))
    }

    /// The matters after the present one; it may stand anywhere in the visitor's list.
    fn later(&self, stops: &[Stop]) -> Later {
        Later::new(stops.iter().filter(|stop| stop.state == StopState::Pending).map(|stop| self.known.number(stop)))
    }

    fn desk(&self, hall: &Hall, counter: CounterId) -> Desk {
        let calls = hall.calls().filter(|call| call.counter == counter && call.first);
        let recent: Vec<bool> = calls.take(RECENT).map(|call| call.number.letter == 'P').collect();
        Desk {
            staffed: hall.desk(counter).map_or(Staffed::Closed, staffed),
            in_hand: hall.in_hand(counter).and_then(|(visit, stop)| self.in_hand(visit, stop)),
            since_priority: Desk::since_priority(&recent, self.call_rules.regular_per_priority),
        }
    }

    fn in_hand(&self, visit: &Visit, stop: &Stop) -> Option<InHand> {
        Some(InHand {
            service: self.known.number(stop),
            called_at: self.minute(stop.called_at?),
            line_at: self.minute(stop.line_at),
            later: self.later(&visit.stops),
            priority: visit.priority != Priority::None,
        })
    }

    fn minute(&self, at: Instant) -> f64 {
        (at.0 - self.midnight.0) as f64 / 60e6
    }
}

fn staffed(desk: &DeskNow) -> Staffed {
    match desk.state {
        DeskState::Open => Staffed::Open,
        DeskState::Paused => Staffed::Paused,
        DeskState::Closed => Staffed::Closed,
    }
}
