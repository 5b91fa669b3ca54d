//! Photograph and QR code at the left, the signer at the right; never torn apart.

use super::flow::{Column, Flow, Set};
use crate::documents::display::{Frame, GREY, HAIR, Item, MM};
use crate::documents::fonts::Face;
use crate::documents::sheet::PermitSheet;
use crate::documents::text::Letter;
use crate::documents::{PaperError, jpeg, qr};

const PHOTO_WIDTH: f32 = 30.0 * MM;
const PHOTO_HEIGHT: f32 = 40.0 * MM;
const QR_SIDE: f32 = 30.0 * MM;
/// Four modules of a version 8 code, rounded up.
const QUIET: f32 = 3.0 * MM;
const SIGNER_WIDTH: f32 = 76.0 * MM;
const SCAN: Letter = Letter::new(Face::Regular, 7.2).coloured(GREY);

/// Draws the block at the present height, or on a new page when it does not fit.
///
/// # Errors
/// [`PaperError`] when the photograph or the QR content cannot be printed.
pub fn draw(flow: &mut Flow, sheet: &PermitSheet) -> Result<(), PaperError> {
    let area = flow.area;
    let signer = Column { x: area.right - SIGNER_WIDTH, width: SIGNER_WIDTH };
    let lines = signer_lines(sheet);
    let signer_height: f32 = lines.iter().map(|line| line.height(flow, signer)).sum();
    let code = Column { x: area.left, width: QR_SIDE + 2.0 * QUIET };
    let scan_height = flow.height_of(&sheet.labels.scan, code, SCAN);
    let height = signer_height.max(PHOTO_HEIGHT).max(code.width + scan_height);
    flow.keep(height);

    let top = flow.y;
    let x = draw_photo(flow, sheet)?;
    let alt = format!("{} {}", sheet.labels.scan, sheet.verify_url);
    flow.figure(&alt, qr::draw(&sheet.qr_payload, x + QUIET, top + QUIET, QR_SIDE)?);
    flow.y = top + code.width;
    flow.block(&sheet.labels.scan, Column { x, ..code }, SCAN, Set::Centred);
    flow.y = top;
    for line in &lines {
        line.draw(flow, signer);
    }
    flow.y = top + height;
    Ok(())
}

/// Draws the signer without photograph and code, whole.
pub fn signer_alone(flow: &mut Flow, sheet: &PermitSheet) {
    let signer = Column { x: flow.area.right - SIGNER_WIDTH, width: SIGNER_WIDTH };
    let lines = signer_lines(sheet);
    flow.keep(lines.iter().map(|line| line.height(flow, signer)).sum());
    for line in &lines {
        line.draw(flow, signer);
    }
}

/// Draws the photograph, if there is one, and returns where the code may start.
fn draw_photo(flow: &mut Flow, sheet: &PermitSheet) -> Result<f32, PaperError> {
    let left = flow.area.left;
    let Some(bytes) = &sheet.photo_jpeg else {
        return Ok(left - QUIET);
    };
    let photo = jpeg::measure(bytes)?;
    let (width, height) = (f32::from(photo.width), f32::from(photo.height));
    let scale = (PHOTO_WIDTH / width).min(PHOTO_HEIGHT / height);
    let frame = Frame {
        x: left + (PHOTO_WIDTH - width * scale) / 2.0,
        y: flow.y + (PHOTO_HEIGHT - height * scale) / 2.0,
        width: width * scale,
        height: height * scale,
    };
    let edge = Frame { x: frame.x - 0.5, y: frame.y - 0.5, width: frame.width + 1.0, height: frame.height + 1.0 };
    flow.put([Item::Rects { frames: vec![edge], colour: HAIR }]);
    flow.figure(&sheet.labels.photo, [Item::Jpeg { frame, bytes: bytes.clone() }]);
    Ok(left + PHOTO_WIDTH + 2.0 * MM)
}

/// One paragraph of the signer's column and the gap above it.
struct SignerLine {
    text: String,
    letter: Letter,
    gap: f32,
}

impl SignerLine {
    fn height(&self, flow: &Flow, column: Column) -> f32 {
        self.gap + flow.height_of(&self.text, column, self.letter)
    }

    fn draw(&self, flow: &mut Flow, column: Column) {
        flow.skip(self.gap);
        flow.block(&self.text, column, self.letter, Set::Left);
    }
}

fn signer_lines(sheet: &PermitSheet) -> Vec<SignerLine> {
    let (labels, signer) = (&sheet.labels, &sheet.signer);
    let plain = Letter::new(Face::Regular, 9.5);
    let bold = Letter::new(Face::Bold, 9.5);
    let italic = Letter::new(Face::Italic, 8.2).coloured(GREY);
    let line = |gap: f32, text: String, letter: Letter| SignerLine { text, letter, gap };
    let acting = signer.acting.clone();
    [
        Some(line(0.0, format!("{} {}", labels.made_in, sheet.place), plain)),
        Some(line(0.0, format!("{} {}", labels.dated, sheet.dated), plain)),
        Some(line(1.5 * MM, labels.signed.clone(), italic)),
        acting.map(|acting| line(0.5 * MM, acting, bold)),
        Some(line(0.5 * MM, signer.position.clone(), bold)),
        Some(line(8.0 * MM, signer.name.clone(), bold)),
        Some(line(0.0, signer.rank.clone(), plain)),
        Some(line(0.0, format!("{} {}", labels.nip, signer.nip), plain)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
