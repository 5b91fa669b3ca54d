//! A file as an answer: printed papers and kept bytes.

use rocket::Request;
use rocket::http::{ContentType, Header};
use rocket::response::{Responder, Response, Result as Answer};
use rocket::tokio::task::spawn_blocking;

use super::at_files::AtFiles;
use crate::documents::{self, Kept, Scan};
use crate::messages::Refusal;
use crate::permits::{FileView, receipt_sheet};
use crate::web::headers::SANDBOX;
use crate::web::problem::Problem;

/// Bytes with a name, never kept by a cache in between.
pub struct Paper {
    media_type: String,
    file_name: String,
    bytes: Vec<u8>,
    from: Origin,
}

/// Whose bytes they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Made by the office: shown in the browser.
    Office,
    /// The same, given to somebody at home: saved.
    Saved,
    /// Handed in, but drawn anew here: shown, and of no origin.
    Redrawn,
    /// Handed in, byte for byte: saved, never shown among our pages.
    Stranger,
}

impl Paper {
    /// A printed PDF.
    pub fn pdf(file_name: String, bytes: Vec<u8>) -> Paper {
        Paper { media_type: "application/pdf".to_owned(), file_name, bytes, from: Origin::Office }
    }

    /// An edition of an issued permit.
    pub fn issued(kept: Kept) -> Paper {
        Paper { from: Origin::Office, ..Paper::pdf(kept.file_name, kept.bytes) }
    }

    /// An issued permit for its holder at home, who wants to keep it.
    pub fn saved(kept: Kept) -> Paper {
        Paper { from: Origin::Saved, ..Paper::issued(kept) }
    }

    /// What was handed in.
    ///
    /// # Errors
    /// 409 `file-held-back` when the virus scanner found something in it.
    pub fn handed_in(kept: Kept) -> Result<Paper, Refusal> {
        if kept.scan == Scan::Infected {
            return Err(Refusal::conflict("file-held-back"));
        }
        let from = if kept.media_type == "application/pdf" { Origin::Stranger } else { Origin::Redrawn };
        Ok(Paper { media_type: kept.media_type, file_name: kept.file_name, bytes: kept.bytes, from })
    }
}

impl<'r> Responder<'r, 'static> for Paper {
    fn respond_to(self, _: &'r Request<'_>) -> Answer<'static> {
        let name: String = self.file_name.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
        let shown = match self.from {
            Origin::Saved | Origin::Stranger => "attachment",
            Origin::Office | Origin::Redrawn => "inline",
        };
        let mut response = Response::build();
        response
            .header(ContentType::parse_flexible(&self.media_type).unwrap_or(ContentType::Binary))
            .header(Header::new("Content-Disposition", format!("{shown}; filename=\"{name}\"")))
            .raw_header("Cache-Control", "private, no-store")
            .sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes));
        if matches!(self.from, Origin::Redrawn | Origin::Stranger) {
            response.header(Header::new("Content-Security-Policy", SANDBOX));
        }
        response.ok()
    }
}

/// Prints the receipt of a registered file; 409 before the registration.
pub async fn print_receipt(at: &AtFiles, view: &FileView) -> Result<Paper, Problem> {
    let desk = at.desk();
    let site = desk.site_of(&view.file)?;
    let officer = view.officers.get(&view.file.intake_by).map(String::as_str).unwrap_or_default();
    let sheet = receipt_sheet(&at.press(), (&view.file, &view.rules), &view.items, (officer, site));
    let not_yet = || Problem::from(Refusal::conflict("file-in-other-state"));
    let (sheet, registered_at) = sheet.zip(view.file.registered_at).ok_or_else(not_yet)?;
    let printed = spawn_blocking(move || documents::receipt(&sheet, registered_at.utc())).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(format!("tanda-terima-{}.pdf", view.file.code), bytes))
}
