//! Permit files: the whole life of a file through the API, and what a crash, a rush or a forger can do.

use std::cell::Cell;

use loket::catalogue;
use loket::config::Config;
use loket::db::Db;
use loket::permits;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::support::{Answer, TestCounter, act_at, execute, scalar};

pub const PORTRAIT: &[u8] = include_bytes!("../../src/documents/data/portrait.jpg");
pub const NIK: &str = "1607014112920003";
pub const HOLDER: &str = "SITI RAHMA DATA UJI";

pub async fn office(db: Db) -> TestCounter {
    office_with(db, |_| {}).await
}

pub async fn office_with(db: Db, change: impl FnOnce(&mut Config)) -> TestCounter {
    let counter = TestCounter::with(db, change).await;
    let mut tx = counter.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, act_at(-30)).await.unwrap();
    tx.commit().await.unwrap();
    counter.app.reload().await.unwrap();
    counter
}

fn applicant() -> Value {
    json!({
        "nik": NIK, "name": HOLDER, "birth_place": "Pangkalan Balai", "birth_date": "1992-12-01", "sex": "P",
        "address": { "street": "Jl. Cendrawasih No. 12", "rt": "3", "rw": "1", "village_code": "16.07.06.2001" },
        "phone": "081234567890"
    })
}

/// A request for a place of its own, so that a test may have three of one person, as the law allows. Each test runs on a
/// thread of its own.
pub fn midwife() -> Value {
    thread_local!(static COUNT: Cell<usize> = const { Cell::new(1) });
    let place = COUNT.replace(COUNT.get() + 1);
    json!({
        "service": "SIPB", "kind": "new", "applicant": applicant(),
        "fields": {
            "practice_place": format!("Klinik Sehat {place} DATA UJI"), "practice_address": "Jalan Contoh Nomor 8",
            "practice_kind": "Fasilitas pelayanan kesehatan", "practice_order": format!("Tempat praktik ke-{}", place % 3 + 1),
            "str_number": "UJI-0001", "practice_days": "Senin sampai Jumat, 16.00–20.00 WIB"
        }
    })
}

/// A draft with everything handed in.
pub async fn complete_draft(counter: &TestCounter, body: Value) -> String {
    let clerk = counter.as_officer("petugas").await;
    let draft = clerk.post("/api/v1/applications", body).await.is(Status::Created);
    let id = draft.word("id");
    for asked in draft.body["requirements"].as_array().unwrap() {
        let path = format!("/api/v1/applications/{id}/requirements/{}", asked["code"].as_str().unwrap());
        if asked["photo"] == true {
            clerk.put_file(&path, "foto.jpg", "image/jpeg", PORTRAIT).await.is(Status::Ok);
        } else if asked["mandatory"] == true {
            clerk.put(&path, json!({ "sighted": true })).await.is(Status::Ok);
        }
    }
    id
}

async fn registered(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    id
}

async fn try_act(counter: &TestCounter, who: &str, id: &str, act: &str, body: Value) -> Answer {
    counter.as_officer(who).await.post(&format!("/api/v1/applications/{id}/{act}"), body).await
}

pub async fn act(counter: &TestCounter, who: &str, id: &str, act: &str, body: Value) -> Value {
    try_act(counter, who, id, act, body).await.is(Status::Ok).body
}

/// Who takes a permit along.
pub fn collector() -> Value {
    json!({ "name": "ANI DATA UJI", "relation": "family" })
}

fn grant() -> Value {
    json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" })
}

pub async fn awaiting_signature(counter: &TestCounter) -> String {
    let id = registered(counter).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    act(counter, "verifikator", &id, "verification", json!({})).await;
    act(counter, "teknis", &id, "recommendation", grant()).await;
    act(counter, "kabid", &id, "paraf", json!({})).await;
    id
}

pub async fn issued(counter: &TestCounter) -> (String, Value) {
    let id = awaiting_signature(counter).await;
    let file = act(counter, "kadis", &id, "signature", json!({})).await;
    (id, file["permit"].clone())
}

pub async fn pdf_of(counter: &TestCounter, permit: &Value) -> Vec<u8> {
    let path = permit["pdf"].as_str().unwrap().to_owned();
    counter.as_officer("petugas").await.get(&path).await.is(Status::Ok).bytes
}

on_each_database! {
    async fn a_file_lives_from_draft_to_handover(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        let file = act(&counter, "petugas", &id, "registration", json!({})).await;
        assert_eq!((file["state"].as_str(), file["due_date"].as_str()), (Some("registered"), Some("2026-12-01")));
        let receipt = counter.as_officer("petugas").await.get(file["receipt"].as_str().unwrap()).await.is(Status::Ok);
        assert!(receipt.bytes.starts_with(b"%PDF"));
        assert_eq!(act(&counter, "verifikator", &id, "claim", json!({})).await["state"], "in_verification");
        assert_eq!(act(&counter, "verifikator", &id, "verification", json!({})).await["state"], "in_recommendation");
        assert_eq!(act(&counter, "teknis", &id, "recommendation", grant()).await["state"], "in_drafting");
        assert_eq!(act(&counter, "kabid", &id, "paraf", json!({})).await["state"], "awaiting_signature");
        let signed = act(&counter, "kadis", &id, "signature", json!({})).await;
        assert_eq!((signed["state"].as_str(), signed["permit"]["number"].as_str()),
            (Some("ready"), Some("503/0001/SIPB/DPMPTSP/2026")));
        assert_eq!(signed["permit"]["valid_until"], "2031-11-24");
        let given = act(&counter, "petugas", &id, "handover", json!({ "name": "ANI DATA UJI", "relation": "family" })).await;
        assert_eq!(given["state"], "handed_over");
        let acts: Vec<&str> = given["history"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["creation", "registration", "claim", "verification", "recommendation", "paraf", "signature", "sealing", "handover"]);
        assert_eq!(counter.acts_about(signed["permit"]["id"].as_str().unwrap()).await, ["permit.reserved", "permit.issued"]);
        let (_, breaks) = loket::audit::check(&mut counter.db().read().await.unwrap()).await.unwrap();
        assert!(breaks.is_empty());
    }

    async fn an_incomplete_file_is_not_registered_and_hears_everything_at_once(db: Db) {
        let counter = office(db).await;
        let clerk = counter.as_officer("petugas").await;
        let body = json!({ "service": "SIPB", "applicant": { "nik": NIK }, "fields": {} });
        let id = clerk.post("/api/v1/applications", body).await.is(Status::Created).word("id");
        let refused = try_act(&counter, "petugas", &id, "registration", json!({})).await;
        refused.refused_with(Status::UnprocessableEntity, "incomplete")
            .names_field("applicant.name", "required")
            .names_field("fields.str_number", "required")
            .names_field("requirements.str", "requirement-missing")
            .names_field("requirements.photo", "requirement-missing");
        let path = format!("/api/v1/applications/{id}");
        let kept = clerk.patch(&path, json!({ "applicant": { "name": HOLDER } })).await.is(Status::Ok);
        assert_eq!(kept.body["applicant"]["name"], HOLDER);
        let wrong = json!({ "applicant": { "birth_date": "1992-02-30" }, "fields": { "colour": "red" } });
        clerk.patch(&path, wrong).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("applicant.birth_date", "date").names_field("fields.colour", "field-unknown");
    }

    async fn a_return_stops_the_promise_and_a_resubmission_moves_it(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        try_act(&counter, "verifikator", &id, "return", json!({})).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("note", "required");
        let back = act(&counter, "verifikator", &id, "return", json!({ "items": ["str"], "note": "STR buram" })).await;
        assert_eq!((back["state"].as_str(), back["days_left"].as_i64()), (Some("returned"), None));
        counter.wait_minutes(2 * 24 * 60);
        let path = format!("/api/v1/applications/{id}/requirements/str");
        let clerk = counter.as_officer("petugas2").await;
        clerk.put_file(&path, "str.pdf", "application/pdf", b"%PDF-1.7 DATA UJI\n%%EOF").await.is(Status::Ok);
        let again = act(&counter, "petugas2", &id, "resubmission", json!({})).await;
        assert_eq!((again["state"].as_str(), again["due_date"].as_str()), (Some("in_verification"), Some("2026-12-03")));
    }

    async fn a_returned_file_lapses_only_after_twice_fourteen_days_and_only_by_hand(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        act(&counter, "verifikator", &id, "return", json!({ "items": ["str"], "note": "STR buram" })).await;
        counter.wait_minutes(28 * 24 * 60 - 1);
        let early = try_act(&counter, "petugas2", &id, "lapse", json!({})).await;
        early.refused_with(Status::Conflict, "file-not-lapsed");
        let path = format!("/api/v1/applications/{id}");
        let acts = |body: &Value| body["acts"].as_array().unwrap().contains(&json!("lapse"));
        assert!(!acts(&counter.as_officer("petugas2").await.get(&path).await.is(Status::Ok).body));
        counter.wait_minutes(1);
        let due = counter.as_officer("petugas2").await.get(&path).await.is(Status::Ok).body;
        assert!(due["state"] == "returned" && acts(&due), "{due}");
        let lapsed = act(&counter, "petugas2", &id, "lapse", json!({})).await;
        assert_eq!(lapsed["state"], "lapsed");
        assert_eq!(lapsed["history"].as_array().unwrap().last().unwrap()["act"], "lapse");
        try_act(&counter, "petugas2", &id, "resubmission", json!({})).await
            .refused_with(Status::Conflict, "file-in-other-state");
    }

    async fn nobody_works_in_two_offices_of_one_file(db: Db) {
        let counter = office(db).await;
        // One person with every role.
        execute(counter.db(), "INSERT INTO officer_role (officer_id, role) SELECT o.id, r.role FROM officer o, \
            (SELECT DISTINCT role FROM officer_role WHERE role <> 'clerk') r WHERE o.username = 'petugas'").await;
        let id = registered(&counter).await;
        let steps = [("verifikator", "verification", json!({})), ("teknis", "recommendation", grant()),
            ("kabid", "paraf", json!({})), ("kadis", "signature", json!({}))];
        for (who, step, body) in steps {
            try_act(&counter, "petugas", &id, step, body.clone()).await.refused_with(Status::Forbidden, "same-person");
            act(&counter, who, &id, step, body).await;
        }
        assert_eq!(act(&counter, "petugas", &id, "handover", collector()).await["state"], "handed_over");
    }

    async fn every_act_needs_its_role_and_its_state(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let acts = [("petugas", "registration", json!({})), ("petugas", "resubmission", json!({})),
            ("verifikator", "return", json!({ "note": "x" })), ("teknis", "inspection", json!({})),
            ("teknis", "recommendation", grant()), ("bendahara", "assessment", json!({})),
            ("bendahara", "payment", json!({})), ("kabid", "paraf", json!({})), ("kadis", "signature", json!({})),
            ("petugas", "handover", collector()), ("kadis", "rejection", json!({ "reason": "x" }))];
        for (who, step, body) in acts {
            try_act(&counter, who, &id, step, body.clone()).await.refused_with(Status::Conflict, "file-in-other-state");
            try_act(&counter, "dukcapil", &id, step, body).await.refused_with(Status::Forbidden, "wrong-role");
        }
        try_act(&counter, "petugas", &id, "sealing", json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        try_act(&counter, "petugas", &id, "blessing", json!({})).await.refused_with(Status::NotFound, "act-unknown");
        let path = format!("/api/v1/applications/{id}");
        counter.as_officer("petugas-lain").await.get(&path).await.refused_with(Status::NotFound, "application-unknown");
        counter.as_visitor().get(&path).await.is(Status::Unauthorized);
        let patched = counter.as_officer("petugas").await.patch(&path, json!({ "kind": "renewal" })).await;
        patched.refused_with(Status::Conflict, "file-in-other-state");
    }

    async fn a_refused_recommendation_waits_for_the_rejection_of_the_head(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let refuse = json!({ "outcome": "refuse", "letter_number": "440/13", "letter_date": "2026-11-23" });
        assert_eq!(act(&counter, "teknis", &id, "recommendation", refuse).await["state"], "in_drafting");
        try_act(&counter, "kabid", &id, "paraf", json!({})).await.refused_with(Status::Conflict, "advice-is-refusal");
        let rejected = act(&counter, "kadis", &id, "rejection", json!({ "reason": "Tempat tidak memenuhi syarat" })).await;
        assert_eq!(rejected["state"], "rejected");
    }

    async fn assistance_ends_with_the_number_of_the_other_system(db: Db) {
        let counter = office(db).await;
        let fields: serde_json::Map<String, Value> = counter.app.catalogue().find("NIB").unwrap().service.fields.iter()
            .map(|f| (f.code.clone(), json!(f.choices.first().cloned().unwrap_or_else(|| match f.kind {
                loket::catalogue::FieldKind::Date => "2026-12-31".to_owned(),
                loket::catalogue::FieldKind::Number => "1000000".to_owned(),
                _ => "Contoh DATA UJI".to_owned(),
            })))).collect();
        let id = complete_draft(&counter, json!({ "service": "NIB", "applicant": applicant(), "fields": fields })).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        try_act(&counter, "verifikator", &id, "verification", json!({})).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("external_number", "required");
        let done = act(&counter, "verifikator", &id, "verification", json!({ "external_number": "9120001" })).await;
        assert_eq!((done["state"].as_str(), done["permit"].is_null()), (Some("ready"), true));
        assert_eq!(act(&counter, "petugas", &id, "handover", collector()).await["state"], "handed_over");
    }

    async fn the_same_key_acts_once(db: Db) {
        let counter = office(db).await;
        let clerk = counter.as_officer("petugas").await;
        let body = midwife();
        let first = clerk.post_once("/api/v1/applications", "k1", body.clone()).await.is(Status::Created);
        let second = clerk.post_once("/api/v1/applications", "k1", body).await.is(Status::Created);
        assert_eq!(first.word("id"), second.word("id"));
        let id = awaiting_signature(&counter).await;
        let head = counter.as_officer("kadis").await;
        let body = json!({ "application_ids": [id, "01900000-0000-7000-8000-000000000000"] });
        let signed = head.post_once("/api/v1/signatures", "k2", body.clone()).await.is(Status::Ok);
        assert_eq!(signed.body["results"][0]["state"], "ready");
        assert_eq!(signed.body["results"][1]["problem"]["type"], "urn:loket:application-unknown");
        assert_eq!(head.post_once("/api/v1/signatures", "k2", body).await.is(Status::Ok).body, signed.body);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 1);
    }

    async fn a_citizen_follows_the_file_without_personal_data(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        let clerk = counter.as_officer("petugas").await;
        let code = clerk.get(&format!("/api/v1/applications/{id}")).await.word("code");
        let visitor = counter.as_visitor();
        visitor.post("/api/v1/status", json!({ "code": code })).await.refused_with(Status::NotFound, "code-unknown");
        act(&counter, "petugas", &id, "registration", json!({})).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let typed = code.to_lowercase().replace('-', " ");
        let status = visitor.post("/api/v1/status", json!({ "code": typed })).await.is(Status::Ok);
        assert_eq!((status.word("stage"), status.word("due_date")), ("recommendation".to_owned(), "2026-12-01".to_owned()));
        assert!(status.word("waited_for").contains("Dinas Kesehatan"));
        let text = status.text().to_uppercase();
        for secret in [NIK, "SITI", "RAHMA", "CENDRAWASIH", "PETUGAS", "VERIFIKATOR", "81234567890"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        let wrong = format!("{}{}", &code[..12], if code.ends_with('0') { '1' } else { '0' });
        visitor.post("/api/v1/status", json!({ "code": wrong })).await.refused_with(Status::NotFound, "code-unknown");
    }

    async fn files_are_found_and_wait_for_the_right_people(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        for body in [json!({ "nik": NIK }), json!({ "name": "rahma" }), json!({ "q": "siti" })] {
            let found = clerk.post("/api/v1/applications/search", body).await.is(Status::Ok).body;
            assert_eq!(found["items"][0]["id"], id.as_str());
        }
        let elsewhere = counter.as_officer("petugas-lain").await;
        let none = elsewhere.post("/api/v1/applications/search", json!({ "nik": NIK })).await.is(Status::Ok).body;
        assert_eq!(none["items"], json!([]));
        let verifier = counter.as_officer("verifikator").await;
        let waiting = verifier.get("/api/v1/inbox").await.is(Status::Ok).body;
        assert_eq!((waiting["items"][0]["id"].as_str(), waiting["items"][0]["days_left"].as_i64()), (Some(id.as_str()), Some(5)));
        assert_eq!(counter.as_officer("teknis").await.get("/api/v1/inbox").await.is(Status::Ok).body["items"], json!([]));
    }

    async fn only_real_documents_are_taken_in_and_no_nik_is_stored_in_the_clear(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        let clerk = counter.as_officer("petugas").await;
        let path = |code: &str| format!("/api/v1/applications/{id}/requirements/{code}");
        let put = async |code: &str, bytes: &[u8]| clerk.put_file(&path(code), "a.pdf", "application/pdf", bytes).await;
        put("str", b"<script>").await.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("file", "file-kind");
        put("photo", b"%PDF-1.7").await.names_field("file", "photo-not-a-picture");
        put("str", &vec![b'x'; 10 * 1024 * 1024 + 1]).await.is(Status::PayloadTooLarge);
        clerk.put(&path("photo"), json!({ "sighted": true })).await.names_field("sighted", "photo-needs-file");
        clerk.put(&path("colour"), json!({ "sighted": true })).await.refused_with(Status::NotFound, "requirement-unknown");
        let clear = format!("SELECT COUNT(*) FROM application WHERE applicant LIKE '%{NIK}%' OR fields LIKE '%{NIK}%'");
        assert_eq!(scalar(counter.db(), clear).await, 0);
        let audit = format!("SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%{NIK}%' OR detail LIKE '%SITI%'");
        assert_eq!(scalar(counter.db(), audit).await, 0);
    }
}

/// The content of the QR code of the only permit.
pub async fn qr_of(counter: &TestCounter) -> String {
    let mut tx = counter.db().read().await.unwrap();
    let permits = permits::list_register(&mut tx, "SIPB", 2026).await.unwrap();
    permits::find_sheet(&mut tx, permits[0].id).await.unwrap().unwrap().qr_payload
}
