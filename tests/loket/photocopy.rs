//! The code of a permit after an office copier had it: laid on crooked, out of focus, speckled, pale.

use std::path::{Path, PathBuf};

use image::{GrayImage, Luma, imageops};
use loket::documents::{permit, qr_token};

use crate::support::papers::{certificate, path, run, signing_day, skip};

/// What a copier does to a page.
struct Copier {
    degrees: f32,
    /// Of a Gaussian blur, in pixels.
    blur: f32,
    /// Largest change of a pixel, of 255.
    speckle: u32,
    /// Black comes out as this grey.
    black: u8,
}

/// Copiers as in an office: both readers must cope.
const COPIERS: [Copier; 3] = [
    Copier { degrees: 0.0, blur: 0.0, speckle: 0, black: 0 },
    Copier { degrees: 2.0, blur: 0.5, speckle: 20, black: 30 },
    Copier { degrees: -7.0, blur: 0.5, speckle: 20, black: 50 },
];

#[test]
fn a_photocopied_code_is_read_by_zbar_and_by_zxing() {
    let sheet = certificate();
    let folder = tempfile::tempdir().unwrap();
    let Some(page) = print_at_150_dpi(&permit(&sheet, signing_day()).unwrap(), folder.path()) else { return };
    for (at, copier) in COPIERS.iter().enumerate() {
        let copy = folder.path().join(format!("copy-{at}.png"));
        copier.copy(&page).save(&copy).unwrap();
        for (reader, scanned) in [("zbar", zbar(&copy)), ("zxing", zxing(&copy))] {
            let Some(scanned) = scanned else { continue };
            assert_eq!(scanned, sheet.qr_payload, "{reader}, copy {at}");
            assert!(qr_token::parse_payload(&scanned).is_ok(), "{reader}, copy {at}");
        }
    }
}

#[test]
fn a_copy_that_is_only_noise_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(page) = print_at_150_dpi(&permit(&certificate(), signing_day()).unwrap(), folder.path()) else { return };
    let copy = folder.path().join("copy.png");
    Copier { degrees: 3.0, blur: 6.0, speckle: 120, black: 120 }.copy(&page).save(&copy).unwrap();
    assert_eq!(zxing(&copy).unwrap_or_default(), "", "as a control");
}

impl Copier {
    fn copy(&self, page: &GrayImage) -> GrayImage {
        let turned = turn(page, self.degrees.to_radians());
        let mut copy = if self.blur > 0.0 { imageops::blur(&turned, self.blur) } else { turned };
        let mut dice = 0x2545_F491_u32;
        for Luma([grey]) in copy.pixels_mut() {
            dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let speck =
                i32::try_from((dice >> 16) % (2 * self.speckle + 1)).unwrap() - i32::try_from(self.speckle).unwrap();
            let pale = i32::from(self.black) + i32::from(*grey) * (255 - i32::from(self.black)) / 255;
            *grey = u8::try_from((pale + speck).clamp(0, 255)).unwrap();
        }
        copy
    }
}

/// The page turned about its middle on a white ground large enough for it.
fn turn(page: &GrayImage, angle: f32) -> GrayImage {
    let side = page.width().max(page.height()) * 3 / 2;
    let (middle, sin, cos) = (side as f32 / 2.0, angle.sin(), angle.cos());
    GrayImage::from_fn(side, side, |x, y| {
        let (right, down) = (x as f32 - middle, y as f32 - middle);
        let from_x = right * cos + down * sin + page.width() as f32 / 2.0;
        let from_y = down * cos - right * sin + page.height() as f32 / 2.0;
        imageops::interpolate_bilinear(page, from_x, from_y).unwrap_or(Luma([255]))
    })
}

fn print_at_150_dpi(pdf: &[u8], folder: &Path) -> Option<GrayImage> {
    let (file, picture): (PathBuf, PathBuf) = (folder.join("paper.pdf"), folder.join("page"));
    std::fs::write(&file, pdf).unwrap();
    run("pdftoppm", &["-r", "150", "-png", "-singlefile", path(&file), path(&picture)])?;
    Some(image::open(picture.with_extension("png")).unwrap().to_luma8())
}

fn zbar(picture: &Path) -> Option<String> {
    let scanned = run("zbarimg", &["--quiet", "--nodbus", "--raw", path(picture)])?;
    Some(scanned.trim().to_owned())
}

fn zxing(picture: &Path) -> Option<String> {
    let Some(python) = std::env::var_os("LOKET_PYTHON") else {
        skip("LOKET_PYTHON does not name a Python with zxing-cpp");
        return None;
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_code.py");
    let scanned = run(python.to_str().unwrap(), &[script, path(picture)])?;
    Some(scanned.trim().to_owned())
}
