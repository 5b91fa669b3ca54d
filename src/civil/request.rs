//! A request for a population document and its way (pure).

use serde_json::Value;

use super::BlankKind;
use crate::catalogue::{ApplicationKind, Matter};
use crate::clock::Instant;
use crate::ids::{CivilRequestId, OfficerId, SiteId, TicketId};
use crate::permits::{Fields, TrackingCode};
use crate::population::Nik;

crate::ids::words! {
    /// Where a request stands.
    pub enum CivilState {
        /// Papers are gathered at the counter.
        Draft = "draft",
        /// Sent into SIAK.
        Submitted = "submitted",
        /// The record is ready to print and there is no blank (blangko habis).
        WaitingForBlank = "waiting_for_blank",
        /// To be collected.
        Ready = "ready",
        /// With its holder.
        HandedOver = "handed_over",
        /// Given up, with a reason.
        Cancelled = "cancelled",
    }
}

impl CivilState {
    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        match self {
            CivilState::Draft | CivilState::Submitted | CivilState::WaitingForBlank | CivilState::Ready => true,
            CivilState::HandedOver | CivilState::Cancelled => false,
        }
    }
}

crate::ids::words! {
    /// What is done to a request.
    pub enum CivilAct {
        /// Begun at the counter.
        Opening = "opening",
        /// Complete and sent into SIAK.
        Submission = "submission",
        /// Loket: there is no blank for it.
        BlanksOut = "blanks_out",
        /// Loket: a blank is set aside for it.
        BlankArrived = "blank_arrived",
        /// Made; a blank is used.
        Ready = "ready",
        /// Collected.
        Handover = "handover",
        /// Given up.
        Cancellation = "cancellation",
    }
}

impl CivilAct {
    /// Where the act leads from a state; `None` when it is not allowed there.
    pub fn lead(self, from: CivilState) -> Option<CivilState> {
        use CivilState::{Cancelled, Draft, HandedOver, Ready, Submitted, WaitingForBlank};
        match (self, from) {
            (CivilAct::Submission, Draft) | (CivilAct::BlankArrived, WaitingForBlank) => Some(Submitted),
            (CivilAct::BlanksOut, Submitted) => Some(WaitingForBlank),
            (CivilAct::Ready, Submitted) => Some(Ready),
            (CivilAct::Handover, Ready) => Some(HandedOver),
            (CivilAct::Cancellation, Draft | Submitted | WaitingForBlank | Ready) => Some(Cancelled),
            _ => None,
        }
    }
}

/// An act that was done.
#[derive(Clone, Debug)]
pub struct CivilActRecord {
    /// What.
    pub act: CivilAct,
    /// By whom; `None` = Loket itself.
    pub officer: Option<OfficerId>,
    /// The state before.
    pub from: CivilState,
    /// The state after.
    pub to: CivilState,
    /// When.
    pub at: Instant,
    /// What was stated with it.
    pub detail: Value,
}

/// A request for a population document of one person.
#[derive(Clone, Debug)]
pub struct CivilRequest {
    /// Identity.
    pub id: CivilRequestId,
    /// What the person follows it by.
    pub code: TrackingCode,
    /// Code of the service.
    pub service: String,
    /// The version of its rules on the day it was opened.
    pub service_version: i64,
    /// Where it stands.
    pub state: CivilState,
    /// Grows with every change; two changes at once cannot both succeed.
    pub version: i64,
    /// Where it was opened and is collected.
    pub site: SiteId,
    /// The visit.
    pub ticket: Option<TicketId>,
    /// Whose document it is.
    pub nik: Nik,
    /// As stated.
    pub name: String,
    /// Where the person is told, E.164.
    pub phone: Option<String>,
    /// Answers of the form.
    pub fields: Fields,
    /// The blank it is printed on; none for plain paper.
    pub blank: Option<BlankKind>,
    /// Whether it has the first blanks: a new recording, or urgent.
    pub is_first: bool,
    /// Why it is urgent.
    pub urgent_reason: Option<String>,
    /// Its number in SIAK.
    pub siak_number: Option<String>,
    /// Promised; moves on while there are no blanks.
    pub due_at: Option<Instant>,
    /// Whether the promise rests on an expected holiday.
    pub due_estimate: bool,
    /// Who opened it.
    pub opened_by: OfficerId,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was sent into SIAK.
    pub submitted_at: Option<Instant>,
    /// When it was made.
    pub ready_at: Option<Instant>,
    /// When it was collected or given up.
    pub closed_at: Option<Instant>,
}

impl CivilRequest {
    /// What the rules of the service ask about.
    pub fn matter(&self) -> Matter<'_> {
        Matter { kind: ApplicationKind::New, fields: &self.fields }
    }
}

/// The times in which there was no blank: from each act that said so to the one that ended it.
pub fn pauses(acts: &[CivilActRecord]) -> Vec<(Instant, Option<Instant>)> {
    let mut pauses: Vec<(Instant, Option<Instant>)> = Vec::new();
    for act in acts {
        if act.to == CivilState::WaitingForBlank {
            pauses.push((act.at, None));
        } else if let Some((_, end @ None)) = pauses.last_mut() {
            *end = Some(act.at);
        }
    }
    pauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_handed_over_that_was_not_made_and_nothing_closed_moves_again() {
        for from in CivilState::ALL.iter().copied() {
            assert_eq!(CivilAct::Handover.lead(from).is_some(), from == CivilState::Ready, "{from}");
            let moves = CivilAct::ALL.iter().filter(|act| act.lead(from).is_some()).count();
            assert_eq!(moves > 0, from.is_open(), "{from}");
        }
        assert_eq!(CivilAct::Ready.lead(CivilState::WaitingForBlank), None, "no document without a blank");
    }

    #[test]
    fn the_time_without_blanks_is_a_pause_of_its_own() {
        let act = |act: CivilAct, from: CivilState, at| CivilActRecord {
            act,
            officer: None,
            from,
            to: act.lead(from).unwrap(),
            at: Instant(at),
            detail: Value::Null,
        };
        let acts = [
            act(CivilAct::Submission, CivilState::Draft, 1),
            act(CivilAct::BlanksOut, CivilState::Submitted, 2),
            act(CivilAct::BlankArrived, CivilState::WaitingForBlank, 5),
            act(CivilAct::BlanksOut, CivilState::Submitted, 7),
        ];
        assert_eq!(pauses(&acts), [(Instant(2), Some(Instant(5))), (Instant(7), None)]);
    }
}
