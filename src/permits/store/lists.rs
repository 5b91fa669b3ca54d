//! SQL of searches. Newest first, page by page after a cursor.

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
    /// Who has it in hand.
    pub claimed_by: Option<OfficerId>,
    /// Since when.
    pub claimed_at: Option<Instant>,
    /// Why it was given to them.
    pub claim_note: Option<String>,
    /// The name of who has it.
    pub holder: Option<String>,
    /// Begun.
    pub created_at: Instant,
    /// Declared complete.
    pub registered_at: Option<Instant>,
    /// Promised.
    pub due_at: Option<Instant>,
    /// When the stage it is in is due.
    pub stage_due_at: Option<Instant>,
    /// Returned to the applicant since.
    pub paused_at: Option<Instant>,
    /// Answered by the applicant.
    pub answered_at: Option<Instant>,
    /// The promise while its clock runs, else the end of time.
    pub urgent_at: Instant,
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

/// The columns of [`Row`] without the holder's name.
macro_rules! columns {
    () => {
        "a.id, a.code, a.service_code, a.kind, a.state, a.site_id, a.applicant_name, a.claimed_by, a.claimed_at, \
         a.claim_note, a.created_at, a.registered_at, a.due_at, a.stage_due_at, a.paused_at, a.answered_at, a.urgent_at"
    };
}
pub(super) use columns;

/// A page of a search: the site filter ($1, `$4` = the whole agency) and the cursor ($2).
macro_rules! page {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", o.name AS holder FROM application a LEFT JOIN officer o ON o.id = a.claimed_by ",
            "WHERE (a.site_id = $1 OR $4) AND a.id < $2 AND (",
            $condition,
            ") ORDER BY a.id DESC LIMIT $3"
        )
    };
}
pub(super) use page;

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
    pub(super) fn before(self) -> ApplicationId {
        self.before.unwrap_or(ApplicationId(Uuid::max()))
    }
    pub(super) fn site(self) -> SiteId {
        self.site.unwrap_or(SiteId(Uuid::nil()))
    }
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
    const SQL: &str = page!(
        "a.id IN (SELECT e.id FROM application e WHERE e.external_number = $5 UNION \
         SELECT p.application_id FROM permit p WHERE p.number = $5)"
    );
    Ok(fetch_all!(tx, Row, SQL, page.site(), page.before(), page.limit, page.site.is_none(), number))
}
