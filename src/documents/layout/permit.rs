//! A permit, as certificate or as decree.

use super::clauses::{Clauses, Count};
use super::flow::{Area, Flow, Set};
use super::table::{Row, Table};
use super::{appendix, footer, letterhead, sign_off};
use crate::documents::PaperError;
use crate::documents::display::{Drawing, MM};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::{Paper, PermitSheet, SheetStyle};
use crate::documents::structure::Role;
use crate::documents::text::Letter;

const TITLE: Letter = Letter::new(Face::Bold, 13.0);
const NUMBER: Letter = Letter::new(Face::Regular, 10.5);
const HOLDER: Letter = Letter::new(Face::Bold, 13.5);
const BODY: Letter = Letter::new(Face::Regular, 9.2);
const CERTIFICATE: Letter = Letter::new(Face::Regular, 9.6);
const BODY_BOLD: Letter = Letter::new(Face::Bold, 10.0);
const COPIES: Letter = Letter::new(Face::Regular, 8.0);
/// A list of copies up to this length stays on one page.
const COPIES_TOGETHER: usize = 8;
/// Share of the table's width that the labels take.
const LABEL_SHARE: f32 = 0.28;

/// Sets the permit.
///
/// # Errors
/// [`PaperError`] when the photograph or the QR content cannot be printed.
pub fn draw(faces: &Faces, sheet: &PermitSheet) -> Result<Drawing, PaperError> {
    let area = area(faces, sheet);
    let mut flow = Flow::start(faces, area, sheet.mark.as_deref());
    flow = flow.with_running_head(&sheet.number);
    letterhead::draw(&mut flow, &sheet.letterhead, 1.0);
    heading(&mut flow, sheet);
    match sheet.style {
        SheetStyle::Certificate => certificate(&mut flow, sheet),
        SheetStyle::Decree => decree(&mut flow, sheet),
    }
    flow.skip(5.0 * MM);
    sign_off::draw(&mut flow, sheet)?;
    copies(&mut flow, sheet);
    if let Some(behind) = &sheet.appendix {
        appendix::draw(&mut flow, sheet, behind);
    }
    let mut drawing = flow.finish();
    footer::draw(faces, sheet, area, &mut drawing.pages);
    Ok(drawing)
}

fn area(faces: &Faces, sheet: &PermitSheet) -> Area {
    let (width, height) = match sheet.paper {
        Paper::A4 => (210.0 * MM, 297.0 * MM),
        Paper::F4 => (215.0 * MM, 330.0 * MM),
    };
    let mut area =
        Area { width, height, left: 20.0 * MM, right: width - 20.0 * MM, top: 13.0 * MM, foot: height - 9.0 * MM };
    area.foot -= footer::height(faces, sheet, area.column());
    area
}

fn heading(flow: &mut Flow, sheet: &PermitSheet) {
    let column = flow.area.column();
    flow.tagged(Role::Heading, |flow| {
        for line in &sheet.title {
            flow.block(line, column, TITLE, Set::Centred);
        }
    });
    if let Some(last) = sheet.title.last() {
        flow.underline(last, column, TITLE);
    }
    let number = format!("{} {}", sheet.labels.number, sheet.number);
    flow.skip(0.5 * MM);
    flow.block(&number, column, NUMBER, Set::Centred);
    flow.skip(3.5 * MM);
}

/// Basis, name in the middle, fields, duties.
fn certificate(flow: &mut Flow, sheet: &PermitSheet) {
    let column = flow.area.column();
    let labels = [sheet.labels.considering.as_str(), &sheet.labels.basis];
    let basis = Clauses::fitting(flow.faces, CERTIFICATE, labels);
    basis.draw(flow, labels[0], &sheet.considering, Count::Letters);
    basis.draw(flow, labels[1], &sheet.basis, Count::Numbers);
    flow.skip(2.5 * MM);
    flow.block(&sheet.labels.granted_to, column, CERTIFICATE, Set::Centred);
    flow.skip(0.8 * MM);
    flow.block(&sheet.holder_name, column, HOLDER, Set::Centred);
    flow.underline(&sheet.holder_name, column, HOLDER);
    flow.skip(3.5 * MM);
    let mut rows: Vec<Row> = sheet.rows.iter().map(Row::plain).collect();
    rows.push(Row::strong(&sheet.labels.validity, &sheet.validity));
    table(CERTIFICATE).draw(flow, &rows);
    flow.skip(3.0 * MM);
    let labels = sheet.dictum.iter().map(|(label, _)| label.as_str());
    let duties = Clauses::fitting(flow.faces, CERTIFICATE, labels);
    dictum(flow, sheet, &duties);
}

/// Considerations, basis, dictum, fields.
fn decree(flow: &mut Flow, sheet: &PermitSheet) {
    let labels = &sheet.labels;
    let column = flow.area.column();
    let both = [labels.considering.as_str(), &labels.basis];
    let dicta = sheet.dictum.iter().map(|(label, _)| label.as_str());
    let clauses = Clauses::fitting(flow.faces, BODY, both.into_iter().chain(dicta));
    clauses.draw(flow, &labels.considering, &sheet.considering, Count::Letters);
    clauses.draw(flow, &labels.basis, &sheet.basis, Count::Numbers);
    flow.keep(6.0 * BODY.leading);
    flow.skip(1.5 * MM);
    flow.block(&labels.decided, column, BODY_BOLD, Set::Centred);
    flow.skip(1.5 * MM);
    dictum(flow, sheet, &clauses);
    flow.skip(2.0 * MM);
    let mut rows = vec![Row::strong(&labels.granted_to, &sheet.holder_name)];
    rows.extend(sheet.rows.iter().map(Row::plain));
    rows.push(Row::strong(&labels.validity, &sheet.validity));
    table(BODY).draw(flow, &rows);
}

fn table(letter: Letter) -> Table {
    Table { size: letter.size, label_share: LABEL_SHARE }
}

fn dictum(flow: &mut Flow, sheet: &PermitSheet, clauses: &Clauses) {
    for (label, sentence) in &sheet.dictum {
        clauses.draw(flow, label, std::slice::from_ref(sentence), Count::Numbers);
    }
}

fn copies(flow: &mut Flow, sheet: &PermitSheet) {
    if sheet.copies.is_empty() {
        return;
    }
    let column = flow.area.column();
    flow.skip(2.5 * MM);
    let lines = sheet.copies.len().min(COPIES_TOGETHER) + 1;
    flow.keep(lines as f32 * COPIES.leading);
    flow.block(&sheet.labels.copies, column, COPIES, Set::Left);
    flow.tagged(Role::List, |flow| {
        for (at, copy) in sheet.copies.iter().enumerate() {
            flow.keep(COPIES.leading);
            let counter = format!("{}.", at + 1);
            flow.tagged(Role::Entry, |flow| {
                flow.tagged(Role::Counter, |flow| flow.word(&counter, column, COPIES, Set::Left));
                flow.tagged(Role::EntryText, |flow| {
                    flow.block(copy, column.indented(5.0 * MM), COPIES, Set::Left);
                });
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::documents::display::{Page, Run, runs};
    use crate::documents::sheet::Appendix;

    fn decree_sheet() -> PermitSheet {
        serde_json::from_str(include_str!("../data/sample_decree.json")).unwrap()
    }

    fn page_of(pages: &[Page], start: &str) -> Vec<usize> {
        let starts = |page: &Page| runs(std::slice::from_ref(page)).any(|run: &Run| run.text.starts_with(start));
        let numbered = pages.iter().enumerate();
        numbered.filter(|(_, page)| starts(page)).map(|(at, _)| at).collect()
    }

    #[test]
    fn a_long_decree_breaks_over_pages_and_keeps_the_signer_block_whole() {
        let faces = Faces::bundled().unwrap();
        let mut sheet = decree_sheet();
        let mut most_pages = 0;
        for _ in 0..60 {
            sheet.dictum.push(("KELIMA".to_owned(), "satu baris saja".to_owned()));
            let pages = draw(faces, &sheet).unwrap().pages;
            let place = page_of(&pages, "Ditetapkan di");
            assert_eq!(place.len(), 1);
            assert_eq!(place, page_of(&pages, "NIP 1969"));
            assert_eq!(place, page_of(&pages, "Pindai"));
            most_pages = most_pages.max(pages.len());
        }
        assert!(most_pages >= 2);
    }

    #[test]
    fn an_annex_begins_on_a_page_of_its_own_breaks_over_pages_and_is_signed_again() {
        let faces = Faces::bundled().unwrap();
        let mut sheet = decree_sheet();
        let before = draw(faces, &sheet).unwrap().pages.len();
        let row = |at: usize| (format!("Butir {at}"), "keterangan yang panjang ".repeat(12));
        let head = vec!["LAMPIRAN KEPUTUSAN".to_owned(), "Nomor 503/0001".to_owned()];
        sheet.appendix = Some(Appendix { head, title: "RINCIAN".to_owned(), rows: (0..60).map(row).collect() });
        let pages = draw(faces, &sheet).unwrap().pages;
        assert_eq!(page_of(&pages, "LAMPIRAN KEPUTUSAN"), [before]);
        assert!(pages.len() > before + 1, "sixty rows need more than one page");
        assert_eq!(page_of(&pages, "NIP 1969"), [before - 1, pages.len() - 1]);
        assert_eq!(page_of(&pages, "Pindai").len(), 1, "one code for the whole file");
    }

    #[test]
    fn every_page_tells_its_number_and_the_mark() {
        let faces = Faces::bundled().unwrap();
        let mut sheet = decree_sheet();
        sheet.considering = vec![sheet.considering[0].clone(); 40];
        let pages = draw(faces, &sheet).unwrap().pages;
        let total = pages.len();
        assert!(total > 1);
        for at in 0..total {
            let count = format!("Halaman {} dari {total}", at + 1);
            assert_eq!(page_of(&pages, &count), [at]);
        }
        assert_eq!(page_of(&pages, "DATA UJI").len(), total);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn nothing_is_printed_outside_the_text_area(
            name in "[A-Za-z.,' ]{1,120}",
            value in "[A-Za-z0-9/.-]{0,200}( [a-z]{1,60}){0,60}",
            label in "[A-Za-z ]{1,80}",
        ) {
            let faces = Faces::bundled().unwrap();
            let mut sheet = decree_sheet();
            sheet.mark = None;
            sheet.signer.name.clone_from(&name);
            sheet.holder_name = name;
            sheet.dictum.push((label.clone(), value.clone()));
            sheet.rows.push((label, value));
            let (area, pages) = (area(faces, &sheet), draw(faces, &sheet).unwrap().pages);
            for run in runs(&pages) {
                let spaces = run.text.matches(' ').count() as f32;
                let width = faces.width(run.face, run.size, &run.text) + run.extra * spaces;
                prop_assert!(run.x >= area.left - 0.1, "{run:?}");
                prop_assert!(run.x + width <= area.right + 0.1, "{run:?}");
                prop_assert!(run.y > area.top && run.y < area.height - 5.0 * MM, "{run:?}");
            }
        }
    }
}
