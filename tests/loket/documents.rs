//! Permits, receipts and slips as the office gets them: bytes of a PDF file.

use std::path::PathBuf;

use loket::documents::{PaperError, PermitSheet, missing_characters, permit, receipt, ticket_slip};

use crate::support::papers::{ask, certificate, path, receipt_sheet, run, signing_day, slip};

/// What a reader sees in the code of the first page, printed at `dpi`.
pub fn scan(pdf: &[u8], dpi: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let picture: PathBuf = folder.path().join("page");
    let render = ["-r", dpi, "-png", "-singlefile", path(&file), path(&picture)];
    run("pdftoppm", &render)?;
    let picture = picture.with_extension("png");
    let scanned = run("zbarimg", &["--quiet", "--nodbus", "--raw", path(&picture)])?;
    Some(scanned.trim().to_owned())
}

#[test]
fn the_same_sheet_and_date_give_the_same_bytes() {
    let first = permit(&certificate(), signing_day()).unwrap();
    assert_eq!(first, permit(&certificate(), signing_day()).unwrap());
    let mut other = certificate();
    other.validity.push('.');
    assert_ne!(first, permit(&other, signing_day()).unwrap());
}

#[test]
fn a_frozen_sheet_prints_like_the_original() {
    let frozen = serde_json::to_string(&certificate()).unwrap();
    let thawed: PermitSheet = serde_json::from_str(&frozen).unwrap();
    assert_eq!(permit(&thawed, signing_day()).unwrap(), permit(&certificate(), signing_day()).unwrap());
}

#[test]
fn a_permit_with_photograph_stays_below_110_kilobytes() {
    let bytes = permit(&certificate(), signing_day()).unwrap();
    assert!(bytes.len() <= 110_000, "{} bytes", bytes.len());
}

#[test]
fn the_words_of_a_permit_can_be_searched_and_copied() {
    let bytes = permit(&certificate(), signing_day()).unwrap();
    let Some(text) = ask("pdftotext", &bytes, &["-"]) else {
        return;
    };
    for words in [
        "apt. Siti Nurhaliza Rahmawati, S.Farm.",
        "503/0188/SIPA/DPMPTSP/2026",
        "1607 0141 1292 0003",
        "Senin – Sabtu, 08.00 – 14.00 WIB",
        "standar prosedur operasional. Surat izin ini dapat ditinjau kembali",
        "NIP 19690817 199403 1 008",
        "DATA UJI",
    ] {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(words), "{words:?} in {text}");
    }
}

#[test]
fn the_mark_across_the_page_does_not_cut_through_copied_text() {
    let mut sheet = certificate();
    sheet.mark = Some("CONTOH".to_owned());
    let bytes = permit(&sheet, signing_day()).unwrap();
    let Some(text) = ask("pdftotext", &bytes, &["-layout", "-"]) else {
        return;
    };
    let fragments = text.lines().filter(|line| {
        let line = line.trim();
        !line.is_empty() && line != "CONTOH" && "CONTOH".contains(line)
    });
    assert_eq!(fragments.count(), 0, "{text}");
    assert_eq!(text.matches("CONTOH").count(), 1);
}

#[test]
fn the_properties_of_the_file_hold_no_population_number() {
    let bytes = permit(&certificate(), signing_day()).unwrap();
    let Some(properties) = ask("pdfinfo", &bytes, &[]) else {
        return;
    };
    assert!(properties.contains("SURAT IZIN PRAKTIK APOTEKER 503/0188/SIPA/DPMPTSP/2026"));
    assert!(!properties.replace(' ', "").contains("1607014112920003"));
}

#[test]
fn the_code_of_every_paper_is_read_from_a_150_dpi_print() {
    let (sheet, receipt_sheet, slip) = (certificate(), receipt_sheet(), slip());
    let papers = [
        (permit(&sheet, signing_day()), &sheet.qr_payload),
        (receipt(&receipt_sheet, signing_day()), &receipt_sheet.qr_payload),
        (ticket_slip(&slip, signing_day()), &slip.qr_payload),
    ];
    for (paper, payload) in papers {
        if let Some(scanned) = scan(&paper.unwrap(), "150") {
            assert_eq!(&scanned, payload);
        }
    }
}

#[test]
fn a_name_the_font_cannot_print_is_refused_and_the_character_named() {
    let mut sheet = certificate();
    sheet.holder_name = "Budi \u{4E2D} Santoso".to_owned();
    assert_eq!(missing_characters(&sheet), Ok(vec!['\u{4E2D}']));
    let refusal = permit(&sheet, signing_day()).unwrap_err();
    assert_eq!(refusal, PaperError::MissingCharacter { character: '\u{4E2D}', text: sheet.holder_name });
    assert!(refusal.to_string().contains("U+4E2D"));
    assert!(!refusal.to_string().contains("Santoso"));
}

#[test]
fn a_photograph_that_is_no_jpeg_is_refused() {
    let mut sheet = certificate();
    sheet.photo_jpeg = Some(b"GIF89a".to_vec());
    let refusal = permit(&sheet, signing_day());
    assert!(matches!(refusal, Err(PaperError::Photo(_))));
}

#[test]
fn a_receipt_tells_code_due_date_and_checklist() {
    let bytes = receipt(&receipt_sheet(), signing_day()).unwrap();
    let Some(text) = ask("pdftotext", &bytes, &["-layout", "-"]) else {
        return;
    };
    for words in ["7K3M-QX2P-9AT", "Rabu, 2 Desember 2026", "Andi Saputra", "Pas foto"] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
}

#[test]
fn a_slip_tells_number_and_estimate_and_is_80_millimetres_wide() {
    let bytes = ticket_slip(&slip(), signing_day()).unwrap();
    let Some(text) = ask("pdftotext", &bytes, &["-"]) else {
        return;
    };
    assert!(text.contains("A-017") && text.contains("Perkiraan dipanggil"));
    if let Some(properties) = ask("pdfinfo", &bytes, &[]) {
        assert!(properties.contains("226.77"), "{properties}");
    }
}
