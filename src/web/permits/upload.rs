//! Files that are sent in: the multipart field `file`.

use rocket::FromForm;
use rocket::data::Capped;
use rocket::fs::TempFile;
use rocket::tokio::io::AsyncReadExt;
use rocket::tokio::task::spawn_blocking;

use crate::documents::{LARGEST, Upload, check_photo, check_upload};
use crate::web::problem::Problem;

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

/// The file of a requirement, checked off the async threads; a photograph is made ready to be printed.
pub async fn check(sent: &Sent<'_>, photo: bool) -> Result<Upload, Problem> {
    let (bytes, name) = read(sent).await?;
    let check = move || if photo { check_photo(bytes, &name) } else { check_upload(bytes, &name) };
    Ok(spawn_blocking(check).await.map_err(|e| Problem::failure(&e))??)
}
