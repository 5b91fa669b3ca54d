//! SQL of lists: the inbox and the searches. Newest first, page by page after a cursor.

use sqlx::FromRow;
use uuid::Uuid;

use crate::clock::Instant;
use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::{ApplicationId, OfficerId, SiteId};
use crate::permits::application::LAPSE_DAYS;
use crate::permits::correction::TERM_DAYS;
use crate::permits::{ApplicationKind, ApplicationState, TrackingCode};

/// A file in a list.
#[derive(Clone, FromRow)]
pub struct Row {
    /// Identity.
    pub id: ApplicationId,
    /// Tracking code.
    pub code: TrackingCode,
    /// Service code.
    pub service_code: String,
    /// What is asked for.
    pub kind: ApplicationKind,
    /// Where it stands.
    pub state: ApplicationState,
    /// Where it was filed.
    pub site_id: SiteId,
    /// Who applies.
    pub applicant_name: String,
    /// The verifier it is locked to.
    pub claimed_by: Option<OfficerId>,
    /// Begun.
    pub created_at: Instant,
    /// Declared complete.
    pub registered_at: Option<Instant>,
    /// Promised.
    pub due_at: Option<Instant>,
    /// Returned to the applicant since.
    pub paused_at: Option<Instant>,
    /// Answered by the applicant.
    pub answered_at: Option<Instant>,
}

impl Row {
    /// Days (begun ones count) until a returned file may be declared lapsed, 0 from then on; none while it is not with
    /// the applicant, or answered.
    pub fn days_to_lapse(&self, now: Instant) -> Option<i64> {
        let lapses_at = self.paused_at?.plus_minutes(LAPSE_DAYS * 24 * 60);
        (self.state == ApplicationState::Returned && self.answered_at.is_none())
            .then(|| (lapses_at.minutes_since(now) + 24 * 60 - 1) / (24 * 60))
    }

    /// Whether the second term runs or is over.
    pub fn is_lapsing(&self, now: Instant) -> bool {
        self.days_to_lapse(now).is_some_and(|days| days <= TERM_DAYS)
    }
}

/// The columns of [`Row`], the site filter ($1, `NULL` = the whole agency) and the cursor ($2).
macro_rules! page {
    ($condition:literal) => {
        concat!(
            "SELECT a.id, a.code, a.service_code, a.kind, a.state, a.site_id, a.applicant_name, a.claimed_by, ",
            "a.created_at, a.registered_at, a.due_at, a.paused_at, a.answered_at FROM application a ",
            "WHERE (a.site_id = $1 OR $4) AND a.id < $2 AND (",
            $condition,
            ") ORDER BY a.id DESC LIMIT $3"
        )
    };
}

/// Where a page of a search begins and how long it is.
#[derive(Clone, Copy)]
pub struct Page {
    /// Only files of this site.
    pub site: Option<SiteId>,
    /// Only files begun before this one.
    pub before: Option<ApplicationId>,
    /// At most so many.
    pub limit: i64,
}

impl Page {
    fn before(self) -> ApplicationId {
        self.before.unwrap_or(ApplicationId(Uuid::max()))
    }
    fn site(self) -> SiteId {
        self.site.unwrap_or(SiteId(Uuid::nil()))
    }
}

/// Files whose applicant's name holds a text in upper case.
pub(in crate::permits) async fn list_by_name(tx: &mut Tx, page: Page, part: &str) -> Result<Vec<Row>, StoreError> {
    let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    const SQL: &str = page!("a.applicant_name LIKE $5 ESCAPE '\\'");
    let pattern = format!("%{escaped}%");
    Ok(fetch_all!(tx, Row, SQL, page.site(), page.before(), page.limit, page.site.is_none(), pattern))
}

/// Files of a person, by the keyed index of the NIK.
pub(in crate::permits) async fn list_by_nik(tx: &mut Tx, page: Page, index: &[u8]) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = page!("a.nik_index = $5");
    Ok(fetch_all!(tx, Row, SQL, page.site(), page.before(), page.limit, page.site.is_none(), index))
}

/// The file of a tracking code.
pub(in crate::permits) async fn list_by_code(
    tx: &mut Tx,
    page: Page,
    code: &TrackingCode,
) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = page!("a.code = $5");
    Ok(fetch_all!(tx, Row, SQL, page.site(), page.before(), page.limit, page.site.is_none(), code))
}

/// Files answered by the permit of a number, or carrying it as the number of another system.
pub(in crate::permits) async fn list_by_number(tx: &mut Tx, page: Page, number: &str) -> Result<Vec<Row>, StoreError> {
    const SQL: &str =
        page!("a.external_number = $5 OR a.id IN (SELECT p.application_id FROM permit p WHERE p.number = $5)");
    Ok(fetch_all!(tx, Row, SQL, page.site(), page.before(), page.limit, page.site.is_none(), number))
}

/// Files in any of up to ten states, the most urgent first.
pub(in crate::permits) async fn list_in_states(
    tx: &mut Tx,
    site: Option<SiteId>,
    states: [ApplicationState; 10],
    limit: i64,
) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = "SELECT a.id, a.code, a.service_code, a.kind, a.state, a.site_id, a.applicant_name, \
        a.claimed_by, a.created_at, a.registered_at, a.due_at, a.paused_at, a.answered_at FROM application a \
        WHERE a.state IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AND (a.site_id = $11 OR $12) \
        ORDER BY COALESCE(a.due_at, 9223372036854775807), a.id LIMIT $13";
    let [a, b, c, d, e, f, g, h, i, j] = states;
    let of = site.unwrap_or(SiteId(Uuid::nil()));
    Ok(fetch_all!(tx, Row, SQL, a, b, c, d, e, f, g, h, i, j, of, site.is_none(), limit))
}
