//! SQL of look-ups: who, whom, why, with which verdict.

use std::collections::BTreeMap;

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{ApplicationId, LookupId, OfficerId, TicketId};
use crate::keys::Keys;
use crate::population::lookup::LookupRow;
use crate::population::records::{Looked, Lookup};
use crate::population::{
    Cause, Claimed, EarlierVerdict, ElementVerdict, Finding, KeptVerdict, Nik, Question, SourceKind, Standing, Verdict,
};

word_column!(Verdict);
word_column!(SourceKind);
word_column!(Cause);

/// Elements as they are kept: name and verdict.
type Elements = BTreeMap<String, ElementVerdict>;

pub async fn insert_lookup(tx: &mut Tx, keys: &Keys, row: &LookupRow<'_>) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO lookup (id, at, asked_on, officer_id, nik_index, nik_masked, claim_index, purpose, \
        ticket_id, application_id, source, verdict, cause, elements, checked_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    let (request, answer) = (row.request, row.answer);
    execute!(
        tx,
        ONE,
        answer.id,
        row.at,
        row.asked_on,
        row.officer,
        keys.index_of(request.nik.digits()),
        request.nik.masked(),
        claim_index(keys, row.question)?,
        row.purpose,
        request.ticket_id,
        request.application_id,
        answer.source,
        answer.verdict,
        answer.cause,
        JsonText(&answer.elements),
        answer.checked_at
    );
    Ok(())
}

/// The look-ups of a number that are answered.
pub async fn list_answered_of(tx: &mut Tx, index: &[u8]) -> Result<Vec<LookupId>, StoreError> {
    const SQL: &str = "SELECT id FROM lookup WHERE nik_index = $1 AND verdict <> 'pending' ORDER BY id";
    Ok(fetch_all!(tx, (LookupId,), SQL, index).into_iter().map(|(id,)| id).collect())
}

/// Puts a look-up under another number, unless it is no longer under the one it is taken from.
pub async fn put_lookup_under(tx: &mut Tx, id: LookupId, (from, to): (&[u8], &[u8])) -> Result<(), StoreError> {
    execute!(tx, "UPDATE lookup SET nik_index = $3 WHERE id = $1 AND nik_index = $2", id, from, to);
    Ok(())
}

/// The keyed digest by which the same statement is found again without keeping it.
fn claim_index(keys: &Keys, question: &Question) -> Result<Vec<u8>, StoreError> {
    let text = serde_json::to_string(&question.claimed).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    Ok(keys.index_of(&text))
}

#[derive(FromRow)]
struct VerdictRow {
    verdict: Verdict,
    cause: Option<Cause>,
    elements: JsonText<Elements>,
    checked_at: Instant,
}

/// What the source said on this day to the same question.
pub async fn find_verdict_of_day(
    tx: &mut Tx,
    keys: &Keys,
    question: &Question,
    (source, day): (SourceKind, Day),
) -> Result<Option<KeptVerdict>, StoreError> {
    const LATEST: &str = "SELECT verdict, cause, elements, checked_at FROM lookup WHERE nik_index = $1 \
        AND claim_index = $2 AND source = $3 AND asked_on = $4 AND verdict <> 'pending' ORDER BY at DESC, id DESC LIMIT 1";
    let (nik, claim) = (keys.index_of(question.nik.digits()), claim_index(keys, question)?);
    let row = fetch_optional!(tx, VerdictRow, LATEST, nik, claim, source, day);
    Ok(row.map(|row| KeptVerdict {
        checked_at: row.checked_at,
        finding: Finding {
            verdict: row.verdict,
            cause: row.cause,
            elements: row.elements.0.into_iter().filter_map(|(name, v)| Some((element(&name)?, v))).collect(),
            record: None,
        },
    }))
}

/// The names of elements, as they stand in answers.
fn element(name: &str) -> Option<&'static str> {
    ["name", "birth_place", "birth_date", "sex", "address"].into_iter().find(|known| *known == name)
}

/// The last verdict on a NIK that any source gave, on any day.
pub async fn find_last_verdict(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<EarlierVerdict>, StoreError> {
    const LATEST: &str = "SELECT verdict, checked_at FROM lookup WHERE nik_index = $1 AND verdict <> 'pending' \
        ORDER BY checked_at DESC, id DESC LIMIT 1";
    let row = fetch_optional!(tx, (Verdict, Instant), LATEST, keys.index_of(nik.digits()));
    Ok(row.map(|(verdict, checked_at)| EarlierVerdict { verdict, checked_at }))
}

/// The latest look-up of a NIK: what a file of this person rests on. A pending one is passed over when the same day
/// holds a match on the same statement, or when it stated nothing beyond the NIK of a person who matched that day.
pub async fn find_standing(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<Standing>, StoreError> {
    const LATEST: &str = "SELECT l.id, l.verdict, l.cause, l.source, l.checked_at FROM lookup l WHERE l.nik_index = $1 \
        AND NOT (l.verdict = 'pending' AND EXISTS (SELECT 1 FROM lookup m WHERE m.nik_index = l.nik_index \
        AND m.asked_on = l.asked_on AND m.verdict = 'match' AND (m.claim_index = l.claim_index OR l.claim_index = $2))) \
        ORDER BY l.at DESC, l.id DESC LIMIT 1";
    let index = keys.index_of(nik.digits());
    let nothing_stated = claim_index(keys, &Question::new(nik.clone(), Claimed::default()))?;
    let row =
        fetch_optional!(tx, (LookupId, Verdict, Option<Cause>, SourceKind, Instant), LATEST, index, nothing_stated);
    let standing =
        |(lookup, verdict, cause, source, checked_at)| Standing { lookup, verdict, cause, source, checked_at };
    Ok(row.map(standing))
}

/// Writes the verdict of a question that was pending.
pub async fn settle(
    tx: &mut Tx,
    id: LookupId,
    finding: &Finding,
    (now, day): (Instant, Day),
) -> Result<(), StoreError> {
    const ONE: &str = "UPDATE lookup SET verdict = $2, cause = $3, elements = $4, checked_at = $5, settled_at = $5, \
        asked_on = $6 WHERE id = $1 AND verdict = 'pending'";
    execute!(tx, ONE, id, finding.verdict, finding.cause, JsonText(&finding.elements), now, day);
    Ok(())
}

/// Counts a question a source answered.
pub async fn count_question(tx: &mut Tx, source: SourceKind, day: Day) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO source_use (source, day, questions) VALUES ($1, $2, 1) \
        ON CONFLICT (source, day) DO UPDATE SET questions = source_use.questions + 1";
    execute!(tx, ONE, source, day);
    Ok(())
}

/// Questions a source answered on a day.
pub async fn count_of_day(tx: &mut Tx, source: SourceKind, day: Day) -> Result<i64, StoreError> {
    let one = "SELECT questions FROM source_use WHERE source = $1 AND day = $2";
    Ok(fetch_optional!(tx, (i64,), one, source, day).map_or(0, |(questions,)| questions))
}

#[derive(FromRow)]
struct ListedRow {
    id: LookupId,
    at: Instant,
    officer_id: OfficerId,
    nik_index: Vec<u8>,
    nik_masked: String,
    purpose: String,
    ticket_id: Option<TicketId>,
    application_id: Option<ApplicationId>,
    source: SourceKind,
    verdict: Verdict,
    elements: JsonText<Elements>,
    checked_at: Instant,
}

impl From<ListedRow> for Lookup {
    fn from(row: ListedRow) -> Lookup {
        Lookup {
            id: row.id,
            at: row.at,
            officer: row.officer_id,
            nik_index: row.nik_index,
            nik_masked: row.nik_masked,
            purpose: row.purpose,
            ticket: row.ticket_id,
            application: row.application_id,
            source: row.source,
            verdict: row.verdict,
            elements: row.elements.0.into_keys().collect(),
            checked_at: row.checked_at,
        }
    }
}

/// A look-up by its id.
pub async fn find_lookup(tx: &mut Tx, id: LookupId) -> Result<Option<Lookup>, StoreError> {
    const ONE: &str = "SELECT id, at, officer_id, nik_index, nik_masked, purpose, ticket_id, application_id, source, \
        verdict, elements, checked_at FROM lookup WHERE id = $1";
    Ok(fetch_optional!(tx, ListedRow, ONE, id).map(Lookup::from))
}

/// The look-ups of one person, newest first, at most `limit`.
pub async fn list_lookups(tx: &mut Tx, nik_index: &[u8], limit: i64) -> Result<Vec<Lookup>, StoreError> {
    const OF_PERSON: &str = "SELECT id, at, officer_id, nik_index, nik_masked, purpose, ticket_id, application_id, \
        source, verdict, elements, checked_at FROM lookup WHERE nik_index = $1 ORDER BY at DESC, id DESC LIMIT $2";
    let rows = fetch_all!(tx, ListedRow, OF_PERSON, nik_index, limit);
    Ok(rows.into_iter().map(Lookup::from).collect())
}

/// The look-ups made for a file or a visit, oldest first.
pub async fn list_lookups_for(
    tx: &mut Tx,
    file: ApplicationId,
    visit: Option<TicketId>,
) -> Result<Vec<Looked>, StoreError> {
    const SQL: &str = "SELECT at, officer_id, purpose FROM lookup WHERE application_id = $1 OR ticket_id = $2 \
        ORDER BY at, id LIMIT 200";
    let rows = fetch_all!(tx, (Instant, OfficerId, String), SQL, file, visit);
    Ok(rows.into_iter().map(|(at, officer, purpose)| Looked { at, officer, purpose }).collect())
}
