//! The desk: the file of the visit and the person beside it, and two clerks at one counter.

use rocket::http::Status;
use serde_json::json;

use crate::queue_pages::{Browser, counter_id, office};
use crate::support::scalar;

on_each_database! {
    async fn the_desk_shows_the_file_of_the_visit_and_marks_papers_as_seen(db: Db) {
        let office = office(db).await;
        let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let ticket = taken.is(Status::Created).word("id");
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        desk.press(&format!("/loket/nomor/{ticket}/mulai"), &[]).await;
        let start = desk.visit(&format!("/permohonan/baru?tiket={ticket}")).await;
        assert!(start.contains("value=\"SIPB\" selected"), "the service of the stop is chosen already: {start}");
        let clerk = office.as_officer("petugas").await;
        let filing = json!({ "service": "SIPB", "kind": "new", "ticket_id": ticket, "fields": {},
            "applicant": { "nik": "1607065708900001", "name": "RAHMA DATA UJI" } });
        let file = clerk.post("/api/v1/applications", filing).await.is(Status::Created).word("id");
        let page = desk.visit("/loket").await;
        assert!(page.contains("RAHMA DATA UJI") && page.contains("/daftar") && page.contains("Belum ada:"), "{page}");
        let sighted = format!("/loket/berkas/{file}/");
        let code = page.split(&sighted).find_map(|rest| rest.split_once("/dilihat")).unwrap().0.to_owned();
        assert_eq!(desk.press(&format!("{sighted}{code}/dilihat"), &[]).await, Status::Ok);
        assert!(!desk.page.contains(&format!("{code}/dilihat")) && desk.page.contains("ada, asli dilihat"));
        let registration = desk.press(&format!("/loket/berkas/{file}/daftar"), &[]).await;
        assert_eq!(registration, Status::UnprocessableEntity, "the other papers are missing");
        assert!(desk.page.contains("role=\"alert\""));
    }

    async fn a_look_up_at_the_desk_needs_a_purpose_and_keeps_its_verdict_beside_the_ticket(db: Db) {
        let office = office(db).await;
        let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let ticket = taken.is(Status::Created).word("id");
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        desk.press(&format!("/loket/nomor/{ticket}/mulai"), &[]).await;
        let look_up = format!("/loket/penduduk/{ticket}");
        assert_eq!(desk.press(&look_up, &[("nik", "1607")]).await, Status::UnprocessableEntity);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM lookup").await, 0);
        let asked = [("nik", "1607065708900001"), ("purpose", "SIP+Bidan")];
        assert_eq!(desk.press(&look_up, &asked).await, Status::Ok);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM lookup").await, 1);
        let page = desk.visit("/loket").await;
        assert!(page.contains("id=\"verdict\"") && page.contains("Data tidak ditemukan"), "{page}");
        assert!(!page.contains("1607065708900001"), "the NIK is masked");
    }

    async fn the_second_clerk_at_a_counter_is_told_who_has_it_and_what_to_do(db: Db) {
        let office = office(db).await;
        let counter = counter_id(&office, 1);
        let mut first = Browser::new(&office);
        first.sign_in("petugas").await;
        first.press("/loket/buka", &[("counter", &counter)]).await;
        let mut second = Browser::new(&office);
        second.sign_in("petugas2").await;
        assert_eq!(second.press("/loket/buka", &[("counter", &counter)]).await, Status::Conflict);
        let told = "sedang dipakai petugas DATA UJI. Pilih loket lain";
        assert!(second.page.contains(told), "{}", second.page);
    }
}
