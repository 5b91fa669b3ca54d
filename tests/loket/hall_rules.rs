//! What a site decides about its hall: how people are called, counters for quick matters, pauses, collecting.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::permits::issued;
use crate::queue_pages::{counter_id, office};
use crate::support::{Browser, Caller, TestCounter, scalar};

const FORM: &str = "/jam-layanan/panggilan?site=opi";

/// The form as a supervisor sends it.
async fn set(office: &TestCounter, fields: &[(&str, &str)]) -> (Status, String) {
    let mut page = Browser::new(office);
    page.sign_in_to("penyelia", "/jam-layanan").await;
    let usual = [("most_calls", "3"), ("regular_per_priority", "2"), ("quick_minutes", "10")];
    let left = usual.iter().filter(|(name, _)| fields.iter().all(|(other, _)| other != name));
    let all: Vec<(&str, &str)> = left.chain(fields).copied().collect();
    (page.press(FORM, &all).await, page.page)
}

async fn take(office: &TestCounter, service: &str, priority: &str) -> Value {
    let asked = json!({ "services": [service], "priority": priority });
    office.as_visitor().post("/api/v1/sites/opi/tickets", asked).await.is(Status::Created).body
}

/// Opens a counter of the site for a clerk.
async fn open<'a>(office: &'a TestCounter, clerk: &str, number: usize) -> (Caller<'a>, String) {
    let (caller, counter) = (office.as_officer(clerk).await, counter_id(office, number));
    caller.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await;
    (caller, counter)
}

/// The numbers a counter calls one after another; `-` where nobody is left for it.
async fn calls((clerk, counter): &(Caller<'_>, String), times: usize) -> Vec<String> {
    let mut numbers = Vec::new();
    for _ in 0..times {
        let called = clerk.post(&format!("/api/v1/counters/{counter}/next"), json!({})).await;
        if called.status == Status::NoContent {
            numbers.push("-".to_owned());
            continue;
        }
        let called = called.is(Status::Ok);
        numbers.push(called.word("number"));
        clerk.post(&format!("/api/v1/tickets/{}/start", called.word("id")), json!({})).await.is(Status::Ok);
    }
    numbers
}

on_each_database! {
    async fn a_supervisor_sets_how_often_a_visitor_is_called_and_the_desk_follows(db: Db) {
        let office = office(db).await;
        let ticket = take(&office, "SIPB", "none").await["id"].as_str().unwrap().to_owned();
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        let again = format!("/loket/nomor/{ticket}/panggil-ulang");
        assert!(desk.page.contains(&again));
        let (status, page) = set(&office, &[("most_calls", "1")]).await;
        assert_eq!(status, Status::Ok);
        let field = page.split("<input").find(|tag| tag.contains("name=\"most_calls\"")).unwrap();
        let field = field.split('>').next().unwrap();
        assert!(field.contains("value=\"1\""), "{field}");
        assert!(!desk.visit("/loket").await.contains(&again), "one call is all there is");
        let clerk = office.as_officer("petugas").await;
        let recall = format!("/api/v1/tickets/{ticket}/recall");
        clerk.post(&recall, json!({})).await.refused_with(Status::Conflict, "recall-limit");
        set(&office, &[("most_calls", "2")]).await;
        clerk.post(&recall, json!({})).await.is(Status::Ok);
        clerk.post(&recall, json!({})).await.refused_with(Status::Conflict, "recall-limit");
        let told = scalar(office.db(), "SELECT COUNT(*) FROM audit_line WHERE act = 'site.calling_set'").await;
        assert_eq!(told, 2, "every change is recorded");
    }

    async fn numbers_out_of_bounds_change_nothing_and_are_named(db: Db) {
        let office = office(db).await;
        let wrong = [("most_calls", "0"), ("most_calls", "10"), ("regular_per_priority", "6"),
            ("quick_minutes", "61"), ("quick_minutes", ""), ("regular_per_priority", "dua")];
        for (field, value) in wrong {
            let (status, page) = set(&office, &[(field, value)]).await;
            assert_eq!(status, Status::UnprocessableEntity, "{field} {value}");
            assert!(page.contains("dalam batas yang disebut"), "{field} {value}");
        }
        let site = office.app.sites().find("opi").unwrap().call_rules;
        assert_eq!(site, loket::sites::CallRules::USUAL);
        let mut other = Browser::new(&office);
        other.sign_in_to("penyelia", "/jam-layanan").await;
        let elsewhere = "/jam-layanan/panggilan?site=pangkalan-balai";
        assert_eq!(other.press(elsewhere, &[("most_calls", "1")]).await, Status::NotFound, "another site");
    }

    async fn the_site_says_how_many_others_are_called_between_two_priorities(db: Db) {
        let office = office(db).await;
        set(&office, &[("regular_per_priority", "1")]).await;
        for _ in 0..3 {
            take(&office, "SIPB", "none").await;
            take(&office, "SIPB", "elderly").await;
        }
        let counter = open(&office, "petugas", 1).await;
        assert_eq!(calls(&counter, 4).await, ["P-001", "A-001", "P-002", "A-002"]);
        set(&office, &[("regular_per_priority", "5")]).await;
        assert_eq!(calls(&counter, 3).await, ["A-003", "P-003", "-"], "the rule holds from the next call on");
    }

    async fn a_counter_for_quick_matters_leaves_long_ones_while_an_ordinary_one_is_open(db: Db) {
        let office = office(db).await;
        let (status, page) = set(&office, &[("quick_1", "true")]).await;
        assert_eq!(status, Status::Ok);
        assert!(page.contains("name=\"quick_1\" value=\"true\" checked"), "{page}");
        for service in ["SIPB", "SIPB", "AMBIL", "KONSUL", "SIPB"] {
            take(&office, service, "none").await;
        }
        let (quick, ordinary) = (open(&office, "petugas", 1).await, open(&office, "petugas2", 2).await);
        assert_eq!(calls(&quick, 3).await, ["C-001", "D-001", "-"], "ten minutes and collecting, nothing longer");
        assert_eq!(calls(&ordinary, 1).await, ["A-001"]);
        let pause = format!("/api/v1/counters/{}/pause", ordinary.1);
        ordinary.0.post(&pause, json!({ "reason": "rest" })).await;
        assert_eq!(calls(&quick, 1).await, ["A-002"], "nobody waits for a counter that does not call");
        ordinary.0.post(&format!("/api/v1/counters/{}/open", ordinary.1), json!({})).await;
        assert_eq!(calls(&quick, 1).await, ["-"]);
        assert_eq!(calls(&ordinary, 1).await, ["A-003"]);
    }

    async fn a_pause_is_seen_on_the_board_and_by_the_greeter(db: Db) {
        let office = office(db).await;
        let ticket = take(&office, "SIPB", "none").await["id"].as_str().unwrap().to_owned();
        let (clerk, counter) = open(&office, "petugas", 1).await;
        let board = || async { office.as_visitor().get("/api/v1/sites/opi/board").await.is(Status::Ok).body };
        assert_eq!(board().await["paused"], json!([]));
        clerk.post(&format!("/api/v1/counters/{counter}/pause"), json!({ "reason": "prayer" })).await;
        office.wait_minutes(7);
        assert_eq!(board().await["paused"], json!([1]));
        let shown = office.as_visitor().get("/antrean/opi/papan").await.is(Status::Ok).text();
        assert!(shown.contains("<strong data-paused>1</strong>"), "{shown}");
        let mut greeter = Browser::new(&office);
        greeter.sign_in("petugas2").await;
        assert!(greeter.page.contains("Loket 1 sejak 7 menit") && greeter.page.contains("Salat"), "{}", greeter.page);
        let number = greeter.visit(&format!("/loket/nomor/{ticket}")).await;
        assert!(number.contains("Loket 1 sejak 7 menit") && number.contains("Salat"), "{number}");
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await;
        assert_eq!(board().await["paused"], json!([]));
        assert!(!greeter.visit(&format!("/loket/nomor/{ticket}")).await.contains("Salat"));
    }

    async fn a_finished_permit_is_collected_with_a_number_of_letter_c_and_handed_over_at_the_desk(db: Db) {
        let office = office(db).await;
        let (file, _) = issued(&office).await;
        let clerk = office.as_officer("petugas").await;
        let code = clerk.get(&format!("/api/v1/applications/{file}")).await.is(Status::Ok).word("code");
        let taken = take(&office, "AMBIL", "none").await;
        assert_eq!(taken["number"], "C-001");
        let ticket = taken["id"].as_str().unwrap();
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        assert!(desk.page.contains("C-001") && !desk.page.contains("/permohonan/cari"), "{}", desk.page);
        desk.press(&format!("/loket/nomor/{ticket}/mulai"), &[]).await;
        assert!(desk.page.contains("action=\"/permohonan/cari\""), "{}", desk.page);
        assert_eq!(desk.press("/permohonan/cari", &[("q", &code)]).await, Status::Ok);
        let page = format!("/permohonan/{file}");
        assert!(desk.page.contains(&page), "{}", desk.page);
        desk.visit(&page).await;
        let collector = [("handover.name", "ANI+DATA+UJI"), ("handover.relation", "family")];
        assert_eq!(desk.press(&format!("{page}/tindakan/handover"), &collector).await, Status::Ok);
        let state = clerk.get(&format!("/api/v1/applications/{file}")).await.is(Status::Ok).word("state");
        assert_eq!(state, "handed_over");
        desk.visit("/loket").await;
        assert_eq!(desk.press(&format!("/loket/nomor/{ticket}/selesai"), &[]).await, Status::Ok);
        let board = office.as_visitor().get("/api/v1/sites/opi/board").await.is(Status::Ok).body;
        assert_eq!((&board["waiting"], &board["now_serving"]), (&json!(0), &json!([])), "the visit is over");
    }
}
