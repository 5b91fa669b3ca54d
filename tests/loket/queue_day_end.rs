//! The end of the day: nobody who is still in the hall vanishes, and a lost slip is found again.

use loket::audit::Act;
use loket::queue;
use rocket::http::Status;
use serde_json::json;

use crate::queue_pages::{counter_id, office};
use crate::support::{Browser, TestCounter, scalar};

async fn take(office: &TestCounter) -> (String, String) {
    let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
    let taken = taken.is(Status::Created);
    (taken.word("id"), taken.word("token"))
}

on_each_database! {
    async fn a_kept_place_is_first_in_line_on_the_next_open_day(db: Db) {
        let office = office(db).await;
        let (old, token) = take(&office).await;
        let chief = office.as_officer("penyelia").await;
        chief.post(&format!("/api/v1/tickets/{old}/keep"), json!({})).await.is(Status::Ok);
        chief.post(&format!("/api/v1/tickets/{old}/keep"), json!({})).await
            .refused_with(Status::Conflict, "ticket-not-in-hall");
        let own = Browser::new(&office).visit(&format!("/t/{token}")).await.to_owned();
        assert!(own.contains("Tempat Anda disimpan untuk"), "{own}");
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/tickets/{old}/return"), json!({})).await
            .refused_with(Status::Conflict, "place-not-kept");
        office.wait_minutes(24 * 60);
        let clerk = office.as_officer("petugas2").await;
        let (early, _) = take(&office).await;
        let (back, again) = (
            clerk.post(&format!("/api/v1/tickets/{old}/return"), json!({})).await.is(Status::Ok).word("id"),
            clerk.post(&format!("/api/v1/tickets/{old}/return"), json!({})).await.is(Status::Ok).word("id"),
        );
        assert_eq!(back, again, "coming back twice gives one number");
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        let called = clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).word("id");
        assert_eq!(called, back, "before {early}, who came earlier today");
        let acts = office.acts_about(&old).await;
        assert!(acts.contains(&"ticket.place_kept".to_owned()) && acts.contains(&"ticket.came_back".to_owned()));
    }

    async fn those_who_come_back_for_kept_places_stand_in_the_order_they_come(db: Db) {
        let office = office(db).await;
        let (first, second) = (take(&office).await.0, take(&office).await.0);
        let chief = office.as_officer("penyelia").await;
        for old in [&first, &second] {
            chief.post(&format!("/api/v1/tickets/{old}/keep"), json!({})).await.is(Status::Ok);
        }
        office.wait_minutes(24 * 60);
        take(&office).await;
        let clerk = office.as_officer("petugas").await;
        let mut back = Vec::new();
        for old in [&second, &first] {
            let new = clerk.post(&format!("/api/v1/tickets/{old}/return"), json!({})).await.is(Status::Ok);
            back.push(new.word("id"));
            office.wait_minutes(1);
        }
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        for new in back {
            let called = clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).word("id");
            assert_eq!(called, new);
            clerk.post(&format!("/api/v1/tickets/{new}/no-show"), json!({})).await.is(Status::Ok);
        }
    }

    async fn a_visit_is_dismissed_with_a_reason_only_and_its_visitor_reads_it(db: Db) {
        let office = office(db).await;
        let (ticket, token) = take(&office).await;
        let chief = office.as_officer("penyelia").await;
        let path = format!("/api/v1/tickets/{ticket}/dismiss");
        chief.post(&path, json!({})).await.names_field("reason", "required");
        office.as_officer("petugas").await.post(&path, json!({ "reason": "x" })).await.is(Status::Forbidden);
        let after = chief.post(&path, json!({ "reason": "sistem pusat mati" })).await.is(Status::Ok);
        assert_eq!(after.word("state"), "cancelled");
        let own = Browser::new(&office).visit(&format!("/t/{token}")).await.to_owned();
        assert!(own.contains("sistem pusat mati"), "{own}");
    }

    async fn whoever_nobody_decided_about_keeps_the_place_at_midnight(db: Db) {
        let office = office(db).await;
        let (waiting, _) = take(&office).await;
        office.wait_minutes(24 * 60);
        let site = office.app.sites().find("opi").cloned().unwrap();
        let mut tx = office.db().begin().await.unwrap();
        let act = Act::system(office.app.now());
        queue::close_earlier_days(&mut tx, act, &site, &office.app.calendar()).await.unwrap();
        tx.commit().await.unwrap();
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/tickets/{waiting}/return"), json!({})).await.is(Status::Ok);
    }

    async fn the_supervisor_closes_the_day_on_a_page_where_everybody_left_stands(db: Db) {
        let office = office(db).await;
        let (waiting, _) = take(&office).await;
        take(&office).await;
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        let clerk = office.as_officer("petugas").await;
        let (third, _) = take(&office).await;
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok);
        let mut chief = Browser::new(&office);
        chief.sign_in_to("penyelia", "/tutup-hari").await;
        let page = chief.visit("/tutup-hari").await;
        assert!(page.contains("Masih di ruang tunggu: 3") && page.contains("Sedang di loket"), "{page}");
        assert!(!page.contains(&format!("/tutup-hari/{waiting}/simpan")), "who is at a counter ends there");
        let refused = chief.press(&format!("/tutup-hari/{third}/akhiri"), &[]).await;
        assert_eq!(refused, Status::UnprocessableEntity);
        assert!(chief.page.contains("role=\"alert\""));
        chief.press("/tutup-hari/simpan-semua", &[]).await;
        assert!(chief.page.contains("Masih di ruang tunggu: 1") && chief.page.contains("Tempat disimpan untuk"));
        office.wait_minutes(24 * 60);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        assert!(desk.visit("/loket?form=cari").await.contains("A-003 sudah datang"), "{}", desk.page);
        desk.press(&format!("/loket/disimpan/{third}"), &[]).await;
        assert!(desk.page.contains("A-001"), "{}", desk.page);
        assert!(!desk.visit("/loket?form=cari").await.contains("A-003 sudah datang"));
    }

    async fn a_lost_slip_is_found_by_the_end_of_the_telephone_number(db: Db) {
        let office = office(db).await;
        let ask = json!({ "services": ["SIPB"], "phone": "0812-3456-7890" });
        let mine = office.as_visitor().post("/api/v1/sites/opi/tickets", ask.clone()).await.is(Status::Created);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        assert_eq!(desk.press("/loket/cari", &[("person", "7890")]).await, Status::Ok);
        assert!(desk.page.contains("/slip") && desk.page.contains(&mine.word("number")), "{}", desk.page);
        desk.visit("/loket?form=cari").await;
        assert_eq!(desk.press("/loket/cari", &[("person", "1111")]).await, Status::UnprocessableEntity);
        assert!(desk.page.contains("Tidak ada nomor antrean hari ini"), "{}", desk.page);
        let clerk = office.as_officer("petugas").await;
        for person in ["+62 812 3456 7890", "081234567890", "7890"] {
            let found = clerk.post("/api/v1/tickets/search", json!({ "person": person })).await.is(Status::Ok);
            assert_eq!(found.body.as_array().unwrap().len(), 1, "{person}");
        }
        clerk.post("/api/v1/tickets/search", json!({ "person": "789" })).await.names_field("person", "person-digits");
        assert!(office.acts_about(&mine.word("id")).await.contains(&"ticket.found_by_person".to_owned()));
        office.as_visitor().post("/api/v1/sites/opi/tickets", ask).await.is(Status::Created);
        desk.visit("/loket?form=cari").await;
        assert_eq!(desk.press("/loket/cari", &[("person", "7890")]).await, Status::Ok);
        assert!(desk.page.contains("Beberapa nomor cocok"), "{}", desk.page);
        office.wait_minutes(24 * 60);
        let clerk = office.as_officer("petugas2").await;
        let tomorrow = clerk.post("/api/v1/tickets/search", json!({ "person": "7890" })).await;
        tomorrow.names_field("person", "person-unknown");
    }

    async fn a_lost_slip_is_found_by_the_nik_of_a_look_up(db: Db) {
        let office = office(db).await;
        let (ticket, _) = take(&office).await;
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        let counter = counter_id(&office, 1);
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        desk.press(&format!("/loket/nomor/{ticket}/mulai"), &[]).await;
        let asked = [("nik", "1607065708900001"), ("purpose", "SIP+Bidan")];
        desk.press(&format!("/loket/penduduk/{ticket}"), &asked).await;
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM lookup").await, 1);
        let clerk = office.as_officer("petugas2").await;
        let found = clerk.post("/api/v1/tickets/search", json!({ "person": "1607065708900001" })).await.is(Status::Ok);
        assert_eq!(found.body[0]["id"], json!(ticket));
    }
}
