//! SQL of pairs that may be one person, what was decided of them, and what a merge moved.

use sqlx::FromRow;
use uuid::Uuid;

use crate::civil::doubles::{Double, DoubleReason, DoubleSide, DoubleState, Sketch};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{CivilRequestId, DoubleId, OfficerId};
use crate::keys::{Keys, SealError};
use crate::population::Nik;

word_column!(DoubleReason);
word_column!(DoubleState);

/// The name under which the number is sealed.
const NIK: &str = "person_double.nik";
const REQUEST_NIK: &str = "civil_request.nik";

fn unopened(error: SealError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

#[derive(FromRow)]
struct DoubleRow {
    id: DoubleId,
    reason: DoubleReason,
    state: DoubleState,
    found_at: Instant,
    kept_index: Option<Vec<u8>>,
    decided_at: Option<Instant>,
    decided_by: Option<OfficerId>,
    note: Option<String>,
}

#[derive(FromRow)]
struct SideRow {
    nik_index: Vec<u8>,
    nik_sealed: Vec<u8>,
    name: String,
    birth_date: String,
    birth_place: String,
    sex: String,
    in_register: bool,
    files: i64,
}

/// Keeps a pair with what is known of both; false when it is known already.
pub(in crate::civil) async fn insert_double(
    tx: &mut Tx,
    keys: &Keys,
    id: DoubleId,
    (one, other): (&Sketch, &Sketch),
    (reason, at): (DoubleReason, Instant),
) -> Result<bool, StoreError> {
    let index = |sketch: &Sketch| keys.index_of(sketch.nik.digits());
    let (low, high) = if index(one) < index(other) { (one, other) } else { (other, one) };
    const SQL: &str = "INSERT INTO person_double (id, low_index, high_index, reason, state, found_at) \
        VALUES ($1, $2, $3, $4, 'found', $5) ON CONFLICT (low_index, high_index) DO NOTHING";
    if execute!(tx, SQL, id, index(low), index(high), reason, at) == 0 {
        return Ok(false);
    }
    const SIDE: &str = "INSERT INTO person_double_side \
        (double_id, nik_index, nik_sealed, name, birth_date, birth_place, sex, in_register) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    for sketch in [low, high] {
        let sealed = keys.sealer.seal(NIK, sketch.nik.digits()).map_err(unopened)?;
        let (name, place) = (&sketch.name, &sketch.birth_place);
        execute!(tx, SIDE, id, index(sketch), sealed, name, &sketch.birth_date, place, &sketch.sex, sketch.in_register);
    }
    Ok(true)
}

async fn whole(tx: &mut Tx, keys: &Keys, row: DoubleRow) -> Result<Double, StoreError> {
    const SIDES: &str = "SELECT s.nik_index, s.nik_sealed, s.name, s.birth_date, s.birth_place, s.sex, s.in_register, \
        (SELECT COUNT(*) FROM application a WHERE a.nik_index = s.nik_index) + \
        (SELECT COUNT(*) FROM civil_request c WHERE c.nik_index = s.nik_index) AS files \
        FROM person_double_side s WHERE s.double_id = $1 ORDER BY s.nik_index";
    let mut sides = Vec::new();
    for side in fetch_all!(tx, SideRow, SIDES, row.id) {
        let digits = keys.sealer.open(NIK, &side.nik_sealed).map_err(unopened)?;
        let nik = Nik::parse(&digits).map_err(|e| StoreError::Corrupt(e.to_string()))?;
        let SideRow { name, birth_date, birth_place, sex, in_register, files, .. } = side;
        let sketch = Sketch { nik, name, birth_date, birth_place, sex, in_register };
        sides.push(DoubleSide { sketch, files, kept: row.kept_index.as_ref() == Some(&side.nik_index) });
    }
    Ok(Double {
        id: row.id,
        reason: row.reason,
        state: row.state,
        sides,
        found_at: row.found_at,
        decided: row.decided_by.zip(row.decided_at),
        note: row.note.unwrap_or_default(),
    })
}

/// The open pairs, the oldest first, and then the last hundred that were decided.
pub(in crate::civil) async fn list_doubles(tx: &mut Tx, keys: &Keys) -> Result<Vec<Double>, StoreError> {
    const OPEN: &str = "SELECT id, reason, state, found_at, kept_index, decided_at, decided_by, note FROM person_double \
        WHERE state = 'found' ORDER BY found_at, id LIMIT 100";
    const DECIDED: &str = "SELECT id, reason, state, found_at, kept_index, decided_at, decided_by, note \
        FROM person_double WHERE state <> 'found' ORDER BY decided_at DESC, id LIMIT 100";
    let mut rows = fetch_all!(tx, DoubleRow, OPEN);
    rows.extend(fetch_all!(tx, DoubleRow, DECIDED));
    let mut doubles = Vec::new();
    for row in rows {
        doubles.push(whole(tx, keys, row).await?);
    }
    Ok(doubles)
}

/// One pair.
pub(in crate::civil) async fn find_double(
    tx: &mut Tx,
    keys: &Keys,
    id: DoubleId,
) -> Result<Option<Double>, StoreError> {
    const SQL: &str = "SELECT id, reason, state, found_at, kept_index, decided_at, decided_by, note FROM person_double \
        WHERE id = $1";
    match fetch_optional!(tx, DoubleRow, SQL, id) {
        Some(row) => Ok(Some(whole(tx, keys, row).await?)),
        None => Ok(None),
    }
}

/// Keeps a decision; false when somebody was faster.
pub(in crate::civil) async fn decide_double(
    tx: &mut Tx,
    id: DoubleId,
    (state, kept): (DoubleState, Option<&[u8]>),
    ((officer, at), note): ((OfficerId, Instant), &str),
) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE person_double SET state = $2, kept_index = $3, decided_by = $4, decided_at = $5, \
        note = $6 WHERE id = $1 AND state = 'found'";
    Ok(execute!(tx, SQL, id, state, kept, officer, at, note) == 1)
}

/// Takes a decision back; false when there is none.
pub(in crate::civil) async fn reopen_double(tx: &mut Tx, id: DoubleId) -> Result<bool, StoreError> {
    const SQL: &str = "UPDATE person_double SET state = 'found', kept_index = NULL, decided_by = NULL, \
        decided_at = NULL, note = NULL WHERE id = $1 AND state <> 'found'";
    Ok(execute!(tx, SQL, id) == 1)
}

/// Keeps what a merge moved, and under which number it was before.
pub(in crate::civil) async fn insert_person_move(
    tx: &mut Tx,
    (id, at): (DoubleId, Instant),
    (kind, subject): (&str, Uuid),
    before: &[u8],
) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO person_move (double_id, kind, subject_id, moved_at, before_index) \
        VALUES ($1, $2, $3, $4, $5)";
    execute!(tx, SQL, id, kind, subject, at, before);
    Ok(())
}

/// What the merge in force moved.
pub(in crate::civil) async fn list_person_moves(tx: &mut Tx, id: DoubleId) -> Result<Vec<(String, Uuid)>, StoreError> {
    const SQL: &str = "SELECT kind, subject_id FROM person_move WHERE double_id = $1 AND undone_at IS NULL \
        ORDER BY kind, subject_id";
    Ok(fetch_all!(tx, (String, Uuid), SQL, id))
}

/// What was moved is back.
pub(in crate::civil) async fn end_person_moves(tx: &mut Tx, id: DoubleId, at: Instant) -> Result<(), StoreError> {
    execute!(tx, "UPDATE person_move SET undone_at = $2 WHERE double_id = $1 AND undone_at IS NULL", id, at);
    Ok(())
}

/// The population requests of a number.
pub(in crate::civil) async fn list_requests_of(tx: &mut Tx, index: &[u8]) -> Result<Vec<CivilRequestId>, StoreError> {
    const SQL: &str = "SELECT id FROM civil_request WHERE nik_index = $1 ORDER BY id";
    Ok(fetch_all!(tx, (CivilRequestId,), SQL, index).into_iter().map(|(id,)| id).collect())
}

/// Puts a request under another number, unless it is no longer under the one it is taken from.
pub(in crate::civil) async fn put_request_under(
    tx: &mut Tx,
    keys: &Keys,
    id: CivilRequestId,
    (from, to): (&[u8], &Nik),
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE civil_request SET nik_index = $3, nik_sealed = $4, version = version + 1 \
        WHERE id = $1 AND nik_index = $2";
    let sealed = keys.sealer.seal(REQUEST_NIK, to.digits()).map_err(unopened)?;
    execute!(tx, SQL, id, from, keys.index_of(to.digits()), sealed);
    Ok(())
}

/// Whether everybody was looked through on a day.
pub(in crate::civil) async fn is_double_searched(tx: &mut Tx, day: Day) -> Result<bool, StoreError> {
    Ok(fetch_optional!(tx, (Day,), "SELECT day FROM double_search WHERE day = $1", day).is_some())
}

/// Keeps that everybody was looked through on a day.
pub(in crate::civil) async fn end_double_search(tx: &mut Tx, day: Day) -> Result<(), StoreError> {
    execute!(tx, "INSERT INTO double_search (day) VALUES ($1) ON CONFLICT (day) DO NOTHING", day);
    Ok(())
}
