//! Breaks text into lines and fills them.

use super::display::{BLACK, Colour};
use super::fonts::{Face, Faces};

/// Face, size, distance of the lines (points) and colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letter {
    pub face: Face,
    pub size: f32,
    pub leading: f32,
    pub colour: Colour,
}

impl Letter {
    /// Black, with the usual distance of lines for Noto Sans.
    pub const fn new(face: Face, size: f32) -> Letter {
        Letter { face, size, leading: size * 1.33, colour: BLACK }
    }

    pub const fn coloured(self, colour: Colour) -> Letter {
        Letter { colour, ..self }
    }
}

/// A line as it will stand: words joined by single spaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    pub width: f32,
}

/// Breaks a text so that no line is wider than `width`; a word longer than a line is cut.
/// White space of any kind, line ends included, becomes one space.
pub fn wrap(faces: &Faces, letter: Letter, text: &str, width: f32) -> Vec<Line> {
    let space = faces.width(letter.face, letter.size, " ");
    let mut lines: Vec<Line> = Vec::new();
    for word in text.split_whitespace() {
        for (piece, piece_width) in pieces(faces, letter, word, width) {
            match lines.last_mut() {
                // The rest of a cut word never fits here: its first letter did not.
                Some(line) if line.width + space + piece_width <= width => {
                    line.text.push(' ');
                    line.text.push_str(piece);
                    line.width += space + piece_width;
                }
                Some(_) | None => lines.push(Line { text: piece.to_owned(), width: piece_width }),
            }
        }
    }
    lines
}

/// A word, or a word longer than a line cut into parts that fit.
fn pieces<'w>(faces: &Faces, letter: Letter, word: &'w str, width: f32) -> Vec<(&'w str, f32)> {
    let whole = faces.width(letter.face, letter.size, word);
    if whole <= width {
        return vec![(word, whole)];
    }
    let mut cut = Vec::new();
    let (mut start, mut sum) = (0, 0.0);
    for (at, character) in word.char_indices() {
        let advance = faces.width(letter.face, letter.size, character.encode_utf8(&mut [0; 4]));
        if at > start && sum + advance > width {
            cut.push((&word[start..at], sum));
            (start, sum) = (at, 0.0);
        }
        sum += advance;
    }
    cut.push((&word[start..], sum));
    cut
}

/// Like [`wrap`], with lines of about the same length: for titles and other centred text.
pub fn balance(faces: &Faces, letter: Letter, text: &str, width: f32) -> Vec<Line> {
    let mut lines = wrap(faces, letter, text, width);
    let mut narrower = width;
    while lines.len() > 1 {
        narrower -= letter.size;
        let tighter = wrap(faces, letter, text, narrower);
        if tighter.len() > lines.len() || narrower < width / 2.0 {
            break;
        }
        lines = tighter;
    }
    lines
}

/// Most that is added to a space, in widths of a space.
const WIDEST_GAP: f32 = 4.0;

/// What to add to each space so that the line ends at `width`; nothing when that would tear
/// holes into a line of few words.
pub fn stretch(faces: &Faces, letter: Letter, line: &Line, width: f32) -> f32 {
    let spaces = line.text.matches(' ').count();
    if spaces == 0 {
        return 0.0;
    }
    let extra = (width - line.width) / spaces as f32;
    let space = faces.width(letter.face, letter.size, " ");
    if extra > 0.0 && extra <= WIDEST_GAP * space { extra } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: Letter = Letter::new(Face::Regular, 10.0);

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_box_and_no_word_is_lost(
            text in "([A-Za-z0-9.,/-]{1,30}[ \n\t]{1,3}){0,40}",
            width in 40.0_f32..500.0,
        ) {
            let faces = Faces::bundled().unwrap();
            let lines = wrap(faces, BODY, &text, width);
            for line in &lines {
                prop_assert!(line.width <= width + 0.01);
                let measured = faces.width(BODY.face, BODY.size, &line.text);
                prop_assert!((measured - line.width).abs() < 0.01);
            }
            let printed: String = lines.iter().flat_map(|line| line.text.split(' ')).collect();
            let given: String = text.split_whitespace().collect();
            prop_assert_eq!(printed, given);
        }

        #[test]
        fn a_filled_line_ends_at_the_edge_or_is_left_alone(
            text in "([a-z]{1,12} ){1,60}",
            width in 100.0_f32..500.0,
        ) {
            let faces = Faces::bundled().unwrap();
            for line in wrap(faces, BODY, &text, width) {
                let extra = stretch(faces, BODY, &line, width);
                let spaces = line.text.matches(' ').count() as f32;
                let end = line.width + extra * spaces;
                prop_assert!(extra == 0.0 || (end - width).abs() < 0.05);
            }
        }
    }

    #[test]
    fn a_title_breaks_into_lines_of_about_the_same_length() {
        let faces = Faces::bundled().unwrap();
        let lines = balance(faces, BODY, "satu dua tiga empat lima enam", 130.0);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["satu dua tiga", "empat lima enam"]);
    }

    #[test]
    fn words_stay_whole_while_they_fit() {
        let faces = Faces::bundled().unwrap();
        let lines = wrap(faces, BODY, "surat izin praktik apoteker", 60.0);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["surat izin", "praktik", "apoteker"]);
    }
}
