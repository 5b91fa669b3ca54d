//! Writes a display list as PDF: the same pages and date always give the same bytes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use lopdf::Document;
use printpdf::{
    DictItem, ExternalStream, ExternalXObject, Mm, PdfDocument, PdfPage, PdfSaveOptions, Px, XObject, XObjectId,
};

use super::display::{Drawing, Item, MM, Mark, Page, Placed};
use super::fonts::Faces;
use super::structure::Tree;
use super::{PaperError, embed, jpeg};
use crate::config::PermitProfile;

mod archive;
mod attach;
mod finish;
mod icc;
mod ops;
mod place;
mod shrink;
mod tags;

pub use attach::Attachment;
pub(super) use place::{empty_seal, set_range};

/// The archive profile a file keeps (ISO 19005).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// PDF/A-2u: what the office issues.
    A2u,
    /// PDF/A-3u: the same pages, and the words of a permit as JSON attached to them.
    A3u,
    /// PDF/A-1b: the same pages in the older profile, for which a free validator exists.
    A1b,
}

/// How a sheet is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    /// The date in the file; nothing in it tells another time.
    pub made_at: DateTime<Utc>,
    /// The archive profile.
    pub profile: Profile,
    /// Bytes kept free for a seal; none = paper that is never sealed.
    pub room: Option<usize>,
}

impl From<PermitProfile> for Profile {
    fn from(set: PermitProfile) -> Profile {
        match set {
            PermitProfile::A2u => Profile::A2u,
            PermitProfile::A3u => Profile::A3u,
        }
    }
}

impl From<DateTime<Utc>> for Print {
    fn from(made_at: DateTime<Utc>) -> Print {
        Print { made_at, profile: Profile::A2u, room: None }
    }
}

/// What the file says about itself; never personal data.
#[derive(Debug, Clone)]
pub struct About<'a> {
    pub title: String,
    pub author: &'a str,
    pub document_id: &'a str,
    pub print: Print,
}

/// What belongs to which part: for each page the node of each marked content, in order.
struct Tagged<'a> {
    tree: &'a Tree,
    pages: Vec<Vec<usize>>,
}

/// Writes the pages.
///
/// # Errors
/// [`PaperError`] when a character has no glyph, a photograph cannot be embedded, or the
/// writer has any objection; a warning counts as one.
pub fn write(faces: &Faces, drawing: &Drawing, about: &About) -> Result<Vec<u8>, PaperError> {
    write_with(faces, drawing, about, None)
}

/// Writes the pages, and attaches the data they were made from.
///
/// # Errors
/// As for [`write`].
pub fn write_with(
    faces: &Faces,
    drawing: &Drawing,
    about: &About,
    data: Option<&Attachment>,
) -> Result<Vec<u8>, PaperError> {
    let pages = &drawing.pages;
    if let Some((character, text)) = faces.missing(pages).first() {
        return Err(PaperError::MissingCharacter { character: *character, text: (*text).to_owned() });
    }
    let mut document = PdfDocument::new("");
    document.resources.fonts.map = embed::reduced_faces(faces, pages)?;
    document.resources.xobjects.map = photographs(pages)?;
    let mut tagged = Tagged { tree: &drawing.tree, pages: Vec::new() };
    for (number, drawn) in pages.iter().enumerate() {
        let (page, nodes) = page(number, drawn);
        document.pages.push(page);
        tagged.pages.push(nodes);
    }
    let mut warnings = Vec::new();
    let mut graph = printpdf::to_lopdf_doc(&document, &PdfSaveOptions::default(), &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(PaperError::Writer(warning.msg.clone()));
    }
    if let Some(data) = data {
        attach::add(&mut graph, about, data)?;
    }
    finish::finish(&mut graph, &tagged, about)?;
    save(graph, about.print.room)
}

/// The operations of a page, and the node of each marked content. Neighbours of one mark share one marked content.
fn page(number: usize, page: &Page) -> (PdfPage, Vec<usize>) {
    let (mut all, mut nodes, mut at) = (Vec::new(), Vec::new(), 0);
    for stretch in page.items.chunk_by(|a, b| a.mark == b.mark) {
        let mut drawn = Vec::new();
        for Placed { item, .. } in stretch {
            drawn.extend(ops::draw(page, item, || photo_id(number, at)));
            at += 1;
        }
        match stretch.first().map(|placed| placed.mark) {
            Some(Mark::Node(node)) => {
                all.extend(ops::content(drawn, nodes.len()));
                nodes.push(node);
            }
            Some(Mark::Artifact) | None => all.extend(ops::artifact(drawn)),
        }
    }
    (PdfPage::new(Mm(page.width / MM), Mm(page.height / MM), all), nodes)
}

/// Name of the photograph that is item `at` of a page.
fn photo_id(page: usize, at: usize) -> XObjectId {
    XObjectId(format!("Im{page}x{at}"))
}

fn photographs(pages: &[Page]) -> Result<BTreeMap<XObjectId, XObject>, PaperError> {
    let mut photographs = BTreeMap::new();
    for (number, page) in pages.iter().enumerate() {
        for (at, item) in page.items.iter().enumerate() {
            if let Item::Jpeg { bytes, .. } = &item.item {
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

fn save(mut graph: Document, room: Option<usize>) -> Result<Vec<u8>, PaperError> {
    shrink::compress(&mut graph);
    let mut bytes = Vec::new();
    graph.save_to(&mut bytes).map_err(|error| PaperError::Writer(error.to_string()))?;
    if let Some(room) = room {
        place::set_range(&mut bytes, room)?;
    }
    Ok(bytes)
}
