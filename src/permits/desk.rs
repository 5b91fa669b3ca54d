//! Who acts on files, with everything the rules read.

use crate::audit::Act;
use crate::calendar::Calendar;
use crate::catalogue::{self, Catalogue, Service};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::{Officer, Role};
use crate::ids::{ApplicationId, SiteId};
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::sites::{Site, Sites};

use super::store::{self, Lock};
use super::{Application, ApplicationState, Row};

/// An officer at work.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Who.
    pub officer: &'a Officer,
    /// When.
    pub now: Instant,
    /// Opens sealed columns.
    pub keys: &'a Keys,
    /// The sites.
    pub sites: &'a Sites,
    /// The services in force.
    pub catalogue: &'a Catalogue,
    /// The days off.
    pub calendar: &'a Calendar,
}

impl Desk<'_> {
    /// The act of this officer, now.
    pub fn act(&self) -> Act {
        Act::of(self.officer.id, self.now)
    }

    /// The site whose files the officer may see; `None` = the whole agency.
    pub fn reach(&self) -> Option<SiteId> {
        let whole_agency =
            [Role::Verifier, Role::TechnicalOfficer, Role::SectionHead, Role::Head, Role::Treasurer, Role::Admin];
        // A site-bound officer without a site sees nothing.
        if self.officer.is_any(&whole_agency) {
            None
        } else {
            Some(self.officer.site.unwrap_or(SiteId(uuid::Uuid::nil())))
        }
    }

    /// The site of a file.
    pub fn site_of(&self, file: &Application) -> Result<&Site, StoreError> {
        let site = self.sites.find_by_id(file.site).map(|site| &**site);
        site.ok_or_else(|| StoreError::Corrupt(format!("application {} has no site", file.id)))
    }

    /// Working days to a promise; none for a file that nobody waits for or that waits for the applicant.
    pub fn days_left(&self, site: SiteId, state: ApplicationState, due_at: Option<Instant>) -> Option<i64> {
        let zone = self.sites.find_by_id(site)?.zone;
        let due = due_at.filter(|_| state.is_open() && state != ApplicationState::Returned)?;
        Some(self.calendar.working_days_left(self.now.day(zone), due.day(zone)))
    }

    /// Working days by which the stage of a file is late, 0 = since today; none while it is not.
    pub fn stage_late(&self, row: &Row) -> Option<i64> {
        let due_at = row.stage_due_at.filter(|due| *due < self.now);
        Some(-self.days_left(row.site_id, row.running_state(), Some(due_at?))?).map(|late| late.max(0))
    }

    fn may_see(&self, file: &Application) -> bool {
        self.reach().is_none_or(|site| site == file.site)
    }
}

fn unknown() -> Refusal {
    Refusal::not_found("application-unknown")
}

/// The file of an id, locked for an act; 404 also when it belongs to another site.
pub(super) async fn open_file(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Application> {
    let file = store::find(tx, desk.keys, id, Lock::Row).await?;
    Ok(file.filter(|file| desk.may_see(file)).ok_or_else(unknown)?)
}

/// The file of an id, to be read only.
pub(super) async fn read_file(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Application> {
    let file = store::find(tx, desk.keys, id, Lock::No).await?;
    Ok(file.filter(|file| desk.may_see(file)).ok_or_else(unknown)?)
}

/// The rules of a file's filing day.
pub(super) async fn rules_of(tx: &mut Tx, file: &Application) -> Result<Service, StoreError> {
    let found = catalogue::find_version(tx, &file.service, file.service_version).await?;
    found.ok_or_else(|| StoreError::Corrupt(format!("no version {} of {}", file.service_version, file.service)))
}

/// Writes a file back; refused when somebody changed it in between.
pub(super) async fn save(tx: &mut Tx, desk: &Desk<'_>, file: &Application) -> Outcome<()> {
    if store::save(tx, desk.keys, file).await? {
        return Ok(());
    }
    Err(Refusal::conflict("changed-meanwhile").with("code", &file.code).into())
}
