//! The file a visit is about, as the counter sees it.

use super::file_view::view;
use super::store::{self, Page};
use super::{Application, Desk, FileView, Row};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::TicketId;
use crate::population::Nik;

/// The newest file of a visit that is not over.
pub async fn find_of_visit(tx: &mut Tx, desk: &Desk<'_>, ticket: TicketId) -> Outcome<Option<FileView>> {
    match store::find_of_ticket(tx, ticket).await? {
        Some(id) => Ok(Some(view(tx, desk, id).await?)),
        None => Ok(None),
    }
}

/// Other files of the same person that the officer may see, the newest first.
pub async fn list_earlier(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &Application,
    most: usize,
) -> Result<Vec<Row>, StoreError> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1);
    let page = Page { site: desk.reach(), before: None, limit };
    let index = desk.keys.index_of(file.applicant.nik.digits());
    let mut rows = store::list_by_nik(tx, page, &index).await?;
    rows.retain(|row| row.id != file.id);
    rows.truncate(most);
    Ok(rows)
}

/// The visits since a moment for which a person filed something, the newest first.
pub async fn list_visits_of(
    tx: &mut Tx,
    desk: &Desk<'_>,
    nik: &Nik,
    since: Instant,
) -> Result<Vec<TicketId>, StoreError> {
    store::list_tickets_of(tx, &desk.keys.index_of(nik.digits()), since).await
}
