//! Verified papers that are used again.

use rocket::http::Status;
use serde_json::{Value, json};

use super::hostile::pdf;
use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife, office};
use crate::support::{TestCounter, scalar};

/// What of a fresh application is there already.
async fn there(counter: &TestCounter) -> (String, Vec<String>) {
    let clerk = counter.as_officer("petugas").await;
    let draft = clerk.post("/api/v1/applications", midwife()).await.is(Status::Created);
    let requirements: &Vec<Value> = draft.body["requirements"].as_array().unwrap();
    let there = requirements.iter().filter(|asked| asked["state"] == "uploaded");
    (draft.word("id"), there.map(|asked| asked["code"].as_str().unwrap().to_owned()).collect())
}

/// A verified application with KTP-el and STR as files; the STR is over on the last day of 2028.
async fn verified(counter: &TestCounter, agrees: bool) -> String {
    let mut body = midwife();
    body["fields"]["str_expiry"] = json!("2028-12-31");
    let id = complete_draft(counter, body).await;
    let clerk = counter.as_officer("petugas").await;
    for code in ["ktp", "str"] {
        let path = format!("/api/v1/applications/{id}/requirements/{code}");
        clerk.put_file(&path, "a.pdf", "application/pdf", &pdf(code.as_bytes())).await.is(Status::Ok);
    }
    if agrees {
        let path = format!("/permohonan/{id}/pakai-lagi");
        browser(counter, "petugas").await.post(&path, &[("agrees", "1")]).await.is(Status::SeeOther);
    }
    act(counter, "petugas", &id, "registration", json!({})).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    act(counter, "verifikator", &id, "verification", json!({})).await;
    id
}

on_each_database! {
    async fn the_second_application_asks_for_no_paper_that_was_verified_when_its_person_agreed(db: Db) {
        let counter = office(db).await;
        let first = verified(&counter, true).await;
        let before = scalar(counter.db(), "SELECT COUNT(*) FROM document".to_owned()).await;
        let (second, codes) = there(&counter).await;
        assert_eq!(codes, ["ktp", "str"], "nothing verified is asked for again");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM document".to_owned()).await, before, "and nothing copied");
        let page = browser(&counter, "petugas").await;
        let shown = page.get(&format!("/permohonan/{second}")).await.is(Status::Ok).text();
        assert!(shown.contains("Dipakai lagi dari") && shown.contains("31 Desember 2028"), "{shown}");
        let saved = page.get(&format!("/permohonan/{second}/berkas/str")).await.is(Status::Ok);
        assert_eq!(saved.bytes, pdf(b"str"));
        assert!(counter.acts_about(&first).await.contains(&"wallet.agreed".to_owned()));
        let acts = counter.acts_about(&second).await;
        assert_eq!(acts.iter().filter(|act| *act == "application.paper-reused").count(), 2, "{acts:?}");
    }

    async fn without_an_agreement_every_paper_is_asked_for_again(db: Db) {
        let counter = office(db).await;
        let first = verified(&counter, false).await;
        let unticked = browser(&counter, "petugas").await.post(&format!("/permohonan/{first}/pakai-lagi"), &[]).await;
        unticked.is(Status::UnprocessableEntity);
        let (_, codes) = there(&counter).await;
        assert!(codes.is_empty(), "{codes:?}");
    }

    async fn a_paper_is_not_used_again_after_its_last_day(db: Db) {
        let counter = office(db).await;
        verified(&counter, true).await;
        counter.wait_minutes(3 * 366 * 24 * 60);
        let (_, codes) = there(&counter).await;
        assert_eq!(codes, ["ktp"], "the STR ended in 2028, the KTP-el may be used for five years");
    }

    async fn a_withdrawn_agreement_ends_the_reuse_and_takes_nothing_from_files_that_exist(db: Db) {
        let counter = office(db).await;
        verified(&counter, true).await;
        let (second, codes) = there(&counter).await;
        assert_eq!(codes.len(), 2);
        let page = browser(&counter, "petugas").await;
        page.post(&format!("/permohonan/{second}/pakai-lagi/tarik"), &[]).await.is(Status::SeeOther);
        let (_, codes) = there(&counter).await;
        assert!(codes.is_empty(), "{codes:?}");
        page.get(&format!("/permohonan/{second}/berkas/str")).await.is(Status::Ok);
        assert!(counter.acts_about(&second).await.contains(&"wallet.withdrawn".to_owned()));
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM wallet_consent".to_owned()).await, 0);
    }
}
