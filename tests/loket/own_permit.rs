//! The holder's own permit at home, the code on the receipt, and what the register book says of a cancelled number.

use loket::permits::StopAfter;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::documents::scan;
use crate::permit_issuing::{check_pdf, resume, sign_until};
use crate::permit_pages::browser;
use crate::permits::{HOLDER, act, awaiting_signature, issued, office, pdf_of};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, scalar};

/// As `applicant` in `permits` has it.
const BIRTH: &str = "1992-12-01";

/// A citizen's page may be this large, in bytes: it opens on an old telephone with little signal.
const SMALL: usize = 20_000;

async fn issued_with_code(counter: &TestCounter) -> (String, Value) {
    let (id, permit) = issued(counter).await;
    let file = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok);
    (file.word("code"), permit)
}

async fn asked(counter: &TestCounter, code: &str, birth_date: &str) -> Answer {
    counter.as_visitor().post("/api/v1/status/permit", json!({ "code": code, "birth_date": birth_date })).await
}

on_each_database! {
    async fn a_holder_has_the_own_permit_again_byte_for_byte_and_each_time_is_counted(db: Db) {
        let counter = office(db).await;
        let (code, permit) = issued_with_code(&counter).await;
        let kept = pdf_of(&counter, &permit).await;
        let given = asked(&counter, &code.to_lowercase(), BIRTH).await.is(Status::Ok);
        assert_eq!(given.bytes, kept);
        assert_eq!(given.headers["cache-control"], "private, no-store");
        assert_eq!(check_pdf(&counter, &given.bytes).await["genuine"], true);

        let home = browser(&counter, "dukcapil").await;
        let page = home.get(&format!("/status?kode={code}")).await.is(Status::Ok).text();
        assert!(page.contains("Unduh izin Anda") && !page.contains(HOLDER), "{page}");
        let saved = home.post("/status/izin", &[("kode", &code), ("birth_date", BIRTH)]).await.is(Status::Ok);
        assert_eq!(saved.bytes, kept);
        assert!(saved.headers["content-disposition"].starts_with("attachment"));
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_own WHERE outcome = 'given'").await, 2);
        let acts = counter.acts_about(permit["id"].as_str().unwrap()).await;
        assert_eq!(acts[2..], ["permit.downloaded", "permit.downloaded"]);
    }

    async fn somebody_who_found_a_receipt_learns_nothing_and_the_code_is_closed_for_a_day(db: Db) {
        let counter = office(db).await;
        let (code, _) = issued_with_code(&counter).await;
        let other = asked(&counter, "0000-0000-000", BIRTH).await.is(Status::NotFound);
        for day in 1..=5 {
            let wrong = asked(&counter, &code, &format!("1990-01-0{day}")).await.is(Status::NotFound);
            assert_eq!((&wrong.body["type"], &wrong.body["detail"]), (&other.body["type"], &other.body["detail"]));
        }
        let closed = asked(&counter, &code, BIRTH).await.is(Status::TooManyRequests);
        assert_eq!(closed.body["type"], "urn:loket:own-permit-closed");
        assert_eq!(closed.headers["retry-after"], "86400");
        counter.wait_minutes(24 * 60 + 1);
        asked(&counter, &code, BIRTH).await.is(Status::Ok);
    }

    async fn a_wrong_birth_date_keeps_what_was_typed_and_says_what_to_do(db: Db) {
        let counter = office(db).await;
        let (code, _) = issued_with_code(&counter).await;
        let home = browser(&counter, "dukcapil").await;
        let form = [("kode", code.as_str()), ("birth_date", "1990-02-03")];
        let page = home.post("/status/izin", &form).await.is(Status::NotFound).text();
        assert!(page.contains("value=\"1990-02-03\"") && page.contains("datang ke loket"), "{page}");
        let page = home.post("/status/izin", &[("kode", &code)]).await.is(Status::UnprocessableEntity).text();
        assert!(page.contains("birth_date-error") || page.contains("aria-invalid"), "{page}");
    }

    async fn a_permit_that_does_not_hold_is_not_given_out_again(db: Db) {
        let counter = office(db).await;
        let (code, permit) = issued_with_code(&counter).await;
        let path = format!("/api/v1/permits/{}/revocation", permit["id"].as_str().unwrap());
        counter.as_officer("kadis").await.post(&path, json!({ "reason": "Melanggar ketentuan" })).await.is(Status::Ok);
        asked(&counter, &code, BIRTH).await.is(Status::NotFound);
        let page = counter.as_visitor().get(&format!("/status?kode={code}")).await.is(Status::Ok).text();
        assert!(!page.contains("Unduh izin Anda"));
    }

    async fn the_code_of_the_receipt_opens_a_small_status_page_with_nothing_to_type(db: Db) {
        let counter = office(db).await;
        let (id, _) = issued(&counter).await;
        let path = format!("/api/v1/applications/{id}/receipt");
        let receipt = counter.as_officer("petugas").await.get(&path).await.is(Status::Ok).bytes;
        let Some(address) = scan(&receipt, "150") else { return };
        let page = counter.as_visitor().get(&address[address.find("/status").unwrap()..]).await.is(Status::Ok);
        assert!(page.text().contains("Siap diambil"), "{}", page.text());
        assert!(page.bytes.len() <= SMALL, "{} bytes", page.bytes.len());
        let words = page.text();
        assert!(!words.contains("<style") && !words.contains("onclick"), "{words}");
    }

    async fn a_cancelled_number_stays_in_the_book_on_the_page_the_paper_and_the_api(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        sign_until(&counter, &id, StopAfter::Reserve).await;
        act(&counter, "petugas", &id, "withdrawal", json!({ "reason": "Pindah kerja" })).await;
        assert_eq!(resume(&counter).await, 0);
        let (_, permit) = issued(&counter).await;
        let cancelled = "503/0001/SIPB/DPMPTSP/2026";
        let reader = browser(&counter, "kabid").await;
        let page = reader.get("/buku-register?jenis=SIPB&tahun=2026").await.is(Status::Ok).text();
        assert!(page.contains(cancelled) && page.contains("BATAL"), "{page}");
        let printed = reader.get("/buku-register/SIPB/2026/pdf").await.is(Status::Ok).bytes;
        if let Some(words) = ask("pdftotext", &printed, &["-layout", "-"]) {
            assert!(words.contains(cancelled) && words.contains("BATAL"), "{words}");
        }
        let book = counter.as_officer("kabid").await.get("/api/v1/registers/SIPB/2026").await.is(Status::Ok).body;
        let rows = book["rows"].as_array().unwrap();
        let numbers: Vec<&Value> = rows.iter().map(|row| &row["number"]).collect();
        assert_eq!(numbers, [&json!(cancelled), &permit["number"]]);
        assert_eq!((rows[0]["state"].as_str(), rows[1]["state"].as_str()), (Some("void"), Some("issued")));
        assert!(rows[0]["entry"].as_str().unwrap().starts_with("BATAL"), "{rows:?}");
        assert_eq!(book["totals"], json!({ "numbers": 2, "void": 1 }));
    }

    async fn the_register_book_comes_as_a_table_with_the_same_rows(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let number = permit["number"].as_str().unwrap();
        let head = counter.as_officer("kadis").await;
        let table = head.get("/api/v1/registers/SIPB/2026?format=csv").await.is(Status::Ok).text();
        assert_eq!(table.lines().filter(|line| line.contains(number) && line.contains(HOLDER)).count(), 1, "{table}");
        let excel = head.get("/api/v1/registers/SIPB/2026?format=xlsx").await.is(Status::Ok);
        assert!(excel.bytes.starts_with(b"PK"));
        assert!(head.get("/api/v1/registers/SIPB/2026?format=pdf").await.is(Status::Ok).bytes.starts_with(b"%PDF"));
        head.get("/api/v1/registers/SIPB/2026?format=doc").await.is(Status::NotAcceptable);
        head.get("/api/v1/registers/NONE/2026").await.is(Status::NotFound);
        counter.as_officer("petugas").await.get("/api/v1/registers/SIPB/2026").await.is(Status::Forbidden);
    }
}
