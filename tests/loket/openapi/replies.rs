//! What the product answers, held against the description field by field.

use rocket::http::{ContentType, Method, Status};
use serde_json::{Value, json};

use super::description::Description;
use crate::support::{Answer, PASSWORD, TestCounter, act_at};
use loket::population;

const PORTRAIT: &[u8] = include_bytes!("../../../src/documents/data/portrait.jpg");
const NIK: &str = "1607014112920003";
const RESIDENT: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code,status\n\
    1607014112920003,1607010101200001,SITI RAHMA DATA UJI,PANGKALAN BALAI,1992-12-01,P,Jl. Cendrawasih No. 12,003,001,16.07.06.1021,active\n";

/// The description against the replies of an office.
struct Truth {
    office: TestCounter,
    described: Description,
}

impl Truth {
    /// Insists that a reply is described, field by field; answers its body.
    #[track_caller]
    fn holds(&self, operation: &str, status: Status, answer: Answer) -> Value {
        let answer = answer.is(status);
        let reply = &self.described.operation(operation)["responses"][status.code.to_string()];
        assert!(reply.is_object(), "{operation}: {status} is not described");
        let kind = answer.headers.get("content-type").map(|kind| kind.split(';').next().unwrap_or_default());
        let Some(kind) = kind else { return Value::Null };
        let media = &self.described.resolve(reply)["content"][kind];
        assert!(media.is_object(), "{operation}: {kind} is not described");
        if kind.ends_with("json") {
            let faults = self.described.faults(&media["schema"], &answer.body);
            assert!(faults.is_empty(), "{operation} {status}: {faults:#?}\n{}", answer.text());
        }
        if let Some(code) = answer.body["type"].as_str().and_then(|urn| urn.strip_prefix("urn:loket:")) {
            let named = super::quoted(reply["description"].as_str().unwrap());
            assert!(named.contains(&code), "{operation} {status}: {code} is not named");
        }
        answer.body
    }

    async fn get(&self, who: &str, path: &str, operation: &str, status: Status) -> Value {
        let answer = self.office.as_officer(who).await.get(&format!("/api/v1{path}")).await;
        self.holds(operation, status, answer)
    }

    async fn post(&self, who: &str, path: &str, operation: &str, body: Value, status: Status) -> Value {
        let answer = self.office.as_officer(who).await.post(&format!("/api/v1{path}"), body).await;
        self.holds(operation, status, answer)
    }

    /// A file of the midwife with everything handed in, registered; its id.
    async fn registered(&self) -> String {
        let address =
            json!({ "street": "Jl. Cendrawasih No. 12", "rt": "3", "rw": "1", "village_code": "16.07.06.1021" });
        let body = json!({
            "service": "SIPB",
            "applicant": {
                "nik": NIK, "name": "SITI RAHMA DATA UJI", "birth_place": "Pangkalan Balai",
                "birth_date": "1992-12-01", "sex": "P", "address": address
            },
            "fields": {
                "practice_place": "Klinik Sehat DATA UJI", "practice_address": "Jalan Contoh Nomor 8",
                "practice_kind": "Fasilitas pelayanan kesehatan", "practice_order": "Tempat praktik ke-1",
                "str_number": "UJI-0001", "practice_days": "Senin sampai Jumat"
            }
        });
        let draft = self.post("petugas", "/applications", "POST /applications", body, Status::Created).await;
        let (id, clerk) = (draft["id"].as_str().unwrap().to_owned(), self.office.as_officer("petugas").await);
        for asked in draft["requirements"].as_array().unwrap() {
            let path = format!("/api/v1/applications/{id}/requirements/{}", asked["code"].as_str().unwrap());
            let answer = match asked["photo"] == true {
                true => clerk.put_file(&path, "foto.jpg", "image/jpeg", PORTRAIT).await,
                false => clerk.put(&path, json!({ "sighted": true })).await,
            };
            self.holds("PUT /applications/{id}/requirements/{code}", Status::Ok, answer);
        }
        let path = format!("/applications/{id}/registration");
        self.post("petugas", &path, "POST /applications/{id}/registration", json!({}), Status::Ok).await;
        id
    }
}

async fn truth(db: loket::db::Db) -> Truth {
    Truth { office: TestCounter::new(db).await, described: Description::read() }
}

on_each_database! {
    async fn replies_to_the_public_are_as_described(db: Db) {
        let truth = truth(db).await;
        let visitor = truth.office.as_visitor();
        let gets = [
            ("/sites", "GET /sites"), ("/services", "GET /services"), ("/services/SIPB", "GET /services/{code}"),
            ("/sites/opi/board", "GET /sites/{site}/board"), ("/revocations", "GET /revocations"),
            ("/.well-known/jwks.json", "GET /.well-known/jwks.json"), ("/openapi.json", "GET /openapi.json"),
        ];
        for (path, operation) in gets {
            truth.holds(operation, Status::Ok, visitor.get(&format!("/api/v1{path}")).await);
        }
        let credentials = json!({ "username": "petugas", "password": PASSWORD });
        truth.holds("POST /session", Status::Ok, visitor.post("/api/v1/session", credentials).await);
        let wrong = json!({ "username": "petugas", "password": "salah" });
        truth.holds("POST /session", Status::Unauthorized, visitor.post("/api/v1/session", wrong).await);
        truth.holds("POST /session", Status::UnprocessableEntity, visitor.post("/api/v1/session", json!({})).await);
        let unknown = visitor.post("/api/v1/status", json!({ "code": "0000-0000-000" })).await;
        truth.holds("POST /status", Status::NotFound, unknown);
        let forged = visitor.post("/api/v1/verification", json!({ "token": "AAAA" })).await;
        truth.holds("POST /verification", Status::Ok, forged);
        let broken = visitor.request(Method::Post, "/api/v1/status").header(ContentType::JSON).body("{");
        truth.holds("POST /status", Status::BadRequest, visitor.send(broken).await);
        let long = json!({ "token": "A".repeat(1024 * 1024) });
        let long = visitor.post("/api/v1/verification", long).await;
        truth.holds("POST /verification", Status::PayloadTooLarge, long);
        let leaving = truth.office.as_officer("petugas2").await.delete("/api/v1/session").await;
        truth.holds("DELETE /session", Status::NoContent, leaving);
        truth.holds("GET /counters", Status::Unauthorized, visitor.get("/api/v1/counters").await);
    }

    async fn replies_of_the_queue_are_as_described(db: Db) {
        let truth = truth(db).await;
        let visitor = truth.office.as_visitor();
        let take = async || {
            let answer = visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB", "KK-U"] })).await;
            truth.holds("POST /sites/{site}/tickets", Status::Created, answer)
        };
        let wishes = [json!({ "services": ["KK-U"] }), json!({ "services": ["SIPB"] })];
        for (wish, status) in wishes.into_iter().zip([Status::Created, Status::UnprocessableEntity]) {
            let answer = visitor.post_once("/api/v1/sites/opi/tickets", "kunci", wish).await;
            truth.holds("POST /sites/{site}/tickets", status, answer);
        }
        let (first, second) = (take().await, take().await);
        let listed = truth.get("petugas", "/counters", "GET /counters", Status::Ok).await;
        let counter = format!("/counters/{}", listed["items"][0]["id"].as_str().unwrap());
        let open = ("POST /counters/{id}/open", format!("{counter}/open"));
        truth.post("petugas", &open.1, open.0, json!({}), Status::Ok).await;
        truth.post("petugas2", &open.1, open.0, json!({}), Status::Conflict).await;
        let (next, next_path) = ("POST /counters/{id}/next", format!("{counter}/next"));
        truth.post("petugas", &next_path, next, json!({}), Status::Ok).await;
        truth.post("petugas", &next_path, next, json!({}), Status::Conflict).await;
        for (act, body, status) in [
            ("recall", json!({}), Status::Ok), ("start", json!({}), Status::Ok),
            ("hold", json!({}), Status::UnprocessableEntity), ("hold", json!({ "reason": "fotokopi" }), Status::Ok),
            ("resume", json!({}), Status::Ok), ("finish", json!({}), Status::Ok), ("undo", json!({}), Status::Ok),
            ("rejoin", json!({}), Status::Conflict), ("transfer", json!({ "service": "KK-U", "reason": "x" }), Status::Ok),
        ] {
            let path = format!("/tickets/{}/{act}", first["id"].as_str().unwrap());
            truth.post("petugas", &path, &format!("POST /tickets/{{id}}/{act}"), body, status).await;
        }
        truth.post("petugas", &next_path, next, json!({}), Status::Ok).await;
        let gets = [("/sites/opi/queue", "GET /sites/{site}/queue"), ("/sites/opi/hall", "GET /sites/{site}/hall"),
            ("/counters", "GET /counters"), ("/sites/opi/board", "GET /sites/{site}/board")];
        for (path, operation) in gets {
            truth.get("petugas", path, operation, Status::Ok).await;
        }
        let own = format!("/api/v1/tickets/{}", second["token"].as_str().unwrap());
        truth.holds("GET /tickets/{token}", Status::Ok, visitor.get(&own).await);
        truth.holds("GET /tickets/{token}/pdf", Status::Ok, visitor.get(&format!("{own}/pdf")).await);
        truth.holds("DELETE /tickets/{token}", Status::Ok, visitor.delete(&own).await);
        truth.holds("DELETE /tickets/{token}", Status::Conflict, visitor.delete(&own).await);
        truth.post("petugas", &next_path, next, json!({}), Status::NoContent).await;
        truth.post("petugas", &format!("{counter}/pause"), "POST /counters/{id}/pause", json!({ "reason": "rest" }), Status::Ok).await;
        truth.get("petugas", "/reports/throughput", "GET /reports/throughput", Status::Forbidden).await;
        truth.get("penyelia", "/reports/throughput?by=hour", "GET /reports/throughput", Status::Ok).await;
        truth.get("penyelia", "/reports/throughput?format=odt", "GET /reports/throughput", Status::NotAcceptable).await;
        truth.get("penyelia", "/reports/throughput?format=csv", "GET /reports/throughput", Status::Ok).await;
        truth.post("penyelia", &format!("{counter}/close"), "POST /counters/{id}/close", json!({}), Status::Ok).await;
    }

    async fn replies_about_people_and_drafts_are_as_described(db: Db) {
        let truth = truth(db).await;
        let app = &truth.office.app;
        let mut tx = app.db.begin().await.unwrap();
        population::import(&mut tx, &app.keys, act_at(0), RESIDENT.as_bytes()).await.unwrap();
        tx.commit().await.unwrap();
        let claimed = json!({ "name": "SITI RAHMA DATA UJI", "birth_date": "1992-12-01" });
        let question = json!({ "nik": NIK, "purpose": "Permohonan SIPB", "claimed": claimed });
        let answer = truth.post("petugas", "/residents/lookup", "POST /residents/lookup", question, Status::Ok).await;
        assert!(answer["prefill"].is_object());
        let question = json!({ "nik": NIK, "purpose": "KK ubah data" });
        truth.post("petugas", "/residents/family", "POST /residents/family", question, Status::Ok).await;
        let incomplete = json!({ "service": "SIPB", "applicant": { "nik": NIK } });
        let draft = truth.post("petugas", "/applications", "POST /applications", incomplete, Status::Created).await;
        let draft = format!("/applications/{}/registration", draft["id"].as_str().unwrap());
        let registration = "POST /applications/{id}/registration";
        truth.post("petugas", &draft, registration, json!({}), Status::UnprocessableEntity).await;
    }

    async fn replies_about_population_documents_are_as_described(db: Db) {
        let truth = truth(db).await;
        let come = json!({ "kind": "ktp_el", "move": "received", "quantity": 1 });
        truth.post("dukcapil", "/blanks", "POST /blanks", come, Status::Ok).await;
        let short = json!({ "kind": "ktp_el", "move": "spoiled", "quantity": 9, "reason": "x" });
        truth.post("dukcapil", "/blanks", "POST /blanks", short, Status::Conflict).await;
        truth.get("dukcapil", "/blanks", "GET /blanks", Status::Ok).await;
        let body = json!({ "service": "KTP-C", "applicant": { "nik": NIK, "name": "SITI RAHMA DATA UJI" },
            "fields": { "reason": "Baru" }, "sighted": ["form"] });
        let opening = "POST /civil-requests";
        let draft = truth.post("dukcapil", "/civil-requests", opening, body, Status::Created).await;
        truth.post("dukcapil", "/civil-requests", opening, json!({ "service": "SIPB" }), Status::UnprocessableEntity).await;
        let path = format!("/civil-requests/{}", draft["id"].as_str().unwrap());
        let act = |word: &str| (format!("{path}/{word}"), format!("POST /civil-requests/{{id}}/{word}"));
        let (submission, operation) = act("submission");
        truth.post("dukcapil", &submission, &operation, json!({}), Status::UnprocessableEntity).await;
        let seen = truth.office.as_officer("dukcapil").await.put(&format!("/api/v1{path}/requirements/kk"), json!({ "sighted": true })).await;
        truth.holds("PUT /civil-requests/{id}/requirements/{code}", Status::Ok, seen);
        truth.post("dukcapil", &submission, &operation, json!({}), Status::Ok).await;
        truth.post("dukcapil", &submission, &operation, json!({}), Status::Conflict).await;
        truth.get("dukcapil", &path, "GET /civil-requests/{id}", Status::Ok).await;
        truth.get("dukcapil", &format!("{path}/slip"), "GET /civil-requests/{id}/slip", Status::Ok).await;
        truth.get("dukcapil", "/civil-requests", "GET /civil-requests", Status::Ok).await;
        let status = truth.office.as_visitor().post("/api/v1/status", json!({ "code": draft["code"] })).await;
        truth.holds("POST /status", Status::Ok, status);
        let (ready, operation) = act("ready");
        truth.post("dukcapil", &ready, &operation, json!({}), Status::Ok).await;
        let (handover, operation) = act("handover");
        truth.post("dukcapil", &handover, &operation, json!({ "relation": "self" }), Status::UnprocessableEntity).await;
        let (cancel, operation) = act("cancel");
        truth.post("dukcapil", &cancel, &operation, json!({ "reason": "batal" }), Status::Ok).await;
        let event = json!({ "nik": NIK, "kind": "move_out", "happened_on": "2026-11-20" });
        truth.post("dukcapil", "/life-events", "POST /life-events", event, Status::Created).await;
    }

    async fn replies_about_files_and_permits_are_as_described(db: Db) {
        let truth = truth(db).await;
        let id = truth.registered().await;
        let file = truth.get("petugas", &format!("/applications/{id}"), "GET /applications/{id}", Status::Ok).await;
        let stop = format!("/applications/{id}/population-stop");
        truth.post("petugas", &stop, "POST /applications/{id}/population-stop", json!({}), Status::Conflict).await;
        let receipt = file["receipt"].as_str().unwrap().strip_prefix("/api/v1").unwrap();
        truth.get("petugas", receipt, "GET /applications/{id}/receipt", Status::Ok).await;
        truth.get("verifikator", "/inbox", "GET /inbox", Status::Ok).await;
        let asked = json!({ "name": "rahma" });
        truth.post("petugas", "/applications/search", "POST /applications/search", asked, Status::Ok).await;
        truth.get("penyelia", "/reports/stages", "GET /reports/stages", Status::Ok).await;
        for by in ["service", "stage", "opd", "service_stage"] {
            truth.get("penyelia", &format!("/reports/promises?by={by}"), "GET /reports/promises", Status::Ok).await;
        }
        truth.get("penyelia", "/reports/estimates", "GET /reports/estimates", Status::Ok).await;
        let letter = json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" });
        let act = "POST /applications/{id}/{act}";
        for (who, word, body, status) in [
            ("petugas", "claim", json!({}), Status::Forbidden), ("verifikator", "claim", json!({}), Status::Ok),
            ("verifikator", "return", json!({}), Status::UnprocessableEntity),
            ("verifikator", "blessing", json!({}), Status::NotFound),
            ("verifikator", "verification", json!({ "note": "sesuai" }), Status::Ok),
            ("teknis", "recommendation", letter, Status::Ok), ("kabid", "paraf", json!({}), Status::Ok),
            ("kabid", "paraf", json!({}), Status::Conflict),
        ] {
            truth.post(who, &format!("/applications/{id}/{word}"), act, body, status).await;
        }
        let batch = json!({ "application_ids": [id, "01900000-0000-7000-8000-000000000000"] });
        truth.post("kadis", "/signatures", "POST /signatures", batch, Status::Ok).await;
        let file = truth.get("petugas", &format!("/applications/{id}"), "GET /applications/{id}", Status::Ok).await;
        let status = truth.office.as_visitor().post("/api/v1/status", json!({ "code": file["code"] })).await;
        truth.holds("POST /status", Status::Ok, status);
        check_permit(&truth, &format!("/permits/{}", file["permit"]["id"].as_str().unwrap())).await;
    }
}

/// What staff and the public are told of a permit in force, and its revocation.
async fn check_permit(truth: &Truth, permit: &str) {
    truth.get("petugas", permit, "GET /permits/{id}", Status::Ok).await;
    let pdf = truth.office.as_officer("petugas").await.get(&format!("/api/v1{permit}/pdf")).await;
    let visitor = truth.office.as_visitor();
    let whole = visitor.request(Method::Post, "/api/v1/verification").header(ContentType::PDF).body(pdf.bytes.clone());
    truth.holds("GET /permits/{id}/pdf", Status::Ok, pdf);
    let genuine = truth.holds("POST /verification", Status::Ok, visitor.send(whole).await);
    assert_eq!(genuine["genuine"], true);
    let named = json!({ "number": genuine["number"], "name": "Siti Rahma DATA UJI" });
    let named = truth.holds("POST /verification", Status::Ok, visitor.post("/api/v1/verification", named).await);
    assert_eq!(named["name_matches"], true);
    let event = json!({ "nik": NIK, "kind": "correction", "happened_on": "2026-11-20" });
    truth.post("dukcapil", "/life-events", "POST /life-events", event, Status::Created).await;
    truth.get("penyelia", "/permit-flags", "GET /permit-flags", Status::Ok).await;
    let keep = json!({ "decision": "keep", "reason": "Hanya alamat" });
    truth.post("penyelia", &format!("{permit}/review"), "POST /permits/{id}/review", keep.clone(), Status::Ok).await;
    truth.post("penyelia", &format!("{permit}/review"), "POST /permits/{id}/review", keep, Status::Conflict).await;
    let revocation = "POST /permits/{id}/revocation";
    let reason = json!({ "reason": "Melanggar ketentuan" });
    truth.post("kadis", &format!("{permit}/revocation"), revocation, reason.clone(), Status::Ok).await;
    truth.post("kadis", &format!("{permit}/revocation"), revocation, reason, Status::Conflict).await;
}
