//! Fills pages from top to bottom and starts a new one when there is no room left.

use crate::documents::display::{ALERT, Colour, Drawing, Frame, Item, MM, Mark, PALE, Page, Placed, Run};
use crate::documents::fonts::{Face, Faces};
use crate::documents::structure::{Role, Tree};
use crate::documents::text::{Letter, Line, balance, stretch, wrap};

/// Page size and margins, in points; `foot` is where the text area ends.
#[derive(Debug, Clone, Copy)]
pub struct Area {
    pub width: f32,
    pub height: f32,
    pub left: f32,
    pub right: f32,
    pub top: f32,
    pub foot: f32,
}

impl Area {
    /// The text area as a column.
    pub fn column(&self) -> Column {
        Column { x: self.left, width: self.right - self.left }
    }
}

/// A vertical strip of the page.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub x: f32,
    pub width: f32,
}

impl Column {
    /// The column without a strip of `width` points at its left.
    pub fn indented(self, width: f32) -> Column {
        Column { x: self.x + width, width: self.width - width }
    }
}

/// How lines stand in their column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Left,
    Centred,
    Right,
    Justified,
}

/// The pages under construction and the place of the next line.
pub struct Flow<'f> {
    pub faces: &'f Faces,
    pub area: Area,
    /// Top of the next line.
    pub y: f32,
    pages: Vec<Page>,
    page: Page,
    tree: Tree,
    /// The part of the structure that is being drawn.
    part: Mark,
    /// Printed across each page of paper that is not real.
    stamp: Option<&'f str>,
    /// Small line at the head of every page but the first.
    running_head: Option<&'f str>,
}

impl<'f> Flow<'f> {
    pub fn start(faces: &'f Faces, area: Area, stamp: Option<&'f str>) -> Flow<'f> {
        let mut flow = Flow {
            faces,
            area,
            y: area.top,
            pages: Vec::new(),
            page: blank(area),
            tree: Tree::new(),
            part: Mark::Node(Tree::ROOT),
            stamp,
            running_head: None,
        };
        flow.draw_stamp();
        flow
    }

    pub fn with_running_head(self, running_head: &'f str) -> Flow<'f> {
        Flow { running_head: Some(running_head), ..self }
    }

    /// Ends the last page.
    pub fn finish(mut self) -> Drawing {
        self.pages.push(self.page);
        Drawing { pages: self.pages, tree: self.tree }
    }

    /// Draws a part of the structure under the present one.
    pub fn tagged<T>(&mut self, role: Role, draw: impl FnOnce(&mut Self) -> T) -> T {
        let part = self.part(role);
        self.within(part, draw)
    }

    /// A new part under the present one, to be drawn with [`Flow::within`].
    pub fn part(&mut self, role: Role) -> Mark {
        match self.part {
            Mark::Node(parent) => Mark::Node(self.tree.add(role, parent, None)),
            Mark::Artifact => Mark::Artifact,
        }
    }

    /// Draws what is not read out: decoration, and what each page repeats.
    pub fn unread<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        self.within(Mark::Artifact, draw)
    }

    /// Draws within a part made before.
    pub fn within<T>(&mut self, part: Mark, draw: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.part, part);
        let drawn = draw(self);
        self.part = before;
        drawn
    }

    /// Text that stands in a group becomes a paragraph of its own.
    fn paragraph(&mut self, draw: impl FnOnce(&mut Self)) {
        match self.part {
            Mark::Node(node) if self.tree.role(node).groups() => self.tagged(Role::Paragraph, draw),
            Mark::Node(_) | Mark::Artifact => draw(self),
        }
    }

    /// Starts a new page unless `height` points are free on this one.
    pub fn keep(&mut self, height: f32) {
        if self.y + height > self.area.foot && self.y > self.area.top {
            self.turn_page();
        }
    }

    /// Starts a new page.
    pub fn turn_page(&mut self) {
        let full = std::mem::replace(&mut self.page, blank(self.area));
        self.pages.push(full);
        self.y = self.area.top;
        self.unread(|flow| {
            flow.draw_stamp();
            if let Some(head) = flow.running_head {
                let small = Letter::new(Face::Italic, 7.5);
                flow.block(head, flow.area.column(), small, Set::Right);
                flow.skip(2.0 * MM);
            }
        });
    }

    /// The mark of a document that is not real: pale under all text, and clear at the edge.
    fn draw_stamp(&mut self) {
        let Some(mark) = self.stamp else { return };
        let (Area { width, height, .. }, face) = (self.area, Face::Bold);
        let turn = 50.0_f32;
        let size = 0.95 * width / self.faces.width(face, 1.0, mark).max(1.0);
        let half = self.faces.width(face, size, mark) / 2.0;
        let (sin, cos) = turn.to_radians().sin_cos();
        let pale = Item::Text(Run {
            x: width / 2.0 - cos * half + sin * size * 0.35,
            y: height / 2.0 + sin * half + cos * size * 0.35,
            face,
            size,
            text: mark.to_owned(),
            extra: 0.0,
            colour: PALE,
            turn,
        });
        self.page.items.push(Placed { mark: Mark::Artifact, item: pale });
        let edge = Letter::new(Face::Bold, 8.0).coloured(ALERT);
        let next = std::mem::replace(&mut self.y, 4.0 * MM);
        self.word(mark, self.area.column(), edge, Set::Right);
        self.y = next;
    }

    pub fn skip(&mut self, height: f32) {
        self.y += height;
    }

    /// Shapes that carry no meaning.
    pub fn put(&mut self, items: impl IntoIterator<Item = Item>) {
        self.page.items.extend(items.into_iter().map(|item| Placed { mark: Mark::Artifact, item }));
    }

    /// A picture, with what it shows in words.
    pub fn figure(&mut self, alt: &str, items: impl IntoIterator<Item = Item>) {
        let mark = match self.part {
            Mark::Node(parent) => Mark::Node(self.tree.add(Role::Figure, parent, Some(alt.to_owned()))),
            Mark::Artifact => Mark::Artifact,
        };
        self.page.items.extend(items.into_iter().map(|item| Placed { mark, item }));
    }

    /// Sets a text, line by line, over as many pages as it needs.
    pub fn block(&mut self, text: &str, column: Column, letter: Letter, set: Set) {
        let lines = match set {
            Set::Centred => balance(self.faces, letter, text, column.width),
            Set::Left | Set::Right | Set::Justified => wrap(self.faces, letter, text, column.width),
        };
        let last = lines.len().saturating_sub(1);
        self.paragraph(|flow| {
            for (at, line) in lines.iter().enumerate() {
                flow.keep(letter.leading);
                let ragged = set == Set::Justified && at == last;
                let set = if ragged { Set::Left } else { set };
                flow.line(line, column, letter, set);
                flow.skip(letter.leading);
            }
        });
    }

    /// Sets one line at the present height and stays there.
    pub fn line(&mut self, line: &Line, column: Column, letter: Letter, set: Set) {
        let free = column.width - line.width;
        let (indent, extra) = match set {
            Set::Left => (0.0, 0.0),
            Set::Centred => (free / 2.0, 0.0),
            Set::Right => (free, 0.0),
            Set::Justified => (0.0, stretch(self.faces, letter, line, column.width)),
        };
        let run = Run {
            x: column.x + indent,
            y: baseline(self.y, letter),
            face: letter.face,
            size: letter.size,
            text: line.text.clone(),
            extra,
            colour: letter.colour,
            turn: 0.0,
        };
        self.page.items.push(Placed { mark: self.part, item: Item::Text(run) });
    }

    /// Sets a short text on one line at the present height and stays there.
    pub fn word(&mut self, text: &str, column: Column, letter: Letter, set: Set) {
        let line = Line { text: text.to_owned(), width: self.faces.width(letter.face, letter.size, text) };
        self.paragraph(|flow| flow.line(&line, column, letter, set));
    }

    /// Height of a text set as a block.
    pub fn height_of(&self, text: &str, column: Column, letter: Letter) -> f32 {
        wrap(self.faces, letter, text, column.width).len() as f32 * letter.leading
    }

    /// A horizontal rule over the column at the present height.
    pub fn rule(&mut self, column: Column, width: f32, colour: Colour) {
        let (from, to) = ((column.x, self.y), (column.x + column.width, self.y));
        self.put([Item::Line { from, to, width, colour }]);
    }

    /// A filled rectangle over the column from the present height downwards.
    pub fn fill(&mut self, column: Column, height: f32, colour: Colour) {
        self.put([Item::Rects { frames: vec![Frame { x: column.x, y: self.y, width: column.width, height }], colour }]);
    }

    /// A rule under the words of centred text just set.
    pub fn underline(&mut self, text: &str, column: Column, letter: Letter) {
        let Some(line) = balance(self.faces, letter, text, column.width).pop() else {
            return;
        };
        let words = Column { x: column.x + (column.width - line.width) / 2.0, width: line.width };
        let next = self.y;
        self.y = baseline(next - letter.leading, letter) + letter.size * 0.16;
        self.rule(words, letter.size * 0.06, letter.colour);
        self.y = next;
    }
}

/// Baseline of a line whose top is `y`: capitals stand in the middle of the leading.
pub fn baseline(y: f32, letter: Letter) -> f32 {
    const HALF_CAPITAL: f32 = 0.357;
    y + letter.leading / 2.0 + HALF_CAPITAL * letter.size
}

fn blank(area: Area) -> Page {
    Page { width: area.width, height: area.height, items: Vec::new() }
}
