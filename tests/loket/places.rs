//! Addresses by official code: chosen from the list, kept as code, printed in words.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife, office, pdf_of};
use crate::support::papers::ask;
use crate::support::{TestCounter, act_at};

const VILLAGE: &str = "16.07.06.1021";
const WORDS: &str = "Kelurahan Jakabaring Selatan, Kecamatan Rambutan, Kabupaten Banyuasin";

/// A request to close a road in a village.
fn closure(village: &str) -> Value {
    let mut body = midwife();
    body["service"] = json!("JALAN");
    body["fields"] = json!({
        "event_name": "Hajatan DATA UJI", "event_kind": "Hajatan", "road_name": "Jalan Contoh", "closure": "Sebagian",
        "detour": "Jalan Uji", "event_starts": "2026-12-10", "event_ends": "2026-12-11", "event_hours": "08.00–17.00 WIB",
        "road_village": village
    });
    body
}

async fn regions(counter: &TestCounter, parent: &str) -> Vec<(String, String)> {
    let list = counter.as_visitor().get(&format!("/api/v1/regions{parent}")).await.is(Status::Ok).body;
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(|item| (text(item, "code"), text(item, "full_name"))).collect()
}

on_each_database! {
    async fn a_place_is_chosen_by_official_code_and_printed_in_words(db: Db) {
        let counter = office(db).await;
        let clerk = counter.as_officer("petugas").await;
        let unknown = clerk.post("/api/v1/applications", closure("16.07.06.9999")).await;
        unknown.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("fields.road_village", "not-a-village");
        let mut elsewhere = closure(VILLAGE);
        elsewhere["applicant"]["address"]["village_code"] = json!("16.07.99.1001");
        let refused = clerk.post("/api/v1/applications", elsewhere.clone()).await;
        refused.is(Status::UnprocessableEntity).names_field("applicant.village_code", "not-a-village");
        elsewhere["applicant"]["address"]["village_code"] = json!("16.71.01.1001");
        clerk.post("/api/v1/applications", elsewhere).await.is(Status::Created);
        let id = complete_draft(&counter, closure(VILLAGE)).await;
        let page = browser(&counter, "petugas").await;
        let form = page.get(&format!("/permohonan/{id}/ubah")).await.is(Status::Ok).text();
        assert!(form.contains(&format!("<option value=\"{VILLAGE}\" selected>Jakabaring Selatan, Rambutan")), "{form}");
        act(&counter, "petugas", &id, "registration", json!({})).await;
        let kept = clerk.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok).body;
        assert_eq!(kept["fields"]["road_village"], VILLAGE, "kept as code");
        assert!(page.get(&format!("/permohonan/{id}")).await.text().contains(WORDS));
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let grant = json!({ "outcome": "grant", "letter_number": "551/12/2026", "letter_date": "2026-11-23" });
        act(&counter, "teknis", &id, "recommendation", grant).await;
        act(&counter, "kabid", &id, "paraf", json!({})).await;
        let permit = act(&counter, "kadis", &id, "signature", json!({})).await["permit"].clone();
        if let Some(words) = ask("pdftotext", &pdf_of(&counter, &permit).await, &["-layout", "-"]) {
            let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(one_line.contains("Jakabaring Selatan, Kecamatan Rambutan") && !one_line.contains(VILLAGE), "{words}");
        }
    }

    async fn the_list_of_regions_is_public_and_what_is_imported_holds_everywhere(db: Db) {
        let counter = office(db).await;
        assert_eq!(regions(&counter, "").await.len(), 38);
        assert!(regions(&counter, "?parent=16").await.contains(&("16.07".to_owned(), "Kabupaten Banyuasin".to_owned())));
        assert_eq!(regions(&counter, "?parent=16.07").await.len(), 21);
        let villages = regions(&counter, "?parent=16.07.06").await;
        assert!(villages.contains(&(VILLAGE.to_owned(), "Kelurahan Jakabaring Selatan".to_owned())), "{villages:?}");
        counter.as_visitor().get("/api/v1/regions?parent=99").await.refused_with(Status::NotFound, "region-unknown");
        // What is in force is in force in the whole process: each database brings a village of its own.
        let code = if counter.db().is_sqlite() { "16.07.06.2098" } else { "16.07.06.2097" };
        let file = format!("level,code,parent_code,name\nvillage,{code},16.07.06,Impor DATA UJI\n");
        let clerk = counter.as_officer("petugas").await;
        clerk.post("/api/v1/applications", closure(code)).await.is(Status::UnprocessableEntity);
        let mut tx = counter.db().begin().await.unwrap();
        loket::population::import_regions(&mut tx, act_at(1), file.as_bytes()).await.unwrap();
        tx.commit().await.unwrap();
        counter.app.reload().await.unwrap();
        let draft = clerk.post("/api/v1/applications", closure(code)).await.is(Status::Created);
        let page = browser(&counter, "petugas").await.get(&format!("/permohonan/{}", draft.word("id"))).await;
        assert!(page.text().contains("Desa Impor DATA UJI, Kecamatan Rambutan"), "{}", page.text());
    }
}
