//! By when each stage of a file is promised, and how that stands (pure). The rules are those of the whole promise.

use super::course::{Course, StageTime};
use crate::calendar::{Calendar, Sla};
use crate::catalogue::StageName;
use crate::clock::Instant;
use crate::sites::Site;

crate::ids::words! {
    /// How a promise stands.
    pub enum Stand {
        /// The stage is still to come.
        Planned = "planned",
        /// The file is there, and there is time.
        Running = "running",
        /// It is due today.
        Pressing = "pressing",
        /// The file is there, and the time is over.
        Late = "late",
        /// Kept.
        Kept = "kept",
        /// Kept on the last day.
        Near = "near",
        /// Broken.
        Broken = "broken",
        /// It stands still: the file is with its applicant, or ended without a decision.
        Paused = "paused",
        /// No time is set, or the applicant must act.
        Free = "free",
    }
}

impl Stand {
    /// How a promise that is due at a moment stands: kept or broken by `ended`, or still running at `now`.
    pub fn of(due: Option<Instant>, ended: Option<Instant>, now: Instant, zone: chrono_tz::Tz) -> Stand {
        let Some(due) = due else { return Stand::Free };
        let is_last_day = ended.unwrap_or(now).day(zone) == due.day(zone);
        match ended {
            Some(ended) if ended > due => Stand::Broken,
            Some(_) if is_last_day => Stand::Near,
            Some(_) => Stand::Kept,
            None if now > due => Stand::Late,
            None if is_last_day => Stand::Pressing,
            None => Stand::Running,
        }
    }
}

/// One stage of a file with its promise.
#[derive(Clone, Debug, PartialEq)]
pub struct StagePromise {
    /// Which.
    pub stage: StageName,
    /// The OPD it is at; none = the agency itself.
    pub opd: Option<String>,
    /// The time it has; none where the applicant must act, or where none is set.
    pub time: Option<Sla>,
    /// When the file came first.
    pub came_at: Option<Instant>,
    /// When it went on; none while it is there or has not come.
    pub left_at: Option<Instant>,
    /// Until when; for a stage to come as it would be if the ones before kept their time.
    pub due_at: Option<Instant>,
    /// How it stands.
    pub stand: Stand,
}

/// When a stage is due: its time counted from the arrival, without the times between its stays; none without a time.
pub fn due_of((calendar, site): (&Calendar, &Site), course: &Course, time: &StageTime) -> Option<Instant> {
    let sla = course.plan.time_of(time.stage)?;
    Some(calendar.due_at(time.came_at(), site, &sla, &time.gaps()).0)
}

/// When the stage a file is in is due; none while the applicant must act, after the decision, or without a time.
pub fn stage_due(place: (&Calendar, &Site), course: &Course) -> Option<Instant> {
    due_of(place, course, &course.stands_in()?)
}

/// Every stage of the way with its promise.
pub fn stage_promises(place: (&Calendar, &Site), course: &Course, now: Instant) -> Vec<StagePromise> {
    let times = course.times();
    let runs = course.stands_in().is_some();
    let mut free_at = now;
    let mut promises = Vec::new();
    for stage in course.way.iter().copied() {
        let promise = match times.iter().find(|time| time.stage == stage) {
            Some(time) => reached(place, course, time, now),
            None => to_come(place, course, stage, runs.then_some(free_at)),
        };
        if promise.left_at.is_none() {
            free_at = promise.due_at.map_or(free_at, |due| due.max(free_at));
        }
        promises.push(promise);
    }
    promises
}

fn reached(place: (&Calendar, &Site), course: &Course, time: &StageTime, now: Instant) -> StagePromise {
    let (stage, left_at, due_at) = (time.stage, time.left_at(), due_of(place, course, time));
    let stands_still = left_at.is_some() && !time.is_passed();
    let stand = if stands_still { Stand::Paused } else { Stand::of(due_at, left_at, now, place.1.zone) };
    StagePromise {
        stage,
        opd: course.plan.opd_of(stage).map(str::to_owned),
        time: course.plan.time_of(stage),
        came_at: Some(time.came_at()),
        left_at,
        due_at: due_at.filter(|_| !stands_still),
        stand,
    }
}

/// A stage to come, if the file came there when the one before is due.
fn to_come(
    (calendar, site): (&Calendar, &Site),
    course: &Course,
    stage: StageName,
    from: Option<Instant>,
) -> StagePromise {
    let time = course.plan.time_of(stage);
    // What ends at closing time is taken up within the same day, also where the site closes after its cut-off.
    let taken = |from: Instant| from.min(from.day(site.zone).at(site.cut_off, site.zone));
    let due_at = time.zip(from).map(|(time, from)| calendar.due_at(taken(from), site, &time, &[]).0);
    StagePromise {
        stage,
        opd: course.plan.opd_of(stage).map(str::to_owned),
        time,
        came_at: None,
        left_at: None,
        due_at,
        stand: Stand::Planned,
    }
}

#[cfg(test)]
mod tests {
    use super::super::ApplicationState::*;
    use super::super::course::tests::{at, course};
    use super::*;

    fn lines(course: &Course, now: Instant) -> Vec<String> {
        let (calendar, site) = (Calendar::built_in(), &crate::sites::built_in(Instant(0)).unwrap()[0]);
        let day = |at: Option<Instant>| at.map_or("-".to_owned(), |at| at.day(site.zone).to_string()[5..].to_owned());
        let line = |one: &StagePromise| format!("{} {} {}", one.stage, day(one.due_at), one.stand);
        stage_promises((&calendar, site), course, now).iter().map(line).collect()
    }

    #[test]
    fn each_stage_has_its_own_time_from_the_arrival_and_the_rest_a_plan() {
        let file = course("SIPB", &[(Registered, at(23, 9)), (InRecommendation, at(24, 9))], &[]);
        let expected = [
            "verification 11-24 near",
            "recommendation 11-25 pressing",
            "drafting 11-26 planned",
            "signature 11-27 planned",
        ];
        assert_eq!(lines(&file, at(25, 9)), expected);
        assert_eq!(lines(&file, at(26, 9))[1..3], ["recommendation 11-25 late", "drafting 11-27 planned"]);
    }

    #[test]
    fn the_time_of_a_stage_rests_while_the_applicant_must_act() {
        let moves = [(Registered, at(23, 9)), (Returned, at(23, 15))];
        let waiting = course("SIPB", &moves, &[(at(23, 15), None)]);
        assert_eq!(
            lines(&waiting, at(26, 9)),
            ["verification - paused", "recommendation - planned", "drafting - planned", "signature - planned"]
        );
        let answered = course("SIPB", &moves, &[(at(23, 15), Some(at(25, 9)))]);
        assert_eq!(lines(&answered, at(26, 9))[0], "verification 11-26 pressing");
        assert_eq!(lines(&answered, at(27, 9))[0], "verification 11-26 late");
    }
}
