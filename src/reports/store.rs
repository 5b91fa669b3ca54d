//! SQL of the reports: reading only, one query for each question.

use chrono_tz::Tz;
use sqlx::FromRow;

use super::stages::FileRecord;
use super::stop::StopRecord;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::{ApplicationId, CounterId, OfficerId, TicketId};
use crate::permits::ApplicationState;
use crate::queue::StopState;
use crate::sites::{ServiceGroup, Site};

#[derive(FromRow)]
struct StopRow {
    ticket_id: TicketId,
    local_day: Day,
    issued_at: Instant,
    closed_at: Option<Instant>,
    position: i64,
    service_code: String,
    service_group: ServiceGroup,
    state: StopState,
    calls: i64,
    left_over: bool,
    by_appointment: bool,
    counter_id: Option<CounterId>,
    officer_id: Option<OfficerId>,
    officer_name: Option<String>,
    line_at: Instant,
    called_at: Option<Instant>,
    started_at: Option<Instant>,
    ended_at: Option<Instant>,
}

impl StopRow {
    fn record(self, zone: Tz) -> StopRecord {
        StopRecord {
            ticket: self.ticket_id,
            day: self.local_day,
            zone,
            position: self.position,
            service: self.service_code,
            group: self.service_group,
            state: self.state,
            calls: self.calls,
            left_over: self.left_over,
            by_appointment: self.by_appointment,
            counter: self.counter_id,
            officer: self.officer_id,
            officer_name: self.officer_name,
            arrived_at: self.issued_at,
            // By appointment the place in line may be earlier than the arrival: nobody waits before coming.
            in_line_at: self.line_at.max(self.issued_at),
            called_at: self.called_at,
            started_at: self.started_at,
            ended_at: self.ended_at,
            closed_at: self.closed_at,
        }
    }
}

/// The stops of the numbers of local days, in order of visit and position.
pub(super) async fn list_stops(tx: &mut Tx, site: &Site, from: Day, to: Day) -> Result<Vec<StopRecord>, StoreError> {
    const STOPS: &str = "SELECT t.id AS ticket_id, t.local_day, t.issued_at, t.closed_at, \
        s.position, s.service_code, s.service_group, s.state, s.calls, s.counter_id, s.officer_id, o.name AS officer_name, \
        s.line_at, s.called_at, s.started_at, s.ended_at, \
        EXISTS (SELECT 1 FROM left_over l WHERE l.ticket_id = t.id) AS left_over, \
        EXISTS (SELECT 1 FROM appointment a WHERE a.ticket_id = t.id) AS by_appointment \
        FROM ticket t JOIN stop s ON s.ticket_id = t.id LEFT JOIN officer o ON o.id = s.officer_id \
        WHERE t.site_id = $1 AND t.local_day >= $2 AND t.local_day <= $3 ORDER BY t.id, s.position";
    let rows = fetch_all!(tx, StopRow, STOPS, site.id, from, to);
    Ok(rows.into_iter().map(|row| row.record(site.zone)).collect())
}

/// The newest call to each counter, looked for among the newest calls of the site: a counter without one there has not
/// called for long.
pub(super) async fn list_last_calls(tx: &mut Tx, site: &Site) -> Result<Vec<(CounterId, Instant)>, StoreError> {
    const CALLS: &str = "SELECT counter_id, MAX(at) FROM \
        (SELECT counter_id, at FROM hall_call WHERE site_id = $1 ORDER BY seq DESC LIMIT 300) newest \
        GROUP BY counter_id";
    Ok(fetch_all!(tx, (CounterId, Instant), CALLS, site.id))
}

/// The files of a site that are still with the office, the first due first.
pub(super) async fn list_files(tx: &mut Tx, site: &Site, now: Instant) -> Result<Vec<FileRecord>, StoreError> {
    const FILES: &str = "SELECT id, code, service_code, state, due_at FROM application \
        WHERE site_id = $1 AND state IN ('draft', 'registered', 'in_verification', 'returned', 'in_inspection', \
        'in_recommendation', 'awaiting_payment', 'in_drafting', 'awaiting_signature', 'issued', 'ready') \
        ORDER BY due_at, id";
    type FileRow = (ApplicationId, String, String, ApplicationState, Option<Instant>);
    let rows = fetch_all!(tx, FileRow, FILES, site.id);
    let file = |(id, code, service, state, due_at): FileRow| FileRecord {
        id,
        code,
        service,
        state,
        due: due_at.map(|at| (at, at.day(site.zone))),
        today: now.day(site.zone),
    };
    Ok(rows.into_iter().map(file).collect())
}
