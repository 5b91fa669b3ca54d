//! What may be handed in: a PDF, a JPEG or a PNG, known by its bytes and not by its name (pure).

mod pdf;
mod picture;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;

use super::Scan;
use crate::messages::Refusal;

/// The largest file, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;
/// Size of the photograph on a permit, in pixels: 30 × 40 mm at 400 dpi.
const PHOTO: (u32, u32) = (480, 640);
/// The longest side of a photograph of a place, in pixels: 80 mm at 400 dpi.
const SITE_PHOTO: u32 = 1280;
/// The longest kept file name, in characters.
const NAME: usize = 80;

/// A file that passed the check.
#[derive(Clone, Debug)]
pub struct Upload {
    /// By the bytes.
    pub media_type: &'static str,
    /// Cleaned, with the ending of its type.
    pub file_name: String,
    /// The bytes: those of a PDF as they came, a picture drawn anew.
    pub bytes: Vec<u8>,
    /// What the virus scanner says of them so far.
    pub scan: Scan,
}

/// Checks a file; a picture is drawn anew. Takes time: call it off the async threads.
///
/// # Errors
/// 422 on the field `file`: empty, too large, another type, a picture that cannot be shown, or a PDF that is not whole
/// or not quiet.
pub fn check_upload(bytes: Vec<u8>, name: &str) -> Result<Upload, Refusal> {
    let (media_type, ending) = kind_of(&bytes)?;
    let bytes = if media_type == "application/pdf" {
        pdf::check_pdf(&bytes).map_err(refused)?;
        bytes
    } else {
        picture::redraw(&bytes).map_err(refused)?
    };
    if bytes.len() > LARGEST {
        return Err(refused("file-too-large"));
    }
    Ok(Upload { media_type, file_name: clean_name(name, ending), bytes, scan: Scan::Off })
}

/// Checks the photograph for a permit and makes it the size it is printed in, upright, without the camera's own
/// notes (place, time, device). Call it off the async threads.
///
/// # Errors
/// 422 on the field `file`, also for a PDF: a photograph must be a picture.
pub fn check_photo(bytes: Vec<u8>, name: &str) -> Result<Upload, Refusal> {
    if kind_of(&bytes)?.0 == "application/pdf" {
        return Err(refused("photo-not-a-picture"));
    }
    let picture = picture::decode(&bytes).map_err(refused)?;
    let picture = picture.resize_to_fill(PHOTO.0, PHOTO.1, FilterType::Lanczos3).to_rgb8();
    let mut jpeg = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(&picture);
    encoded.map_err(|_| refused("file-picture"))?;
    Ok(Upload { media_type: "image/jpeg", file_name: clean_name(name, "jpg"), bytes: jpeg, scan: Scan::Off })
}

/// Checks a photograph of a place and makes it a JPEG that prints well at half the width of a page, upright, without the
/// camera's own notes. Call it off the async threads.
///
/// # Errors
/// As [`check_photo`].
pub fn check_site_photo(bytes: Vec<u8>, name: &str) -> Result<Upload, Refusal> {
    if kind_of(&bytes)?.0 == "application/pdf" {
        return Err(refused("photo-not-a-picture"));
    }
    let mut picture = picture::decode(&bytes).map_err(refused)?;
    if picture.width().max(picture.height()) > SITE_PHOTO {
        picture = picture.resize(SITE_PHOTO, SITE_PHOTO, FilterType::Triangle);
    }
    let mut jpeg = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, 82).encode_image(&picture.to_rgb8());
    encoded.map_err(|_| refused("file-picture"))?;
    Ok(Upload { media_type: "image/jpeg", file_name: clean_name(name, "jpg"), bytes: jpeg, scan: Scan::Off })
}

/// Type and ending of bytes.
fn kind_of(bytes: &[u8]) -> Result<(&'static str, &'static str), Refusal> {
    if bytes.is_empty() {
        return Err(refused("file-empty"));
    }
    if bytes.len() > LARGEST {
        return Err(refused("file-too-large"));
    }
    match infer::get(bytes).map(|kind| kind.mime_type()) {
        Some("application/pdf") if bytes.starts_with(b"%PDF-") => Ok(("application/pdf", "pdf")),
        Some("image/jpeg") => Ok(("image/jpeg", "jpg")),
        Some("image/png") => Ok(("image/png", "png")),
        Some(_) | None => Err(refused("file-kind")),
    }
}

fn refused(code: &'static str) -> Refusal {
    Refusal::invalid("invalid-fields").field("file", code)
}

/// The last part of a path, without signs that mean something to a shell, a header or a page.
fn clean_name(name: &str, ending: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let kept: String = stem.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.')).collect();
    let kept: String = kept.trim_matches([' ', '.']).chars().take(NAME).collect();
    if kept.is_empty() { format!("berkas.{ending}") } else { format!("{kept}.{ending}") }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::DynamicImage;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
        bytes
    }

    fn code_of(result: Result<Upload, Refusal>) -> &'static str {
        result.err().map_or("accepted", |refusal| refusal.fields[0].code)
    }

    #[test]
    fn a_file_is_known_by_its_bytes_and_not_by_its_name() {
        assert_eq!(check_upload(b"%PDF-1.7\n%%EOF".to_vec(), "surat.exe").unwrap().file_name, "surat.pdf");
        assert_eq!(code_of(check_upload(b"<html><script>".to_vec(), "surat.pdf")), "file-kind");
        assert_eq!(code_of(check_upload(b"MZ\x90\x00".to_vec(), "foto.jpg")), "file-kind");
        assert_eq!(code_of(check_upload(Vec::new(), "x.pdf")), "file-empty");
        assert_eq!(code_of(check_upload(vec![b'%'; LARGEST + 1], "x.pdf")), "file-too-large");
    }

    #[test]
    fn a_picture_that_cannot_be_shown_is_refused() {
        let mut broken = png(40, 40);
        broken.truncate(45);
        assert_eq!(code_of(check_upload(broken, "foto.png")), "file-picture");
        assert_eq!(code_of(check_upload(png(40, 40), "foto.png")), "accepted");
    }

    #[test]
    fn a_photograph_becomes_a_jpeg_of_the_printed_size() {
        let photo = check_photo(png(900, 900), "pas foto.png").unwrap();
        assert_eq!((photo.media_type, photo.file_name.as_str()), ("image/jpeg", "pas foto.jpg"));
        let picture = image::load_from_memory(&photo.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), PHOTO);
        assert_eq!(code_of(check_photo(b"%PDF-1.7\n%%EOF".to_vec(), "foto.pdf")), "photo-not-a-picture");
    }

    #[test]
    fn a_photograph_of_a_place_keeps_its_shape_and_becomes_a_small_jpeg() {
        let photo = check_site_photo(png(2600, 1300), "depan.png").unwrap();
        assert_eq!((photo.media_type, photo.file_name.as_str()), ("image/jpeg", "depan.jpg"));
        let picture = image::load_from_memory(&photo.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (1280, 640));
        assert_eq!(code_of(check_site_photo(b"%PDF-1.7\n%%EOF".to_vec(), "foto.pdf")), "photo-not-a-picture");
    }

    #[test]
    fn a_name_keeps_nothing_that_means_something_elsewhere() {
        assert_eq!(clean_name("../../etc/passwd", "pdf"), "passwd.pdf");
        assert_eq!(clean_name("C:\\x\\a\"b<c>\r\n.pdf", "pdf"), "abc.pdf");
        assert_eq!(clean_name("....", "png"), "berkas.png");
    }
}
