//! SQL of slips on their way to paper.

use sqlx::FromRow;

use super::{PrintFault, PrintState, Slip};
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::documents::TicketSlip;
use crate::ids::{DeviceId, SiteId, TicketId};

word_column!(PrintState);
word_column!(PrintFault);

#[derive(FromRow)]
struct SlipRow {
    ticket_id: TicketId,
    printer_id: DeviceId,
    state: PrintState,
    tries: i64,
    last_fault: Option<PrintFault>,
    queued_at: Instant,
}

impl From<SlipRow> for Slip {
    fn from(row: SlipRow) -> Slip {
        Slip {
            ticket: row.ticket_id,
            printer: row.printer_id,
            state: row.state,
            tries: row.tries,
            fault: row.last_fault,
            queued_at: row.queued_at,
        }
    }
}

const COLUMNS_OF: &str = "SELECT ticket_id, printer_id, state, tries, last_fault, queued_at FROM print_job \
    WHERE ticket_id = $1";

pub(super) async fn insert(
    tx: &mut Tx,
    ticket: TicketId,
    printer: DeviceId,
    paper: &TicketSlip,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO print_job (ticket_id, printer_id, state, slip, queued_at, changed_at) \
         VALUES ($1, $2, 'queued', $3, $4, $4)",
        ticket,
        printer,
        JsonText(paper),
        now
    );
    Ok(())
}

pub(super) async fn find(tx: &mut Tx, ticket: TicketId) -> Result<Option<Slip>, StoreError> {
    Ok(fetch_optional!(tx, SlipRow, COLUMNS_OF, ticket).map(Slip::from))
}

/// PostgreSQL: locked, so that two presses of the button follow each other.
pub(super) async fn lock(tx: &mut Tx, ticket: TicketId) -> Result<Option<Slip>, StoreError> {
    let sql = tx.pick(
        COLUMNS_OF,
        "SELECT ticket_id, printer_id, state, tries, last_fault, queued_at FROM print_job \
         WHERE ticket_id = $1 FOR UPDATE",
    );
    Ok(fetch_optional!(tx, SlipRow, sql, ticket).map(Slip::from))
}

pub(super) async fn queue_again(
    tx: &mut Tx,
    ticket: TicketId,
    printer: DeviceId,
    paper: &TicketSlip,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE print_job SET printer_id = $2, state = 'queued', slip = $3, last_fault = NULL, queued_at = $4, \
         changed_at = $4 WHERE ticket_id = $1",
        ticket,
        printer,
        JsonText(paper),
        now
    );
    Ok(())
}

/// Printers with slips that wait.
pub(super) async fn list_printers(tx: &mut Tx) -> Result<Vec<DeviceId>, StoreError> {
    const SQL: &str = "SELECT DISTINCT printer_id FROM print_job WHERE state = 'queued'";
    Ok(fetch_all!(tx, (DeviceId,), SQL).into_iter().map(|(id,)| id).collect())
}

#[derive(FromRow)]
pub(super) struct NextRow {
    pub(super) ticket_id: TicketId,
    pub(super) site_id: SiteId,
    pub(super) ticket_state: crate::queue::TicketState,
    pub(super) slip: JsonText<TicketSlip>,
    pub(super) queued_at: Instant,
}

/// The slip a printer is to print next. PostgreSQL: one that another instance is just taking is passed over.
pub(super) async fn lock_next(tx: &mut Tx, printer: DeviceId) -> Result<Option<NextRow>, StoreError> {
    let sql = tx.pick(
        "SELECT j.ticket_id, t.site_id, t.state AS ticket_state, j.slip, j.queued_at FROM print_job j \
         JOIN ticket t ON t.id = j.ticket_id WHERE j.printer_id = $1 AND j.state = 'queued' \
         ORDER BY j.queued_at, j.ticket_id LIMIT 1",
        "SELECT j.ticket_id, t.site_id, t.state AS ticket_state, j.slip, j.queued_at FROM print_job j \
         JOIN ticket t ON t.id = j.ticket_id WHERE j.printer_id = $1 AND j.state = 'queued' \
         ORDER BY j.queued_at, j.ticket_id LIMIT 1 FOR UPDATE OF j SKIP LOCKED",
    );
    Ok(fetch_optional!(tx, NextRow, sql, printer))
}

/// Another instance prints on this printer: one printer prints one slip at a time.
pub(super) async fn is_busy(tx: &mut Tx, printer: DeviceId) -> Result<bool, StoreError> {
    const SQL: &str = "SELECT COUNT(*) FROM print_job WHERE printer_id = $1 AND state = 'printing'";
    Ok(fetch_optional!(tx, (i64,), SQL, printer).is_some_and(|(count,)| count > 0))
}

pub(super) async fn begin(tx: &mut Tx, ticket: TicketId, now: Instant) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE print_job SET state = 'printing', tries = tries + 1, changed_at = $2 WHERE ticket_id = $1",
        ticket,
        now
    );
    Ok(())
}

/// Ends a try, unless somebody has decided otherwise about the slip meanwhile.
pub(super) async fn end(
    tx: &mut Tx,
    ticket: TicketId,
    (state, fault): (PrintState, Option<PrintFault>),
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE print_job SET state = $2, last_fault = $3, changed_at = $4 \
         WHERE ticket_id = $1 AND state IN ('queued', 'printing')",
        ticket,
        state,
        fault,
        now
    );
    Ok(())
}

/// Slips whose printing nobody ended: Loket was stopped.
pub(super) async fn list_interrupted(tx: &mut Tx, since: Instant) -> Result<Vec<(TicketId, SiteId)>, StoreError> {
    const SQL: &str = "SELECT j.ticket_id, t.site_id FROM print_job j JOIN ticket t ON t.id = j.ticket_id \
        WHERE j.state = 'printing' AND j.changed_at < $1";
    Ok(fetch_all!(tx, (TicketId, SiteId), SQL, since))
}

/// How many slips of each printer failed since a moment.
pub(super) async fn count_failed(tx: &mut Tx, since: Instant) -> Result<Vec<(DeviceId, i64)>, StoreError> {
    const SQL: &str = "SELECT printer_id, COUNT(*) FROM print_job WHERE state = 'failed' AND changed_at >= $1 \
        GROUP BY printer_id";
    Ok(fetch_all!(tx, (DeviceId, i64), SQL, since))
}
