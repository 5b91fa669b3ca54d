//! SQL of the inbox: what waits at offices, at one person, and what is over. Every list is read along an index from its
//! beginning or a cursor, and every count stops at a bound, so that a million files cost what a hundred do.

use uuid::Uuid;

use super::lists::{Row, columns};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, fetch_all, fetch_one};
use crate::ids::{ApplicationId, OfficerId, SiteId};
use crate::permits::Office;
use crate::permits::inbox::Cursor;

/// The offices a file can wait at; a place that is none is nobody's.
pub(in crate::permits) type Offices = [Option<Office>; 7];

/// Which part of a list: what is as urgent as `until` or more, after `from`, at most so many.
#[derive(Clone, Copy)]
pub(in crate::permits) struct Slice {
    /// Files that are less urgent are left out.
    pub until: Instant,
    /// Where it begins.
    pub from: Cursor,
    /// At most so many.
    pub limit: i64,
}

/// Files that wait at one office.
macro_rules! at_office {
    ($office:literal, $site:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            " FROM application a WHERE ",
            $site,
            "a.waits_at = ",
            $office,
            " AND a.urgent_at <= $8 AND (a.urgent_at, a.id) > ($9, $10) ORDER BY a.urgent_at, a.id LIMIT $11) AS w"
        )
    };
}

/// The same for all of seven offices.
macro_rules! at_offices {
    ($site:literal) => {
        concat!(
            "SELECT a.*, o.name AS holder FROM (",
            at_office!("$1", $site),
            " UNION ALL ",
            at_office!("$2", $site),
            " UNION ALL ",
            at_office!("$3", $site),
            " UNION ALL ",
            at_office!("$4", $site),
            " UNION ALL ",
            at_office!("$5", $site),
            " UNION ALL ",
            at_office!("$6", $site),
            " UNION ALL ",
            at_office!("$7", $site),
            ") AS a LEFT JOIN officer o ON o.id = a.claimed_by ORDER BY a.urgent_at, a.id LIMIT $11"
        )
    };
}

/// Files that wait at offices, of one site or of all, the most urgent first.
pub(in crate::permits) async fn list_waiting_at(
    tx: &mut Tx,
    site: Option<SiteId>,
    offices: Offices,
    slice: Slice,
) -> Result<Vec<Row>, StoreError> {
    const ALL: &str = at_offices!("");
    const OF_SITE: &str = at_offices!("a.site_id = $12 AND ");
    let mut asked = tx.statement(if site.is_some() { OF_SITE } else { ALL });
    for office in offices {
        asked = asked.bind(office);
    }
    let asked = asked.bind(slice.until).bind(slice.from.key).bind(slice.from.id).bind(slice.limit);
    match site {
        Some(site) => asked.bind(site).fetch_all().await,
        None => asked.fetch_all().await,
    }
}

/// How many files wait at one office: all, nearly late, late; each up to a bound.
macro_rules! counts_of {
    ($office:literal, $site:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application a WHERE ",
            $site,
            "a.waits_at = ",
            $office,
            " ORDER BY a.urgent_at, a.id LIMIT $10) AS r) AS waiting, ",
            "(SELECT COUNT(*) FROM (SELECT 1 AS one FROM application a WHERE ",
            $site,
            "a.waits_at = ",
            $office,
            " AND a.urgent_at > $8 AND a.urgent_at <= $9 ORDER BY a.urgent_at, a.id LIMIT $10) AS n) AS near, ",
            "(SELECT COUNT(*) FROM (SELECT 1 AS one FROM application a WHERE ",
            $site,
            "a.waits_at = ",
            $office,
            " AND a.urgent_at <= $8 ORDER BY a.urgent_at, a.id LIMIT $10) AS l) AS late"
        )
    };
}

macro_rules! counts {
    ($site:literal) => {
        concat!(
            counts_of!("$1", $site),
            " UNION ALL ",
            counts_of!("$2", $site),
            " UNION ALL ",
            counts_of!("$3", $site),
            " UNION ALL ",
            counts_of!("$4", $site),
            " UNION ALL ",
            counts_of!("$5", $site),
            " UNION ALL ",
            counts_of!("$6", $site),
            " UNION ALL ",
            counts_of!("$7", $site)
        )
    };
}

/// For each office: how many wait, are nearly late, are late; none above `most`.
pub(in crate::permits) async fn count_waiting_at(
    tx: &mut Tx,
    site: Option<SiteId>,
    offices: Offices,
    (late, near, most): (Instant, Instant, i64),
) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    const ALL: &str = counts!("");
    const OF_SITE: &str = counts!("a.site_id = $11 AND ");
    let mut asked = tx.statement(if site.is_some() { OF_SITE } else { ALL });
    for office in offices {
        asked = asked.bind(office);
    }
    let asked = asked.bind(late).bind(near).bind(most);
    match site {
        Some(site) => asked.bind(site).fetch_all().await,
        None => asked.fetch_all().await,
    }
}

/// Files one person has in hand, the most urgent first.
pub(in crate::permits) async fn list_held(
    tx: &mut Tx,
    officer: OfficerId,
    slice: Slice,
) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        ", o.name AS holder FROM application a JOIN officer o ON o.id = a.claimed_by WHERE a.claimed_by = $1 ",
        "AND a.urgent_at <= $2 AND (a.urgent_at, a.id) > ($3, $4) ORDER BY a.urgent_at, a.id LIMIT $5"
    );
    Ok(fetch_all!(tx, Row, SQL, officer, slice.until, slice.from.key, slice.from.id, slice.limit))
}

/// Returned files nobody answered since a moment, those returned first first.
pub(in crate::permits) async fn list_lapsing(
    tx: &mut Tx,
    site: Option<SiteId>,
    slice: Slice,
) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        ", o.name AS holder FROM application a LEFT JOIN officer o ON o.id = a.claimed_by ",
        "WHERE a.state = 'returned' AND a.answered_at IS NULL AND a.paused_at <= $1 AND (a.paused_at, a.id) > ($2, $3) ",
        "AND (a.site_id = $4 OR $5) ORDER BY a.paused_at, a.id LIMIT $6"
    );
    let of = site.unwrap_or(SiteId(Uuid::nil()));
    Ok(fetch_all!(tx, Row, SQL, slice.until, slice.from.key, slice.from.id, of, site.is_none(), slice.limit))
}

/// Drafts of a site, the newest first.
pub(in crate::permits) async fn list_drafts(
    tx: &mut Tx,
    site: SiteId,
    before: ApplicationId,
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        ", o.name AS holder FROM application a LEFT JOIN officer o ON o.id = a.claimed_by ",
        "WHERE a.state = 'draft' AND a.site_id = $1 AND a.id < $2 ORDER BY a.id DESC LIMIT $3"
    );
    Ok(fetch_all!(tx, Row, SQL, site, before, limit))
}

/// How many files a person has in hand, how many lapse, how many drafts there are; none above `most`.
pub(in crate::permits) async fn count_beside(
    tx: &mut Tx,
    officer: OfficerId,
    site: Option<SiteId>,
    (lapsing_since, most): (Instant, i64),
) -> Result<(i64, i64, i64), StoreError> {
    const SQL: &str = "SELECT \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application WHERE claimed_by = $1 LIMIT $5) AS h), \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application WHERE state = 'returned' AND answered_at IS NULL \
         AND paused_at <= $2 AND (site_id = $3 OR $4) ORDER BY paused_at, id LIMIT $5) AS l), \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application WHERE state = 'draft' AND site_id = $3 \
         ORDER BY id DESC LIMIT $5) AS d)";
    let of = site.unwrap_or(SiteId(Uuid::nil()));
    Ok(fetch_one!(tx, (i64, i64, i64), SQL, officer, lapsing_since, of, site.is_none(), most))
}
