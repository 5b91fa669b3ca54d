//! The receipt of a complete application, one A5 sheet.

use super::flow::{Area, Column, Flow, Set};
use super::letterhead;
use super::table::{Row, Table};
use crate::documents::display::{Drawing, GREEN, GREY, MM, WHITE};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::ReceiptSheet;
use crate::documents::structure::Role;
use crate::documents::text::Letter;
use crate::documents::{PaperError, qr};

const TITLE: Letter = Letter::new(Face::Bold, 11.0);
const LABEL: Letter = Letter::new(Face::Regular, 7.5);
const STRONG: Letter = Letter::new(Face::Bold, 13.0);
const HEAD: Letter = Letter::new(Face::Bold, 8.5);
const BODY: Letter = Letter::new(Face::Regular, 8.2);
const NOTE: Letter = Letter::new(Face::Italic, 7.0).coloured(GREY);
const QR_SIDE: f32 = 24.0 * MM;
const QUIET: f32 = 3.0 * MM;

/// Sets the receipt.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the QR content does not fit.
pub fn draw(faces: &Faces, sheet: &ReceiptSheet) -> Result<Drawing, PaperError> {
    let (width, height) = (148.0 * MM, 210.0 * MM);
    let area =
        Area { width, height, left: 12.0 * MM, right: width - 12.0 * MM, top: 9.0 * MM, foot: height - 8.0 * MM };
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref());
    letterhead::draw(&mut flow, &sheet.letterhead, 0.72);
    flow.tagged(Role::Heading, |flow| flow.block(&sheet.title, area.column(), TITLE, Set::Centred));
    flow.skip(2.0 * MM);
    code_band(&mut flow, sheet);
    let rows: Vec<Row> = sheet.rows.iter().map(Row::plain).collect();
    fields(0.32).draw(&mut flow, &rows);
    flow.skip(3.0 * MM);
    flow.block(&sheet.checklist_title, area.column(), HEAD, Set::Left);
    flow.skip(1.0 * MM);
    let checklist: Vec<Row> = sheet.checklist.iter().map(Row::plain).collect();
    fields(0.66).draw(&mut flow, &checklist);
    flow.skip(4.0 * MM);
    code_and_officer(&mut flow, sheet)?;
    for note in &sheet.note {
        flow.block(note, area.column(), NOTE, Set::Left);
    }
    Ok(flow.finish())
}

fn fields(label_share: f32) -> Table {
    Table { size: 8.2, label_share }
}

/// Tracking code and due date, white on a dark band: what the visitor looks for at home.
fn code_band(flow: &mut Flow, sheet: &ReceiptSheet) {
    let column = flow.area.column();
    let half = Column { x: column.x + 3.0 * MM, width: column.width / 2.0 - 4.0 * MM };
    let other = Column { x: half.x + column.width / 2.0, ..half };
    let cells = [(&sheet.code, half), (&sheet.due, other)];
    let heights =
        cells.map(|((label, value), cell)| flow.height_of(label, cell, LABEL) + flow.height_of(value, cell, STRONG));
    let height = heights.into_iter().fold(0.0, f32::max) + 3.0 * MM;
    flow.fill(column, height, GREEN);
    let top = flow.y;
    for ((label, value), cell) in cells {
        flow.y = top + 1.5 * MM;
        flow.block(label, cell, LABEL.coloured(WHITE), Set::Left);
        flow.block(value, cell, STRONG.coloured(WHITE), Set::Left);
    }
    flow.y = top + height + 3.5 * MM;
}

fn code_and_officer(flow: &mut Flow, sheet: &ReceiptSheet) -> Result<(), PaperError> {
    let column = flow.area.column();
    let height = QR_SIDE + QUIET + LABEL.leading;
    flow.keep(height);
    let top = flow.y;
    flow.figure(&sheet.scan, qr::draw(&sheet.qr_payload, column.x, top, QR_SIDE)?);
    let beside = Column { x: column.x + QR_SIDE + QUIET, width: 32.0 * MM };
    flow.skip(QR_SIDE / 3.0);
    flow.block(&sheet.scan, beside, LABEL.coloured(GREY), Set::Left);
    let officer = Column { x: column.x + column.width - 52.0 * MM, width: 52.0 * MM };
    flow.y = top;
    flow.block(&sheet.place_and_date, officer, BODY, Set::Left);
    flow.block(&sheet.officer.0, officer, BODY, Set::Left);
    flow.skip(9.0 * MM);
    flow.block(&sheet.officer.1, officer, HEAD, Set::Left);
    flow.y = top + height;
    Ok(())
}
