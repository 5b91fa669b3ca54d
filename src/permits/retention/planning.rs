//! Which papers will go, and when: what the rule says of what the store holds.

use std::collections::{BTreeMap, BTreeSet};

use super::rule::{Needed, PaperClass, PaperUse, Terms, due_on, need_of};
use super::{AHEAD_DAYS, Hold};
use crate::catalogue;
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, DocumentId, SiteId};
use crate::permits::TrackingCode;
use crate::permits::store::{self, Source, UseRow};

/// A paper that will be erased.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The bytes.
    pub document: DocumentId,
    /// The file it belongs to.
    pub application: ApplicationId,
    /// Its tracking code.
    pub code: TrackingCode,
    /// Its service.
    pub service: String,
    /// The requirement it stands for; empty for photographs and permits.
    pub requirement: String,
    /// The class whose term ends.
    pub class: PaperClass,
    /// The first day it is not kept any more; none = it is held and has no such day yet.
    pub due_on: Option<Day>,
    /// Why it stays all the same.
    pub hold: Option<Hold>,
}

/// A part of what is due.
pub(super) struct DuePage {
    /// The papers, held ones too.
    pub due: Vec<Planned>,
    /// Where the next part begins; none = this was the last.
    pub last: Option<DocumentId>,
}

/// What is due by a day, in order of the papers.
pub(super) async fn page(
    tx: &mut Tx,
    (by, zone): (Day, chrono_tz::Tz),
    after: Option<DocumentId>,
    most: usize,
) -> Result<DuePage, StoreError> {
    let terms = super::terms(tx).await?;
    let mut found = BTreeSet::new();
    let mut cut_at: Option<DocumentId> = None;
    for source in Source::ALL.iter().copied() {
        let Some(years) = shortest(source, &terms) else { continue };
        let ended_by = by.plus_days(1 - 365 * i64::from(years)).start(zone);
        let ids = store::list_outlived(tx, source, (ended_by, by), (after, most)).await?;
        if ids.len() == most {
            cut_at = [cut_at, ids.last().copied()].into_iter().flatten().min();
        }
        found.extend(ids);
    }
    let mut rules = BTreeMap::new();
    let mut due = Vec::new();
    for document in found.into_iter().filter(|id| cut_at.is_none_or(|last| *id <= last)) {
        let planned = plan(tx, document, (&terms, zone), &mut rules).await?;
        due.extend(planned.filter(|planned| planned.due_on.is_some_and(|day| day <= by)));
    }
    Ok(DuePage { due, last: cut_at })
}

/// The shortest term of what stands at a source; `None` = all of it is kept for good.
fn shortest(source: Source, terms: &Terms) -> Option<u32> {
    let classes: &[PaperClass] = match source {
        Source::Handed => &[PaperClass::Paper, PaperClass::Sensitive],
        Source::Replaced | Source::Answer => &[PaperClass::Replaced],
        Source::Photo => &[PaperClass::SitePhoto],
        Source::Permit | Source::Edition => &[PaperClass::Permit],
    };
    classes.iter().filter_map(|class| terms.years(*class)).min()
}

type Rules = BTreeMap<(String, i64), BTreeSet<String>>;

/// What becomes of one paper; `None` when nothing uses it.
async fn plan(
    tx: &mut Tx,
    document: DocumentId,
    (terms, zone): (&Terms, chrono_tz::Tz),
    rules: &mut Rules,
) -> Result<Option<Planned>, StoreError> {
    let rows = store::list_uses(tx, document).await?;
    let mut uses = Vec::new();
    for row in &rows {
        let sensitive = sensitive_of(tx, row, rules).await?;
        uses.push(use_of(row, sensitive, zone));
    }
    let reusable_until = store::find_reusable_until(tx, document).await?;
    let hold = store::find_hold(tx, document).await?;
    let due = due_on(&uses, reusable_until, terms);
    let Some(first) = rows.into_iter().next() else { return Ok(None) };
    let class = due.map_or(uses[0].class, |(_, class)| class);
    Ok(Some(Planned {
        document,
        application: first.application_id,
        code: first.file_code,
        service: first.service_code,
        requirement: first.code,
        class,
        due_on: due.map(|(day, _)| day),
        hold,
    }))
}

/// Whether the paper of a row is a sensitive one, by the rules of its file's filing day.
async fn sensitive_of(tx: &mut Tx, row: &UseRow, rules: &mut Rules) -> Result<bool, StoreError> {
    let version = (row.service_code.clone(), row.service_version);
    if !rules.contains_key(&version) {
        let service = catalogue::find_version(tx, &row.service_code, row.service_version).await?;
        let requirements = service.into_iter().flat_map(|service| service.requirements);
        let codes = requirements.filter(|asked| asked.sensitive).map(|asked| asked.code).collect();
        rules.insert(version.clone(), codes);
    }
    Ok(rules.get(&version).is_some_and(|codes| codes.contains(&row.code)))
}

fn use_of(row: &UseRow, sensitive: bool, zone: chrono_tz::Tz) -> PaperUse {
    let class = match row.source {
        Source::Handed if sensitive => PaperClass::Sensitive,
        Source::Handed => PaperClass::Paper,
        Source::Replaced | Source::Answer => PaperClass::Replaced,
        Source::Photo => PaperClass::SitePhoto,
        Source::Permit | Source::Edition => PaperClass::Permit,
    };
    let day = |at: Instant| at.day(zone);
    let permit = row.permit_state.map(|state| (state, row.valid_until, row.state_since.map(day)));
    let needed: Needed = need_of((row.state, row.closed_at.map(day)), permit);
    PaperUse { class, needed }
}

/// What will be erased in the days ahead, the first to go first, as far as a site is concerned.
pub async fn list_planned(
    tx: &mut Tx,
    (today, zone): (Day, chrono_tz::Tz),
    reach: Option<SiteId>,
    most: usize,
) -> Result<Vec<Planned>, StoreError> {
    let horizon = today.plus_days(AHEAD_DAYS);
    let (mut mine, mut after) = (Vec::new(), None);
    loop {
        let part = page(tx, (horizon, zone), after, super::AT_ONCE).await?;
        for paper in part.due.into_iter().filter(|paper| paper.hold.is_none()) {
            if is_within(tx, paper.document, reach).await? {
                mine.push(paper);
            }
        }
        after = part.last;
        if after.is_none() {
            break;
        }
    }
    mine.sort_by_key(|paper| (paper.due_on, paper.document));
    mine.truncate(most);
    Ok(mine)
}

/// What somebody holds, the latest first, as far as a site is concerned.
pub async fn list_held(tx: &mut Tx, zone: chrono_tz::Tz, reach: Option<SiteId>) -> Result<Vec<Planned>, StoreError> {
    let terms = super::terms(tx).await?;
    let (mut held, mut rules) = (Vec::new(), BTreeMap::new());
    for document in store::list_holds(tx).await? {
        if is_within(tx, document, reach).await? {
            held.extend(plan(tx, document, (&terms, zone), &mut rules).await?);
        }
    }
    Ok(held)
}

async fn is_within(tx: &mut Tx, document: DocumentId, reach: Option<SiteId>) -> Result<bool, StoreError> {
    let Some(site) = reach else { return Ok(true) };
    Ok(store::list_uses(tx, document).await?.iter().any(|one| one.site_id == site))
}
