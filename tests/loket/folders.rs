//! What a visitor still has to bring, and where the paper folders are.

use rocket::http::Status;
use serde_json::json;

use crate::permit_pages::browser;
use crate::permits::{HOLDER, act, complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::scalar;

fn says(pdf: &[u8], parts: &[&str]) {
    let Some(text) = ask("pdftotext", pdf, &["-"]) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

on_each_database! {
    async fn a_visitor_is_told_on_paper_what_is_missing_before_anything_is_registered(db: Db) {
        let counter = office(db).await;
        let clerk = counter.as_officer("petugas").await;
        let brought = json!({ "service": "SIPB", "have": ["ktp", "application_letter", "str", "practice_statement", "health_letter"] });
        let told = clerk.post("/api/v1/completeness", brought.clone()).await.is(Status::Ok).body;
        let missing: Vec<&str> = told["missing"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
        assert_eq!((told["complete"].as_bool(), &missing[..]), (Some(false), &["photo"][..]), "{told}");
        let paper = clerk.post("/api/v1/completeness/paper", brought.clone()).await.is(Status::Ok).bytes;
        says(&paper, &["YANG MASIH PERLU DIBAWA", "Masih kurang 1 hal", "Pas foto berwarna 4x6", "BAWA INI", "bukan tanda terima"]);
        if let Some(info) = ask("pdfinfo", &paper, &[]) {
            assert!(info.contains("419.5") && info.contains("595.2"), "A5: {info}");
        }
        let english = clerk.post("/api/v1/completeness/paper?lang=en", brought.clone()).await.is(Status::Ok).bytes;
        says(&english, &["WHAT YOU STILL NEED TO BRING", "Still missing: 1", "Colour photograph", "BRING THIS"]);
        let mut whole = brought;
        whole["have"] = json!(["ktp", "application_letter", "str", "practice_statement", "health_letter", "photo"]);
        assert_eq!(clerk.post("/api/v1/completeness", whole).await.is(Status::Ok).body["complete"], true);
        clerk.post("/api/v1/completeness", json!({ "service": "KK-B" })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("service", "service-not-here");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM application".to_owned()).await, 0, "nothing is kept");
    }

    async fn a_clerk_checks_what_was_brought_at_the_desk_without_scripts(db: Db) {
        let counter = office(db).await;
        let clerk = browser(&counter, "petugas").await;
        assert!(clerk.get("/loket").await.is(Status::Ok).text().contains("href=\"/loket/kelengkapan\" data-key=\"E\""));
        let page = clerk.get("/loket/kelengkapan?layanan=SIPB").await.is(Status::Ok).text();
        assert!(page.contains("name=\"have\" value=\"ktp\"") && page.contains("STR yang masih berlaku"), "{page}");
        let ticked = [("service", "SIPB"), ("kind", "renewal"), ("language", "en"), ("have", "ktp"), ("have", "photo")];
        let page = clerk.post("/loket/kelengkapan", &ticked).await.is(Status::Ok).text();
        let (_, list) = page.split_once("<ol lang=\"en\">").expect("the list in the visitor's language");
        let (list, _) = list.split_once("</ol>").unwrap();
        assert!(list.contains("Valid STR") && list.contains("professional credits") && !list.contains("KTP-el"), "{list}");
        assert!(page.contains("value=\"ktp\" checked"), "what was ticked stays");
        let paper = clerk.post("/loket/kelengkapan/cetak", &ticked).await.is(Status::Ok).bytes;
        says(&paper, &["WHAT YOU STILL NEED TO BRING", "Valid STR"]);
        browser(&counter, "kadis").await.get("/loket/kelengkapan").await.is(Status::Forbidden);
    }

    async fn the_folder_of_a_file_is_found_and_the_supervisor_sees_who_took_it(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        let file = act(&counter, "petugas", &id, "registration", json!({})).await;
        let path = format!("/api/v1/applications/{id}/folder");
        let clerk = counter.as_officer("petugas").await;
        clerk.post(&path, json!({ "kind": "lost" })).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("kind", "choice").names_field("place", "required");
        clerk.post(&path, json!({ "kind": "shelved", "place": "Rak B-3" })).await.is(Status::Ok);
        counter.wait_minutes(60 * 24 * 2);
        let page = browser(&counter, "kabid").await;
        let form = [("folder.kind", "taken"), ("folder.place", ""), ("folder.note", "Rapat")];
        let back = page.post(&format!("/permohonan/{id}/map"), &form).await.is(Status::UnprocessableEntity).text();
        assert!(back.contains("value=\"Rapat\""), "what was typed stays: {back}");
        let form = [("folder.kind", "taken"), ("folder.place", "Kabid DATA UJI"), ("folder.note", "Rapat")];
        page.post(&format!("/permohonan/{id}/map"), &form).await.is(Status::SeeOther);
        counter.wait_minutes(60 * 24 * 3);
        let found = counter.as_officer("petugas").await;
        let found = found.post("/api/v1/applications/search", json!({ "code": file["code"] })).await.is(Status::Ok).body;
        let of = format!("/api/v1/applications/{}/folder", found["items"][0]["id"].as_str().unwrap());
        let moves = counter.as_officer("petugas").await.get(&of).await.is(Status::Ok).body;
        assert_eq!((moves["items"][0]["place"].as_str(), moves["items"][1]["place"].as_str()), (Some("Kabid DATA UJI"), Some("Rak B-3")));
        let list = browser(&counter, "penyelia").await.get("/penyelia/map-keluar").await.is(Status::Ok).text();
        assert!(list.contains("Kabid DATA UJI") && list.contains(HOLDER) && list.contains("3 hari"), "{list}");
        let supervisor = counter.as_officer("penyelia").await;
        assert_eq!(supervisor.get("/api/v1/folders/out").await.is(Status::Ok).body["items"][0]["with"], "Kabid DATA UJI");
        counter.as_officer("petugas").await.post(&path, json!({ "kind": "shelved", "place": "Rak B-3" })).await.is(Status::Ok);
        assert_eq!(supervisor.get("/api/v1/folders/out").await.is(Status::Ok).body["items"], json!([]));
        counter.as_officer("petugas-lain").await.get(&path).await.refused_with(Status::NotFound, "application-unknown");
        assert_eq!(counter.acts_about(&id).await.iter().filter(|act| *act == "folder.moved").count(), 3);
    }
}
