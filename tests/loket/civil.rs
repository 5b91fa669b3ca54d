//! Population documents on their way, and the blanks they are printed on. Every person here is synthetic (DATA UJI).

use loket::db::Db;
use loket::population;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestCounter, act_at, execute, scalar};

pub const PEOPLE: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code\n\
    1607065708900001,1607060101200001,SITI UJI AMINAH,PALEMBANG,1990-08-17,P,Jl. Uji No. 1,003,001,16.07.06.1021\n\
    1607060101850002,1607060101200001,BUDI UJI SANTOSO,PALEMBANG,1985-01-01,L,Jl. Uji No. 1,003,001,16.07.06.1021\n";
const SITI: &str = "1607065708900001";
const BUDI: &str = "1607060101850002";

/// An office with two residents.
pub async fn office(db: Db) -> TestCounter {
    let counter = TestCounter::new(db).await;
    let mut tx = counter.db().begin().await.unwrap();
    population::import(&mut tx, &counter.app.keys, act_at(-10), PEOPLE.as_bytes()).await.unwrap();
    tx.commit().await.unwrap();
    counter
}

fn card(nik: &str, reason: &str) -> Value {
    let paper = match reason {
        "Rusak" => "old_card",
        "Hilang" => "police_letter",
        _ => "kk",
    };
    json!({ "service": "KTP-C", "applicant": { "nik": nik, "name": "SITI UJI AMINAH" }, "fields": { "reason": reason },
        "sighted": ["form", "kk", paper] })
}

async fn opened(desk: &Caller<'_>, body: Value) -> String {
    desk.post("/api/v1/civil-requests", body).await.is(Status::Created).word("id")
}

async fn act(desk: &Caller<'_>, id: &str, act: &str, body: Value) -> Answer {
    desk.post(&format!("/api/v1/civil-requests/{id}/{act}"), body).await
}

async fn sent(desk: &Caller<'_>, body: Value) -> Value {
    let id = opened(desk, body).await;
    act(desk, &id, "submission", json!({ "siak_number": "UJI-1" })).await.is(Status::Ok).body
}

async fn blanks(desk: &Caller<'_>, step: &str, quantity: i64, reason: &str) -> Answer {
    let body = json!({ "kind": "ktp_el", "move": step, "quantity": quantity, "reason": reason });
    desk.post("/api/v1/blanks", body).await
}

async fn state(desk: &Caller<'_>, request: &Value) -> String {
    let path = format!("/api/v1/civil-requests/{}", request["id"].as_str().unwrap());
    desk.get(&path).await.is(Status::Ok).word("state")
}

/// Whether the database refuses a statement.
async fn rejected(db: &Db, sql: &'static str) -> bool {
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer.lend().await.unwrap().connection().unwrap()).await.is_err()
        }
        Db::Postgres(pool, _) => sqlx::query(sql).execute(pool).await.is_err(),
    }
}

on_each_database! {
    async fn a_card_is_followed_from_the_counter_to_the_hand_that_takes_it(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        blanks(&desk, "received", 5, "").await.is(Status::Ok);
        let body = json!({ "service": "KTP-C", "applicant": { "nik": SITI }, "fields": { "reason": "Baru" } });
        let draft = desk.post("/api/v1/civil-requests", body).await.is(Status::Created).body;
        assert_eq!((draft["state"].as_str(), draft["applicant"]["name"].as_str()), (Some("draft"), Some("SITI UJI AMINAH")));
        assert!(!draft.to_string().contains(SITI), "the NIK is masked");
        let id = draft["id"].as_str().unwrap();
        act(&desk, id, "submission", json!({})).await.refused_with(Status::UnprocessableEntity, "incomplete")
            .names_field("requirements.form", "requirement-missing");
        for paper in ["form", "kk"] {
            let path = format!("/api/v1/civil-requests/{id}/requirements/{paper}");
            desk.put(&path, json!({ "sighted": true })).await.is(Status::Ok);
        }
        let file = act(&desk, id, "submission", json!({ "siak_number": "UJI-77" })).await.is(Status::Ok).body;
        assert_eq!((file["state"].as_str(), file["due_date"].as_str()), (Some("submitted"), Some("2026-11-25")));
        let slip = desk.get(file["slip"].as_str().unwrap()).await.is(Status::Ok);
        assert!(slip.bytes.starts_with(b"%PDF"));
        act(&desk, id, "handover", json!({})).await.refused_with(Status::Conflict, "civil-in-other-state");
        act(&desk, id, "ready", json!({})).await.is(Status::Ok);
        act(&desk, id, "handover", json!({ "name": "ANI DATA UJI", "relation": "family" })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("identity_seen", "identity-unseen");
        let taken = json!({ "name": "ANI DATA UJI", "relation": "family", "identity_seen": true });
        let given = act(&desk, id, "handover", taken).await.is(Status::Ok).body;
        assert_eq!(given["state"], "handed_over");
        assert_eq!(given["history"][3]["detail"]["name"], "ANI DATA UJI");
        let stock = desk.get("/api/v1/blanks").await.is(Status::Ok).body;
        assert_eq!((stock["items"][0]["on_hand"].as_i64(), stock["items"][0]["low"].as_bool()), (Some(4), Some(true)));
        assert_eq!(counter.acts_about(id).await, ["civil.opened", "civil.papers-seen", "civil.papers-seen", "civil.act", "civil.act", "civil.act"]);
    }

    async fn anybody_follows_a_request_by_its_code_and_learns_no_name(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        let id = opened(&desk, card(SITI, "Baru")).await;
        let code = desk.get(&format!("/api/v1/civil-requests/{id}")).await.word("code");
        let visitor = counter.as_visitor();
        visitor.post("/api/v1/status", json!({ "code": code })).await.refused_with(Status::NotFound, "code-unknown");
        act(&desk, &id, "submission", json!({})).await.is(Status::Ok);
        let told = visitor.post("/api/v1/status", json!({ "code": code })).await.is(Status::Ok);
        assert_eq!((told.word("stage").as_str(), told.word("label").as_str()), ("waiting_for_blank", "Menunggu blangko"));
        assert!(told.body["due_at"].is_null(), "without blanks nobody promises a date");
        assert!(!told.text().contains("SITI") && !told.text().contains("1607"));
        let page = visitor.get(&format!("/status?kode={code}")).await.is(Status::Ok).text();
        assert!(page.contains("Blangko habis") && page.contains("Anda tidak perlu datang") && !page.contains("SITI"), "{page}");
        blanks(&desk, "received", 1, "").await.is(Status::Ok);
        assert_eq!(visitor.post("/api/v1/status", json!({ "code": code })).await.body["due_date"], "2026-11-25");
        let wrong = format!("{}X", &code[..code.len() - 1]);
        visitor.post("/api/v1/status", json!({ "code": wrong })).await.is(Status::NotFound);
    }

    async fn without_blanks_requests_wait_and_are_served_in_order_when_blanks_come(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        let lost = sent(&desk, card(SITI, "Hilang")).await;
        counter.wait_minutes(1);
        let worn = sent(&desk, card(BUDI, "Rusak")).await;
        counter.wait_minutes(1);
        let first = sent(&desk, card(BUDI, "Baru")).await;
        assert_eq!([&lost["state"], &worn["state"], &first["state"]], ["waiting_for_blank"; 3]);
        act(&desk, lost["id"].as_str().unwrap(), "ready", json!({})).await.refused_with(Status::Conflict, "blanks-out");
        counter.wait_minutes(24 * 60);
        let desk = counter.as_officer("dukcapil").await;
        let stock = blanks(&desk, "received", 2, "").await.is(Status::Ok).body;
        assert_eq!((stock["set_aside"].as_i64(), stock["waiting"].as_i64()), (Some(2), Some(1)));
        assert_eq!(state(&desk, &first).await, "submitted", "a first card has the first blank");
        assert_eq!(state(&desk, &lost).await, "submitted");
        assert_eq!(state(&desk, &worn).await, "waiting_for_blank");
        let path = format!("/api/v1/civil-requests/{}", lost["id"].as_str().unwrap());
        let moved = desk.get(&path).await.is(Status::Ok).body;
        assert_eq!((lost["due_date"].as_str(), moved["due_date"].as_str()), (None, Some("2026-11-26")), "the wait is not counted");
        act(&desk, lost["id"].as_str().unwrap(), "cancel", json!({ "reason": "kartu ketemu" })).await.is(Status::Ok);
        assert_eq!(state(&desk, &worn).await, "submitted", "the blank goes to the next");
    }

    async fn nobody_loses_a_blank_that_is_set_aside_to_somebody_more_urgent_who_came_later(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        blanks(&desk, "received", 1, "").await.is(Status::Ok);
        let lost = sent(&desk, card(SITI, "Hilang")).await;
        counter.wait_minutes(1);
        let mut urgent = card(BUDI, "Rusak");
        urgent["urgent_reason"] = json!("rawat inap");
        let urgent = sent(&desk, urgent).await;
        assert_eq!((lost["state"].as_str(), urgent["state"].as_str()), (Some("submitted"), Some("waiting_for_blank")));
        assert_eq!(state(&desk, &lost).await, "submitted");
        counter.wait_minutes(1);
        let other = sent(&desk, card(BUDI, "Hilang")).await;
        act(&desk, lost["id"].as_str().unwrap(), "cancel", json!({ "reason": "batal" })).await.is(Status::Ok);
        assert_eq!((state(&desk, &urgent).await.as_str(), state(&desk, &other).await.as_str()), ("submitted", "waiting_for_blank"));
    }

    async fn the_stock_is_never_below_none_and_a_spoiled_blank_takes_the_last_place_back(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        blanks(&desk, "received", 2, "").await.is(Status::Ok);
        let first = sent(&desk, card(SITI, "Hilang")).await;
        counter.wait_minutes(1);
        let second = sent(&desk, card(BUDI, "Rusak")).await;
        blanks(&desk, "spoiled", 3, "tergores").await.refused_with(Status::Conflict, "blanks-short");
        blanks(&desk, "spoiled", 1, "").await.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("reason", "required");
        blanks(&desk, "spoiled", 1, "tergores").await.is(Status::Ok);
        assert_eq!((state(&desk, &first).await.as_str(), state(&desk, &second).await.as_str()), ("submitted", "waiting_for_blank"));
        blanks(&desk, "counted", 0, "brankas kosong").await.is(Status::Ok);
        assert_eq!(state(&desk, &first).await, "waiting_for_blank");
        let book = scalar(counter.db(), "SELECT COUNT(*) FROM blank_move WHERE quantity = -1").await;
        assert_eq!(book, 2, "one spoiled, one missing in the count");
        let below = rejected(counter.db(), "UPDATE blank_stock SET on_hand = -1").await;
        assert!(below, "the database itself refuses a stock below none");
    }

    async fn a_request_belongs_to_its_site_and_to_population_officers(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        let id = opened(&desk, card(SITI, "Baru")).await;
        execute(counter.db(), "UPDATE officer SET site_id = (SELECT id FROM site WHERE code = 'pangkalan-balai') WHERE username = 'dukcapil'").await;
        counter.wait_minutes(6);
        let elsewhere = counter.as_officer("dukcapil").await;
        elsewhere.get(&format!("/api/v1/civil-requests/{id}")).await.refused_with(Status::NotFound, "civil-unknown");
        act(&elsewhere, &id, "submission", json!({})).await.refused_with(Status::NotFound, "civil-unknown");
        act(&counter.as_officer("petugas").await, &id, "submission", json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        elsewhere.post("/api/v1/civil-requests", json!({ "service": "SIPB", "applicant": { "nik": SITI, "name": "X" } })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("service", "service-not-civil");
        elsewhere.post("/api/v1/civil-requests", json!({ "service": "KIA", "applicant": { "nik": "123" } })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("applicant.nik", "not-a-nik");
    }

    async fn the_family_of_a_card_is_shown_for_a_purpose_and_kept_as_a_look_up(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        let family = "/api/v1/residents/family";
        desk.post(family, json!({ "nik": SITI })).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("purpose", "required");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM lookup").await, 0);
        let found = desk.post(family, json!({ "nik": SITI, "purpose": "KK ubah data" })).await.is(Status::Ok);
        let names: Vec<&str> = found.body["items"].as_array().unwrap().iter().map(|m| m["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["BUDI UJI SANTOSO", "SITI UJI AMINAH"]);
        assert!(!found.text().contains(SITI) && !found.text().contains("1607060101200001"), "neither NIK nor KK stands in the answer");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM lookup WHERE purpose = 'KK ubah data'").await, 1);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM audit_line WHERE act = 'family.viewed'").await, 1);
        let stranger = desk.post(family, json!({ "nik": "1607060101850009", "purpose": "KK ubah data" })).await.is(Status::Ok);
        assert_eq!(stranger.body["items"], json!([]));
        counter.as_officer("verifikator").await.post(family, json!({ "nik": SITI, "purpose": "x" })).await
            .refused_with(Status::Forbidden, "wrong-role");
        let mut page = crate::support::Browser::new(&counter);
        page.sign_in_to("dukcapil", "/kependudukan/keluarga").await;
        page.press("/kependudukan/keluarga", &[("nik", SITI), ("purpose", "KK+ubah+data")]).await;
        assert!(page.page.contains("BUDI UJI SANTOSO") && page.page.contains("yang ditanyakan") && !page.page.contains(SITI));
    }

    async fn a_request_sent_twice_under_one_key_is_opened_once(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        let first = desk.post_once("/api/v1/civil-requests", "kunci", card(SITI, "Baru")).await.is(Status::Created);
        let again = desk.post_once("/api/v1/civil-requests", "kunci", card(SITI, "Baru")).await.is(Status::Created);
        assert_eq!(first.bytes, again.bytes);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM civil_request").await, 1);
    }

    async fn two_officers_at_one_moment_do_not_use_the_same_blank(db: Db) {
        let counter = office(db).await;
        let desk = counter.as_officer("dukcapil").await;
        blanks(&desk, "received", 1, "").await.is(Status::Ok);
        let request = sent(&desk, card(SITI, "Baru")).await;
        let path = format!("/api/v1/civil-requests/{}/ready", request["id"].as_str().unwrap());
        let (one, other) = rocket::tokio::join!(desk.post(&path, json!({})), desk.post(&path, json!({})));
        let mut answers = [one.status.code, other.status.code];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409]);
        assert_eq!(scalar(counter.db(), "SELECT on_hand FROM blank_stock WHERE kind = 'ktp_el'").await, 0);
    }
}
