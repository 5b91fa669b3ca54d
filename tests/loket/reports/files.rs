//! Reports that are kept as files: Excel and PDF with the figures of the screen.

use loket::documents::{Letterhead, ReportSheet};
use rocket::http::{Method, Status};

use super::{MONDAY, history};
use crate::support::papers::ask;
use crate::support::{Browser, TestCounter, morning};

on_each_database! {
    async fn a_report_as_excel_has_the_totals_of_the_json(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let supervisor = office.as_officer("penyelia").await;
        for by in ["day", "service"] {
            let json = supervisor.get(&format!("{MONDAY}&by={by}")).await.is(Status::Ok).body;
            let file = supervisor.get(&format!("{MONDAY}&by={by}&format=xlsx")).await.is(Status::Ok);
            assert!(file.headers["content-disposition"].contains(".xlsx"));
            let sheet = part_of(&file.bytes, "xl/worksheets/sheet1.xml");
            let rows: Vec<&str> = sheet.split("<row ").skip(1).collect();
            // Title, scope and heads; the empty line between is not written.
            assert_eq!(rows.len(), 3 + json["rows"].as_array().unwrap().len() + 1, "{sheet}");
            assert!(sheet.contains("ySplit=\"4\"") && sheet.contains("state=\"frozen\""), "{sheet}");
            let numbers: Vec<f64> = rows.last().unwrap().split("<c ").filter(|cell| !cell.contains("t=\"s\"")).filter_map(value_of).collect();
            let names = ["arrived", "visitors", "served", "no_show", "cancelled", "open", "no_show_percent",
                "cancelled_percent", "recalled_percent", "wait_p50_minutes", "wait_p90_minutes"];
            let expected: Vec<f64> = names.iter().map(|name| json["totals"][*name].as_f64().unwrap()).collect();
            assert_eq!(numbers[..names.len()], expected, "{sheet}");
            let date = rows[3].split("<c ").nth(1).and_then(value_of);
            // 23 November 2026 is day 46349 of a spreadsheet; a service is words.
            assert_eq!(date.filter(|day| *day > 40_000.0), (by == "day").then_some(46_349.0), "{sheet}");
        }
        let words = part_of(&supervisor.get(&format!("{MONDAY}&format=xlsx")).await.is(Status::Ok).bytes, "xl/sharedStrings.xml");
        assert!(words.contains("Kunjungan dan waktu pelayanan") && words.contains("Tunggu median") && words.contains("Jumlah"), "{words}");
    }

    async fn a_report_as_pdf_repeats_its_heads_and_has_the_totals_of_the_json(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let supervisor = office.as_officer("penyelia").await;
        let file = supervisor.get(&format!("{MONDAY}&by=service&format=pdf")).await.is(Status::Ok);
        assert_eq!(file.headers["content-type"], "application/pdf");
        let Some(text) = ask("pdftotext", &file.bytes, &["-layout", "-"]) else { return };
        let total = text.lines().find(|line| line.trim_start().starts_with("Jumlah")).unwrap();
        let cells: Vec<&str> = total.split_whitespace().skip(1).collect();
        assert_eq!(cells, ["4", "4", "2", "1", "1", "0", "25,0", "25,0", "0,0", "15,0", "20,0", "20,0", "1,0", "2,0", "8,0", "15,0", "15,0"]);
        for words in ["PEMERINTAH KABUPATEN BANYUASIN", "23 November 2026", "Halaman 1 dari 1", "Dibuat"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let long = ReportSheet { rows: vec![vec!["Layanan".into(), "1".into()]; 120], ..short_report() };
        let printed = loket::documents::report(&long, morning().utc()).unwrap();
        let text = ask("pdftotext", &printed, &["-layout", "-"]).unwrap();
        let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
        assert!(pages.len() >= 3, "{} pages", pages.len());
        for (at, page) in pages.iter().enumerate() {
            assert!(page.contains("Keperluan") && page.contains("DATA UJI"), "{page}");
            assert!(page.contains(&format!("Halaman {} dari {}", at + 1, pages.len())), "{page}");
        }
    }

    async fn every_table_of_the_page_can_be_taken_along(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let supervisor = office.as_officer("penyelia").await;
        let mut browser = Browser::new(&office);
        browser.sign_in_to("penyelia", "/laporan").await;
        let page = browser.visit("/laporan?from=2026-11-23&to=2026-11-23").await.to_owned();
        for report in ["kunjungan", "berkas", "urutan", "janji", "janji-tahap", "janji-opd", "janji-layanan-tahap"] {
            for (ending, start) in [("csv", "key,label"), ("xlsx", "PK"), ("pdf", "%PDF-")] {
                let link = format!("/laporan/{report}.{ending}?");
                assert!(page.contains(&link), "{link}: {page}");
                let query = "from=2026-11-23&to=2026-11-23&by=hour&site=";
                assert_eq!(browser.send(Method::Get, &format!("{link}{query}"), "").await, Status::Ok);
                assert!(browser.page.starts_with(start), "{link}");
            }
        }
        assert_eq!(browser.send(Method::Get, "/laporan/kunjungan.odt", "").await, Status::NotFound);
        for report in ["throughput", "stages", "promises", "estimates", "fairness"] {
            for (form, start) in [("csv", "key,label"), ("xlsx", "PK"), ("pdf", "%PDF-")] {
                let file = supervisor.get(&format!("/api/v1/reports/{report}?format={form}")).await.is(Status::Ok);
                assert!(file.bytes.starts_with(start.as_bytes()), "{report} {form}");
            }
        }
    }
}

/// A part of an Excel file.
fn part_of(file: &[u8], name: &str) -> String {
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut parts.by_name(name).unwrap(), &mut text).unwrap();
    text
}

/// The number in a cell.
fn value_of(cell: &str) -> Option<f64> {
    cell.split_once("<v>")?.1.split_once("</v>")?.0.parse().ok()
}

fn short_report() -> ReportSheet {
    ReportSheet {
        letterhead: Letterhead {
            government: "Kabupaten".into(),
            agency_lines: vec!["Dinas".into()],
            address: "Jalan".into(),
        },
        title: "Kunjungan".into(),
        scope: "Gerai".into(),
        heads: vec!["Layanan".into(), "Keperluan".into()],
        rows: Vec::new(),
        totals: vec!["Jumlah".into(), "120".into()],
        made: "Dibuat".into(),
        page: "Halaman {page} dari {pages}".into(),
        document_id: "laporan".into(),
        mark: Some("DATA UJI".into()),
    }
}
