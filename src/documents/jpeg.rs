//! Reads the size of a JPEG, so that it can be embedded without decoding it.

use super::PaperError;

/// Pixels and colour parts of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Photo {
    pub width: u16,
    pub height: u16,
    /// 1 for grey, 3 for colour.
    pub parts: u8,
}

/// Walks the segments of a JPEG to its frame header.
///
/// # Errors
/// [`PaperError::Photo`] when the bytes are no JPEG, or one for printing presses (CMYK).
pub fn measure(bytes: &[u8]) -> Result<Photo, PaperError> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8]).ok_or(PaperError::Photo("not a JPEG"))?;
    while let [0xFF, marker, tail @ ..] = rest {
        let [high, low, body @ ..] = tail else { break };
        if is_frame(*marker) {
            return read_frame(body);
        }
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        rest = match tail.get(length..) {
            Some(next) if length >= 2 => next,
            Some(_) | None => break,
        };
    }
    Err(PaperError::Photo("no picture inside"))
}

/// Start-of-frame markers; C4, C8 and CC are other tables in the same range.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC)
}

fn read_frame(body: &[u8]) -> Result<Photo, PaperError> {
    let [8, h1, h2, w1, w2, parts @ (1 | 3), ..] = *body else {
        return Err(PaperError::Photo("colours other than grey or RGB"));
    };
    let (width, height) = (u16::from_be_bytes([w1, w2]), u16::from_be_bytes([h1, h2]));
    if width == 0 || height == 0 {
        return Err(PaperError::Photo("no pixels"));
    }
    Ok(Photo { width, height, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_photograph_is_read_from_its_frame() {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2];
        bytes.extend([0xFF, 0xC0, 0, 17, 8, 0x01, 0x90, 0x01, 0x2C, 3]);
        let photo = measure(&bytes).unwrap();
        assert_eq!((photo.width, photo.height, photo.parts), (300, 400, 3));
    }

    #[test]
    fn bytes_that_are_no_photograph_are_refused() {
        for bytes in [&b"%PDF-1.7"[..], b"", &[0xFF, 0xD8], &[0xFF, 0xD8, 0xFF, 0xE0, 0, 0]] {
            assert!(matches!(measure(bytes), Err(PaperError::Photo(_))));
        }
    }

    #[test]
    fn a_photograph_in_press_colours_is_refused() {
        let bytes = [0xFF, 0xD8, 0xFF, 0xC0, 0, 20, 8, 0, 4, 0, 3, 4];
        assert!(matches!(measure(&bytes), Err(PaperError::Photo(_))));
    }
}
