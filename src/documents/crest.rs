//! A neutral shield for the letterhead: a sun over a counter and two waves. It is nobody's
//! coat of arms.

use super::display::{Colour, GREEN, Item, Knot, WHITE};

const GOLD: Colour = Colour(0.80, 0.62, 0.17);
const WATER: Colour = Colour(0.36, 0.63, 0.80);

/// Height of the shield for a width of one.
pub const RATIO: f32 = 1.18;

/// Draws the shield `width` points wide with its upper left corner at (x, y).
pub fn draw(x: f32, y: f32, width: f32) -> Vec<Item> {
    let place = |rings: Vec<Vec<Knot>>, colour| Item::Poly {
        rings: rings.into_iter().map(|ring| ring.into_iter().map(|knot| scale(knot, x, y, width)).collect()).collect(),
        colour,
    };
    vec![
        place(vec![shield(0.0)], GOLD),
        place(vec![shield(0.045)], GREEN),
        place(sun(), GOLD),
        place(vec![wave(0.66)], WHITE),
        place(vec![wave(0.78)], WATER),
    ]
}

fn scale(knot: Knot, x: f32, y: f32, width: f32) -> Knot {
    Knot { x: x + knot.x * width, y: y + knot.y * width, control: knot.control }
}

/// The outline, drawn `inset` inside the full size.
fn shield(inset: f32) -> Vec<Knot> {
    let (left, right) = (inset, 1.0 - inset);
    let top = 0.08 + inset;
    let foot = RATIO - 1.2 * inset;
    vec![
        corner(0.5, inset),
        bend(0.65, top + 0.02),
        bend(0.85, top + 0.02),
        corner(right, top),
        corner(right, 0.58),
        bend(right, 0.84),
        bend(0.78, 1.04),
        corner(0.5, foot),
        bend(0.22, 1.04),
        bend(left, 0.84),
        corner(left, 0.58),
        corner(left, top),
        bend(0.15, top + 0.02),
        bend(0.35, top + 0.02),
    ]
    .into_iter()
    .chain([corner(0.5, inset)])
    .collect()
}

/// Half a disc on the horizon and seven rays.
fn sun() -> Vec<Vec<Knot>> {
    const ROUND: f32 = 0.552;
    let (cx, cy, r) = (0.5, 0.58, 0.15);
    let disc = vec![
        corner(cx - r, cy),
        bend(cx - r, cy - ROUND * r),
        bend(cx - ROUND * r, cy - r),
        corner(cx, cy - r),
        bend(cx + ROUND * r, cy - r),
        bend(cx + r, cy - ROUND * r),
        corner(cx + r, cy),
    ];
    let ray = |step: u8| {
        let angle = f32::from(step) * std::f32::consts::PI / 8.0;
        let at = |turn: f32, distance: f32| {
            let (sin, cos) = (angle + turn).sin_cos();
            corner(cx - cos * distance, cy - sin * distance)
        };
        vec![at(-0.075, 0.19), at(0.0, 0.34), at(0.075, 0.19)]
    };
    std::iter::once(disc).chain((1..8).map(ray)).collect()
}

/// A band of water with its crest at `y`.
fn wave(y: f32) -> Vec<Knot> {
    let inner = if y < 0.7 { 0.10 } else { 0.17 };
    let (left, right, thick) = (inner, 1.0 - inner, 0.06);
    vec![
        corner(left, y),
        bend(0.30, y - 0.07),
        bend(0.38, y + 0.07),
        corner(0.5, y),
        bend(0.62, y - 0.07),
        bend(0.70, y + 0.07),
        corner(right, y),
        corner(right - 0.02, y + thick),
        bend(0.70, y + thick + 0.07),
        bend(0.62, y + thick - 0.07),
        corner(0.5, y + thick),
        bend(0.38, y + thick + 0.07),
        bend(0.30, y + thick - 0.07),
        corner(left + 0.02, y + thick),
    ]
}

fn corner(x: f32, y: f32) -> Knot {
    Knot { x, y, control: false }
}

fn bend(x: f32, y: f32) -> Knot {
    Knot { x, y, control: true }
}
