//! What anybody may know by the code of a request: the stage, never a name.

use super::{CivilAct, CivilActRecord, CivilState, reading, store};
use crate::catalogue::Bilingual;
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::ids::SiteId;
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::permits::{StepState, TrackingCode};

/// A step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CivilStep {
    /// The state it stands for.
    pub stage: CivilState,
    /// How it stands.
    pub state: StepState,
    /// When it was reached.
    pub at: Option<Instant>,
}

/// The public view of a request.
#[derive(Clone, Debug)]
pub struct CivilProgress {
    /// Tracking code.
    pub code: TrackingCode,
    /// Name of the service.
    pub service: Bilingual,
    /// Where it stands.
    pub state: CivilState,
    /// The way.
    pub steps: Vec<CivilStep>,
    /// Where it is collected.
    pub site: SiteId,
    /// Promised; none while there are no blanks and when it is over.
    pub due_at: Option<Instant>,
    /// Whether the promise rests on an expected holiday.
    pub due_estimate: bool,
}

/// The way of the request of a typed code, once it was sent into SIAK.
///
/// # Errors
/// 404 `code-unknown`, the same for a wrong check character and an unknown code.
pub async fn progress(tx: &mut Tx, keys: &Keys, typed: &str) -> Outcome<CivilProgress> {
    let unknown = || Refusal::not_found("code-unknown");
    let code = TrackingCode::parse(typed).ok_or_else(unknown)?;
    let request = store::find_by_code(tx, keys, &code).await?.ok_or_else(unknown)?;
    let acts = store::list_acts(tx, request.id).await?;
    let promised = matches!(request.state, CivilState::Submitted);
    Ok(CivilProgress {
        steps: steps(request.state, &acts),
        service: reading::rules_of(tx, &request).await?.name,
        due_at: request.due_at.filter(|_| promised),
        due_estimate: request.due_estimate,
        state: request.state,
        site: request.site,
        code,
    })
}

/// The way of a request: the wait for a blank stands in it when there was one.
fn steps(now: CivilState, acts: &[CivilActRecord]) -> Vec<CivilStep> {
    use CivilState::{Cancelled, HandedOver, Ready, Submitted, WaitingForBlank};
    let reached = |state: CivilState, act: CivilAct| {
        acts.iter().find(|record| record.act == act && record.to == state).map(|record| record.at)
    };
    let waited = reached(WaitingForBlank, CivilAct::BlanksOut);
    let mut steps = Vec::new();
    let mut add = |stage, at: Option<Instant>, is_now: bool| {
        let state = match (is_now, at) {
            (true, _) => StepState::Now,
            (false, Some(_)) => StepState::Done,
            (false, None) => StepState::Todo,
        };
        steps.push(CivilStep { stage, state, at });
    };
    add(Submitted, reached(Submitted, CivilAct::Submission), now == Submitted);
    if waited.is_some() {
        add(WaitingForBlank, waited, now == WaitingForBlank);
    }
    if now == Cancelled {
        add(Cancelled, reached(Cancelled, CivilAct::Cancellation), true);
        return steps;
    }
    add(Ready, reached(Ready, CivilAct::Ready), now == Ready);
    let given = reached(HandedOver, CivilAct::Handover);
    add(HandedOver, given, false);
    steps
}
