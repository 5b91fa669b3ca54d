//! Noto Sans, read once: which characters it has and how wide they are.

use std::collections::HashMap;
use std::sync::OnceLock;

use printpdf::{FontMetrics, ParsedFont, PdfFontMetricsStub};

use super::PaperError;
use super::display::{Page, runs};

/// The faces a document may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Face {
    Regular,
    Bold,
    Italic,
}

impl Face {
    pub const ALL: [Face; 3] = [Face::Regular, Face::Bold, Face::Italic];

    fn bytes(self) -> &'static [u8] {
        match self {
            Face::Regular => notosans::REGULAR_TTF,
            Face::Bold => notosans::BOLD_TTF,
            Face::Italic => notosans::ITALIC_TTF,
        }
    }
}

/// A character's place in the font and its advance in font units.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    pub id: u16,
    pub advance: u16,
}

/// One readable face.
#[derive(Debug)]
pub struct Metrics {
    pub bytes: &'static [u8],
    pub units_per_em: u16,
    pub vertical: FontMetrics,
    /// Bounding box, slant and weight for the font descriptor.
    pub shape: PdfFontMetricsStub,
    glyphs: HashMap<char, Glyph>,
}

impl Metrics {
    fn open(bytes: &'static [u8]) -> Result<Metrics, PaperError> {
        let mut warnings = Vec::new();
        let font =
            ParsedFont::from_bytes(bytes, 0, &mut warnings).ok_or_else(|| PaperError::Font(format!("{warnings:?}")))?;
        let glyphs = font.codepoint_to_glyph.iter().filter_map(|(&code, &id)| {
            let advance = font.get_glyph_width(id)?;
            Some((char::from_u32(code)?, Glyph { id, advance }))
        });
        Ok(Metrics {
            bytes,
            units_per_em: font.units_per_em,
            glyphs: glyphs.collect(),
            vertical: font.font_metrics,
            shape: font.pdf_font_metrics,
        })
    }

    /// The glyph of a character, if the face has one.
    pub fn find_glyph(&self, character: char) -> Option<Glyph> {
        self.glyphs.get(&character).copied().filter(|glyph| glyph.id != 0)
    }
}

/// All faces of the document font.
#[derive(Debug)]
pub struct Faces([Metrics; 3]);

impl Faces {
    /// The faces that come with the program.
    ///
    /// # Errors
    /// [`PaperError::Font`] when a face cannot be read.
    pub fn bundled() -> Result<&'static Faces, PaperError> {
        static FACES: OnceLock<Result<Faces, PaperError>> = OnceLock::new();
        FACES
            .get_or_init(|| {
                let [regular, bold, italic] = Face::ALL.map(|face| Metrics::open(face.bytes()));
                Ok(Faces([regular?, bold?, italic?]))
            })
            .as_ref()
            .map_err(Clone::clone)
    }

    pub fn metrics(&self, face: Face) -> &Metrics {
        let [regular, bold, italic] = &self.0;
        match face {
            Face::Regular => regular,
            Face::Bold => bold,
            Face::Italic => italic,
        }
    }

    /// Width of a text in points; a character without a glyph counts nothing.
    pub fn width(&self, face: Face, size: f32, text: &str) -> f32 {
        let metrics = self.metrics(face);
        let units: u32 = text
            .chars()
            .filter_map(|character| metrics.find_glyph(character))
            .map(|glyph| u32::from(glyph.advance))
            .sum();
        units as f32 * size / f32::from(metrics.units_per_em)
    }

    /// Characters of a document that would print as an empty box, each once, with its line.
    pub fn missing<'p>(&self, pages: &'p [Page]) -> Vec<(char, &'p str)> {
        let mut missing: Vec<(char, &str)> = Vec::new();
        for run in runs(pages) {
            let metrics = self.metrics(run.face);
            for character in run.text.chars() {
                let known = missing.iter().any(|(seen, _)| *seen == character);
                if !known && metrics.find_glyph(character).is_none() {
                    missing.push((character, &run.text));
                }
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_face_covers_the_letters_of_an_indonesian_name() {
        let faces = Faces::bundled().unwrap();
        for face in Face::ALL {
            for character in "AaZz09.,'’-–/():·éÉüñ ".chars() {
                assert!(faces.metrics(face).find_glyph(character).is_some(), "{character:?}");
            }
        }
    }

    #[test]
    fn bold_text_is_wider_than_regular_text() {
        let faces = Faces::bundled().unwrap();
        let regular = faces.width(Face::Regular, 10.0, "Kabupaten Banyuasin");
        assert!(faces.width(Face::Bold, 10.0, "Kabupaten Banyuasin") > regular);
        assert!(regular > 80.0 && regular < 120.0);
    }

    #[test]
    fn a_chinese_character_has_no_glyph() {
        let faces = Faces::bundled().unwrap();
        assert!(faces.metrics(Face::Regular).find_glyph('\u{4E2D}').is_none());
    }
}
