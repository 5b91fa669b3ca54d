//! What of a file is under its seal, read from its bytes without trusting its structure.

use std::ops::Range;

use aws_lc_rs::digest::{Algorithm, Context, SHA256};

/// How our own writer begins a byte range.
const KEY: &[u8] = b"/ByteRange[";

/// Where the first byte range of the file says the seal is, from `<` to behind `>`.
///
/// `None` when the file has no byte range, or when it leaves out anything else: then something stands before, behind
/// or beside what was sealed.
pub fn find_gap(pdf: &[u8]) -> Option<Range<usize>> {
    let at = pdf.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    gap_of(pdf, at)
}

/// The same for the last byte range of the file: that of the newest revision.
pub fn find_last_gap(pdf: &[u8]) -> Option<Range<usize>> {
    const KEY: &[u8] = b"/ByteRange";
    let at = pdf.windows(KEY.len()).rposition(|window| window == KEY)? + KEY.len();
    let open = at + pdf.get(at..)?.iter().take(8).position(|byte| *byte == b'[')? + 1;
    gap_of(pdf, open)
}

/// Where the first revision of a sealed file ends, by its own byte range.
pub fn first_end(pdf: &[u8]) -> Option<usize> {
    let at = pdf.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let [0, _, resume, length] = numbers(pdf, at)?[..] else { return None };
    resume.checked_add(length).filter(|end| *end <= pdf.len())
}

/// The gap of a byte range that covers everything else.
fn gap_of(pdf: &[u8], at: usize) -> Option<Range<usize>> {
    let [0, start, resume, length] = numbers(pdf, at)?[..] else { return None };
    let whole = resume.checked_add(length)? == pdf.len();
    let gap = pdf.get(start..resume)?;
    (whole && gap.len() > 2 && gap.starts_with(b"<") && gap.ends_with(b">")).then_some(start..resume)
}

/// The numbers of a byte range that begins at `at`.
fn numbers(pdf: &[u8], at: usize) -> Option<Vec<usize>> {
    let end = at + pdf.get(at..)?.iter().take(64).position(|byte| *byte == b']')?;
    let text = std::str::from_utf8(&pdf[at..end]).ok()?;
    text.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().ok()
}

/// Digest of everything but the gap.
pub fn digest_by(algorithm: &'static Algorithm, pdf: &[u8], gap: &Range<usize>) -> Vec<u8> {
    let mut digest = Context::new(algorithm);
    digest.update(&pdf[..gap.start]);
    digest.update(&pdf[gap.end..]);
    digest.finish().as_ref().to_vec()
}

/// SHA-256 of everything but the gap.
pub fn digest(pdf: &[u8], gap: &Range<usize>) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(&digest_by(&SHA256, pdf, gap));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_range_that_covers_the_whole_file_is_taken() {
        let file = |range: &str| format!("{range:<30}<0000>tail").into_bytes();
        assert_eq!(find_gap(&file("/ByteRange[0 30 36 4]")), Some(30..36));
        for wrong in
            ["/ByteRange[1 30 36 4]", "/ByteRange[0 30 36 3]", "/ByteRange[0 29 36 4]", "/ByteRange[0 30 40 0]"]
        {
            assert_eq!(find_gap(&file(wrong)), None, "{wrong}");
        }
        assert_eq!(find_gap(b"%PDF-1.7"), None);
        assert_eq!(find_gap(&file("/ByteRange[0 30 99999999999999999999 4]")), None);
    }
}
