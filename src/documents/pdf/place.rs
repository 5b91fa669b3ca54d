//! The place of the seal: an invisible signature field whose value is filled in after the file is written.

use std::ops::Range;

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary, text_string};

use super::About;
use super::finish::{catalog, pdf_date};
use crate::documents::PaperError;

/// Stands in the byte range until the offsets are known.
const UNKNOWN: i64 = 9_999_999_999;
const UNKNOWN_RANGE: &[u8] = b"[0 9999999999 9999999999 9999999999]";
/// Printed and locked (ISO 32000-1, table 165).
const FLAGS: i64 = 4 + 128;

/// Adds the field with room for a seal of `room` bytes.
///
/// # Errors
/// [`PaperError::Writer`] when the graph has no page.
pub fn add(graph: &mut Document, about: &About, room: usize) -> Result<(), PaperError> {
    let page = graph.get_pages().into_values().next();
    let page = page.ok_or_else(|| PaperError::Writer("no page".to_owned()))?;
    let seal = graph.add_object(empty_seal(room, about.author, pdf_date(about)));
    let nothing = || vec![0.into(), 0.into(), 0.into(), 0.into()];
    let blank =
        dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => nothing(), "Resources" => dictionary! {} };
    let blank = graph.add_object(Stream::new(blank, Vec::new()));
    let field = graph.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text_string("seal"),
        "F" => FLAGS,
        "Rect" => nothing(),
        "AP" => dictionary! { "N" => blank },
        "P" => page,
        "V" => seal,
    });
    let page = graph.get_dictionary_mut(page).map_err(|error| PaperError::Writer(error.to_string()))?;
    page.set("Annots", vec![Object::Reference(field)]);
    catalog(graph)?.set("AcroForm", dictionary! { "Fields" => vec![Object::Reference(field)], "SigFlags" => 3 });
    Ok(())
}

/// A signature without its value: room for `room` bytes, who signs and when.
pub fn empty_seal(room: usize, name: &str, date: Object) -> Dictionary {
    dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "ByteRange" => vec![0.into(), UNKNOWN.into(), UNKNOWN.into(), UNKNOWN.into()],
        "Contents" => Object::String(vec![0; room], StringFormat::Hexadecimal),
        "Name" => text_string(name),
        "M" => date,
    }
}

/// Writes the offsets into the byte range of a finished file: everything but the seal itself is under it.
///
/// # Errors
/// [`PaperError::Writer`] when the file has no place for a seal of that room.
pub fn set_range(pdf: &mut [u8], room: usize) -> Result<(), PaperError> {
    let gap = find_gap(pdf, room).ok_or_else(|| PaperError::Writer("no place for the seal".to_owned()))?;
    let at = position(pdf, UNKNOWN_RANGE).ok_or_else(|| PaperError::Writer("no byte range".to_owned()))?;
    let range = format!("[0 {} {} {}", gap.start, gap.end, pdf.len() - gap.end);
    let range = format!("{range:<width$}]", width = UNKNOWN_RANGE.len() - 1);
    pdf[at..at + UNKNOWN_RANGE.len()].copy_from_slice(range.as_bytes());
    Ok(())
}

/// The empty seal: from its `<` to behind its `>`.
fn find_gap(pdf: &[u8], room: usize) -> Option<Range<usize>> {
    let empty = [b"/Contents<", "0".repeat(2 * room).as_bytes(), b">"].concat();
    let start = position(pdf, &empty)? + b"/Contents".len();
    Some(start..start + 2 * room + 2)
}

fn position(pdf: &[u8], needle: &[u8]) -> Option<usize> {
    pdf.windows(needle.len()).position(|window| window == needle)
}
