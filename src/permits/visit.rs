//! The visit a file was filed on: number, calls, service, and the look-ups made for it. With the acts on the file it is one
//! timeline. Of a look-up only the purpose is told.

use super::Application;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::identity;
use crate::ids::OfficerId;
use crate::population;
use crate::queue;

/// Something that happened around the file.
#[derive(Clone, Debug)]
pub struct VisitEvent {
    /// When.
    pub at: Instant,
    /// What.
    pub kind: VisitEventKind,
    /// Name of who did it.
    pub officer: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VisitEventKind {
    /// A number was taken.
    Ticket {
        /// As it is called.
        number: String,
    },
    /// Called to a counter for a matter.
    Called {
        /// Service code.
        service: String,
    },
    /// The clerk began with the matter.
    Served {
        /// Service code.
        service: String,
    },
    /// The matter was over at the counter.
    Finished {
        /// Service code.
        service: String,
    },
    /// Somebody looked at the population record.
    Lookup {
        /// What for.
        purpose: String,
    },
}

impl VisitEventKind {
    /// The word in the API.
    pub fn word(&self) -> &'static str {
        match self {
            VisitEventKind::Ticket { .. } => "ticket",
            VisitEventKind::Called { .. } => "called",
            VisitEventKind::Served { .. } => "served",
            VisitEventKind::Finished { .. } => "finished",
            VisitEventKind::Lookup { .. } => "lookup",
        }
    }

    /// What it names: the number, the service, or the purpose.
    pub fn about(&self) -> &str {
        match self {
            VisitEventKind::Ticket { number } => number,
            VisitEventKind::Called { service }
            | VisitEventKind::Served { service }
            | VisitEventKind::Finished { service } => service,
            VisitEventKind::Lookup { purpose } => purpose,
        }
    }
}

/// What happened around a file, oldest first.
pub async fn visit_of(tx: &mut Tx, file: &Application) -> Result<Vec<VisitEvent>, StoreError> {
    let mut found: Vec<(Instant, VisitEventKind, Option<OfficerId>)> = Vec::new();
    if let Some(ticket) = file.ticket
        && let Some(ticket) = queue::find(tx, ticket).await?
    {
        found.push((ticket.issued_at, VisitEventKind::Ticket { number: ticket.number.to_string() }, None));
        for stop in ticket.stops {
            let service = || stop.service.clone();
            let moments = [
                (stop.called_at, VisitEventKind::Called { service: service() }),
                (stop.started_at, VisitEventKind::Served { service: service() }),
                (stop.ended_at.filter(|_| stop.started_at.is_some()), VisitEventKind::Finished { service: service() }),
            ];
            found.extend(moments.into_iter().filter_map(|(at, kind)| Some((at?, kind, stop.officer))));
        }
    }
    for look in population::list_lookups_for(tx, file.id, file.ticket).await? {
        found.push((look.at, VisitEventKind::Lookup { purpose: look.purpose }, Some(look.officer)));
    }
    found.sort_by_key(|(at, ..)| *at);
    let mut events = Vec::with_capacity(found.len());
    for (at, kind, by) in found {
        let officer = match by {
            Some(by) => identity::find(tx, by).await?.map(|officer| officer.name),
            None => None,
        };
        events.push(VisitEvent { at, kind, officer });
    }
    Ok(events)
}
