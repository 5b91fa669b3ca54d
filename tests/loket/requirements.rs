//! The page of one paper: what it is for, by which law, what it looks like, how often it is sent back.

use loket::catalogue::built_in;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife, office};
use crate::returns::{link_of, returned};
use crate::support::{Browser, TestCounter};

const PAGE: &str = "/layanan/POHON/syarat/reason_letter";

/// A request to fell a tree, by the n-th of many people.
fn felling(n: usize) -> Value {
    let mut body = midwife();
    body["service"] = json!("POHON");
    body["applicant"]["nik"] = json!(format!("160701411292{n:04}"));
    body["fields"] = json!({
        "tree_place": "Jalan Contoh Nomor 8 DATA UJI", "tree_kind": "Mahoni", "tree_count": "1", "tree_girth": "120",
        "work_kind": "Penebangan", "reason": "Membahayakan keselamatan", "felling_until": "2026-12-20", "seedlings": "5"
    });
    body
}

/// A registered file, sent back for its letter when there is a reason.
async fn file(counter: &TestCounter, n: usize, reason: Option<&str>) {
    let id = complete_draft(counter, felling(n)).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    let Some(reason) = reason else { return };
    act(counter, "verifikator", &id, "claim", json!({})).await;
    let items = json!([{ "kind": "paper", "target": "reason_letter", "reason": reason, "note": "Perbaiki" }]);
    act(counter, "verifikator", &id, "return", json!({ "items": items })).await;
}

on_each_database! {
    async fn a_paper_is_explained_and_how_often_it_is_sent_back_is_told_from_twenty_files_on(db: Db) {
        let counter = office(db).await;
        for n in 1..20 {
            let reason = [Some("blurred"), Some("blurred"), Some("blurred"), Some("unsigned"), None][n.min(5) - 1];
            file(&counter, n, reason).await;
        }
        let page = async || counter.as_visitor().get(PAGE).await.is(Status::Ok).text();
        let few = page().await;
        assert!(few.contains("hanya ditebang bila ada alasannya") && few.contains("Alasan dan jumlah pohon tertulis"));
        assert!(few.contains("/samples/letter.svg") && few.contains("hanya contoh"), "{few}");
        assert!(few.contains("Dasar hukum") && !few.contains("dari 100 berkas"), "nineteen files say nothing: {few}");
        file(&counter, 20, Some("other")).await;
        let told = page().await;
        assert!(told.contains("25 dari 100 berkas dikembalikan karena syarat ini."), "{told}");
        assert!(told.contains("<strong>Tidak terbaca</strong>"), "{told}");
        let other = counter.as_visitor().get("/layanan/POHON/syarat/sketch").await.is(Status::Ok).text();
        assert!(other.contains("Dari 20 berkas, tidak ada yang dikembalikan"), "{other}");
        counter.wait_minutes(366 * 24 * 60);
        assert!(!page().await.contains("dari 100 berkas"), "a year later nothing is left to tell");
    }

    async fn the_explanation_is_one_step_from_where_a_paper_is_asked_for(db: Db) {
        let counter = office(db).await;
        let mut visitor = Browser::new(&counter);
        let str_page = "href=\"/layanan/SIPB/syarat/str\"";
        assert!(visitor.visit("/layanan/SIPB").await.contains(str_page));
        assert!(visitor.visit("/janji/opi?s=SIPB").await.contains(str_page), "{}", visitor.page);
        assert!(visitor.visit("/janji/opi?s=SIPB&langkah=cek").await.matches(str_page).count() == 2, "the missing one too");
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        assert!(visitor.visit(&link).await.contains(str_page), "{}", visitor.page);
        let file = browser(&counter, "petugas").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(file.contains(str_page), "{file}");
    }

    async fn every_paper_of_every_service_has_its_page_and_an_unknown_one_none(db: Db) {
        let counter = office(db).await;
        for service in built_in() {
            for paper in &service.requirements {
                let path = format!("/layanan/{}/syarat/{}", service.code, paper.code);
                let page = counter.as_visitor().get(&path).await.is(Status::Ok).text();
                assert!(page.contains("Yang kami periksa") && page.contains("Dasar hukum"), "{path}");
            }
        }
        let unknown = counter.as_visitor().get("/layanan/SIPB/syarat/tidak_ada").await.is(Status::NotFound).text();
        assert!(unknown.contains("tidak diminta"), "{unknown}");
    }
}
