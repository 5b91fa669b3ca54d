//! The slip in the language of 80 mm thermal printers, ESC/POS (pure).

use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::Result;
use escpos::printer::Printer;
use escpos::utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption};

use crate::documents::TicketSlip;

/// Letters of a line in the printer's own font: 72 mm at 12 dots each.
const LINE: usize = 48;
/// Size of a dot of the QR code; 6 gives about 30 mm for an address.
const QR_DOT: u8 = 6;
/// Lines between the last text and the knife.
const BEFORE_CUT: u8 = 3;

/// Gathers what the printer would be sent.
#[derive(Clone, Default)]
struct Gathered(Rc<RefCell<Vec<u8>>>);

impl Driver for Gathered {
    fn name(&self) -> String {
        "gathered".to_owned()
    }

    fn write(&self, data: &[u8]) -> Result<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn flush(&self) -> Result<()> {
        Ok(())
    }
}

/// The bytes of a slip, from the reset to the cut.
pub fn slip_bytes(slip: &TicketSlip) -> Result<Vec<u8>> {
    let gathered = Gathered::default();
    let mut printer = Printer::new(gathered.clone(), Protocol::default(), None);
    head(&mut printer, slip)?;
    body(&mut printer, slip)?;
    printer.feeds(BEFORE_CUT)?.print_cut()?;
    Ok(gathered.0.take())
}

/// The bytes of the paper that pairs a printer: what it is for, and the code large.
pub fn code_bytes(title: &str, code: &str, hint: &str) -> Result<Vec<u8>> {
    let gathered = Gathered::default();
    let mut printer = Printer::new(gathered.clone(), Protocol::default(), None);
    printer.init()?.justify(JustifyMode::CENTER)?;
    lines(&mut printer, title)?;
    printer.feed()?.bold(true)?.size(3, 3)?.writeln(&plain(code))?.reset_size()?.bold(false)?.feed()?;
    lines(&mut printer, hint)?;
    printer.feeds(BEFORE_CUT)?.print_cut()?;
    Ok(gathered.0.take())
}

fn head(printer: &mut Printer<Gathered>, slip: &TicketSlip) -> Result<()> {
    printer.init()?.justify(JustifyMode::CENTER)?.bold(true)?;
    lines(printer, &slip.site_name)?;
    printer.bold(false)?;
    lines(printer, &slip.heading)?;
    let width = if slip.number.len() > 5 { 5 } else { 8 };
    printer.bold(true)?.size(width, 8)?.writeln(&plain(&slip.number))?.reset_size()?.bold(false)?;
    for service in &slip.services {
        lines(printer, service)?;
    }
    Ok(())
}

fn body(printer: &mut Printer<Gathered>, slip: &TicketSlip) -> Result<()> {
    printer.feed()?.bold(true)?;
    lines(printer, &slip.people_ahead)?;
    printer.bold(false)?;
    lines(printer, &slip.estimate)?;
    let code = QRCodeOption::new(QRCodeModel::Model2, QR_DOT, QRCodeCorrectionLevel::M);
    printer.feed()?.qrcode_option(&slip.qr_payload, code)?.feed()?;
    lines(printer, &slip.scan)?;
    for note in &slip.note {
        lines(printer, note)?;
    }
    lines(printer, &slip.taken_at)?;
    if let Some(mark) = &slip.mark {
        printer.bold(true)?;
        lines(printer, mark)?;
        printer.bold(false)?;
    }
    Ok(())
}

fn lines(printer: &mut Printer<Gathered>, text: &str) -> Result<()> {
    for line in wrapped(&plain(text)) {
        printer.writeln(&line)?;
    }
    Ok(())
}

/// Words set in lines that fit; a word longer than a line is cut.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut rest = word;
        while !rest.is_empty() {
            let (part, after) = rest.split_at(rest.len().min(LINE));
            match lines.last_mut() {
                Some(line) if line.len() + 1 + part.len() <= LINE => {
                    line.push(' ');
                    line.push_str(part);
                }
                Some(_) | None => lines.push(part.to_owned()),
            }
            rest = after;
        }
    }
    lines
}

/// Letters every printer has, whatever its code page: dashes and quotes become simple ones, accents fall off.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' '..='~' => plain.push(letter),
            '–' | '—' | '−' | '·' | '•' => plain.push('-'),
            '‘' | '’' => plain.push('\''),
            '“' | '”' => plain.push('"'),
            '…' => plain.push_str("..."),
            'é' | 'è' | 'ê' => plain.push('e'),
            '\n' | '\t' | '\u{a0}' => plain.push(' '),
            _ => plain.push('?'),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_set_in_lines_that_fit() {
        let long = wrapped(&"kata ".repeat(40));
        assert!(long.len() > 1 && long.iter().all(|line| line.len() <= LINE), "{long:?}");
        assert_eq!(wrapped(&"x".repeat(100)).iter().map(String::len).collect::<Vec<_>>(), [48, 48, 4]);
        assert!(wrapped("  ").is_empty());
    }

    #[test]
    fn no_letter_depends_on_the_code_page_of_the_printer() {
        assert_eq!(plain("15–25 menit · café “ya”… 字"), "15-25 menit - cafe \"ya\"... ?");
    }

    #[test]
    fn a_paper_begins_with_a_reset_and_ends_with_the_cut() {
        let bytes = code_bytes("Loket – printer", "0A1B2C3D", "Ketik kode ini").unwrap();
        assert!(bytes.starts_with(b"\x1b@") && bytes.ends_with(b"\x1dVA\x00"), "{bytes:02x?}");
        assert!(bytes.windows(8).any(|part| part == b"0A1B2C3D"));
    }
}
