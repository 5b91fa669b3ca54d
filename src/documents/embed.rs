//! Reduces the font faces of a document to the characters it uses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use printpdf::{FontId, ParsedFont, PdfFont};
use subsetter::GlyphRemapper;

use super::PaperError;
use super::display::{Page, runs};
use super::fonts::{Face, Faces};

/// Characters every face holds: so the faces of nearly all papers are the same, and made once.
const ALWAYS: std::ops::RangeInclusive<char> = ' '..='~';
/// Reduced faces that are remembered; further ones begin anew.
const REMEMBERED: usize = 64;

/// A face and its characters, to its reduced file.
type Reduced = HashMap<(Face, Vec<char>), Arc<[u8]>>;

static REDUCED: Mutex<Option<Reduced>> = Mutex::new(None);

/// The file of a reduced face; the same characters always give the same bytes.
fn subset(
    whole: &[u8],
    (face, characters): (Face, &BTreeSet<char>),
    renumbered: &GlyphRemapper,
) -> Result<Arc<[u8]>, PaperError> {
    let name = (face, characters.iter().copied().collect());
    let known = REDUCED.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|all| all.get(&name).cloned());
    if let Some(known) = known {
        return Ok(known);
    }
    let bytes = subsetter::subset(whole, 0, renumbered).map_err(|error| PaperError::Font(error.to_string()))?;
    let bytes: Arc<[u8]> = bytes.into();
    let mut all = REDUCED.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    if all.len() >= REMEMBERED {
        all.clear();
    }
    all.insert(name, Arc::clone(&bytes));
    Ok(bytes)
}

/// Resource name of a face; fixed, so that equal sheets give equal bytes.
pub fn font_id(face: Face) -> FontId {
    FontId(
        match face {
            Face::Regular => "F0",
            Face::Bold => "F1",
            Face::Italic => "F2",
        }
        .to_owned(),
    )
}

/// Builds the reduced faces of a document.
///
/// # Errors
/// [`PaperError::Font`] when a face cannot be reduced.
pub fn reduced_faces(faces: &Faces, pages: &[Page]) -> Result<BTreeMap<FontId, PdfFont>, PaperError> {
    let mut used: BTreeMap<Face, BTreeSet<char>> = BTreeMap::new();
    for run in runs(pages) {
        used.entry(run.face).or_default().extend(run.text.chars());
    }
    used.into_iter()
        .map(|(face, mut characters)| {
            characters.extend(ALWAYS);
            let font = reduce(faces, face, &characters)?;
            Ok((font_id(face), PdfFont::new(font)))
        })
        .collect()
}

fn reduce(faces: &Faces, face: Face, characters: &BTreeSet<char>) -> Result<ParsedFont, PaperError> {
    let metrics = faces.metrics(face);
    let mut renumbered = GlyphRemapper::new();
    let mut codes = BTreeMap::new();
    let mut widths = BTreeMap::new();
    for character in characters {
        if let Some(glyph) = metrics.find_glyph(*character) {
            let id = renumbered.remap(glyph.id);
            codes.insert(u32::from(*character), id);
            widths.insert(id, glyph.advance);
        }
    }
    let bytes = subset(metrics.bytes, (face, characters), &renumbered)?.to_vec();
    let mut font = ParsedFont::with_glyph_data(
        bytes,
        0,
        Some(base_name(face).to_owned()),
        codes,
        widths,
        metrics.units_per_em,
        metrics.vertical.clone(),
    );
    font.pdf_font_metrics = metrics.shape.clone();
    Ok(font)
}

/// Font name with the subset tag of ISO 32000-1, 9.6.4.
fn base_name(face: Face) -> &'static str {
    match face {
        Face::Regular => "LOKETA+NotoSans-Regular",
        Face::Bold => "LOKETB+NotoSans-Bold",
        Face::Italic => "LOKETC+NotoSans-Italic",
    }
}
