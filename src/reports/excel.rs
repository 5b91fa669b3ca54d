//! Tables as Excel: numbers as numbers, days as days, the heads stay in sight.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::clock::{Day, Instant};

/// A table that is kept as a file.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What it shows.
    pub title: String,
    /// Sites and days, in words.
    pub scope: String,
    /// Heads of the columns, first that of the words.
    pub heads: Vec<String>,
    /// One line for each row of the report.
    pub lines: Vec<SheetLine>,
    /// All rows together.
    pub totals: SheetLine,
    /// When it was asked for; nothing in the file tells another time.
    pub made_at: Instant,
}

/// A line of a table.
#[derive(Clone, Debug)]
pub struct SheetLine {
    /// The words.
    pub label: String,
    /// The local day the words stand for.
    pub day: Option<Day>,
    /// Figures with a decimal point; empty where nothing was measured.
    pub cells: Vec<String>,
}

/// The Excel file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the Excel file cannot be written: {0}")]
pub struct ExcelError(#[from] XlsxError);

/// Row of the heads; title and scope stand above.
const HEADS: u32 = 3;

/// The table as an Excel file.
///
/// # Errors
/// [`ExcelError`], for example when a text is longer than a cell may be.
pub fn excel(sheet: &Sheet) -> Result<Vec<u8>, ExcelError> {
    let made = ExcelDateTime::from_timestamp(sheet.made_at.0 / 1_000_000)?;
    let about = DocProperties::new().set_title(&sheet.title).set_creation_datetime(&made);
    let mut book = Workbook::new();
    book.set_properties(&about);
    let page = book.add_worksheet();
    page.set_landscape().set_paper_size(9);
    page.set_freeze_panes(HEADS + 1, 1)?;
    page.set_repeat_rows(HEADS, HEADS)?;
    page.set_column_width(0, 42)?;
    let bold = Format::new().set_bold();
    page.write_string_with_format(0, 0, &sheet.title, &bold)?;
    page.write_string(1, 0, &sheet.scope)?;
    write_heads(page, &sheet.heads)?;
    let mut row = HEADS + 1;
    for line in &sheet.lines {
        write_line(page, row, line, &Format::new())?;
        row += 1;
    }
    write_line(page, row, &sheet.totals, &bold.set_border_top(FormatBorder::Thin))?;
    Ok(book.save_to_buffer()?)
}

fn write_heads(page: &mut Worksheet, heads: &[String]) -> Result<(), XlsxError> {
    let words = Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin);
    let figures = words.clone().set_align(FormatAlign::Right);
    for (column, head) in (0..).zip(heads) {
        let format = if column == 0 { &words } else { &figures };
        page.write_string_with_format(HEADS, column, head, format)?;
    }
    Ok(())
}

/// A text is never read as a formula: it is written as a text.
fn write_line(page: &mut Worksheet, row: u32, line: &SheetLine, format: &Format) -> Result<(), XlsxError> {
    match line.day {
        Some(day) => {
            let format = format.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            page.write_datetime_with_format(row, 0, &day, &format)?;
        }
        None => {
            page.write_string_with_format(row, 0, &line.label, format)?;
        }
    }
    for (column, cell) in (1..).zip(&line.cells) {
        match cell.parse::<f64>() {
            Ok(number) => {
                page.write_number_with_format(row, column, number, &format.clone().set_num_format(decimals(cell)))?
            }
            Err(_) => page.write_string_with_format(row, column, cell, format)?,
        };
    }
    Ok(())
}

/// As many decimals as on the screen.
fn decimals(cell: &str) -> String {
    match cell.split_once('.') {
        Some((_, after)) => format!("0.{}", "0".repeat(after.len())),
        None => "0".to_owned(),
    }
}
