//! SQL of the register of letters.

use sqlx::FromRow;

use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional};
use crate::identity::Acting;
use crate::ids::{ApplicationId, OfficerId};
use crate::permits::{Outgoing, OutgoingKind};

#[derive(FromRow)]
struct LetterRow {
    year: i64,
    ordinal: i64,
    number: String,
    short_id: String,
    kind: OutgoingKind,
    application_id: ApplicationId,
    about_at: Instant,
    signed_by: OfficerId,
    signed_acting: Option<JsonText<Acting>>,
    dated: Day,
}

fn letter(row: LetterRow) -> Outgoing {
    Outgoing {
        year: row.year,
        ordinal: row.ordinal,
        number: row.number,
        short_id: row.short_id,
        kind: row.kind,
        application: row.application_id,
        about_at: row.about_at,
        signed_by: row.signed_by,
        signed_acting: row.signed_acting.map(|acting| acting.0),
        dated: row.dated,
    }
}

macro_rules! letter_where {
    ($rest:literal) => {
        concat!(
            "SELECT l.year, l.ordinal, l.number, l.short_id, l.kind, l.application_id, l.about_at, l.signed_by, ",
            "l.signed_acting, l.dated FROM letter l ",
            $rest
        )
    };
}

/// Writes a letter into the register.
pub(in crate::permits) async fn insert_letter(tx: &mut Tx, one: &Outgoing) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO letter (year, ordinal, number, short_id, kind, application_id, about_at, signed_by, \
        signed_acting, dated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    execute!(
        tx,
        SQL,
        one.year,
        one.ordinal,
        &one.number,
        &one.short_id,
        one.kind,
        one.application,
        one.about_at,
        one.signed_by,
        one.signed_acting.clone().map(JsonText),
        one.dated
    );
    Ok(())
}

/// The letters of a file, in the order of the register.
pub(in crate::permits) async fn list_letters(tx: &mut Tx, file: ApplicationId) -> Result<Vec<Outgoing>, StoreError> {
    const SQL: &str = letter_where!("WHERE l.application_id = $1 ORDER BY l.year, l.ordinal");
    Ok(fetch_all!(tx, LetterRow, SQL, file).into_iter().map(letter).collect())
}

/// The letter behind the code on its paper.
pub(in crate::permits) async fn find_letter(tx: &mut Tx, short_id: &str) -> Result<Option<Outgoing>, StoreError> {
    Ok(fetch_optional!(tx, LetterRow, letter_where!("WHERE l.short_id = $1"), short_id).map(letter))
}

/// The letter that was once printed as the file of a digest.
pub(in crate::permits) async fn find_printed(tx: &mut Tx, sha256: &[u8]) -> Result<Option<Outgoing>, StoreError> {
    const SQL: &str =
        letter_where!("JOIN letter_print p ON p.year = l.year AND p.ordinal = l.ordinal WHERE p.sha256 = $1");
    Ok(fetch_optional!(tx, LetterRow, SQL, sha256).map(letter))
}

/// Keeps what was printed; the same file printed again changes nothing.
pub(in crate::permits) async fn insert_print(
    tx: &mut Tx,
    one: &Outgoing,
    (sha256, at): (&[u8], Instant),
) -> Result<bool, StoreError> {
    const SQL: &str = "INSERT INTO letter_print (sha256, year, ordinal, at) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (sha256) DO NOTHING";
    Ok(execute!(tx, SQL, sha256, one.year, one.ordinal, at) == 1)
}

/// The service and the applicant's name of a letter's file.
pub(in crate::permits) async fn find_whom(
    tx: &mut Tx,
    file: ApplicationId,
) -> Result<Option<(String, String)>, StoreError> {
    const SQL: &str = "SELECT service_code, applicant_name FROM application WHERE id = $1";
    Ok(fetch_optional!(tx, (String, String), SQL, file))
}

/// How many numbers of each year are used, from which to which.
pub(in crate::permits) async fn list_used_letters(tx: &mut Tx) -> Result<Vec<(i64, i64, i64, i64)>, StoreError> {
    const SQL: &str = "SELECT year, COUNT(*), MIN(ordinal), MAX(ordinal) FROM letter GROUP BY year ORDER BY year";
    Ok(fetch_all!(tx, (i64, i64, i64, i64), SQL))
}
