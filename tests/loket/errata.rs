//! A mistake of an issued permit: pointed out, checked before and after, signed, and the old permit replaced.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{HOLDER, act, issued, midwife, office, pdf_of};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, scalar};

const RIGHT: &str = "SITI RAHMAH DATA UJI";

async fn begin(counter: &TestCounter, permit: &Value, body: Value) -> Answer {
    let path = format!("/api/v1/permits/{}/erratum", permit["id"].as_str().unwrap());
    counter.as_officer("petugas").await.post(&path, body).await
}

fn mistake() -> Value {
    json!({ "cause": "office", "reason": "Nama tidak sesuai KTP-el", "changes": { "applicant.name": RIGHT } })
}

async fn check(counter: &TestCounter, number: &Value, name: &str) -> Value {
    let asked = json!({ "number": number, "name": name });
    counter.as_visitor().post("/api/v1/verification", asked).await.is(Status::Ok).body
}

on_each_database! {
    async fn a_mistake_of_a_permit_is_checked_by_another_person_and_the_corrected_one_takes_its_place(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        counter.wait_minutes(60 * 24 * 30);
        let file = begin(&counter, &old, mistake()).await.is(Status::Created).body;
        assert_eq!((file["kind"].as_str(), file["state"].as_str()), (Some("erratum"), Some("registered")));
        let item = json!([{ "field": "applicant.name", "before": HOLDER, "after": RIGHT }]);
        assert_eq!((&file["erratum"]["items"], &file["erratum"]["permit_number"]), (&item, &old["number"]));
        begin(&counter, &old, mistake()).await.refused_with(Status::Conflict, "request-active");
        let status = counter.as_visitor().post("/api/v1/status", json!({ "code": file["code"] })).await.is(Status::Ok).body;
        let stages: Vec<&str> = status["timeline"].as_array().unwrap().iter().filter_map(|step| step["stage"].as_str()).collect();
        assert_eq!(stages, ["registered", "verification", "drafting", "signature", "ready", "handed_over"]);
        let id = file["id"].as_str().unwrap();
        let path = format!("/api/v1/applications/{id}/verification");
        counter.as_officer("petugas").await.post(&path, json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        assert_eq!(act(&counter, "verifikator", id, "verification", json!({})).await["state"], "in_drafting");
        let page = browser(&counter, "kabid").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(page.contains(&format!("<del>{HOLDER}</del> → <strong>{RIGHT}</strong>")), "{page}");
        assert!(page.contains("Kesalahan kantor, izin 503/0001/SIPB/DPMPTSP/2026"), "{page}");
        act(&counter, "kabid", id, "paraf", json!({})).await;
        let new = act(&counter, "kadis", id, "signature", json!({})).await["permit"].clone();
        assert_eq!((new["number"].as_str(), new["holder_name"].as_str()), (Some("503/0002/SIPB/DPMPTSP/2026"), Some(RIGHT)));
        assert_eq!(new["valid_until"], old["valid_until"], "a correction makes no permit longer");
        let paper = pdf_of(&counter, &new).await;
        if let Some(words) = ask("pdftotext", &paper, &["-"]) {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let cited = format!("Izin Nomor {}, yang salah tulis", old["number"].as_str().unwrap());
            assert!(words.contains(&cited) && words.contains("440/12/2026") && words.contains(RIGHT), "{words}");
        }
        let before = check(&counter, &old["number"], HOLDER).await;
        assert_eq!(before["status"], "superseded", "{before}");
        assert_eq!(check(&counter, &new["number"], RIGHT).await["status"], "valid");
        let told = counter.acts_about(old["id"].as_str().unwrap()).await;
        assert!(["permit.erratum-begun", "permit.superseded"].iter().all(|act| told.iter().any(|t| t == act)), "{told:?}");
    }

    async fn a_corrected_permit_is_corrected_again_and_still_cites_its_recommendation(db: Db) {
        let counter = office(db).await;
        let (_, mut permit) = issued(&counter).await;
        for name in [RIGHT, HOLDER] {
            let mut body = mistake();
            body["changes"]["applicant.name"] = json!(name);
            counter.wait_minutes(60 * 24);
            let id = begin(&counter, &permit, body).await.is(Status::Created).word("id");
            act(&counter, "verifikator", &id, "verification", json!({})).await;
            act(&counter, "kabid", &id, "paraf", json!({})).await;
            permit = act(&counter, "kadis", &id, "signature", json!({})).await["permit"].clone();
        }
        assert_eq!(permit["valid_until"], "2031-11-24");
        let paper = pdf_of(&counter, &permit).await;
        if let Some(words) = ask("pdftotext", &paper, &["-"]) {
            assert!(words.contains("440/12/2026") && words.contains("503/0002/SIPB/DPMPTSP/2026"), "{words}");
        }
    }

    async fn a_verifier_who_finds_no_mistake_dismisses_it_and_the_permit_stays(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let id = begin(&counter, &old, mistake()).await.is(Status::Created).word("id");
        let path = format!("/api/v1/applications/{id}");
        let verifier = counter.as_officer("verifikator").await;
        verifier.post(&format!("{path}/claim"), json!({})).await.is(Status::Ok);
        verifier.post(&format!("{path}/return"), json!({ "note": "Apa?" })).await
            .refused_with(Status::Conflict, "erratum-as-it-is");
        verifier.post(&format!("{path}/dismissal"), json!({})).await.is(Status::UnprocessableEntity);
        let ended = verifier.post(&format!("{path}/dismissal"), json!({ "note": "KTP-el menulis sama" })).await.is(Status::Ok);
        assert_eq!(ended.word("state"), "withdrawn");
        assert_eq!(check(&counter, &old["number"], HOLDER).await["status"], "valid");
        begin(&counter, &old, mistake()).await.is(Status::Created);
    }

    async fn what_is_no_mistake_of_a_permit_is_refused_and_nothing_is_kept(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let mut empty = mistake();
        empty["changes"] = json!({});
        begin(&counter, &old, empty).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("reason", "rectification-empty");
        begin(&counter, &old, json!({ "changes": { "applicant.nik": "1607060101900001" } })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("cause", "choice").names_field("reason", "required").names_field("applicant.nik", "not-rectified");
        let mut elsewhere = mistake();
        elsewhere["changes"] = json!({ "fields.practice_kind": "Praktik mandiri" });
        begin(&counter, &old, elsewhere).await.refused_with(Status::UnprocessableEntity, "erratum-too-much");
        let mut applied = midwife();
        applied["kind"] = json!("erratum");
        counter.as_officer("petugas").await.post("/api/v1/applications", applied).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("kind", "choice");
        let path = format!("/api/v1/permits/{}/suspension", old["id"].as_str().unwrap());
        counter.as_officer("kadis").await.post(&path, json!({ "reason": "Diperiksa" })).await.is(Status::Ok);
        begin(&counter, &old, mistake()).await.refused_with(Status::Conflict, "permit-in-other-state");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM application".to_owned()).await, 1);
    }

    async fn a_clerk_corrects_a_permit_on_its_page_and_what_was_typed_stays(db: Db) {
        let counter = office(db).await;
        let (first, _) = issued(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        let page = clerk.get(&format!("/permohonan/{first}")).await.is(Status::Ok).text();
        let form = format!("/permohonan/{first}/izin/perbaikan");
        assert!(page.contains(&format!("href=\"{form}\"")), "{page}");
        let page = clerk.get(&form).await.is(Status::Ok).text();
        assert!(page.contains(&format!("value=\"{HOLDER}\"")), "{page}");
        let typed = [("applicant.name", RIGHT), ("reason", "")];
        let page = clerk.post(&form, &typed).await.is(Status::UnprocessableEntity).text();
        assert!(page.contains(&format!("value=\"{RIGHT}\"")), "what was typed stays: {page}");
        let typed = [("applicant.name", RIGHT), ("reason", "Nama tidak sesuai KTP-el"), ("cause", "holder")];
        let there = clerk.post(&form, &typed).await.is(Status::SeeOther).headers["location"].clone();
        let page = clerk.get(&there).await.is(Status::Ok).text();
        assert!(page.contains("Kesalahan pemegang") && page.contains(&format!("<strong>{RIGHT}</strong>")), "{page}");
        browser(&counter, "verifikator").await.get(&form).await.is(Status::Forbidden);
    }
}
