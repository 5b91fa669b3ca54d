//! Sets a sheet: where every line, rule and picture stands.

mod clauses;
mod flow;
mod footer;
mod letterhead;
mod permit;
mod receipt;
mod sign_off;
mod slip;
mod table;

use chrono::{DateTime, Utc};

use super::PaperError;
use super::fonts::Faces;
use super::pdf::{About, write};
use super::sheet::{PermitSheet, ReceiptSheet, TicketSlip};

/// Prints a permit. The same sheet and date give the same bytes.
///
/// # Errors
/// [`PaperError`]; a character the font lacks is named, never printed as an empty box.
pub fn permit(sheet: &PermitSheet, made_at: DateTime<Utc>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title.join(" "), sheet.number),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        made_at,
    };
    write(faces, &permit::pages(faces, sheet)?, &about)
}

/// Prints the receipt of an application.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn receipt(sheet: &ReceiptSheet, made_at: DateTime<Utc>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title, sheet.code.1),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        made_at,
    };
    write(faces, &receipt::pages(faces, sheet)?, &about)
}

/// Prints a queue slip, 80 mm wide and as long as its text.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn ticket_slip(slip: &TicketSlip, made_at: DateTime<Utc>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", slip.heading, slip.number),
        author: &slip.site_name,
        document_id: &slip.document_id,
        made_at,
    };
    write(faces, &slip::pages(faces, slip)?, &about)
}

/// Characters of a permit the font lacks, each once: to be asked before a number is taken.
///
/// # Errors
/// [`PaperError`] when the sheet cannot be set for another reason.
pub fn missing_characters(sheet: &PermitSheet) -> Result<Vec<char>, PaperError> {
    let faces = Faces::bundled()?;
    let pages = permit::pages(faces, sheet)?;
    let missing = faces.missing(&pages);
    Ok(missing.into_iter().map(|(character, _)| character).collect())
}
