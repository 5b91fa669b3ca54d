//! The chance that an open file will be late, and when it may be ready (pure): the stages still to come, each as long as
//! such stages took, beginning with what the file has spent in its present one. The rules stand in `docs/due-dates.md`.

mod paces;
mod replay;

pub use paces::Paces;
pub use replay::{Replayed, replay};

use super::course::Course;
use crate::calendar::{Calendar, SlaUnit};
use crate::catalogue::StageName;
use crate::clock::{Day, Instant};
use crate::sites::Site;
use paces::{MOST_DAYS, first_working};

/// Working days ahead that are told apart.
const HORIZON: usize = 4 * MOST_DAYS;
/// Nine of ten such files are ready by the later date.
const NEARLY_ALL: f64 = 0.9;

/// What is foretold of an open file. Days are working days.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// The chance to be late, 0 to 1.
    pub chance: f64,
    /// Days to the promised date; 0 = today.
    pub days_left: i64,
    /// Days of the whole promise.
    pub promised_days: i64,
    /// Where it stands.
    pub stage: StageName,
    /// Days it has spent there.
    pub spent_days: i64,
    /// Days such a file usually spends there in all (the middle).
    pub usual_days: i64,
    /// Stages after that one.
    pub stages_ahead: i64,
    /// Days these usually take together.
    pub days_ahead: i64,
    /// The date by which every second such file is ready.
    pub likely_on: Day,
    /// The date by which nine of ten are.
    pub late_on: Day,
}

impl Forecast {
    /// The chance in thousandths, as it is kept.
    pub fn thousandths(&self) -> i64 {
        (self.chance * 1000.0).round().clamp(0.0, 1000.0) as i64
    }
}

/// Foretells an open file; none while its clock stands. A file that is late already has a chance of 1.
pub fn foretell(
    paces: &Paces,
    (calendar, site): (&Calendar, &Site),
    course: &Course,
    now: Instant,
) -> Option<Forecast> {
    let time = course.stands_in()?;
    let today = first_working(calendar, now.day(site.zone));
    let due_at = course.due_at((calendar, site)).0;
    let days_left = calendar.working_days_left(today, due_at.day(site.zone));
    let spent = |stage| {
        let times = course.times();
        let found = times.iter().find(|one| one.stage == stage);
        found.map_or(0, |one| usize::try_from(one.days(calendar, site.zone, today)).unwrap_or(0))
    };
    let here = spent(time.stage);
    let first = paces.rest(&course.plan, time.stage, here);
    let ahead: Vec<StageName> = ahead(course, time.stage);
    let after = ahead
        .iter()
        .fold(vec![1.0], |so_far, stage| together(&so_far, &paces.rest(&course.plan, *stage, spent(*stage))));
    let whole = together(&first, &after);
    let late: f64 = match usize::try_from(days_left) {
        Ok(left) if now <= due_at => whole.iter().skip(left + 1).sum(),
        Ok(_) | Err(_) => 1.0,
    };
    Some(Forecast {
        chance: late.clamp(0.0, 1.0),
        days_left,
        promised_days: promised_days(course),
        stage: time.stage,
        spent_days: whole_number(here),
        usual_days: whole_number(here + middle(&first)),
        stages_ahead: whole_number(ahead.len()),
        days_ahead: whole_number(middle(&after)),
        likely_on: working_day(calendar, today, quantile(&whole, 0.5)),
        late_on: working_day(calendar, today, quantile(&whole, NEARLY_ALL)),
    })
}

/// The stages after one, without those in which the promise rests.
fn ahead(course: &Course, stage: StageName) -> Vec<StageName> {
    let to_come = course.way.iter().copied().filter(|one| *one > stage);
    to_come.filter(|one| !course.plan.rests_in(*one)).collect()
}

fn promised_days(course: &Course) -> i64 {
    match course.plan.sla.unit {
        SlaUnit::WorkingDays => course.plan.sla.value,
        SlaUnit::Hours => 1,
    }
}

/// The chances of two waits one after the other.
fn together(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut both = vec![0.0; (one.len() + other.len() - 1).min(HORIZON)];
    let last = both.len() - 1;
    for (n, first) in one.iter().enumerate() {
        for (m, second) in other.iter().enumerate() {
            both[(n + m).min(last)] += first * second;
        }
    }
    both
}

fn middle(chances: &[f64]) -> usize {
    quantile(chances, 0.5)
}

/// The first day by which a part of all is reached.
fn quantile(chances: &[f64], part: f64) -> usize {
    let mut sum = 0.0;
    let reached = chances.iter().position(|chance| {
        sum += chance;
        sum + 1e-9 >= part
    });
    reached.unwrap_or(chances.len() - 1)
}

fn working_day(calendar: &Calendar, today: Day, ahead: usize) -> Day {
    calendar.due(today, whole_number(ahead)).day
}

fn whole_number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ApplicationState::*;
    use super::super::course::tests::{at, course};
    use super::*;
    use crate::ids::{ApplicationId, SiteId};
    use crate::sites::Sites;

    fn office() -> (Calendar, Site) {
        let site = Site { id: SiteId(uuid::Uuid::nil()), ..crate::sites::built_in(Instant(0)).unwrap().remove(0) };
        (Calendar::built_in(), site)
    }

    /// Files that spend so many days with the OPD, one each.
    fn past(days: &[u32]) -> Vec<Course> {
        let file = |(n, days): (usize, &u32)| {
            let moves = [
                (Registered, at(2, 9)),
                (InRecommendation, at(2, 10)),
                (InDrafting, at(2 + days, 12)),
                (AwaitingSignature, at(2 + days, 13)),
                (Ready, at(2 + days, 14)),
            ];
            let site = office().1.id;
            let id = ApplicationId::new(i64::try_from(n).unwrap());
            Course { site, id, ..course("SIPB", &moves, &[]) }
        };
        days.iter().enumerate().map(file).collect()
    }

    fn learnt(days: &[u32]) -> Paces {
        let (calendar, site) = office();
        Paces::learn(&past(days), (&calendar, &Sites::of(vec![site])), at(23, 8))
    }

    fn chance(paces: &Paces, moves: &[(super::super::ApplicationState, Instant)], now: Instant) -> Forecast {
        let (calendar, site) = office();
        foretell(paces, (&calendar, &site), &course("SIPB", moves, &[]), now).unwrap()
    }

    #[test]
    fn a_slow_opd_makes_a_file_likely_to_be_late_and_a_quick_one_does_not() {
        let moves = [(Registered, at(23, 9)), (InRecommendation, at(23, 10))];
        let quick = chance(&learnt(&[1; 40]), &moves, at(24, 9));
        let slow = chance(&learnt(&[8; 40]), &moves, at(24, 9));
        assert!(quick.chance < 0.15, "{quick:?}");
        assert!(slow.chance > 0.5 && slow.usual_days >= 5, "{slow:?}");
        assert!(quick.likely_on < slow.likely_on && slow.likely_on <= slow.late_on);
        assert_eq!((quick.days_left, quick.spent_days, quick.stages_ahead), (4, 1, 2));
    }

    #[test]
    fn a_late_file_is_late_and_one_whose_clock_stands_is_not_foretold() {
        let (calendar, site) = office();
        let moves = [(Registered, at(2, 9)), (InRecommendation, at(3, 10))];
        assert!((chance(&Paces::default(), &moves, at(24, 9)).chance - 1.0).abs() < 1e-12);
        let back = course("SIPB", &[(Registered, at(23, 9)), (Returned, at(23, 10))], &[(at(23, 10), None)]);
        assert_eq!(foretell(&Paces::default(), (&calendar, &site), &back, at(24, 9)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_chance_is_a_chance_and_the_same_past_foretells_the_same(
            days in proptest::collection::vec(0u32..12, 0..30), passed in 0u32..5
        ) {
            let paces = learnt(&days);
            let plan = course("SIPB", &[(Registered, at(23, 9))], &[]).plan;
            for spent in [0, 3, 60] {
                let sum: f64 = paces.rest(&plan, StageName::Recommendation, spent).iter().sum();
                prop_assert!((sum - 1.0).abs() < 1e-9);
            }
            let moves = [(Registered, at(23, 9)), (InRecommendation, at(23, 10)), (InDrafting, at(24, 10))];
            let now = at(24 + passed, 11);
            let there = chance(&paces, &moves[..2], now);
            let on = chance(&paces, &moves, now);
            prop_assert!((0.0..=1.0).contains(&there.chance) && there.likely_on <= there.late_on);
            prop_assert!(there.stages_ahead == on.stages_ahead + 1);
            prop_assert_eq!(&there, &chance(&paces, &moves[..2], now));
            let past_due = chance(&paces, &moves[..2], at(30, 16));
            prop_assert!(past_due.chance >= there.chance);
        }

        #[test]
        fn nothing_after_the_moment_is_learnt_or_foretold(days in proptest::collection::vec(0u32..12, 1..30), cut in 3u32..14) {
            let (calendar, site) = office();
            let courses = past(&days);
            let sites = Sites::of(vec![site]);
            let seen: Vec<Course> = courses.iter().filter_map(|one| one.as_of(at(cut, 8))).collect();
            let whole = Paces::learn(&courses, (&calendar, &sites), at(cut, 8));
            prop_assert_eq!(whole, Paces::learn(&seen, (&calendar, &sites), at(cut, 8)));
        }
    }
}
