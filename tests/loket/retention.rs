//! Papers go when their time is over, years later, and what they were stays known.

use loket::db::Db;
use loket::documents::{self, Scan, Upload};
use loket::ids::DocumentId;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::appointments::worker;
use crate::permit_pages::browser;
use crate::permits::{act, collector, complete_draft, midwife, office};
use crate::support::{TestCounter, execute, morning, scalar};

const PAGE: &str = "/penyelia/penghapusan";
const DAY: i64 = 24 * 60;
const YEAR: i64 = 365 * DAY;
const STR_PAPER: &[u8] = b"%PDF-1.7 STR DATA UJI\n%%EOF";
const HEALTH: &[u8] = b"%PDF-1.7 SEHAT DATA UJI\n%%EOF";

/// A registered file with its STR and health letter as bytes.
async fn registered(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    let clerk = counter.as_officer("petugas").await;
    for (code, bytes) in [("str", STR_PAPER), ("health_letter", HEALTH)] {
        let path = format!("/api/v1/applications/{id}/requirements/{code}");
        clerk.put_file(&path, "berkas.pdf", "application/pdf", bytes).await.is(Status::Ok);
    }
    act(counter, "petugas", &id, "registration", json!({})).await;
    id
}

async fn withdrawn(counter: &TestCounter) -> String {
    let id = registered(counter).await;
    act(counter, "petugas", &id, "withdrawal", json!({ "reason": "Pindah kota" })).await;
    id
}

async fn erased_now(counter: &TestCounter) -> usize {
    worker(counter).round().await.unwrap().erased
}

/// How many papers of a file still have their bytes.
async fn bytes_left(counter: &TestCounter, id: &str) -> i64 {
    let id = id.replace('-', "");
    let of_file = if counter.db().is_sqlite() {
        format!("lower(hex(r.application_id)) = '{id}'")
    } else {
        format!("replace(r.application_id::text, '-', '') = '{id}'")
    };
    let sql = "SELECT COUNT(*) FROM application_requirement r JOIN document d ON d.id = r.document_id WHERE d.bytes IS NOT NULL";
    scalar(counter.db(), format!("{sql} AND {of_file}")).await
}

/// The document that stands for a requirement.
async fn document_of(counter: &TestCounter, id: &str, code: &str) -> DocumentId {
    let lines = loket::audit::list_about(&mut counter.db().read().await.unwrap(), id).await.unwrap();
    let details = lines.iter().rev().filter_map(|line| serde_json::from_str::<Value>(&line.detail).ok());
    let found = details.into_iter().find(|detail| detail["requirement"] == code && detail["document"].is_string());
    found.unwrap()["document"].as_str().unwrap().parse().unwrap()
}

on_each_database! {
    async fn papers_go_when_their_time_is_over_and_their_digests_stay(db: Db) {
        let counter = office(db).await;
        let id = withdrawn(&counter).await;
        let health = document_of(&counter, &id, "health_letter").await;
        assert_eq!(bytes_left(&counter, &id).await, 3, "photograph, STR, health letter");
        counter.wait_minutes(2 * YEAR - DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (0, 3));
        counter.wait_minutes(3 * DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (1, 2), "the health letter goes first");
        assert_eq!(erased_now(&counter).await, 0, "once a day");
        let clerk = browser(&counter, "petugas").await;
        let file = clerk.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(file.contains("dihapus 25 November 2028"), "{file}");
        let gone = clerk.get(&format!("/permohonan/{id}/berkas/health_letter")).await.is(Status::NotFound).text();
        assert!(gone.contains("25 November 2028") && gone.contains("masa simpannya habis"), "{gone}");
        assert_eq!(clerk.get(&format!("/permohonan/{id}/berkas/str")).await.is(Status::Ok).bytes, STR_PAPER);
        assert_eq!(counter.acts_about(&health.to_string()).await, ["paper.erased"]);
        counter.wait_minutes(3 * YEAR + 2 * DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (2, 0));
        let mut tx = counter.db().read().await.unwrap();
        assert!(documents::check(&mut tx).await.unwrap().is_empty(), "digests and audit lines still agree");
        assert!(loket::audit::check(&mut tx).await.unwrap().1.is_empty());
    }

    async fn an_open_file_and_a_permit_in_force_keep_everything(db: Db) {
        let counter = office(db).await;
        let open = registered(&counter).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let grant = json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" });
        act(&counter, "teknis", &id, "recommendation", grant).await;
        act(&counter, "kabid", &id, "paraf", json!({})).await;
        act(&counter, "kadis", &id, "signature", json!({})).await;
        act(&counter, "petugas", &id, "handover", collector()).await;
        counter.wait_minutes(5 * YEAR - 30 * DAY);
        assert_eq!(erased_now(&counter).await, 0, "in force to 24 November 2031");
        counter.wait_minutes(2 * YEAR + 40 * DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (1, 2), "two years after its end");
        counter.wait_minutes(4 * YEAR);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (2, 0));
        let permits = "SELECT COUNT(*) FROM document WHERE kind = 'permit' AND bytes IS NULL";
        assert_eq!(scalar(counter.db(), permits.to_owned()).await, 0, "permits are kept for good");
        assert_eq!(bytes_left(&counter, &open).await, 3, "nothing of an open file goes, however old");
    }

    async fn a_supervisor_sees_what_will_go_and_holds_a_paper_with_a_reason(db: Db) {
        let counter = office(db).await;
        let id = withdrawn(&counter).await;
        let health = document_of(&counter, &id, "health_letter").await;
        let hold = format!("{PAGE}/{health}/tahan");
        counter.wait_minutes(2 * YEAR - 27 * DAY);
        let supervisor = browser(&counter, "penyelia").await;
        let page = supervisor.get(PAGE).await.is(Status::Ok).text();
        assert!(page.contains("Surat keterangan sehat") && page.contains("25 November 2028"), "{page}");
        assert!(!page.contains("STR yang masih berlaku"), "{page}");
        let refused = supervisor.post(&hold, &[("reason", " ")]).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("Wajib diisi"), "{refused}");
        supervisor.post(&hold, &[("reason", "Perkara di PTUN")]).await.is(Status::SeeOther);
        supervisor.post(&hold, &[("reason", "Lagi")]).await.is(Status::Conflict);
        let page = supervisor.get(PAGE).await.text();
        assert!(page.contains("Perkara di PTUN") && page.contains("penyelia DATA UJI"), "{page}");
        counter.wait_minutes(60 * DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (0, 3));
        browser(&counter, "penyelia").await.post(&format!("{PAGE}/{health}/lepas"), &[]).await.is(Status::SeeOther);
        counter.wait_minutes(DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (1, 2));
        assert_eq!(counter.acts_about(&health.to_string()).await, ["paper.held", "paper.hold-lifted", "paper.erased"]);
        let late = browser(&counter, "penyelia").await.post(&hold, &[("reason", "Terlambat")]).await;
        late.is(Status::NotFound);
    }

    async fn an_administrator_sets_how_long_a_class_is_kept(db: Db) {
        let counter = office(db).await;
        let id = withdrawn(&counter).await;
        let admin = browser(&counter, "admin").await;
        let set = async |years: &str, reason: &str| {
            admin.post("/admin/masa-simpan", &[("class", "paper"), ("years", years), ("reason", reason)]).await
        };
        let wrong = set("0", "Jadwal retensi arsip").await.is(Status::UnprocessableEntity).text();
        assert!(wrong.contains("1 sampai 100") && wrong.contains("value=\"Jadwal retensi arsip\""), "{wrong}");
        set("1", "").await.is(Status::UnprocessableEntity);
        set("1", "Jadwal retensi arsip").await.is(Status::SeeOther);
        assert_eq!(counter.acts_about("paper").await, ["retention.term-set"]);
        counter.wait_minutes(YEAR + 2 * DAY);
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (2, 1), "STR and photograph");
        browser(&counter, "admin").await.post("/admin/masa-simpan", &[("class", "sensitive"), ("years", ""), ("reason", "x")]).await.is(Status::SeeOther);
        counter.wait_minutes(20 * YEAR);
        assert_eq!(erased_now(&counter).await, 0, "for good");
    }

    async fn what_a_restored_copy_brings_back_is_noticed_and_erased_again(db: Db) {
        let counter = office(db).await;
        let id = withdrawn(&counter).await;
        let health = document_of(&counter, &id, "health_letter").await;
        counter.wait_minutes(2 * YEAR + 2 * DAY);
        assert_eq!(erased_now(&counter).await, 1);
        let list = documents::ErasureList::of(&counter.app.config.data_dir).read().unwrap();
        let returned = async || documents::list_returned(&mut counter.db().read().await.unwrap(), &list).await.unwrap();
        assert!(returned().await.is_empty());
        // The copy is from before: the bytes are there, and nothing says that they were erased.
        let bytes: String = HEALTH.iter().map(|byte| format!("{byte:02x}")).collect();
        let literal = if counter.db().is_sqlite() { format!("x'{bytes}'") } else { format!("'\\x{bytes}'") };
        let back = format!("UPDATE document SET bytes = {literal}, erased_at = NULL WHERE bytes IS NULL");
        assert_eq!(execute(counter.db(), back).await, 1);
        execute(counter.db(), "DELETE FROM retention_run").await;
        assert_eq!(returned().await, [health]);
        let page = browser(&counter, "penyelia").await.get(PAGE).await.is(Status::Ok).text();
        assert!(page.contains("1 berkas yang sudah dihapus ada lagi"), "{page}");
        assert_eq!((erased_now(&counter).await, bytes_left(&counter, &id).await), (1, 2));
        assert!(returned().await.is_empty());
        let mut tx = counter.db().read().await.unwrap();
        let lines = loket::audit::list_about(&mut tx, &health.to_string()).await.unwrap();
        assert!(lines.last().unwrap().detail.contains("\"again\":true"), "{lines:?}");
    }
}

/// Whether a text stands anywhere in the files of a database.
fn stands_in(folder: &std::path::Path, text: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.into_iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text))
}

#[tokio::test]
async fn an_erased_paper_is_nowhere_in_the_file_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let secret = b"RAHASIA-DATA-UJI-7391";
    let bytes = [b"%PDF-1.7 ".as_slice(), &secret.repeat(2_000), b"\n%%EOF"].concat();
    let open = async || Db::open(&Db::file_url(folder.path())).await.unwrap();
    let db = open().await;
    let mut tx = db.begin().await.unwrap();
    let upload = Upload { media_type: "application/pdf", file_name: "a.pdf".into(), bytes, scan: Scan::Off };
    let kept = documents::keep_upload(&mut tx, upload, morning()).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;
    assert!(stands_in(folder.path(), secret), "the control: it is there before");
    let db = open().await;
    let mut tx = db.begin().await.unwrap();
    let erased = documents::erase(&mut tx, kept.id, morning().plus_minutes(1)).await.unwrap().unwrap();
    assert_eq!(erased.sha256, kept.sha256);
    assert!(documents::erase(&mut tx, kept.id, morning()).await.unwrap().is_none(), "once");
    tx.commit().await.unwrap();
    db.close().await;
    assert!(!stands_in(folder.path(), secret));
}
