//! A letter of the office (*surat*), A4: head, subject lines, addressee, text with a numbered list, signer.

use super::flow::{Area, Column, Flow, Set};
use super::letterhead;
use crate::documents::display::{Drawing, GREY, MM, Page};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::LetterSheet;
use crate::documents::structure::Role;
use crate::documents::text::Letter;
use crate::documents::{PaperError, qr};

const BODY: Letter = Letter::new(Face::Regular, 10.2);
const STRONG: Letter = Letter::new(Face::Bold, 10.2);
const SMALL: Letter = Letter::new(Face::Regular, 7.6).coloured(GREY);
const LABEL_WIDTH: f32 = 20.0 * MM;
const COUNTER: f32 = 7.0 * MM;
const GAP: f32 = 3.2 * MM;
const QR_SIDE: f32 = 26.0 * MM;
const QUIET: f32 = 3.0 * MM;
const SIGNER_WIDTH: f32 = 78.0 * MM;

/// Sets the letter.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the QR content does not fit.
pub fn draw(faces: &Faces, sheet: &LetterSheet) -> Result<Drawing, PaperError> {
    let (width, height) = (210.0 * MM, 297.0 * MM);
    let area =
        Area { width, height, left: 23.0 * MM, right: width - 20.0 * MM, top: 13.0 * MM, foot: height - 17.0 * MM };
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref()).with_running_head(&sheet.subject);
    letterhead::draw(&mut flow, &sheet.letterhead, 1.0);
    flow.block(&sheet.place_and_date, area.column(), BODY, Set::Right);
    head_lines(&mut flow, sheet);
    addressee(&mut flow, sheet);
    paragraphs(&mut flow, &sheet.opening);
    list(&mut flow, &sheet.items);
    paragraphs(&mut flow, &sheet.closing);
    list(&mut flow, &sheet.ways);
    paragraphs(&mut flow, &sheet.farewell);
    flow.skip(3.0 * MM);
    sign_off(&mut flow, sheet)?;
    let mut drawing = flow.finish();
    foot(faces, sheet, area, &mut drawing.pages);
    Ok(drawing)
}

/// *Nomor, Lampiran, Hal*: label, colon, value; the subject is strong.
fn head_lines(flow: &mut Flow, sheet: &LetterSheet) {
    let column = flow.area.column();
    let value = column.indented(LABEL_WIDTH + 4.0 * MM);
    let value = Column { width: value.width * 0.75, ..value };
    for (label, text) in &sheet.head_lines {
        let top = flow.y;
        let letter = if *text == sheet.subject { STRONG } else { BODY };
        flow.tagged(Role::Paragraph, |flow| {
            flow.word(label, column, BODY, Set::Left);
            flow.word(":", column.indented(LABEL_WIDTH), BODY, Set::Left);
            flow.block(text, value, letter, Set::Left);
        });
        flow.y = flow.y.max(top + BODY.leading);
    }
    flow.skip(GAP + 2.0 * MM);
}

fn addressee(flow: &mut Flow, sheet: &LetterSheet) {
    let column = Column { width: 95.0 * MM, ..flow.area.column() };
    for line in &sheet.addressee {
        flow.block(line, column, BODY, Set::Left);
    }
    flow.skip(GAP + 2.0 * MM);
}

fn paragraphs(flow: &mut Flow, texts: &[String]) {
    for text in texts {
        flow.keep(2.0 * BODY.leading);
        flow.block(text, flow.area.column(), BODY, Set::Justified);
        flow.skip(GAP);
    }
}

fn list(flow: &mut Flow, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let column = flow.area.column().indented(3.0 * MM);
    flow.tagged(Role::List, |flow| {
        for (at, item) in items.iter().enumerate() {
            flow.keep(2.0 * BODY.leading);
            let counter = format!("{}.", at + 1);
            flow.tagged(Role::Entry, |flow| {
                flow.tagged(Role::Counter, |flow| flow.word(&counter, column, BODY, Set::Left));
                flow.tagged(Role::EntryText, |flow| flow.block(item, column.indented(COUNTER), BODY, Set::Left));
            });
            flow.skip(1.0 * MM);
        }
    });
    flow.skip(GAP - 1.0 * MM);
}

/// The code at the left, the signer at the right, on one page.
fn sign_off(flow: &mut Flow, sheet: &LetterSheet) -> Result<(), PaperError> {
    let area = flow.area;
    let signer = Column { x: area.right - SIGNER_WIDTH, width: SIGNER_WIDTH };
    let acting = sheet.signer.acting.iter().map(|acting| (acting, STRONG, 0.0));
    let own = [(&sheet.signer.position, STRONG, 0.0), (&sheet.signer.name, STRONG, 20.0 * MM)];
    let lines: Vec<(&String, Letter, f32)> = acting.chain(own).collect();
    let signed: f32 = lines.iter().map(|(text, letter, gap)| gap + flow.height_of(text, signer, *letter)).sum();
    let code = Column { x: area.left, width: QR_SIDE + 2.0 * QUIET };
    let scan_height = flow.height_of(&sheet.scan, code, SMALL);
    let height = (signed + 2.0 * BODY.leading).max(code.width + scan_height);
    flow.keep(height);
    let top = flow.y;
    if let Some(payload) = &sheet.qr_payload {
        flow.figure(&sheet.scan, qr::draw(payload, code.x + QUIET, top + QUIET, QR_SIDE)?);
        flow.y = top + code.width;
        flow.block(&sheet.scan, code, SMALL, Set::Centred);
    }
    flow.y = top;
    for (text, letter, gap) in lines {
        flow.skip(gap);
        flow.block(text, signer, letter, Set::Left);
    }
    if !sheet.signer.rank.is_empty() {
        flow.block(&sheet.signer.rank, signer, BODY, Set::Left);
    }
    if !sheet.signer.nip.is_empty() {
        flow.block(&sheet.signer.nip, signer, BODY, Set::Left);
    }
    flow.y = top + height;
    Ok(())
}

/// Which letter this is and the page count; repeated, so nobody reads it out.
fn foot(faces: &Faces, sheet: &LetterSheet, area: Area, pages: &mut [Page]) {
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
