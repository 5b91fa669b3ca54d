//! Calling out of order: who may, what is kept, and what the report says.

use loket::audit::Act;
use loket::identity::{self, Role};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::queue_pages::{counter_id, office};
use crate::support::{Browser, Caller, TestCounter, morning, scalar};

async fn take(office: &TestCounter) -> Value {
    let body = json!({ "services": ["SIPB"] });
    office.as_visitor().post("/api/v1/sites/opi/tickets", body).await.is(Status::Created).body
}

async fn call(caller: &Caller<'_>, counter: &str, ticket: &Value, reason: &str) -> crate::support::Answer {
    let body = json!({ "ticket": ticket["id"], "reason": reason });
    caller.post(&format!("/api/v1/counters/{counter}/call"), body).await
}

async fn grant(office: &TestCounter, username: &str) {
    let mut tx = office.db().begin().await.unwrap();
    identity::set_role(&mut tx, Act::system(morning()), username, Role::OutOfOrder, true).await.unwrap();
    tx.commit().await.unwrap();
}

on_each_database! {
    async fn nobody_is_called_out_of_order_without_leave_and_a_reason(db: Db) {
        let office = office(db).await;
        let (_first, second) = (take(&office).await, take(&office).await);
        let counter = counter_id(&office, 1);
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        call(&clerk, &counter, &second, "sakit").await.refused_with(Status::Forbidden, "order-kept");
        let supervisor = office.as_officer("penyelia").await;
        call(&supervisor, &counter, &second, " ").await.names_field("reason", "required");
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM hall_call").await, 0);
        call(&supervisor, &counter, &second, "sakit").await.is(Status::Ok);
        let about = office.acts_about(second["id"].as_str().unwrap()).await;
        assert!(about.contains(&"ticket.called_out_of_order".to_owned()), "{about:?}");
        call(&supervisor, &counter, &second, "sakit").await.refused_with(Status::Conflict, "ticket-in-hand");
    }

    async fn a_visitor_who_was_sent_elsewhere_does_not_hide_those_behind(db: Db) {
        let office = office(db).await;
        let (first, second) = (take(&office).await, take(&office).await);
        office.wait_minutes(1);
        let later = json!({ "services": ["KONSUL"] });
        office.as_visitor().post("/api/v1/sites/opi/tickets", later).await.is(Status::Created);
        let (one, two) = (counter_id(&office, 1), counter_id(&office, 2));
        let (clerk, other) = (office.as_officer("petugas").await, office.as_officer("petugas2").await);
        clerk.post(&format!("/api/v1/counters/{one}/open"), json!({})).await.is(Status::Ok);
        other.post(&format!("/api/v1/counters/{two}/open"), json!({})).await.is(Status::Ok);
        let onward = json!({ "counter": two, "reason": "berkas di sana" });
        let path = format!("/api/v1/tickets/{}/transfer", first["id"].as_str().unwrap());
        clerk.post(&path, onward).await.is(Status::Ok);
        let called = clerk.post(&format!("/api/v1/counters/{one}/next"), json!({})).await.is(Status::Ok).body;
        assert_eq!(called["number"], second["number"], "who came second is next, not the later one of another line");
    }

    async fn a_clerk_with_leave_calls_the_chosen_number_by_the_form_of_the_desk(db: Db) {
        let office = office(db).await;
        let (first, second) = (take(&office).await, take(&office).await);
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        assert!(!desk.visit("/loket?form=urutan").await.contains("/loket/urutan"), "not offered without leave");
        grant(&office, "petugas").await;
        let page = desk.visit("/loket?form=urutan").await;
        assert!(page.contains("action=\"/loket/urutan\"") && page.contains(second["id"].as_str().unwrap()));
        let ticket = second["id"].as_str().unwrap();
        let chosen = [("counter", counter.as_str()), ("ticket", ticket), ("reason", "lansia+sakit")];
        assert_eq!(desk.press("/loket/urutan", &chosen).await, Status::Ok);
        assert!(desk.page.contains(second["number"].as_str().unwrap()), "{}", desk.page);
        let waits = office.as_officer("petugas").await.get("/api/v1/sites/opi/queue").await.is(Status::Ok);
        assert!(waits.text().contains(first["id"].as_str().unwrap()), "who was ahead keeps the place");
    }

    async fn the_fairness_report_tells_how_often_by_whom_and_why(db: Db) {
        let office = office(db).await;
        let (first, second, third) = (take(&office).await, take(&office).await, take(&office).await);
        let counter = counter_id(&office, 1);
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        let supervisor = office.as_officer("penyelia").await;
        call(&supervisor, &counter, &third, "lansia sakit").await.is(Status::Ok);
        let path = format!("/api/v1/tickets/{}", third["id"].as_str().unwrap());
        clerk.post(&format!("{path}/no-show"), json!({})).await.is(Status::Ok);
        call(&supervisor, &counter, &first, "giliran").await.is(Status::Ok);
        let priority = json!({ "services": ["SIPB"], "priority": "elderly" });
        clerk.post("/api/v1/sites/opi/tickets", priority.clone()).await.is(Status::Created);
        office.as_visitor().post("/api/v1/sites/opi/tickets", priority).await.is(Status::Created);
        let onward = json!({ "counter": counter, "reason": "berkas di sana" });
        let path = format!("/api/v1/tickets/{}/transfer", second["id"].as_str().unwrap());
        clerk.post(&path, onward).await.is(Status::Ok);
        let found = supervisor.get("/api/v1/reports/fairness").await.is(Status::Ok).body;
        let totals = json!({ "out_of_order": 1, "passed": 2, "priorities": 1, "to_counter": 1 });
        assert_eq!(found["totals"], totals, "a visitor whose turn it was does not count: {found}");
        let labels: Vec<&str> = found["rows"].as_array().unwrap().iter().map(|r| r["label"].as_str().unwrap()).collect();
        assert!(labels.contains(&"penyelia DATA UJI · lansia sakit"), "{labels:?}");
        let csv = supervisor.get("/api/v1/reports/fairness?by=day&format=csv").await.is(Status::Ok).text();
        assert!(csv.starts_with("key,label,out_of_order,passed") && csv.contains("total,total,1,2,1,1"), "{csv}");
        let mut page = Browser::new(&office);
        page.sign_in_to("penyelia", "/penyelia").await;
        assert!(page.visit("/laporan").await.contains("penyelia DATA UJI · lansia sakit"));
    }

    async fn after_three_calls_the_desk_offers_no_further_one(db: Db) {
        let office = office(db).await;
        let ticket = take(&office).await;
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        let path = format!("/loket/nomor/{}/panggil-ulang", ticket["id"].as_str().unwrap());
        for _ in 0..2 {
            assert!(desk.page.contains(&path));
            assert_eq!(desk.press(&path, &[]).await, Status::Ok);
        }
        assert!(!desk.page.contains(&path) && desk.page.contains("/tidak-hadir"), "{}", desk.page);
        let clerk = office.as_officer("petugas").await;
        let path = format!("/api/v1/tickets/{}/recall", ticket["id"].as_str().unwrap());
        clerk.post(&path, json!({})).await.refused_with(Status::Conflict, "recall-limit");
    }

    async fn a_pause_names_its_reason_to_the_supervisor(db: Db) {
        let office = office(db).await;
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        assert!(desk.visit("/loket?form=jeda").await.contains("value=\"prayer\""));
        let other = [("counter", counter.as_str()), ("why", "other"), ("reason", "")];
        assert_eq!(desk.press("/loket/jeda", &other).await, Status::UnprocessableEntity, "other needs words");
        let prayer = [("counter", counter.as_str()), ("why", "prayer"), ("reason", "")];
        assert_eq!(desk.press("/loket/jeda", &prayer).await, Status::Ok);
        let mut supervisor = Browser::new(&office);
        supervisor.sign_in_to("penyelia", "/penyelia").await;
        assert!(supervisor.visit("/penyelia").await.contains("Jeda: Salat"), "{}", supervisor.page);
    }

    async fn a_silent_call_for_help_is_seen_by_the_supervisor_and_answered_by_a_person(db: Db) {
        let office = office(db).await;
        let counter = counter_id(&office, 3);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        let before = desk.page.len();
        assert_eq!(desk.press("/loket/bantuan", &[("counter", &counter)]).await, Status::Ok);
        assert_eq!(desk.page.len(), before, "nothing on the desk tells of it");
        assert!(!office.as_visitor().get("/api/v1/sites/opi/board").await.text().contains("help"));
        let mut greeter = Browser::new(&office);
        greeter.sign_in("petugas2").await;
        assert!(greeter.visit("/loket").await.contains("Loket 3 meminta bantuan"), "{}", greeter.page);
        let mut supervisor = Browser::new(&office);
        supervisor.sign_in_to("penyelia", "/penyelia").await;
        assert!(supervisor.visit("/penyelia").await.contains("Loket 3 meminta bantuan."), "{}", supervisor.page);
        assert_eq!(supervisor.press("/penyelia/bantuan", &[("counter", "3")]).await, Status::Ok);
        assert!(!supervisor.page.contains("meminta bantuan"));
        let clerk = office.as_officer("petugas").await;
        let path = format!("/api/v1/counters/{counter}/help");
        clerk.post(&format!("{path}/answer"), json!({})).await.refused_with(Status::Conflict, "help-not-asked");
        clerk.post(&path, json!({})).await.is(Status::NoContent);
        let acts = office.acts_about(&counter).await;
        assert!(acts.contains(&"help.asked".to_owned()) && acts.contains(&"help.answered".to_owned()), "{acts:?}");
    }
}
