//! The synthetic office: staff, residents and sixty working days of history, all of it DATA UJI.
//!
//! Everything but the secrets follows from [`SEED`] and the date: two offices of one date are the same.

mod answers;
mod arrivals;
mod chance;
mod choosing;
mod civil;
mod fates;
mod files;
mod hall;
mod people;
mod staff;
mod store;
mod visits;

use std::fmt::Display;

use crate::audit::{Act, Entry};
use crate::calendar::{self, Calendar};
use crate::catalogue::{self, Catalogue};
use crate::clock::{Day, Instant};
use crate::db::{Db, Outcome, StoreError, Tx};
use crate::identity;
use crate::keys::Keys;
use crate::permits::{self, Press};
use crate::population::{self, Resident, ResidentStatus};
use crate::queue::estimates;
use crate::queue::replay::RecordedStop;
use crate::sites::{self, Site, Sites};
use arrivals::Habits;
use chance::Chance;
use staff::Member;
use visits::Brought;

/// Where all chance begins.
const SEED: u64 = 0x10_CE7;
/// Residents of the file for trainers and tests.
const PEOPLE: usize = 2000;
/// Residents whose record cannot be used: half deceased, half moved away.
const OTHER_PEOPLE: usize = 12;
/// Working days of history.
const DAYS: usize = 60;
/// The last of them for which estimates are kept, as told then.
const TOLD_DAYS: usize = 10;
/// The last of them for which forecasts of the files are kept, as foretold then.
const FORETOLD_DAYS: usize = 40;
/// Age of an applicant at least, in days: 23 years.
const ADULT_DAYS: i64 = 23 * 365 + 6;

/// How the office is wanted.
#[derive(Clone)]
pub struct Plan {
    /// The moment of the building.
    pub now: Instant,
    /// The hash of the one password.
    pub password_hash: String,
    /// What prints and signs the permits.
    pub press: Press,
    /// Whether the sites keep their opening hours.
    pub real_hours: bool,
    /// Whether nobody is in the hall today.
    pub empty_hall: bool,
}

/// The files beside the database.
pub struct Files {
    /// Everybody with a usable record.
    pub people: Vec<u8>,
    /// Those whose record is deceased or inactive, with the status.
    pub other_people: Vec<u8>,
}

/// What was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Built {
    /// Residents.
    pub residents: usize,
    /// Visits of both sites.
    pub visits: usize,
    /// Applications.
    pub files: usize,
}

/// The synthetic residents of a date as files.
pub fn files(today: Day) -> Outcome<Files> {
    let (usable, others) = residents(today)?;
    Ok(Files {
        people: people::csv(&usable, false).map_err(unreadable)?,
        other_people: people::csv(&others, true).map_err(unreadable)?,
    })
}

fn residents(today: Day) -> Outcome<(Vec<Resident>, Vec<Resident>)> {
    let mut all = people::people(&mut Chance::apart(SEED, 1), today, PEOPLE + OTHER_PEOPLE).map_err(unreadable)?;
    let mut others = all.split_off(PEOPLE);
    for (place, person) in others.iter_mut().enumerate() {
        person.status = if place % 2 == 0 { ResidentStatus::Deceased } else { ResidentStatus::Inactive };
    }
    Ok((all, others))
}

/// The moment from which the office exists: the morning before its first day.
pub fn beginning(calendar: &Calendar, today: Day, site: &Site) -> Instant {
    history_days(calendar, today, DAYS + 1)[0].start(site.zone).plus_minutes(6 * 60)
}

/// Fills an office that has its starting rules and nothing else. Not one transaction: signatures take their own, so
/// an office that was left half built must be thrown away.
pub async fn build(db: &Db, keys: &Keys, plan: &Plan) -> Outcome<Built> {
    let mut tx = db.begin().await?;
    let sites = sites::load(&mut tx).await?;
    let calendar = calendar::load(&mut tx).await?;
    let catalogue = catalogue::load(&mut tx).await?;
    let first = sites.find("opi").ok_or_else(|| unreadable("the starting rules have no site `opi`"))?;
    let today = plan.now.day(first.zone);
    let act = Act::system(beginning(&calendar, today, first));
    if !plan.real_hours {
        store::open_always(&mut tx).await?;
    }
    let members = add_staff(&mut tx, act, plan, &sites).await?;
    let residents = add_residents(&mut tx, keys, act, today).await?;
    let habits = Habits::read(&catalogue).map_err(unreadable)?;
    let days = history_days(&calendar, today, DAYS);
    let past = visits::Past {
        days: &days,
        now: plan.now,
        empty_hall: plan.empty_hall,
        calendar: &calendar,
        habits: &habits,
        members: &members,
    };
    let hall = hall_history(&mut tx, &past, &sites).await?;
    for site in sites.list() {
        estimates::keep_replayed(&mut tx, site, &catalogue, today, TOLD_DAYS).await?;
    }
    tx.commit().await?;
    let wishes = choosing::choose(&mut Chance::apart(SEED, 8), &hall.intakes, &days, &catalogue, first.zone);
    let (usable, _) = self::residents(today)?;
    let adults: Vec<Resident> = usable.into_iter().filter(|p| p.birth_date < today.plus_days(-ADULT_DAYS)).collect();
    let office = files::Office {
        db,
        keys,
        sites: &sites,
        catalogue: &catalogue,
        calendar: &calendar,
        members: &members,
        adults: &adults,
        press: &plan.press,
        now: plan.now,
    };
    let files = files::bring_in(&office, &mut Chance::apart(SEED, 9), wishes, &hall.entries).await?;
    let told: Vec<Day> = days.iter().copied().chain(calendar.is_working_day(today).then_some(today)).collect();
    civil::bring_in(&office, &mut Chance::apart(SEED, 10), &told).await?;
    let mut tx = db.begin().await?;
    let foretold = &told[told.len().saturating_sub(FORETOLD_DAYS)..];
    permits::keep_foretold_past(&mut tx, (&calendar, &sites), foretold).await?;
    tx.commit().await?;
    warn_of_today(db, plan.now, (&calendar, &sites), today).await?;
    Ok(Built { residents, visits: hall.visits, files })
}

/// What the timed work of the last days would have said of promises and permits that end.
async fn warn_of_today(
    db: &Db,
    now: Instant,
    (calendar, sites): (&Calendar, &Sites),
    today: Day,
) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    permits::raise_warnings(&mut tx, Act::system(now), (calendar, sites)).await?;
    permits::remind_of_ends(&mut tx, Act::system(now), today).await?;
    tx.commit().await
}

/// A day and its called stops.
pub type RecordedDay = (Day, Vec<RecordedStop>);

/// The past of the hall of a built-in site, day by day, without a store: what [`build`] would keep of it.
pub fn recorded_days(site: &str, now: Instant) -> Outcome<(Site, Vec<RecordedDay>)> {
    let sites = Sites::of(sites::built_in(now).map_err(unreadable)?);
    let calendar = Calendar::built_in();
    let habits = Habits::read(&Catalogue::of(catalogue::built_in())).map_err(unreadable)?;
    let members = staff::members(&sites, now).map_err(unreadable)?;
    let found = (2..).zip(sites.list()).find(|(_, known)| known.code == site);
    let (part, site) = found.ok_or_else(|| unreadable(format!("there is no built-in site `{site}`")))?;
    let days = history_days(&calendar, now.day(site.zone), DAYS);
    let (calendar, habits, members) = (&calendar, &habits, members.as_slice());
    let past = visits::Past { days: &days, now, empty_hall: true, calendar, habits, members };
    let recorded = visits::recorded(&past, site, part)?;
    Ok((Site::clone(site), recorded))
}

async fn add_staff(tx: &mut Tx, act: Act, plan: &Plan, sites: &Sites) -> Outcome<Vec<Member>> {
    let members = staff::members(sites, act.now).map_err(unreadable)?;
    for member in &members {
        identity::add(tx, act, &member.officer, &plan.password_hash).await?;
    }
    Ok(members)
}

async fn add_residents(tx: &mut Tx, keys: &Keys, act: Act, today: Day) -> Outcome<usize> {
    let files = files(today)?;
    let usable = population::import(tx, keys, act, files.people.as_slice()).await?;
    let others = population::import(tx, keys, act, files.other_people.as_slice()).await?;
    Ok(usable.added + others.added)
}

/// The halls of every site, their audit lines in the order of time.
async fn hall_history(tx: &mut Tx, past: &visits::Past<'_>, sites: &Sites) -> Outcome<Brought> {
    let mut all = Brought::default();
    for (part, site) in (2..).zip(sites.list()) {
        let one = visits::bring_in(tx, past, site, part).await?;
        all.entries.extend(one.entries);
        all.intakes.extend(one.intakes);
        all.visits += one.visits;
    }
    all.entries.sort_by_key(Entry::at);
    Ok(all)
}

/// The last working days before a date, oldest first.
fn history_days(calendar: &Calendar, today: Day, count: usize) -> Vec<Day> {
    let mut days = Vec::with_capacity(count);
    let mut day = today.plus_days(-1);
    while days.len() < count {
        if calendar.is_working_day(day) {
            days.push(day);
        }
        day = day.plus_days(-1);
    }
    days.reverse();
    days
}

/// Whether a password opens the accounts.
pub async fn has_password(tx: &mut Tx, password: &str) -> Result<bool, StoreError> {
    let hash = store::find_password_hash(tx, "admin").await?;
    identity::password::matches(password.to_owned(), hash).await.map_err(unreadable)
}

fn unreadable(error: impl Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
