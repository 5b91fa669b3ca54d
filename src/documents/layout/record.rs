//! A paper with a title and number (*surat tugas, berita acara*), A4: parts under headings, people who sign,
//! photographs on pages of their own.

use super::flow::{Area, Column, Flow, Set};
use super::letterhead;
use super::table::{Row, Table};
use crate::documents::display::{Drawing, Frame, GREY, HAIR, Item, MM, Page};
use crate::documents::fonts::{Face, Faces};
use crate::documents::record::{RecordPart, RecordPhoto, RecordSheet, RecordSigner};
use crate::documents::structure::Role;
use crate::documents::text::Letter;
use crate::documents::{PaperError, jpeg, qr};

const TITLE: Letter = Letter::new(Face::Bold, 13.0);
const BODY: Letter = Letter::new(Face::Regular, 10.2);
const STRONG: Letter = Letter::new(Face::Bold, 10.2);
const SMALL: Letter = Letter::new(Face::Regular, 7.6).coloured(GREY);
const CAPTION: Letter = Letter::new(Face::Regular, 8.6);
const GAP: f32 = 3.2 * MM;
const COUNTER: f32 = 7.0 * MM;
/// Between two columns of signatures or photographs.
const GUTTER: f32 = 9.0 * MM;
/// Room for a signature by hand.
const SIGNED: f32 = 18.0 * MM;
/// The side of the QR code, the quiet around it, and room for the words under it.
const CODE: f32 = 26.0 * MM;
const QUIET: f32 = 3.0 * MM;
const CODE_WORDS: f32 = 14.0 * MM;
/// The tallest photograph: three rows stand on a page.
const TALLEST: f32 = 68.0 * MM;

/// Sets the paper.
///
/// # Errors
/// [`PaperError::Photo`] for a photograph that is no JPEG, [`PaperError::QrTooLong`] when the code does not fit.
pub fn draw(faces: &Faces, sheet: &RecordSheet) -> Result<Drawing, PaperError> {
    let (width, height) = (210.0 * MM, 297.0 * MM);
    let area =
        Area { width, height, left: 23.0 * MM, right: width - 20.0 * MM, top: 13.0 * MM, foot: height - 17.0 * MM };
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref()).with_running_head(&sheet.document_id);
    letterhead::draw(&mut flow, &sheet.letterhead, 1.0);
    head(&mut flow, sheet);
    paragraphs(&mut flow, &sheet.opening);
    for part in &sheet.parts {
        draw_part(&mut flow, part);
    }
    paragraphs(&mut flow, &sheet.closing);
    sign_off(&mut flow, sheet)?;
    photographs(&mut flow, sheet)?;
    let mut drawing = flow.finish();
    foot(faces, sheet, area, &mut drawing.pages);
    Ok(drawing)
}

fn head(flow: &mut Flow, sheet: &RecordSheet) {
    let column = flow.area.column();
    flow.tagged(Role::Heading, |flow| flow.block(&sheet.title, column, TITLE, Set::Centred));
    flow.underline(&sheet.title, column, TITLE);
    if !sheet.number.is_empty() {
        flow.skip(0.8 * MM);
        flow.block(&sheet.number, column, BODY, Set::Centred);
    }
    flow.skip(GAP + 1.0 * MM);
}

fn paragraphs(flow: &mut Flow, texts: &[String]) {
    for text in texts {
        flow.keep(2.0 * BODY.leading);
        flow.block(text, flow.area.column(), BODY, Set::Justified);
        flow.skip(GAP);
    }
}

/// A heading stays with what stands under it.
fn draw_part(flow: &mut Flow, part: &RecordPart) {
    let column = flow.area.column();
    flow.keep(4.0 * BODY.leading);
    flow.block(&part.title, column, STRONG, Set::Left);
    flow.skip(1.0 * MM);
    if !part.rows.is_empty() {
        let rows: Vec<Row> = part.rows.iter().map(Row::plain).collect();
        Table { size: 9.4, label_share: part.label_share }.draw(flow, &rows);
        flow.skip(GAP);
    }
    paragraphs(flow, &part.text);
    list(flow, &part.list);
}

fn list(flow: &mut Flow, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let column = flow.area.column();
    flow.tagged(Role::List, |flow| {
        for (at, item) in items.iter().enumerate() {
            flow.keep(2.0 * BODY.leading);
            let counter = format!("{}.", at + 1);
            flow.tagged(Role::Entry, |flow| {
                flow.tagged(Role::Counter, |flow| flow.word(&counter, column, BODY, Set::Left));
                flow.tagged(Role::EntryText, |flow| flow.block(item, column.indented(COUNTER), BODY, Set::Left));
            });
            flow.skip(0.8 * MM);
        }
    });
    flow.skip(GAP - 0.8 * MM);
}

/// Two columns of the text area.
fn halves(area: Area) -> [Column; 2] {
    let width = (area.right - area.left - GUTTER) / 2.0;
    [Column { x: area.left, width }, Column { x: area.left + width + GUTTER, width }]
}

/// Place and date, then the people who sign, two in a row; one alone signs at the right.
fn sign_off(flow: &mut Flow, sheet: &RecordSheet) -> Result<(), PaperError> {
    let [left, right] = halves(flow.area);
    let alone = sheet.code.as_ref().filter(|_| sheet.signers.len() == 1);
    let columns: &[Column] = if sheet.signers.len() == 1 { &[right] } else { &[left, right] };
    for (row, signers) in sheet.signers.chunks(columns.len()).enumerate() {
        let most = |heights: &dyn Fn(&Flow, &RecordSigner, Column) -> f32| {
            let heights = signers.iter().zip(columns).map(|(signer, column)| heights(flow, signer, *column));
            heights.fold(0.0, f32::max)
        };
        let (above, below) = (most(&above_height), most(&below_height));
        let dated = if row == 0 { BODY.leading } else { 0.0 };
        let code = if alone.is_some() { CODE + CODE_WORDS } else { 0.0 };
        flow.keep((dated + above + SIGNED + below).max(code));
        if let Some((payload, words)) = alone {
            let top = flow.y;
            let column = Column { x: flow.area.left, width: CODE + 2.0 * QUIET };
            flow.figure(words, qr::draw(payload, column.x + QUIET, top + QUIET, CODE)?);
            flow.y = top + CODE + 2.0 * QUIET;
            flow.block(words, column, SMALL, Set::Centred);
            flow.y = top;
        }
        if row == 0 {
            flow.block(&sheet.place_and_date, right, BODY, Set::Left);
        }
        let top = flow.y;
        for (signer, column) in signers.iter().zip(columns) {
            flow.y = top;
            signature(flow, signer, (*column, top + above + SIGNED));
        }
        flow.y = (top + above + SIGNED + below + BODY.leading).max(top + code);
    }
    Ok(())
}

fn above_height(flow: &Flow, signer: &RecordSigner, column: Column) -> f32 {
    signer.above.iter().filter(|line| !line.is_empty()).map(|line| flow.height_of(line, column, BODY)).sum()
}

fn below_height(flow: &Flow, signer: &RecordSigner, column: Column) -> f32 {
    let below: f32 = signer.below.iter().map(|line| flow.height_of(line, column, BODY)).sum();
    flow.height_of(&signer.name, column, STRONG) + below
}

/// The names of a row stand at one height.
fn signature(flow: &mut Flow, signer: &RecordSigner, (column, name_at): (Column, f32)) {
    for line in signer.above.iter().filter(|line| !line.is_empty()) {
        flow.block(line, column, BODY, Set::Left);
    }
    flow.y = name_at;
    flow.block(&signer.name, column, STRONG, Set::Left);
    for line in &signer.below {
        flow.block(line, column, BODY, Set::Left);
    }
}

/// Two in a row in their own shape, with their number and words, from a new page on.
fn photographs(flow: &mut Flow, sheet: &RecordSheet) -> Result<(), PaperError> {
    if sheet.photos.is_empty() {
        return Ok(());
    }
    flow.keep(flow.area.foot - flow.area.top);
    flow.block(&sheet.photos_title, flow.area.column(), STRONG, Set::Left);
    flow.skip(2.0 * MM);
    let columns = halves(flow.area);
    for (row, pair) in sheet.photos.chunks(2).enumerate() {
        let caption = |at: usize, photo: &RecordPhoto| {
            let number = 2 * row + at + 1;
            if photo.caption.is_empty() { format!("{number}.") } else { format!("{number}. {}", photo.caption) }
        };
        let captions: Vec<String> = pair.iter().enumerate().map(|(at, photo)| caption(at, photo)).collect();
        let frames = pair.iter().zip(&columns).map(|(photo, column)| frame_of(photo, *column));
        let frames = frames.collect::<Result<Vec<Frame>, PaperError>>()?;
        let tallest = frames.iter().map(|frame| frame.height).fold(0.0, f32::max);
        let words = captions.iter().zip(&columns).map(|(text, column)| flow.height_of(text, *column, CAPTION));
        let height = tallest + 1.2 * MM + words.fold(0.0, f32::max);
        flow.keep(height);
        let top = flow.y;
        for (((photo, frame), text), column) in pair.iter().zip(&frames).zip(&captions).zip(&columns) {
            let frame = Frame { y: top + tallest - frame.height, ..*frame };
            flow.figure(text, [Item::Jpeg { frame, bytes: photo.jpeg.clone() }]);
            flow.y = top + tallest + 1.2 * MM;
            flow.block(text, *column, CAPTION, Set::Left);
        }
        flow.y = top + height;
        flow.skip(1.5 * MM);
        flow.rule(flow.area.column(), 0.3, HAIR);
        flow.skip(2.5 * MM);
    }
    Ok(())
}

/// As large as fits into the column, in its own shape.
fn frame_of(photo: &RecordPhoto, column: Column) -> Result<Frame, PaperError> {
    let size = jpeg::measure(&photo.jpeg)?;
    let (width, height) = (f32::from(size.width), f32::from(size.height));
    let scale = (column.width / width).min(TALLEST / height);
    Ok(Frame { x: column.x, y: 0.0, width: width * scale, height: height * scale })
}

/// Which paper this is and the page count; repeated, so nobody reads it out.
fn foot(faces: &Faces, sheet: &RecordSheet, area: Area, pages: &mut [Page]) {
    let total = pages.len().to_string();
    for (at, page) in pages.iter_mut().enumerate() {
        let below = Area { top: area.foot + 3.0 * MM, foot: area.height, ..area };
        let mut flow = Flow::start(faces, below, None);
        let count = sheet.page.replace("{pages}", &total).replace("{page}", &(at + 1).to_string());
        flow.unread(|flow| {
            flow.rule(below.column(), 0.6, GREY);
            flow.skip(1.0 * MM);
            flow.word(&count, below.column(), SMALL, Set::Right);
            flow.word(&sheet.document_id, below.column(), SMALL, Set::Left);
        });
        page.items.extend(flow.finish().pages.into_iter().flat_map(|foot| foot.items));
    }
}
