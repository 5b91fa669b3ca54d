//! Time for one permit with photograph, from sheet to bytes.

#![expect(clippy::expect_used, reason = "a bench stops at the first surprise")]

use chrono::{DateTime, Utc};
use loket::documents::{PermitSheet, TicketSlip, permit, ticket_slip};

fn main() {
    divan::main();
}

fn signing_day() -> DateTime<Utc> {
    "2026-11-24T03:15:00Z".parse().expect("a date")
}

#[divan::bench]
fn one_permit(bencher: divan::Bencher) {
    let json = include_str!("../src/documents/data/sample_certificate.json");
    let mut sheet: PermitSheet = serde_json::from_str(json).expect("a sheet");
    sheet.photo_jpeg = Some(include_bytes!("../src/documents/data/portrait.jpg").to_vec());
    bencher.bench(|| permit(divan::black_box(&sheet), signing_day()));
}

#[divan::bench]
fn one_queue_slip(bencher: divan::Bencher) {
    let json = include_str!("../src/documents/data/sample_slip.json");
    let slip: TicketSlip = serde_json::from_str(json).expect("a slip");
    bencher.bench(|| ticket_slip(divan::black_box(&slip), signing_day()));
}
