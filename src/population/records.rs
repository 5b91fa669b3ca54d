//! What is kept of look-ups, and who may read it: the officer's slip, the citizen's list, the supervisor's sample.

use data_encoding::BASE64URL_NOPAD;
use serde_json::json;
use uuid::Uuid;

use super::gate::Moment;
use super::{Cause, EarlierVerdict, Finding, Nik, SourceKind, Verdict, store};
use crate::audit::{self, Act, Actor};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{ApplicationId, LookupId, OfficerId, SiteId, TicketId};
use crate::keys::Keys;
use crate::messages::Refusal;

/// How long the link to the list of look-ups works, in minutes: the evening of the visit.
const LINK_MINUTES: i64 = 24 * 60;
/// The longest list shown to a citizen.
const LONGEST_LIST: i64 = 200;
/// Days the supervisor's sample is drawn from.
const SAMPLE_DAYS: i64 = 7;
/// Look-ups of one sample.
const SAMPLE_SIZE: usize = 8;
/// Look-ups a sample is drawn from, at most.
const SAMPLE_OF: i64 = 5_000;
/// The longest note on a sampled look-up, in characters.
const NOTE_LENGTH: usize = 500;

/// A look-up as it is kept.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// Identity.
    pub id: LookupId,
    /// When it was asked.
    pub at: Instant,
    /// By whom.
    pub officer: OfficerId,
    /// The keyed digest of the NIK.
    pub nik_index: Vec<u8>,
    /// For the screen.
    pub nik_masked: String,
    /// What for.
    pub purpose: String,
    /// For which visit.
    pub ticket: Option<TicketId>,
    /// For which file.
    pub application: Option<ApplicationId>,
    /// Who was asked.
    pub source: SourceKind,
    /// What was said.
    pub verdict: Verdict,
    /// The elements that were compared.
    pub elements: Vec<String>,
    /// When it was said.
    pub checked_at: Instant,
}

/// A verdict of the day, kept without the record it rests on.
#[derive(Clone, Debug)]
pub struct KeptVerdict {
    /// When it was given.
    pub checked_at: Instant,
    /// What was said.
    pub finding: Finding,
}

/// The latest look-up of a person: what a file of this person rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub lookup: LookupId,
    /// What was said.
    pub verdict: Verdict,
    /// Why there is no match.
    pub cause: Option<Cause>,
    /// Who was asked.
    pub source: SourceKind,
    /// When.
    pub checked_at: Instant,
}

crate::ids::words! {
    /// What the supervisor says of a sampled look-up.
    pub enum ReviewMark {
        /// The purpose fits the visit or the file.
        InOrder = "in_order",
        /// The officer is to be asked.
        Ask = "ask",
    }
}

/// A look-up in the supervisor's sample.
#[derive(Clone, Debug)]
pub struct SampledLookup {
    /// Which.
    pub id: LookupId,
    /// When.
    pub at: Instant,
    /// Name of the officer.
    pub officer: String,
    /// Whom.
    pub nik_masked: String,
    /// What for.
    pub purpose: String,
    /// Whether it names a visit or a file.
    pub has_visit: bool,
    /// What was said of it.
    pub mark: Option<ReviewMark>,
}

/// The latest look-up of a NIK.
pub async fn find_standing(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<Standing>, StoreError> {
    store::find_standing(tx, keys, nik).await
}

/// The last verdict on a NIK that is not pending.
pub async fn find_last_verdict(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<EarlierVerdict>, StoreError> {
    store::find_last_verdict(tx, keys, nik).await
}

/// A look-up as the timeline of a file tells it: when, who, what for, and nothing of the answer.
#[derive(Clone, Debug)]
pub struct Looked {
    /// When.
    pub at: Instant,
    /// Who.
    pub officer: OfficerId,
    /// What for.
    pub purpose: String,
}

/// The look-ups that were made for a file or the visit it was filed on, oldest first.
pub async fn list_lookups_for(
    tx: &mut Tx,
    file: ApplicationId,
    visit: Option<TicketId>,
) -> Result<Vec<Looked>, StoreError> {
    store::list_lookups_for(tx, file, visit).await
}

/// A look-up by its id; for its own officer only, 404 for others.
pub async fn find_own(tx: &mut Tx, id: LookupId, officer: OfficerId) -> Outcome<Lookup> {
    let found = store::find_lookup(tx, id).await?.filter(|lookup| lookup.officer == officer);
    Ok(found.ok_or_else(|| Refusal::not_found("lookup-unknown"))?)
}

/// The token of the link under which a citizen reads who looked: it names a look-up, never the NIK, and works until
/// the moment answered with it.
pub fn reader_token(keys: &Keys, lookup: &Lookup) -> (String, Instant) {
    let until = lookup.at.plus_minutes(LINK_MINUTES);
    let named = BASE64URL_NOPAD.encode(lookup.id.0.as_bytes());
    (format!("{named}.{}", keys.form_token(&signed_text(lookup.id))), until)
}

/// What the signature covers; the moment the link ends is that of the look-up, and so cannot be changed.
fn signed_text(id: LookupId) -> String {
    format!("who-looked:{id}")
}

/// Who looked at the data of the person behind a link, newest first; leaves an audit line.
///
/// # Errors
/// 404 `link-over` when the link is none of ours or its time is over.
pub async fn list_lookups_of(tx: &mut Tx, keys: &Keys, token: &str, now: Instant) -> Outcome<Vec<Lookup>> {
    let over = || Refusal::not_found("link-over");
    let id = lookup_of(keys, token).ok_or_else(over)?;
    let named = store::find_lookup(tx, id).await?.ok_or_else(over)?;
    if now > named.at.plus_minutes(LINK_MINUTES) {
        return Err(over().into());
    }
    let lookups = store::list_lookups(tx, &named.nik_index, LONGEST_LIST).await?;
    let act = Act { actor: Actor::Citizen, now };
    audit::record(tx, act, "lookups.listed", id, json!({ "lookups": lookups.len() })).await?;
    Ok(lookups)
}

/// The look-up a link names, when it is one of ours.
fn lookup_of(keys: &Keys, token: &str) -> Option<LookupId> {
    let (named, signature) = token.split_once('.')?;
    let bytes = BASE64URL_NOPAD.decode(named.as_bytes()).ok()?;
    let id = LookupId(Uuid::from_slice(&bytes).ok()?);
    keys.is_form_token(&signed_text(id), signature).then_some(id)
}

/// The sample of a day: drawn by the office's key from the look-ups of the last week, so that neither officers nor the
/// supervisor choose it; the same all day long. `site` = whose officers; `None` = all.
pub async fn list_sample(
    tx: &mut Tx,
    keys: &Keys,
    site: Option<SiteId>,
    at: Moment,
) -> Result<Vec<SampledLookup>, StoreError> {
    let days = (at.today.plus_days(-SAMPLE_DAYS), at.today);
    let mut all = store::list_unreviewed(tx, site, days, SAMPLE_OF).await?;
    all.sort_by_cached_key(|lookup| lot(keys, lookup.id, at.today));
    all.truncate(SAMPLE_SIZE);
    Ok(all)
}

/// Where a look-up stands in the lots of a day.
fn lot(keys: &Keys, id: LookupId, today: Day) -> Vec<u8> {
    keys.index_of(&format!("sample:{today}:{id}"))
}

/// The supervisor marks a sampled look-up, once.
///
/// # Errors
/// 404 for one of another site, 409 `lookup-marked`, 422 when it is to be asked about without a note.
pub async fn review(
    tx: &mut Tx,
    (officer, site): (OfficerId, Option<SiteId>),
    id: LookupId,
    (mark, note): (ReviewMark, &str),
    at: Moment,
) -> Outcome<()> {
    let note = note.trim();
    if mark == ReviewMark::Ask && note.is_empty() {
        return Err(Refusal::invalid("invalid-fields").field("note", "required").into());
    }
    if note.chars().count() > NOTE_LENGTH {
        return Err(Refusal::invalid("invalid-fields").field("note", "too-long").into());
    }
    let days = (at.today.plus_days(-SAMPLE_DAYS), at.today);
    let in_reach = store::list_unreviewed(tx, site, days, SAMPLE_OF).await?.iter().any(|lookup| lookup.id == id);
    if !in_reach {
        return Err(Refusal::not_found("lookup-unknown").into());
    }
    let act = Act::of(officer, at.now);
    if !store::insert_review(tx, (id, officer), act, (mark, note)).await? {
        return Err(Refusal::conflict("lookup-marked").into());
    }
    Ok(audit::record(tx, act, "lookup.reviewed", id, json!({ "mark": mark })).await?)
}
