//! What waits for an officer: in the own hand, at the own offices, nearly late, late, about to lapse, begun.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::store::{self, Offices, Slice};
use super::{ApplicationState, Desk, Office, Row};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::identity::Role;
use crate::ids::{ApplicationId, SiteId};
use crate::permits::correction::TERM_DAYS;

/// Working days left at which a file counts as nearly late.
const NEARLY_LATE: i64 = 1;
/// A count goes no further: where it stands, there are so many or more.
pub const MOST_COUNTED: usize = 1_000;
/// The end of time: nothing is less urgent.
const NEVER: Instant = Instant(i64::MAX);

crate::ids::words! {
    /// Which part of the inbox.
    pub enum InboxView {
        /// What I have in hand: taken by me, or given to me.
        Mine = "mine",
        /// Everything that waits at the offices of my roles.
        Role = "role",
        /// Of that, what has one working day left at most.
        NearlyLate = "nearly_late",
        /// Of that, what is late.
        Late = "late",
        /// Returned files whose second term runs or is over: they lapse when somebody says so.
        Lapsing = "lapsing",
        /// Begun in my site and not registered, by whomever, the newest first.
        Drafts = "drafts",
    }
}

/// A file of the inbox.
#[derive(Clone)]
pub struct InboxRow {
    /// The file.
    pub row: Row,
    /// Working days to the promise; negative = late, none while its clock does not run.
    pub days_left: Option<i64>,
    /// Working days by which the stage it is in is late, 0 = since today; none while it is not.
    pub stage_late: Option<i64>,
}

/// A page of the inbox of an officer, the most urgent first.
pub struct Inbox {
    /// The files of the view asked for.
    pub rows: Vec<InboxRow>,
    /// How many files each view holds, at most [`MOST_COUNTED`].
    pub counts: BTreeMap<&'static str, usize>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
}

/// After which file a page begins: how urgent it is, and which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The moment by which the list is sorted.
    pub key: Instant,
    /// The file.
    pub id: ApplicationId,
}

impl Cursor {
    /// Before everything after a moment.
    fn after(key: Instant) -> Cursor {
        Cursor { key, id: ApplicationId(uuid::Uuid::max()) }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.key.0, self.id)
    }
}

/// What was sent as a cursor is none.
#[derive(Clone, Copy, Debug)]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Cursor, NoCursor> {
        let (key, id) = text.split_once('.').ok_or(NoCursor)?;
        let key = key.parse().map(Instant).map_err(|_| NoCursor)?;
        Ok(Cursor { key, id: id.parse().map_err(|_| NoCursor)? })
    }
}

/// The last moments at which a promise is late, and nearly late, today.
#[derive(Clone, Copy)]
struct Bounds {
    late: Instant,
    near: Instant,
}

impl Bounds {
    /// Counted by the dates of the zone the officer works in: promises end at closing times, so no zone of the country
    /// puts one on another date.
    fn now(desk: &Desk<'_>) -> Bounds {
        let own = desk.reach().and_then(|site| desk.sites.find_by_id(site)).or_else(|| desk.sites.list().first());
        let zone = own.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let today = desk.now.day(zone);
        let left = |day: Day| desk.calendar.working_days_left(today, day);
        let mut first_in_time = today;
        while left(first_in_time.plus_days(-1)) >= 0 {
            first_in_time = first_in_time.plus_days(-1);
        }
        let mut first_far = today;
        while left(first_far) <= NEARLY_LATE {
            first_far = first_far.next();
        }
        let before = |day: Day| Instant(day.start(zone).0 - 1);
        Bounds { late: before(first_in_time), near: before(first_far) }
    }
}

/// What waits for an officer: a page of a view after a cursor.
pub async fn inbox(
    tx: &mut Tx,
    desk: &Desk<'_>,
    view: InboxView,
    (from, limit): (Option<Cursor>, usize),
) -> Result<Inbox, StoreError> {
    let (offices, bounds) = (offices_of(&desk.officer.roles), Bounds::now(desk));
    let lapsing_since = desk.now.plus_minutes(-TERM_DAYS * 24 * 60);
    let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let slice = |after, until| Slice { until, from: from.unwrap_or(Cursor::after(after)), limit: asked };
    let start = Instant(i64::MIN);
    let mut rows = match view {
        InboxView::Mine => store::list_held(tx, desk.officer.id, slice(start, NEVER)).await?,
        InboxView::Role => store::list_waiting_at(tx, desk.reach(), offices, slice(start, NEVER)).await?,
        InboxView::NearlyLate => {
            store::list_waiting_at(tx, desk.reach(), offices, slice(bounds.late, bounds.near)).await?
        }
        InboxView::Late => store::list_waiting_at(tx, desk.reach(), offices, slice(start, bounds.late)).await?,
        InboxView::Lapsing if offices[0].is_some() => {
            store::list_lapsing(tx, desk.reach(), slice(start, lapsing_since)).await?
        }
        InboxView::Drafts if offices[0].is_some() => match desk.reach() {
            Some(site) => drafts(tx, site, from, asked).await?,
            None => Vec::new(),
        },
        InboxView::Lapsing | InboxView::Drafts => Vec::new(),
    };
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| Cursor { key: key_of(view, row), id: row.id });
    let left = |row: &Row| desk.days_left(row.site_id, row.running_state(), row.due_at);
    let rows = rows
        .into_iter()
        .map(|row| InboxRow { days_left: left(&row), stage_late: desk.stage_late(&row), row })
        .collect();
    let counts = counts(tx, desk, (offices, bounds), lapsing_since).await?;
    Ok(Inbox { rows, counts, next })
}

async fn drafts(tx: &mut Tx, site: SiteId, from: Option<Cursor>, limit: i64) -> Result<Vec<Row>, StoreError> {
    let before = from.map_or(ApplicationId(uuid::Uuid::max()), |cursor| cursor.id);
    store::list_drafts(tx, site, before, limit).await
}

/// By what a view is sorted.
fn key_of(view: InboxView, row: &Row) -> Instant {
    match view {
        InboxView::Lapsing => row.paused_at.unwrap_or(NEVER),
        InboxView::Mine | InboxView::Role | InboxView::NearlyLate | InboxView::Late | InboxView::Drafts => {
            row.urgent_at
        }
    }
}

async fn counts(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (offices, bounds): (Offices, Bounds),
    lapsing_since: Instant,
) -> Result<BTreeMap<&'static str, usize>, StoreError> {
    let most = i64::try_from(MOST_COUNTED).unwrap_or(i64::MAX);
    let beside = store::count_beside(tx, desk.officer.id, desk.reach(), (lapsing_since, most)).await?;
    let at_offices = store::count_waiting_at(tx, desk.reach(), offices, (bounds.late, bounds.near, most)).await?;
    let sum = |part: fn(&(i64, i64, i64)) -> i64| at_offices.iter().map(part).sum::<i64>().min(most);
    let for_clerks = |count: i64| if offices[0].is_some() { count } else { 0 };
    let counts = [
        (InboxView::Mine, beside.0),
        (InboxView::Role, sum(|of| of.0)),
        (InboxView::NearlyLate, sum(|of| of.1)),
        (InboxView::Late, sum(|of| of.2)),
        (InboxView::Lapsing, for_clerks(beside.1)),
        (InboxView::Drafts, for_clerks(beside.2)),
    ];
    Ok(counts.into_iter().map(|(view, count)| (view.word(), usize::try_from(count).unwrap_or(0))).collect())
}

/// The offices at which files wait for the roles; that of intake stands first, when it is one of them.
fn offices_of(roles: &[Role]) -> Offices {
    let of = |role: &Role| -> &[Office] {
        match role {
            Role::Clerk => &[Office::Intake, Office::Handover],
            Role::Verifier => &[Office::Verification],
            Role::TechnicalOfficer => &[Office::Recommendation],
            Role::Treasurer => &[Office::Payment],
            Role::SectionHead => &[Office::Paraf],
            Role::Head => &[Office::Signature],
            Role::Supervisor | Role::Admin => &[
                Office::Intake,
                Office::Verification,
                Office::Recommendation,
                Office::Payment,
                Office::Paraf,
                Office::Signature,
            ],
            Role::PopulationOfficer | Role::OutOfOrder => &[],
        }
    };
    const PLACES: [Office; 7] = [
        Office::Intake,
        Office::Verification,
        Office::Recommendation,
        Office::Payment,
        Office::Paraf,
        Office::Signature,
        Office::Handover,
    ];
    let held: Vec<Office> = roles.iter().flat_map(of).copied().collect();
    PLACES.map(|office| held.contains(&office).then_some(office))
}

impl Row {
    /// The state as the clock of the promise sees it: an answered return runs again.
    pub fn running_state(&self) -> ApplicationState {
        match self.state {
            ApplicationState::Returned if self.answered_at.is_some() => ApplicationState::InVerification,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        let cursor = Cursor { key: NEVER, id: ApplicationId::new(7) };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        for wrong in ["", "7", "x.y", "7.0190", ".0190"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_role_looks_at_its_own_office() {
        assert_eq!(offices_of(&[Role::Clerk]).iter().flatten().count(), 2);
        assert_eq!(offices_of(&[Role::SectionHead, Role::Head]).iter().flatten().count(), 2);
        assert_eq!(offices_of(&[Role::PopulationOfficer]), [None; 7]);
    }
}
