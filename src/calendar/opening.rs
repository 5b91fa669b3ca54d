//! Whether a number is given now, and if not, why and when again (pure). The one function everybody asks: the issue of
//! numbers, the kiosk, the board, the list of sites. The rules stand in `docs/hall.md`.

use chrono::{NaiveTime, Timelike};

use super::{Calendar, DayOff, DayOffKind};
use crate::clock::{Day, Instant};
use crate::sites::{Opening as Stretch, Site};

/// Days looked ahead for the next opening: longer than any closure.
const DAYS_AHEAD: i64 = 60;
/// Friday in the week of ISO 8601, and the hour the Friday prayer falls in.
const FRIDAY: u32 = 5;
const NOON: u32 = 12;

/// The limit of a service on a day, and how much of it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Numbers of the local day at most.
    pub quota: Option<i64>,
    /// Numbers of the local day given so far.
    pub issued: i64,
    /// No number from this local time on.
    pub cut_off: Option<NaiveTime>,
}

/// What the rules say about a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// Numbers are given.
    Open {
        /// Until then; `None` = at every hour.
        until: Option<Instant>,
    },
    /// A break of a day that goes on.
    Break {
        /// Of what kind.
        kind: BreakKind,
        /// When numbers are given again.
        until: Instant,
    },
    /// Nobody is given a number now.
    Closed {
        /// Why.
        why: Shut,
        /// When numbers are given again, as far as is known.
        opens_at: Option<Instant>,
    },
    /// Every number of this service is given.
    QuotaUsed {
        /// How many there were.
        quota: i64,
        /// When numbers are given again, as far as is known.
        opens_at: Option<Instant>,
    },
}

crate::ids::words! {
    /// A pause between two stretches of a day.
    pub enum BreakKind {
        /// The Friday prayer.
        FridayPrayer = "friday_prayer",
        /// Any other.
        Rest = "break",
    }
}

/// Why a site or service gives no numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The doors open later today.
    NotYet,
    /// The day is over.
    Over,
    /// Never open on this weekday.
    Weekday,
    /// A holiday or joint leave, by its name.
    DayOff(DayOffKind, String),
    /// Closed for a reason of the site's own.
    Exception(String),
    /// The last number of this service was given at this local time.
    CutOff(NaiveTime),
}

impl Opening {
    /// Whether a number is given.
    pub fn is_open(&self) -> bool {
        match self {
            Opening::Open { .. } => true,
            Opening::Break { .. } | Opening::Closed { .. } | Opening::QuotaUsed { .. } => false,
        }
    }

    /// The moment at which this answer changes by itself.
    pub fn changes_at(&self) -> Option<Instant> {
        match self {
            Opening::Open { until } => *until,
            Opening::Break { until, .. } => Some(*until),
            Opening::Closed { opens_at, .. } | Opening::QuotaUsed { opens_at, .. } => *opens_at,
        }
    }
}

impl Calendar {
    /// Whether a number is given at a site now: for a service with what was `asked` of its limit, or for any.
    pub fn opening(&self, site: &Site, now: Instant, asked: Option<Asked>) -> Opening {
        if site.always_open {
            return Opening::Open { until: None };
        }
        let opening = self.opening_of_doors(site, now);
        match asked {
            Some(asked) => self.within_limit(site, now, opening, asked),
            None => opening,
        }
    }

    fn opening_of_doors(&self, site: &Site, now: Instant) -> Opening {
        let today = now.day(site.zone);
        let stretches = match self.hours_of(site, today) {
            Ok(stretches) => stretches,
            Err(why) => return Opening::Closed { why, opens_at: self.next_opening(site, today.next()) },
        };
        let spans: Vec<(Instant, Instant)> = stretches.iter().map(|hours| span(site, today, *hours)).collect();
        if let Some((_, until)) = spans.iter().find(|(opens, closes)| *opens <= now && now < *closes) {
            return Opening::Open { until: Some(*until) };
        }
        let mut before =
            stretches.iter().zip(&spans).filter(|(_, (_, closes))| *closes <= now).map(|(hours, _)| *hours);
        let after = spans.iter().find(|(opens, _)| now < *opens).map(|(opens, _)| *opens);
        match (before.next_back(), after) {
            (None, opens_at) => Opening::Closed { why: Shut::NotYet, opens_at },
            (Some((_, from)), Some(until)) => {
                Opening::Break { kind: kind_of_break(today, from, until.time(site.zone)), until }
            }
            (Some(_), None) => Opening::Closed { why: Shut::Over, opens_at: self.next_opening(site, today.next()) },
        }
    }

    /// An open day may be over for one service.
    fn within_limit(&self, site: &Site, now: Instant, opening: Opening, asked: Asked) -> Opening {
        let goes_on = match &opening {
            Opening::Open { .. } => now,
            Opening::Break { until, .. } => *until,
            Opening::Closed { .. } | Opening::QuotaUsed { .. } => return opening,
        };
        let today = now.day(site.zone);
        let tomorrow = || self.next_opening(site, today.next());
        let last = asked.cut_off.map(|time| (time, today.at(time, site.zone)));
        match (opening, last, asked.quota) {
            (_, Some((time, last)), _) if last <= goes_on => {
                Opening::Closed { why: Shut::CutOff(time), opens_at: tomorrow() }
            }
            (_, _, Some(quota)) if asked.issued >= quota => Opening::QuotaUsed { quota, opens_at: tomorrow() },
            (Opening::Open { until }, Some((_, last)), _) => {
                Opening::Open { until: Some(until.map_or(last, |until| until.min(last))) }
            }
            (opening, _, _) => opening,
        }
    }

    /// The first day after a day on which a site gives numbers; the day itself after it when none is known.
    pub fn next_open_day(&self, site: &Site, after: Day) -> Day {
        let next = after.next();
        if site.always_open {
            return next;
        }
        let mut days = (0..DAYS_AHEAD).map(|ahead| next.plus_days(ahead));
        days.find(|day| !self.open_spans(site, *day).is_empty()).unwrap_or(next)
    }

    /// The stretches of a day in which a site gives numbers, in order; none when it is closed all day.
    pub fn open_spans(&self, site: &Site, day: Day) -> Vec<(Instant, Instant)> {
        let hours = self.hours_of(site, day).unwrap_or_default();
        hours.into_iter().map(|hours| span(site, day, hours)).collect()
    }

    /// The hours of a day, or why there are none: first the exceptional day, then holidays, then Ramadan, then the week.
    pub fn hours_of(&self, site: &Site, day: Day) -> Result<Vec<(NaiveTime, NaiveTime)>, Shut> {
        if let Some(exception) = self.exceptions.get(&(site.id, day)) {
            return exception.hours.map(|hours| vec![hours]).ok_or_else(|| Shut::Exception(exception.reason.clone()));
        }
        if let Some(off) = self.closing_day_off(site, day) {
            return Err(Shut::DayOff(off.kind, off.name.clone()));
        }
        let fasting = self.is_ramadan(day) && !site.ramadan_openings.is_empty();
        let week = if fasting { &site.ramadan_openings } else { &site.openings };
        let mut hours: Vec<(NaiveTime, NaiveTime)> = week
            .iter()
            .filter(|o| o.weekday == day.weekday())
            .map(|Stretch { opens, closes, .. }| (*opens, *closes))
            .collect();
        hours.sort_unstable();
        if hours.is_empty() { Err(Shut::Weekday) } else { Ok(hours) }
    }

    fn closing_day_off(&self, site: &Site, day: Day) -> Option<&DayOff> {
        let closes = |off: &&DayOff| match off.kind {
            DayOffKind::National | DayOffKind::Local => true,
            DayOffKind::JointLeave => !site.open_on_joint_leave,
        };
        self.days_off.get(&day)?.iter().filter(closes).min_by_key(|off| off.kind)
    }

    fn next_opening(&self, site: &Site, from: Day) -> Option<Instant> {
        let days = (0..DAYS_AHEAD).map(|ahead| from.plus_days(ahead));
        days.flat_map(|day| self.open_spans(site, day)).map(|(opens, _)| opens).next()
    }
}

fn span(site: &Site, day: Day, (opens, closes): (NaiveTime, NaiveTime)) -> (Instant, Instant) {
    (day.at(opens, site.zone), day.at(closes, site.zone))
}

/// A pause over noon of a Friday is the one for the prayer.
fn kind_of_break(day: Day, from: NaiveTime, until: NaiveTime) -> BreakKind {
    let over_noon = from.hour() <= NOON && until.hour() >= NOON;
    if day.weekday() == FRIDAY && over_noon { BreakKind::FridayPrayer } else { BreakKind::Rest }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;
    use proptest::prelude::*;

    use super::super::test_site::{at, day, site};
    use super::*;
    use crate::calendar::{ExceptionalDay, ServiceLimit};

    fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    fn asked_at(on: &str, clock: &str) -> Opening {
        Calendar::built_in().opening(&site(), at(on, clock), None)
    }

    fn shut(why: Shut, opens: (&str, &str)) -> Opening {
        Opening::Closed { why, opens_at: Some(at(opens.0, opens.1)) }
    }

    #[test]
    fn a_usual_day_opens_rests_and_closes() {
        let open = |clock| Opening::Open { until: Some(at("2026-11-23", clock)) };
        assert_eq!(asked_at("2026-11-23", "07:59"), shut(Shut::NotYet, ("2026-11-23", "08:00")));
        assert_eq!(asked_at("2026-11-23", "08:00"), open("12:00"));
        assert_eq!(asked_at("2026-11-23", "11:59"), open("12:00"));
        let rest = Opening::Break { kind: BreakKind::Rest, until: at("2026-11-23", "13:00") };
        assert_eq!(asked_at("2026-11-23", "12:00"), rest);
        assert_eq!(asked_at("2026-11-23", "13:00"), open("15:00"));
        assert_eq!(asked_at("2026-11-23", "15:00"), shut(Shut::Over, ("2026-11-24", "08:00")));
    }

    #[test]
    fn on_friday_the_break_is_for_the_prayer_and_after_saturday_comes_monday() {
        let mut site = site();
        site.openings.push(Stretch { weekday: 5, opens: time("13:30"), closes: time("15:00") });
        let friday = Calendar::built_in().opening(&site, at("2026-11-27", "11:45"), None);
        let until = at("2026-11-27", "13:30");
        assert_eq!(friday, Opening::Break { kind: BreakKind::FridayPrayer, until });
        assert_eq!(asked_at("2026-11-28", "12:00"), shut(Shut::Over, ("2026-11-30", "08:00")));
        assert_eq!(asked_at("2026-11-29", "09:00"), shut(Shut::Weekday, ("2026-11-30", "08:00")));
    }

    #[test]
    fn a_holiday_closes_and_is_named_and_the_next_opening_passes_over_the_whole_feast() {
        let independence = asked_at("2026-08-17", "09:00");
        let Opening::Closed { why: Shut::DayOff(DayOffKind::National, name), opens_at } = independence else {
            panic!()
        };
        assert!(name.contains("Kemerdekaan"), "{name}");
        assert_eq!(opens_at, Some(at("2026-08-18", "08:00")));
        // Nyepi and Idulfitri of 2026: from Wednesday 18 March to Tuesday 24 March nobody works.
        let Opening::Closed { opens_at, .. } = asked_at("2026-03-20", "09:00") else { panic!() };
        assert_eq!(opens_at, Some(at("2026-03-25", "08:00")));
    }

    #[test]
    fn a_site_in_a_mall_may_open_on_joint_leave_but_not_on_a_holiday() {
        let mall = Site { open_on_joint_leave: true, ..site() };
        let calendar = Calendar::built_in();
        assert!(!calendar.opening(&site(), at("2026-03-23", "09:00"), None).is_open());
        assert!(calendar.opening(&mall, at("2026-03-23", "09:00"), None).is_open());
        assert!(!calendar.opening(&mall, at("2026-08-17", "09:00"), None).is_open());
    }

    #[test]
    fn in_ramadan_a_site_keeps_its_other_hours() {
        let short = Stretch { weekday: 1, opens: time("09:00"), closes: time("14:00") };
        let fasting = Site { ramadan_openings: vec![short], ..site() };
        let calendar = Calendar::built_in();
        let open_at = |on, clock| calendar.opening(&fasting, at(on, clock), None);
        assert_eq!(open_at("2026-02-23", "12:30"), Opening::Open { until: Some(at("2026-02-23", "14:00")) });
        assert_eq!(open_at("2026-02-23", "08:30"), shut(Shut::NotYet, ("2026-02-23", "09:00")));
        assert!(open_at("2026-02-09", "08:30").is_open(), "a Monday before");
        assert!(asked_at("2026-02-23", "08:30").is_open(), "a site without such hours keeps the usual ones");
    }

    #[test]
    fn an_exceptional_day_decides_before_everything_else() {
        let place = site();
        let exception =
            |on, hours, reason: &str| ExceptionalDay { site: place.id, on: day(on), hours, reason: reason.into() };
        let days = vec![
            exception("2026-11-23", None, "Listrik padam"),
            exception("2026-08-17", Some((time("08:00"), time("10:00"))), "Pelayanan khusus"),
        ];
        let calendar = Calendar::built_in().with_exceptions(days, vec![]);
        let closed = calendar.opening(&place, at("2026-11-23", "09:00"), None);
        assert_eq!(closed, shut(Shut::Exception("Listrik padam".into()), ("2026-11-24", "08:00")));
        assert!(calendar.opening(&place, at("2026-08-17", "09:59"), None).is_open());
        assert!(calendar.opening(&site(), at("2026-11-23", "09:00"), None).is_open(), "another site");
    }

    #[test]
    fn a_service_ends_at_its_cut_off_or_with_its_last_number() {
        let asked = |quota, issued, cut_off: Option<&str>| Some(Asked { quota, issued, cut_off: cut_off.map(time) });
        let opening = |clock, asked| Calendar::built_in().opening(&site(), at("2026-11-23", clock), asked);
        let tomorrow = Some(at("2026-11-24", "08:00"));
        let used = Opening::QuotaUsed { quota: 70, opens_at: tomorrow };
        assert!(opening("09:00", asked(Some(70), 69, None)).is_open());
        assert_eq!(opening("09:00", asked(Some(70), 70, None)), used);
        assert_eq!(opening("12:30", asked(Some(70), 70, None)), used, "nobody comes back after the break for nothing");
        assert_eq!(
            opening("09:00", asked(None, 0, Some("11:00"))),
            Opening::Open { until: Some(at("2026-11-23", "11:00")) }
        );
        assert_eq!(
            opening("11:00", asked(None, 0, Some("11:00"))),
            shut(Shut::CutOff(time("11:00")), ("2026-11-24", "08:00"))
        );
        assert_eq!(
            opening("12:10", asked(None, 0, Some("12:30"))),
            shut(Shut::CutOff(time("12:30")), ("2026-11-24", "08:00"))
        );
        assert_eq!(opening("15:00", asked(Some(0), 0, None)), shut(Shut::Over, ("2026-11-24", "08:00")));
    }

    #[test]
    fn a_demonstration_is_open_at_every_hour_without_quota() {
        let demo = Site { always_open: true, ..site() };
        let asked = Some(Asked { quota: Some(0), issued: 9, cut_off: Some(time("00:00")) });
        let calendar = Calendar::built_in();
        assert_eq!(calendar.opening(&demo, at("2026-08-17", "03:00"), asked), Opening::Open { until: None });
    }

    #[test]
    fn each_zone_has_its_own_morning_midnight_and_year_end() {
        for (zone, utc_hour) in [(Tz::Asia__Jakarta, 1), (Tz::Asia__Makassar, 0), (Tz::Asia__Jayapura, -1)] {
            let there = Site { zone, ..site() };
            let morning = day("2026-11-24").start(Tz::UTC).plus_minutes(utc_hour * 60);
            let calendar = Calendar::built_in();
            assert!(calendar.opening(&there, morning, None).is_open(), "{zone}");
            assert!(!calendar.opening(&there, morning.plus_seconds(-1), None).is_open(), "{zone}");
            let year_end = day("2027-01-01").start(zone).plus_seconds(-1);
            let closed = calendar.opening(&there, year_end, None);
            let first = Some(day("2027-01-02").at(time("08:00"), zone));
            assert_eq!(closed, Opening::Closed { why: Shut::Over, opens_at: first }, "Saturday, 2 January, in {zone}");
        }
    }

    #[test]
    fn a_site_that_never_opens_knows_no_next_opening() {
        let never = Site { openings: vec![], ..site() };
        let closed = Calendar::built_in().opening(&never, at("2026-11-23", "09:00"), None);
        assert_eq!(closed, Opening::Closed { why: Shut::Weekday, opens_at: None });
    }

    proptest! {
        #[test]
        fn what_is_said_about_the_next_change_is_true(minutes in 0_i64..525_600, quota in 0_i64..3, issued in 0_i64..3, cut_off in 0_u32..24) {
            let now = day("2026-01-01").start(Tz::Asia__Jakarta).plus_minutes(minutes);
            let limit = ServiceLimit { site: site().id, service: "X".into(), quota: Some(quota), cut_off: NaiveTime::from_hms_opt(cut_off, 0, 0) };
            static CALENDAR: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::built_in);
            let (calendar, place) = (&*CALENDAR, site());
            let fresh = Asked { quota: None, issued: 0, cut_off: None };
            let asked = Asked { quota: limit.quota, issued, cut_off: limit.cut_off };
            let opening = calendar.opening(&place, now, Some(asked));
            match opening.changes_at() {
                Some(change) => {
                    prop_assert!(change > now);
                    prop_assert!((change.0 - now.0) / 86_400_000_000 < DAYS_AHEAD);
                    let doors = calendar.opening(&place, change, Some(fresh)).is_open();
                    prop_assert!(doors || opening.is_open(), "doors are open when it says they will be");
                    if opening.is_open() {
                        prop_assert!(calendar.opening(&place, change.plus_seconds(-1), Some(asked)).is_open());
                        prop_assert!(!calendar.opening(&place, change, Some(asked)).is_open());
                    }
                }
                None => prop_assert!(false, "a site that opens every week opens again"),
            }
            prop_assert!(!opening.is_open() || (issued < quota && now.hour(place.zone) < cut_off));
            let spans = calendar.open_spans(&place, now.day(place.zone));
            let within = spans.iter().any(|(opens, closes)| *opens <= now && now < *closes);
            prop_assert_eq!(calendar.opening(&place, now, None).is_open(), within);
        }
    }
}
