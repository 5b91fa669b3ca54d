//! The foot of every page of a permit: how to check it, document id, page count.

use super::flow::{Area, Column, Flow, Set};
use crate::documents::display::{GREY, MM, Page};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::PermitSheet;
use crate::documents::text::{Letter, wrap};

const CHECK: Letter = Letter::new(Face::Regular, 7.4);
const NOTE: Letter = Letter::new(Face::Italic, 6.6).coloured(GREY);
const GAP: f32 = 1.5 * MM;
/// Kept free at the right for the page count.
const COUNT_WIDTH: f32 = 32.0 * MM;

/// Height of the foot, rule included.
pub fn height(faces: &Faces, sheet: &PermitSheet, column: Column) -> f32 {
    let notes: usize = sheet.footer.iter().map(|note| wrap(faces, NOTE, note, column.width).len()).sum();
    let checks = wrap(faces, CHECK, &check_line(sheet), check_column(column).width);
    2.0 * GAP + checks.len() as f32 * CHECK.leading + notes as f32 * NOTE.leading
}

/// Draws the foot on every page, below `area.foot`. It repeats what the code and the heading say: nobody reads it out.
pub fn draw(faces: &Faces, sheet: &PermitSheet, area: Area, pages: &mut [Page]) {
    let total = pages.len().to_string();
    for (at, page) in pages.iter_mut().enumerate() {
        let below = Area { top: area.foot, foot: area.height, ..area };
        let mut flow = Flow::start(faces, below, None);
        let column = area.column();
        flow.skip(GAP);
        flow.rule(column, 0.6, GREY);
        flow.skip(GAP);
        let count = sheet.labels.page.replace("{pages}", &total);
        let count = count.replace("{page}", &(at + 1).to_string());
        flow.unread(|flow| {
            flow.word(&count, column, CHECK, Set::Right);
            flow.block(&check_line(sheet), check_column(column), CHECK, Set::Left);
            for note in &sheet.footer {
                flow.block(note, column, NOTE, Set::Left);
            }
        });
        page.items.extend(flow.finish().pages.into_iter().flat_map(|foot| foot.items));
    }
}

fn check_column(column: Column) -> Column {
    Column { width: column.width - COUNT_WIDTH, ..column }
}

fn check_line(sheet: &PermitSheet) -> String {
    format!("{} {}  ·  {} {}", sheet.labels.verify, sheet.verify_url, sheet.labels.document_id, sheet.document_id)
}
