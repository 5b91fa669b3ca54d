//! The display list: what stands where on a page, free of any PDF library.
//!
//! Lengths are PDF points. The origin is the upper left corner and y grows downwards.

use super::fonts::Face;
use super::structure::Tree;

/// Points in one millimetre.
pub const MM: f32 = 72.0 / 25.4;

/// An opaque colour, each part from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Colour(pub f32, pub f32, pub f32);

pub const BLACK: Colour = Colour(0.0, 0.0, 0.0);
pub const WHITE: Colour = Colour(1.0, 1.0, 1.0);
pub const GREY: Colour = Colour(0.35, 0.35, 0.35);
/// The house colour: rules and crest.
pub const GREEN: Colour = Colour(0.05, 0.31, 0.24);
/// Every second row of a table.
pub const STRIPE: Colour = Colour(0.93, 0.957, 0.945);
/// Hairlines between rows.
pub const HAIR: Colour = Colour(0.78, 0.83, 0.81);
/// The mark on paper that is not real: pale enough to read text printed over it.
pub const PALE: Colour = Colour(0.97, 0.875, 0.865);

/// The same mark at the edge of the page.
pub const ALERT: Colour = Colour(0.72, 0.11, 0.11);

/// One printed line of one face and size.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub x: f32,
    /// Baseline.
    pub y: f32,
    pub face: Face,
    pub size: f32,
    pub text: String,
    /// Added to every space, to fill the line.
    pub extra: f32,
    pub colour: Colour,
    /// Degrees, counter-clockwise; a turned line is a mark, not part of the text.
    pub turn: f32,
}

/// An upright rectangle; x and y are its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// A corner of a shape, or a control point of the curve that leads to the next corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knot {
    pub x: f32,
    pub y: f32,
    pub control: bool,
}

/// One thing on a page, drawn in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Text(Run),
    /// Rectangles filled as one shape.
    Rects {
        frames: Vec<Frame>,
        colour: Colour,
    },
    Line {
        from: (f32, f32),
        to: (f32, f32),
        width: f32,
        colour: Colour,
    },
    /// Closed rings filled as one shape.
    Poly {
        rings: Vec<Vec<Knot>>,
        colour: Colour,
    },
    /// A JPEG stretched over the frame.
    Jpeg {
        frame: Frame,
        bytes: Vec<u8>,
    },
}

/// What an item is to somebody who listens to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Decoration, or repeated on each page: not read out.
    Artifact,
    /// Belongs to this node of the document's structure.
    Node(usize),
}

/// An item in its place of the reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    pub mark: Mark,
    pub item: Item,
}

/// A finished page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub width: f32,
    pub height: f32,
    pub items: Vec<Placed>,
}

/// A finished document: its pages, and its structure in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    pub pages: Vec<Page>,
    pub tree: Tree,
}

/// All printed lines of a document.
pub fn runs(pages: &[Page]) -> impl Iterator<Item = &Run> {
    let items = pages.iter().flat_map(|page| &page.items);
    items.filter_map(|placed| match &placed.item {
        Item::Text(run) => Some(run),
        Item::Rects { .. } | Item::Line { .. } | Item::Poly { .. } | Item::Jpeg { .. } => None,
    })
}
