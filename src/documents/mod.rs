//! The paper that leaves the office: permits, receipts and queue slips as PDF, and the
//! signed token in their QR code.
//!
//! What prints is pure: the caller brings every text, every date and every key.

mod content;
mod crest;
mod display;
mod embed;
mod erasing;
pub mod esign;
mod fonts;
mod jpeg;
mod kept;
mod layout;
mod pdf;
mod qr;
pub mod qr_token;
mod record;
mod scanner;
mod scanning;
mod seal;
mod sheet;
mod store;
mod structure;
mod text;
pub mod transfer;
mod upload;

pub use erasing::{Erased, ErasureList, erase, erased_at, list_returned};
pub use kept::{
    DocumentKind, Filed, Kept, Scan, check, find, find_permit_like, keep_permit, keep_upload, short_digest,
};
pub use layout::{letter, missing_characters, permit, receipt, record, register_book, report, ticket_slip};
pub use pdf::{Print, Profile};
pub use qr::{QrPath, path as qr_path};
pub use record::{RecordPart, RecordPhoto, RecordSheet, RecordSigner};
pub use scanner::{Finding, ScanFault, Scanner, ScannerSettingError};
pub use scanning::scan_waiting;
pub use seal::{
    Further, FurtherSeal, HttpStamper, LocalSeal, SealError, SealFault, Sealed, Signer, Stamper, accept_stamp,
    append_seal, check_edition, check_further, check_seal, is_stamped, stamp_request, stamp_sealed, title_of,
};
pub use sheet::{
    Appendix, BookSheet, LetterSheet, Letterhead, Paper, PermitLabels, PermitSheet, ReceiptSheet, ReportSheet,
    SheetStyle, SignerBlock, TicketSlip,
};
pub use upload::{LARGEST, Upload, check_photo, check_site_photo, check_upload};

/// Why a sheet cannot become paper. Nothing is ever printed in part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// A name or address holds a character that would print as an empty box.
    #[error("no glyph for {character:?} (U+{:04X})", u32::from(*character))]
    MissingCharacter {
        /// The first character without a glyph.
        character: char,
        /// The printed line it stands in; personal, so it is not part of the message.
        text: String,
    },
    /// The photograph cannot be embedded as it is.
    #[error("the photograph cannot be printed: {0}")]
    Photo(&'static str),
    /// The QR content is longer than a code can hold.
    #[error("a QR code cannot hold {0} characters")]
    QrTooLong(usize),
    /// A font face cannot be read or reduced.
    #[error("the font cannot be used: {0}")]
    Font(String),
    /// The PDF writer refused the page.
    #[error("the PDF cannot be written: {0}")]
    Writer(String),
}
