//! Writes a display list as PDF: the same pages and date always give the same bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lopdf::Document;
use printpdf::{
    DictItem, ExternalStream, ExternalXObject, Mm, PdfDocument, PdfPage, PdfSaveOptions, Px, XObject, XObjectId,
};

use super::display::{Item, MM, Page};
use super::fonts::Faces;
use super::{PaperError, embed, jpeg};

mod finish;
mod ops;

/// What the file says about itself; never personal data beyond the holder's name.
#[derive(Debug, Clone)]
pub struct About<'a> {
    pub title: String,
    pub author: &'a str,
    pub document_id: &'a str,
    pub made_at: DateTime<Utc>,
}

/// Writes the pages.
///
/// # Errors
/// [`PaperError`] when a character has no glyph, a photograph cannot be embedded, or the
/// writer has any objection; a warning counts as one.
pub fn write(faces: &Faces, pages: &[Page], about: &About) -> Result<Vec<u8>, PaperError> {
    if let Some((character, text)) = faces.missing(pages).first() {
        return Err(PaperError::MissingCharacter { character: *character, text: (*text).to_owned() });
    }
    let mut document = PdfDocument::new("");
    document.resources.fonts.map = embed::reduced_faces(faces, pages)?;
    document.resources.xobjects.map = photographs(pages)?;
    document.pages = pages.iter().enumerate().map(page).collect();
    let mut warnings = Vec::new();
    let mut graph = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(PaperError::Writer(warning.msg.clone()));
    }
    finish::finish(&mut graph, about)?;
    save(graph)
}

fn page((number, page): (usize, &Page)) -> PdfPage {
    let drawn = page.items.iter().enumerate();
    let ops = drawn.flat_map(|(at, item)| ops::draw(page, item, || photo_id(number, at)));
    PdfPage::new(Mm(page.width / MM), Mm(page.height / MM), ops.collect())
}

/// Name of the photograph that is item `at` of a page.
fn photo_id(page: usize, at: usize) -> XObjectId {
    XObjectId(format!("Im{page}x{at}"))
}

fn photographs(pages: &[Page]) -> Result<BTreeMap<XObjectId, XObject>, PaperError> {
    let mut photographs = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        for (at, item) in page.items.iter().enumerate() {
            if let Item::Jpeg { bytes, .. } = item {
                photographs.insert(photo_id(number, at), photograph(bytes)?);
            }
        }
    }
    Ok(photographs)
}

/// A JPEG passes through as it is: PDF readers decode it themselves.
fn photograph(bytes: &[u8]) -> Result<XObject, PaperError> {
    let photo = jpeg::measure(bytes)?;
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let colours = if photo.parts == 1 { "DeviceGray" } else { "DeviceRGB" };
    let dict = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", DictItem::Int(photo.width.into())),
        ("Height", DictItem::Int(photo.height.into())),
        ("ColorSpace", name(colours)),
        ("BitsPerComponent", DictItem::Int(8)),
        ("Filter", name("DCTDecode")),
    ];
    let dict = dict.map(|(key, value)| (key.to_owned(), value)).into();
    Ok(XObject::External(ExternalXObject {
        stream: ExternalStream { dict, content: bytes.to_vec(), compress: false },
        width: Some(Px(photo.width.into())),
        height: Some(Px(photo.height.into())),
        dpi: None,
    }))
}

fn save(mut graph: Document) -> Result<Vec<u8>, PaperError> {
    graph.compress();
    let mut bytes = Vec::new();
    graph.save_to(&mut bytes).map_err(|error| PaperError::Writer(error.to_string()))?;
    Ok(bytes)
}
