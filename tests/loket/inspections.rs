//! The visit of a place: who is sent, what was found, the two papers and the photographs.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{HOLDER, PORTRAIT, act, complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::{Answer, Browser, TestCounter, scalar};

const TEAM: &str = "Ir. Tim Satu DATA UJI, M.T.; 198001012005011001; Ketua\nTim Dua DATA UJI; Anggota";

fn order() -> Value {
    json!({ "members": TEAM, "order_number": "800/17/ST/2026", "order_date": "2026-11-23", "planned_on": "2026-11-25" })
}

/// A file whose place is to be visited.
async fn in_inspection(counter: &TestCounter) -> String {
    let mut body = midwife();
    body["fields"]["practice_kind"] = json!("Praktik mandiri");
    let id = complete_draft(counter, body).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    let file = act(counter, "verifikator", &id, "verification", json!({})).await;
    assert_eq!(file["state"], "in_inspection");
    id
}

async fn try_act(counter: &TestCounter, who: &str, id: &str, act: &str, body: Value) -> Answer {
    counter.as_officer(who).await.post(&format!("/api/v1/applications/{id}/{act}"), body).await
}

/// The words of a PDF; `None` where there is no reader.
fn words(pdf: &[u8]) -> Option<String> {
    let text = ask("pdftotext", pdf, &["-"])?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn says(pdf: &[u8], parts: &[&str]) {
    let Some(text) = words(pdf) else { return };
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

async fn technician<'a>(counter: &'a TestCounter, id: &str) -> Browser<'a> {
    let mut browser = Browser::new(counter);
    browser.sign_in_to("teknis", "/permohonan").await;
    browser.visit(&format!("/permohonan/{id}")).await;
    browser
}

on_each_database! {
    async fn the_section_head_sends_a_team_and_the_report_names_it_with_its_photographs(db: Db) {
        let counter = office(db).await;
        let id = in_inspection(&counter).await;
        let path = format!("/permohonan/{id}");
        let head = browser(&counter, "kabid").await;
        head.get(&format!("{path}/surat-tugas")).await.is(Status::Conflict);
        assert!(head.get(&path).await.text().contains("name=\"assignment.members\""));
        act(&counter, "teknis", &id, "claim", json!({})).await;
        act(&counter, "kabid", &id, "assignment", order()).await;
        let sent = head.get(&format!("{path}/surat-tugas")).await.is(Status::Ok).bytes;
        says(&sent, &["SURAT TUGAS", "Nomor: 800/17/ST/2026", "Ir. Tim Satu DATA UJI, M.T. · NIP 198001012005011001 · Ketua",
            "Tim Dua DATA UJI · Anggota", "25 November 2026", "23 November 2026", "kabid DATA UJI", HOLDER]);
        let mut officer = technician(&counter, &id).await;
        let (add, front) = (format!("{path}/foto-peninjauan"), [("photo.caption", "Tampak depan")]);
        assert_eq!(officer.upload_with(&add, &front, ("image/jpeg", PORTRAIT)).await, Status::Ok);
        counter.wait_minutes(1);
        let found = json!({ "visited_on": "2026-11-24", "report_number": "BAP/17/2026", "place": "Ruko di Jalan Contoh",
            "finding_str": "Asli, sama dengan berkas", "note": "Layak, dengan papan nama" });
        let after = act(&counter, "teknis", &id, "inspection", found).await;
        assert_eq!(after["state"], "in_recommendation");
        let report = head.get(&format!("{path}/berita-acara")).await.is(Status::Ok).bytes;
        says(&report, &["BERITA ACARA PEMERIKSAAN", "Nomor: BAP/17/2026", "24 November 2026", "Surat Tugas Nomor 800/17/ST/2026",
            "Ruko di Jalan Contoh", "Asli, sama dengan berkas", "Layak, dengan papan nama", "Tim Dua DATA UJI", "teknis DATA UJI",
            HOLDER, "Foto peninjauan", "1. Tampak depan"]);
        let page = head.get(&path).await.text();
        assert!(page.contains("Asli, sama dengan berkas") && page.contains("/berita-acara"), "{page}");
        act(&counter, "teknis", &id, "recommendation",
            json!({ "outcome": "grant", "letter_number": "440/1", "letter_date": "2026-11-24" })).await;
        act(&counter, "kabid", &id, "paraf", json!({})).await;
    }

    async fn a_photograph_put_in_by_mistake_goes_until_the_visit_is_recorded(db: Db) {
        let counter = office(db).await;
        let id = in_inspection(&counter).await;
        let path = format!("/permohonan/{id}");
        let mut officer = technician(&counter, &id).await;
        let add = format!("{path}/foto-peninjauan");
        let (words, paper) = ([("photo.caption", "Tampak samping")], ("application/pdf", &b"%PDF-1.7\n%%EOF"[..]));
        assert_eq!(officer.upload_with(&add, &words, paper).await, Status::UnprocessableEntity, "a photograph is a picture");
        assert!(officer.page.contains("value=\"Tampak samping\""), "what was typed stays");
        officer.visit(&path).await;
        assert_eq!(officer.upload(&add, "image/jpeg", PORTRAIT).await, Status::Ok);
        assert!(officer.page.contains("/foto-peninjauan/1/hapus"), "{}", officer.page);
        assert_eq!(officer.press(&format!("{add}/1/hapus"), &[]).await, Status::Ok);
        assert!(!officer.page.contains("/foto-peninjauan/1/hapus"), "{}", officer.page);
        assert_eq!(officer.upload(&add, "image/jpeg", PORTRAIT).await, Status::Ok);
        counter.wait_minutes(1);
        act(&counter, "teknis", &id, "inspection", json!({})).await;
        officer.visit(&path).await;
        assert!(officer.page.contains("/dokumen/") && !officer.page.contains("foto-peninjauan"), "{}", officer.page);
        let late = browser(&counter, "teknis").await;
        late.post(&format!("{add}/1/hapus"), &[]).await.is(Status::Conflict);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM inspection_photo".to_owned()).await, 1);
        let acts = counter.acts_about(&id).await;
        for told in ["application.photo-added", "application.photo-removed"] {
            assert!(acts.contains(&told.to_owned()), "{told} is not in {acts:?}");
        }
    }

    async fn an_order_without_names_and_a_finding_about_nothing_are_refused(db: Db) {
        let counter = office(db).await;
        let id = in_inspection(&counter).await;
        try_act(&counter, "teknis", &id, "assignment", order()).await.refused_with(Status::Forbidden, "wrong-role");
        let mut nobody = order();
        nobody["members"] = json!("; 198001012005011001");
        try_act(&counter, "kabid", &id, "assignment", nobody).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("members", "team-nobody");
        try_act(&counter, "teknis", &id, "inspection", json!({ "finding_moon": "penuh" })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("finding_moon", "requirement-unknown");
        let file = counter.as_officer("kabid").await.get(&format!("/api/v1/applications/{id}")).await.body;
        assert_eq!(file["state"], "in_inspection", "nothing moved");
    }
}
