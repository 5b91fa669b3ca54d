//! The reports as examples: two services and totals, an empty day, a wrong field.

use super::{Choice, Line, PromiseTable, ReportPage, SiteLink, Table, file_of};
use crate::reports::PromisesBy;
use crate::web::page::{FieldLine, Page};

impl Page for ReportPage {
    const TEMPLATE: &'static str = "reports/report.html";

    fn samples() -> Vec<Self> {
        let wrong = FieldLine { field: "to".into(), message: "Tanggal akhir sebelum tanggal awal.".into() };
        vec![full(), empty(), ReportPage { errors: vec![wrong], title: None, throughput: None, ..empty() }]
    }
}

fn full() -> ReportPage {
    let cells = "40 38 36 2 1 1 14,2 27,0 41,5 0,4 1,1 9,0 21,3 44,0";
    let names = ["SIP Bidan", "Izin Penyelenggaraan Satuan Pendidikan Nonformal oleh Masyarakat"];
    ReportPage {
        sites: ["opi", "pangkalan-balai"].map(|code| SiteLink { code: code.into(), name: code.into() }).into(),
        title: Some("Kunjungan 1 November 2026 sampai 24 November 2026 menurut petugas".into()),
        rates: Some("Tidak hadir 5 %, batal 3 %, tidak terlayani 3 %.".into()),
        is_by_clerk: true,
        throughput: Some(table(&names, cells)),
        stages: Some(table(&["Terdaftar", "Menunggu rekomendasi"], "12 8 2 1 1")),
        promises: PromisesBy::ALL.iter().map(|by| promises(*by, &names)).collect(),
        forecast_score: Some("Prakiraan berkas: skor Brier 0,081; sisa hari saja 0,214.".into()),
        estimates: Some(table(&names, "38 4,2 -1,1 0,81")),
        estimate_days: Some(table(&["23/11/2026", "24/11/2026"], "38 4,2 -1,1 0,81")),
        fairness: Some(table(&["Penyelia DATA UJI · Sakit, tidak kuat menunggu"], "1 4 0 0")),
        ..empty()
    }
}

fn empty() -> ReportPage {
    ReportPage {
        sites: vec![],
        site: String::new(),
        from: "2026-11-01".into(),
        to: "2026-11-24".into(),
        by: "day".into(),
        by_options: vec![Choice { value: "day", label: "Hari".into() }],
        errors: vec![],
        title: Some("Kunjungan 24 November 2026 menurut hari".into()),
        rates: None,
        is_by_clerk: false,
        throughput: Some(table(&[], "0 0 0 0 0 0 – – – – – – – –")),
        stages: Some(table(&[], "0 0 0 0 0")),
        promises: PromisesBy::ALL.iter().map(|by| promises(*by, &[])).collect(),
        forecast_score: None,
        estimates: None,
        estimate_days: None,
        fairness: Some(table(&[], "0 0 0 0")),
        query: "site=&from=2026-11-01&to=2026-11-24&by=day".into(),
    }
}

fn promises(by: PromisesBy, labels: &[&str]) -> PromiseTable {
    PromiseTable { by: by.word(), file: file_of(by), table: table(labels, "12 8 2 1 1 90,9 3 5 4 1 1") }
}

fn table(labels: &[&str], cells: &str) -> Table {
    let cells: Vec<String> = cells.split(' ').map(str::to_owned).collect();
    let rows = labels.iter().map(|label| Line { label: (*label).to_owned(), cells: cells.clone() }).collect();
    Table { rows, totals: cells }
}
