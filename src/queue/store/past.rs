//! SQL of past days: the stops from which the estimate learns.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::{SiteId, TicketId};
use crate::queue::Priority;
use crate::queue::replay::RecordedStop;
use crate::sites::ServiceGroup;

#[derive(FromRow)]
struct Row {
    local_day: Day,
    ticket_id: TicketId,
    position: i64,
    service_code: String,
    service_group: ServiceGroup,
    priority: Priority,
    number: i64,
    line_at: Instant,
    called_at: Instant,
    ended_at: Instant,
}

/// The stops of a site that were called and ended, without those whose end nobody saw, on local days, both included, with their day, oldest day first.
pub(in crate::queue) async fn list_recorded(
    tx: &mut Tx,
    site: SiteId,
    (from, to): (Day, Day),
) -> Result<Vec<(Day, RecordedStop)>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT t.local_day, s.ticket_id, s.position, s.service_code, s.service_group, t.priority, c.number, s.line_at, \
         s.called_at, s.ended_at FROM ticket t JOIN stop s ON s.ticket_id = t.id JOIN counter c ON c.id = s.counter_id \
         WHERE t.site_id = $1 AND t.local_day >= $2 AND t.local_day <= $3 AND s.called_at IS NOT NULL \
         AND s.ended_at IS NOT NULL AND (s.state <> 'done' OR s.started_at IS NOT NULL) ORDER BY t.local_day, s.line_at, s.ticket_id, s.position",
        site,
        from,
        to
    );
    let recorded = |row: Row| {
        let stop = RecordedStop {
            ticket: row.ticket_id,
            position: row.position,
            service: row.service_code,
            group: row.service_group,
            priority: row.priority,
            counter: row.number,
            line_at: row.line_at,
            called_at: row.called_at,
            ended_at: row.ended_at,
        };
        (row.local_day, stop)
    };
    Ok(rows.into_iter().map(recorded).collect())
}
