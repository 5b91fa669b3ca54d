//! The field table: label and value, every second row tinted.

use super::flow::{Column, Flow, Set};
use crate::documents::display::{GREEN, HAIR, MM, STRIPE};
use crate::documents::fonts::Face;
use crate::documents::structure::Role;
use crate::documents::text::{Letter, Line, wrap};

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub label: &'a str,
    pub value: &'a str,
    pub strong: bool,
}

impl<'a> Row<'a> {
    pub fn plain((label, value): &'a (String, String)) -> Row<'a> {
        Row { label, value, strong: false }
    }

    pub fn strong(label: &'a str, value: &'a str) -> Row<'a> {
        Row { label, value, strong: true }
    }
}

/// Lines of one row that always stay on one page; a longer value is continued in a new row.
const LINES_TOGETHER: usize = 20;
const PADDING: f32 = 0.75 * MM;
const INDENT: f32 = 1.8 * MM;

/// Type size and the share of the width that the labels take.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub size: f32,
    pub label_share: f32,
}

impl Table {
    pub fn draw(&self, flow: &mut Flow, rows: &[Row]) {
        let column = flow.area.column();
        flow.keep(4.0 * self.size);
        flow.rule(column, 1.0, GREEN);
        flow.skip(0.5);
        flow.tagged(Role::Table, |flow| {
            for (at, row) in rows.iter().enumerate() {
                flow.tagged(Role::Row, |flow| self.row(flow, row, at % 2 == 0));
            }
        });
        flow.rule(column, 1.0, GREEN);
    }

    fn row(&self, flow: &mut Flow, row: &Row, tinted: bool) {
        let (label_column, value_column) = self.columns(flow.area.column());
        let plain = Letter::new(Face::Regular, self.size);
        let face = if row.strong { Face::Bold } else { Face::Regular };
        let value_letter = Letter::new(face, self.size);
        let labels = wrap(flow.faces, plain, row.label, label_column.width);
        let values = wrap(flow.faces, value_letter, row.value, value_column.width);
        let (label_cell, value_cell) = (flow.part(Role::HeadCell), flow.part(Role::Cell));
        let parts = labels.len().max(values.len()).div_ceil(LINES_TOGETHER).max(1);
        for part in 0..parts {
            let (labels, values) = (chunk(&labels, part), chunk(&values, part));
            let lines = labels.len().max(values.len()).max(1) as f32;
            let height = lines * plain.leading + 2.0 * PADDING;
            flow.keep(height);
            ground(flow, height, tinted);
            let top = flow.y + PADDING;
            flow.y = top;
            flow.within(label_cell, |flow| set_lines(flow, labels, label_column, plain));
            flow.y = top;
            flow.within(value_cell, |flow| set_lines(flow, values, value_column, value_letter));
            flow.y = top - PADDING + height;
        }
    }

    fn columns(&self, column: Column) -> (Column, Column) {
        let label_width = column.width * self.label_share;
        let label = Column { x: column.x + INDENT, width: label_width - 2.0 * INDENT };
        let value = column.indented(label_width);
        let value = Column { width: value.width - INDENT, ..value };
        (label, value)
    }
}

fn set_lines(flow: &mut Flow, lines: &[Line], column: Column, letter: Letter) {
    for line in lines {
        flow.line(line, column, letter, Set::Left);
        flow.skip(letter.leading);
    }
}

/// The tint of a row, and the hairline under it.
pub fn ground(flow: &mut Flow, height: f32, tinted: bool) {
    let column = flow.area.column();
    if tinted {
        flow.fill(column, height, STRIPE);
    }
    let top = flow.y;
    flow.y = top + height;
    flow.rule(column, 0.3, HAIR);
    flow.y = top;
}

fn chunk(lines: &[Line], part: usize) -> &[Line] {
    lines.chunks(LINES_TOGETHER).nth(part).unwrap_or(&[])
}
