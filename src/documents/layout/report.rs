//! A report (*laporan*) on A4: letterhead, title, a table whose heads stand on every page, page count.

use super::flow::{Area, Column, Flow, Set};
use super::letterhead;
use super::table::ground;
use crate::documents::display::{Drawing, GREEN, GREY, MM, Page};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::ReportSheet;
use crate::documents::structure::Role;
use crate::documents::text::Letter;

const TITLE: Letter = Letter::new(Face::Bold, 12.0);
const SCOPE: Letter = Letter::new(Face::Regular, 9.0).coloured(GREY);
const HEAD: Letter = Letter::new(Face::Bold, 6.8);
const BODY: Letter = Letter::new(Face::Regular, 8.6);
const SUM: Letter = Letter::new(Face::Bold, 8.6);
const FOOT: Letter = Letter::new(Face::Regular, 7.4).coloured(GREY);
const SHORT_SIDE: f32 = 210.0 * MM;
const LONG_SIDE: f32 = 297.0 * MM;
/// A table with more columns lies on its side.
const COLUMNS_UPRIGHT: usize = 6;
const PADDING: f32 = 0.9 * MM;
const INDENT: f32 = 0.7 * MM;

/// Sets the report.
pub fn draw(faces: &Faces, sheet: &ReportSheet) -> Drawing {
    let area = area(sheet);
    let column = area.column();
    let columns = columns(column, sheet.heads.len());
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref()).with_running_head(&sheet.title);
    letterhead::draw(&mut flow, &sheet.letterhead, 1.0);
    flow.tagged(Role::Heading, |flow| flow.block(&sheet.title, column, TITLE, Set::Left));
    flow.block(&sheet.scope, column, SCOPE, Set::Left);
    flow.skip(3.0 * MM);
    flow.tagged(Role::Table, |flow| {
        head(flow, sheet, &columns);
        for (at, row) in sheet.rows.iter().enumerate() {
            line(flow, sheet, &columns, &Cells { texts: row, letter: BODY, tinted: at % 2 == 0 });
        }
        line(flow, sheet, &columns, &Cells { texts: &sheet.totals, letter: SUM, tinted: false });
    });
    flow.rule(column, 1.0, GREEN);
    let mut drawing = flow.finish();
    foot(faces, sheet, area, &mut drawing.pages);
    drawing
}

fn area(sheet: &ReportSheet) -> Area {
    let lies = sheet.heads.len() > COLUMNS_UPRIGHT;
    let (width, height) = if lies { (LONG_SIDE, SHORT_SIDE) } else { (SHORT_SIDE, LONG_SIDE) };
    Area { width, height, left: 15.0 * MM, right: width - 15.0 * MM, top: 14.0 * MM, foot: height - 16.0 * MM }
}

/// The words take a sixth of the width on a wide table and more on a narrow one; the figures share the rest.
fn columns(column: Column, count: usize) -> Vec<Column> {
    let share = if count > COLUMNS_UPRIGHT { 0.16 } else { 0.38 };
    let first = column.width * share;
    let each = (column.width - first) / count.saturating_sub(1).max(1) as f32;
    let place = |at: usize| match at {
        0 => Column { x: column.x + INDENT, width: first - 2.0 * INDENT },
        _ => Column { x: column.x + first + (at - 1) as f32 * each + INDENT, width: each - 2.0 * INDENT },
    };
    (0..count).map(place).collect()
}

/// The texts of one line of the table.
struct Cells<'a> {
    texts: &'a [String],
    letter: Letter,
    tinted: bool,
}

fn head(flow: &mut Flow, sheet: &ReportSheet, columns: &[Column]) {
    let column = flow.area.column();
    flow.rule(column, 1.0, GREEN);
    let heads = Cells { texts: &sheet.heads, letter: HEAD, tinted: false };
    cells(flow, columns, &heads, [Role::ColumnHead, Role::ColumnHead]);
    flow.rule(column, 0.8, GREEN);
}

/// A line on this page, or on the next under the heads again.
fn line(flow: &mut Flow, sheet: &ReportSheet, columns: &[Column], line: &Cells) {
    let before = flow.y;
    flow.keep(height(flow, columns, line));
    if flow.y < before {
        flow.unread(|flow| head(flow, sheet, columns));
    }
    cells(flow, columns, line, [Role::HeadCell, Role::Cell]);
}

fn cells(flow: &mut Flow, columns: &[Column], line: &Cells, [first, others]: [Role; 2]) {
    let height = height(flow, columns, line);
    ground(flow, height, line.tinted);
    let top = flow.y;
    flow.tagged(Role::Row, |flow| {
        for (at, (text, column)) in line.texts.iter().zip(columns).enumerate() {
            flow.y = top + PADDING;
            let (role, set) = if at == 0 { (first, Set::Left) } else { (others, Set::Right) };
            flow.tagged(role, |flow| flow.block(text, *column, line.letter, set));
        }
    });
    flow.y = top + height;
}

fn height(flow: &Flow, columns: &[Column], line: &Cells) -> f32 {
    let heights = line.texts.iter().zip(columns).map(|(text, column)| flow.height_of(text, *column, line.letter));
    heights.fold(line.letter.leading, f32::max) + 2.0 * PADDING
}

/// When it was made and the page count; repeated, so nobody reads it out.
fn foot(faces: &Faces, sheet: &ReportSheet, area: Area, pages: &mut [Page]) {
    let total = pages.len().to_string();
    for (at, page) in pages.iter_mut().enumerate() {
        let below = Area { top: area.foot + 2.0 * MM, foot: area.height, ..area };
        let mut flow = Flow::start(faces, below, None);
        let count = sheet.page.replace("{pages}", &total).replace("{page}", &(at + 1).to_string());
        flow.unread(|flow| {
            flow.word(&count, below.column(), FOOT, Set::Right);
            flow.word(&sheet.made, below.column(), FOOT, Set::Left);
        });
        page.items.extend(flow.finish().pages.into_iter().flat_map(|foot| foot.items));
    }
}
