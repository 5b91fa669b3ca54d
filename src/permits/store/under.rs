//! SQL of files by the number of their applicant.

use sqlx::FromRow;

use super::applications::NIK;
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all};
use crate::ids::ApplicationId;
use crate::keys::Keys;
use crate::permits::Person;
use crate::population::Nik;

#[derive(FromRow)]
struct ApplicantRow {
    nik_sealed: Vec<u8>,
    applicant: JsonText<Person>,
}

fn corrupt(error: impl ToString) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

/// Everybody who has a file, once, as the newest file states it.
pub(in crate::permits) async fn list_applicants(tx: &mut Tx, keys: &Keys) -> Result<Vec<(Nik, Person)>, StoreError> {
    const SQL: &str = "SELECT a.nik_sealed, a.applicant FROM application a WHERE a.id = (SELECT b.id FROM application b \
        WHERE b.nik_index = a.nik_index ORDER BY b.created_at DESC, b.id DESC LIMIT 1) ORDER BY a.id";
    let open = |row: ApplicantRow| {
        let digits = keys.sealer.open(NIK, &row.nik_sealed).map_err(corrupt)?;
        Ok((Nik::parse(&digits).map_err(corrupt)?, row.applicant.0))
    };
    fetch_all!(tx, ApplicantRow, SQL).into_iter().map(open).collect()
}

/// The files of a number.
pub(in crate::permits) async fn list_files_of(tx: &mut Tx, index: &[u8]) -> Result<Vec<ApplicationId>, StoreError> {
    const SQL: &str = "SELECT id FROM application WHERE nik_index = $1 ORDER BY id";
    Ok(fetch_all!(tx, (ApplicationId,), SQL, index).into_iter().map(|(id,)| id).collect())
}

/// Puts a file under another number.
pub(in crate::permits) async fn put_under(
    tx: &mut Tx,
    keys: &Keys,
    id: ApplicationId,
    (from, to): (&[u8], &Nik),
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE application SET nik_index = $3, nik_sealed = $4, version = version + 1 \
        WHERE id = $1 AND nik_index = $2";
    let sealed = keys.sealer.seal(NIK, to.digits()).map_err(corrupt)?;
    execute!(tx, SQL, id, from, keys.index_of(to.digits()), sealed);
    Ok(())
}
