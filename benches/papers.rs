//! Processor time of a sealed permit with photograph, and of checking one that was handed in. Draws the permit as the
//! office issues it: tagged, PDF/A, sealed by the office's own key, another number and holder each time.
//!
//! `benches/papers/compare.sh` calls it and draws the same page with other writers; alone: `cargo bench --bench papers`.
//! With `--to FOLDER` the permit, the sheet and the fonts are left there. A missed limit ends it with 1.

#![expect(clippy::expect_used, reason = "a bench stops at the first surprise")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use loket::documents::{LocalSeal, PermitSheet, Print, Signer, check_edition, permit, qr_path};
use loket::keys::{Keys, Trusted, sha256};
use serde_json::json;

/// Permits of one measurement.
const PERMITS: usize = 400;
/// Files that are checked in one measurement.
const CHECKS: usize = 400;
/// Fewer sealed permits in a second of one core are too few.
const FEWEST: f64 = 150.0;
/// A larger file is too large, in bytes.
const LARGEST: usize = 110_000;
/// A check that takes longer is too slow, in milliseconds.
const SLOWEST: f64 = 5.0;

fn main() -> ExitCode {
    let folder = std::env::args().skip_while(|argument| argument != "--to").nth(1).map(PathBuf::from);
    let home = tempfile::tempdir().expect("a folder");
    let keys = Arc::new(Keys::load_or_make(home.path()).expect("keys"));
    let seal = LocalSeal::new(Arc::clone(&keys), None);
    let sheet = sheet();

    let first = sealed(&seal, &sheet);
    assert_eq!(first, sealed(&seal, &sheet), "the same sheet gives the same bytes");
    let sheets: Vec<PermitSheet> = (0..PERMITS).map(|at| of_holder(&sheet, at)).collect();
    let before = processor_time();
    let papers: Vec<Vec<u8>> = sheets.iter().map(|sheet| sealed(&seal, sheet)).collect();
    let rate = PERMITS as f64 / (processor_time() - before).as_secs_f64();
    let bytes = papers.iter().map(Vec::len).max().unwrap_or_default();

    let trusted = Trusted::read(home.path()).expect("the keys of the office");
    let before = processor_time();
    for paper in papers.iter().cycle().take(CHECKS) {
        std::hint::black_box(sha256(paper));
        check_edition(paper, &trusted).expect("a genuine permit");
    }
    let check = (processor_time() - before).as_secs_f64() * 1000.0 / CHECKS as f64;

    println!("sealed permits in a second of one core: {rate:.0} (wanted {FEWEST:.0})");
    println!("largest file: {bytes} bytes (allowed {LARGEST})");
    println!("processor time of a check: {check:.2} ms (allowed {SLOWEST:.0})");
    if let Some(folder) = folder {
        leave(&folder, &sheet, &first);
        let figures = json!({ "per_second": rate, "bytes": bytes, "check_ms": check });
        std::fs::write(folder.join("loket.json"), figures.to_string()).expect("the figures are written");
    }
    ExitCode::from(u8::from(rate < FEWEST || bytes > LARGEST || check > SLOWEST))
}

/// The permit of the sample office with a photograph. DATA UJI.
fn sheet() -> PermitSheet {
    let json = include_str!("../src/documents/data/sample_certificate.json");
    let mut sheet: PermitSheet = serde_json::from_str(json).expect("a sheet");
    sheet.photo_jpeg = Some(include_bytes!("../src/documents/data/portrait.jpg").to_vec());
    sheet
}

/// The permit of another holder: number, name and code of a batch are never the same twice.
fn of_holder(sheet: &PermitSheet, at: usize) -> PermitSheet {
    let mut sheet = sheet.clone();
    sheet.number = format!("503/{at:04}/SIPA/DPMPTSP/2026");
    sheet.document_id = format!("0193-5EED-0000-{at:04}");
    sheet.holder_name = format!("{} {}", sheet.holder_name, ["Jaya", "Kusuma", "Wibowo", "Zulfa", "Qadri"][at % 5]);
    let kept = sheet.qr_payload.len() - 4;
    sheet.qr_payload.truncate(kept);
    sheet.qr_payload.push_str(&format!("{at:04}"));
    sheet
}

fn sealed(seal: &LocalSeal, sheet: &PermitSheet) -> Vec<u8> {
    let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
    seal.seal(permit(sheet, print).expect("a paper")).expect("a seal")
}

fn signing_day() -> DateTime<Utc> {
    "2026-11-24T03:15:00Z".parse().expect("a date")
}

/// Time this thread was on a processor; it does all of the work.
fn processor_time() -> Duration {
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells processor time");
    let nanoseconds = line.split_ascii_whitespace().next().and_then(|field| field.parse().ok());
    Duration::from_nanos(nanoseconds.expect("nanoseconds"))
}

/// What the other writers need to draw the same page; the code is drawn for them.
fn leave(folder: &Path, sheet: &PermitSheet, paper: &[u8]) {
    let keep = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file is written");
    keep("loket.pdf", paper);
    let mut words = serde_json::to_value(sheet).expect("a sheet");
    words["photo_jpeg"] = json!(null);
    let code = qr_path(&sheet.qr_payload).expect("a code");
    words["qr"] = json!({ "side": code.side, "path": code.path });
    keep("sheet.json", words.to_string().as_bytes());
    keep("photo.jpg", sheet.photo_jpeg.as_deref().unwrap_or_default());
    keep("NotoSans-Regular.ttf", notosans::REGULAR_TTF);
    keep("NotoSans-Bold.ttf", notosans::BOLD_TTF);
}
