//! The counters of a site, with whom they serve.

use serde::Serialize;

use crate::db::{StoreError, Tx};
use crate::ids::{CounterId, TicketId};
use crate::queue::store::{desks, hall as rows};
use crate::queue::{Clerk, DeskState, Number, StopState};
use crate::sites::{Counter, ServiceGroup};

/// The visit at a counter.
#[derive(Clone, Debug, Serialize)]
pub struct VisitAtCounter {
    /// The ticket.
    pub id: TicketId,
    /// The number called.
    pub number: Number,
    /// `called` or `serving`.
    pub state: StopState,
    /// Code of the service.
    pub service: String,
    /// Minutes since the call, or since service began.
    pub minutes: i64,
}

/// A counter as staff see it.
#[derive(Clone, Debug, Serialize)]
pub struct CounterView {
    /// The counter.
    pub id: CounterId,
    /// Its number.
    pub number: i64,
    /// The groups it takes.
    pub groups: Vec<ServiceGroup>,
    /// Whether it is for quick matters of them only.
    pub quick_only: bool,
    /// Whether it is at work.
    pub state: DeskState,
    /// Who sits there.
    pub officer: Option<String>,
    /// Whether that is the asker.
    pub mine: bool,
    /// Why it is paused.
    pub reason: Option<String>,
    /// Minutes in this state.
    pub minutes: i64,
    /// Minutes since it asked for help, as long as nobody has answered.
    pub help_minutes: Option<i64>,
    /// Whom it has in hand.
    pub visit: Option<VisitAtCounter>,
    /// Stops served today.
    pub served: i64,
}

/// The counters of the clerk's site.
pub async fn counters(tx: &mut Tx, clerk: Clerk<'_>) -> Result<Vec<CounterView>, StoreError> {
    let desks = desks::list_desks(tx, clerk.site.id).await?;
    let served = rows::count_served(tx, clerk.site.id, clerk.midnight()).await?;
    let view = |counter: &Counter| {
        let desk = desks.iter().find(|desk| desk.counter == counter.id);
        let visit = desk.and_then(|desk| desk.in_hand.as_ref()).map(|visit| VisitAtCounter {
            id: visit.ticket,
            number: visit.number,
            state: visit.state,
            service: visit.service.clone(),
            minutes: clerk.now.minutes_since(visit.started_at.unwrap_or(visit.called_at)),
        });
        CounterView {
            id: counter.id,
            number: counter.number,
            groups: counter.groups.clone(),
            quick_only: counter.quick_only,
            state: desk.map_or(DeskState::Closed, |desk| desk.state),
            officer: desk.and_then(|desk| desk.officer_name.clone()),
            mine: desk.is_some_and(|desk| desk.officer == Some(clerk.officer)),
            reason: desk.and_then(|desk| desk.reason.clone()),
            minutes: desk.map_or(0, |desk| clerk.now.minutes_since(desk.since)),
            help_minutes: desk.and_then(|desk| desk.help_at).map(|at| clerk.now.minutes_since(at)),
            visit,
            served: served.iter().find(|(id, _)| *id == counter.id).map_or(0, |(_, count)| *count),
        }
    };
    Ok(clerk.site.counters.iter().map(view).collect())
}
