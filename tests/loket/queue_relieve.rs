//! What a supervisor does at the counter of another.

use rocket::http::Status;
use serde_json::json;

use crate::queue_pages::{counter_id, office};
use crate::support::{Browser, scalar};

on_each_database! {
    async fn a_forgotten_service_ends_with_a_reason_and_its_length_counts_nowhere(db: Db) {
        let office = office(db).await;
        let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let ticket = taken.is(Status::Created).word("id");
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok);
        let chief = office.as_officer("penyelia").await;
        let path = format!("/api/v1/tickets/{ticket}/end");
        chief.post(&path, json!({ "reason": "lupa" })).await.refused_with(Status::Conflict, "ticket-not-serving");
        clerk.post(&format!("/api/v1/tickets/{ticket}/start"), json!({})).await.is(Status::Ok);
        office.wait_minutes(10);
        chief.post(&path, json!({})).await.names_field("reason", "required");
        clerk.post(&path, json!({ "reason": "lupa" })).await.is(Status::Forbidden);
        assert_eq!(chief.post(&path, json!({ "reason": "lupa" })).await.is(Status::Ok).word("state"), "done");
        let report = chief.get("/api/v1/reports/throughput?by=counter").await.is(Status::Ok);
        assert_eq!(report.body["totals"]["served"], json!(1), "{}", report.body);
        assert_eq!(report.body["totals"]["service_p50_minutes"], json!(null), "{}", report.body);
        assert!(office.acts_about(&ticket).await.contains(&"ticket.ended_for_clerk".to_owned()));
    }

    async fn a_freed_counter_is_opened_by_another_and_who_was_called_is_next(db: Db) {
        let office = office(db).await;
        let take = async || {
            let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
            taken.is(Status::Created).word("id")
        };
        let (first, _second) = (take().await, take().await);
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        let gone = office.as_officer("petugas").await;
        gone.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        gone.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok);
        let here = office.as_officer("petugas2").await;
        here.post(&format!("{counter}/free"), json!({ "reason": "sakit" })).await.is(Status::Forbidden);
        let chief = office.as_officer("penyelia").await;
        chief.post(&format!("{counter}/free"), json!({})).await.names_field("reason", "required");
        chief.post(&format!("{counter}/free"), json!({ "reason": "sakit" })).await.is(Status::NoContent);
        chief.post(&format!("{counter}/free"), json!({ "reason": "sakit" })).await
            .refused_with(Status::Conflict, "counter-closed");
        here.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        let called = here.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).word("id");
        assert_eq!(called, first, "the place in line is the same");
    }

    async fn the_supervisor_acts_on_a_counter_on_its_own_page(db: Db) {
        let office = office(db).await;
        let mut numbers = Vec::new();
        for _ in 0..3 {
            let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
            numbers.push(taken.is(Status::Created).word("id"));
        }
        let clerk = office.as_officer("petugas").await;
        let counter = format!("/api/v1/counters/{}", counter_id(&office, 1));
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        let mut chief = Browser::new(&office);
        chief.sign_in_to("penyelia", "/penyelia").await;
        assert!(chief.visit("/penyelia").await.contains("href=\"/penyelia/loket/1\""));
        chief.visit("/penyelia/loket/1").await;
        let call = [("ticket", numbers[2].as_str()), ("reason", "sakit")];
        chief.press("/penyelia/loket/1/panggil", &call).await;
        assert!(chief.page.contains("A-003"), "{}", chief.page);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM overrule WHERE kind = 'out_of_order'").await, 1);
        clerk.post(&format!("/api/v1/tickets/{}/start", numbers[2]), json!({})).await.is(Status::Ok);
        chief.visit("/penyelia/loket/1").await;
        let refused = chief.press("/penyelia/loket/1/akhiri", &[("ticket", &numbers[2])]).await;
        assert_eq!(refused, Status::UnprocessableEntity);
        assert!(chief.page.contains("role=\"alert\""), "{}", chief.page);
        chief.press("/penyelia/loket/1/akhiri", &[("ticket", &numbers[2]), ("reason", "lupa")]).await;
        assert!(!chief.page.contains("A-003"), "{}", chief.page);
        chief.press("/penyelia/loket/1/bebaskan", &[("reason", "pulang")]).await;
        assert!(chief.page.contains("tidak dipakai siapa pun"), "{}", chief.page);
    }
}
