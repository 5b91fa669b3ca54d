//! Papers whose time is over are erased by themselves; their digests and what was done with them stay. A supervisor
//! sees beforehand what will go and may hold a paper.

mod planning;
mod rule;

use std::collections::BTreeSet;

use serde_json::json;

use super::store;
use crate::audit::{self, Act, Entry};
use crate::clock::{Day, Instant};
use crate::db::{Db, Fault, Outcome, StoreError, Tx};
use crate::documents::{self, Erased, ErasureList};
use crate::ids::{DocumentId, OfficerId, SiteId};
use crate::messages::Refusal;

pub use planning::{Planned, list_held, list_planned};
pub use rule::{PaperClass, Terms};

/// Days ahead a supervisor sees what will go.
pub const AHEAD_DAYS: i64 = 30;
/// Papers erased in one transaction.
const AT_ONCE: usize = 100;
/// Letters of a reason at most.
const LONGEST_REASON: usize = 200;
/// The longest term, in years.
const LONGEST_TERM: u32 = 100;

/// Somebody said that a paper stays.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: OfficerId,
    /// Since when.
    pub at: Instant,
}

/// When papers were last erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Of which day.
    pub day: Day,
    /// When it was done.
    pub at: Instant,
    /// How many papers went.
    pub erased: i64,
}

/// The terms in force.
pub async fn terms(tx: &mut Tx) -> Result<Terms, StoreError> {
    Ok(Terms(store::list_terms(tx).await?.into_iter().collect()))
}

/// The last day everything due was erased.
pub async fn last_run(tx: &mut Tx) -> Result<Option<Run>, StoreError> {
    store::find_last_run(tx).await
}

/// Sets the years of a class, as typed; empty = for good.
///
/// # Errors
/// 422 for an unknown class, a number that is not 1 to 100, or a missing reason.
pub async fn set_term(tx: &mut Tx, by: (OfficerId, Instant), class: &str, years: &str, reason: &str) -> Outcome<()> {
    let class: PaperClass = class.parse().map_err(|_| Refusal::invalid("invalid-fields").field("class", "required"))?;
    let set = match years.trim() {
        "" => None,
        typed => {
            let years = typed.parse().ok().filter(|years| (1..=LONGEST_TERM).contains(years));
            Some(years.ok_or_else(|| Refusal::invalid("invalid-fields").field("years", "retention-years"))?)
        }
    };
    let reason = reason_of(reason)?;
    let before = terms(tx).await?.years(class);
    store::put_term(tx, (class, set), by).await?;
    let detail = json!({ "before": before, "after": set, "reason": reason });
    Ok(audit::record(tx, Act::of(by.0, by.1), "retention.term-set", class, detail).await?)
}

/// Holds a paper: it is not erased until the hold is lifted.
///
/// # Errors
/// 404 `paper-unknown` for one that is erased, or of another site; 409 `paper-held`; 422 without a reason.
pub async fn hold(tx: &mut Tx, by: (OfficerId, Instant), at: (DocumentId, Option<SiteId>), why: &str) -> Outcome<()> {
    let (document, reach) = at;
    let reason = reason_of(why)?;
    check_reach(tx, document, reach).await?;
    if documents::erased_at(tx, document).await?.is_some() {
        return Err(Refusal::not_found("paper-unknown").into());
    }
    store::insert_hold(tx, document, (by, &reason)).await.map_err(|error| {
        let taken = error.is_unique("retention_hold");
        if taken { Refusal::conflict("paper-held").into() } else { Fault::from(error) }
    })?;
    let detail = json!({ "document": document, "reason": reason });
    Ok(audit::record(tx, Act::of(by.0, by.1), "paper.held", document, detail).await?)
}

/// Lifts the hold of a paper: it goes when its time is over.
///
/// # Errors
/// 404 `paper-unknown`; 409 `paper-not-held`.
pub async fn lift(tx: &mut Tx, by: (OfficerId, Instant), at: (DocumentId, Option<SiteId>)) -> Outcome<()> {
    let (document, reach) = at;
    check_reach(tx, document, reach).await?;
    if !store::lift_hold(tx, document, by).await? {
        return Err(Refusal::conflict("paper-not-held").into());
    }
    Ok(audit::record(tx, Act::of(by.0, by.1), "paper.hold-lifted", document, json!({ "document": document })).await?)
}

async fn check_reach(tx: &mut Tx, document: DocumentId, reach: Option<SiteId>) -> Outcome<()> {
    let uses = store::list_uses(tx, document).await?;
    let may = uses.iter().any(|one| reach.is_none_or(|site| site == one.site_id));
    if may { Ok(()) } else { Err(Refusal::not_found("paper-unknown").into()) }
}

fn reason_of(typed: &str) -> Result<String, Refusal> {
    let reason = typed.trim();
    let wrong = |code| Refusal::invalid("invalid-fields").field("reason", code);
    match reason.chars().count() {
        0 => Err(wrong("required")),
        n if n > LONGEST_REASON => Err(wrong("reason-long")),
        _ => Ok(reason.to_owned()),
    }
}

/// Erases what is due today, a hundred at a time, each hundred in a transaction of its own; once a day.
pub async fn erase_due(
    db: &Db,
    list: &ErasureList,
    (today, zone): (Day, chrono_tz::Tz),
    now: Instant,
) -> Result<usize, StoreError> {
    if store::find_last_run(&mut db.read().await?).await?.is_some_and(|run| run.day >= today) {
        return Ok(0);
    }
    let earlier = list.read()?;
    let (mut erased, mut after) = (0, None);
    loop {
        let mut tx = db.begin().await?;
        let found = planning::page(&mut tx, (today, zone), after, AT_ONCE).await?;
        let done = erase(&mut tx, &found.due, (&earlier, now)).await?;
        erased += done.len();
        list.add(&done)?;
        if found.last.is_none() {
            store::insert_run(&mut tx, Run { day: today, at: now, erased: count(erased) }).await?;
        }
        tx.commit().await?;
        after = found.last;
        if after.is_none() {
            return Ok(erased);
        }
    }
}

/// Erases papers and leaves a line for each, which keeps its digest.
async fn erase(
    tx: &mut Tx,
    due: &[Planned],
    (earlier, now): (&BTreeSet<DocumentId>, Instant),
) -> Result<Vec<Erased>, StoreError> {
    let (mut done, mut lines) = (Vec::new(), Vec::new());
    for paper in due.iter().filter(|paper| paper.hold.is_none()) {
        let Some(erased) = documents::erase(tx, paper.document, now).await? else { continue };
        let detail = json!({ "document": erased.id, "sha256": erased.sha256, "class": paper.class,
            "application": paper.application, "due": paper.due_on, "again": earlier.contains(&erased.id) });
        lines.push(Entry::new(Act::system(now), "paper.erased", erased.id, detail));
        done.push(erased);
    }
    audit::record_all(tx, &lines).await?;
    Ok(done)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
