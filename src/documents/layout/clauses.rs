//! Labelled paragraphs: considerations, legal basis, dictum.

use super::flow::{Column, Flow, Set};
use crate::documents::display::MM;
use crate::documents::fonts::Faces;
use crate::documents::structure::Role;
use crate::documents::text::Letter;

/// How the entries of one clause are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// a. b. c. (considerations)
    Letters,
    /// 1. 2. 3. (legal basis)
    Numbers,
}

/// The type of a run of clauses and the width of their labels.
#[derive(Debug, Clone, Copy)]
pub struct Clauses {
    pub letter: Letter,
    pub label_width: f32,
}

const COLON: f32 = 3.2 * MM;
const COUNTER: f32 = 5.6 * MM;

impl Clauses {
    /// Clauses whose label column fits the widest of `labels`.
    pub fn fitting<'a>(faces: &Faces, letter: Letter, labels: impl IntoIterator<Item = &'a str>) -> Clauses {
        let widths = labels.into_iter().map(|label| faces.width(letter.face, letter.size, label));
        Clauses { letter, label_width: widths.fold(0.0, f32::max).min(45.0 * MM) + 2.5 * MM }
    }

    /// One label and its entries; a single entry is not counted.
    pub fn draw(&self, flow: &mut Flow, label: &str, entries: &[String], count: Count) {
        if entries.is_empty() {
            return;
        }
        let label_end = self.label(flow, label);
        let column = flow.area.column().indented(self.label_width + COLON);
        if let [entry] = entries {
            flow.keep(self.letter.leading);
            flow.block(entry, column, self.letter, Set::Justified);
        } else {
            flow.tagged(Role::List, |flow| self.list(flow, column, entries, count));
        }
        flow.y = flow.y.max(label_end) + 1.0 * MM;
    }

    fn list(&self, flow: &mut Flow, column: Column, entries: &[String], count: Count) {
        for (at, entry) in entries.iter().enumerate() {
            flow.keep(self.letter.leading);
            let (counter, text) = (counter(count, at), column.indented(COUNTER));
            flow.tagged(Role::Entry, |flow| {
                flow.tagged(Role::Counter, |flow| flow.word(&counter, column, self.letter, Set::Left));
                flow.tagged(Role::EntryText, |flow| flow.block(entry, text, self.letter, Set::Justified));
            });
        }
    }

    /// Sets the label and returns where it ends, or 0 for a label of one line: its text may
    /// already have reached the next page.
    fn label(&self, flow: &mut Flow, label: &str) -> f32 {
        let column = Column { width: self.label_width, ..flow.area.column() };
        let height = flow.height_of(label, column, self.letter);
        flow.keep(height.max(2.0 * self.letter.leading));
        let top = flow.y;
        let colon = flow.area.column().indented(self.label_width);
        flow.tagged(Role::Paragraph, |flow| {
            flow.block(label, column, self.letter, Set::Left);
            flow.y = top;
            flow.word(":", colon, self.letter, Set::Left);
        });
        if height > self.letter.leading { top + height } else { 0.0 }
    }
}

fn counter(count: Count, at: usize) -> String {
    let letter = u8::try_from(at).ok().filter(|at| *at < 26);
    match (count, letter) {
        (Count::Letters, Some(at)) => format!("{}.", char::from(b'a' + at)),
        (Count::Letters, None) | (Count::Numbers, _) => format!("{}.", at + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn considerations_count_in_letters_and_rules_in_numbers() {
        assert_eq!(counter(Count::Letters, 1), "b.");
        assert_eq!(counter(Count::Numbers, 1), "2.");
        assert_eq!(counter(Count::Letters, 26), "27.");
    }
}
