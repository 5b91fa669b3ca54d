//! What the population desk has to do with permits: the way of a visitor over it, and events that flag a permit.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::civil::office;
use crate::permit_pages::browser;
use crate::permits::{self, NIK, issued};
use crate::queue_pages::counter_id;
use crate::support::{Browser, TestCounter, scalar};

/// Siti of the register, under another name.
fn differing(ticket: &str) -> Value {
    json!({ "service": "SIPB", "kind": "new", "ticket_id": ticket, "fields": {},
        "applicant": { "nik": "1607065708900001", "name": "RAHMA DATA UJI" } })
}

async fn taken(counter: &TestCounter, service: &str) -> (String, String) {
    let answer = counter.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": [service] })).await;
    let answer = answer.is(Status::Created);
    (answer.word("id"), answer.word("number"))
}

/// The visitor of a permit at the clerk's counter, with a file and a look-up that differs; the ids of ticket and file.
async fn at_the_counter(counter: &TestCounter) -> (String, String) {
    let (ticket, _) = taken(counter, "SIPB").await;
    let clerk = counter.as_officer("petugas").await;
    let own = counter_id(counter, 1);
    clerk.post(&format!("/api/v1/counters/{own}/open"), json!({})).await.is(Status::Ok);
    clerk.post(&format!("/api/v1/counters/{own}/next"), json!({})).await.is(Status::Ok);
    clerk.post(&format!("/api/v1/tickets/{ticket}/start"), json!({})).await.is(Status::Ok);
    let file = clerk.post("/api/v1/applications", differing(&ticket)).await.is(Status::Created).word("id");
    (ticket, file)
}

async fn look_up(counter: &TestCounter, ticket: &str, file: &str) {
    let question = json!({ "nik": "1607065708900001", "purpose": "SIP Bidan", "ticket_id": ticket,
        "application_id": file, "claimed": { "name": "RAHMA DATA UJI" } });
    let verdict = counter.as_officer("petugas").await.post("/api/v1/residents/lookup", question).await.is(Status::Ok);
    assert_eq!(verdict.word("verdict"), "mismatch");
}

on_each_database! {
    async fn a_mismatch_opens_a_stop_at_the_population_desk_and_the_place_in_the_permit_line_is_kept(db: Db) {
        let counter = office(db).await;
        let (ticket, file) = at_the_counter(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        let stop = format!("/api/v1/applications/{file}/population-stop");
        clerk.post(&stop, json!({})).await.refused_with(Status::Conflict, "no-correction-needed");
        look_up(&counter, &ticket, &file).await;
        let (_, later) = taken(&counter, "SIPB").await;
        let sent = clerk.post(&stop, json!({})).await.is(Status::Ok).body;
        assert_eq!((sent["service"].as_str(), sent["state"].as_str(), sent["waits"].as_bool()), (Some("KK-U"), Some("waiting"), Some(true)));
        clerk.post(&stop, json!({})).await.refused_with(Status::Conflict, "correction-open");
        let seen = clerk.get(&format!("/api/v1/applications/{file}")).await.is(Status::Ok).body;
        assert_eq!(seen["population_stop"]["number"], sent["number"]);
        let own = counter_id(&counter, 1);
        let next = clerk.post(&format!("/api/v1/counters/{own}/next"), json!({})).await.is(Status::Ok);
        assert_eq!(next.word("number"), later, "whoever waits for a correction is not called early");
        let desk = counter.as_officer("dukcapil").await;
        let other = counter_id(&counter, 3);
        desk.post(&format!("/api/v1/counters/{other}/open"), json!({})).await.is(Status::Ok);
        let called = desk.post(&format!("/api/v1/counters/{other}/next"), json!({})).await.is(Status::Ok);
        assert_eq!(called.word("id"), ticket);
        desk.post(&format!("/api/v1/tickets/{ticket}/start"), json!({})).await.is(Status::Ok);
        let (_, last) = taken(&counter, "SIPB").await;
        desk.post(&format!("/api/v1/tickets/{ticket}/finish"), json!({})).await.is(Status::Ok);
        let back = clerk.get(&format!("/api/v1/applications/{file}")).await.is(Status::Ok).body;
        assert_eq!((back["population_stop"]["waits"].as_bool(), back["population_stop"]["back_in_line"].as_bool()), (Some(false), Some(true)));
        let served = clerk.post(&format!("/api/v1/tickets/{}/start", next.word("id")), json!({})).await;
        served.is(Status::Ok);
        let again = clerk.post(&format!("/api/v1/counters/{own}/next"), json!({})).await.is(Status::Ok);
        assert_eq!(again.word("id"), ticket, "back at the own place, before {last}");
        assert!(counter.acts_about(&ticket).await.contains(&"ticket.detoured".to_owned()));
        assert!(counter.acts_about(&file).await.contains(&"application.sent-to-population".to_owned()));
    }

    async fn the_clerk_sends_the_visitor_over_with_one_press_and_the_file_says_what_it_waits_for(db: Db) {
        let counter = office(db).await;
        let (ticket, file) = at_the_counter(&counter).await;
        look_up(&counter, &ticket, &file).await;
        let mut clerk = Browser::new(&counter);
        clerk.sign_in("petugas").await;
        let desk = clerk.visit("/loket").await;
        assert!(desk.contains(&format!("/permohonan/{file}/dukcapil")), "the desk offers the way: {desk}");
        let page = clerk.visit(&format!("/permohonan/{file}")).await;
        assert!(page.contains("Kirim ke loket kependudukan"), "{page}");
        assert_eq!(clerk.press(&format!("/permohonan/{file}/dukcapil"), &[]).await, Status::Ok);
        assert!(clerk.page.contains("Menunggu loket kependudukan") && clerk.page.contains("Tempatnya dalam antrean izin tetap"));
        assert!(!clerk.page.contains("/dukcapil\""), "once is enough");
        let mut officer = Browser::new(&counter);
        officer.sign_in_to("dukcapil", "/kependudukan").await;
        assert!(officer.page.contains("menunggu perbaikan data") && officer.page.contains("A-001"), "{}", officer.page);
    }

    async fn a_death_flags_the_permit_and_only_a_person_decides(db: Db) {
        let counter = permits::office(db).await;
        let (file, permit) = issued(&counter).await;
        let desk = counter.as_officer("dukcapil").await;
        let tomorrow = json!({ "nik": NIK, "kind": "death", "happened_on": "2026-11-25" });
        desk.post("/api/v1/life-events", tomorrow).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("happened_on", "date-not-past");
        let event = json!({ "nik": NIK, "kind": "death", "happened_on": "2026-11-20", "note": "Surat kematian desa" });
        let recorded = desk.post("/api/v1/life-events", event).await.is(Status::Created);
        assert_eq!(recorded.body["permits_flagged"], 1);
        assert!(!recorded.text().contains(NIK));
        let id = permit["id"].as_str().unwrap();
        let supervisor = counter.as_officer("penyelia").await;
        let flags = supervisor.get("/api/v1/permit-flags").await.is(Status::Ok).body;
        assert_eq!((flags["items"][0]["permit_id"].as_str(), flags["items"][0]["state"].as_str()), (Some(id), Some("issued")));
        let page = browser(&counter, "kadis").await.get(&format!("/permohonan/{file}")).await.is(Status::Ok).text();
        assert!(page.contains("Pemegang izin tercatat meninggal dunia") && page.contains("Putuskan"), "{page}");
        let review = format!("/api/v1/permits/{id}/review");
        supervisor.post(&review, json!({ "decision": "keep" })).await.refused_with(Status::UnprocessableEntity, "invalid-fields");
        let revoke = json!({ "decision": "revoke", "reason": "Pemegang meninggal", "class": "other" });
        supervisor.post(&review, revoke.clone()).await.refused_with(Status::Forbidden, "wrong-role");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_flag WHERE decision IS NULL").await, 1, "nothing was decided");
        counter.as_officer("kadis").await.post(&review, revoke).await.is(Status::Ok);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'revoked'").await, 1);
        supervisor.post(&review, json!({ "decision": "keep", "reason": "x" })).await.refused_with(Status::Conflict, "nothing-to-review");
        assert_eq!(supervisor.get("/api/v1/permit-flags").await.body["items"], json!([]));
        let acts = counter.acts_about(id).await;
        assert!(acts.ends_with(&["permit.revoked".to_owned(), "permit.reviewed".to_owned()]), "{acts:?}");
    }

    async fn a_finished_correction_flags_the_permit_and_the_supervisor_keeps_it_with_a_reason(db: Db) {
        let counter = permits::office(db).await;
        let (file, _) = issued(&counter).await;
        let desk = counter.as_officer("dukcapil").await;
        let body = json!({ "service": "KK-U", "applicant": { "nik": NIK, "name": "SITI RAHMA DATA UJI" },
            "fields": { "change": "Pekerjaan" } });
        let draft = desk.post("/api/v1/civil-requests", body).await.is(Status::Created).body;
        let id = draft["id"].as_str().unwrap();
        let papers: Vec<&str> = draft["requirements"].as_array().unwrap().iter().map(|p| p["code"].as_str().unwrap()).collect();
        desk.post(&format!("/api/v1/civil-requests/{id}/submission"), json!({ "sighted": papers })).await.is(Status::Ok);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_flag").await, 0, "not before it is made");
        desk.post(&format!("/api/v1/civil-requests/{id}/ready"), json!({})).await.is(Status::Ok);
        let supervisor = browser(&counter, "penyelia").await;
        let list = supervisor.get("/penyelia/izin-ditinjau").await.is(Status::Ok).text();
        assert!(list.contains("Data diperbaiki") && list.contains("503/0001/SIPB") && !list.contains("Cabut"), "{list}");
        let path = list.split("action=\"").find_map(|rest| rest.split('"').next().filter(|to| to.contains("izin-ditinjau/"))).unwrap();
        let empty = supervisor.post(path, &[("reason", "")]).await.is(Status::UnprocessableEntity).text();
        assert!(empty.contains("Wajib diisi"), "{empty}");
        supervisor.post(path, &[("reason", "Hanya alamat yang berubah")]).await.is(Status::SeeOther);
        assert!(supervisor.get("/penyelia/izin-ditinjau").await.text().contains("Tidak ada izin yang perlu ditinjau"));
        let page = supervisor.get(&format!("/permohonan/{file}")).await.is(Status::Ok).text();
        assert!(page.contains("Hanya alamat yang berubah"), "{page}");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'issued'").await, 1);
    }

    async fn the_whole_work_of_the_population_desk_is_done_on_its_pages(db: Db) {
        let counter = office(db).await;
        let mut desk = Browser::new(&counter);
        desk.sign_in_to("dukcapil", "/kependudukan").await;
        assert!(desk.page.contains("Loket kependudukan") && desk.page.contains("blangko habis"), "{}", desk.page);
        let none = [("kind", "ktp_el"), ("move", "spoiled"), ("quantity", "1"), ("reason", "x")];
        desk.visit("/kependudukan/blangko").await;
        assert_eq!(desk.press("/kependudukan/blangko", &none).await, Status::Conflict);
        assert!(desk.page.contains("value=\"x\""), "what was typed is kept");
        let come = [("kind", "ktp_el"), ("move", "received"), ("quantity", "20"), ("reason", "")];
        assert_eq!(desk.press("/kependudukan/blangko", &come).await, Status::Ok);
        assert!(desk.page.contains("+20"));
        let form = desk.visit("/kependudukan/permintaan/baru?layanan=KTP-C").await;
        assert!(form.contains("Formulir F-1.02"), "{form}");
        let wrong = [("service", "KTP-C"), ("ticket", ""), ("applicant.nik", "12"), ("applicant.name", "SITI"), ("fields.reason", "Baru")];
        assert_eq!(desk.press("/kependudukan/permintaan/baru", &wrong).await, Status::UnprocessableEntity);
        assert!(desk.page.contains("value=\"SITI\""), "what was typed is kept");
        let right = [("service", "KTP-C"), ("ticket", ""), ("applicant.nik", "1607065708900001"), ("applicant.name", ""),
            ("fields.reason", "Baru"), ("sighted", "form")];
        assert_eq!(desk.press("/kependudukan/permintaan/baru", &right).await, Status::Ok);
        assert!(desk.page.contains("SITI UJI AMINAH") && desk.page.contains("1607••••••••0001"), "{}", desk.page);
        let at = desk.at.clone();
        assert_eq!(desk.press(&format!("{at}/submission"), &[("siak_number", "UJI-5")]).await, Status::UnprocessableEntity);
        assert!(desk.page.contains("value=\"UJI-5\"") && desk.page.contains("Belum ada: Kartu Keluarga"), "{}", desk.page);
        assert_eq!(desk.press(&format!("{at}/berkas/kk"), &[]).await, Status::Ok);
        assert_eq!(desk.press(&format!("{at}/submission"), &[("siak_number", "UJI-5")]).await, Status::Ok);
        assert!(desk.page.contains("25 November 2026"), "{}", desk.page);
        assert_eq!(desk.press(&format!("{at}/ready"), &[("siak_number", "UJI-5")]).await, Status::Ok);
        let taken = [("name", "SITI+UJI"), ("relation", "self"), ("identity_seen", "1")];
        assert_eq!(desk.press(&format!("{at}/handover"), &taken).await, Status::Ok);
        assert!(desk.page.contains("Sudah diserahkan") && desk.page.contains("SITI UJI"), "{}", desk.page);
        assert_eq!(scalar(counter.db(), "SELECT on_hand FROM blank_stock WHERE kind = 'ktp_el'").await, 19);
    }
}
