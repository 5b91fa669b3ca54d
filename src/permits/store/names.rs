//! SQL of the search by name: words that begin as typed. A rare word is looked up, a frequent one is soon met among the
//! newest files; so neither reads the whole store.

use super::applications::words_of;
use super::lists::{Page, Row, columns, page};
use crate::db::{StoreError, Tx};

/// Files that have a word, up to which it counts as rare.
const RARE: i64 = 1_000;
/// Words of a search that are looked at.
const WORDS: usize = 4;

/// Files whose applicant's name has, for each typed word, one that begins with it.
pub(in crate::permits) async fn list_by_name(tx: &mut Tx, page: Page, typed: &str) -> Result<Vec<Row>, StoreError> {
    const RARELY: &str = page!(
        "a.id IN (SELECT w.application_id FROM application_word w WHERE w.word >= $9 AND w.word < $10) \
         AND a.applicant_name LIKE $5 ESCAPE '!' AND a.applicant_name LIKE $6 ESCAPE '!' \
         AND a.applicant_name LIKE $7 ESCAPE '!' AND a.applicant_name LIKE $8 ESCAPE '!'"
    );
    const OFTEN: &str = page!(
        "a.applicant_name LIKE $5 ESCAPE '!' AND a.applicant_name LIKE $6 ESCAPE '!' \
         AND a.applicant_name LIKE $7 ESCAPE '!' AND a.applicant_name LIKE $8 ESCAPE '!'"
    );
    let mut words = words_of(typed);
    words.truncate(WORDS);
    let Some(first) = words.first().cloned() else { return Ok(Vec::new()) };
    words.resize(WORDS, first);
    let rarest = find_rarest(tx, &words).await?;
    let like = |at: usize| words.get(at).map(|word| format!("%{}%", escaped(word))).unwrap_or_default();
    let search = tx.statement(if rarest.is_some() { RARELY } else { OFTEN });
    let search = search.bind(page.site()).bind(page.before()).bind(page.limit).bind(page.site.is_none());
    let search = search.bind(like(0)).bind(like(1)).bind(like(2)).bind(like(3));
    match rarest {
        Some(word) => search.bind(&word).bind(after(&word)).fetch_all().await,
        None => search.fetch_all().await,
    }
}

/// A word as a pattern finds it.
fn escaped(word: &str) -> String {
    word.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// The first text that does not begin with a word.
fn after(word: &str) -> String {
    format!("{word}\u{10FFFF}")
}

/// The typed word that the fewest files have, when that is rare.
async fn find_rarest(tx: &mut Tx, words: &[String]) -> Result<Option<String>, StoreError> {
    const COUNTS: &str = "SELECT \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application_word WHERE word >= $1 AND word < $2 LIMIT $9) AS c1), \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application_word WHERE word >= $3 AND word < $4 LIMIT $9) AS c2), \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application_word WHERE word >= $5 AND word < $6 LIMIT $9) AS c3), \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM application_word WHERE word >= $7 AND word < $8 LIMIT $9) AS c4)";
    let [a, b, c, d] = words else { return Ok(None) };
    let asked = tx.statement(COUNTS).bind(a).bind(after(a)).bind(b).bind(after(b));
    let asked = asked.bind(c).bind(after(c)).bind(d).bind(after(d)).bind(RARE + 1);
    let (first, second, third, fourth) = asked.fetch_one::<(i64, i64, i64, i64)>().await?;
    let counts = [(first, a), (second, b), (third, c), (fourth, d)];
    let rarest = counts.into_iter().min_by_key(|(count, _)| *count);
    Ok(rarest.filter(|(count, _)| *count <= RARE).map(|(_, word)| word.clone()))
}
