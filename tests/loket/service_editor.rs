//! The editor of service files: read, checked with a rehearsal, published with a reason, restored.

use std::path::Path;

use loket::catalogue;
use rocket::http::Status;

use crate::permit_pages::{Browser, browser};
use crate::permits::{complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::{TestCounter, program, scalar};

async fn text_of(counter: &TestCounter, code: &str, version: i64) -> String {
    let mut tx = counter.db().read().await.unwrap();
    catalogue::find_text(&mut tx, code, version).await.unwrap().unwrap()
}

async fn versions(counter: &TestCounter, code: &str) -> usize {
    catalogue::list_editions(&mut counter.db().read().await.unwrap(), code).await.unwrap().len()
}

async fn send(
    admin: &Browser<'_>,
    address: &str,
    act: &str,
    (text, based_on, reason): (&str, &str, &str),
) -> (Status, String) {
    let path = format!("/admin/layanan/{address}/{act}");
    let answer = admin.post(&path, &[("text", text), ("based_on", based_on), ("reason", reason)]).await;
    (answer.status, answer.text())
}

/// The midwife's licence that asks for a further paper of everybody.
fn with_insurance(text: &str) -> String {
    let paper = "[[requirements]]\ncode = \"insurance\"\n\
        name = { id = \"Polis asuransi profesi\", en = \"Professional insurance\" }\nmandatory = true\n\n";
    let asked = text.replacen("[[requirements]]", &format!("{paper}[[requirements]]"), 1);
    asked.replace("papers = [", "papers = [\"insurance\", ")
}

on_each_database! {
    async fn a_check_shows_difference_rehearsal_and_preview_and_writes_nothing(db: Db) {
        let counter = office(db).await;
        complete_draft(&counter, midwife()).await;
        let admin = browser(&counter, "admin").await;
        let text = text_of(&counter, "SIPB", 1).await;
        let (status, page) = send(&admin, "SIPB", "periksa", (&with_insurance(&text), "1", "")).await;
        assert_eq!(status, Status::Ok, "{page}");
        assert!(page.contains("class=\"line-new\"") && page.contains("Polis asuransi profesi"));
        assert!(page.contains("1 permohonan dijalankan") && page.contains("1 akan berbeda") && page.contains("Kini kurang"));
        assert!(page.contains("Nama tempat praktik contoh"), "the form is filled with the example");
        assert!(page.contains("/admin/layanan/SIPB/terbitkan"));
        assert_eq!(versions(&counter, "SIPB").await, 1);
    }

    async fn the_specimen_of_a_decree_with_an_annex_lists_its_answers_behind_the_signature(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        let text = text_of(&counter, "REK-P", 1).await;
        let form = [("text", text.as_str()), ("based_on", "1"), ("reason", "")];
        let sheet = admin.post("/admin/layanan/REK-P/lembar", &form).await.is(Status::Ok).bytes;
        let Some(words) = ask("pdftotext", &sheet, &["-layout", "-"]) else { return };
        let (decree, annex) = words.split_once("LAMPIRAN KEPUTUSAN").expect("an annex");
        assert!(decree.contains("MEMUTUSKAN") && decree.contains("Lokasi") && !decree.contains("Jumlah muka"), "{words}");
        assert!(annex.contains("RINCIAN REKLAME") && annex.contains("Jumlah muka") && annex.contains("NIP"), "{words}");
    }

    async fn a_wrong_file_is_named_by_line_and_what_was_typed_stays(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        let text = text_of(&counter, "SIPB", 1).await.replace("counter_minutes = 15", "counter_minutes = 0");
        for act in ["periksa", "terbitkan", "lembar"] {
            let (status, page) = send(&admin, "SIPB", act, (&text, "1", "Alasan")).await;
            assert_eq!(status, Status::UnprocessableEntity);
            let line = text.lines().position(|line| line.starts_with("counter_minutes")).unwrap() + 1;
            assert!(page.contains(&format!("Baris {line}, counter_minutes: Paling sedikit 1.")), "{page}");
            assert!(page.contains("counter_minutes = 0"));
        }
        let broken = text_of(&counter, "SIPB", 1).await.replace("valid_until = \"2031-11-09\"", "valid_until = \"2030-11-09\"");
        let (status, page) = send(&admin, "SIPB", "terbitkan", (&broken, "1", "Alasan")).await;
        assert_eq!(status, Status::UnprocessableEntity);
        assert!(page.contains("Berkas baru, lengkap") && page.contains("2031-11-09"), "{page}");
        assert_eq!(versions(&counter, "SIPB").await, 1);
    }

    async fn a_version_is_published_with_a_reason_and_an_old_one_restored_as_a_new_one(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        let first = text_of(&counter, "SIPB", 1).await;
        let changed = with_insurance(&first).replace('\n', "\r\n");
        let (status, page) = send(&admin, "SIPB", "terbitkan", (&changed, "1", " ")).await;
        assert_eq!(status, Status::UnprocessableEntity);
        assert!(page.contains("Wajib diisi"));
        let (status, _) = send(&admin, "SIPB", "terbitkan", (&changed, "1", "Keputusan 12/2026")).await;
        assert_eq!(status, Status::SeeOther);
        let asked = |counter: &TestCounter| {
            counter.app.catalogue().find("SIPB").unwrap().service.requirements.iter().any(|r| r.code == "insurance")
        };
        assert!(asked(&counter));
        let page = admin.get("/admin/layanan/SIPB").await.is(Status::Ok).text();
        assert!(page.contains("Keputusan 12/2026") && page.contains("admin DATA UJI"), "{page}");

        let (status, page) = send(&admin, "SIPB", "terbitkan", (&first, "1", "Kembali")).await;
        assert_eq!(status, Status::UnprocessableEntity, "somebody published meanwhile");
        assert!(page.contains("Versi 2 sudah terbit"));
        let old = admin.get("/admin/layanan/SIPB?versi=1").await.is(Status::Ok).text();
        assert!(old.contains("Yang tampil adalah versi 1") && !old.contains("Polis asuransi"));
        let (status, _) = send(&admin, "SIPB", "terbitkan", (&first, "2", "Kembali ke versi 1")).await;
        assert_eq!(status, Status::SeeOther);
        assert!(!asked(&counter));
        assert_eq!(versions(&counter, "SIPB").await, 3);
    }

    async fn a_new_permit_type_is_written_published_and_filed_without_a_programmer(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        assert_eq!(admin.get("/admin/layanan/baru").await.status, Status::Ok);
        let start = include_str!("../../src/web/catalogue/admin/start.toml");
        let text = start.replace("IZIN-X", "KEBUN");
        let (status, page) = send(&admin, "baru", "periksa", (&text, "0", "")).await;
        assert_eq!(status, Status::Ok, "{page}");
        let sheet = admin.post("/admin/layanan/baru/lembar", &[("text", &text), ("based_on", "0")]).await.is(Status::Ok);
        assert!(sheet.bytes.starts_with(b"%PDF"));
        let (status, _) = send(&admin, "baru", "terbitkan", (&text, "0", "Perda 3/2026")).await;
        assert_eq!(status, Status::SeeOther);
        let (status, page) = send(&admin, "baru", "terbitkan", (&text, "0", "Lagi")).await;
        assert_eq!(status, Status::UnprocessableEntity);
        assert!(page.contains("sudah ada"), "{page}");
        let mut body = midwife();
        body["service"] = "KEBUN".into();
        body["fields"] = serde_json::json!({ "place": "Dusun II DATA UJI" });
        let id = complete_draft(&counter, body).await;
        let registered = counter.as_officer("petugas").await;
        registered.post(&format!("/api/v1/applications/{id}/registration"), serde_json::json!({})).await.is(Status::Ok);
    }

    async fn the_permit_is_seen_with_sample_values_before_the_service_is_used(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        let text = include_str!("../../src/web/catalogue/admin/start.toml").replace("IZIN-X", "KEBUN");
        let text = text.replace("SURAT IZIN CONTOH", "SURAT IZIN KEBUN");
        let sheet = admin.post("/admin/layanan/baru/lembar", &[("text", &text), ("based_on", "0")]).await.is(Status::Ok).bytes;
        if let Some(words) = ask("pdftotext", &sheet, &["-layout", "-"]) {
            for shown in ["SURAT IZIN KEBUN", "Diberikan izin kepada pemegang di", "KONSEP"] {
                assert!(words.contains(shown), "{shown} in {words}");
            }
        }
        assert_eq!(versions(&counter, "KEBUN").await, 0, "a look at it publishes nothing");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 0, "and takes no number");
    }

    async fn a_fee_on_a_population_service_cannot_be_written(db: Db) {
        let counter = office(db).await;
        let admin = browser(&counter, "admin").await;
        let text = text_of(&counter, "KTP-C", 1).await.replace("amount_rupiah = 0", "amount_rupiah = 5000");
        let (status, page) = send(&admin, "KTP-C", "terbitkan", (&text, "1", "Alasan")).await;
        assert_eq!(status, Status::UnprocessableEntity);
        assert!(page.contains("Layanan kependudukan gratis menurut undang-undang"), "{page}");
    }
}

fn loket(folder: &Path, args: &[&str]) -> (bool, String) {
    let output =
        program(Path::new(env!("CARGO_BIN_EXE_loket"))).args(args).arg("--data-dir").arg(folder).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn service_files_go_out_and_come_in_by_command() {
    let place = tempfile::tempdir().unwrap();
    let (office, files) = (place.path().join("office"), place.path().join("files"));
    std::fs::create_dir(&office).unwrap();
    let built_in = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalogue/data");
    let (went, said) = loket(&office, &["import", "services", built_in]);
    assert!(went && said.contains("services: 40"), "{said}");
    assert!(loket(&office, &["export", "services", files.to_str().unwrap()]).0);
    let sipb = files.join("sipb.toml");
    let text = std::fs::read_to_string(&sipb).unwrap();
    assert_eq!(text, std::fs::read_to_string(format!("{built_in}/sipb.toml")).unwrap());

    std::fs::write(&sipb, text.replace("counter_minutes = 15", "counter_minutes = 0")).unwrap();
    std::fs::write(files.join("skp.toml"), "code = \"SKP\"\n").unwrap();
    for check in [&["--check"][..], &[]] {
        let args = [&["import", "services", files.to_str().unwrap()][..], check].concat();
        let (went, said) = loket(&office, &args);
        assert!(!went);
        assert!(said.contains("sipb.toml: Baris 11, counter_minutes: Paling sedikit 1."), "{said}");
        assert!(said.contains("skp.toml: group: Isian ini belum ada"), "{said}");
    }
    assert!(loket(&office, &["export", "services", files.to_str().unwrap()]).0);
    assert_eq!(std::fs::read_to_string(&sipb).unwrap(), text, "a folder with one wrong file changes nothing");
}
