//! The register book of one permit type and year, A4.

use super::flow::{Area, Flow, Set};
use super::letterhead;
use super::table::{Row, Table};
use crate::documents::display::{Drawing, GREY, MM};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::BookSheet;
use crate::documents::structure::Role;
use crate::documents::text::Letter;

const TITLE: Letter = Letter::new(Face::Bold, 12.0);
const NOTE: Letter = Letter::new(Face::Italic, 7.5).coloured(GREY);

/// Sets the book.
pub fn draw(faces: &Faces, sheet: &BookSheet) -> Drawing {
    let (width, height) = (210.0 * MM, 297.0 * MM);
    let area =
        Area { width, height, left: 20.0 * MM, right: width - 15.0 * MM, top: 12.0 * MM, foot: height - 14.0 * MM };
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref());
    letterhead::draw(&mut flow, &sheet.letterhead, 0.85);
    flow.tagged(Role::Heading, |flow| flow.block(&sheet.title, area.column(), TITLE, Set::Centred));
    flow.skip(3.0 * MM);
    let rows: Vec<Row> = sheet.rows.iter().map(Row::plain).collect();
    Table { size: 8.5, label_share: 0.34 }.draw(&mut flow, &rows);
    flow.skip(3.0 * MM);
    for note in &sheet.note {
        flow.block(note, area.column(), NOTE, Set::Left);
    }
    flow.finish()
}
