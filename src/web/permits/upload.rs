//! Files that are sent in: the multipart field `file`.

use rocket::FromForm;
use rocket::data::Capped;
use rocket::fs::TempFile;
use rocket::tokio::io::AsyncReadExt;
use rocket::tokio::sync::Semaphore;
use rocket::tokio::task::spawn_blocking;

use crate::documents::{LARGEST, Upload, check_photo, check_site_photo, check_upload};
use crate::messages::Refusal;
use crate::web::app::App;
use crate::web::problem::Problem;

/// Files that are looked through at a time: a decoded photograph takes up to a hundred megabytes.
static LOOKED_THROUGH: Semaphore = Semaphore::const_new(2);

/// A multipart body with one file; pages send their form token with it.
#[derive(FromForm)]
pub struct Sent<'r> {
    /// The file.
    pub file: Capped<TempFile<'r>>,
    /// The form token of a page.
    #[field(default = "")]
    pub csrf: &'r str,
}

/// The whole bytes of a sent file and the name it was given; 413 over 10 MB.
pub async fn read(sent: &Sent<'_>) -> Result<(Vec<u8>, String), Problem> {
    if !sent.file.is_complete() || sent.file.len() > LARGEST as u64 {
        return Err(Problem::too_large());
    }
    let mut bytes = Vec::new();
    let mut file = sent.file.open().await.map_err(|e| Problem::failure(&e))?;
    file.read_to_end(&mut bytes).await.map_err(|e| Problem::failure(&e))?;
    let name = sent.file.raw_name().map(|name| name.dangerous_unsafe_unsanitized_raw().as_str().to_owned());
    Ok((bytes, name.unwrap_or_default()))
}

/// The file of a requirement, checked; a photograph is made ready to be printed.
pub async fn check(app: &App, sent: &Sent<'_>, photo: bool) -> Result<Upload, Problem> {
    check_bytes(app, read(sent).await?, photo).await
}

/// Looks bytes through off the async threads, then has them scanned for viruses.
pub async fn check_bytes(app: &App, (bytes, name): (Vec<u8>, String), photo: bool) -> Result<Upload, Problem> {
    look_through(app, move || if photo { check_photo(bytes, &name) } else { check_upload(bytes, &name) }).await
}

/// A photograph of an inspected place, made ready to be printed.
pub async fn check_site(app: &App, sent: &Sent<'_>) -> Result<Upload, Problem> {
    let (bytes, name) = read(sent).await?;
    look_through(app, move || check_site_photo(bytes, &name)).await
}

async fn look_through(
    app: &App,
    check: impl FnOnce() -> Result<Upload, Refusal> + Send + 'static,
) -> Result<Upload, Problem> {
    let turn = LOOKED_THROUGH.acquire().await.map_err(|e| Problem::failure(&e))?;
    let upload = spawn_blocking(check).await.map_err(|e| Problem::failure(&e))??;
    drop(turn);
    match &app.scanner {
        Some(scanner) => Ok(Upload { scan: scanner.admit(&upload.bytes).await?, ..upload }),
        None => Ok(upload),
    }
}
