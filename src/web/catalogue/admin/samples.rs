//! Samples of the editor's pages.

use super::difference::DiffLine;
use super::editor::{EditionView, EditorPage, FaultView, LineView};
use super::list::{FileRow, ServiceFilesPage};
use super::result::{AskedView, Preview, RehearsedView, ResultView, ShiftView, StageView};
use crate::web::page::FieldLine;

pub fn lists() -> Vec<ServiceFilesPage> {
    let row = |code: &str, name: &str| FileRow {
        code: code.into(),
        name: name.into(),
        kind: "Izin".into(),
        time: "5 hari kerja".into(),
        fee: "Gratis".into(),
        version: 3,
        cases: 4,
    };
    let long = "Izin Penyelenggaraan Satuan Pendidikan Nonformal dan Pendidikan Anak Usia Dini oleh Masyarakat";
    vec![
        ServiceFilesPage { rows: vec![row("SIPB", "SIP Bidan"), row("PAUD", long)] },
        ServiceFilesPage { rows: vec![] },
    ]
}

pub fn editors() -> Vec<EditorPage> {
    let opened = || EditorPage {
        address: "SIPB".into(),
        title: "SIPB · SIP Bidan".into(),
        version: 3,
        old: None,
        text: "code = \"SIPB\"\nsla = { unit = \"working_days\", value = 5 }\n".into(),
        reason: String::new(),
        issues_permit: true,
        errors: vec![],
        faults: vec![],
        result: None,
        editions: editions(),
    };
    let said = "Baris 2, sla: Paling sedikit 1.";
    let line = |n, text: &str, wrong| LineView { n, text: text.into(), wrong };
    let lines = vec![line(1, "code = \"SIPB\"", false), line(2, "sla = { unit = \"hours\", value = 0 }", true)];
    let faulty = EditorPage {
        errors: vec![FieldLine { field: "text".into(), message: said.into() }],
        faults: vec![FaultView { words: said.into(), lines }],
        ..opened()
    };
    let checked = EditorPage { result: Some(result(true)), reason: "Standar baru".into(), ..opened() };
    let unchanged = EditorPage { result: Some(result(false)), ..opened() };
    let old = EditorPage { old: Some(1), ..opened() };
    let new = EditorPage { address: "baru".into(), version: 0, editions: vec![], ..opened() };
    vec![opened(), faulty, checked, unchanged, old, new]
}

fn editions() -> Vec<EditionView> {
    let edition = |version, who: &str, reason: Option<&str>| EditionView {
        version,
        when: "Selasa, 24 November 2026, 09.00 WIB".into(),
        who: who.into(),
        reason: reason.map(str::to_owned),
    };
    vec![edition(3, "ADMIN DATA UJI", Some("Keputusan Standar Pelayanan 2026")), edition(1, "Loket", None)]
}

fn result(changed: bool) -> ResultView {
    let line = |kind, n, text: &str| DiffLine { kind, n, text: text.into() };
    let gone = line("gone", 7, "sla = { unit = \"working_days\", value = 5 }");
    let new = line("new", 7, "sla = { unit = \"working_days\", value = 3 }");
    let shift = |what: &str, before: Option<&str>, after: &str| ShiftView {
        what: what.into(),
        before: before.map(str::to_owned),
        after: after.into(),
    };
    let shifts = vec![
        shift("Kini kurang", None, "Polis asuransi profesi"),
        shift("Jatuh tempo", Some("1 Desember 2026"), "27 November 2026"),
    ];
    let differing = vec![RehearsedView { id: "1".into(), code: "BYA-K7MP-4QXR".into(), shifts }];
    ResultView {
        changed,
        warnings: if changed {
            vec!["Tahap Pembayaran: belum ada petugas dengan peran Bendahara.".into()]
        } else {
            vec![]
        },
        difference: if changed { vec![line("gap", 0, "…"), gone, new] } else { vec![] },
        played: 41,
        different: if changed { 51 } else { 0 },
        differing: if changed { differing } else { vec![] },
        more: usize::from(changed),
        preview: preview(),
    }
}

fn preview() -> Preview {
    let stage = |name: &str, when: Option<&str>, rests| StageView {
        name: name.into(),
        role: "Verifikator".into(),
        time: Some("1 hari kerja".into()),
        rests,
        when: when.map(str::to_owned),
    };
    Preview {
        example: Some("Berkas baru, lengkap".into()),
        form: vec![],
        checklist: vec![
            AskedView { name: "STR yang masih berlaku".into(), mandatory: true },
            AskedView { name: "Surat kuasa".into(), mandatory: false },
        ],
        stages: vec![
            stage("Pemeriksaan berkas", None, false),
            stage("Peninjauan", Some("bila Jenis praktik: Praktik mandiri"), false),
            stage("Penyerahan", None, true),
        ],
        facts: vec![("Waktu".into(), "5 hari kerja".into()), ("Biaya".into(), "Gratis".into())],
        fee_lines: vec!["Panjang: 12 × Rp 2.500 = Rp 30.000".into()],
        has_specimen: true,
    }
}
