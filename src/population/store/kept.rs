//! SQL of what was asked about the people of a visit.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, fetch_all, fetch_optional};
use crate::ids::TicketId;
use crate::keys::Keys;
use crate::population::{ElementVerdict, KeptLookup, Nik, SourceKind, Verdict};

#[derive(FromRow)]
struct KeptRow {
    nik_masked: String,
    verdict: Verdict,
    elements: JsonText<BTreeMap<String, ElementVerdict>>,
    source: SourceKind,
    at: Instant,
}

pub async fn find_latest_of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<KeptLookup>, StoreError> {
    const LATEST: &str = "SELECT nik_masked, verdict, elements, source, at FROM lookup WHERE ticket_id = $1 \
        ORDER BY at DESC, id DESC LIMIT 1";
    let row = fetch_optional!(tx, KeptRow, LATEST, ticket);
    Ok(row.map(|row| KeptLookup {
        nik_masked: row.nik_masked,
        verdict: row.verdict,
        elements: row.elements.0,
        source: row.source,
        at: row.at,
    }))
}

pub async fn list_tickets_of(tx: &mut Tx, keys: &Keys, nik: &Nik, since: Instant) -> Result<Vec<TicketId>, StoreError> {
    const TICKETS: &str = "SELECT ticket_id FROM lookup WHERE nik_index = $1 AND at >= $2 AND ticket_id IS NOT NULL \
        ORDER BY at DESC";
    let rows = fetch_all!(tx, (TicketId,), TICKETS, keys.index_of(nik.digits()), since);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
