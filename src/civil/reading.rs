//! One request with everything about it, and the lists of the desk.

use std::collections::BTreeMap;

use super::{CivilActRecord, CivilRequest, CivilState, desk_site, store, unknown};
use crate::catalogue::{self, Service};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity;
use crate::ids::{CivilRequestId, OfficerId, TicketId};
use crate::permits::{ChecklistItem, Desk, Handed, TrackingCode, checklist};

/// The most requests of one list.
pub const MOST_ROWS: i64 = 200;

/// A request with everything the desk shows.
pub struct CivilView {
    /// The request.
    pub request: CivilRequest,
    /// The rules of the day it was opened.
    pub rules: Service,
    /// The papers.
    pub papers: Vec<ChecklistItem>,
    /// The history, oldest first.
    pub acts: Vec<CivilActRecord>,
    /// The names of the officers in it.
    pub officers: BTreeMap<OfficerId, String>,
}

/// A request in a list.
#[derive(Clone, Debug)]
pub struct CivilRow {
    /// Identity.
    pub id: CivilRequestId,
    /// Tracking code.
    pub code: TrackingCode,
    /// Code of the service.
    pub service: String,
    /// Where it stands.
    pub state: CivilState,
    /// Whose.
    pub name: String,
    /// New recording or urgent.
    pub is_first: bool,
    /// When it was opened.
    pub created_at: Instant,
    /// Promised.
    pub due_at: Option<Instant>,
    /// Whether I opened it.
    pub opened_by: OfficerId,
}

/// A request of the own site.
///
/// # Errors
/// 404 `civil-unknown`, also when it belongs to another site.
pub async fn view(tx: &mut Tx, desk: &Desk<'_>, id: CivilRequestId) -> Outcome<CivilView> {
    let site = desk_site(desk)?;
    let request =
        store::find(tx, desk.keys, id).await?.filter(|request| request.site == site.id).ok_or_else(unknown)?;
    let rules = rules_of(tx, &request).await?;
    let papers = papers(tx, &request, &rules).await?;
    let acts = store::list_acts(tx, id).await?;
    let mut officers = BTreeMap::new();
    for id in acts.iter().filter_map(|act| act.officer).chain([request.opened_by]) {
        if !officers.contains_key(&id)
            && let Some(officer) = identity::find(tx, id).await?
        {
            officers.insert(id, officer.name);
        }
    }
    Ok(CivilView { request, rules, papers, acts, officers })
}

/// The open requests of the own site in one state, in the order they are served.
pub async fn list_open(tx: &mut Tx, desk: &Desk<'_>, state: CivilState) -> Outcome<Vec<CivilRow>> {
    let site = desk_site(desk)?;
    Ok(store::list_rows(tx, site.id, state, MOST_ROWS).await?)
}

/// The newest open request of a visit.
pub async fn find_of_visit(tx: &mut Tx, ticket: TicketId) -> Result<Option<CivilRequestId>, StoreError> {
    store::find_of_ticket(tx, ticket).await
}

pub(super) async fn rules_of(tx: &mut Tx, request: &CivilRequest) -> Result<Service, StoreError> {
    let (code, version) = (&request.service, request.service_version);
    let found = catalogue::find_version(tx, code, version).await?;
    found.ok_or_else(|| StoreError::Corrupt(format!("no version {version} of {code}")))
}

pub(super) async fn papers(
    tx: &mut Tx,
    request: &CivilRequest,
    rules: &Service,
) -> Result<Vec<ChecklistItem>, StoreError> {
    let seen = store::list_papers(tx, request.id).await?;
    let handed: Vec<Handed> = seen.into_iter().map(|code| Handed { code, paper: None }).collect();
    Ok(checklist(rules, (request.matter(), false), &handed))
}
