//! Pictures that are handed in are drawn anew: nothing of the sent bytes is kept, neither the camera's notes (place,
//! time, device) nor what hides behind or between the pixels (pure).

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

/// The most pixels of a picture: the largest everyday photograph of a telephone has 24.5 million.
const MOST_PIXELS: u64 = 25_000_000;
/// The longest side of a picture, in pixels.
const LONGEST_SIDE: u32 = 12_000;
/// Memory a decoded picture may take, in bytes: four for each pixel.
const MEMORY: u64 = 4 * MOST_PIXELS;
/// The longest side that is kept: A4 at 300 dots an inch, on which small print is still read.
const KEPT_SIDE: u32 = 3508;
/// The most passes of a JPEG: usual progressive ones have ten, and each costs a walk over the whole picture.
const MOST_PASSES: usize = 100;
/// How carefully a JPEG is written again, of 100.
const QUALITY: u8 = 88;

/// Draws a JPEG or PNG anew, upright and not larger than an A4 page at 300 dpi, as the same type.
///
/// # Errors
/// The code of a fault of the field `file`.
pub(super) fn redraw(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let is_png = bytes.starts_with(b"\x89PNG");
    let picture = decode(bytes)?;
    let plain = match (is_png && picture.color().has_alpha(), picture.color().has_color()) {
        (true, _) => DynamicImage::ImageRgba8(picture.into_rgba8()),
        (false, true) => DynamicImage::ImageRgb8(picture.into_rgb8()),
        (false, false) => DynamicImage::ImageLuma8(picture.into_luma8()),
    };
    let mut drawn = Vec::new();
    let written = if is_png {
        plain.write_to(&mut Cursor::new(&mut drawn), ImageFormat::Png)
    } else {
        JpegEncoder::new_with_quality(&mut drawn, QUALITY).encode_image(&plain)
    };
    written.map_err(|_| "file-picture")?;
    Ok(drawn)
}

/// Decodes a picture under limits, upright and scaled to what is kept. What is too large is refused by what its head
/// says, before a pixel is made.
///
/// # Errors
/// As [`redraw`].
pub(super) fn decode(bytes: &[u8]) -> Result<DynamicImage, &'static str> {
    let wrong = |_| "file-picture";
    if passes(bytes) > MOST_PASSES {
        return Err("file-picture");
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| "file-picture")?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(too_large_or_broken)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > LONGEST_SIDE || pixels > MOST_PIXELS || decoder.total_bytes() > MEMORY {
        return Err("picture-too-large");
    }
    let upright = decoder.orientation().map_err(wrong)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(too_large_or_broken)?;
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.thumbnail(KEPT_SIDE, KEPT_SIDE);
    }
    picture.apply_orientation(upright);
    Ok(picture)
}

fn too_large_or_broken(error: image::ImageError) -> &'static str {
    match error {
        image::ImageError::Limits(_) => "picture-too-large",
        _ => "file-picture",
    }
}

/// The scans of a JPEG. Within its pixels no byte FF is followed by DA.
fn passes(bytes: &[u8]) -> usize {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return 0;
    }
    bytes.windows(2).filter(|pair| *pair == [0xff, 0xda]).count()
}
