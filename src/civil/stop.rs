//! A permit that waits for a correction: the visitor is sent to the population desk first and is back at the own place
//! in the line of the permits when that is over.

use super::store;
use crate::audit;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::Role;
use crate::ids::{ApplicationId, SiteId, StopId, TicketId};
use crate::messages::Refusal;
use crate::permits::{self, Desk};
use crate::population::{self, Verdict};
use crate::queue::{self, Clerk, Number, Stop, StopState};
use crate::sites::ServiceGroup;

/// The stop at the population desk that an application waits for.
#[derive(Clone, Debug)]
pub struct CorrectionStop {
    /// The application.
    pub application: ApplicationId,
    /// The visit.
    pub ticket: TicketId,
    /// Its number.
    pub number: Number,
    /// The stop.
    pub stop: StopId,
    /// Code of the population service.
    pub service: String,
    /// What the look-up said.
    pub verdict: Verdict,
    /// Where the stop stands.
    pub state: StopState,
    /// Whether the visitor is in line for the permit again.
    pub is_back: bool,
    /// When it was opened.
    pub opened_at: Instant,
    /// When the stop was over.
    pub ended_at: Option<Instant>,
}

impl CorrectionStop {
    /// Whether the application still waits for it.
    pub fn is_open(&self) -> bool {
        !self.state.is_over()
    }
}

/// The service that puts a record right, for a verdict; `None` when there is nothing to put right.
pub fn correction_service(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Mismatch | Verdict::Deceased => Some("KK-U"),
        Verdict::NotFound | Verdict::Inactive => Some("KONSOL"),
        Verdict::Match | Verdict::Pending => None,
    }
}

/// Sends the visitor of an application to the population desk, for what the look-up found; one act of the clerk.
///
/// # Errors
/// 403 `wrong-role`; 404 `application-unknown`; 409 `no-correction-needed` when the latest look-up of the applicant
/// found nothing, `application-without-visit` when no visit of today stands behind it, `correction-open` when it waits
/// already, and what [`queue::detour`] refuses.
pub async fn open_correction_stop(
    tx: &mut Tx,
    desk: &Desk<'_>,
    clerk: Clerk<'_>,
    (id, reason): (ApplicationId, &str),
) -> Outcome<CorrectionStop> {
    if !desk.officer.is(Role::Clerk) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let file = permits::view(tx, desk, id).await?.file;
    let standing = population::find_standing(tx, desk.keys, &file.applicant.nik).await?;
    let wrong = standing.and_then(|standing| Some((standing.verdict, correction_service(standing.verdict)?)));
    let nothing = || Refusal::conflict("no-correction-needed").with("code", &file.code);
    let (verdict, service) = wrong.ok_or_else(nothing)?;
    let alone = || Refusal::conflict("application-without-visit").with("code", &file.code);
    let ticket = file.ticket.ok_or_else(alone)?;
    if let Some(open) = find_correction_stop(tx, id).await?.filter(CorrectionStop::is_open) {
        return Err(Refusal::conflict("correction-open").with("number", open.number).into());
    }
    let group = desk.catalogue.find(service).map_or(ServiceGroup::Population, |found| found.service.group);
    let (_, stop) = queue::detour(tx, clerk, ticket, (service, group), reason).await?;
    store::insert_correction(tx, (id, ticket, stop), verdict, (desk.officer.id, desk.now)).await?;
    let detail = serde_json::json!({ "ticket": ticket, "verdict": verdict, "service": service });
    audit::record(tx, desk.act(), "application.sent-to-population", id, detail).await?;
    let opened = find_correction_stop(tx, id).await?;
    Ok(opened.ok_or_else(|| StoreError::Corrupt("a stop that was opened is not there".to_owned()))?)
}

/// The newest correction an application waits or waited for.
pub async fn find_correction_stop(tx: &mut Tx, id: ApplicationId) -> Result<Option<CorrectionStop>, StoreError> {
    match store::find_correction(tx, id).await? {
        Some(row) => read(tx, row).await,
        None => Ok(None),
    }
}

/// The corrections of a site's visits that are not over: what the population desk is asked for.
pub async fn list_correction_stops(tx: &mut Tx, site: SiteId) -> Result<Vec<CorrectionStop>, StoreError> {
    let mut stops = Vec::new();
    for row in store::list_corrections(tx, site).await? {
        stops.extend(read(tx, row).await?);
    }
    Ok(stops)
}

async fn read(tx: &mut Tx, row: store::CorrectionRow) -> Result<Option<CorrectionStop>, StoreError> {
    let Some(ticket) = queue::find(tx, row.ticket_id).await? else { return Ok(None) };
    let Some(stop) = ticket.stops.iter().find(|stop| stop.id == row.stop_id) else { return Ok(None) };
    let waits = |held: &Stop| held.after == Some(stop.id) && held.state == StopState::Waiting;
    Ok(Some(CorrectionStop {
        application: row.application_id,
        ticket: ticket.id,
        number: ticket.number,
        stop: stop.id,
        service: stop.service.clone(),
        verdict: row.verdict,
        state: stop.state,
        is_back: ticket.stops.iter().any(waits),
        opened_at: row.opened_at,
        ended_at: stop.ended_at,
    }))
}
