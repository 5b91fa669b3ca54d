//! SQL of the supervisor's look at a sample of look-ups.

use sqlx::FromRow;

use crate::audit::Act;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, word_column};
use crate::ids::{LookupId, OfficerId, SiteId};
use crate::population::{ReviewMark, SampledLookup};

word_column!(ReviewMark);

/// Keeps a mark; `false` when the look-up has one already.
pub async fn insert_review(
    tx: &mut Tx,
    (id, officer): (LookupId, OfficerId),
    act: Act,
    (mark, note): (ReviewMark, &str),
) -> Result<bool, StoreError> {
    const ONE: &str = "INSERT INTO lookup_review (lookup_id, officer_id, at, mark, note) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (lookup_id) DO NOTHING";
    Ok(execute!(tx, ONE, id, officer, act.now, mark, note) > 0)
}

#[derive(FromRow)]
struct SampledRow {
    id: LookupId,
    at: Instant,
    officer: String,
    nik_masked: String,
    purpose: String,
    has_visit: bool,
    mark: Option<ReviewMark>,
}

/// The look-ups of the officers of a site (`None`: of every site) between two local days, at most `limit`.
pub async fn list_unreviewed(
    tx: &mut Tx,
    site: Option<SiteId>,
    (from, to): (Day, Day),
    limit: i64,
) -> Result<Vec<SampledLookup>, StoreError> {
    const OF_DAYS: &str = "SELECT l.id, l.at, o.name AS officer, l.nik_masked, l.purpose, \
        (l.ticket_id IS NOT NULL OR l.application_id IS NOT NULL) AS has_visit, r.mark \
        FROM lookup l JOIN officer o ON o.id = l.officer_id LEFT JOIN lookup_review r ON r.lookup_id = l.id \
        WHERE l.asked_on BETWEEN $1 AND $2 AND (o.site_id = $3 OR $3 IS NULL) ORDER BY l.id DESC LIMIT $4";
    let rows = fetch_all!(tx, SampledRow, OF_DAYS, from, to, site, limit);
    let sampled = |row: SampledRow| SampledLookup {
        id: row.id,
        at: row.at,
        officer: row.officer,
        nik_masked: row.nik_masked,
        purpose: row.purpose,
        has_visit: row.has_visit,
        mark: row.mark,
    };
    Ok(rows.into_iter().map(sampled).collect())
}
