//! The clock of each stage, what is foretold of a file, and what its applicant is told of time.

use loket::permits;
use loket::web;
use rocket::http::{Method, Status};
use rocket::local::asynchronous::LocalResponse;
use rocket::tokio::io::AsyncReadExt;
use serde_json::{Value, json};

use crate::due_dates::{FLOOD, change_calendar};
use crate::permit_pages::browser;
use crate::permits::{act, collector, complete_draft, midwife, office};
use crate::support::{TestCounter, morning, scalar};

const DAY: i64 = 24 * 60;

/// Registered on Tuesday, 24 November 2026, at nine: five working days, due on 1 December; one day for each stage.
async fn registered(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    id
}

async fn file(counter: &TestCounter, id: &str) -> Value {
    counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok).body
}

/// Each stage with its due date and how it stands: `verification 25 running`.
async fn stages(counter: &TestCounter, id: &str) -> Vec<String> {
    let file = file(counter, id).await;
    let day = |stage: &Value| stage["due_at"].as_str().map_or("-".to_owned(), |at| at[8..10].to_owned());
    let line = |stage: &Value| {
        format!("{} {} {}", stage["stage"].as_str().unwrap(), day(stage), stage["stand"].as_str().unwrap())
    };
    file["stages"].as_array().unwrap().iter().map(line).collect()
}

fn grant() -> Value {
    json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" })
}

async fn signed(counter: &TestCounter, id: &str) {
    act(counter, "kabid", id, "paraf", json!({})).await;
    act(counter, "kadis", id, "signature", json!({})).await;
}

async fn code_of(counter: &TestCounter, id: &str) -> String {
    file(counter, id).await["code"].as_str().unwrap().to_owned()
}

async fn learn(counter: &TestCounter) {
    web::learner(&counter.app).round().await.unwrap();
}

async fn promises(counter: &TestCounter, by: &str) -> Value {
    let path = format!("/api/v1/reports/promises?by={by}&from=2026-11-24&to=2026-11-30");
    counter.as_officer("penyelia").await.get(&path).await.is(Status::Ok).body
}

/// `ended kept near broken · open open_near open_late` of the row with a key.
fn counted(report: &Value, key: &str) -> String {
    let rows = report["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["key"] == key).unwrap_or_else(|| panic!("no {key} in {report}"));
    let of = |names: &[&str]| names.iter().map(|name| row[*name].to_string()).collect::<Vec<_>>().join(" ");
    format!("{} · {}", of(&["ended", "kept", "near", "broken"]), of(&["open", "open_near", "open_late"]))
}

on_each_database! {
    async fn each_stage_has_its_own_due_moment_on_the_page_and_in_the_inbox(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let planned = ["verification 25 running", "recommendation 26 planned", "drafting 27 planned", "signature 30 planned"];
        assert_eq!(stages(&counter, &id).await, planned);
        counter.wait_minutes(2 * DAY);
        assert_eq!(stages(&counter, &id).await[..2], ["verification 25 late", "recommendation 27 planned"]);
        let inbox = counter.as_officer("verifikator").await.get("/api/v1/inbox?view=role").await.is(Status::Ok).body;
        assert_eq!(inbox["items"][0]["stage_due_at"], "2026-11-25T08:00:00.000000Z");
        let page = browser(&counter, "verifikator").await.get("/permohonan?view=role").await.is(Status::Ok).text();
        assert!(page.contains("tahap lewat 1 hari kerja"), "{page}");
        let page = browser(&counter, "verifikator").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        for words in ["Tahap dan janjinya", "sejak 24 November 2026, janji 25 November 2026", "Dinas Kesehatan", "1 hari kerja"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let moved = ["verification 25 broken", "recommendation 27 running", "drafting 30 planned", "signature 01 planned"];
        assert_eq!(stages(&counter, &id).await, moved);
        let page = browser(&counter, "teknis").await.get("/permohonan?view=role").await.is(Status::Ok).text();
        assert!(page.contains(&id) && !page.contains("tahap lewat"), "{page}");
    }

    async fn the_time_with_the_applicant_and_a_day_off_move_the_due_moment_of_a_stage(db: Db) {
        let counter = office(db).await;
        let (back, here) = (registered(&counter).await, registered(&counter).await);
        act(&counter, "verifikator", &back, "claim", json!({})).await;
        act(&counter, "verifikator", &back, "return", json!({ "note": "x" })).await;
        assert_eq!(stages(&counter, &back).await[0], "verification - paused");
        counter.wait_minutes(3 * DAY);
        act(&counter, "petugas", &back, "resubmission", json!({})).await;
        assert_eq!(stages(&counter, &back).await[0], "verification 30 running");
        assert_eq!(stages(&counter, &here).await[0], "verification 25 late");
        let due = "SELECT COUNT(*) FROM application WHERE stage_due_at IS NOT NULL";
        assert_eq!(scalar(counter.db(), due).await, 2);
        // The flood of Thursday lies in the pause of the one and after the due moment of the other.
        change_calendar(&counter, FLOOD).await;
        assert_eq!(stages(&counter, &back).await[0], "verification 30 running");
        change_calendar(&counter, "date,kind,name,basis\n2026-11-25,local,Banjir DATA UJI,official\n").await;
        assert_eq!(stages(&counter, &here).await[0], "verification 26 late");
        let inbox = counter.as_officer("verifikator").await.get("/api/v1/inbox?view=role").await.is(Status::Ok).body;
        let due: Vec<&str> = inbox["items"].as_array().unwrap().iter().map(|row| &row["stage_due_at"].as_str().unwrap()[..10]).collect();
        assert!(due.contains(&"2026-11-26"), "{due:?}");
    }

    async fn promises_are_counted_by_service_by_stage_and_by_opd(db: Db) {
        let counter = office(db).await;
        let (quick, slow) = (registered(&counter).await, registered(&counter).await);
        act(&counter, "verifikator", &quick, "verification", json!({})).await;
        act(&counter, "teknis", &quick, "recommendation", grant()).await;
        signed(&counter, &quick).await;
        act(&counter, "petugas", &quick, "handover", collector()).await;
        counter.wait_minutes(DAY);
        act(&counter, "verifikator", &slow, "verification", json!({})).await;
        counter.wait_minutes(5 * DAY);
        act(&counter, "teknis", &slow, "recommendation", grant()).await;
        assert_eq!(counted(&promises(&counter, "stage").await, "verification"), "2 1 1 0 · 0 0 0");
        assert_eq!(counted(&promises(&counter, "stage").await, "drafting"), "1 1 0 0 · 1 0 0");
        assert_eq!(counted(&promises(&counter, "opd").await, "Dinas Kesehatan"), "2 1 0 1 · 0 0 0");
        assert_eq!(counted(&promises(&counter, "service_stage").await, "SIPB/recommendation"), "2 1 0 1 · 0 0 0");
        let whole = promises(&counter, "service").await;
        assert_eq!(counted(&whole, "SIPB"), "1 1 0 0 · 1 0 0");
        assert_eq!((&whole["totals"]["kept_percent"], &whole["totals"]["days_p50"]), (&json!(100.0), &json!(0)));
        let page = browser(&counter, "penyelia").await.get("/laporan?from=2026-11-24&to=2026-11-30").await.is(Status::Ok).text();
        assert!(page.contains("Janji layanan") && page.contains("/laporan/janji-opd.xlsx?"), "{page}");
        act(&counter, "petugas", &slow, "withdrawal", json!({ "reason": "x" })).await;
        assert_eq!(counted(&promises(&counter, "service").await, "SIPB"), "1 1 0 0 · 0 0 0");
    }

    async fn every_open_file_is_foretold_once_a_day_and_measured_when_it_is_decided(db: Db) {
        let counter = office(db).await;
        let (open, other) = (registered(&counter).await, registered(&counter).await);
        let kept = "SELECT COUNT(*) FROM forecast";
        learn(&counter).await;
        learn(&counter).await;
        assert_eq!(scalar(counter.db(), kept).await, 2);
        act(&counter, "verifikator", &other, "claim", json!({})).await;
        act(&counter, "verifikator", &other, "return", json!({ "note": "x" })).await;
        counter.wait_minutes(DAY);
        learn(&counter).await;
        assert_eq!(scalar(counter.db(), kept).await, 3, "a file with its applicant is not foretold");
        let site = counter.app.sites().find("opi").unwrap().id;
        let days = (morning().day(chrono_tz::Tz::Asia__Jakarta), counter.app.now().day(chrono_tz::Tz::Asia__Jakarta));
        let decided = async || permits::list_decided(&mut counter.db().read().await.unwrap(), site, days).await.unwrap();
        assert_eq!(decided().await, []);
        act(&counter, "verifikator", &open, "verification", json!({})).await;
        act(&counter, "teknis", &open, "recommendation", grant()).await;
        signed(&counter, &open).await;
        let scored = decided().await;
        assert_eq!(scored.iter().map(|one| (one.days_left, one.late)).collect::<Vec<_>>(), [(5, false), (4, false)]);
        let page = browser(&counter, "penyelia").await.get("/laporan?from=2026-11-24&to=2026-11-25").await.is(Status::Ok).text();
        assert!(page.contains("skor Brier") && page.contains("2 prakiraan, 0 % lewat"), "{page}");
    }

    async fn a_chance_to_be_late_stands_with_its_reason_on_the_file_and_in_the_supervisors_list(db: Db) {
        let counter = office(db).await;
        let (stuck, quick) = (registered(&counter).await, registered(&counter).await);
        act(&counter, "verifikator", &quick, "verification", json!({})).await;
        act(&counter, "teknis", &quick, "recommendation", grant()).await;
        act(&counter, "kabid", &quick, "paraf", json!({})).await;
        // Tuesday, 1 December: both are due today, one has every stage before it.
        counter.wait_minutes(7 * DAY);
        learn(&counter).await;
        let page = browser(&counter, "penyelia").await.get("/permohonan/tenggat").await.is(Status::Ok).text();
        let risky = page.split("Mungkin lewat").nth(1).unwrap();
        assert!(risky.contains(&stuck) && risky.contains("Sesudahnya masih 3 tahap"), "{risky}");
        let page = browser(&counter, "verifikator").await.get(&format!("/permohonan/{stuck}")).await.is(Status::Ok).text();
        assert!(page.contains("Kemungkinan lewat") && page.contains("di tahap Pemeriksaan berkas"), "{page}");
        let chance = async |id: &str| {
            scalar(counter.db(), format!("SELECT chance FROM forecast WHERE application_id = {}", literal(&counter, id))).await
        };
        assert!(chance(&stuck).await > chance(&quick).await && chance(&stuck).await > 500);
        // Who went on since the morning is not listed with a reason that is over.
        act(&counter, "verifikator", &stuck, "verification", json!({})).await;
        let page = browser(&counter, "penyelia").await.get("/permohonan/tenggat").await.is(Status::Ok).text();
        assert!(!page.split("Mungkin lewat").nth(1).unwrap().contains(&stuck), "{page}");
    }

    async fn a_citizen_is_told_which_office_has_the_file_and_when_it_may_be_ready_and_never_who(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let code = code_of(&counter, &id).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let visitor = counter.as_visitor();
        let path = format!("/status?kode={code}");
        let page = visitor.get(&path).await.is(Status::Ok).text();
        for words in ["Berkas ada di Dinas Kesehatan", "sejak 24 November 2026", "Diperkirakan selesai sekitar", "bukan janji",
            "janji tahap ini 25 November 2026", "Petugas verifikasi DPMPTSP"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let status = visitor.post("/api/v1/status", json!({ "code": code })).await.is(Status::Ok).body;
        assert!(status["holder"].as_str().unwrap().starts_with("Dinas Kesehatan"), "{status}");
        assert!(status["expected"]["likely_on"].as_str().unwrap() <= status["expected"]["late_on"].as_str().unwrap());
        for name in ["verifikator", "teknis DATA UJI", "petugas DATA UJI", crate::permits::HOLDER] {
            assert!(!page.contains(name) && !status.to_string().contains(name), "{name}");
        }
        counter.wait_minutes(8 * DAY);
        let page = visitor.get(&path).await.is(Status::Ok).text();
        assert!(page.contains("lewat dari tanggal yang dijanjikan. Kami mohon maaf"), "{page}");
        act(&counter, "verifikator", &id, "return", json!({ "note": "x" })).await;
        let page = visitor.get(&path).await.is(Status::Ok).text();
        assert!(!page.contains("Diperkirakan") && page.contains("Menunggu perbaikan"), "{page}");
    }

    async fn a_status_page_that_is_open_is_told_of_each_change_and_of_nothing_more(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let code = code_of(&counter, &id).await;
        let visitor = counter.as_visitor();
        let page = visitor.get(&format!("/status?kode={code}")).await.is(Status::Ok).text();
        let path = format!("/status/perubahan?kode={code}");
        assert!(page.contains(&format!("data-events=\"{path}\"")) && page.contains("/js/live."), "{page}");
        let mut line = visitor.request(Method::Get, &path).dispatch().await;
        assert_eq!(line.status(), Status::Ok);
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        assert_eq!(next_event(&mut line).await, "event: changed\ndata: {}\n\n");
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        assert_eq!(next_event(&mut line).await, "event: changed\ndata: {}\n\n");
        visitor.get("/status/perubahan?kode=0000-0000-000").await.is(Status::NotFound);
    }
}

async fn next_event(line: &mut LocalResponse<'_>) -> String {
    let mut bytes = [0; 256];
    let read = tokio::time::timeout(std::time::Duration::from_secs(15), line.read(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

/// An id as the database writes it.
pub fn literal(counter: &TestCounter, id: &str) -> String {
    if counter.db().is_sqlite() { format!("X'{}'", id.replace('-', "")) } else { format!("'{id}'") }
}
