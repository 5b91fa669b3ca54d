//! What of the service and the file decides where an act leads (pure).

use super::ApplicationKind;
use super::ApplicationState::{self, *};
use crate::catalogue::{Matter, Service, ServiceKind, StageName};

crate::ids::words! {
    /// What the technical OPD recommends.
    pub enum Advice {
        /// To grant.
        Grant = "grant",
        /// To refuse.
        Refuse = "refuse",
    }
}

/// What of the service and the file decides where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The place is visited.
    pub inspection: bool,
    /// A technical OPD recommends.
    pub recommended: bool,
    /// A fee is due.
    pub fee: bool,
    /// Help with another system: ends with the number that system gave.
    pub assistance: bool,
    /// The latest recommendation.
    pub advice: Option<Advice>,
    /// What is asked for.
    pub kind: ApplicationKind,
}

impl Facts {
    /// The facts of the rules of a file, what is asked for in it and the latest recommendation on it.
    pub fn of(service: &Service, matter: Matter<'_>, advice: Option<Advice>) -> Facts {
        Facts {
            inspection: service.passes(StageName::Inspection, matter),
            recommended: service.passes(StageName::Recommendation, matter),
            fee: service.passes(StageName::Payment, matter),
            assistance: service.kind == ServiceKind::Assistance,
            advice,
            kind: matter.kind,
        }
    }

    /// Whether the file ends at verification: help with another system, or a copy of a permit.
    pub fn ends_at_verification(&self) -> bool {
        self.assistance || self.kind == ApplicationKind::Duplicate
    }

    /// Whether nothing is examined again: the holder gives a permit up.
    pub fn is_given_up(&self) -> bool {
        !self.assistance && self.kind == ApplicationKind::Revocation
    }

    /// Whether place, OPD and fee are left out: a permit is given up, or a mistake of it put right.
    pub fn skips_examination(&self) -> bool {
        self.is_given_up() || self.kind == ApplicationKind::Erratum
    }

    /// Where a verified file goes.
    pub(super) fn after_verification(self) -> ApplicationState {
        if self.ends_at_verification() {
            Ready
        } else if self.skips_examination() {
            InDrafting
        } else if self.inspection {
            InInspection
        } else if self.recommended {
            InRecommendation
        } else if self.fee {
            AwaitingPayment
        } else {
            InDrafting
        }
    }

    /// Where a file goes with the recommendation of the OPD.
    pub(super) fn after_recommendation(self) -> ApplicationState {
        if self.fee && self.advice == Some(Advice::Grant) { AwaitingPayment } else { InDrafting }
    }
}
