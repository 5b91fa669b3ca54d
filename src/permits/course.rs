//! The course of a file through its stages: when it came, when it went on, which pauses lay between (pure).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ActRecord, Application, ApplicationState, Correction, Facts};
use crate::calendar::{Calendar, Pause, Sla};
use crate::catalogue::{Matter, Service, StageClock, StageName, StageRule};
use crate::clock::{Day, Instant};
use crate::ids::{ApplicationId, SiteId};
use crate::sites::Site;

/// What of a service the clock reads: the promise, the stages, the OPD.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Code of the service.
    pub service: String,
    /// The whole promise.
    pub sla: Sla,
    /// Its stages.
    pub stages: Vec<StageRule>,
    /// The technical OPD, when there is one.
    pub opd: Option<String>,
}

impl Plan {
    /// The plan of the rules of a filing day.
    pub fn of(rules: &Service) -> Plan {
        Plan {
            service: rules.code.clone(),
            sla: rules.sla,
            stages: rules.stages.clone(),
            opd: rules.technical_opd.clone(),
        }
    }

    /// The time a stage has within the promise; none where the applicant must act, or where none is set.
    pub fn time_of(&self, stage: StageName) -> Option<Sla> {
        self.find(stage).filter(|rule| rule.clock == StageClock::Runs).and_then(|rule| rule.time)
    }

    /// Whether the promise rests in a stage.
    pub fn rests_in(&self, stage: StageName) -> bool {
        self.find(stage).is_some_and(|rule| rule.clock == StageClock::Rests)
    }

    /// The OPD at which a file is in a stage; none for a stage of the agency itself.
    pub fn opd_of(&self, stage: StageName) -> Option<&str> {
        match stage {
            StageName::Inspection | StageName::Recommendation => self.opd.as_deref(),
            StageName::Verification
            | StageName::Payment
            | StageName::Drafting
            | StageName::Signature
            | StageName::Handover => None,
        }
    }

    fn find(&self, stage: StageName) -> Option<&StageRule> {
        self.stages.iter().find(|rule| rule.stage == stage)
    }
}

/// A change of the state of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// To which state.
    pub to: ApplicationState,
    /// When.
    pub at: Instant,
}

/// A stay in a stage: from … to …, still open without an end.
pub type Stay = (Instant, Option<Instant>);

/// The time of a file in one stage: a file that was returned comes through a stage again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageTime {
    /// Which.
    pub stage: StageName,
    /// In order of time, at least one; only the last may be open.
    pub stays: Vec<Stay>,
    /// The state it went to from the last stay; none while it is there.
    pub went_to: Option<ApplicationState>,
}

impl StageTime {
    /// When it came for the first time.
    pub fn came_at(&self) -> Instant {
        self.stays.first().map_or(Instant(0), |stay| stay.0)
    }

    /// When it left last; none while it is there.
    pub fn left_at(&self) -> Option<Instant> {
        self.stays.last().and_then(|stay| stay.1)
    }

    /// Whether it did its work in the stage: it went on, and did not go back or come to an end without a decision.
    pub fn is_passed(&self) -> bool {
        use ApplicationState::{Lapsed, Returned, Withdrawn};
        self.went_to.is_some_and(|state| !matches!(state, Returned | Withdrawn | Lapsed))
    }

    /// The times between the stays: they are not the stage's.
    pub fn gaps(&self) -> Vec<Pause> {
        let pairs = self.stays.windows(2);
        pairs.filter_map(|pair| Some((pair.first()?.1?, Some(pair.get(1)?.0)))).collect()
    }

    /// Working days spent in the stage, an open stay counted to `until`.
    pub fn days(&self, calendar: &Calendar, zone: chrono_tz::Tz, until: Day) -> i64 {
        let days =
            |(from, to): &Stay| calendar.working_days_left(from.day(zone), to.map_or(until, |to| to.day(zone))).max(0);
        self.stays.iter().map(days).sum()
    }
}

/// A registered file as its clock sees it.
#[derive(Clone, Debug)]
pub struct Course {
    /// The file.
    pub id: ApplicationId,
    /// Where it was filed.
    pub site: SiteId,
    /// The rules of its filing day.
    pub plan: Arc<Plan>,
    /// The stages it passes, in order.
    pub way: Vec<StageName>,
    /// Complete.
    pub registered_at: Instant,
    /// Every change of state, oldest first.
    pub moves: Vec<Move>,
    /// From each return to the moment everything was answered.
    pub returns: Vec<Pause>,
}

impl Course {
    /// The course of a file; none before its registration.
    pub fn of(
        file: &Application,
        rules: &Service,
        (acts, corrections): (&[ActRecord], &[Correction]),
    ) -> Option<Course> {
        Some(Course {
            id: file.id,
            site: file.site,
            plan: Arc::new(Plan::of(rules)),
            way: way(rules, file.matter()),
            registered_at: file.registered_at?,
            moves: moves_of(acts),
            returns: returns_of(corrections),
        })
    }

    /// The times in every stage it has come to, in order of the office.
    pub fn times(&self) -> Vec<StageTime> {
        let mut times: BTreeMap<StageName, StageTime> = BTreeMap::new();
        for (n, one) in self.moves.iter().enumerate() {
            let next = self.moves.get(n + 1);
            let Some((stage, from)) = self.stay(*one, next) else { continue };
            let time = times.entry(stage).or_insert_with(|| StageTime { stage, stays: Vec::new(), went_to: None });
            time.stays.push((from, next.map(|next| next.at)));
            time.went_to = next.map(|next| next.to);
        }
        times.into_values().collect()
    }

    /// Where a file came with a move, and from when that counts. A returned file waits for its applicant; answered, it
    /// lies with the office again.
    fn stay(&self, one: Move, next: Option<&Move>) -> Option<(StageName, Instant)> {
        if one.to != ApplicationState::Returned {
            return Some((stage_in(one.to)?, one.at));
        }
        let returned = self.returns.iter().rev().find(|(asked, _)| *asked <= one.at)?;
        let sent = returned.1.filter(|sent| next.is_none_or(|next| *sent < next.at))?;
        Some((StageName::Verification, sent))
    }

    /// The stage it is in now, with its time; none while the applicant must act and after the decision.
    pub fn stands_in(&self) -> Option<StageTime> {
        let last = *self.moves.last()?;
        let (stage, _) = self.stay(last, None)?;
        let time = self.times().into_iter().find(|time| time.stage == stage)?;
        (!self.plan.rests_in(stage) && time.left_at().is_none()).then_some(time)
    }

    /// When it was decided: signed, rejected or, with nothing to sign, finished. None for an open file and for one that
    /// ended without a decision.
    pub fn decided_at(&self) -> Option<Instant> {
        use ApplicationState::{Issued, Ready, Rejected};
        self.moves.iter().find(|one| matches!(one.to, Issued | Ready | Rejected)).map(|one| one.at)
    }

    /// The times in which the applicant had to act.
    pub fn pauses(&self) -> Vec<Pause> {
        let mut pauses = self.returns.clone();
        if self.plan.rests_in(StageName::Payment) {
            let stays = self.times().into_iter().filter(|time| time.stage == StageName::Payment);
            pauses.extend(stays.flat_map(|time| time.stays));
        }
        pauses
    }

    /// When the whole file is due, and whether that rests on an estimate.
    pub fn due_at(&self, (calendar, site): (&Calendar, &Site)) -> (Instant, bool) {
        calendar.due_at(self.registered_at, site, &self.plan.sla, &self.pauses())
    }

    /// The course as it was known at a moment; none before the registration.
    pub fn as_of(&self, at: Instant) -> Option<Course> {
        if self.registered_at >= at {
            return None;
        }
        let known = |(asked, sent): &Pause| (*asked < at).then(|| (*asked, sent.filter(|sent| *sent < at)));
        Some(Course {
            moves: self.moves.iter().filter(|one| one.at < at).copied().collect(),
            returns: self.returns.iter().filter_map(known).collect(),
            ..self.clone()
        })
    }
}

/// The stage a state belongs to; none before the registration, while the applicant must act and after the decision.
pub fn stage_in(state: ApplicationState) -> Option<StageName> {
    use ApplicationState::*;
    Some(match state {
        Registered | InVerification => StageName::Verification,
        InInspection => StageName::Inspection,
        InRecommendation => StageName::Recommendation,
        AwaitingPayment => StageName::Payment,
        InDrafting => StageName::Drafting,
        AwaitingSignature => StageName::Signature,
        Draft | Returned | Issued | Ready | HandedOver | Rejected | Withdrawn | Lapsed => return None,
    })
}

/// The stages a file passes up to its decision, in order.
pub fn way(rules: &Service, matter: Matter<'_>) -> Vec<StageName> {
    let facts = Facts::of(rules, matter, None);
    if facts.ends_at_verification() {
        return vec![StageName::Verification];
    }
    if facts.is_given_up() {
        return vec![StageName::Verification, StageName::Drafting, StageName::Signature];
    }
    rules.stages_of(matter).into_iter().filter(|stage| *stage != StageName::Handover).collect()
}

/// The changes of state among acts.
pub fn moves_of(acts: &[ActRecord]) -> Vec<Move> {
    acts.iter().filter(|act| act.from != act.to).map(|act| Move { to: act.to, at: act.at }).collect()
}

/// From each return to the moment everything was answered, or the file went on; one that is still open has no end.
pub fn returns_of(corrections: &[Correction]) -> Vec<Pause> {
    corrections.iter().map(|back| (back.asked_at, back.sent_at.or(back.ended_at))).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::OnceLock;

    use ApplicationState::*;

    use super::*;
    use crate::catalogue::{ApplicationKind, built_in};

    /// Minutes of November 2026, in Jakarta: day and hour.
    pub fn at(day: u32, hour: i64) -> Instant {
        let day = Day::parse(&format!("2026-11-{day:02}")).unwrap();
        day.start(chrono_tz::Tz::Asia__Jakarta).plus_minutes(hour * 60)
    }

    pub fn course(service: &str, moves: &[(ApplicationState, Instant)], returns: &[Pause]) -> Course {
        // Read once: a property test makes thousands of courses.
        static SERVICES: OnceLock<Vec<Service>> = OnceLock::new();
        let rules = SERVICES.get_or_init(built_in).iter().find(|one| one.code == service).unwrap();
        let fields = BTreeMap::new();
        Course {
            id: ApplicationId::new(1),
            site: SiteId(uuid::Uuid::nil()),
            way: way(rules, Matter { kind: ApplicationKind::New, fields: &fields }),
            plan: Arc::new(Plan::of(rules)),
            registered_at: moves[0].1,
            moves: moves.iter().map(|(to, at)| Move { to: *to, at: *at }).collect(),
            returns: returns.to_vec(),
        }
    }

    #[test]
    fn the_time_with_the_applicant_is_no_time_of_a_stage_and_an_answer_lies_with_the_office() {
        let moves =
            [(Registered, at(2, 9)), (InVerification, at(3, 9)), (Returned, at(4, 9)), (InVerification, at(12, 9))];
        let back = course("SIPB", &moves, &[(at(4, 9), Some(at(10, 9)))]);
        let times = back.times();
        assert_eq!(times.len(), 1);
        let stays =
            [(at(2, 9), Some(at(3, 9))), (at(3, 9), Some(at(4, 9))), (at(10, 9), Some(at(12, 9))), (at(12, 9), None)];
        assert_eq!(times[0].stays, stays);
        let calendar = Calendar::built_in();
        let until = at(13, 9).day(chrono_tz::Tz::Asia__Jakarta);
        assert_eq!(times[0].days(&calendar, chrono_tz::Tz::Asia__Jakarta, until), 2 + 3);
        assert_eq!(back.stands_in().unwrap().stage, StageName::Verification);
    }

    #[test]
    fn what_was_not_known_yet_is_not_seen() {
        let moves =
            [(Registered, at(2, 9)), (Returned, at(4, 9)), (InVerification, at(12, 9)), (InRecommendation, at(13, 9))];
        let whole = course("SIPB", &moves, &[(at(4, 9), Some(at(10, 9)))]);
        assert!(whole.as_of(at(2, 9)).is_none());
        let waiting = whole.as_of(at(6, 0)).unwrap();
        assert_eq!((waiting.moves.len(), waiting.returns[0].1), (2, None));
        assert!(waiting.stands_in().is_none());
        assert_eq!(whole.as_of(at(11, 0)).unwrap().stands_in().unwrap().stage, StageName::Verification);
        assert!(whole.times()[0].is_passed() && !waiting.times()[0].is_passed());
    }

    #[test]
    fn the_promise_of_a_course_is_that_of_its_file() {
        let moves = [(Registered, at(23, 9)), (Returned, at(24, 10)), (InVerification, at(26, 10))];
        let back = course("SIPB", &moves, &[(at(24, 10), Some(at(26, 10)))]);
        let site = &crate::sites::built_in(Instant(0)).unwrap()[0];
        let (due, _) = back.due_at((&Calendar::built_in(), site));
        assert_eq!(due.day(site.zone).to_string(), "2026-12-02");
    }
}
