//! Permit files: the whole life of a file through the API, and what a crash, a rush or a forger can do.

use loket::catalogue;
use loket::db::Db;
use loket::permits::{self, Desk, Press, Stop, StopAfter};
use rocket::http::{ContentType, Method, Status};
use serde_json::{Value, json};

use crate::support::{Answer, TestCounter, act_at, execute, scalar};

pub const PORTRAIT: &[u8] = include_bytes!("../../src/documents/data/portrait.jpg");
pub const NIK: &str = "1607014112920003";
pub const HOLDER: &str = "SITI RAHMA DATA UJI";

pub async fn office(db: Db) -> TestCounter {
    let counter = TestCounter::new(db).await;
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

pub fn midwife() -> Value {
    json!({
        "service": "SIPB", "kind": "new", "applicant": applicant(),
        "fields": {
            "practice_place": "Klinik Sehat DATA UJI", "practice_address": "Jalan Contoh Nomor 8",
            "practice_kind": "Fasilitas pelayanan kesehatan", "practice_order": "Tempat praktik ke-1",
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

fn grant() -> Value {
    json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" })
}

async fn awaiting_signature(counter: &TestCounter) -> String {
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

async fn pdf_of(counter: &TestCounter, permit: &Value) -> Vec<u8> {
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
        assert_eq!(act(&counter, "petugas", &id, "handover", json!({})).await["state"], "handed_over");
    }

    async fn every_act_needs_its_role_and_its_state(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let acts = [("petugas", "registration", json!({})), ("petugas", "resubmission", json!({})),
            ("verifikator", "return", json!({ "note": "x" })), ("teknis", "inspection", json!({})),
            ("teknis", "recommendation", grant()), ("bendahara", "assessment", json!({})),
            ("bendahara", "payment", json!({})), ("kabid", "paraf", json!({})), ("kadis", "signature", json!({})),
            ("petugas", "handover", json!({})), ("kadis", "rejection", json!({ "reason": "x" }))];
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
        assert_eq!(act(&counter, "petugas", &id, "handover", json!({})).await["state"], "handed_over");
    }

    async fn the_same_key_acts_once(db: Db) {
        let counter = office(db).await;
        let clerk = counter.as_officer("petugas").await;
        let first = clerk.post_once("/api/v1/applications", "k1", midwife()).await.is(Status::Created);
        let second = clerk.post_once("/api/v1/applications", "k1", midwife()).await.is(Status::Created);
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

    async fn sixteen_signatures_at_once_leave_no_gap_in_the_register(db: Db) {
        let counter = office(db).await;
        let mut ids = Vec::new();
        for _ in 0..16 {
            ids.push(awaiting_signature(&counter).await);
        }
        let head = counter.as_officer("kadis").await;
        let signs = ids.iter().map(|id| {
            let head = head.clone();
            async move { head.post(&format!("/api/v1/applications/{id}/signature"), json!({})).await.is(Status::Ok) }
        });
        rocket::futures::future::join_all(signs).await;
        let (count, last) = (scalar(counter.db(), "SELECT COUNT(DISTINCT ordinal) FROM permit WHERE state = 'issued'").await,
            scalar(counter.db(), "SELECT MAX(ordinal) FROM permit").await);
        assert_eq!((count, last), (16, 16));
    }

    async fn a_permit_that_was_interrupted_is_finished_with_the_same_number(db: Db) {
        let counter = office(db).await;
        for (stop, expected) in [(StopAfter::Reserve, 1), (StopAfter::Render, 1), (StopAfter::Sign, 1), (StopAfter::Store, 0)] {
            let id = awaiting_signature(&counter).await;
            let before = scalar(counter.db(), "SELECT COUNT(*) FROM permit").await;
            sign_until(&counter, &id, stop).await;
            let path = format!("/api/v1/applications/{id}");
            let head = counter.as_officer("kadis").await;
            let seen = head.get(&path).await.is(Status::Ok).body;
            assert_eq!(seen["permit"].is_null(), expected == 1, "a reservation is not public after {stop}");
            assert_eq!(resume(&counter).await, expected, "{stop}");
            let after = head.get(&path).await.is(Status::Ok).body;
            let number = format!("503/{:04}/SIPB/DPMPTSP/2026", before + 1);
            assert_eq!((after["state"].as_str(), after["permit"]["number"].as_str()), (Some("ready"), Some(number.as_str())));
            assert_eq!(resume(&counter).await, 0);
        }
    }

    async fn a_reservation_of_last_year_is_void_and_takes_a_new_number(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        sign_until(&counter, &id, StopAfter::Reserve).await;
        counter.wait_minutes(60 * 24 * 60);
        assert_eq!(resume(&counter).await, 1);
        let file = counter.as_officer("kadis").await.get(&format!("/api/v1/applications/{id}")).await;
        assert_eq!(file.body["permit"]["number"], "503/0001/SIPB/DPMPTSP/2027");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'void' AND year = 2026").await, 1);
    }

    async fn a_withdrawn_file_leaves_its_number_void(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        sign_until(&counter, &id, StopAfter::Reserve).await;
        act(&counter, "petugas", &id, "withdrawal", json!({ "reason": "Pindah kerja" })).await;
        assert_eq!(resume(&counter).await, 0);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'void'").await, 1);
        let (_, permit) = issued(&counter).await;
        assert_eq!(permit["number"], "503/0002/SIPB/DPMPTSP/2026");
    }

    async fn the_paper_is_the_same_each_time_and_one_changed_byte_is_not_genuine(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let pdf = pdf_of(&counter, &permit).await;
        assert!(pdf.starts_with(b"%PDF"));
        assert_eq!(pdf_of(&counter, &permit).await, pdf);
        let found = check_pdf(&counter, &pdf).await;
        assert_eq!((found["genuine"].as_bool(), found["status"].as_str()), (Some(true), Some("valid")));
        assert_eq!((found["number"].as_str(), found["holder_initials"].as_str()), (permit["number"].as_str(), Some("S. R. D.")));
        let mut changed = pdf.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert_eq!(check_pdf(&counter, &changed).await["genuine"], false);
    }

    async fn a_permit_is_checked_by_its_code_and_by_number_and_name(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let token = qr_of(&counter).await;
        let visitor = counter.as_visitor();
        let ask = async |body: Value| visitor.post("/api/v1/verification", body).await.is(Status::Ok).body;
        let by_code = ask(json!({ "token": token })).await;
        assert_eq!((by_code["genuine"].as_bool(), by_code["number"].as_str()), (Some(true), permit["number"].as_str()));
        assert!(!by_code.to_string().contains("SITI"));
        let alone = token.rsplit('/').next().unwrap();
        assert_eq!(ask(json!({ "token": alone })).await["genuine"], true);
        let forged = alone.replacen('A', "B", 1);
        assert_eq!(ask(json!({ "token": forged })).await["genuine"], false);
        let named = ask(json!({ "number": permit["number"], "name": "siti rahma data uji" })).await;
        assert_eq!((named["genuine"].as_bool(), named["status"].as_str()), (Some(true), Some("valid")));
        assert_eq!(ask(json!({ "number": permit["number"], "name": "Budi" })).await["genuine"], false);
        assert_eq!(ask(json!({ "number": "503/9999/SIPB/DPMPTSP/2026", "name": "Budi" })).await["status"], Value::Null);
        let path = format!("/api/v1/permits/{}/revocation", permit["id"].as_str().unwrap());
        counter.as_officer("kadis").await.post(&path, json!({ "reason": "Melanggar ketentuan" })).await.is(Status::Ok);
        assert_eq!(ask(json!({ "token": token })).await["status"], "revoked");
        let list = visitor.get("/api/v1/revocations").await.is(Status::Ok).body;
        assert_eq!(list["items"][0], permit["number"]);
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

/// The head signs, and the office loses power after a step.
async fn sign_until(counter: &TestCounter, id: &str, after: StopAfter) {
    let app = &counter.app;
    let officers = loket::identity::list(&mut app.db.read().await.unwrap()).await.unwrap();
    let officer = officers.iter().find(|officer| officer.username == "kadis").unwrap();
    let (sites, catalogue, calendar) = (app.sites(), app.catalogue(), app.calendar());
    let desk =
        Desk { officer, now: app.now(), keys: &app.keys, sites: &sites, catalogue: &catalogue, calendar: &calendar };
    let press = Press { stop: Some(Stop::Refuse(after)), ..loket::web::permits::press(app) };
    assert!(permits::sign(&app.db, &desk, &press, id.parse().unwrap()).await.is_err(), "stopped after {after}");
}

async fn resume(counter: &TestCounter) -> usize {
    let app = &counter.app;
    let press = loket::web::permits::press(app);
    permits::resume_reserved(&app.db, &app.keys, &app.sites(), &press, app.now()).await.unwrap()
}

async fn check_pdf(counter: &TestCounter, pdf: &[u8]) -> Value {
    let visitor = counter.as_visitor();
    let request = visitor.request(Method::Post, "/api/v1/verification").header(ContentType::PDF).body(pdf);
    visitor.send(request).await.is(Status::Ok).body
}

/// The content of the QR code of the only permit.
pub async fn qr_of(counter: &TestCounter) -> String {
    let mut tx = counter.db().read().await.unwrap();
    let permits = permits::list_register(&mut tx, "SIPB", 2026).await.unwrap();
    permits::find_sheet(&mut tx, permits[0].id).await.unwrap().unwrap().qr_payload
}
