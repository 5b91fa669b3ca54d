//! SQL of life events and the permits they concern.

use sqlx::FromRow;

use crate::civil::{FlagDecision, LifeEvent, LifeEventKind, PermitFlag};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all};
use crate::ids::{ApplicationId, LifeEventId, OfficerId, PermitId, SiteId};
use crate::keys::Keys;
use crate::permits::PermitState;

pub(in crate::civil) async fn insert_event(tx: &mut Tx, keys: &Keys, event: &LifeEvent) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO life_event (id, nik_index, nik_masked, kind, happened_on, note, request_id, site_id, recorded_by, \
         recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        event.id,
        keys.index_of(event.nik.digits()),
        event.nik.masked(),
        event.kind,
        event.happened_on,
        &event.note,
        event.request,
        event.site,
        event.recorded_by,
        event.recorded_at
    );
    Ok(())
}

pub(in crate::civil) async fn insert_flag(tx: &mut Tx, event: LifeEventId, permit: PermitId) -> Result<(), StoreError> {
    execute!(tx, "INSERT INTO permit_flag (event_id, permit_id) VALUES ($1, $2)", event, permit);
    Ok(())
}

#[derive(FromRow)]
struct FlagRow {
    event_id: LifeEventId,
    kind: LifeEventKind,
    happened_on: Day,
    note: String,
    recorded_at: Instant,
    permit_id: PermitId,
    number: String,
    holder_name: String,
    register: String,
    state: PermitState,
    application_id: ApplicationId,
    site_id: SiteId,
    decision: Option<FlagDecision>,
    reason: Option<String>,
    decided_at: Option<Instant>,
    officer: Option<String>,
}

impl From<FlagRow> for PermitFlag {
    fn from(row: FlagRow) -> PermitFlag {
        let decided = row.decision.zip(row.decided_at);
        let decision =
            decided.map(|(word, at)| (word, row.reason.unwrap_or_default(), row.officer.unwrap_or_default(), at));
        PermitFlag {
            event: row.event_id,
            kind: row.kind,
            happened_on: row.happened_on,
            note: row.note,
            recorded_at: row.recorded_at,
            permit: row.permit_id,
            number: row.number,
            holder: row.holder_name,
            register: row.register,
            state: row.state,
            application: row.application_id,
            site: row.site_id,
            decision,
        }
    }
}

/// Flags `f` with event `e`, permit `p` and its file `a`; a condition and the order follow.
macro_rules! flags {
    ($rest:literal) => {
        concat!(
            "SELECT f.event_id, e.kind, e.happened_on, e.note, e.recorded_at, f.permit_id, p.number, p.holder_name, \
             p.register, p.state, p.application_id, a.site_id, f.decision, f.reason, f.decided_at, o.name AS officer \
             FROM permit_flag f JOIN life_event e ON e.id = f.event_id JOIN permit p ON p.id = f.permit_id \
             JOIN application a ON a.id = p.application_id LEFT JOIN officer o ON o.id = f.decided_by ",
            $rest
        )
    };
}

/// Permits that may come into force again or are in force, without a decision.
pub(in crate::civil) async fn list_flags(tx: &mut Tx) -> Result<Vec<PermitFlag>, StoreError> {
    const SQL: &str = flags!(
        "WHERE f.decision IS NULL AND p.state IN ('issued', 'suspended') ORDER BY e.recorded_at, f.permit_id LIMIT 500"
    );
    Ok(fetch_all!(tx, FlagRow, SQL).into_iter().map(PermitFlag::from).collect())
}

pub(in crate::civil) async fn list_flags_of(tx: &mut Tx, permit: PermitId) -> Result<Vec<PermitFlag>, StoreError> {
    const SQL: &str = flags!("WHERE f.permit_id = $1 ORDER BY e.recorded_at DESC, f.event_id DESC");
    Ok(fetch_all!(tx, FlagRow, SQL, permit).into_iter().map(PermitFlag::from).collect())
}

/// Decides about every open flag of a permit; answers how many.
pub(in crate::civil) async fn decide_flags(
    tx: &mut Tx,
    permit: PermitId,
    (decision, reason): (FlagDecision, &str),
    (by, at): (OfficerId, Instant),
) -> Result<u64, StoreError> {
    const SQL: &str = "UPDATE permit_flag SET decision = $2, reason = $3, decided_by = $4, decided_at = $5 \
        WHERE permit_id = $1 AND decision IS NULL";
    Ok(execute!(tx, SQL, permit, decision, reason, by, at))
}
