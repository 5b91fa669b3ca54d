//! A QR code as filled rectangles.

use qrcode::{Color, EcLevel, QrCode};

use super::PaperError;
use super::display::{BLACK, Frame, Item, WHITE};

/// White border around a code, in modules (ISO/IEC 18004).
const QUIET: f32 = 4.0;

/// Draws a code of error correction level M with `side` points from edge to edge of the
/// black, upper left corner at (x, y), on a white ground that covers the quiet zone.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the content does not fit the largest code.
pub fn draw(payload: &str, x: f32, y: f32, side: f32) -> Result<[Item; 2], PaperError> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M)
        .map_err(|_| PaperError::QrTooLong(payload.chars().count()))?;
    let modules = code.width();
    let module = side / modules as f32;
    let colours = code.into_colors();
    let rows = colours.chunks(modules).enumerate();
    let frames = rows.flat_map(|(row, colours)| {
        dark_stretches(colours).map(move |(from, until)| Frame {
            x: x + from as f32 * module,
            y: y + row as f32 * module,
            width: (until - from) as f32 * module,
            height: module,
        })
    });
    let frames = frames.collect();
    let quiet = QUIET * module;
    let ground = Frame { x: x - quiet, y: y - quiet, width: side + 2.0 * quiet, height: side + 2.0 * quiet };
    Ok([Item::Rects { frames: vec![ground], colour: WHITE }, Item::Rects { frames, colour: BLACK }])
}

/// A code as a PNG picture of three pixels a module, with the quiet zone.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the content does not fit the largest code.
pub fn png(payload: &str) -> Result<Vec<u8>, PaperError> {
    const SCALE: u32 = 3;
    let code = QrCode::with_error_correction_level(payload, EcLevel::M)
        .map_err(|_| PaperError::QrTooLong(payload.chars().count()))?;
    let (modules, quiet) = (code.width() as u32, QUIET as u32);
    let side = (modules + 2 * quiet) * SCALE;
    let picture = image::GrayImage::from_fn(side, side, |x, y| {
        let at = |pixel: u32| (pixel / SCALE).checked_sub(quiet).filter(|at| *at < modules);
        let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code[(x as usize, y as usize)] == Color::Dark);
        image::Luma([if dark { 0 } else { 255 }])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, image::ImageFormat::Png);
    written.map_err(|error| PaperError::Writer(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// A code as one SVG path, for a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPath {
    /// Modules from edge to edge, with the quiet zone: the view box.
    pub side: usize,
    /// The dark modules, as the `d` of a path in units of one module.
    pub path: String,
}

/// Draws a code of error correction level M for a page.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the content does not fit the largest code.
pub fn path(payload: &str) -> Result<QrPath, PaperError> {
    let code = QrCode::with_error_correction_level(payload, EcLevel::M)
        .map_err(|_| PaperError::QrTooLong(payload.chars().count()))?;
    let (modules, quiet) = (code.width(), QUIET as usize);
    let colours = code.into_colors();
    let rows = colours.chunks(modules).enumerate();
    let bars = rows.flat_map(|(row, colours)| {
        dark_stretches(colours).map(move |(from, until)| {
            let (x, y, width) = (from + quiet, row + quiet, until - from);
            format!("M{x} {y}h{width}v1h-{width}z")
        })
    });
    Ok(QrPath { side: modules + 2 * quiet, path: bars.collect() })
}

/// Neighbouring dark modules of one row as `(from, until)`.
fn dark_stretches(row: &[Color]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + row[at..].iter().position(|colour| *colour == Color::Dark)?;
        let length = row[from..].iter().take_while(|colour| **colour == Color::Dark);
        at = from + length.count();
        Some((from, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_neighbours_are_drawn_as_one_stretch() {
        use Color::{Dark, Light};
        let row = [Dark, Dark, Light, Light, Dark];
        assert_eq!(dark_stretches(&row).collect::<Vec<_>>(), [(0, 2), (4, 5)]);
        assert_eq!(dark_stretches(&[Light, Light]).count(), 0);
    }

    #[test]
    fn a_content_beyond_the_largest_code_is_refused() {
        let payload = "A".repeat(5000);
        assert_eq!(draw(&payload, 0.0, 0.0, 80.0), Err(PaperError::QrTooLong(5000)));
    }
}
