//! A PDF that is handed in stays byte for byte, so it is looked through: it must be whole, quiet and not swollen (pure).
//!
//! Own code: the PDF readers at hand unpack every stream without a limit before they can be asked anything.

use flate2::{Decompress, FlushDecompress, Status};

/// How far from its end the last `%%EOF` of a PDF may stand, in bytes (ISO 32000-1, annex H.3 note 18).
const TAIL: usize = 1024;
/// How far from the end the directory of a ZIP may begin, in bytes: its comment has at most 65,535.
const ZIP_TAIL: usize = 66_000;
/// The most that one packed stream may become, in bytes: two A4 pages of colour at 300 dots an inch.
const MOST_OF_STREAM: usize = 64 * 1024 * 1024;
/// The most that all of them may become, in bytes.
const MOST_OF_ALL: usize = 256 * 1024 * 1024;
/// The most streams of a file of ten megabytes.
const MOST_STREAMS: usize = 50_000;
/// How far before a stream its dictionary is looked for, in bytes.
const DICTIONARY: usize = 2 * 1024;
/// Unpacked at a time, in bytes.
const PIECE: usize = 64 * 1024;
/// The longest name that is looked for, in bytes as it may be written: each sign as `#4A`.
const LONGEST_NAME: usize = 48;

/// Names of what acts by itself, or carries another file (ISO 32000-1, 7.11.4, 12.6.4, 12.7.8, 13.2).
const ACTIVE: [&[u8]; 10] = [
    b"JavaScript",
    b"Launch",
    b"Rendition",
    b"RichMedia",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"XFA",
    b"GoToE",
    b"ImportData",
    b"SubmitForm",
];
/// Codings no scanner or printer uses for a stream of objects; behind them names cannot be seen.
const ODD_CODINGS: [&[u8]; 9] =
    [b"ASCIIHexDecode", b"AHx", b"ASCII85Decode", b"A85", b"LZWDecode", b"LZW", b"RunLengthDecode", b"RL", b"Crypt"];

/// Looks a PDF through.
///
/// # Errors
/// The code of a fault of the field `file`: `file-cut-off`, `file-double`, `file-locked`, `file-active`, `file-swollen`.
pub(super) fn check_pdf(bytes: &[u8]) -> Result<(), &'static str> {
    if find(&bytes[bytes.len().saturating_sub(TAIL)..], b"%%EOF", 0).is_none() {
        return Err("file-cut-off");
    }
    if find(&bytes[bytes.len().saturating_sub(ZIP_TAIL)..], b"PK\x05\x06", 0).is_some() {
        return Err("file-double");
    }
    if has_name(bytes, &[b"Encrypt"]) {
        return Err("file-locked");
    }
    if has_name(bytes, &ACTIVE) {
        return Err("file-active");
    }
    check_streams(bytes)
}

fn check_streams(bytes: &[u8]) -> Result<(), &'static str> {
    let (mut at, mut streams, mut all) = (0, 0, 0);
    let oddly_coded = has_name(bytes, &ODD_CODINGS);
    while let Some(found) = find(bytes, b"stream", at) {
        at = found + 6;
        if bytes[..found].ends_with(b"end") {
            continue;
        }
        streams += 1;
        if streams > MOST_STREAMS {
            return Err("file-swollen");
        }
        if oddly_coded {
            check_dictionary(&bytes[found.saturating_sub(DICTIONARY)..found])?;
        }
        let line_end = bytes[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n' | b' ')).count();
        all += look_into(&bytes[at + line_end..])?;
        if all > MOST_OF_ALL {
            return Err("file-swollen");
        }
    }
    Ok(())
}

/// Objects may be packed, but only in the way that is unpacked here.
fn check_dictionary(before: &[u8]) -> Result<(), &'static str> {
    let holds_objects = has_name(before, &[b"ObjStm"]) || (has_name(before, &[b"First"]) && has_name(before, &[b"N"]));
    if holds_objects && has_name(before, &ODD_CODINGS) { Err("file-active") } else { Ok(()) }
}

/// Unpacks a stream and looks for active names in it; answers for how many bytes it has. One that is not packed was
/// looked through already.
fn look_into(packed: &[u8]) -> Result<usize, &'static str> {
    let [first, second, ..] = packed else { return Ok(0) };
    if first & 0x0f != 8 || (u16::from(*first) * 256 + u16::from(*second)) % 31 != 0 {
        return Ok(0);
    }
    let mut unpacking = Decompress::new(true);
    let mut piece = vec![0; LONGEST_NAME + PIECE];
    let mut kept = 0;
    loop {
        let (read, made) = (taken(unpacking.total_in()), unpacking.total_out());
        let outcome = unpacking.decompress(&packed[read..], &mut piece[kept..], FlushDecompress::None);
        let fresh = taken(unpacking.total_out() - made);
        let filled = kept + fresh;
        if has_name(&piece[..filled], &ACTIVE) {
            return Err("file-active");
        }
        let all = taken(unpacking.total_out());
        if all > MOST_OF_STREAM {
            return Err("file-swollen");
        }
        match outcome {
            Ok(Status::Ok) if fresh > 0 || taken(unpacking.total_in()) > read => {}
            Ok(Status::Ok | Status::BufError | Status::StreamEnd) | Err(_) => return Ok(all),
        }
        kept = filled.min(LONGEST_NAME);
        piece.copy_within(filled - kept..filled, 0);
    }
}

fn taken(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// Whether one of the names stands somewhere, also written with `#` and digits.
fn has_name(bytes: &[u8], names: &[&[u8]]) -> bool {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == b'/') {
        at += found + 1;
        let name = name_at(&bytes[at..]);
        if names.contains(&name.as_slice()) {
            return true;
        }
    }
    false
}

/// The name that begins here, decoded, as far as any that is looked for is long.
fn name_at(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(16);
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if name.len() > 16 || !is_regular(*byte) {
            break;
        }
        let escaped = (*byte == b'#').then(|| after.get(..2)).flatten();
        let escaped = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        (rest, name) = match escaped {
            Some(decoded) => (&after[2..], pushed(name, decoded)),
            None => (after, pushed(name, *byte)),
        };
    }
    name
}

fn pushed(mut name: Vec<u8>, byte: u8) -> Vec<u8> {
    name.push(byte);
    name
}

fn is_regular(byte: u8) -> bool {
    !matches!(
        byte,
        0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ' | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let first = *what.first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn packed(content: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    }

    fn pdf(body: &[u8]) -> Vec<u8> {
        [b"%PDF-1.7\n".as_slice(), body, b"\nstartxref\n0\n%%EOF\n"].concat()
    }

    fn with_stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
        let head = format!("1 0 obj\n<< {dictionary} >>\nstream\n");
        pdf(&[head.as_bytes(), content, b"\nendstream\nendobj"].concat())
    }

    #[test]
    fn a_quiet_pdf_passes_and_a_cut_off_one_does_not() {
        assert_eq!(check_pdf(&pdf(b"1 0 obj << /Type /Catalog >> endobj")), Ok(()));
        assert_eq!(check_pdf(&with_stream("/Filter /FlateDecode", &packed(b"BT (izin) Tj ET"))), Ok(()));
        assert_eq!(check_pdf(b"%PDF-1.7\n1 0 obj"), Err("file-cut-off"));
    }

    #[test]
    fn what_acts_by_itself_is_seen_however_it_is_written_or_packed() {
        assert_eq!(check_pdf(&pdf(b"<< /S /JavaScript >>")), Err("file-active"));
        assert_eq!(check_pdf(&pdf(b"<< /S /J#61v#61Script >>")), Err("file-active"));
        let objects = packed(b"1 0 << /S /Launch >>");
        assert_eq!(check_pdf(&with_stream("/Type /ObjStm /Filter /FlateDecode", &objects)), Err("file-active"));
        assert_eq!(check_pdf(&with_stream("/Type /ObjStm /Filter /ASCIIHexDecode", b"2F53>")), Err("file-active"));
        assert_eq!(check_pdf(&pdf(b"<< /Subtype /JavaScripts /XFAX 1 >>")), Ok(()), "other names are no matter");
        assert_eq!(check_pdf(&pdf(b"trailer << /Encrypt 5 0 R >>")), Err("file-locked"));
    }

    #[test]
    fn a_name_that_lies_across_two_pieces_is_seen() {
        for place in PIECE - 60..PIECE + 60 {
            let mut content = vec![b' '; place];
            content.extend(b"/Launch ");
            content.extend(vec![b' '; PIECE]);
            assert_eq!(look_into(&packed(&content)), Err("file-active"), "at {place}");
        }
    }

    #[test]
    fn a_swollen_stream_is_given_up_early() {
        let bomb = packed(&vec![0; MOST_OF_STREAM + PIECE]);
        assert_eq!(check_pdf(&with_stream("/Filter /FlateDecode", &bomb)), Err("file-swollen"));
        assert_eq!(check_pdf(&pdf(&b"stream\n".repeat(MOST_STREAMS + 1))), Err("file-swollen"));
    }
}
