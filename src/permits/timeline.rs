//! What a citizen sees of a file: stages, what is waited for, never who or whose (pure).

use super::{ActName, ActRecord, Advice, ApplicationState, Facts};
use crate::catalogue::StageName;
use crate::clock::Instant;

crate::ids::words! {
    /// A stage in a citizen's words; they stand under `stage.<word>` in the message files.
    pub enum Stage {
        /// Complete and registered.
        Registered = "registered",
        /// Content checked.
        Verification = "verification",
        /// The applicant puts something right.
        Correction = "correction",
        /// The place is visited.
        Inspection = "inspection",
        /// The technical OPD recommends.
        Recommendation = "recommendation",
        /// The fee is paid.
        Payment = "payment",
        /// The permit is drafted.
        Drafting = "drafting",
        /// The head of agency signs.
        Signature = "signature",
        /// To be collected or downloaded.
        Ready = "ready",
        /// With its holder.
        HandedOver = "handed_over",
        /// Rejected with reasons.
        Rejected = "rejected",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// Given up.
        Lapsed = "lapsed",
    }
}

crate::ids::words! {
    /// How a step of the timeline stands.
    pub enum StepState {
        /// Behind us.
        Done = "done",
        /// Here the file is.
        Now = "now",
        /// Still to come.
        Todo = "todo",
    }
}

/// One step of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// How it stands.
    pub state: StepState,
    /// When it was reached or done.
    pub at: Option<Instant>,
}

impl Stage {
    /// The stage of the office behind it; none where the applicant must act, and before and after the office's part.
    pub fn office_stage(self) -> Option<StageName> {
        Some(match self {
            Stage::Verification => StageName::Verification,
            Stage::Inspection => StageName::Inspection,
            Stage::Recommendation => StageName::Recommendation,
            Stage::Payment => StageName::Payment,
            Stage::Drafting => StageName::Drafting,
            Stage::Signature => StageName::Signature,
            Stage::Registered
            | Stage::Correction
            | Stage::Ready
            | Stage::HandedOver
            | Stage::Rejected
            | Stage::Withdrawn
            | Stage::Lapsed => return None,
        })
    }
}

/// The stage a state is for the citizen; `None` for a draft, which nobody outside may know of.
pub fn stage_of(state: ApplicationState) -> Option<Stage> {
    Some(match state {
        ApplicationState::Draft => return None,
        ApplicationState::Registered | ApplicationState::InVerification => Stage::Verification,
        ApplicationState::Returned => Stage::Correction,
        ApplicationState::InInspection => Stage::Inspection,
        ApplicationState::InRecommendation => Stage::Recommendation,
        ApplicationState::AwaitingPayment => Stage::Payment,
        ApplicationState::InDrafting => Stage::Drafting,
        ApplicationState::AwaitingSignature | ApplicationState::Issued => Stage::Signature,
        ApplicationState::Ready => Stage::Ready,
        ApplicationState::HandedOver => Stage::HandedOver,
        ApplicationState::Rejected => Stage::Rejected,
        ApplicationState::Withdrawn => Stage::Withdrawn,
        ApplicationState::Lapsed => Stage::Lapsed,
    })
}

/// The way of a file: what is behind it, where it is, what is still to come.
pub fn timeline(state: ApplicationState, facts: Facts, acts: &[ActRecord]) -> Vec<Step> {
    let Some(now) = stage_of(state) else { return Vec::new() };
    let path = planned(facts);
    let done = |stage| Step { stage, state: StepState::Done, at: at_of(stage, acts) };
    match now {
        Stage::Rejected | Stage::Withdrawn | Stage::Lapsed => {
            let reached = path.into_iter().filter(|stage| at_of(*stage, acts).is_some());
            let end = Step { stage: now, state: StepState::Now, at: acts.last().map(|act| act.at) };
            reached.map(done).chain([end]).collect()
        }
        Stage::Correction => {
            let here = Step { stage: now, state: StepState::Now, at: acts.last().map(|act| act.at) };
            let ahead = path.into_iter().skip(1).map(todo);
            [done(Stage::Registered), here].into_iter().chain(ahead).collect()
        }
        Stage::Registered
        | Stage::Verification
        | Stage::Inspection
        | Stage::Recommendation
        | Stage::Payment
        | Stage::Drafting
        | Stage::Signature
        | Stage::Ready
        | Stage::HandedOver => path.into_iter().map(|stage| stand(stage, now, acts)).collect(),
    }
}

fn stand(stage: Stage, now: Stage, acts: &[ActRecord]) -> Step {
    let at = at_of(stage, acts);
    let finished = now == Stage::HandedOver;
    match stage.cmp(&now) {
        std::cmp::Ordering::Less => Step { stage, state: StepState::Done, at },
        std::cmp::Ordering::Equal if finished => Step { stage, state: StepState::Done, at },
        std::cmp::Ordering::Equal => Step { stage, state: StepState::Now, at },
        std::cmp::Ordering::Greater => todo(stage),
    }
}

fn todo(stage: Stage) -> Step {
    Step { stage, state: StepState::Todo, at: None }
}

fn planned(facts: Facts) -> Vec<Stage> {
    let own = !facts.ends_at_verification();
    let examined = own && !facts.skips_examination();
    let stages = [
        (Stage::Registered, true),
        (Stage::Verification, true),
        (Stage::Inspection, examined && facts.inspection),
        (Stage::Recommendation, examined && (facts.recommended || facts.inspection)),
        (Stage::Payment, examined && facts.fee && facts.advice != Some(Advice::Refuse)),
        (Stage::Drafting, own),
        (Stage::Signature, own),
        (Stage::Ready, true),
        (Stage::HandedOver, true),
    ];
    stages.into_iter().filter(|(_, taken)| *taken).map(|(stage, _)| stage).collect()
}

/// When a stage was last done.
fn at_of(stage: Stage, acts: &[ActRecord]) -> Option<Instant> {
    let act = match stage {
        Stage::Registered => ActName::Registration,
        Stage::Verification => ActName::Verification,
        Stage::Correction => ActName::Return,
        Stage::Inspection => ActName::Inspection,
        Stage::Recommendation => ActName::Recommendation,
        Stage::Payment => ActName::Payment,
        Stage::Drafting => ActName::Paraf,
        Stage::Signature => ActName::Signature,
        Stage::Ready => return acts.iter().rev().find(|a| a.to == ApplicationState::Ready).map(|a| a.at),
        Stage::HandedOver => ActName::Handover,
        Stage::Rejected => ActName::Rejection,
        Stage::Withdrawn => ActName::Withdrawal,
        Stage::Lapsed => ActName::Lapse,
    };
    acts.iter().rev().find(|a| a.act == act).map(|a| a.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permits::Office;

    const FACTS: Facts = Facts {
        inspection: false,
        recommended: true,
        fee: false,
        assistance: false,
        advice: None,
        kind: crate::permits::ApplicationKind::New,
    };

    fn acts(names: &[ActName]) -> Vec<ActRecord> {
        let record = |(n, act): (i64, &ActName)| ActRecord {
            act: *act,
            office: Office::System,
            officer: None,
            from: ApplicationState::Draft,
            to: ApplicationState::Registered,
            at: Instant(n),
            detail: serde_json::Value::Null,
        };
        (1..).zip(names).map(record).collect()
    }

    fn words(steps: &[Step]) -> Vec<String> {
        steps.iter().map(|step| format!("{} {}", step.stage, step.state)).collect()
    }

    #[test]
    fn a_file_at_the_technical_opd_shows_what_is_behind_and_ahead() {
        let steps = timeline(
            ApplicationState::InRecommendation,
            FACTS,
            &acts(&[ActName::Registration, ActName::Claim, ActName::Verification]),
        );
        let expected = [
            "registered done",
            "verification done",
            "recommendation now",
            "drafting todo",
            "signature todo",
            "ready todo",
            "handed_over todo",
        ];
        assert_eq!(words(&steps), expected);
        assert_eq!(steps[1].at, Some(Instant(3)));
    }

    #[test]
    fn a_returned_file_waits_for_the_applicant_before_verification() {
        let steps = timeline(ApplicationState::Returned, FACTS, &acts(&[ActName::Registration, ActName::Return]));
        assert_eq!(words(&steps)[..3], ["registered done", "correction now", "verification todo"]);
    }

    #[test]
    fn a_rejected_file_ends_where_it_was_rejected_and_a_draft_shows_nothing() {
        let steps = timeline(ApplicationState::Rejected, FACTS, &acts(&[ActName::Registration, ActName::Rejection]));
        assert_eq!(words(&steps), ["registered done", "rejected now"]);
        assert!(timeline(ApplicationState::Draft, FACTS, &[]).is_empty());
    }
}
