//! One item of the display list as page operations; flips y, since PDF counts upwards.

use printpdf::{
    Color, DictItem, Line, LinePoint, Op, PaintMode, PdfFontHandle, Point, Polygon, PolygonRing, Pt, Rgb, TextItem,
    TextMatrix, WindingOrder, XObjectId, XObjectTransform,
};

use crate::documents::display::{Colour, Frame, Item, Knot, Page, Run};
use crate::documents::embed::font_id;

/// The operations of one item; `photo` names it when it is a photograph.
pub fn draw(page: &Page, item: &Item, photo: impl Fn() -> XObjectId) -> Vec<Op> {
    let height = page.height;
    match item {
        Item::Text(run) if run.turn != 0.0 => decoration(text(height, run)),
        Item::Text(run) => text(height, run),
        Item::Rects { frames, colour } => {
            let rings = frames.iter().map(|frame| rectangle(height, *frame));
            fill(rings.collect(), *colour)
        }
        Item::Line { from, to, width, colour } => line(height, [*from, *to], *width, *colour),
        Item::Poly { rings, colour } => {
            let rings = rings
                .iter()
                .map(|ring| PolygonRing { points: ring.iter().map(|knot| knot_point(height, knot)).collect() });
            fill(rings.collect(), *colour)
        }
        Item::Jpeg { frame, .. } => vec![Op::UseXobject {
            id: photo(),
            transform: XObjectTransform {
                translate_x: Some(Pt(cut(frame.x))),
                translate_y: Some(Pt(cut(height - frame.y - frame.height))),
                scale_x: Some(cut(frame.width)),
                scale_y: Some(cut(frame.height)),
                no_auto_scale: true,
                ..XObjectTransform::default()
            },
        }],
    }
}

/// Content that belongs to a node of the structure; `id` counts from 0 on each page.
pub fn content(drawn: Vec<Op>, id: usize) -> impl Iterator<Item = Op> {
    let id = DictItem::Int(i64::try_from(id).unwrap_or(i64::MAX));
    // The element of the structure names the role; readers look there.
    let properties = DictItem::Dict { map: [("MCID".to_owned(), id)].into() };
    enclosed(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }, drawn)
}

/// Content nobody reads out.
pub fn artifact(drawn: Vec<Op>) -> impl Iterator<Item = Op> {
    enclosed(Op::BeginMarkedContent { tag: "Artifact".to_owned() }, drawn)
}

/// Keeps a mark out of searches and copies too: it would cut through the text.
/// Readers honour an empty replacement text in a span only.
fn decoration(drawn: Vec<Op>) -> Vec<Op> {
    let nothing = DictItem::String { data: Vec::new(), literal: true };
    let properties = DictItem::Dict { map: [("ActualText".to_owned(), nothing)].into() };
    enclosed(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties }, drawn).collect()
}

fn enclosed(begin: Op, drawn: Vec<Op>) -> impl Iterator<Item = Op> {
    std::iter::once(begin).chain(drawn).chain([Op::EndMarkedContent])
}

fn text(height: f32, run: &Run) -> Vec<Op> {
    let (sin, cos) = run.turn.to_radians().sin_cos();
    let matrix = [cos, sin, -sin, cos, cut(run.x), cut(height - run.y)];
    vec![
        Op::StartTextSection,
        fill_colour(run.colour),
        Op::SetFont { font: PdfFontHandle::External(font_id(run.face)), size: Pt(run.size) },
        Op::SetTextMatrix { matrix: TextMatrix::Raw(matrix) },
        Op::ShowText { items: spaced(run) },
        Op::EndTextSection,
    ]
}

/// The PDF word spacing operator has no effect on two-byte fonts, so a filled line moves the
/// pen after each space; the spaces stay in the text and words can be copied.
fn spaced(run: &Run) -> Vec<TextItem> {
    if run.extra == 0.0 {
        return vec![TextItem::Text(run.text.clone())];
    }
    let shift = TextItem::Offset(cut(-run.extra / run.size * 1000.0));
    let words = run.text.split_inclusive(' ');
    words
        .flat_map(|word| {
            let gap = word.ends_with(' ').then(|| shift.clone());
            std::iter::once(TextItem::Text(word.to_owned())).chain(gap)
        })
        .collect()
}

fn line(height: f32, ends: [(f32, f32); 2], width: f32, colour: Colour) -> Vec<Op> {
    let points = ends.map(|(x, y)| point(height, x, y, false)).to_vec();
    vec![
        Op::SetOutlineColor { col: rgb(colour) },
        Op::SetOutlineThickness { pt: Pt(width) },
        Op::DrawLine { line: Line { points, is_closed: false } },
    ]
}

fn fill(rings: Vec<PolygonRing>, colour: Colour) -> Vec<Op> {
    let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
    vec![fill_colour(colour), Op::DrawPolygon { polygon }]
}

fn rectangle(height: f32, frame: Frame) -> PolygonRing {
    let (right, foot) = (frame.x + frame.width, frame.y + frame.height);
    let corners = [(frame.x, frame.y), (right, frame.y), (right, foot), (frame.x, foot)];
    PolygonRing { points: corners.map(|(x, y)| point(height, x, y, false)).to_vec() }
}

fn knot_point(height: f32, knot: &Knot) -> LinePoint {
    point(height, knot.x, knot.y, knot.control)
}

fn point(height: f32, x: f32, y: f32, bezier: bool) -> LinePoint {
    let p = Point { x: Pt(cut(x)), y: Pt(cut(height - y)) };
    LinePoint { p, bezier }
}

fn fill_colour(colour: Colour) -> Op {
    Op::SetFillColor { col: rgb(colour) }
}

fn rgb(Colour(r, g, b): Colour) -> Color {
    Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

/// Hundredths of a point are finer than any printer, and short numbers keep the file small.
fn cut(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}
