//! SQL of the courses of files: what the clock of each stage and the forecasts read. Three questions, whatever the number
//! of files.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::calendar::Pause;
use crate::clock::Instant;
use crate::db::{JsonText, StoreError, Tx, fetch_all};
use crate::ids::{ApplicationId, SiteId};
use crate::permits::course::Move;
use crate::permits::{ApplicationKind, ApplicationState, Fields};

/// A registered file with what its course rests on.
#[derive(FromRow)]
pub(in crate::permits) struct CourseRow {
    pub id: ApplicationId,
    pub service_code: String,
    pub service_version: i64,
    pub kind: ApplicationKind,
    pub fields: JsonText<Fields>,
    pub site_id: SiteId,
    pub registered_at: Instant,
}

/// Registered files that are open, or were closed since a moment.
macro_rules! of_files {
    ($before:literal, $after:literal) => {
        concat!($before, " WHERE a.registered_at IS NOT NULL AND (a.closed_at IS NULL OR a.closed_at >= $1) ", $after)
    };
}

/// Registered files that are open, or were closed since a moment.
pub(in crate::permits) async fn list_course_rows(tx: &mut Tx, since: Instant) -> Result<Vec<CourseRow>, StoreError> {
    const SQL: &str = of_files!(
        "SELECT a.id, a.service_code, a.service_version, a.kind, a.fields, a.site_id, a.registered_at FROM application a",
        "ORDER BY a.id"
    );
    Ok(fetch_all!(tx, CourseRow, SQL, since))
}

/// The changes of their states, oldest first.
pub(in crate::permits) async fn list_moves(
    tx: &mut Tx,
    since: Instant,
) -> Result<BTreeMap<ApplicationId, Vec<Move>>, StoreError> {
    const SQL: &str = of_files!(
        "SELECT x.application_id, x.to_state, x.at FROM application_act x JOIN application a ON a.id = x.application_id",
        "AND x.from_state <> x.to_state ORDER BY x.application_id, x.seq"
    );
    let mut moves: BTreeMap<ApplicationId, Vec<Move>> = BTreeMap::new();
    for (id, to, at) in fetch_all!(tx, (ApplicationId, ApplicationState, Instant), SQL, since) {
        moves.entry(id).or_default().push(Move { to, at });
    }
    Ok(moves)
}

/// From each of their returns to the answer.
pub(in crate::permits) async fn list_returns(
    tx: &mut Tx,
    since: Instant,
) -> Result<BTreeMap<ApplicationId, Vec<Pause>>, StoreError> {
    const SQL: &str = of_files!(
        "SELECT c.application_id, c.asked_at, COALESCE(c.sent_at, c.ended_at) AS answered_at FROM correction c \
         JOIN application a ON a.id = c.application_id",
        "ORDER BY c.application_id, c.round"
    );
    let mut returns: BTreeMap<ApplicationId, Vec<Pause>> = BTreeMap::new();
    for (id, asked, answered) in fetch_all!(tx, (ApplicationId, Instant, Option<Instant>), SQL, since) {
        returns.entry(id).or_default().push((asked, answered));
    }
    Ok(returns)
}
