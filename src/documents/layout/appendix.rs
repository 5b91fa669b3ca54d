//! The annex of a decree (lampiran): pages of its own behind the signature, signed again.

use super::flow::{Column, Flow, Set};
use super::sign_off;
use super::table::{Row, Table};
use crate::documents::display::MM;
use crate::documents::fonts::Face;
use crate::documents::sheet::{Appendix, PermitSheet};
use crate::documents::structure::Role;
use crate::documents::text::Letter;

const HEAD: Letter = Letter::new(Face::Regular, 9.2);
const TITLE: Letter = Letter::new(Face::Bold, 11.0);
const ROWS: f32 = 9.2;
/// Width of the lines that name the decree, at the right.
const HEAD_WIDTH: f32 = 82.0 * MM;
const LABEL_SHARE: f32 = 0.3;

/// Draws the annex, beginning with a new page.
pub fn draw(flow: &mut Flow, sheet: &PermitSheet, appendix: &Appendix) {
    flow.turn_page();
    let area = flow.area;
    let head = Column { x: area.right - HEAD_WIDTH, width: HEAD_WIDTH };
    for line in &appendix.head {
        flow.block(line, head, HEAD, Set::Left);
    }
    flow.skip(5.0 * MM);
    flow.tagged(Role::Heading, |flow| flow.block(&appendix.title, area.column(), TITLE, Set::Centred));
    flow.skip(4.0 * MM);
    let rows: Vec<Row> = appendix.rows.iter().map(Row::plain).collect();
    Table { size: ROWS, label_share: LABEL_SHARE }.draw(flow, &rows);
    flow.skip(6.0 * MM);
    sign_off::signer_alone(flow, sheet);
}
