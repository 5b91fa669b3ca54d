//! The queue slip: black only, for an 80 mm thermal printer.

use super::flow::{Area, Column, Flow, Set};
use crate::documents::display::{BLACK, Drawing, MM};
use crate::documents::fonts::{Face, Faces};
use crate::documents::sheet::TicketSlip;
use crate::documents::structure::Role;
use crate::documents::text::Letter;
use crate::documents::{PaperError, qr};

const SITE: Letter = Letter::new(Face::Bold, 10.5);
const BODY: Letter = Letter::new(Face::Regular, 9.5);
const STRONG: Letter = Letter::new(Face::Bold, 10.5);
const SMALL: Letter = Letter::new(Face::Regular, 8.0);
const NUMBER: Letter = Letter { leading: 56.0, ..Letter::new(Face::Bold, 50.0) };
const WIDTH: f32 = 80.0 * MM;
/// The printing head leaves about 4 mm free at each side.
const MARGIN: f32 = 5.0 * MM;
const QR_SIDE: f32 = 30.0 * MM;
const QUIET: f32 = 4.0 * MM;
/// No slip is longer; the roll has no pages.
const LONGEST: f32 = 1000.0 * MM;

/// Sets the slip on one page that ends below its last line.
///
/// # Errors
/// [`PaperError::QrTooLong`] when the QR content does not fit.
pub fn draw(faces: &Faces, slip: &TicketSlip) -> Result<Drawing, PaperError> {
    let area =
        Area { width: WIDTH, height: LONGEST, left: MARGIN, right: WIDTH - MARGIN, top: 4.0 * MM, foot: LONGEST };
    let mut flow = Flow::start(faces, area, None);
    number(&mut flow, slip);
    wait(&mut flow, slip)?;
    notes(&mut flow, slip);
    let height = flow.y + 4.0 * MM;
    let mut drawing = flow.finish();
    for page in &mut drawing.pages {
        page.height = height;
    }
    Ok(drawing)
}

fn number(flow: &mut Flow, slip: &TicketSlip) {
    let column = flow.area.column();
    flow.block(&slip.site_name, column, SITE, Set::Centred);
    separator(flow, column);
    flow.block(&slip.heading, column, BODY, Set::Centred);
    flow.tagged(Role::Heading, |flow| flow.block(&slip.number, column, NUMBER, Set::Centred));
    for service in &slip.services {
        flow.block(service, column, BODY, Set::Centred);
    }
    separator(flow, column);
}

fn wait(flow: &mut Flow, slip: &TicketSlip) -> Result<(), PaperError> {
    let column = flow.area.column();
    flow.block(&slip.people_ahead, column, STRONG, Set::Centred);
    flow.block(&slip.estimate, column, BODY, Set::Centred);
    flow.skip(QUIET);
    let x = (WIDTH - QR_SIDE) / 2.0;
    flow.figure(&slip.scan, qr::draw(&slip.qr_payload, x, flow.y, QR_SIDE)?);
    flow.skip(QR_SIDE + QUIET);
    flow.block(&slip.scan, column, SMALL, Set::Centred);
    separator(flow, column);
    Ok(())
}

fn notes(flow: &mut Flow, slip: &TicketSlip) {
    let column = flow.area.column();
    for note in &slip.note {
        flow.block(note, column, SMALL, Set::Centred);
    }
    flow.block(&slip.taken_at, column, SMALL, Set::Centred);
    if let Some(mark) = &slip.mark {
        flow.block(mark, column, STRONG, Set::Centred);
    }
}

fn separator(flow: &mut Flow, column: Column) {
    flow.skip(1.5 * MM);
    flow.rule(column, 0.8, BLACK);
    flow.skip(1.5 * MM);
}
