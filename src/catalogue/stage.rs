//! The stages a file passes, each with its role, its own time and its clock (pure).

use serde::{Deserialize, Serialize};

use super::{Condition, Matter, Service};
use crate::calendar::Sla;
use crate::identity::Role;

crate::ids::words! {
    /// A stage between registration and hand-over, in the order of the office.
    pub enum StageName {
        /// The content is checked.
        Verification = "verification",
        /// The place is visited (BAP).
        Inspection = "inspection",
        /// The technical OPD recommends.
        Recommendation = "recommendation",
        /// The fee is assessed and paid.
        Payment = "payment",
        /// The section head agrees to the draft (paraf).
        Drafting = "drafting",
        /// The head of agency signs.
        Signature = "signature",
        /// The holder collects or downloads.
        Handover = "handover",
    }
}

crate::ids::words! {
    /// Whether the promised time runs in a stage.
    pub enum StageClock {
        /// The office works: the promise runs.
        Runs = "runs",
        /// The applicant must act: the promise rests.
        Rests = "rests",
    }
}

/// One stage of a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageRule {
    /// Which.
    pub stage: StageName,
    /// Who does it. The separation of offices fixes it: a file with another role is refused.
    pub role: Role,
    /// The time it has within the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Sla>,
    /// Whether the promise runs.
    #[serde(default = "runs")]
    pub clock: StageClock,
    /// It is passed for these files only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

fn runs() -> StageClock {
    StageClock::Runs
}

impl StageName {
    /// The role that may do it: five people, never one alone.
    pub fn role(self) -> Role {
        match self {
            StageName::Verification => Role::Verifier,
            StageName::Inspection | StageName::Recommendation => Role::TechnicalOfficer,
            StageName::Payment => Role::Treasurer,
            StageName::Drafting => Role::SectionHead,
            StageName::Signature => Role::Head,
            StageName::Handover => Role::Clerk,
        }
    }
}

impl Service {
    /// Whether a file passes a stage. Payment is passed only by a file that owes something.
    pub fn passes(&self, stage: StageName, matter: Matter<'_>) -> bool {
        let asked = |rule: &StageRule| rule.stage == stage && rule.when.as_ref().is_none_or(|when| when.holds(matter));
        self.stages.iter().any(asked) && (stage != StageName::Payment || self.owes_fee(matter))
    }

    /// The stages of a file, in order.
    pub fn stages_of(&self, matter: Matter<'_>) -> Vec<StageName> {
        StageName::ALL.iter().copied().filter(|stage| self.passes(*stage, matter)).collect()
    }

    /// Whether the promise rests in a stage.
    pub fn rests_in(&self, stage: StageName) -> bool {
        self.stages.iter().any(|rule| rule.stage == stage && rule.clock == StageClock::Rests)
    }

    /// The rule of a stage.
    pub fn find_stage(&self, stage: StageName) -> Option<&StageRule> {
        self.stages.iter().find(|rule| rule.stage == stage)
    }
}
