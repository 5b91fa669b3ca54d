//! The audit: one line for every act and every view of population data, chained so that any change shows.

mod line;
mod store;

use serde_json::Value;

use crate::clock::Instant;
use crate::db::{Answers, Asked, StoreError, Tx};
use crate::ids::{OfficerId, SiteId};

pub use line::{Break, Line, link};

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A member of staff.
    Officer(OfficerId),
    /// A visitor at the kiosk or on the phone, at a site.
    Visitor(SiteId),
    /// A citizen on the public pages.
    Citizen,
    /// Loket itself: start-up, timed work.
    System,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Actor::Officer(id) => write!(f, "officer:{id}"),
            Actor::Visitor(site) => write!(f, "visitor:{site}"),
            Actor::Citizen => f.write_str("citizen"),
            Actor::System => f.write_str("system"),
        }
    }
}

/// Who acts, and when. Passed to every use case.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Instant,
}

impl Act {
    /// An act of Loket itself.
    pub fn system(now: Instant) -> Act {
        Act { actor: Actor::System, now }
    }

    /// An act of a member of staff.
    pub fn of(officer: OfficerId, now: Instant) -> Act {
        Act { actor: Actor::Officer(officer), now }
    }
}

/// Writes the line of an act, in the transaction of the act and as its last statement: the head of the chain is
/// locked from here to the commit. `name` is `noun.verb`; `detail` holds no personal data.
pub async fn record(
    tx: &mut Tx,
    act: Act,
    name: &'static str,
    subject: impl ToString,
    detail: Value,
) -> Result<(), StoreError> {
    record_all(tx, &[Entry::new(act, name, subject, detail)]).await
}

/// An act to be recorded together with others.
#[derive(Clone, Debug)]
pub struct Entry {
    act: Act,
    name: &'static str,
    subject: String,
    detail: Value,
}

impl Entry {
    /// As [`record`] takes it.
    pub fn new(act: Act, name: &'static str, subject: impl ToString, detail: Value) -> Entry {
        Entry { act, name, subject: subject.to_string(), detail }
    }

    /// When it was done.
    pub fn at(&self) -> Instant {
        self.act.now
    }
}

/// Writes the lines of several acts, in the order given, as the last statement of the transaction.
pub async fn record_all(tx: &mut Tx, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let asked = ask_head(tx);
    let answers = tx.answers().await?;
    let head = asked.of(&answers)?;
    write(tx, head, entries).await
}

/// The end of the chain, locked until the commit: nothing but [`write`] follows.
pub(crate) struct Head((i64, Vec<u8>));

/// The end of the chain, asked for together with other questions.
pub(crate) enum AskedHead {
    /// The transaction knows it: place of the next line, hash of the last.
    Known(i64, Vec<u8>),
    /// It comes with the answers.
    Asked(Asked<(i64, Vec<u8>)>),
}

impl AskedHead {
    /// The end of the chain.
    pub fn of(self, answers: &Answers) -> Result<Head, StoreError> {
        let row = match self {
            AskedHead::Known(next, hash) => Some((next, hash)),
            AskedHead::Asked(asked) => answers.first_of(&asked)?,
        };
        row.map(Head).ok_or_else(|| StoreError::Corrupt("the audit has no head".to_owned()))
    }
}

/// Asks for the end of the chain, as the last question of a transaction that will write a line at least.
pub(crate) fn ask_head(tx: &mut Tx) -> AskedHead {
    match tx.chain_end() {
        Some((last, hash)) => AskedHead::Known(last + 1, hash),
        None => AskedHead::Asked(store::ask_head(tx)),
    }
}

/// Writes the lines of several acts, one at least, at the end of the chain.
pub(crate) async fn write(tx: &mut Tx, head: Head, entries: &[Entry]) -> Result<(), StoreError> {
    let (first, mut previous) = head.0;
    let mut lines = Vec::with_capacity(entries.len());
    for (seq, entry) in (first..).zip(entries) {
        let line = Line {
            seq,
            at: entry.act.now,
            actor: entry.act.actor.to_string(),
            act: entry.name.to_owned(),
            subject: entry.subject.clone(),
            detail: entry.detail.to_string(),
        };
        previous = link(&previous, &line);
        lines.push((line, previous.clone()));
    }
    store::insert_all(tx, &lines).await
}

/// Walks the chain from the first line; answers how many lines it has and every break found.
pub async fn check(tx: &mut Tx) -> Result<(i64, Vec<Break>), StoreError> {
    let mut breaks = Vec::new();
    let mut previous = vec![0u8; 32];
    let mut last = 0;
    loop {
        let page = store::list_after(tx, last).await?;
        let Some((final_line, _)) = page.last() else { break };
        let next = final_line.seq;
        line::check_page(&page, last, &mut previous, &mut breaks);
        last = next;
    }
    let (head_seq, head_hash) = store::find_head(tx).await?;
    if head_seq != last || (last > 0 && head_hash != previous) {
        breaks.push(Break { seq: head_seq, what: "the head does not match the last line" });
    }
    Ok((last, breaks))
}

/// The lines about a subject, oldest first.
pub async fn list_about(tx: &mut Tx, subject: &str) -> Result<Vec<Line>, StoreError> {
    store::list_about(tx, subject).await
}

/// The next thousand lines after a number, oldest first: empty after the last.
pub async fn list_after(tx: &mut Tx, seq: i64) -> Result<Vec<Line>, StoreError> {
    Ok(store::list_after(tx, seq).await?.into_iter().map(|(line, _)| line).collect())
}
