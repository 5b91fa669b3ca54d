//! The virus scanner: clean, infected, dead, slow, garbage; refused at once, or kept and asked about later.

use loket::db::Db;
use loket::web::worker;
use rocket::http::Status;
use serde_json::json;

use super::clamd::{Clamd, Mood};
use super::hostile::pdf;
use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife};
use crate::support::{TestCounter, act_at, scalar};

const CLEAN: &[u8] = b"% bersih DATA UJI";
const VIRUS: &[u8] = b"% EICAR DATA UJI";

async fn office(db: Db, scanner: &Clamd, silent: &str) -> TestCounter {
    let counter = TestCounter::with(db, |config| {
        config.clamd.clone_from(&scanner.address);
        config.clamd_seconds = 1;
        silent.clone_into(&mut config.clamd_silent);
    });
    let counter = counter.await;
    let mut tx = counter.db().begin().await.unwrap();
    loket::catalogue::publish_missing(&mut tx, act_at(-30)).await.unwrap();
    tx.commit().await.unwrap();
    counter.app.reload().await.unwrap();
    counter
}

async fn kept(counter: &TestCounter, scan: &str) -> i64 {
    scalar(counter.db(), format!("SELECT COUNT(*) FROM document WHERE scan = '{scan}'")).await
}

on_each_database! {
    async fn a_file_with_a_virus_is_never_kept_and_a_clean_one_is(db: Db) {
        let scanner = Clamd::start().await;
        let counter = office(db, &scanner, "refuse").await;
        let id = complete_draft(&counter, midwife()).await;
        let path = format!("/api/v1/applications/{id}/requirements/str");
        let clerk = counter.as_officer("petugas").await;
        let before = kept(&counter, "clean").await;
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(VIRUS)).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("file", "file-infected");
        assert_eq!(kept(&counter, "clean").await, before, "nothing of it is kept");
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(CLEAN)).await.is(Status::Ok);
        assert_eq!(kept(&counter, "clean").await, before + 1);
    }

    async fn while_the_scanner_is_silent_nothing_is_taken_in_where_the_office_wants_it_so(db: Db) {
        let scanner = Clamd::start().await;
        let counter = office(db, &scanner, "refuse").await;
        let id = complete_draft(&counter, midwife()).await;
        let path = format!("/api/v1/applications/{id}/requirements/str");
        let clerk = counter.as_officer("petugas").await;
        for mood in [Mood::Dead, Mood::Slow, Mood::Garbage] {
            scanner.becomes(mood);
            let answer = clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(CLEAN)).await;
            let answer = answer.refused_with(Status::ServiceUnavailable, "scanner-silent");
            assert!(answer.headers.contains_key("retry-after"), "{:?}", answer.headers);
        }
        scanner.becomes(Mood::Honest);
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(CLEAN)).await.is(Status::Ok);
    }

    async fn a_file_kept_unscanned_is_scanned_later_and_nothing_is_signed_on_it_before(db: Db) {
        let scanner = Clamd::start().await;
        let counter = office(db, &scanner, "later").await;
        let id = complete_draft(&counter, midwife()).await;
        let path = format!("/api/v1/applications/{id}/requirements/str");
        let clerk = counter.as_officer("petugas").await;
        scanner.becomes(Mood::Dead);
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(CLEAN)).await.is(Status::Ok);
        let page = browser(&counter, "petugas").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(page.contains("belum dipindai"), "{page}");
        for (who, what, body) in [("petugas", "registration", json!({})), ("verifikator", "claim", json!({})),
            ("verifikator", "verification", json!({})),
            ("teknis", "recommendation", json!({ "outcome": "grant", "letter_number": "1", "letter_date": "2026-11-23" })),
            ("kabid", "paraf", json!({}))] {
            act(&counter, who, &id, what, body).await;
        }
        let head = counter.as_officer("kadis").await;
        let sign = format!("/api/v1/applications/{id}/signature");
        head.post(&sign, json!({})).await.refused_with(Status::Conflict, "papers-not-scanned");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit".to_owned()).await, 0, "no number was taken");
        assert_eq!(worker(&counter.app).round().await.unwrap().scanned, 0, "the scanner is still dead");
        scanner.becomes(Mood::Honest);
        assert_eq!(worker(&counter.app).round().await.unwrap().scanned, 1);
        head.post(&sign, json!({})).await.is(Status::Ok);
    }

    async fn a_virus_that_is_found_later_is_held_back_and_the_paper_counts_as_missing(db: Db) {
        let scanner = Clamd::start().await;
        let counter = office(db, &scanner, "later").await;
        let id = complete_draft(&counter, midwife()).await;
        let path = format!("/api/v1/applications/{id}/requirements/str");
        let clerk = counter.as_officer("petugas").await;
        scanner.becomes(Mood::Dead);
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(VIRUS)).await.is(Status::Ok);
        scanner.becomes(Mood::Honest);
        assert_eq!(worker(&counter.app).round().await.unwrap().scanned, 1);
        let document = format!("/permohonan/{id}/berkas/str");
        let answer = browser(&counter, "petugas").await.get(&document).await.is(Status::Conflict);
        assert!(!answer.text().contains("EICAR"), "the bytes are given to nobody");
        clerk.post(&format!("/api/v1/applications/{id}/registration"), json!({})).await
            .refused_with(Status::UnprocessableEntity, "incomplete").names_field("requirements.str", "requirement-missing");
        clerk.put_file(&path, "str.pdf", "application/pdf", &pdf(CLEAN)).await.is(Status::Ok);
        act(&counter, "petugas", &id, "registration", json!({})).await;
    }
}
