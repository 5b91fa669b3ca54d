//! One matter of a visit as the reports read it (pure).

use chrono_tz::Tz;

use super::percentile::between;
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, OfficerId, TicketId};
use crate::queue::StopState;
use crate::sites::ServiceGroup;

/// How a stop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Served.
    Served,
    /// The visitor did not come when called; what was left of the visit was missed with it.
    NoShow,
    /// The visitor gave up.
    Cancelled,
}

/// One matter of a visit.
#[derive(Clone, Debug)]
pub struct StopRecord {
    /// The visit.
    pub ticket: TicketId,
    /// The local day of the number.
    pub day: Day,
    /// The site's zone.
    pub zone: Tz,
    /// Counts from 1 within the visit.
    pub position: i64,
    /// Code of the service.
    pub service: String,
    /// The line it stands in.
    pub group: ServiceGroup,
    /// Where it stands.
    pub state: StopState,
    /// How often it was called to its last counter.
    pub calls: i64,
    /// Whether the visit was still in the hall when its day ended: the place was kept, or it was sent home with a reason.
    pub left_over: bool,
    /// Whether the visitor came with an appointment.
    pub by_appointment: bool,
    /// The counter it was called to last.
    pub counter: Option<CounterId>,
    /// Who called it last.
    pub officer: Option<OfficerId>,
    /// Name of that officer.
    pub officer_name: Option<String>,
    /// When the number was taken.
    pub arrived_at: Instant,
    /// Since when it waits: the place in line, or the end of the stop before it, whichever is later. Time spent at
    /// another counter is no waiting.
    pub in_line_at: Instant,
    /// The first call.
    pub called_at: Option<Instant>,
    /// When service began.
    pub started_at: Option<Instant>,
    /// When it ended, in whatever way.
    pub ended_at: Option<Instant>,
    /// When the visit ended.
    pub closed_at: Option<Instant>,
}

impl StopRecord {
    /// How and when the stop ended; `None` while it is open, or when the day ended before it was served: nobody gave
    /// that up.
    pub fn ending(&self) -> Option<(Ending, Instant)> {
        let ending = match self.state {
            StopState::Done => Ending::Served,
            StopState::NoShow => Ending::NoShow,
            StopState::Cancelled if self.left_over => return None,
            StopState::Cancelled => Ending::Cancelled,
            StopState::Pending => return self.closed_at.map(|at| (Ending::NoShow, at)),
            StopState::Waiting | StopState::Called | StopState::Serving | StopState::OnHold => return None,
        };
        Some((ending, self.ended_at.or(self.closed_at).unwrap_or(self.arrived_at)))
    }

    /// Microseconds in line until the first call.
    pub fn wait(&self) -> Option<i64> {
        self.called_at.map(|called| between(self.in_line_at, called))
    }

    /// Microseconds from the first call until the visitor sat at the counter.
    pub fn call_to_start(&self) -> Option<i64> {
        Some(between(self.called_at?, self.started_at?))
    }

    /// Microseconds of service, parked time included; only of what was served.
    pub fn service_time(&self) -> Option<i64> {
        match self.ending()? {
            (Ending::Served, ended) => Some(between(self.started_at?, ended)),
            (Ending::NoShow | Ending::Cancelled, _) => None,
        }
    }
}

/// Lets each stop wait from the end of the one before it; `stops` are in order of visit and position.
pub(super) fn follow_on(stops: &mut [StopRecord]) {
    for at in 1..stops.len() {
        let (before, rest) = stops.split_at_mut(at);
        let (Some(previous), Some(stop)) = (before.last(), rest.first_mut()) else { continue };
        if let Some(ended) = previous.ended_at.filter(|_| previous.ticket == stop.ticket) {
            stop.in_line_at = stop.in_line_at.max(ended);
        }
    }
}

#[cfg(test)]
pub(super) mod samples {
    use super::*;

    /// 24 November 2026 at a local time of Western Indonesia.
    pub fn at(hour: u32, minute: u32) -> Instant {
        let time = chrono::NaiveTime::from_hms_opt(hour, minute, 0).unwrap();
        Day::parse("2026-11-24").unwrap().at(time, Tz::Asia__Jakarta)
    }

    /// A first stop that waits since `arrived`.
    pub fn waiting(service: &str, group: ServiceGroup, arrived: Instant) -> StopRecord {
        StopRecord {
            ticket: TicketId::new(arrived.0),
            day: arrived.day(Tz::Asia__Jakarta),
            zone: Tz::Asia__Jakarta,
            position: 1,
            service: service.to_owned(),
            group,
            state: StopState::Waiting,
            calls: 0,
            left_over: false,
            by_appointment: false,
            counter: None,
            officer: None,
            officer_name: None,
            arrived_at: arrived,
            in_line_at: arrived,
            called_at: None,
            started_at: None,
            ended_at: None,
            closed_at: None,
        }
    }

    /// The same, served: minutes of waiting, coming and service one after the other.
    pub fn served(service: &str, arrived: Instant, minutes: [i64; 3]) -> StopRecord {
        let called = arrived.plus_minutes(minutes[0]);
        let started = called.plus_minutes(minutes[1]);
        StopRecord {
            state: StopState::Done,
            calls: 1,
            called_at: Some(called),
            started_at: Some(started),
            ended_at: Some(started.plus_minutes(minutes[2])),
            ..waiting(service, ServiceGroup::Permits, arrived)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::{at, served, waiting};
    use super::*;

    #[test]
    fn a_second_stop_waits_from_the_end_of_the_first() {
        let first = served("SIPB", at(9, 0), [10, 1, 9]);
        let mut second = served("KK", at(9, 0), [25, 0, 5]);
        (second.ticket, second.position) = (first.ticket, 2);
        let mut visit = [first, second];
        follow_on(&mut visit);
        assert_eq!(visit[1].wait(), Some(between(at(9, 20), at(9, 25))));
    }

    #[test]
    fn another_visit_does_not_shorten_the_wait() {
        let mut stops = [served("SIPB", at(9, 0), [10, 1, 9]), served("KK", at(9, 1), [25, 0, 5])];
        follow_on(&mut stops);
        assert_eq!(stops[1].wait(), Some(between(at(9, 1), at(9, 26))));
    }

    #[test]
    fn a_place_that_was_kept_was_not_given_up() {
        let mut stop = waiting("KK", ServiceGroup::Population, at(14, 50));
        (stop.state, stop.ended_at) = (StopState::Cancelled, Some(at(15, 0)));
        assert_eq!(stop.ending(), Some((Ending::Cancelled, at(15, 0))));
        stop.left_over = true;
        assert_eq!(stop.ending(), None);
    }

    #[test]
    fn what_is_left_of_a_missed_visit_is_missed_with_it() {
        let mut pending = waiting("KK", ServiceGroup::Population, at(9, 0));
        pending.state = StopState::Pending;
        assert_eq!(pending.ending(), None);
        pending.closed_at = Some(at(10, 0));
        assert_eq!(pending.ending(), Some((Ending::NoShow, at(10, 0))));
    }
}
