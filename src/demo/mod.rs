//! The synthetic office: staff, residents and sixty working days of history, all of it DATA UJI.
//!
//! Everything but the secrets follows from [`SEED`] and the date: two offices of one date are the same.

mod arrivals;
mod chance;
mod hall;
mod people;
mod staff;
mod store;
mod visits;

use std::fmt::Display;

use crate::audit::{self, Act, Entry};
use crate::calendar::{self, Calendar};
use crate::catalogue;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::identity;
use crate::keys::Keys;
use crate::population::{self, Resident, ResidentStatus};
use crate::sites::{self, Site};
use arrivals::Habits;
use chance::Chance;
use staff::Member;

/// Where all chance begins.
const SEED: u64 = 0x10_CE7;
/// Residents of the file for trainers and tests.
const PEOPLE: usize = 2000;
/// Residents whose record cannot be used: half deceased, half moved away.
const OTHER_PEOPLE: usize = 12;
/// Working days of history.
const DAYS: usize = 60;

/// How the office is wanted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The moment of the building.
    pub now: Instant,
    /// The hash of the one password.
    pub password_hash: String,
    /// The address in the QR codes of permits.
    pub public_url: String,
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

/// Fills an office that has its starting rules and nothing else.
pub async fn build(tx: &mut Tx, keys: &Keys, plan: &Plan) -> Outcome<Built> {
    let sites = sites::load(tx).await?;
    let calendar = calendar::load(tx).await?;
    let all_sites: Vec<Site> = sites.list().iter().map(|site| (**site).clone()).collect();
    let Some(first) = all_sites.iter().find(|site| site.code == "opi") else {
        return Err(unreadable("the starting rules have no site `opi`").into());
    };
    let today = plan.now.day(first.zone);
    let act = Act::system(beginning(&calendar, today, first));
    if !plan.real_hours {
        store::open_always(tx).await?;
    }
    let members = staff::members(&all_sites, act.now).map_err(unreadable)?;
    for member in &members {
        identity::add(tx, act, &member.officer, &plan.password_hash).await?;
    }
    let files = files(today)?;
    let mut report = population::import(tx, keys, act, files.people.as_slice()).await?;
    report.added += population::import(tx, keys, act, files.other_people.as_slice()).await?.added;
    let visits = history(tx, plan, &all_sites, &calendar, &members).await?;
    Ok(Built { residents: report.added, visits, files: 0 })
}

/// Brings in the past of every site and its audit lines in the order of time.
async fn history(tx: &mut Tx, plan: &Plan, sites: &[Site], calendar: &Calendar, members: &[Member]) -> Outcome<usize> {
    let catalogue = catalogue::load(tx).await?;
    let habits = Habits::read(&catalogue).map_err(unreadable)?;
    let mut entries: Vec<Entry> = Vec::new();
    let mut visits = 0;
    for (part, site) in (2..).zip(sites) {
        let days = history_days(calendar, plan.now.day(site.zone), DAYS);
        let past = visits::Past {
            days: &days,
            now: plan.now,
            empty_hall: plan.empty_hall,
            calendar,
            habits: &habits,
            members,
        };
        let (lines, count) = visits::bring_in(tx, &past, site, part).await?;
        entries.extend(lines);
        visits += count;
    }
    entries.sort_by_key(Entry::at);
    audit::record_all(tx, &entries).await?;
    Ok(visits)
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
