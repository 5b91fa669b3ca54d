//! What a paper with a title and number (*surat tugas, berita acara*) is printed from.

use std::fmt;

use super::sheet::Letterhead;

/// A paper with a title and number, A4: parts under headings, people who sign, photographs.
#[derive(Clone, PartialEq)]
pub struct RecordSheet {
    /// Head of the first page.
    pub letterhead: Letterhead,
    /// What paper it is; underlined.
    pub title: String,
    /// Under the title, with its label; empty = none.
    pub number: String,
    /// Paragraphs before the parts.
    pub opening: Vec<String>,
    /// The parts in their order.
    pub parts: Vec<RecordPart>,
    /// Paragraphs after them.
    pub closing: Vec<String>,
    /// Above the signatures.
    pub place_and_date: String,
    /// Who signs; one alone at the right, several in two columns.
    pub signers: Vec<RecordSigner>,
    /// Above the photographs.
    pub photos_title: String,
    /// Content of the QR code beside the one who signs alone, and the words under it.
    pub code: Option<(String, String)>,
    /// Photographs, from a new page on.
    pub photos: Vec<RecordPhoto>,
    /// Page count with `{page}` and `{pages}`.
    pub page: String,
    /// Identifier of the document, printed at the foot.
    pub document_id: String,
    /// Printed pale across each page of a paper that is not real.
    pub mark: Option<String>,
}

/// A part of the paper under its heading: a table, paragraphs, a numbered list.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordPart {
    /// Heading.
    pub title: String,
    /// Label and value.
    pub rows: Vec<(String, String)>,
    /// The share of the width that the labels take, from 0 to 1.
    pub label_share: f32,
    /// Paragraphs.
    pub text: Vec<String>,
    /// The numbered list.
    pub list: Vec<String>,
}

impl Default for RecordPart {
    fn default() -> Self {
        RecordPart { title: String::new(), rows: Vec::new(), label_share: 0.30, text: Vec::new(), list: Vec::new() }
    }
}

impl RecordPart {
    /// Whether nothing would stand under the heading.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.text.is_empty() && self.list.is_empty()
    }
}

/// Somebody who signs by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordSigner {
    /// As what, line by line.
    pub above: Vec<String>,
    /// Name with titles.
    pub name: String,
    /// Rank and civil servant number.
    pub below: Vec<String>,
}

/// A photograph with its words.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordPhoto {
    /// JPEG.
    pub jpeg: Vec<u8>,
    /// What it shows; may be empty.
    pub caption: String,
}

impl fmt::Debug for RecordSheet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RecordSheet").field("document_id", &self.document_id).finish_non_exhaustive()
    }
}
