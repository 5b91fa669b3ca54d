//! The whole NIK of a file, for a stated reason: shown once, recorded.

use rocket::{Route, post, routes};

use super::detail::load;
use crate::ids::ApplicationId;
use crate::permits;
use crate::web::form::Posted;
use crate::web::page::{Rendered, refusal_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of this act.
pub fn routes() -> Vec<Route> {
    routes![reveal]
}

/// A POST, so that the NIK stands in no address and in no history.
#[post("/permohonan/<id>/nik", data = "<posted>")]
async fn reveal(id: ApplicationId, posted: Posted, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let mut tx = at.app.db.begin().await?;
    match permits::reveal_nik(&mut tx, &at.desk(), id, posted.get("reveal_reason")).await {
        Ok(nik) => {
            tx.commit().await?;
            let mut page = load(&at, id, visit.lang, None).await?;
            page.revealed_nik = Some(nik.digits().to_owned());
            visit.page(&page)
        }
        Err(crate::db::Fault::Refused(refusal)) if !refusal.fields.is_empty() => {
            drop(tx);
            let mut page = load(&at, id, visit.lang, None).await?;
            page.errors = refusal_lines(&refusal, visit.lang);
            Ok(visit.page(&page)?.with_status(rocket::http::Status::UnprocessableEntity))
        }
        Err(fault) => Err(fault.into()),
    }
}
