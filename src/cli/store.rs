//! SQL of `loket check`.

use crate::db::{StoreError, Tx, fetch_all};
use crate::ids::DocumentId;

/// Documents that are read at a time.
const PAGE: i64 = 50;

/// Registers (type and year) whose numbers are not 1, 2, 3 … up to the last one taken: register, year, rows, last.
pub(super) async fn list_register_gaps(tx: &mut Tx) -> Result<Vec<(String, i64, i64, i64)>, StoreError> {
    const GAPS: &str = "SELECT register, year, rows, last FROM (SELECT p.register, p.year, COUNT(*) AS rows, \
        COALESCE((SELECT MAX(s.last) FROM number_series s WHERE s.scope = 'permit:' || p.register \
        AND s.period = CAST(p.year AS TEXT)), MAX(p.ordinal)) AS last, MAX(p.ordinal) AS highest \
        FROM permit p GROUP BY p.register, p.year) g WHERE rows <> last OR highest <> last ORDER BY register, year";
    Ok(fetch_all!(tx, (String, i64, i64, i64), GAPS))
}

/// Queue letters of a site's day whose numbers have a gap: site, day, letter, rows, last.
pub(super) async fn list_ticket_gaps(tx: &mut Tx) -> Result<Vec<(String, String, String, i64, i64)>, StoreError> {
    const GAPS: &str = "SELECT s.code, t.local_day, t.letter, COUNT(*), MAX(t.ordinal) FROM ticket t \
        JOIN site s ON s.id = t.site_id GROUP BY s.code, t.local_day, t.letter HAVING COUNT(*) <> MAX(t.ordinal)";
    Ok(fetch_all!(tx, (String, String, String, i64, i64), GAPS))
}

/// Permits that must have signed bytes and have none, by number.
pub(super) async fn list_permits_without_bytes(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    const BARE: &str = "SELECT p.number FROM permit p LEFT JOIN document d ON d.id = p.document_id \
        WHERE p.state IN ('issued', 'revoked') AND d.id IS NULL ORDER BY p.number";
    Ok(fetch_all!(tx, (String,), BARE).into_iter().map(|(number,)| number).collect())
}

/// The next stored documents after an id, with digest and bytes.
pub(super) async fn list_documents(
    tx: &mut Tx,
    after: DocumentId,
) -> Result<Vec<(DocumentId, Vec<u8>, Vec<u8>)>, StoreError> {
    const NEXT: &str = "SELECT id, sha256, bytes FROM document WHERE id > $1 ORDER BY id LIMIT $2";
    Ok(fetch_all!(tx, (DocumentId, Vec<u8>, Vec<u8>), NEXT, after, PAGE))
}
