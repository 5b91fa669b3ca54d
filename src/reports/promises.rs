//! Promises kept, kept on the last day, and broken: of whole files, of stages and of the OPD they are at (pure).

use std::collections::BTreeMap;

use serde::Serialize;

use super::percentile::nearest_rank;
use crate::calendar::Calendar;
use crate::catalogue::StageName;
use crate::clock::{Day, Instant};
use crate::permits::{Course, StageTime, Stand, due_of};
use crate::sites::Site;

crate::ids::words! {
    /// What a row stands for.
    pub enum PromisesBy {
        /// Whole files, by service.
        Service = "service",
        /// Stages, of all services.
        Stage = "stage",
        /// Stages at a technical OPD, by OPD.
        Opd = "opd",
        /// Stages of each service.
        ServiceStage = "service_stage",
    }
}

/// What one row stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PromiseKey {
    /// Code of the service.
    Service(String),
    /// Stage, in order of the office.
    Stage(StageName),
    /// Name of the OPD.
    Opd(String),
    /// Code of the service and stage.
    ServiceStage(String, StageName),
}

/// The figures of a row or of all rows; `ended = kept + near + broken + free`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PromiseFigures {
    /// Ended on the days asked for: decided files, or stages that were passed.
    pub ended: i64,
    /// Kept before the last day.
    pub kept: i64,
    /// Kept on the last day.
    pub near: i64,
    /// Broken.
    pub broken: i64,
    /// No time was set.
    pub free: i64,
    /// Of those with a time, the part in time, in percent.
    pub kept_percent: Option<f64>,
    /// Half of them took no more working days; those with the applicant are not counted.
    pub days_p50: Option<i64>,
    /// Nine of ten took no more.
    pub days_p90: Option<i64>,
    /// Not ended now.
    pub open: i64,
    /// Of these, due today.
    pub open_near: i64,
    /// Of these, late.
    pub open_late: i64,
}

/// The report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promises {
    /// Only keys with something to count.
    pub rows: Vec<(PromiseKey, PromiseFigures)>,
    /// All of them together.
    pub totals: PromiseFigures,
}

/// A promise that was given: for what, when it ended, how it stands, the working days it took.
struct Given {
    key: PromiseKey,
    ended: Option<Day>,
    stand: Stand,
    days: i64,
}

/// A site with the files filed there.
pub struct SiteCourses<'a> {
    /// Where.
    pub site: &'a Site,
    /// Their courses.
    pub courses: Vec<Course>,
}

impl Promises {
    /// Counts the promises of sites: what ended on local days, both included, and what is open now.
    pub fn of(
        sites: &[SiteCourses<'_>],
        by: PromisesBy,
        (calendar, now): (&Calendar, Instant),
        (from, to): (Day, Day),
    ) -> Promises {
        let mut rows: BTreeMap<PromiseKey, Vec<Given>> = BTreeMap::new();
        for SiteCourses { site, courses } in sites {
            let given = courses.iter().flat_map(|course| given(course, by, (calendar, site), now));
            let counted = given.filter(|one| one.ended.is_none_or(|day| from <= day && day <= to));
            for one in counted {
                rows.entry(one.key.clone()).or_default().push(one);
            }
        }
        let totals = PromiseFigures::of(rows.values().flatten());
        let rows = rows.into_iter().map(|(key, given)| (key, PromiseFigures::of(given.iter()))).collect();
        Promises { rows, totals }
    }
}

fn given(course: &Course, by: PromisesBy, place: (&Calendar, &Site), now: Instant) -> Vec<Given> {
    match by {
        PromisesBy::Service => whole(course, place, now).into_iter().collect(),
        PromisesBy::Stage | PromisesBy::Opd | PromisesBy::ServiceStage => {
            course.times().iter().filter_map(|time| stage(course, time, (by, place), now)).collect()
        }
    }
}

/// The promise of a whole file; none when it ended without a decision, neither kept nor broken.
fn whole(course: &Course, (calendar, site): (&Calendar, &Site), now: Instant) -> Option<Given> {
    let decided = course.decided_at();
    let is_open = course.moves.last().is_some_and(|one| one.to.is_open());
    if decided.is_none() && !is_open {
        return None;
    }
    let stands_still = decided.is_none() && course.stands_in().is_none();
    let due = course.due_at((calendar, site)).0;
    let runs = course.times().into_iter().filter(|time| !course.plan.rests_in(time.stage));
    Some(Given {
        key: PromiseKey::Service(course.plan.service.clone()),
        ended: decided.map(|at| at.day(site.zone)),
        stand: if stands_still { Stand::Paused } else { Stand::of(Some(due), decided, now, site.zone) },
        days: runs.map(|time| time.days(calendar, site.zone, now.day(site.zone))).sum(),
    })
}

/// The promise of a stage; none when it was left without having been passed.
fn stage(
    course: &Course,
    time: &StageTime,
    (by, (calendar, site)): (PromisesBy, (&Calendar, &Site)),
    now: Instant,
) -> Option<Given> {
    if time.left_at().is_some() && !time.is_passed() {
        return None;
    }
    let key = match by {
        PromisesBy::Service => return None,
        PromisesBy::Stage => PromiseKey::Stage(time.stage),
        PromisesBy::Opd => PromiseKey::Opd(course.plan.opd_of(time.stage)?.to_owned()),
        PromisesBy::ServiceStage => PromiseKey::ServiceStage(course.plan.service.clone(), time.stage),
    };
    let due = due_of((calendar, site), course, time);
    Some(Given {
        key,
        ended: time.left_at().map(|at| at.day(site.zone)),
        stand: Stand::of(due, time.left_at(), now, site.zone),
        days: time.days(calendar, site.zone, now.day(site.zone)),
    })
}

impl PromiseFigures {
    fn of<'a>(given: impl Iterator<Item = &'a Given>) -> PromiseFigures {
        let mut figures = PromiseFigures::default();
        let mut days = Vec::new();
        for one in given {
            if one.ended.is_some() {
                days.push(one.days);
            }
            figures.count(one);
        }
        days.sort_unstable();
        let timed = figures.kept + figures.near + figures.broken;
        let in_time = (figures.kept + figures.near) as f64 * 100.0;
        PromiseFigures {
            kept_percent: (timed > 0).then(|| (in_time / timed as f64 * 10.0).round() / 10.0),
            days_p50: nearest_rank(&days, 50),
            days_p90: nearest_rank(&days, 90),
            ..figures
        }
    }

    fn count(&mut self, one: &Given) {
        let is_open = one.ended.is_none();
        self.open += i64::from(is_open);
        self.ended += i64::from(!is_open);
        match one.stand {
            Stand::Kept => self.kept += 1,
            Stand::Near => self.near += 1,
            Stand::Broken => self.broken += 1,
            Stand::Pressing => self.open_near += 1,
            Stand::Late => self.open_late += 1,
            Stand::Free => self.free += i64::from(!is_open),
            Stand::Planned | Stand::Running | Stand::Paused => {}
        }
    }
}
