//! What is printed: plain input of the layout, frozen as JSON before a permit is signed.
//!
//! Every text comes from the caller, labels included; this module knows no language.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The two shapes of a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetStyle {
    /// A certificate: the holder's name stands in the middle (practice permits).
    Certificate,
    /// A decree with considerations and dictum (Permendagri 1/2023).
    Decree,
}

/// Sheet size of a permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paper {
    /// 210 × 297 mm, usual for electronically signed files.
    A4,
    /// 215 × 330 mm (folio), usual on the counter's printers.
    F4,
}

/// The head of the sheet: government, agency, address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letterhead {
    /// First line, for example the regency.
    pub government: String,
    /// Name of the agency, printed bold, one entry per line.
    pub agency_lines: Vec<String>,
    /// Address, telephone and mail in small type.
    pub address: String,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerBlock {
    /// Line above the position when the signer acts for another.
    pub acting: Option<String>,
    /// Position, for example the head of the agency.
    pub position: String,
    /// Name with titles.
    pub name: String,
    /// Rank (*pangkat*).
    pub rank: String,
    /// Civil servant number, 18 digits in groups.
    pub nip: String,
}

/// The fixed words of a permit, in the language of the paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitLabels {
    /// Before the permit number.
    pub number: String,
    /// Beside the considerations of a decree.
    pub considering: String,
    /// Beside the legal basis.
    pub basis: String,
    /// Between considerations and dictum of a decree.
    pub decided: String,
    /// Above the holder's name of a certificate, beside it in a decree.
    pub granted_to: String,
    /// Label of the validity row.
    pub validity: String,
    /// Before the place of issue.
    pub made_in: String,
    /// Before the date of issue.
    pub dated: String,
    /// Says that the signature is electronic.
    pub signed: String,
    /// Before the civil servant number.
    pub nip: String,
    /// Above the list of copies.
    pub copies: String,
    /// Under the QR code.
    pub scan: String,
    /// What the photograph shows, for people who listen; without the holder's name.
    pub photo: String,
    /// Before the address of the check page, in the footer.
    pub verify: String,
    /// Before the document id, in the footer.
    pub document_id: String,
    /// Page count with `{page}` and `{pages}`.
    pub page: String,
}

/// What stands behind a decree on pages of its own (*lampiran*).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appendix {
    /// Names the decree, line by line.
    pub head: Vec<String>,
    /// What it lists.
    pub title: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
}

/// A permit, complete: the same sheet and date always give the same bytes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitSheet {
    /// Certificate or decree.
    pub style: SheetStyle,
    /// Sheet size.
    pub paper: Paper,
    /// Fixed words.
    pub labels: PermitLabels,
    /// Head of the first page.
    pub letterhead: Letterhead,
    /// Title, one entry per line; the last is underlined.
    pub title: Vec<String>,
    /// Permit number as registered.
    pub number: String,
    /// Legal basis, one rule per entry.
    pub basis: Vec<String>,
    /// Considerations of a decree.
    pub considering: Vec<String>,
    /// Dictum of a decree, duties of a certificate: label and sentence.
    pub dictum: Vec<(String, String)>,
    /// Holder with titles.
    pub holder_name: String,
    /// Field table without the holder's name and the validity, which are added: label and
    /// value. The only place where a NIK stands in full.
    pub rows: Vec<(String, String)>,
    /// The annex of a decree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appendix: Option<Appendix>,
    /// Passport photograph, 3 × 4, JPEG.
    #[serde(default, with = "base64_bytes")]
    pub photo_jpeg: Option<Vec<u8>>,
    /// Validity as printed.
    pub validity: String,
    /// Place of issue.
    pub place: String,
    /// Date of issue as printed.
    pub dated: String,
    /// Signer.
    pub signer: SignerBlock,
    /// Who receives a copy (*Tembusan*).
    pub copies: Vec<String>,
    /// Content of the QR code.
    pub qr_payload: String,
    /// Address of the check page as printed.
    pub verify_url: String,
    /// Identifier of the document.
    pub document_id: String,
    /// Notes about the electronic signature.
    pub footer: Vec<String>,
    /// Printed pale across each page of a document that is not real.
    pub mark: Option<String>,
}

/// The receipt of a complete application (*tanda terima*), A5.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptSheet {
    /// Head of the page.
    pub letterhead: Letterhead,
    /// Title.
    pub title: String,
    /// Label and tracking code.
    pub code: (String, String),
    /// Label and due date.
    pub due: (String, String),
    /// Fields: label and value.
    pub rows: Vec<(String, String)>,
    /// Head of the checklist.
    pub checklist_title: String,
    /// Requirement and how it was met.
    pub checklist: Vec<(String, String)>,
    /// Place and date above the officer.
    pub place_and_date: String,
    /// Label and name of the receiving officer.
    pub officer: (String, String),
    /// Under the QR code.
    pub scan: String,
    /// Content of the QR code.
    pub qr_payload: String,
    /// Small print.
    pub note: Vec<String>,
    /// Identifier of the document.
    pub document_id: String,
    /// Printed pale across a receipt that is not real.
    pub mark: Option<String>,
}

/// A letter to an applicant, A4.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterSheet {
    /// Head of the first page.
    pub letterhead: Letterhead,
    /// At the right.
    pub place_and_date: String,
    /// Label and value (*Nomor, Lampiran, Hal*); the value that is the subject is printed bold.
    pub head_lines: Vec<(String, String)>,
    /// What it is about.
    pub subject: String,
    /// To whom, line by line.
    pub addressee: Vec<String>,
    /// Paragraphs before the list.
    pub opening: Vec<String>,
    /// The numbered list.
    pub items: Vec<String>,
    /// Paragraphs after it.
    pub closing: Vec<String>,
    /// A second numbered list: what the reader may do.
    pub ways: Vec<String>,
    /// The last paragraphs.
    pub farewell: Vec<String>,
    /// Who signs.
    pub signer: SignerBlock,
    /// Under the QR code.
    pub scan: String,
    /// Content of the QR code, when there is one.
    pub qr_payload: Option<String>,
    /// Page count with `{page}` and `{pages}`.
    pub page: String,
    /// Identifier of the document, printed at the foot.
    pub document_id: String,
    /// Printed pale across each page of a letter that is not real.
    pub mark: Option<String>,
}

/// A report as a table, A4: upright, or lying when it is wide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSheet {
    /// Head of the first page.
    pub letterhead: Letterhead,
    /// What the table shows.
    pub title: String,
    /// Sites and days, in words.
    pub scope: String,
    /// Heads of the columns, first that of the words.
    pub heads: Vec<String>,
    /// Words and figures as printed, as many as heads.
    pub rows: Vec<Vec<String>>,
    /// All rows together.
    pub totals: Vec<String>,
    /// When it was made, in words.
    pub made: String,
    /// Page count with `{page}` and `{pages}`.
    pub page: String,
    /// Identifier of the document.
    pub document_id: String,
    /// Printed pale across each page of a report about what is not real.
    pub mark: Option<String>,
}

/// The register book of one permit type and year, A4.
#[derive(Clone, Debug)]
pub struct BookSheet {
    /// Head of the first page.
    pub letterhead: Letterhead,
    /// Type and year.
    pub title: String,
    /// A number and what stands beside it; the first row names the columns.
    pub rows: Vec<(String, String)>,
    /// Small print.
    pub note: Vec<String>,
    /// Identifier of the document.
    pub document_id: String,
    /// Printed pale across a book that is not real.
    pub mark: Option<String>,
}

/// The queue slip for an 80 mm printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketSlip {
    /// Name of the site.
    pub site_name: String,
    /// Above the number.
    pub heading: String,
    /// Queue number, for example A-001.
    pub number: String,
    /// Services of the visit.
    pub services: Vec<String>,
    /// When the number was taken, as printed.
    pub taken_at: String,
    /// How many people are ahead, as a sentence.
    pub people_ahead: String,
    /// Estimate of the wait, as a sentence.
    pub estimate: String,
    /// Under the QR code.
    pub scan: String,
    /// Content of the QR code.
    pub qr_payload: String,
    /// Small print.
    pub note: Vec<String>,
    /// Identifier of the document.
    pub document_id: String,
    /// Printed on a slip that is not real.
    pub mark: Option<String>,
}

// A population number must not reach a log through a derived `Debug`.
impl fmt::Debug for PermitSheet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("PermitSheet")
            .field("number", &self.number)
            .field("document_id", &self.document_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LetterSheet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("LetterSheet").field("document_id", &self.document_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for ReceiptSheet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("ReceiptSheet").field("document_id", &self.document_id).finish_non_exhaustive()
    }
}

mod base64_bytes {
    use data_encoding::BASE64;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        bytes.as_ref().map(|bytes| BASE64.encode(bytes)).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| BASE64.decode(text.as_bytes()).map_err(D::Error::custom)).transpose()
    }
}
