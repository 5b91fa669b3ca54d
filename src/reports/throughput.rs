//! Throughput: what arrived, what was served, how long it took; by hour, day, service, counter or clerk (pure).

use std::collections::BTreeMap;

use serde::Serialize;

use super::percentile::Spread;
use super::stop::{Ending, StopRecord};
use crate::clock::{Day, Instant};
use crate::ids::{CounterId, OfficerId};

crate::ids::words! {
    /// What a row stands for.
    pub enum By {
        /// Local hour of day, over all days. An arrival and a wait count in the hour of the arrival, an end and a
        /// service in the hour of the end.
        Hour = "hour",
        /// Local day of the number.
        Day = "day",
        /// Service.
        Service = "service",
        /// Counter that called.
        Counter = "counter",
        /// Clerk who called.
        Clerk = "clerk",
        /// With an appointment, or without one.
        Booking = "booking",
    }
}

/// What one row stands for. `None`: not called yet, or called by nobody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    /// 0 to 23.
    Hour(u32),
    /// Local day.
    Day(Day),
    /// Code of the service.
    Service(String),
    /// Counter.
    Counter(Option<CounterId>),
    /// Name and identity, so that rows stand in order of names, never of figures.
    Clerk(Option<(String, OfficerId)>),
    /// Whether with an appointment.
    Booking(bool),
}

/// The figures of a row or of all rows. They count stops: a visit with two matters counts twice, and once in
/// `visitors`. Over all rows `arrived = served + no_show + cancelled + open`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// Matters brought.
    pub arrived: i64,
    /// Numbers taken.
    pub visitors: i64,
    /// Served to the end.
    pub served: i64,
    /// Called in vain.
    pub no_show: i64,
    /// Given up by the visitor.
    pub cancelled: i64,
    /// Still open, or left in line when the day ended, a kept place too.
    pub open: i64,
    /// Of a hundred matters that ended here, called in vain; none where nothing ended.
    pub no_show_percent: Option<f64>,
    /// Of a hundred matters that ended here, given up.
    pub cancelled_percent: Option<f64>,
    /// Of a hundred matters that were called and ended here, called more than once.
    pub recalled_percent: Option<f64>,
    /// Minutes in line until the first call.
    pub wait_p50_minutes: Option<f64>,
    /// See [`Figures::wait_p50_minutes`].
    pub wait_p90_minutes: Option<f64>,
    /// See [`Figures::wait_p50_minutes`].
    pub wait_max_minutes: Option<f64>,
    /// Minutes from the first call to the start of service.
    pub call_to_start_p50_minutes: Option<f64>,
    /// See [`Figures::call_to_start_p50_minutes`].
    pub call_to_start_p90_minutes: Option<f64>,
    /// Minutes of service.
    pub service_p50_minutes: Option<f64>,
    /// See [`Figures::service_p50_minutes`].
    pub service_p90_minutes: Option<f64>,
    /// See [`Figures::service_p50_minutes`].
    pub service_max_minutes: Option<f64>,
}

/// Rows in order of their keys, and the figures of all of them together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Throughput {
    /// Only keys with something to count.
    pub rows: Vec<(RowKey, Figures)>,
    /// Counts are the sums of the rows; percentiles are those of all stops, not means of percentiles.
    pub totals: Figures,
}

impl Throughput {
    /// Counts stops by a key.
    pub fn of(stops: &[StopRecord], by: By) -> Throughput {
        let mut rows: BTreeMap<RowKey, Tally> = BTreeMap::new();
        let mut all = Tally::default();
        for stop in stops {
            rows.entry(key(stop, by, stop.arrived_at)).or_default().count_arrival(stop);
            all.count_arrival(stop);
            if let Some((ending, ended)) = stop.ending() {
                rows.entry(key(stop, by, ended)).or_default().count_end(stop, ending);
                all.count_end(stop, ending);
            }
        }
        let rows = rows.into_iter().map(|(key, tally)| (key, tally.figures())).collect();
        Throughput { rows, totals: all.figures() }
    }
}

fn key(stop: &StopRecord, by: By, at: Instant) -> RowKey {
    match by {
        By::Hour => RowKey::Hour(at.hour(stop.zone)),
        By::Day => RowKey::Day(stop.day),
        By::Service => RowKey::Service(stop.service.clone()),
        By::Counter => RowKey::Counter(stop.counter),
        By::Booking => RowKey::Booking(stop.by_appointment),
        By::Clerk => RowKey::Clerk(stop.officer.map(|id| (stop.officer_name.clone().unwrap_or_default(), id))),
    }
}

/// Counts and durations while they are gathered.
#[derive(Default)]
struct Tally {
    counts: Figures,
    waits: Vec<i64>,
    /// Called and ended, and those of them called more than once.
    called: (i64, i64),
    comes: Vec<i64>,
    services: Vec<i64>,
}

impl Tally {
    fn count_arrival(&mut self, stop: &StopRecord) {
        self.counts.arrived += 1;
        self.counts.visitors += i64::from(stop.position == 1);
        self.counts.open += i64::from(stop.ending().is_none());
        self.waits.extend(stop.wait());
    }

    fn count_end(&mut self, stop: &StopRecord, ending: Ending) {
        match ending {
            Ending::Served => self.counts.served += 1,
            Ending::NoShow => self.counts.no_show += 1,
            Ending::Cancelled => self.counts.cancelled += 1,
        }
        if stop.called_at.is_some() {
            self.called.0 += 1;
            self.called.1 += i64::from(stop.calls > 1);
        }
        self.comes.extend(stop.call_to_start());
        self.services.extend(stop.service_time());
    }

    fn figures(self) -> Figures {
        let (wait, come, service) = (Spread::of(self.waits), Spread::of(self.comes), Spread::of(self.services));
        let ended = self.counts.served + self.counts.no_show + self.counts.cancelled;
        Figures {
            no_show_percent: percent(self.counts.no_show, ended),
            cancelled_percent: percent(self.counts.cancelled, ended),
            recalled_percent: percent(self.called.1, self.called.0),
            wait_p50_minutes: wait.p50,
            wait_p90_minutes: wait.p90,
            wait_max_minutes: wait.max,
            call_to_start_p50_minutes: come.p50,
            call_to_start_p90_minutes: come.p90,
            service_p50_minutes: service.p50,
            service_p90_minutes: service.p90,
            service_max_minutes: service.max,
            ..self.counts
        }
    }
}

/// To a tenth.
fn percent(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (1000.0 * part as f64 / whole as f64).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::super::stop::samples::{at, served, waiting};
    use super::*;
    use crate::queue::StopState;
    use crate::sites::ServiceGroup;

    /// Two served at 8, one at 9 that ends after 10, one missed, one given up, one still in line.
    fn morning() -> Vec<StopRecord> {
        let missed = StopRecord {
            state: StopState::NoShow,
            calls: 3,
            called_at: Some(at(9, 20)),
            ended_at: Some(at(9, 23)),
            ..waiting("KK", ServiceGroup::Population, at(9, 5))
        };
        let gone = StopRecord {
            state: StopState::Cancelled,
            ended_at: Some(at(10, 5)),
            ..waiting("KK", ServiceGroup::Population, at(9, 6))
        };
        vec![
            served("SIPB", at(8, 0), [4, 1, 10]),
            served("SIPB", at(8, 10), [8, 2, 12]),
            served("KK", at(9, 30), [31, 1, 6]),
            missed,
            gone,
            waiting("AMBIL", ServiceGroup::PickUp, at(10, 30)),
        ]
    }

    #[test]
    fn the_numbers_of_a_small_morning_are_exactly_right() {
        let report = Throughput::of(&morning(), By::Hour);
        let totals = Figures {
            arrived: 6,
            visitors: 6,
            served: 3,
            no_show: 1,
            cancelled: 1,
            open: 1,
            no_show_percent: Some(20.0),
            cancelled_percent: Some(20.0),
            recalled_percent: Some(25.0),
            wait_p50_minutes: Some(8.0),
            wait_p90_minutes: Some(31.0),
            wait_max_minutes: Some(31.0),
            call_to_start_p50_minutes: Some(1.0),
            call_to_start_p90_minutes: Some(2.0),
            service_p50_minutes: Some(10.0),
            service_p90_minutes: Some(12.0),
            service_max_minutes: Some(12.0),
        };
        assert_eq!(report.totals, totals);
        let counts: Vec<_> =
            report.rows.iter().map(|(k, f)| (k.clone(), f.arrived, f.served, f.no_show, f.cancelled)).collect();
        let expected = [(RowKey::Hour(8), 2, 2, 0, 0), (RowKey::Hour(9), 3, 0, 1, 0), (RowKey::Hour(10), 1, 1, 0, 1)];
        assert_eq!(counts, expected);
    }

    #[test]
    fn totals_tie_with_the_rows_however_they_are_cut() {
        for by in By::ALL {
            let report = Throughput::of(&morning(), *by);
            let sum = |count: fn(&Figures) -> i64| report.rows.iter().map(|(_, f)| count(f)).sum::<i64>();
            let t = &report.totals;
            let sums = [
                (sum(|f| f.arrived), t.arrived),
                (sum(|f| f.visitors), t.visitors),
                (sum(|f| f.served), t.served),
                (sum(|f| f.no_show), t.no_show),
                (sum(|f| f.cancelled), t.cancelled),
                (sum(|f| f.open), t.open),
            ];
            assert!(sums.iter().all(|(rows, total)| rows == total), "{by}: {sums:?}");
            assert_eq!(t.arrived, t.served + t.no_show + t.cancelled + t.open);
        }
    }

    #[test]
    fn a_visit_with_two_matters_is_one_visitor() {
        let mut second = served("KK", at(8, 0), [30, 0, 5]);
        second.position = 2;
        let report = Throughput::of(&[served("SIPB", at(8, 0), [4, 1, 10]), second], By::Day);
        assert_eq!((report.totals.arrived, report.totals.visitors, report.rows.len()), (2, 1, 1));
    }

    #[test]
    fn those_with_an_appointment_are_counted_apart_from_those_without() {
        let booked = StopRecord { by_appointment: true, ..served("SIPB", at(8, 0), [4, 1, 10]) };
        let report = Throughput::of(&[booked, served("SIPB", at(8, 5), [30, 1, 10])], By::Booking);
        let waits: Vec<_> = report.rows.iter().map(|(key, f)| (key.clone(), f.arrived, f.wait_p50_minutes)).collect();
        assert_eq!(waits, [(RowKey::Booking(false), 1, Some(30.0)), (RowKey::Booking(true), 1, Some(4.0))]);
    }

    #[test]
    fn rates_are_told_of_each_service() {
        let report = Throughput::of(&morning(), By::Service);
        let rates = |code: &str| {
            let (_, f) = report.rows.iter().find(|(key, _)| *key == RowKey::Service(code.into())).unwrap();
            (f.no_show_percent, f.cancelled_percent, f.recalled_percent)
        };
        assert_eq!(rates("KK"), (Some(33.3), Some(33.3), Some(50.0)));
        assert_eq!(rates("SIPB"), (Some(0.0), Some(0.0), Some(0.0)));
        assert_eq!(rates("AMBIL"), (None, None, None));
    }

    #[test]
    fn an_empty_day_has_no_rows_and_no_percentiles() {
        assert_eq!(Throughput::of(&[], By::Hour), Throughput::default());
    }
}
