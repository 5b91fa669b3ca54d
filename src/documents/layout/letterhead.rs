//! The head of a page (*kop surat*): crest, government, agency, address, double rule.

use super::flow::{Column, Flow, Set};
use crate::documents::crest;
use crate::documents::display::{BLACK, GREY, MM};
use crate::documents::fonts::Face;
use crate::documents::sheet::Letterhead;
use crate::documents::text::Letter;

/// Draws the head; `scale` is 1 on A4 and less on smaller sheets.
pub fn draw(flow: &mut Flow, head: &Letterhead, scale: f32) {
    let government = Letter::new(Face::Regular, 13.0 * scale);
    let agency = Letter::new(Face::Bold, 14.5 * scale);
    let address = Letter::new(Face::Regular, 8.2 * scale).coloured(GREY);
    let crest_width = 20.0 * MM * scale;
    let column = flow.area.column();
    let top = flow.y;
    flow.put(crest::draw(column.x, top, crest_width));

    let texts = column.indented(crest_width + 3.0 * MM * scale);
    let texts = Column { width: texts.width - 3.0 * MM * scale, ..texts };
    flow.skip(0.5 * MM);
    flow.block(&head.government, texts, government, Set::Centred);
    for line in &head.agency_lines {
        flow.block(line, texts, agency, Set::Centred);
    }
    flow.skip(0.8 * MM * scale);
    flow.block(&head.address, texts, address, Set::Centred);

    flow.y = flow.y.max(top + crest_width * crest::RATIO) + 2.0 * MM * scale;
    flow.rule(column, 2.2 * scale, BLACK);
    flow.skip(2.6 * scale);
    flow.rule(column, 0.6 * scale, BLACK);
    flow.skip(4.0 * MM * scale);
}
