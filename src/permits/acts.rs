//! The acts on a file: from which state, by which role, to which state. The whole workflow is this page (pure).

use super::ApplicationState::{self, *};
use super::{Advice, ApplicationKind, Facts, Office};
use crate::identity::Role;
use crate::messages::Refusal;

crate::ids::words! {
    /// An act on a file.
    pub enum ActName {
        /// Begun as a draft.
        Creation = "creation",
        /// Declared complete (terdaftar).
        Registration = "registration",
        /// Somebody of the office it waits at takes it.
        Claim = "claim",
        /// Content found right.
        Verification = "verification",
        /// Back to the applicant, with one complete list.
        Return = "return",
        /// Put right by the applicant.
        Resubmission = "resubmission",
        /// The section head sends a team to the place (surat tugas).
        Assignment = "assignment",
        /// The place was visited (BAP).
        Inspection = "inspection",
        /// The technical OPD says grant or refuse.
        Recommendation = "recommendation",
        /// The fee is counted (SKRD).
        Assessment = "assessment",
        /// The fee is paid.
        Payment = "payment",
        /// The section head agrees to the draft.
        Paraf = "paraf",
        /// The head of agency signs.
        Signature = "signature",
        /// The signed bytes are kept; done by Loket.
        Sealing = "sealing",
        /// Given to its holder.
        Handover = "handover",
        /// Rejected with reasons.
        Rejection = "rejection",
        /// Withdrawn by the applicant.
        Withdrawal = "withdrawal",
        /// Considered withdrawn: returned, and not put right in time.
        Lapse = "lapse",
        /// Laid back by the one who has it: anybody of the office may take it.
        Release = "release",
        /// Given to another officer of the office it waits at.
        Reassignment = "reassignment",
        /// A typing error is pointed out, with what is right.
        Rectification = "rectification",
        /// The typing error is put right.
        Confirmation = "confirmation",
        /// What was pointed out is no typing error.
        Dismissal = "dismissal",
    }
}

/// The states in which a file waits at an office.
const WAITING: &[ApplicationState] = &[
    Draft,
    Registered,
    InVerification,
    Returned,
    InInspection,
    InRecommendation,
    AwaitingPayment,
    InDrafting,
    AwaitingSignature,
    Ready,
];
/// The states between registration and signature, in which the applicant has nothing to do.
const EXAMINED: &[ApplicationState] =
    &[Registered, InVerification, InInspection, InRecommendation, AwaitingPayment, InDrafting, AwaitingSignature];

impl ActName {
    /// The office an act on a file is done in: a file is taken, and laid back, in the office it waits at.
    pub fn office_at(self, waits_at: Option<Office>) -> Office {
        match self {
            ActName::Claim | ActName::Release => waits_at.unwrap_or(Office::System),
            other => other.office(),
        }
    }

    /// The role that does it on a file which waits at an office.
    pub fn role_at(self, waits_at: Option<Office>) -> Option<Role> {
        match self {
            ActName::Claim | ActName::Release => waits_at.and_then(Office::role),
            other => other.role(),
        }
    }

    /// Whether it may be done on a file somebody else has in hand: it is the applicant's right, the supervisor's, or
    /// sends somebody to the place.
    pub fn passes_hold(self) -> bool {
        matches!(
            self,
            ActName::Withdrawal
                | ActName::Reassignment
                | ActName::Rectification
                | ActName::Assignment
                | ActName::Sealing
        )
    }

    /// The role that does it, for taking and laying back that of verification; `None` = Loket itself.
    pub fn role(self) -> Option<Role> {
        match self {
            ActName::Creation
            | ActName::Registration
            | ActName::Resubmission
            | ActName::Handover
            | ActName::Withdrawal
            | ActName::Lapse
            | ActName::Rectification => Some(Role::Clerk),
            ActName::Claim
            | ActName::Release
            | ActName::Verification
            | ActName::Return
            | ActName::Confirmation
            | ActName::Dismissal => Some(Role::Verifier),
            ActName::Reassignment => Some(Role::Supervisor),
            ActName::Inspection | ActName::Recommendation => Some(Role::TechnicalOfficer),
            ActName::Assessment | ActName::Payment => Some(Role::Treasurer),
            ActName::Assignment | ActName::Paraf => Some(Role::SectionHead),
            ActName::Signature | ActName::Rejection => Some(Role::Head),
            ActName::Sealing => None,
        }
    }

    /// The office it is done in; see [`ActName::office_at`] for taking a file.
    pub fn office(self) -> Office {
        match self {
            ActName::Creation
            | ActName::Registration
            | ActName::Resubmission
            | ActName::Withdrawal
            | ActName::Lapse
            | ActName::Rectification => Office::Intake,
            ActName::Claim
            | ActName::Release
            | ActName::Verification
            | ActName::Return
            | ActName::Confirmation
            | ActName::Dismissal => Office::Verification,
            ActName::Reassignment => Office::Supervision,
            ActName::Inspection | ActName::Recommendation => Office::Recommendation,
            ActName::Assessment | ActName::Payment => Office::Payment,
            ActName::Assignment | ActName::Paraf => Office::Paraf,
            ActName::Signature | ActName::Rejection => Office::Signature,
            ActName::Handover => Office::Handover,
            ActName::Sealing => Office::System,
        }
    }

    /// The states in which it is allowed.
    pub fn from_states(self) -> &'static [ApplicationState] {
        match self {
            ActName::Creation => &[],
            ActName::Registration => &[Draft],
            ActName::Claim | ActName::Release | ActName::Reassignment => WAITING,
            ActName::Rectification | ActName::Confirmation | ActName::Dismissal => EXAMINED,
            ActName::Verification => &[Registered, InVerification],
            ActName::Return => &[InVerification, InInspection, InRecommendation, AwaitingPayment, InDrafting],
            ActName::Resubmission | ActName::Lapse => &[Returned],
            ActName::Assignment | ActName::Inspection => &[InInspection],
            ActName::Recommendation => &[InRecommendation],
            ActName::Assessment | ActName::Payment => &[AwaitingPayment],
            ActName::Paraf => &[InDrafting],
            ActName::Signature => &[AwaitingSignature],
            ActName::Sealing => &[Issued],
            ActName::Handover => &[Ready],
            ActName::Rejection => &[
                InVerification,
                Returned,
                InInspection,
                InRecommendation,
                AwaitingPayment,
                InDrafting,
                AwaitingSignature,
            ],
            ActName::Withdrawal => &[
                Draft,
                Registered,
                InVerification,
                Returned,
                InInspection,
                InRecommendation,
                AwaitingPayment,
                InDrafting,
                AwaitingSignature,
            ],
        }
    }

    /// Whether the act asks the applicant, or changes what the applicant stated: not for a mistake of a permit, which
    /// is right as it was pointed out or is dismissed.
    pub fn asks_the_applicant(self) -> bool {
        matches!(self, ActName::Return | ActName::Rectification | ActName::Confirmation)
    }

    /// The state the act leads to.
    ///
    /// # Errors
    /// 409 `file-in-other-state`, and 409 `advice-is-refusal` for the paraf on a file whose recommendation is to
    /// refuse: that file waits for the head's rejection.
    pub fn lead(self, from: ApplicationState, facts: Facts) -> Result<ApplicationState, Refusal> {
        if !self.from_states().contains(&from) {
            return Err(Refusal::conflict("file-in-other-state").with("state", from));
        }
        if facts.kind == ApplicationKind::Erratum && self.asks_the_applicant() {
            return Err(Refusal::conflict("erratum-as-it-is"));
        }
        Ok(match self {
            ActName::Creation => Draft,
            ActName::Registration => Registered,
            ActName::Claim if from == Registered => InVerification,
            ActName::Dismissal if facts.kind == ApplicationKind::Erratum => Withdrawn,
            ActName::Claim
            | ActName::Release
            | ActName::Reassignment
            | ActName::Rectification
            | ActName::Confirmation
            | ActName::Dismissal
            | ActName::Assignment => from,
            ActName::Resubmission => InVerification,
            ActName::Verification => facts.after_verification(),
            ActName::Return => Returned,
            ActName::Inspection => InRecommendation,
            ActName::Recommendation => facts.after_recommendation(),
            ActName::Assessment => AwaitingPayment,
            ActName::Payment => InDrafting,
            ActName::Paraf if facts.advice == Some(Advice::Refuse) => {
                return Err(Refusal::conflict("advice-is-refusal"));
            }
            ActName::Paraf => AwaitingSignature,
            ActName::Signature if facts.is_given_up() => Ready,
            ActName::Signature => Issued,
            ActName::Sealing => Ready,
            ActName::Handover => HandedOver,
            ActName::Rejection => Rejected,
            ActName::Withdrawal => Withdrawn,
            ActName::Lapse => Lapsed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::StageName;

    const PLAIN: Facts = Facts {
        inspection: false,
        recommended: false,
        fee: false,
        assistance: false,
        advice: None,
        kind: ApplicationKind::New,
    };

    #[test]
    fn every_act_is_refused_in_every_state_the_table_does_not_name() {
        for act in ActName::ALL {
            for state in ApplicationState::ALL {
                let allowed = act.from_states().contains(state);
                assert_eq!(act.lead(*state, PLAIN).is_ok(), allowed, "{act} in {state}");
            }
        }
    }

    #[test]
    fn taking_a_file_moves_it_only_from_the_registration_to_the_verifier() {
        for state in WAITING {
            let expected = if *state == Registered { InVerification } else { *state };
            assert_eq!(ActName::Claim.lead(*state, PLAIN).unwrap(), expected);
            assert_eq!(ActName::Release.lead(*state, PLAIN).unwrap(), *state);
        }
        assert_eq!(ActName::Claim.role_at(Some(Office::Paraf)), Some(Role::SectionHead));
        assert_eq!(ActName::Claim.role_at(None), None);
    }

    #[test]
    fn verification_leads_where_the_service_needs_it() {
        let to = |facts| ActName::Verification.lead(InVerification, facts).unwrap();
        assert_eq!(to(Facts { inspection: true, recommended: true, ..PLAIN }), InInspection);
        assert_eq!(to(Facts { recommended: true, ..PLAIN }), InRecommendation);
        assert_eq!(to(PLAIN), InDrafting);
        assert_eq!(to(Facts { fee: true, ..PLAIN }), AwaitingPayment);
        assert_eq!(to(Facts { assistance: true, recommended: true, ..PLAIN }), Ready);
        assert_eq!(ActName::Verification.lead(Registered, PLAIN).unwrap(), InDrafting);
    }

    #[test]
    fn a_copy_ends_at_verification_and_a_permit_given_up_goes_to_the_head_and_issues_nothing() {
        let copy = Facts { kind: ApplicationKind::Duplicate, recommended: true, ..PLAIN };
        assert_eq!(ActName::Verification.lead(InVerification, copy).unwrap(), Ready);
        let given_up = Facts { kind: ApplicationKind::Revocation, recommended: true, inspection: true, ..PLAIN };
        assert_eq!(ActName::Verification.lead(InVerification, given_up).unwrap(), InDrafting);
        assert_eq!(ActName::Signature.lead(AwaitingSignature, given_up).unwrap(), Ready);
        assert_eq!(ActName::Signature.lead(AwaitingSignature, PLAIN).unwrap(), Issued);
    }

    #[test]
    fn a_mistake_of_a_permit_goes_from_the_verifier_to_the_head_or_is_dismissed() {
        let mistake = Facts { kind: ApplicationKind::Erratum, recommended: true, inspection: true, fee: true, ..PLAIN };
        assert_eq!(ActName::Verification.lead(InVerification, mistake).unwrap(), InDrafting);
        assert_eq!(ActName::Dismissal.lead(InVerification, mistake).unwrap(), Withdrawn);
        assert_eq!(ActName::Dismissal.lead(InVerification, PLAIN).unwrap(), InVerification);
        assert_eq!(ActName::Signature.lead(AwaitingSignature, mistake).unwrap(), Issued);
        for act in [ActName::Return, ActName::Rectification, ActName::Confirmation] {
            assert_eq!(act.lead(InVerification, mistake).unwrap_err().code, "erratum-as-it-is");
        }
    }

    #[test]
    fn a_granted_file_with_a_fee_waits_for_payment_and_a_refused_one_for_the_head() {
        let to = |fee, advice| ActName::Recommendation.lead(InRecommendation, Facts { fee, advice, ..PLAIN }).unwrap();
        assert_eq!(to(true, Some(Advice::Grant)), AwaitingPayment);
        assert_eq!(to(false, Some(Advice::Grant)), InDrafting);
        assert_eq!(to(true, Some(Advice::Refuse)), InDrafting);
        let refused = Facts { advice: Some(Advice::Refuse), ..PLAIN };
        assert_eq!(ActName::Paraf.lead(InDrafting, refused).unwrap_err().code, "advice-is-refusal");
        assert_eq!(ActName::Rejection.lead(InDrafting, refused).unwrap(), Rejected);
    }

    #[test]
    fn every_stage_of_a_service_file_keeps_the_role_of_its_act() {
        let act_of = |stage| match stage {
            StageName::Verification => ActName::Verification,
            StageName::Inspection => ActName::Inspection,
            StageName::Recommendation => ActName::Recommendation,
            StageName::Payment => ActName::Payment,
            StageName::Drafting => ActName::Paraf,
            StageName::Signature => ActName::Signature,
            StageName::Handover => ActName::Handover,
        };
        for stage in StageName::ALL {
            assert_eq!(act_of(*stage).role(), Some(stage.role()), "{stage}");
        }
    }

    #[test]
    fn nothing_moves_a_file_that_is_closed_except_the_handover_of_a_ready_one() {
        for act in ActName::ALL {
            for state in [HandedOver, Rejected, Withdrawn, Lapsed] {
                assert!(!act.from_states().contains(&state));
            }
            let stays = matches!(act, ActName::Claim | ActName::Release | ActName::Reassignment);
            assert_eq!(act.from_states().contains(&Ready), *act == ActName::Handover || stays, "{act}");
        }
    }
}
