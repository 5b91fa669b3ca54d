//! Sheets to print, and the programs that judge what was printed.

use std::path::Path;
use std::process::Command;

use chrono::{DateTime, Utc};
use loket::documents::{PermitSheet, ReceiptSheet, TicketSlip};

pub fn certificate() -> PermitSheet {
    let json = include_str!("../../../src/documents/data/sample_certificate.json");
    let mut sheet: PermitSheet = serde_json::from_str(json).unwrap();
    let portrait = include_bytes!("../../../src/documents/data/portrait.jpg");
    sheet.photo_jpeg = Some(portrait.to_vec());
    sheet
}

pub fn decree() -> PermitSheet {
    serde_json::from_str(include_str!("../../../src/documents/data/sample_decree.json")).unwrap()
}

pub fn receipt_sheet() -> ReceiptSheet {
    serde_json::from_str(include_str!("../../../src/documents/data/sample_receipt.json")).unwrap()
}

pub fn slip() -> TicketSlip {
    serde_json::from_str(include_str!("../../../src/documents/data/sample_slip.json")).unwrap()
}

pub fn signing_day() -> DateTime<Utc> {
    "2026-11-24T03:15:00Z".parse().unwrap()
}

/// What a program says about a PDF.
pub fn ask(program: &str, pdf: &[u8], arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    run(program, &[&[path(&file)], arguments].concat())
}

/// Runs a program that must not complain; without the program the check is skipped, except where everything must run.
pub fn run(program: &str, arguments: &[&str]) -> Option<String> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            assert!(output.stderr.is_empty(), "{program}: {output:?}");
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            skip(&format!("{program}: {error}"));
            None
        }
    }
}

/// Says what cannot be checked on this machine; where everything must run that is a failure.
pub fn skip(why: &str) {
    let everything = ["CI", "LOKET_TEST_ALL"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!everything, "{why}");
    println!("skipped: {why}");
}

pub fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}
