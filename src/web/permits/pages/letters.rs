//! The letters of a no, printed when they are asked for.

use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, routes};

use super::correction_view::link;
use crate::documents;
use crate::identity;
use crate::ids::ApplicationId;
use crate::messages::Refusal;
use crate::permits::{self, LetterKind, letter_sheet};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;

/// Routes of the letters.
pub fn routes() -> Vec<Route> {
    routes![returned, rejected]
}

#[get("/permohonan/<id>/surat-pengembalian")]
async fn returned(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    print(id, LetterKind::Return, &at).await
}

#[get("/permohonan/<id>/surat-penolakan")]
async fn rejected(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    print(id, LetterKind::Rejection, &at).await
}

/// The letter of the latest such act; 409 for a file that never had one.
async fn print(id: ApplicationId, kind: LetterKind, at: &AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let never = || Refusal::conflict("file-in-other-state").with("state", view.file.state);
    let act = kind.find_act(&view).ok_or_else(never)?;
    let officer = match act.officer {
        Some(by) => identity::find(&mut tx, by).await?,
        None => None,
    };
    let officer = officer.ok_or_else(never)?;
    let open = view.corrections.last().filter(|back| back.is_open());
    let desk = at.desk();
    let by = (&officer, desk.site_of(&view.file)?);
    let sheet = letter_sheet(&at.press(), &view, (kind, act), by, open.map(|back| link(at, back)));
    let (made, file_name) = (act.at, format!("surat-{kind}-{}.pdf", view.file.code));
    let printed = spawn_blocking(move || documents::letter(&sheet, made.utc())).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(file_name, bytes))
}
