//! Sets a sheet: where every line, rule and picture stands.

mod appendix;
mod book;
mod clauses;
mod flow;
mod footer;
mod letter;
mod letterhead;
mod permit;
mod receipt;
mod record;
mod report;
mod sign_off;
mod slip;
mod table;

use super::PaperError;
use super::content;
use super::fonts::Faces;
use super::pdf::{About, Attachment, Print, Profile, write, write_with};
use super::record::RecordSheet;
use super::sheet::{BookSheet, LetterSheet, PermitSheet, ReceiptSheet, ReportSheet, TicketSlip};

/// Name of the data attached to a permit.
const DATA_NAME: &str = "izin.json";

/// Prints a permit. The same sheet and print give the same bytes.
///
/// # Errors
/// [`PaperError`]; a character the font lacks is named, never printed as an empty box.
pub fn permit(sheet: &PermitSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title.join(" "), sheet.number),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    let data = match about.print.profile {
        Profile::A3u => Some(data_of(sheet)?),
        Profile::A2u | Profile::A1b => None,
    };
    write_with(faces, &permit::draw(faces, sheet)?, &about, data.as_ref())
}

fn data_of(sheet: &PermitSheet) -> Result<Attachment, PaperError> {
    let bytes = content::of(sheet).map_err(|error| PaperError::Writer(error.to_string()))?;
    Ok(Attachment { name: DATA_NAME, media: "application/json", title: sheet.title.join(" "), bytes })
}

/// Prints the receipt of an application.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn receipt(sheet: &ReceiptSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title, sheet.code.1),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    write(faces, &receipt::draw(faces, sheet)?, &about)
}

/// Prints a letter of the office.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn letter(sheet: &LetterSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: sheet.document_id.clone(),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    write(faces, &letter::draw(faces, sheet)?, &about)
}

/// Prints a paper with a title and number, and its photographs.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn record(sheet: &RecordSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title, sheet.number),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    write(faces, &record::draw(faces, sheet)?, &about)
}

/// Prints the register book of a permit type and year.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn register_book(sheet: &BookSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: sheet.title.clone(),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    write(faces, &book::draw(faces, sheet), &about)
}

/// Prints a report.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn report(sheet: &ReportSheet, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", sheet.title, sheet.scope),
        author: &sheet.letterhead.agency_lines.join(" "),
        document_id: &sheet.document_id,
        print: print.into(),
    };
    write(faces, &report::draw(faces, sheet), &about)
}

/// Prints a queue slip, 80 mm wide and as long as its text.
///
/// # Errors
/// [`PaperError`], as for [`permit`].
pub fn ticket_slip(slip: &TicketSlip, print: impl Into<Print>) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::bundled()?;
    let about = About {
        title: format!("{} {}", slip.heading, slip.number),
        author: &slip.site_name,
        document_id: &slip.document_id,
        print: print.into(),
    };
    write(faces, &slip::draw(faces, slip)?, &about)
}

/// Characters of a permit the font lacks, each once: to be asked before a number is taken.
///
/// # Errors
/// [`PaperError`] when the sheet cannot be set for another reason.
pub fn missing_characters(sheet: &PermitSheet) -> Result<Vec<char>, PaperError> {
    let faces = Faces::bundled()?;
    let drawing = permit::draw(faces, sheet)?;
    let missing = faces.missing(&drawing.pages);
    Ok(missing.into_iter().map(|(character, _)| character).collect())
}
